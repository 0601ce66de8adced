"""What accompanies a jumelage: its documents, and the path that brings it back to life."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import DocumentKind, RelaunchState, RelaunchStep

from .jumelage import Jumelage

DOCUMENT_ENDINGS = ["pdf", "odt", "ods", "odp", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "jpg", "jpeg", "png"]
MOST_MEGABYTES = 10


def _folder(document: "JumelageDocument", filename: str) -> str:
    return f"jumelages/{document.jumelage_id}/{filename}"


class JumelageDocumentQuerySet(models.QuerySet["JumelageDocument"]):
    def shown(self) -> "JumelageDocumentQuerySet":
        """Those that everybody may read."""
        return self.filter(is_public=True)

    def newest_first(self) -> "JumelageDocumentQuerySet":
        return self.order_by(models.F("dated_on").desc(nulls_last=True), "-pk")


class JumelageDocument(models.Model):
    """A file about a jumelage: its convention, a deliberation, minutes."""

    jumelage = models.ForeignKey(Jumelage, models.CASCADE, verbose_name=_("jumelage"), related_name="documents")
    kind = models.CharField(_("nature du document"), max_length=20, choices=DocumentKind, default=DocumentKind.OTHER)
    title = models.CharField(_("titre"), max_length=200)
    file = models.FileField(
        _("fichier"), upload_to=_folder, max_length=300, validators=[FileExtensionValidator(DOCUMENT_ENDINGS)]
    )
    dated_on = models.DateField(_("daté du"), null=True, blank=True)
    is_public = models.BooleanField(
        _("lisible par tous"), default=False, help_text=_("Sinon, seules l’équipe et la collectivité le lisent.")
    )
    added_by = models.CharField(_("ajouté par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)

    objects = JumelageDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document d’un jumelage")
        verbose_name_plural = _("documents des jumelages")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jumelage_document", args=[self.jumelage.slug, self.pk])


class RelaunchQuerySet(models.QuerySet["Relaunch"]):
    def open(self) -> "RelaunchQuerySet":
        return self.filter(state=RelaunchState.OPEN)

    def of_jumelage(self, jumelage: Jumelage) -> "RelaunchQuerySet":
        return self.filter(jumelage=jumelage.pk)

    def signed_by(self, addresses: Iterable[str]) -> "RelaunchQuerySet":
        """Begun or closed by the owner of these addresses."""
        wanted = list(addresses)
        return self.filter(Q(started_by__in=wanted) | Q(closed_by__in=wanted))

    def oldest_first(self) -> "RelaunchQuerySet":
        return self.order_by("started_at", "pk")

    def newest_first(self) -> "RelaunchQuerySet":
        return self.order_by("-started_at", "-pk")

    def with_pair(self) -> "RelaunchQuerySet":
        return self.select_related("jumelage__collectivite", "jumelage__partner")

    def waiting_since(self) -> dict[str, Any]:
        """How many are under way, and since when the oldest is."""
        return self.open().aggregate(count=models.Count("pk"), since=models.Min("started_at"))


class Relaunch(models.Model):
    """The path that brings a jumelage back to life: what it needs, what it has already."""

    jumelage = models.ForeignKey(Jumelage, models.CASCADE, verbose_name=_("jumelage"), related_name="relaunches")
    state = models.CharField(_("état"), max_length=20, choices=RelaunchState, default=RelaunchState.OPEN)
    needed = ArrayField(
        models.CharField(max_length=20, choices=RelaunchStep),
        verbose_name=_("ce qu’il faut"),
        default=list,
        blank=True,
    )
    done = ArrayField(
        models.CharField(max_length=20, choices=RelaunchStep),
        verbose_name=_("ce qui est acquis"),
        default=list,
        blank=True,
    )
    note = models.TextField(_("notes de l’équipe"), blank=True)
    started_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    started_by = models.CharField(_("commencée par"), max_length=254, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    closed_by = models.CharField(_("close par"), max_length=254, blank=True)

    objects = RelaunchQuerySet.as_manager()

    class Meta:
        verbose_name = _("relance d’un jumelage")
        verbose_name_plural = _("relances des jumelages")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jumelage"],
                condition=Q(state=RelaunchState.OPEN.value),
                name="relaunch_one_open",
                violation_error_message=_("Une relance est déjà en cours pour ce jumelage."),
            ),
            models.CheckConstraint(
                condition=Q(state=RelaunchState.OPEN.value) ^ Q(closed_at__isnull=False),
                name="relaunch_closed_has_date",
                violation_error_message=_("Une relance close a une date de fin."),
            ),
            models.CheckConstraint(
                condition=Q(done__contained_by=models.F("needed")),
                name="relaunch_done_was_needed",
                violation_error_message=_("Ce qui est acquis fait partie de ce qu’il faut."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jumelage_id} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == RelaunchState.OPEN

    @property
    def steps(self) -> list[tuple[RelaunchStep, bool]]:
        """What is needed, in the order of the path, and whether it is there."""
        return [(step, step.value in self.done) for step in RelaunchStep if step.value in self.needed]

    @property
    def progress(self) -> str:
        """« 2 sur 5 »."""
        return _("%(done)s sur %(needed)s") % {"done": len(self.done), "needed": len(self.needed)}
