"""Who speaks for an actor: attachments of people to actors, and invitations between colleagues."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import AttachmentProof, AttachmentState

from .actor import Actor, ActorQuerySet
from .expressions import SearchKey
from .reference import with_history

INVITATION_DAYS = 30


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def accepted(self) -> "AttachmentQuerySet":
        """Those who speak for their actor today."""
        return self.filter(state=AttachmentState.ACCEPTED)

    def of_actors(self, pks: list[int]) -> "AttachmentQuerySet":
        """Of any of these actors, with their accounts."""
        return self.filter(actor__in=pks).select_related("user")

    def requested(self) -> "AttachmentQuerySet":
        """Waiting for staff."""
        return self.filter(state=AttachmentState.REQUESTED)

    def standing(self) -> "AttachmentQuerySet":
        """Asked for or accepted: neither refused nor over."""
        return self.filter(state__in=[AttachmentState.REQUESTED, AttachmentState.ACCEPTED])

    def principals(self) -> "AttachmentQuerySet":
        return self.filter(is_principal=True)

    def of_user(self, user: models.Model) -> "AttachmentQuerySet":
        return self.filter(user=user.pk)

    def of_actor(self, actor: Actor | int) -> "AttachmentQuerySet":
        return self.filter(actor=actor)

    def other_than(self, attachment: "Attachment") -> "AttachmentQuerySet":
        return self.exclude(pk=attachment.pk)

    def of_state(self, states: list[str]) -> "AttachmentQuerySet":
        return self.filter(state__in=states)

    def in_departements(self, codes: list[str]) -> "AttachmentQuerySet":
        """Their actor lies at least partly in one of these départements."""
        return self.filter(actor__departement_codes__overlap=codes)

    def matching(self, text: str) -> "AttachmentQuerySet":
        """The text stands in the actor's name (accents and case apart), in the person's name or in their address."""
        person = Q(user__email__icontains=text) | Q(user__first_name__icontains=text)
        person |= Q(user__last_name__icontains=text)
        return self.filter(person | Q(actor__name_key__contains=SearchKey(Value(text))))

    def asked_before(self, moment: datetime) -> "AttachmentQuerySet":
        return self.filter(created_at__lt=moment)

    def decided_by_address(self, addresses: Iterable[str]) -> "AttachmentQuerySet":
        """Accepted or refused by the owner of one of these addresses."""
        return self.filter(decided_by__in=list(addresses))

    def over(self, *, refused_before: datetime, left_before: datetime) -> "AttachmentQuerySet":
        """Refused before one moment, or ended before the other."""
        refused = Q(state=AttachmentState.REFUSED, decided_at__lt=refused_before)
        return self.filter(refused | Q(state=AttachmentState.LEFT, left_at__lt=left_before))

    def actors(self) -> ActorQuerySet:
        """The actors that these speak for, by name."""
        return Actor.objects.filter(pk__in=self.order_by().values("actor")).by_name()

    def oldest_first(self) -> "AttachmentQuerySet":
        return self.order_by("created_at", "pk")

    def newest_first(self) -> "AttachmentQuerySet":
        return self.order_by("-created_at", "-pk")

    def principal_first(self) -> "AttachmentQuerySet":
        """An actor's référents as its people know them: the principal, then the oldest."""
        return self.order_by("-is_principal", "created_at", "pk")

    def by_actor(self) -> "AttachmentQuerySet":
        return self.order_by("actor__name_key", "pk")

    def for_page(self) -> "AttachmentQuerySet":
        """With the person and the actor, in one query."""
        return self.select_related("user", "actor", "actor__departement").defer(
            "actor__search_document", "actor__search_terms", "actor__former_keys"
        )


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

    @property
    def is_requested(self) -> bool:
        return self.state == AttachmentState.REQUESTED


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor taken back."""
        return self.filter(accepted_at__isnull=True, cancelled_at__isnull=True)

    def of_actor(self, actor: Actor | int) -> "InvitationQuerySet":
        return self.filter(actor=actor)

    def sent_by(self, user: models.Model) -> "InvitationQuerySet":
        return self.filter(invited_by=user.pk)

    def sent_to(self, addresses: Iterable[str]) -> "InvitationQuerySet":
        """To one of these addresses, case apart."""
        wanted = [address.strip().lower() for address in addresses]
        return self.alias(address=Lower("email")).filter(address__in=wanted)

    def sent_since(self, moment: datetime) -> "InvitationQuerySet":
        return self.filter(created_at__gte=moment)

    def sent_before(self, moment: datetime) -> "InvitationQuerySet":
        return self.filter(created_at__lt=moment)

    def anonymise(self) -> int:
        """Keep that somebody was invited, and forget the address; what was open is taken back."""
        self.open().update(cancelled_at=timezone.now())
        unnamed = Concat(Value("invitation-"), Cast("pk", models.CharField()), Value("@efface.invalid"))
        return self.update(email=unnamed)

    def still_good(self) -> "InvitationQuerySet":
        """Open, and whose link has not come to its last day."""
        return self.open().filter(created_at__date__gte=timezone.localdate() - timedelta(days=INVITATION_DAYS))

    def for_page(self) -> "InvitationQuerySet":
        """With the actor and who invites, in one query."""
        return self.select_related("invited_by", "actor", "actor__departement").defer(
            "actor__search_document", "actor__search_terms", "actor__former_keys"
        )

    def oldest_first(self) -> "InvitationQuerySet":
        return self.order_by("created_at", "pk")


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
                Lower("email"),
                "actor",
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_("Cette adresse est déjà invitée."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} · {self.email}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.cancelled_at is None

    @property
    def sent_on(self) -> date:
        """The day from which its link counts."""
        return timezone.localdate(self.created_at)

    @property
    def last_day(self) -> date:
        return self.sent_on + timedelta(days=INVITATION_DAYS)
