"""The mails about the slot of a tour's stop: proposed, agreed with its calendar file, called off; what a collectivité answered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from events.appointments import network
from events.calendar_files import Appointment, Method, Person, calendar_file
from outreach.enums import StopState
from outreach.models import TourStop, Visit
from soco.accounts.models import User
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Message
from soco.mailing.rendering import Rendered, quoted
from soco.mailing.services import preview
from soco.web.templatetags.soco import moment

SLOT, AGREED, CALLED_OFF, ANSWERED = (
    "outreach.slot",
    "outreach.slot_agreed",
    "outreach.slot_called_off",
    "outreach.slot_answered",
)
USUAL_MINUTES = 60
STAMP = "%Y%m%d%H%M"  # of a slot, on the wall's clock


# --- asked for ------------------------------------------------------------------------------------------------------------------
def slots(stops: Sequence[tuple[TourStop, str]]) -> int:
    """Propose to each collectivité, at an address, the slot of its stop; the mail is worth nothing after the slot.

    A slot that moved and came back is a new proposal: what was said of another one meanwhile is not left standing. Whoever calls
    says that a stop is asked, under its tour's lock: pressed twice, it leaves once.
    """
    before = Counter(
        Message.objects.of_kind(SLOT).about_any([stop.about for stop, _to in stops]).values_list("about", flat=True)
    )
    return outbox.enqueue_many(
        outbox.Mail(
            kind=SLOT,
            to=address,
            to_name=stop.actor.name,
            occasion=f"{stop.pk}:{_stamp(stop.starts_at)}:{before[stop.about]}",
            params={"stop": stop.pk, "slot": _stamp(stop.starts_at)},
            about=stop.about,
            reply_to=_organizer(stop.tour.voltigeur).email,
            relevant_until=stop.starts_at,
        )
        for stop, address in stops
    )


def take_back_slot(stop: TourStop) -> int:
    """The proposal that has not left makes no sense any more; return how many."""
    return outbox.cancel(kind=SLOT, about=stop.about, reason=Reason.ALREADY_DONE)


def agreed(visit: Visit, *, about: str, to: str) -> None:
    """Confirm to a collectivité the moment that was agreed, once for each, with a file for its agenda."""
    outbox.enqueue(
        outbox.Mail(
            kind=AGREED,
            to=to,
            to_name=visit.actor.name,
            occasion=f"{visit.pk}:{_stamp(visit.starts_at)}:{visit.version}",
            params={"visit": visit.pk, "slot": _stamp(visit.starts_at), "to": to},
            about=about,
            reply_to=_organizer(visit.voltigeur).email,
            relevant_until=visit.starts_at,
        )
    )


def told_slot(stop: TourStop) -> datetime | None:
    """When a collectivité believes that somebody comes: what was agreed, else the last proposal that left, even if the slot moved
    since. None if nobody is expected: nothing was sent, or the visit was declined."""
    if stop.state in (StopState.ACCEPTED, StopState.OTHER_DATE):
        return stop.starts_at
    sent = Message.objects.of_kind(SLOT).about(stop.about).in_state(State.SENT).order_by("-sent_at").first()
    if sent is None or stop.state == StopState.DECLINED:
        return None
    try:
        return datetime.strptime(sent.params["slot"], STAMP).replace(tzinfo=timezone.get_current_timezone())
    except (KeyError, ValueError):  # the ledger forgets its parameters in time
        return stop.starts_at


def called_off(stop: TourStop, *, slot: datetime, to: str) -> None:
    """Tell a collectivité that was told of a slot that nobody comes then. The stop itself may be gone when the mail leaves."""
    outbox.enqueue(
        outbox.Mail(
            kind=CALLED_OFF,
            to=to,
            to_name=stop.actor.name,
            occasion=f"{stop.pk}:{_stamp(slot)}",
            params={
                "actor": stop.actor_id,
                "voltigeur": stop.tour.voltigeur_id,
                "visit": stop.visit_id,
                "to": to,
                "slot": slot.isoformat(),
                "was_agreed": stop.is_accepted,
            },
            about=f"actor:{stop.actor_id}",
            reply_to=_organizer(stop.tour.voltigeur).email,
            relevant_until=slot,
        )
    )


def answered(stop: TourStop) -> None:
    """Tell the voltigeur what a collectivité answered: once an hour for each kind of answer, however often it changes its mind."""
    voltigeur = stop.tour.voltigeur
    if voltigeur is None or not voltigeur.is_active:
        return
    hour = timezone.localtime().strftime("%Y-%m-%d-%H")
    outbox.enqueue(
        outbox.Mail(
            kind=ANSWERED,
            to=voltigeur.email,
            to_name=str(voltigeur),
            occasion=f"{stop.pk}:{stop.state}:{hour}",
            params={"stop": stop.pk},
            about=stop.tour.about,
        )
    )


def _stamp(at: datetime | None) -> str:
    return timezone.localtime(at).strftime(STAMP) if at else ""


def _organizer(voltigeur: User | None) -> Person:
    """Whom a collectivité answers to: who comes, else the network."""
    return Person(str(voltigeur), voltigeur.email) if voltigeur and voltigeur.is_active else network()


# --- their words ----------------------------------------------------------------------------------------------------------------
def _stop(params: Mapping[str, Any]) -> TourStop:
    stop = TourStop.objects.for_settling().filter(pk=params["stop"]).first()
    if stop is None or stop.starts_at is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return stop


def _slot(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """`preview`: read by staff before anything is sent."""
    stop = _stop(params)
    is_preview = params.get("preview", False)
    if not is_preview:
        if not stop.tour.is_confirmed or stop.actor.is_closed or _stamp(stop.starts_at) != params.get("slot"):
            raise kinds.NotRelevant(Reason.NO_OBJECT)
        if stop.state != StopState.ASKED:
            raise kinds.NotRelevant(Reason.ALREADY_DONE)
        if stop.actor.is_at_rest(timezone.localdate()):
            raise kinds.NotRelevant(Reason.PAUSED)
    before = Message.objects.of_kind(SLOT).about(stop.about).in_state(State.SENT).exists()
    return {
        "who": stop.actor.name,
        "when": moment(stop.starts_at),
        "minutes": stop.minutes,
        "voltigeur": _organizer(stop.tour.voltigeur).name,
        "contact": _organizer(stop.tour.voltigeur).email,
        "is_new_slot": before,
        "link": settings.SITE_URL + stop.get_absolute_url(),
    }


def _visit(params: Mapping[str, Any]) -> Visit | None:
    return Visit.objects.for_agenda().select_related("actor", "voltigeur").filter(pk=params.get("visit")).first()


def _agreed(params: Mapping[str, Any]) -> Mapping[str, Any]:
    visit = _visit(params)
    if visit is None or not visit.is_planned:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if params.get("slot") not in (None, _stamp(visit.starts_at)):
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    stop = TourStop.objects.for_settling().filter(visit=visit.pk).first()
    return {
        "who": visit.actor.name,
        "when": moment(visit.starts_at),
        "minutes": visit.minutes or USUAL_MINUTES,
        "voltigeur": _organizer(visit.voltigeur).name,
        "contact": _organizer(visit.voltigeur).email,
        "link": settings.SITE_URL + stop.get_absolute_url() if stop else "",
    }


def _called_off(params: Mapping[str, Any]) -> Mapping[str, Any]:
    actor = Actor.objects.existing().filter(pk=params["actor"]).first()
    if actor is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    who = _organizer(User.objects.filter(pk=params.get("voltigeur")).first())
    slot = datetime.fromisoformat(params["slot"])
    return {"who": actor.name, "when": moment(slot), "voltigeur": who.name, "contact": who.email}


def _answered(params: Mapping[str, Any]) -> Mapping[str, Any]:
    stop = _stop(params)
    if stop.answered_at is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return {
        "who": stop.actor.name,
        "when": moment(stop.starts_at),
        "state": stop.state,
        "answer": quoted(stop.answer) if stop.answer else "",
        "link": settings.SITE_URL + stop.tour.get_absolute_url(),
    }


# --- their calendar file --------------------------------------------------------------------------------------------------------
def visit_uid(pk: int | None) -> str:
    """How calendars name a visit, in every file."""
    return f"visite-{pk}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}"


def _file(said: Appointment, method: Method) -> Iterable[kinds.Attachment]:
    content = calendar_file([said], method=method)
    return (kinds.Attachment("rendez-vous.ics", content, f"text/calendar; method={method.value}; charset=utf-8"),)


def _agreed_file(params: Mapping[str, Any]) -> Iterable[kinds.Attachment]:
    visit = _visit(params)
    if visit is None:
        return ()
    said = Appointment(
        uid=visit_uid(visit.pk),
        sequence=visit.version,
        title=str(_("Visite de %(network)s")) % {"network": settings.NETWORK_NAME},
        starts_at=visit.starts_at,
        ends_at=visit.starts_at + timedelta(minutes=visit.minutes or USUAL_MINUTES),
        changed_at=visit.updated_at,
        url="",
        location=visit.actor.address or visit.actor.name,
        organizer=_organizer(visit.voltigeur),
        attendee=Person(visit.actor.name, params.get("to") or visit.actor.email)
        if _has_address(params, visit)
        else None,
    )
    return _file(said, Method.REQUEST)


def _has_address(params: Mapping[str, Any], visit: Visit) -> bool:
    return bool(params.get("to") or visit.actor.email)


def _called_off_file(params: Mapping[str, Any]) -> Iterable[kinds.Attachment]:
    """Takes out of an agenda what `agreed` put in; nothing entered before that."""
    if not params.get("was_agreed") or not params.get("visit"):
        return ()
    visit, slot = _visit(params), datetime.fromisoformat(params["slot"])
    said = Appointment(
        uid=visit_uid(params["visit"]),
        sequence=visit.version + 1 if visit else 1,
        title=str(_("Visite de %(network)s")) % {"network": settings.NETWORK_NAME},
        starts_at=slot,
        ends_at=slot + timedelta(minutes=USUAL_MINUTES),
        changed_at=timezone.now(),
        url="",
        organizer=_organizer(User.objects.filter(pk=params.get("voltigeur")).first()),
        attendee=Person(params["to"], params["to"]) if params.get("to") else None,
    )
    return _file(said, Method.CANCEL)


# --- read before they are sent --------------------------------------------------------------------------------------------------
def preview_of(stop: TourStop) -> Rendered | None:
    """The proposal of this stop's slot as it would leave now; None if there is nothing to say."""
    kind = kinds.get(SLOT)
    if kind is None or stop.starts_at is None:
        return None
    return preview(kind, {"stop": stop.pk, "preview": True})


