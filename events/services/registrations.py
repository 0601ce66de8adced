"""What people do with a registration: register, accept, withdraw, replace somebody; and what staff decides of one.

Each gesture locks the event first, is safe to call twice, and fills the seats that it frees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from events import notifications, seating
from events.enums import EventStatus, ExpiredOffer
from events.enums import RegistrationState as State
from events.models import Event, EventInvitation, Participant, Registration, Transition
from soco.web.templatetags.soco import day

from .errors import EventsError, FullError
from .locking import locked_event, locked_registration
from .seats import fill, held, move


@dataclass(frozen=True)
class Person:
    """Somebody who comes. `email`: theirs, if it is not the applicant's."""

    name: str
    email: str = ""
    job: str = ""


@dataclass(frozen=True)
class Applicant:
    """Who registers: mails go to `email`. `actor`: the structure's fiche, if it has one; `structure`: its name as typed."""

    name: str
    email: str
    phone: str = ""
    structure: str = ""
    actor: Actor | None = None
    user: Any = None


@transaction.atomic
def register(
    event: Event,
    applicant: Applicant,
    *,
    people: Sequence[Person] = (),
    answers: Mapping[str, Any] | None = None,
    is_listed: bool = False,
    invitation: EventInvitation | None = None,
    once: str = "",
    by: str = "",
    is_by_hand: bool = False,
) -> Registration:
    """Take seats for `people` (the applicant alone if none are named), or a place on the waiting list.

    The same address again gives back the registration that it has. Raises EventsError if registering is not open or the
    structure has its seats already, FullError without a waiting list. `once`: the number of the page (see the model). `is_by_hand`:
    an organiser does it, whom the window of registrations does not stop.
    """
    event = locked_event(event)
    live = Registration.objects.of_event(event).live()
    known = live.of_address(applicant.email).first() if applicant.email else live.made_on(once).first()
    if known is not None:
        known.event = event
        return known
    _check_open(event, is_by_hand=is_by_hand)
    people = list(people) or [Person(applicant.name)]
    _check_seats_of_actor(event, applicant, len(people))
    state, rank = _first_state(event, applicant, len(people))
    if state == State.WAITING and not event.has_waiting_list:
        raise FullError(_("Toutes les places sont prises, et cet événement n’a pas de liste d’attente."))
    registration = Registration.objects.create(
        event=event,
        state=state,
        rank=rank,
        seats=len(people),
        is_never_met=bool(applicant.actor and applicant.actor.is_never_met),
        name=applicant.name,
        email=applicant.email.strip().lower(),
        phone=applicant.phone,
        structure=applicant.structure or (applicant.actor.name if applicant.actor else ""),
        actor=applicant.actor,
        user=applicant.user,
        answers=dict(answers or {}),
        is_listed=is_listed,
        invitation=invitation,
        once=once,
    )
    Participant.objects.bulk_create(
        Participant(registration=registration, name=who.name, email=who.email.strip().lower(), job=who.job)
        for who in people
    )
    Transition.objects.create(registration=registration, after=state, at=registration.state_at, by=by)
    notifications.registration_told(registration)
    return registration


def why_closed(event: Event) -> str:
    """Why nobody may register now, seats apart; « » if they may."""
    try:
        _check_open(event, is_by_hand=False)
    except EventsError as error:
        return str(error)
    return ""


def _check_open(event: Event, *, is_by_hand: bool) -> None:
    now = timezone.now()
    if event.status == EventStatus.CANCELLED:
        raise EventsError(_("Cet événement est annulé."))
    if event.status == EventStatus.POSTPONED:
        raise EventsError(_("Cet événement est reporté\u00a0: les inscriptions rouvriront avec sa nouvelle date."))
    if event.status == EventStatus.DRAFT:
        raise EventsError(_("Cet événement n’est pas encore publié."))
    if is_by_hand and not event.has_begun:
        return
    if event.opens_at and now < event.opens_at:
        raise EventsError(_("Les inscriptions ouvrent le %(day)s.") % {"day": day(event.opens_at)})
    if now >= event.registration_ends_at:
        raise EventsError(
            _("Cet événement est passé.") if event.is_past else _("Les inscriptions à cet événement sont closes.")
        )


