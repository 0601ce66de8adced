"""The day itself: who came, who came without registering, and who did not come.

A person's presence is theirs; the state of their registration follows from it. Nobody is written to.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.search import folded
from events.enums import EventStatus
from events.enums import RegistrationState as State
from events.models import Event, Participant, Registration, Transition

from .errors import EventsError
from .locking import locked_event, locked_registration
from .registrations import Applicant, Person
from .seats import held, move

DAYS_AFTER = 30  # for how many days after its end the presence at an event is noted and corrected
WITH_A_SEAT = (State.CONFIRMED, State.PRESENT, State.ABSENT)


@transaction.atomic
def mark(participant: Participant, attended: bool | None, *, by: str) -> Participant:
    """Note that a person came (True), did not come (False), or take back what was noted (None). Twice is once: the first time
    stands. Raises EventsError outside the days of the event, and for somebody who has no seat there any more."""
    registration = locked_registration(participant.registration)
    _check_day(registration.event)
    person = Participant.objects.filter(pk=participant.pk, registration=registration).first()
    if person is None or registration.state not in WITH_A_SEAT:
        raise EventsError(
            _("%(name)s n’est plus sur la liste. Si cette personne est là, ajoutez-la comme venue sans inscription.")
            % {"name": participant.name}
        )
    _note([person], attended, by=by)
    _follow(registration, by=by)
    person.registration = registration
    return person


@transaction.atomic
def mark_all(registration: Registration, *, by: str) -> Registration:
    """Everybody of one registration came. Twice is once. Raises EventsError as `mark`."""
    registration = locked_registration(registration)
    for person in registration.participants.order_by("pk"):
        mark(person, True, by=by)
    return locked_registration(registration)


@transaction.atomic
def add_walk_in(event: Event, applicant: Applicant, people: Sequence[Person] = (), *, by: str) -> Registration:
    """Somebody came without registering (`people`: all who came, the applicant alone if none are named): present at once, beside
    the count of seats.

    An address that has a live registration keeps it: those of its people who are named are marked there, the others join it;
    a request that still waited is taken in, beside the count too. So does that of a colleague who named this address. Without an
    address, the same name of the same structure counts once. Raises EventsError outside the days of the event.
    """
    event = locked_event(event)
    _check_day(event)
    people = list(people) or [Person(applicant.name)]
    registration = _known(event, applicant)
    if registration is None:
        return _came(event, applicant, people, by=by)
    registration.event = event
    _take_in(registration, by=by)
    known = {folded(person.name): person for person in registration.participants.order_by("-pk")}
    here = [known[folded(who.name)] for who in people if folded(who.name) in known]
    here += _join(registration, [who for who in people if folded(who.name) not in known])
    _note(here, True, by=by)
    _follow(registration, by=by)
    return registration


def _known(event: Event, applicant: Applicant) -> Registration | None:
    """The live registration that this person has already: their own rather than a colleague's."""
    live = Registration.objects.of_event(event).live()
    if not applicant.email:
        return live.came_without_address(applicant.name, applicant.structure).first()
    email = applicant.email.strip().lower()
    return live.of_address(email).first() or live.reaching(email).first()


@transaction.atomic
def close_attendance(event: Event, *, by: str) -> int:
    """Whoever was not marked did not come; return how many. Twice is once, and somebody late is marked all the same. Raises
    EventsError before the beginning."""
    event = locked_event(event)
    _check_day(event)
    if not event.has_begun:
        raise EventsError(_("L’accueil se clôt une fois l’événement commencé."))
    missing = list(Participant.objects.expected(event).unmarked())
    _note(missing, False, by=by)
    for registration in {person.registration_id: person.registration for person in missing}.values():
        registration.event = event
        _follow(registration, by=by)
    return len(missing)


def is_door_open(event: Event) -> bool:
    """Is presence noted now? From the day of a published event to `DAYS_AFTER` days after its end."""
    now = timezone.now()
    has_come = timezone.localdate(event.starts_at) <= timezone.localdate(now)
    return event.status == EventStatus.PUBLISHED and has_come and now <= event.ends_at + timedelta(days=DAYS_AFTER)


def _check_day(event: Event) -> None:
    if is_door_open(event):
        return
    if event.status != EventStatus.PUBLISHED:
        raise EventsError(_("La présence se note à un événement publié, qui n’est ni reporté ni annulé."))
    if not event.has_begun:
        raise EventsError(_("La présence se note à partir du jour de l’événement."))
    raise EventsError(_("La présence ne se change plus, trente jours après l’événement."))


def _note(people: Iterable[Participant], attended: bool | None, *, by: str) -> None:
    """Write it for those of whom something else was known."""
    changed = [person for person in people if person.attended != attended]
    now = timezone.now()
    for person in changed:
        person.attended = attended
        person.attended_at, person.attended_by = (None, "") if attended is None else (now, by)
    Participant.objects.bulk_update(changed, ["attended", "attended_at", "attended_by"])


def _follow(registration: Registration, *, by: str) -> None:
    """The state that its people make: present if one of them came, absent once it is known that none did."""
    marks = set(registration.participants.order_by("pk").values_list("attended", flat=True))
    state = State.PRESENT if True in marks else State.ABSENT if marks == {False} else State.CONFIRMED
    if state != registration.state:
        move(registration, state, by=by, cause=_("Pointage à l’accueil"), tell=False)


def _take_in(registration: Registration, *, by: str) -> None:
    """A request without a seat whose person came: an offered seat is its own, whoever waited is beside the count."""
    if registration.state not in (State.WAITING, State.OFFERED):
        return
    is_extra = registration.is_walk_in or registration.state == State.WAITING
    move(
        registration, State.CONFIRMED, by=by, cause=_("Venue sans place réservée"), tell=False, is_walk_in=is_extra
    )  # fmt: skip


def _join(registration: Registration, people: Iterable[Person]) -> list[Participant]:
    """Colleagues who came with a registration that did not name them: its seats, reserved before, stay what they were."""
    return Participant.objects.bulk_create(
        Participant(registration=registration, name=who.name, email=who.email.strip().lower(), job=who.job)
        for who in people
    )


def _came(event: Event, applicant: Applicant, people: Sequence[Person], *, by: str) -> Registration:
    registration = Registration.objects.create(
        event=event,
        state=State.PRESENT,
        rank=held(event).last_rank + 1,
        seats=len(people),
        is_walk_in=True,
        is_never_met=bool(applicant.actor and applicant.actor.is_never_met),
        name=applicant.name,
        email=applicant.email.strip().lower(),
        phone=applicant.phone,
        structure=applicant.structure or (applicant.actor.name if applicant.actor else ""),
        actor=applicant.actor,
        user=applicant.user,
    )
    _note(_join(registration, people), True, by=by)
    Transition.objects.create(
        registration=registration, after=State.PRESENT, by=by, cause=_("Venue sans inscription")
    )  # fmt: skip
    return registration
