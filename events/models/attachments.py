"""Document: a file of an event or of a group."""

from datetime import datetime

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.models.follow_up import DOCUMENT_ENDINGS
from events.enums import DocumentAudience, DocumentKind

from .event import Event
from .group import Group


def _folder(document: "Document", filename: str) -> str:
    where = f"evenements/{document.event_id}" if document.event_id else f"groupes/{document.group_id}"
    return f"{where}/{filename}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def of_event(self, event: Event) -> "DocumentQuerySet":
        return self.filter(event=event.pk)

    def of_group(self, group: Group) -> "DocumentQuerySet":
        return self.filter(group=group.pk)

    def of_groups(self) -> "DocumentQuerySet":
        """Those of a group, or of a meeting of one."""
        return self.filter(Q(group__isnull=False) | Q(event__group__isnull=False))

    def around_group(self, group: Group, events: models.QuerySet[Event]) -> "DocumentQuerySet":
        """Its own files, and those of these meetings."""
        return self.filter(Q(group=group.pk) | Q(event__in=events.order_by().values("pk")))

    def minutes(self) -> "DocumentQuerySet":
        return self.filter(kind=DocumentKind.MINUTES)

    def public(self) -> "DocumentQuerySet":
        return self.filter(audience=DocumentAudience.PUBLIC)

    def for_registered(self) -> "DocumentQuerySet":
        """What people who are registered, or members of the group, may read."""
        return self.exclude(audience=DocumentAudience.ORGANISERS)

    def readable_in_group(self, *, is_member: bool, can_manage: bool) -> "DocumentQuerySet":
        """What somebody reads on the page of a group."""
        return self if can_manage else self.for_registered() if is_member else self.public()

    def same_as(self, document: "Document", *, since: datetime) -> "DocumentQuerySet":
        """The same title and nature, of the same thing, added by the same person since a moment."""
        alike = self.filter(title=document.title, kind=document.kind, event=document.event, group=document.group)
        return alike.filter(added_by=document.added_by, created_at__gte=since)

    def newest_first(self) -> "DocumentQuerySet":
        return self.order_by("-created_at", "-pk")


class Document(models.Model):
    """A programme, minutes, slides: of one event, or of a group as a whole."""

    event = models.ForeignKey(
        Event, models.CASCADE, verbose_name=_("événement"), related_name="documents", null=True, blank=True
    )
    group = models.ForeignKey(
        Group, models.CASCADE, verbose_name=_("groupe"), related_name="documents", null=True, blank=True
    )
    kind = models.CharField(_("nature du document"), max_length=20, choices=DocumentKind, default=DocumentKind.OTHER)
    title = models.CharField(_("titre"), max_length=200)
    file = models.FileField(
        _("fichier"), upload_to=_folder, max_length=300, validators=[FileExtensionValidator(DOCUMENT_ENDINGS)]
    )
    audience = models.CharField(
        _("lisible par"), max_length=15, choices=DocumentAudience, default=DocumentAudience.PUBLIC
    )
    added_by = models.CharField(_("ajouté par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document de l’agenda")
        verbose_name_plural = _("documents de l’agenda")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=True) ^ Q(group__isnull=True),
                name="document_of_one_thing",
                violation_error_message=_("Un document est celui d’un événement ou celui d’un groupe."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event_document", args=[self.pk])

    @property
    def is_minutes(self) -> bool:
        return self.kind == DocumentKind.MINUTES

    @property
    def is_for_organisers(self) -> bool:
        return self.audience == DocumentAudience.ORGANISERS