def _check_seats_of_actor(event: Event, applicant: Applicant, seats: int) -> None:
    """Each structure has its share of seats; a request above it is refused with what is left."""
    most = event.seats_per_actor
    if most is None:
        return
    mine = Registration.objects.of_event(event).live()
    if applicant.actor:
        had = mine.of_actor(applicant.actor).seats()
    else:
        had = mine.of_structure(applicant.structure).seats() if applicant.structure else 0
    if had + seats <= most:
        return
    if had:
        said = _("Cet événement donne %(most)s places au plus par structure\u00a0; la vôtre en a déjà %(had)s.")
    else:
        said = _("Cet événement donne %(most)s places au plus par structure\u00a0: vous en demandez %(seats)s.")
    raise EventsError(said % {"most": most, "had": had, "seats": seats})


def _first_state(event: Event, applicant: Applicant, seats: int) -> tuple[State, int]:
    """Where a new request stands at once, and its rank. A seat that is free for it is its own: whoever waits cannot use it, or it
    would have been given before (`fill` runs after each change)."""
    now = held(event)
    request = seating.Request(0, now.last_rank + 1, seats, bool(applicant.actor and applicant.actor.is_never_met))
    is_free = seating.fits(event.rules, now.taken, request)
    if is_free and fill(event, taken=now.taken):
        is_free = seating.fits(event.rules, held(event).taken, request)
    return (State.CONFIRMED if is_free else State.WAITING), request.rank


@transaction.atomic
def accept_offer(registration: Registration, *, by: str = "") -> Registration:
    """Take the offered seat. Twice is once. Raises EventsError if the offer is over or was never made."""
    registration = locked_registration(registration)
    if registration.state == State.CONFIRMED:
        return registration
    if registration.state != State.OFFERED or registration.offer_until is None:
        raise EventsError(_("Aucune place ne vous est proposée en ce moment."))
    if registration.offer_until <= timezone.now() or registration.event.has_begun:
        raise EventsError(_("Cette place n’est plus gardée pour vous\u00a0: le délai est passé."))
    move(registration, State.CONFIRMED, by=by, cause=_("Place acceptée"))
    return registration


@transaction.atomic
def withdraw(registration: Registration, *, by: str = "", cause: str = "") -> bool:
    """Give up a seat, an offer or a place on the waiting list, for good. False if it was over already. Raises EventsError once
    the event is over."""
    registration = locked_registration(registration)
    if not registration.is_live:
        return False
    if not registration.can_withdraw:
        raise EventsError(_("Cet événement est passé\u00a0: l’inscription ne se change plus."))
    move(registration, State.WITHDRAWN, by=by, cause=cause or _("Désistement"))
    fill(registration.event)
    return True


@transaction.atomic
def refuse(registration: Registration, *, by: str, reason: str) -> bool:
    """An organiser does not accept a registration, and says why. False if it was over already."""
    registration = locked_registration(registration)
    if not registration.can_withdraw:
        return False
    move(registration, State.REFUSED, by=by, cause=reason, reason=reason)
    fill(registration.event)
    return True


@transaction.atomic
def replace_participant(participant: Participant, person: Person, *, by: str = "") -> Participant:
    """Somebody comes in the place of a colleague, and both are told. When the person replaced is the one who registered, the
    registration goes to the new one: its mails, and a new link (the old one dies). Raises EventsError for an address that is
    registered already."""
    registration = locked_registration(participant.registration)
    if not registration.can_withdraw:
        raise EventsError(_("Cette inscription ne se change plus."))
    participant = _fresh(participant, registration)
    is_alone = registration.seats == 1
    email = person.email.strip().lower()
    if (participant.name, participant.job) == (person.name, person.job) and email in (
        participant.email,
        registration.email if is_alone else "",
    ):
        return participant  # the same page sent twice
    before = participant.name
    left = {participant.email, registration.email if is_alone else ""} - {"", email}
    participant.name, participant.email, participant.job = person.name, "" if is_alone else email, person.job
    participant.save(update_fields=["name", "email", "job"])
    if is_alone and email and email != registration.email:
        _hand_over(registration, person.name, email)
    elif left or not is_alone:
        notifications.participant_told(participant)
    for address in sorted(left):
        notifications.removed_told(registration, name=before, email=address)
    _note_passage(registration, by=by, cause=_("Remplacement par un collègue"))
    return participant


def _fresh(participant: Participant, registration: Registration) -> Participant:
    """The participant as it is now that its registration is held. Raises EventsError if it was taken out meanwhile."""
    found = Participant.objects.of_registration(registration).filter(pk=participant.pk).first()
    if found is None:
        raise EventsError(_("Cette personne n’est plus dans cette inscription\u00a0: rien n’a été changé."))
    found.registration = registration
    return found


def _note_passage(registration: Registration, *, by: str, cause: str) -> None:
    """A step of its story that does not change its state."""
    state = registration.state
    Transition.objects.create(registration=registration, before=state, after=state, by=by, cause=cause)


