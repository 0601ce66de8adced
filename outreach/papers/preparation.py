"""What the outreach puts on paper: the preparation sheet of a meeting, one page A4."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.checklists import checklist
from outreach.enums import VisitKind
from soco.web import typesetting
from soco.web.templatetags.soco import day, number

TEMPLATE = Path(__file__).parent.with_name("typst") / "preparation.typ"
Sheet = Mapping[str, Any]


def preparation_pdf(sheet: Sheet, *, now: datetime) -> bytes:
    """`sheet`: `Preparation.as_dict()`. As a tagged PDF; sections that are too long say how much is left out."""
    return typesetting.pdf(TEMPLATE, words(sheet), now=now)


def words(sheet: Sheet) -> dict[str, Any]:
    """All that the template says, as plain strings: sections in order, each with its lines, the most useful first."""
    made_on = day(date.fromisoformat(sheet["made_on"]))
    sections = [{"title": title, "lines": lines, "more": _more(lines)} for title, lines in _sections(sheet) if lines]
    return {
        "document_title": _("Préparer la visite\u00a0: %(name)s") % {"name": sheet["name"]},
        "network": settings.NETWORK_NAME,
        "made_on": _("Fiche établie le %(day)s") % {"day": made_on},
        "name": sheet["name"],
        "kind": " · ".join(filter(None, [sheet["kind"], sheet["place"]])),
        "facts": [{"label": label, "value": value} for label, value in _facts(sheet) if value],
        "sections": sections,
        "remember": {
            "title": _("À ne pas oublier"),
            "lines": [label for _code, label in checklist(VisitKind.ON_SITE)],
        },
        "notes": _("Notes"),
        "foot": _("Pour l’équipe seule\u00a0: ne pas laisser sur place."),
    }


def _more(lines: list[str]) -> list[str]:
    """What is said when 1, 2, 3… lines are left out."""
    return [ngettext("et %(n)s autre", "et %(n)s autres", n) % {"n": n} for n in range(1, len(lines) + 1)]


def _facts(sheet: Sheet) -> list[tuple[str, str]]:
    population = _("%(n)s hab.") % {"n": number(sheet["population"])} if sheet["population"] is not None else ""
    state = " ".join(filter(None, [sheet["state_label"], sheet["state_because"]]))
    return [
        (_("Population"), population),
        (_("Téléphone"), sheet["phone"]),
        (_("Courriel"), sheet["email"]),
        (_("Adresse"), sheet["address"]),
        (_("Contact"), state),
        (_("En pause jusqu’au"), day(date.fromisoformat(sheet["paused_until"])) if sheet["paused_until"] else ""),
    ]


def _sections(sheet: Sheet) -> list[tuple[str, list[str]]]:
    return [
        (_("Trois services à citer"), [f"{row['name']}. {row['reason']}" for row in sheet["services"]]),
        (_("Pour convaincre les élus"), list(sheet["argument"])),
        (_("Qui contacter"), [_joined(row, "name", "role", "function", "phone", "email") for row in sheet["people"]]),
        (_("Jumelages et partenariats"), [_jumelage(row) for row in sheet["jumelages"]]),
        (
            _("Ce qui lui est dû"),
            [
                *(_due(row["label"], row) for row in sheet["needs"]),
                *(_due(row["text"], row) for row in sheet["commitments"]),
            ],
        ),
        (_("Déjà échangé"), [_past(row) for row in sheet["past"]]),
        (
            _("Voisins, même pays"),
            [f"{row['name']} ({row['where']})\u00a0: {', '.join(row['countries'])}" for row in sheet["neighbours"]],
        ),
        (
            _("Ses dernières réponses"),
            [f"{row['question']} {' ; '.join(row['lines'])}" for row in sheet["answers"]],
        ),
    ]


def _joined(row: Sheet, *names: str) -> str:
    return ", ".join(filter(None, (row[name] for name in names)))


def _jumelage(row: Sheet) -> str:
    since = _("depuis %(year)s") % {"year": row["since"]} if row["since"] else ""
    last = (
        f"{day(date.fromisoformat(row['last_action_on']))} {row['last_action']}".strip()
        if row["last_action_on"]
        else ""
    )
    vitality = row["vitality_label"].lower() if row["vitality"] else _("vitalité inconnue")
    told = ", ".join(filter(None, [f"{row['partner']} ({row['country']})", row["kind"], since, vitality]))
    return f"{told}. {last}" if last else told


def _due(label: str, row: Sheet) -> str:
    late = _("en retard") if row["is_late"] else ""
    before = _("avant le %(day)s") % {"day": row["due"]} if row["due"] else ""
    return ", ".join(filter(None, [label, row["owner"], before, late]))


def _past(row: Sheet) -> str:
    told = ", ".join(filter(None, [row["when"], row["what"], row["by"]]))
    return f"{told}. {row['text']}" if row["text"] else told
