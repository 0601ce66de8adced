"""What a phone sends of a visit, read strictly. Pure: nothing that is not understood goes further, nothing is guessed.

The phone was offline for hours and may be lost or lent: sizes are bounded, unknown fields refused, and of somebody who did not
agree only the function is kept (RGPD, art. 6), whatever the phone says.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from outreach.checklists import POINTS
from outreach.enums import RESULTS

MOST_BYTES = 200_000
MOST_TEXT = 20_000
MOST_PEOPLE = MOST_NEEDS = MOST_PROMISES = 20
MOST_MINUTES = 24 * 60
MOST_KM = 2000
YEARS = (2020, 2100)
MOST_NUMBER = 2**31 - 1

ENVELOPE = {"key", "visit", "version", "user", "written_at", "report"}
REPORT = {
    *("result", "starts_at", "minutes", "km", "checklist", "text", "people", "needs", "promises"),
    "next_contact_on",
}
PERSON = {"job", "name", "email", "phone", "agrees"}
NEED = {"service", "label"}
PROMISE = {"text", "due_on"}


class Refused(ValueError):
    """What was sent cannot be a report; the message is a French sentence for its author."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One report as a phone sent it. `user`: the id of who wrote it on the phone; `content`: plain values, to be kept as JSON."""

    key: UUID
    visit: int
    version: int
    user: int
    written_at: datetime
    content: dict[str, Any]


def read(body: bytes) -> Sent:
    """Read the body of a request. Raises Refused, with the first thing that is wrong."""
    if len(body) > MOST_BYTES:
        raise Refused(_("Ce compte rendu est trop long. Raccourcissez-le, puis renvoyez-le."))
    try:
        said = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(_("Ce compte rendu est illisible. Rechargez la page du terrain, puis renvoyez-le.")) from error
    envelope = _fields(said, ENVELOPE)
    report = _fields(envelope["report"], REPORT)
    return Sent(
        key=_key(envelope["key"]),
        visit=_number(envelope["visit"], _("La visite"), MOST_NUMBER, least=1),
        version=_number(envelope["version"], _("La version de la visite"), MOST_NUMBER, least=1),
        user=_number(envelope["user"], _("L’auteur"), MOST_NUMBER, least=1),
        written_at=_moment(envelope["written_at"], _("L’heure d’écriture")),
        content=_content(report),
    )


def _content(said: dict[str, Any]) -> dict[str, Any]:
    if said["result"] not in [state.value for state in RESULTS]:
        raise Refused(_("Dites ce qu’a donné la visite\u00a0: réalisée, reportée, refusée, ou personne n’était là."))
    checklist = _list(said["checklist"], _("Les points abordés"), len(POINTS))
    if not all(isinstance(code, str) and code in POINTS for code in checklist):
        raise Refused(
            _("Un des points abordés n’existe pas. Rechargez la page du terrain, puis renvoyez le compte rendu.")
        )
    people = _list(said["people"], _("Les personnes rencontrées"), MOST_PEOPLE)
    needs = _list(said["needs"], _("Les besoins"), MOST_NEEDS)
    promises = _list(said["promises"], _("Les engagements"), MOST_PROMISES)
    return {
        "result": said["result"],
        "starts_at": _moment(said["starts_at"], _("L’heure de la visite")).isoformat(),
        "minutes": _or_none(said["minutes"], lambda value: _number(value, _("La durée, en minutes,"), MOST_MINUTES)),
        "km": _or_none(said["km"], lambda value: _number(value, _("La distance, en kilomètres,"), MOST_KM)),
        "checklist": [code for code in POINTS if code in checklist],
        "text": _text(said["text"], _("Le compte rendu"), MOST_TEXT),
        "people": [person for person in map(_person, people) if person["job"] or person["name"]],
        "needs": [need for need in map(_need, needs) if need["label"]],
        "promises": [promise for promise in map(_promise, promises) if promise["text"]],
        "next_contact_on": _or_none(said["next_contact_on"], lambda value: _day(value, _("Le prochain contact"))),
    }


