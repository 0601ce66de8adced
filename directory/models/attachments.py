"""Who speaks for an actor: attachments of people to actors, and invitations between colleagues."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.enums import AttachmentProof, AttachmentState

from .actor import Actor
from .reference import with_history


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def accepted(self) -> "AttachmentQuerySet":
        """Those who speak for their actor today."""
        return self.filter(state=AttachmentState.ACCEPTED)

    def requested(self) -> "AttachmentQuerySet":
        """Waiting for staff."""
        return self.filter(state=AttachmentState.REQUESTED)

    def standing(self) -> "AttachmentQuerySet":
        """Asked for or accepted: neither refused nor over."""
        return self.filter(state__in=[AttachmentState.REQUESTED, AttachmentState.ACCEPTED])

    def of_user(self, user: models.Model) -> "AttachmentQuerySet":
        return self.filter(user=user.pk)

    def oldest_first(self) -> "AttachmentQuerySet":
        return self.order_by("created_at", "pk")


@with_history()
class Attachment(models.Model):
    """A person who represents, or asks to represent, an actor. Several référents, at most one principal."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("personne"), related_name="attachments"
    )
    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="attachments")
    function = models.CharField(_("fonction"), max_length=120, blank=True)
    message = models.TextField(_("message"), blank=True)
    state = models.CharField(_("état"), max_length=20, choices=AttachmentState, default=AttachmentState.REQUESTED)
    is_principal = models.BooleanField(_("référent principal"), default=False)
    proof = models.CharField(_("preuve"), max_length=20, choices=AttachmentProof, blank=True)
    reason = models.TextField(_("raison"), blank=True)
    created_at = models.DateTimeField(_("demandé le"), auto_now_add=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.CharField(_("décidé par"), max_length=254, blank=True)
    left_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("rattachement")
        verbose_name_plural = _("rattachements")
        ordering = ["-created_at", "-pk"]
        permissions = [("review_attachment", _("Peut décider des rattachements"))]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "actor"],
                condition=Q(state__in=[AttachmentState.REQUESTED.value, AttachmentState.ACCEPTED.value]),
                name="attachment_one_standing",
                violation_error_message=_("Cette personne représente déjà cet acteur, ou l’a demandé."),
            ),
            models.UniqueConstraint(
                fields=["actor"],
                condition=Q(is_principal=True),
                name="attachment_one_principal",
                violation_error_message=_("Cet acteur a déjà un référent principal."),
            ),
            models.CheckConstraint(
                condition=Q(is_principal=False) | Q(state=AttachmentState.ACCEPTED.value),
                name="attachment_principal_is_accepted",
                violation_error_message=_("Le référent principal est un référent accepté."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state=AttachmentState.REQUESTED.value), name="attachment_queue"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.actor_id}"

    @property
    def is_accepted(self) -> bool:
        return self.state == AttachmentState.ACCEPTED


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor taken back."""
        return self.filter(accepted_at__isnull=True, cancelled_at__isnull=True)


class Invitation(models.Model):
    """A référent's call to a colleague; its link is derived from it, and good for the invited address alone."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="invitations")
    email = models.EmailField(_("adresse invitée"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("invité par"), related_name="invitations"
    )
    version = models.PositiveSmallIntegerField(_("version du lien"), default=1)
    created_at = models.DateTimeField(_("envoyée le"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("acceptée le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "actor",
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_("Cette adresse est déjà invitée."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.email}"
