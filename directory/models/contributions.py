"""The one door for facts: what somebody proposes, field by field, and the yearly question « is your fiche up to date? »."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.enums import ChangeState, ProposalKind, ProposalState, Source

from .actor import Actor


class ChangeProposalQuerySet(models.QuerySet["ChangeProposal"]):
    def pending(self) -> "ChangeProposalQuerySet":
        """Not decided yet, in part or in whole."""
        return self.filter(state=ProposalState.PENDING)

    def made_by(self, user: models.Model) -> "ChangeProposalQuerySet":
        return self.filter(by_user=user.pk)

    def oldest_first(self) -> "ChangeProposalQuerySet":
        return self.order_by("created_at", "pk")

    def newest_first(self) -> "ChangeProposalQuerySet":
        return self.order_by("-created_at", "-pk")


class ChangeProposal(models.Model):
    """What someone suggests about an actor: member, visitor, holder of a signed link, later a survey or a visit."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="proposals")
    kind = models.CharField(_("objet"), max_length=20, choices=ProposalKind, default=ProposalKind.CHANGES)
    source = models.CharField(_("source"), max_length=20, choices=Source)
    origin = models.CharField(
        _("origine"),
        max_length=100,
        unique=True,
        help_text=_("D’où vient la proposition ; la même origine ne peut pas proposer deux fois."),
    )
    message = models.TextField(_("message"), blank=True)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("compte de l’auteur"),
        related_name="proposals",
        null=True,
        blank=True,
    )
    by_name = models.CharField(_("nom de l’auteur"), max_length=200, blank=True)
    by_email = models.EmailField(_("adresse de l’auteur"), blank=True)
    state = models.CharField(_("état"), max_length=20, choices=ProposalState, default=ProposalState.PENDING)
    reason = models.TextField(_("raison"), blank=True)
    created_at = models.DateTimeField(_("proposée le"), auto_now_add=True)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.CharField(_("décidée par"), max_length=254, blank=True)

    objects = ChangeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ["-created_at", "-pk"]
        permissions = [("review_changeproposal", _("Peut relire les propositions"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.PENDING.value) ^ Q(decided_at__isnull=False),
                name="changeproposal_decided_has_date",
                violation_error_message=_("Une proposition décidée a une date de décision."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"], condition=Q(state=ProposalState.PENDING.value), name="changeproposal_queue"
            ),
            models.Index(fields=["actor", "-created_at"], name="changeproposal_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.get_kind_display()}"

    @property
    def is_pending(self) -> bool:
        return self.state == ProposalState.PENDING

    @property
    def author(self) -> str:
        """Who proposed, as staff reads it."""
        return self.by_name or self.by_email or str(_("une personne qui n’a pas dit son nom"))


class FieldChange(models.Model):
    """One field of a proposal: what the fiche said when it was proposed, and what it should say."""

    proposal = models.ForeignKey(ChangeProposal, models.CASCADE, verbose_name=_("proposition"), related_name="changes")
    field = models.CharField(_("champ"), max_length=40)
    old = models.JSONField(_("valeur d’alors"), null=True, blank=True)
    new = models.JSONField(_("valeur proposée"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=20, choices=ChangeState, default=ChangeState.PENDING)
    reason = models.TextField(_("raison"), blank=True)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.CharField(_("décidé par"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("champ proposé")
        verbose_name_plural = _("champs proposés")
        ordering = ["proposal_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "field"],
                name="fieldchange_once_per_proposal",
                violation_error_message=_("Ce champ est déjà dans la proposition."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} · {self.field}"


class ConfirmationRequestQuerySet(models.QuerySet["ConfirmationRequest"]):
    def open(self) -> "ConfirmationRequestQuerySet":
        """Asked, without an answer, and not given up."""
        return self.filter(closed_at__isnull=True)

    def to_remind(self, asked_before: date, most: int) -> "ConfirmationRequestQuerySet":
        """Open, last asked on that day or before, and reminded fewer than `most` times."""
        return self.open().filter(last_asked_on__lte=asked_before, reminders__lt=most).order_by("last_asked_on", "pk")


class ConfirmationRequest(models.Model):
    """One yearly question to one actor: « votre fiche est-elle à jour ? ». Its link is derived, never stored."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="confirmation_requests")
    asked_on = models.DateField(_("demandée le"))
    last_asked_on = models.DateField(_("dernier courriel le"))
    reminders = models.PositiveSmallIntegerField(_("relances"), default=0)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=30, blank=True)

    objects = ConfirmationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de confirmation")
        verbose_name_plural = _("demandes de confirmation")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["actor"],
                condition=Q(closed_at__isnull=True),
                name="confirmationrequest_one_open",
                violation_error_message=_("Une demande est déjà en cours pour cet acteur."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.asked_on}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
