"""The month's report on paper."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.contours import Map
from outreach.month_report import DEFINITIONS, Report
from soco.web import typesetting
from soco.web.templatetags.soco import day, hour, number

TEMPLATE = Path(__file__).parent.with_name("typst") / "bilan.typ"


def report_pdf(report: Report, flat: Map | None, *, now: datetime) -> bytes:
    """The report as a PDF; `flat`: the map of the région, if its outlines are known."""
    month = report.month
    words = {
        "document_title": f"{report.title}, {report.name}",
        "network": settings.NETWORK_NAME,
        "made_on": _("Établi le %(day)s à %(hour)s") % {"day": day(now), "hour": hour(now)},
        "title": report.title,
        "who": report.name,
        "figures_title": _("Les chiffres"),
        "figure_head": ["", _("Ce mois"), _("Mois précédent"), _("Écart")],
        "figures": [
            [each.label, _told(each.value), _told(each.before), _signed(each.change)] for each in report.figures
        ],
        "places": _("Départements visités\u00a0: %(names)s") % {"names": ", ".join(month.departements) or _("aucun")},
        "map": _svg(flat, report) if flat and report.spots else "",
        "map_alt": _("Carte des visites réalisées dans le mois"),
        "tables": [table for table in _tables(report) if table["rows"]],
        "definitions_title": _("Ce que disent ces chiffres"),
        "definitions": [[str(term), str(meaning)] for term, meaning in DEFINITIONS],
        "page": _("Page"),
    }
    return typesetting.pdf(TEMPLATE, words, now=now)


def _tables(report: Report) -> list[dict[str, Any]]:
    month = report.month
    return [
        {
            "title": _("Les visites"),
            "head": [_("Jour"), _("Collectivité"), _("Type"), _("Résultat")],
            "rows": [
                [
                    _short(visit.starts_at),
                    visit.actor.name,
                    str(visit.get_kind_display()),
                    str(visit.get_state_display()),
                ]
                for visit in month.visits
            ],
        },
        {
            "title": _("Rencontrées pour la première fois"),
            "head": [_("Jour"), _("Collectivité"), _("Département"), _("Habitants")],
            "rows": [
                [
                    f"{fact.on:%d/%m}",
                    fact.actor.name,
                    fact.actor.departement.name if fact.actor.departement else "",
                    number(fact.actor.population),
                ]
                for fact in month.meetings
            ],
        },
        {
            "title": _("Besoins notés et clos"),
            "head": [_("Jour"), _("Demande"), _("Acteur"), _("État")],
            "rows": [
                [_short(need.created_at), need.label, need.actor.name, str(need.get_state_display())]
                for need in {need.pk: need for need in (*month.opened, *month.closed)}.values()
            ],
        },
        {
            "title": _("Engagements en retard"),
            "head": [_("Avant le"), _("Engagement"), _("Collectivité"), _("Suivi par")],
            "rows": [
                [f"{late.due_on:%d/%m/%Y}", late.text, late.visit.actor.name, str(late.owner or "")]
                for late in month.late
            ],
        },
    ]


def _svg(flat: Map, report: Report) -> str:
    paths = "".join(f'<path d="{outline.path}"/>' for outline in flat.outlines)
    spots = [flat.place(*spot) for spot in report.spots]
    rounds = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="6"/>' for x, y in spots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {flat.view_width:g} {flat.view_height:g}">'
        f'<g fill="#dcebe8" stroke="#ffffff" stroke-width="1.5">{paths}</g>'
        f'<g fill="#a8480f" stroke="#ffffff" stroke-width="2">{rounds}</g></svg>'
    )


def _short(moment: datetime) -> str:
    return f"{timezone.localdate(moment):%d/%m}"


def _told(value: float) -> str:
    return f"{value:.1f}".replace(".", ",") if value % 1 else number(value)


def _signed(value: float) -> str:
    return "=" if not value else f"{'+' if value > 0 else '−'}{_told(round(abs(value), 1))}"
