"""What the portal holds of a visit beside what a phone sent of it, field by field, and what is kept of both. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.checklists import POINTS
from outreach.enums import VisitState
from soco.web.templatetags.soco import day, moment

SERVER, PHONE, BOTH = "portail", "telephone", "deux"
LABELS = {
    "result": gettext_lazy("Résultat"),
    "starts_at": gettext_lazy("Date et heure"),
    "minutes": gettext_lazy("Durée"),
    "km": gettext_lazy("Distance"),
    "checklist": gettext_lazy("Points abordés"),
    "people": gettext_lazy("Personnes rencontrées"),
    "text": gettext_lazy("Compte rendu"),
    "needs": gettext_lazy("Besoins"),
    "promises": gettext_lazy("Engagements"),
    "next_contact_on": gettext_lazy("Prochain contact"),
}
TOGETHER = {"checklist", "people", "text", "needs", "promises"}  # both may be kept
EMPTY: tuple[Any, ...] = (None, "", [])
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that both sides do not say alike. `server` and `phone`: its lines in words, none when it says nothing; `advised`:
    what loses nothing, empty when somebody has to choose."""

    field: str
    label: str
    server: list[str]
    phone: list[str]
    can_keep_both: bool
    advised: str


def differences(server: Content, phone: Content, services: Mapping[str, str]) -> list[Difference]:
    """The fields that differ, in the order of a report. `services`: the name of each by its code."""
    return [
        Difference(
            field=field,
            label=str(label),
            server=told(field, server[field], services),
            phone=told(field, phone[field], services),
            can_keep_both=field in TOGETHER and server[field] not in EMPTY and phone[field] not in EMPTY,
            advised=_advised(field, server, phone),
        )
        for field, label in LABELS.items()
        if _bare(field, server[field]) != _bare(field, phone[field])
    ]


def merged(server: Content, phone: Content, choices: Mapping[str, str]) -> dict[str, Any]:
    """What is kept: for each field SERVER, PHONE or BOTH; a field without a choice is the portal's."""
    return {field: _kept(field, server[field], phone[field], choices.get(field, SERVER)) for field in LABELS}


def told(field: str, value: Any, services: Mapping[str, str]) -> list[str]:
    """A field of a report in words, a line for each thing."""
    if value in EMPTY:
        return []
    if field == "people":
        return [", ".join(filter(None, (one["name"], one["job"], one["email"], one["phone"]))) for one in value]
    if field == "needs":
        return [" · ".join(filter(None, (one["label"], services.get(one["service"], "")))) for one in value]
    if field == "promises":
        return [_promise(one) for one in value]
    return _told_value(field, value)


def _told_value(field: str, value: Any) -> list[str]:
    if field == "result":
        return [str(VisitState(value).label)]
    if field == "starts_at":
        return [moment(datetime.fromisoformat(value))]
    if field == "next_contact_on":
        return [day(date.fromisoformat(value))]
    if field == "checklist":
        return [str(POINTS[code]) for code in value if code in POINTS]
    units = {"minutes": _("min"), "km": _("km")}
    return [f"{value}\u00a0{units[field]}"] if field in units else str(value).splitlines()


def _promise(one: Mapping[str, Any]) -> str:
    if not one["due_on"]:
        return str(one["text"])
    return _("%(text)s (avant le %(day)s)") % {"text": one["text"], "day": day(date.fromisoformat(one["due_on"]))}


def _advised(field: str, server: Content, phone: Content) -> str:
    if field == "result" and server[field] == VisitState.PLANNED:
        return PHONE
    if server[field] in EMPTY:
        return PHONE
    if phone[field] in EMPTY:
        return SERVER
    return BOTH if field in TOGETHER else ""


def _bare(field: str, value: Any) -> Any:
    """What two sides are compared by: the same instant, the same words."""
    if field == "starts_at":
        return datetime.fromisoformat(value).replace(second=0, microsecond=0)
    if field == "people":
        return [tuple(one[name] for name in ("job", "name", "email", "phone", "agrees")) for one in value]
    if field == "needs":
        return [(one["service"], one["label"]) for one in value]
    if field == "promises":
        return [(one["text"], one["due_on"]) for one in value]
    return value or None if field == "text" else value


def _kept(field: str, server: Any, phone: Any, choice: str) -> Any:
    if choice == PHONE:
        return phone
    if choice != BOTH or field not in TOGETHER:
        return server
    if field == "text":
        return "\n\n".join(filter(None, (server, phone)))
    if field == "checklist":
        return [code for code in POINTS if code in server or code in phone]
    said = [_bare(field, [one]) for one in server]
    return [*server, *(one for one in phone if _bare(field, [one]) not in said)]
