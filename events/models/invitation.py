"""EventInvitation: an actor was asked to come."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from events.enums import InvitationState

from .event import Event


class EventInvitationQuerySet(models.QuerySet["EventInvitation"]):
    def of_event(self, event: Event) -> "EventInvitationQuerySet":
        return self.filter(event=event.pk)

    def standing(self) -> "EventInvitationQuerySet":
        return self.filter(state=InvitationState.SENT)

    def newest_first(self) -> "EventInvitationQuerySet":
        return self.order_by("-sent_at", "-pk")


class EventInvitation(models.Model):
    """Written to an actor's public address, or to one that staff typed; its personal link fills the form."""

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("événement"), related_name="invitations")
    actor = models.ForeignKey(
        Actor, models.CASCADE, verbose_name=_("acteur"), related_name="event_invitations", null=True, blank=True
    )
    email = models.EmailField(_("adresse"))
    reason = models.CharField(_("pourquoi lui"), max_length=200, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=InvitationState, default=InvitationState.SENT)
    link_version = models.PositiveIntegerField(_("version du lien"), default=1, editable=False)
    sent_at = models.DateTimeField(_("demandée le"), auto_now_add=True)
    sent_by = models.CharField(_("par"), max_length=254, blank=True)

    objects = EventInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation à un événement")
        verbose_name_plural = _("invitations aux événements")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                name="event_invitation_once",
                violation_error_message=_("Cette adresse est déjà invitée."),
            ),
        ]

    def __str__(self) -> str:
        return self.email