def _hand_over(registration: Registration, name: str, email: str) -> None:
    others = Registration.objects.of_event(registration.event).of_address(email).live()
    if others.exclude(pk=registration.pk).exists():
        raise EventsError(_("Cette personne est déjà inscrite à cet événement."))
    registration.name, registration.email, registration.user = name, email, None
    # What the first one said of themselves, and agreed to, is not the colleague's.
    registration.phone, registration.answers, registration.is_listed = "", {}, False
    registration.link_version += 1
    registration.save(update_fields=["name", "email", "user", "phone", "answers", "is_listed", "link_version"])
    notifications.registration_told(registration)


@transaction.atomic
def pass_on(participant: Participant, *, by: str) -> Registration:
    """The registration becomes that of a colleague who comes and gave an address; whoever made it leaves it. Raises EventsError for
    somebody who is registered already."""
    registration = locked_registration(participant.registration)
    participant = _fresh(participant, registration)
    _hand_over(registration, participant.name, participant.email)
    _note_passage(registration, by=by, cause=_("L’inscription passe à un collègue"))
    return registration


@transaction.atomic
def remove_participant(participant: Participant, *, by: str = "") -> bool:
    """One of several people does not come: their seat is free, and they are told if they had been. The last one withdraws the whole
    registration."""
    registration = locked_registration(participant.registration)
    if not registration.can_withdraw:
        raise EventsError(_("Cette inscription ne se change plus."))
    if not registration.participants.filter(pk=participant.pk).exists():
        return False  # the same page sent twice
    if registration.seats == 1:
        return withdraw(registration, by=by)
    deleted, _rows = Participant.objects.filter(pk=participant.pk).delete()
    if deleted:
        registration.seats -= 1
        registration.save(update_fields=["seats"])
        if participant.email != registration.email:
            notifications.removed_told(registration, name=participant.name, email=participant.email)
        fill(registration.event)
    return bool(deleted)


@transaction.atomic
def send_link(registration: Registration) -> bool:
    """Write its personal link again to its address: once an hour at most, whoever asks. False if it was, within the hour."""
    registration = locked_registration(registration)
    return notifications.registration_link(registration, on=timezone.now())


@transaction.atomic
def change_answers(registration: Registration, answers: Mapping[str, Any], *, is_listed: bool) -> None:
    """New answers to the organiser's questions, and whether its people are on the list of participants. Raises EventsError once the
    registration is over."""
    registration = locked_registration(registration)
    if not registration.can_withdraw:
        raise EventsError(_("Cette inscription ne se change plus."))
    registration.answers, registration.is_listed = dict(answers), is_listed
    registration.save(update_fields=["answers", "is_listed"])


@transaction.atomic
def name_structure(registration: Registration, actor: Actor | None) -> None:
    """Say which fiche the structure typed is, or that it has none. Its place on the list does not change."""
    registration = locked_registration(registration)
    registration.actor = actor
    registration.structure = actor.name if actor else registration.structure
    registration.save(update_fields=["actor", "structure"])


# --- the clock ------------------------------------------------------------------------------------------------------------------
def tend(now: datetime) -> int:
    """Close the offers that nobody took in time, and give the seats that are free; return how many offers were closed.

    One short transaction for each event, in the order of their ids; safe to run twice, and twice at once."""
    events = Registration.objects.expired(now).order_by().values_list("event", flat=True).distinct()
    concerned = set(events) | set(Event.objects.upcoming(now).waited_for().values_list("pk", flat=True))
    return sum(_tend_event(pk, now) for pk in sorted(concerned))


@transaction.atomic
def _tend_event(pk: int, now: datetime) -> int:
    event = locked_event(pk)
    if event.is_postponed:  # nobody decides about a date that is not known
        return 0
    expired = list(Registration.objects.of_event(event).expired(now))
    for registration in expired:
        registration.event = event
        _expire(registration)
    fill(event)
    return len(expired)


def _expire(registration: Registration) -> None:
    """Out, or to the end of the list, once: who lets a second offer pass is out."""
    event = registration.event
    had_one = registration.transitions.passed_offers().exists()
    is_out = event.expired_offer == ExpiredOffer.OUT or had_one or event.has_begun
    if is_out:
        move(registration, State.EXPIRED, cause=_("Place non acceptée à temps"))
    else:
        rank = held(event).last_rank + 1
        move(registration, State.WAITING, cause=_("Place non acceptée à temps\u00a0: fin de liste"), rank=rank)
