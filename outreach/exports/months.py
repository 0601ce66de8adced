"""The month's report as a workbook: figures, visits, first meetings, needs. No free text."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.month_report import DEFINITIONS, Report, need_cells

Sheet = tuple[str, list[str], list[list[Any]]]


def sheets(report: Report) -> list[Sheet]:
    """Each sheet: title, header, rows."""
    month = report.month
    figures: list[list[Any]] = [[each.label, each.value, each.before, each.change] for each in report.figures]
    figures += [[_("Départements"), ", ".join(month.departements), "", ""]]
    figures += [[str(term), str(meaning), "", ""] for term, meaning in DEFINITIONS]
    return [
        (_("Chiffres"), [_("figure"), report.title, _("mois précédent"), _("écart")], figures),
        (
            _("Visites"),
            [
                *(_("date"), _("collectivité"), _("code"), _("département"), _("type"), _("résultat"), _("minutes")),
                *(_("km"), _("voltigeur")),
            ],
            [_visit(visit) for visit in month.visits],
        ),
        (
            _("Premières rencontres"),
            [_("date"), _("collectivité"), _("code"), _("niveau"), _("département"), _("population")],
            [_meeting(fact) for fact in month.meetings],
        ),
        (
            _("Besoins"),
            [_("noté ou clos"), _("date"), _("demande"), _("acteur"), _("service"), _("état")],
            [
                *([_("noté"), _day(need.created_at), *need_cells(need)] for need in month.opened),
                *([_("clos"), _day(need.closed_at), *need_cells(need)] for need in month.closed),
            ],
        ),
    ]


def _visit(visit: Any) -> list[Any]:
    actor = visit.actor
    return [
        *(_day(visit.starts_at), actor.name, actor.code, actor.departement.name if actor.departement else ""),
        *(str(visit.get_kind_display()), str(visit.get_state_display()), visit.minutes, visit.km),
        str(visit.voltigeur or ""),
    ]


def _meeting(fact: Any) -> list[Any]:
    actor = fact.actor
    place = actor.departement.name if actor.departement else ""
    return [fact.on.isoformat(), actor.name, actor.code, str(actor.get_nature_display()), place, actor.population]


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
