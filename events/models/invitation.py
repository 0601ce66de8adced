"""EventInvitation: an actor was asked to come."""

from datetime import datetime

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from events.enums import InvitationAnswer, InvitationState
from soco.mailing.models import Message
from soco.web import signed_links

from .event import Event
from .links import link_days

LINK = "invitation-evenement"
ABOUT = "event_invitation:"  # what its mails are about, in the ledger


class EventInvitationQuerySet(models.QuerySet["EventInvitation"]):
    def of_event(self, event: Event) -> "EventInvitationQuerySet":
        return self.filter(event=event.pk)

    def standing(self) -> "EventInvitationQuerySet":
        return self.filter(state=InvitationState.SENT)

    def to_addresses(self, emails: list[str]) -> "EventInvitationQuerySet":
        """To one of these addresses, given in small letters."""
        return self.alias(address=Lower("email")).filter(address__in=emails)

    def with_answer(self) -> "EventInvitationQuerySet":
        """Adds `answer`: « inscrite » if its link, its address or its actor has a live registration, whatever it said before."""
        from .registration import Registration  # it points to invitations

        theirs = Q(invitation=OuterRef("pk")) | Q(email=Lower(OuterRef("email"))) | Q(actor=OuterRef("actor"))
        registered = Registration.objects.live().filter(theirs, event=OuterRef("event"))
        return self.annotate(
            answer=Case(
                When(Exists(registered), then=Value(InvitationAnswer.REGISTERED.value)),
                When(state=InvitationState.DECLINED, then=Value(InvitationAnswer.DECLINED.value)),
                default=Value(InvitationAnswer.WAITING.value),
                output_field=models.CharField(),
            )
        )

    def answering(self, answer: str) -> "EventInvitationQuerySet":
        return self.with_answer().filter(answer=answer)

    def with_mail(self) -> "EventInvitationQuerySet":
        """Adds `mail_state` and `mail_reason`, those of its last mail in the ledger; None if it has none there any more."""
        mails = self._mails().order_by("-pk")
        return self.annotate(
            mail_state=Subquery(mails.values("state")[:1]), mail_reason=Subquery(mails.values("reason")[:1])
        )

    def undelivered(self) -> "EventInvitationQuerySet":
        """Whose address gave one of its mails back."""
        return self.filter(Exists(self._mails().failed()))

    @staticmethod
    def _mails() -> models.QuerySet[Message]:
        pk = Cast(OuterRef("pk"), models.CharField())
        return Message.objects.filter(about=Concat(Value(ABOUT), pk, output_field=models.CharField()))

    def to_remind(self, sent_before: datetime) -> "EventInvitationQuerySet":
        """Sent before a moment, without an answer, never reminded, and whose address works."""
        silent = self.answering(InvitationAnswer.WAITING).filter(sent_at__lte=sent_before, reminded_at__isnull=True)
        return silent.exclude(Exists(self._mails().failed()))

    def counted(self) -> dict[str, int]:
        """How many of each answer."""
        counts = self.order_by().with_answer().values_list("answer").annotate(count=models.Count("pk"))
        return dict.fromkeys(InvitationAnswer.values, 0) | dict(counts)

    def naming(self, text: str) -> "EventInvitationQuerySet":
        """Whose actor or address holds this text."""
        return self.filter(Q(actor__name__unaccent__icontains=text) | Q(email__icontains=text))

    def old(self, before: datetime) -> "EventInvitationQuerySet":
        """To events that ended before a moment."""
        return self.filter(event__ends_at__lt=before)

    def named(self) -> "EventInvitationQuerySet":
        """Those that still say to which address."""
        return self.exclude(email__endswith="@efface.invalid")

    def newest_first(self) -> "EventInvitationQuerySet":
        return self.order_by("-sent_at", "-pk")

    def for_list(self) -> "EventInvitationQuerySet":
        """What a line of the list shows, in one query."""
        heavy = ("search_document", "search_terms", "partner_terms", "former_keys")
        return self.with_answer().with_mail().select_related("actor").defer(*(f"actor__{name}" for name in heavy))


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
    reminded_at = models.DateTimeField(_("relancée le"), null=True, blank=True)

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

    def get_absolute_url(self) -> str:
        return reverse("event_invitation", args=[self.token])

    @property
    def is_declined(self) -> bool:
        return self.state == InvitationState.DECLINED

    @property
    def about(self) -> str:
        """How the ledger names it."""
        return f"{ABOUT}{self.pk}"

    @property
    def token(self) -> str:
        """Its personal link's token: made anew each time, the same as long as nothing changed."""
        since = timezone.localdate(self.sent_at)
        days = link_days(since, self.event)
        return signed_links.make(LINK, self.pk, version=self.link_version, days=days, since=since).token
