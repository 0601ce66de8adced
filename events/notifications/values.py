"""What the mails of the agenda have in common: to whom, with which values, with which calendar file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from events.appointments import appointment_of, organizer_of, place_of
from events.calendar_files import Method, calendar_file
from events.models import Participant, Registration
from soco.mailing import kinds, outbox
from soco.mailing.enums import Reason
from soco.web.templatetags.soco import moment


def write(
    kind: str,
    registration: Registration,
    *,
    occasion: str,
    with_copies: bool = False,
    relevant_until: datetime | None = None,
    **params: Any,
) -> int:
    """Ask for the mail of `kind` about a registration, whose address gets it; return how many are asked for.

    `with_copies`: the people who come and gave an address of their own get it too, without the link that manages the
    registration.
    """
    mails = mails_about(
        kind, registration, occasion=occasion, with_copies=with_copies, relevant_until=relevant_until, **params
    )
    return outbox.enqueue_many(mails)


def mails_about(
    kind: str,
    registration: Registration,
    *,
    occasion: str,
    with_copies: bool = False,
    relevant_until: datetime | None = None,
    **params: Any,
) -> list[outbox.Mail]:
    """The mails that `write` asks for; many of them go to the ledger at once. None for a registration without an address, or that
    no longer says whose it is."""
    if not registration.email or registration.is_forgotten:
        return []
    said: dict[str, Any] = {"occasion": occasion, "relevant_until": relevant_until, **params}
    mails = [mail_to(kind, registration, registration.email, registration.name, **said)]
    if with_copies:
        others = _colleagues(registration)
        mails += [mail_to(kind, registration, who.email, who.name, participant=who.pk, **said) for who in others]
    return mails


def _colleagues(registration: Registration) -> list[Participant]:
    """The people who come with an address of their own; those who registered by themselves too are written to for that."""
    found = [who for who in registration.participants.all() if who.email and who.email != registration.email]
    if not found:
        return []
    own = Registration.objects.of_event(registration.event).live().at_addresses([who.email for who in found])
    apart = set(own.values_list("email", flat=True))
    return [who for who in found if who.email not in apart]


def mail_to(
    kind: str,
    registration: Registration,
    to: str,
    to_name: str,
    *,
    occasion: str,
    relevant_until: datetime | None = None,
    **params: Any,
) -> outbox.Mail:
    """One mail of `kind` about a registration, to one address; `params` are those of the kind, beside the registration and `to`."""
    return outbox.Mail(
        kind=kind,
        to=to,
        to_name=to_name,
        occasion=occasion,
        params={"registration": registration.pk, "to": to, **params},
        about=f"registration:{registration.pk}",
        reply_to=organizer_of(registration.event).email,
        relevant_until=relevant_until,
    )


def registration_of(params: Mapping[str, Any], states: Sequence[str]) -> Registration:
    """The registration that a mail is about. Raises NotRelevant unless it is in one of `states`, or if the address that the mail
    goes to is no longer of it: a colleague came instead meanwhile, and the words would be theirs, with their link."""
    registration = Registration.objects.for_page().filter(pk=params["registration"]).first()
    if registration is None or registration.state not in states:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    who = copied(registration, params) if "participant" in params else registration
    if who is None or params.get("to", who.email) != who.email:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return registration


def copied(registration: Registration, params: Mapping[str, Any]) -> Participant | None:
    """The participant whom a copy is for; None for the one who registered."""
    wanted = params.get("participant")
    return next((who for who in registration.participants.all() if who.pk == wanted), None)


def values_of(registration: Registration, params: Mapping[str, Any]) -> dict[str, Any]:
    """The plain values that the words of these mails may name. The personal link is for the one who registered, the address of a
    visioconference for those who come: neither for somebody who is no longer of it."""
    event = registration.event
    who = copied(registration, params)
    is_owner = who is None and params.get("to", registration.email) == registration.email
    is_seated = registration.is_confirmed and (is_owner or who is not None)
    return {
        "title": event.title,
        "kind": event.get_kind_display(),
        "when": moment(event.starts_at) if event.has_date else _("date à venir"),
        "has_date": event.has_date,
        "ends": moment(event.ends_at),
        "place": place_of(event),
        "host": event.host.name if event.host_id and event.host else "",
        "online_url": event.online_url if is_seated else "",
        "accessibility": event.accessibility,
        "programme": event.programme,
        "seats": registration.seats,
        "people": [participant.name for participant in registration.participants.all()],
        "page_url": settings.SITE_URL + (event.public_url or (registration if is_owner else event).get_absolute_url()),
        "manage_url": settings.SITE_URL + registration.get_absolute_url() if is_owner else "",
        "who": who.name if who else registration.name,
        "organiser": organizer_of(event).name,
        "reason": registration.reason,
        "status_reason": event.status_reason,
        "previous_when": moment(event.previous_starts_at),
    }


def calendar_of(params: Mapping[str, Any], method: Method) -> Iterable[kinds.Attachment]:
    """The calendar file for whom the mail is for; nothing enters an agenda while there is no date."""
    registration = Registration.objects.for_page().filter(pk=params["registration"]).first()
    if registration is None or (method == Method.REQUEST and not registration.event.has_date):
        return ()
    who = copied(registration, params)
    said = appointment_of(
        registration.event,
        registration=registration,
        name=who.name if who else params.get("name", ""),
        email=who.email if who else params.get("to", ""),
        is_leaving=method == Method.CANCEL,
    )
    content = calendar_file([said], method=method)
    return (kinds.Attachment("rendez-vous.ics", content, f"text/calendar; method={method.value}; charset=utf-8"),)


def example_in(states: Sequence[str]) -> dict[str, Any] | None:
    """The parameters of a real registration in one of these states, to preview a mail on."""
    registration = Registration.objects.in_states(list(states)).newest_first().first()
    return {"registration": registration.pk} if registration else None