def _person(said: Any) -> dict[str, Any]:
    one = _fields(said, PERSON)
    if not isinstance(one["agrees"], bool):
        raise Refused(_("L’accord d’une personne rencontrée est dit par oui ou par non."))
    person = {
        "job": _text(one["job"], _("La fonction d’une personne"), 150),
        "name": _text(one["name"], _("Le nom d’une personne"), 150),
        "email": _text(one["email"], _("L’adresse électronique d’une personne"), 254),
        "phone": _text(one["phone"], _("Le téléphone d’une personne"), 30),
        "agrees": one["agrees"],
    }
    if person["email"]:
        try:
            validate_email(person["email"])
        except ValidationError as error:
            raise Refused(
                _("L’adresse électronique «\u00a0%(email)s\u00a0» n’est pas complète.") % {"email": person["email"]}
            ) from error
    return person if one["agrees"] else person | {"name": "", "email": "", "phone": ""}


def _need(said: Any) -> dict[str, Any]:
    one = _fields(said, NEED)
    return {
        "service": _text(one["service"], _("Le service d’un besoin"), 40),
        "label": _text(one["label"], _("Un besoin"), 1000),
    }


def _promise(said: Any) -> dict[str, Any]:
    one = _fields(said, PROMISE)
    return {
        "text": _text(one["text"], _("Un engagement"), 250),
        "due_on": _or_none(one["due_on"], lambda value: _day(value, _("L’échéance d’un engagement"))),
    }


def _fields(said: Any, known: set[str]) -> dict[str, Any]:
    """All these fields and no other: a page of yesterday, or somebody who plays, is told so."""
    if not isinstance(said, dict) or set(said) != known:
        raise Refused(_("Ce compte rendu n’a pas les champs attendus. Rechargez la page du terrain, puis renvoyez-le."))
    return said


def _list(said: Any, what: str, most: int) -> list[Any]:
    if not isinstance(said, list):
        raise Refused(_("%(what)s ne sont pas une liste.") % {"what": what})
    if len(said) > most:
        raise Refused(_("%(what)s\u00a0: %(most)s lignes au plus.") % {"what": what, "most": most})
    return said


def _text(said: Any, what: str, most: int) -> str:
    if not isinstance(said, str) or "\x00" in said or any(0xD800 <= ord(letter) <= 0xDFFF for letter in said):
        raise Refused(_("%(what)s contient un caractère illisible.") % {"what": what})
    if len(said) > most:
        raise Refused(_("%(what)s a %(most)s caractères au plus.") % {"what": what, "most": most})
    return said.replace("\r\n", "\n").strip()


def _number(said: Any, what: str, most: int, *, least: int = 0) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not least <= said <= most:
        raise Refused(
            _("%(what)s est un nombre entier, de %(least)s à %(most)s.") % {"what": what, "least": least, "most": most}
        )
    return said


def _moment(said: Any, what: str) -> datetime:
    """An instant, whatever the clock it was read on: the database knows no clock that is a day or some seconds off."""
    try:
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is None or not YEARS[0] <= moment.year < YEARS[1]:
            raise ValueError(said)
    except (ValueError, TypeError) as error:
        raise Refused(_("%(what)s n’est pas une date et une heure que l’on comprend.") % {"what": what}) from error
    return moment.astimezone(UTC)


def _day(said: Any, what: str) -> str:
    try:
        day = date.fromisoformat(said)
        if not YEARS[0] <= day.year < YEARS[1]:
            raise ValueError(said)
    except (ValueError, TypeError) as error:
        raise Refused(_("%(what)s n’est pas une date que l’on comprend.") % {"what": what}) from error
    return day.isoformat()


def _key(said: Any) -> UUID:
    try:
        return UUID(said)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(
            _("Ce compte rendu n’a pas de numéro. Rechargez la page du terrain, puis renvoyez-le.")
        ) from error


def _or_none(said: Any, reader: Callable[[Any], Any]) -> Any:
    return None if said is None else reader(said)


def _no_number(said: str) -> Any:
    raise ValueError(said)
