"""What a phone takes to the field: the visits of the days around today, then, one by one, what to know before ringing each bell.

The visits come in a fixed number of queries whatever their number; each preparation sheet is asked apart, in its own.
"""

import json
from datetime import date
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import ContactState
from directory.models import Actor, Service
from directory.templatetags.directory import tel
from outreach.checklists import checklist
from outreach.enums import VisitKind
from outreach.models import FieldReport, Visit
from outreach.sheet import Preparation, preparation
from soco.accounts.models import User
from soco.web.templatetags.soco import day, hour, weekday

DAYS_AHEAD, DAYS_BEHIND = 7, 14


def visits_of(user: User, today: date) -> list[Visit]:
    """Those that this person takes to the field, the soonest first."""
    rows = Visit.objects.by_voltigeur(user).for_the_field(today, DAYS_AHEAD, DAYS_BEHIND)
    return list(rows.soonest_first().for_list())


def field_data(user: User, today: date) -> dict[str, Any]:
    """All that the page of the field needs without a network, as plain values."""
    visits = visits_of(user, today)
    points = {kind.value: [list(pair) for pair in checklist(kind)] for kind in VisitKind}
    waiting = FieldReport.objects.in_conflict().sent_by(user).oldest_first().for_list()
    return {
        "user": user.pk,
        "name": str(user),
        "today": today.isoformat(),
        "visits": [_visit(visit, today) for visit in visits],
        "checklists": points,
        "services": [[service.code, service.name] for service in Service.objects.active()],
        "conflicts": [
            {"name": report.visit.actor.name, "url": reverse("field_conflict", args=[report.pk])} for report in waiting
        ],
    }


def fingerprint(data: dict[str, Any]) -> str:
    """The same for the same data: the phone asks for what changed only."""
    return f'"{sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]}"'


def field_sheet(visit: Visit, today: date, *, with_reports: bool) -> dict[str, Any]:
    """The preparation sheet of a visit: titles, each with its lines, in the order in which one reads them on the doorstep."""
    actor = Actor.objects.for_page().get(pk=visit.actor_id)
    sheet = preparation(actor, today, with_reports=with_reports)
    return {"sections": [{"title": title, "lines": lines} for title, lines in _sections(sheet) if lines]}


def _sections(sheet: Preparation) -> list[tuple[str, list[str]]]:
    return [
        (_("Où en est le contact"), _lines([sheet.state_label, sheet.state_because])),
        (_("Personnes à voir"), [_line(p.name, p.function or p.role, p.phone, p.email) for p in sheet.people]),
        (_("L’argument pour les élus"), sheet.argument),
        (_("Trois services à citer"), [_line(s.name, s.reason) for s in sheet.services]),
        (
            _("Jumelages et partenariats"),
            [_line(j.partner, j.country, j.kind, j.vitality_label, j.last_action) for j in sheet.jumelages],
        ),
        (
            _("Voisins qui coopèrent avec les mêmes pays"),
            [_line(n.name, n.where, ", ".join(n.countries)) for n in sheet.neighbours],
        ),
        (_("Besoins en cours"), [_line(n.label, n.service, n.owner, n.due) for n in sheet.needs]),
        (_("Engagements en cours"), [_line(c.text, c.owner, c.due) for c in sheet.commitments]),
        (_("Contacts passés"), [_line(p.when, p.what, p.text, p.by) for p in sheet.past]),
        (
            sheet.answers_from,
            [f"{a.question}\u00a0: {', '.join(a.lines)}" for a in sheet.answers],
        ),
    ]


def _line(*parts: str) -> str:
    return " · ".join(_lines(parts))


def _lines(parts: Any) -> list[str]:
    return [part for part in parts if part]


def _visit(visit: Visit, today: date) -> dict[str, Any]:
    on = timezone.localdate(visit.starts_at)
    return {
        "id": visit.pk,
        "version": visit.version,
        "kind": visit.kind,
        "kind_label": str(visit.get_kind_display()),
        "subject": visit.subject,
        "starts_at": visit.starts_at.isoformat(),
        "minutes": visit.minutes,
        "when": "aujourdhui" if on == today else "avenir" if on > today else "aecrire",
        "day": weekday(on),
        "hour": hour(visit.starts_at),
        "is_written": visit.is_written,
        "state": str(visit.get_state_display()),
        "url": visit.get_absolute_url(),
        "sheet": reverse("field_sheet", args=[visit.pk]),
        "actor": _identity(visit.actor),
    }


def _identity(actor: Actor) -> dict[str, Any]:
    return {
        "name": actor.name,
        "nature": str(actor.nature_label),
        "place": actor.departement.name if actor.departement else "",
        "population": actor.population,
        "address": actor.address,
        "phone": actor.phone,
        "tel": tel(actor.phone) if actor.phone else "",
        "email": actor.email,
        "website": actor.website,
        "state": str(ContactState(actor.contact_state).label),
        "last_met": day(actor.last_met_on) if actor.last_met_on else "",
        "url": actor.get_absolute_url(),
    }