def _slot_example() -> dict[str, Any] | None:
    stop = TourStop.objects.timed().order_by("-pk").first()
    return {"stop": stop.pk, "preview": True} if stop else None


def _agreed_example() -> dict[str, Any] | None:
    visit = Visit.objects.planned().order_by("-pk").first()
    return {"visit": visit.pk} if visit else None


def _called_off_example() -> dict[str, Any] | None:
    visit = Visit.objects.planned().order_by("-pk").first()
    return {"actor": visit.actor_id, "slot": visit.starts_at.isoformat()} if visit else None


def _answered_example() -> dict[str, Any] | None:
    stop = TourStop.objects.timed().with_an_answer().order_by("-pk").first()
    return {"stop": stop.pk} if stop else None


def register() -> None:
    """Let the mails about slots be sent."""
    kinds.register(
        kinds.MailKind(
            code=SLOT,
            label=_("créneau de visite proposé à une collectivité"),
            # Nobody asked for it: opposition, decent hours and the daily cap hold.
            category=Category.SERVICE,
            context=_slot,
            example=_slot_example,
        ),
        kinds.MailKind(
            code=AGREED,
            label=_("rendez-vous de visite convenu"),
            category=Category.TRANSACTION,
            context=_agreed,
            example=_agreed_example,
            attachments=_agreed_file,
        ),
        kinds.MailKind(
            code=CALLED_OFF,
            label=_("visite annulée"),
            category=Category.TRANSACTION,
            context=_called_off,
            example=_called_off_example,
            attachments=_called_off_file,
        ),
        kinds.MailKind(
            code=ANSWERED,
            label=_("réponse d’une collectivité à un créneau, pour le voltigeur"),
            category=Category.TRANSACTION,
            context=_answered,
            example=_answered_example,
        ),
    )
