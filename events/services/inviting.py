"""« Inviter autour »: who may be invited and why, what keeps the others from it; the invitations themselves, their only reminder,
and the answer « nous ne viendrons pas ». Everything here is safe to do twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import ContactState, Nature
from directory.fiche_names import label_of
from directory.models import Actor
from directory.models.reference import country_names, theme_names
from events import notifications
from events.enums import EventStatus, Exclusion, InvitationState
from events.models import Event, EventInvitation, Registration
from events.models.candidates import Criteria, actors_around, with_distance, with_exclusion
from soco.mailing.models import Address
from soco.web.templatetags.soco import kilometres

from .errors import EventsError
from .locking import locked_event

REASON_LENGTH = 200


@dataclass(frozen=True)
class Around:
    """`pks`: those who may be invited, the nearest first. `exclusions`: what keeps how many others from it."""

    pks: list[int] = field(default_factory=list)
    exclusions: list[tuple[Exclusion, int]] = field(default_factory=list)

    @property
    def excluded(self) -> int:
        return sum(count for _why, count in self.exclusions)


@dataclass(frozen=True)
class Candidate:
    """An actor that may be invited. `distance`: kilometres from the place; `reasons`: why it is, in French."""

    actor: Actor
    label: str
    distance: float | None
    reasons: list[str]


@dataclass(frozen=True)
class Invited:
    """What became of the addresses to invite: how many are new, and those left aside with the reason."""

    new: int = 0
    aside: list[tuple[str, str]] = field(default_factory=list)


def candidates(event: Event, criteria: Criteria) -> Around:
    """Those whom the criteria mean and who may be invited to `event`, and how many others are not, by reason. One query."""
    pks, kept_out, addresses = [], Counter[Exclusion](), set()
    found = with_exclusion(actors_around(event, criteria), event, timezone.localdate())
    for pk, exclusion, address in found.values_list("pk", "exclusion", "mailbox"):
        if not exclusion and address in addresses:
            exclusion = Exclusion.SAME_ADDRESS
        if exclusion:
            kept_out[Exclusion(exclusion)] += 1
        else:
            addresses.add(address)
            pks.append(pk)
    return Around(pks, [(why, kept_out[why]) for why in Exclusion if kept_out[why]])


def described(event: Event, criteria: Criteria, pks: Sequence[int]) -> list[Candidate]:
    """These candidates in their order, with their distance and the reasons to invite them."""
    rows = with_distance(Actor.objects.numbered(list(pks)), event).for_invitation()
    actors = {actor.pk: actor for actor in rows}
    say = _Reasons(event, criteria)
    return [
        Candidate(actor, label_of(actor), actor.distance, say.of(actor))
        for actor in (actors[pk] for pk in pks if pk in actors)
    ]


class _Reasons:
    """The names that the reasons of one search need, read once."""

    def __init__(self, event: Event, criteria: Criteria) -> None:
        self.criteria = criteria
        self.own_epci = event.commune.epci_id if event.commune else None
        self.epci = self._named(Nature.EPCI, criteria.epci)
        self.departement = self._named(Nature.DEPARTEMENT, criteria.departement)
        self.country = country_names().get(criteria.country, "") if criteria.country else ""
        self.theme = theme_names().get(criteria.theme, "") if criteria.theme else ""

    @staticmethod
    def _named(nature: Nature, code: str) -> Actor | None:
        return Actor.objects.of_nature([nature]).with_code(code).first() if code else None

    def of(self, actor: Actor) -> list[str]:
        asked, reasons = self.criteria, []
        distance = actor.distance  # type: ignore[attr-defined]
        if asked.km and distance is not None and distance <= asked.km:
            reasons.append(_("à %(distance)s") % {"distance": kilometres(distance)})
        epcis = {actor.epci_id, actor.pk} - {None}
        if self.own_epci in epcis:
            reasons.append(_("même intercommunalité"))
        elif self.epci and self.epci.pk in epcis:
            reasons.append(_("intercommunalité\u00a0: %(name)s") % {"name": self.epci.name})
        if self.departement and self.departement.code in actor.departement_codes:
            reasons.append(_("département\u00a0: %(name)s") % {"name": self.departement.name})
        linked = actor.jumelage_count > 0
        if self.country and linked and asked.country in actor.cooperation_countries:
            reasons.append(_("jumelage ou coopération\u00a0: %(name)s") % {"name": self.country})
        if self.theme and linked and asked.theme in actor.cooperation_themes:
            reasons.append(_("thème de coopération\u00a0: %(name)s") % {"name": self.theme})
        return reasons


def refusal_to_invite(event: Event) -> str:
    """Why nobody may be invited to `event` now, in French; « » if they may."""
    if event.is_demo:
        return _("Cet événement est une démonstration\u00a0: aucune invitation ne part.")
    if event.status == EventStatus.DRAFT:
        return _("Publiez d’abord l’événement\u00a0: une invitation mène à sa page d’inscription.")
    if event.status == EventStatus.POSTPONED:
        return _("Cet événement est reporté\u00a0: invitez quand sa nouvelle date sera connue.")
    if event.status == EventStatus.CANCELLED:
        return _("Cet événement est annulé\u00a0: on n’y invite plus.")
    if timezone.now() >= event.registration_ends_at:
        return _("Les inscriptions à cet événement sont closes\u00a0: on n’y invite plus.")
    return ""


@transaction.atomic
def invite_around(event: Event, criteria: Criteria, pks: Iterable[int], *, by: str) -> int:
    """Invite these actors, as far as the criteria still mean them and nothing keeps them from it; return how many are new.

    `pks`: those that the preview showed; the same ones twice are invited once. Raises EventsError if nobody may be invited now, or
    for more actors than one gesture takes.
    """
    event = _invitable(event)
    wanted = set(pks)
    _check_count(len(wanted))
    chosen = [pk for pk in candidates(event, criteria).pks if pk in wanted]
    rows = [
        EventInvitation(
            event=event, actor=who.actor, email=who.actor.email.lower(), reason=_reason(who.reasons), sent_by=by
        )
        for who in described(event, criteria, chosen)
    ]
    return _invite(event, rows)


@transaction.atomic
def invite_addresses(event: Event, emails: Sequence[str], *, by: str) -> Invited:
    """Invite these addresses, typed one by one. Those invited or registered already, opposed, failing, or of an actor that asked
    not to be contacted, are left aside and said. Raises EventsError as `invite_around`."""
    event = _invitable(event)
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
    _check_count(len(wanted))
    actors: dict[str, Actor] = {}
    for actor in Actor.objects.published().real().with_email(wanted):
        actors.setdefault(actor.mailbox, actor)
    why_not = _against(event, wanted, actors)
    rows = [
        EventInvitation(event=event, actor=actors.get(email), email=email, sent_by=by)
        for email in wanted
        if email not in why_not
    ]
    return Invited(_invite(event, rows), [(email, why_not[email]) for email in wanted if email in why_not])


def _against(event: Event, emails: list[str], actors: dict[str, Actor]) -> dict[str, str]:
    """The addresses that are not invited, each with the reason."""
    today = timezone.localdate()
    found = {
        email: Exclusion.REFUSED if actor.contact_state == ContactState.REFUSED else Exclusion.PAUSED
        for email, actor in actors.items()
        if actor.is_at_rest(today)
    }
    for address in Address.objects.among(emails):
        if address.is_failing:
            found[address.email] = Exclusion.FAILING
        if address.service_opposed_at:
            found[address.email] = Exclusion.OPPOSED
    registered = Registration.objects.of_event(event).live().of_addresses(emails).values_list("email", flat=True)
    found |= dict.fromkeys(registered, Exclusion.REGISTERED)
    invited = EventInvitation.objects.of_event(event).to_addresses(emails).values_list("email", flat=True)
    found |= {email.lower(): Exclusion.INVITED for email in invited}
    return {email: str(why.label) for email, why in found.items()}


def _invitable(event: Event) -> Event:
    """The event, its row held: two people who invite at the same time do it one after the other."""
    event = locked_event(event)
    if refusal := refusal_to_invite(event):
        raise EventsError(refusal)
    return event


def _check_count(count: int) -> None:
    if count > settings.EVENTS_MOST_INVITATIONS:
        raise EventsError(
            _("%(most)s invitations au plus à la fois\u00a0: resserrez les critères, ou envoyez en plusieurs fois.")
            % {"most": settings.EVENTS_MOST_INVITATIONS}
        )


def _reason(reasons: list[str]) -> str:
    """As many of the reasons as the column takes."""
    said = ""
    for reason in reasons:
        longer = f"{said}, {reason}" if said else reason
        said = longer if len(longer) <= REASON_LENGTH else said
    return said


def _invite(event: Event, rows: list[EventInvitation]) -> int:
    """Write the invitations and ask for their mails; return how many are new. Called with the event's row held."""
    emails = [row.email for row in rows]
    before = EventInvitation.objects.of_event(event).to_addresses(emails).count()
    EventInvitation.objects.bulk_create(rows, ignore_conflicts=True)
    written = EventInvitation.objects.of_event(event).to_addresses(emails).select_related("actor")
    notifications.invitations(event, written)
    return len(written) - before


@transaction.atomic
def remind_invited(event: Event, now: datetime) -> int:
    """Write once more, and only once, to those invited a week ago or earlier who have not answered; return how many.

    Raises EventsError if nobody may be invited now.
    """
    event = _invitable(event)
    before = now - timedelta(days=settings.EVENTS_INVITATION_REMINDER_DAYS)
    due = EventInvitation.objects.of_event(event).to_remind(before).order_by("pk")
    pks = list(due.values_list("pk", flat=True)[: settings.EVENTS_MOST_INVITATIONS])
    rows = EventInvitation.objects.filter(pk__in=pks)
    rows.update(reminded_at=now)
    return notifications.invitations(event, rows.select_related("actor").order_by("pk"), is_reminder=True)


@transaction.atomic
def decline_invitation(invitation: EventInvitation) -> bool:
    """« Nous ne viendrons pas »: no more mail about this event. False if it was said already. Raises EventsError once the event is
    over."""
    kept = EventInvitation.objects.select_for_update(of=("self",)).select_related("event").get(pk=invitation.pk)
    if kept.event.is_past:
        raise EventsError(_("Cet événement est passé\u00a0: il n’y a plus rien à répondre."))
    if kept.is_declined:
        return False
    kept.state = InvitationState.DECLINED
    kept.save(update_fields=["state"])
    notifications.take_back_invitation(kept)
    return True
