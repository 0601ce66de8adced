"""A jumelage as its page tells it: its short facts, and its life as dated steps. Pure."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory.models import Jumelage
from directory.models.contributions import label_of, told_value
from soco.web.templatetags.soco import day


@dataclass(frozen=True)
class Step:
    """`when`: a year or a day in words; `is_future`: not come yet."""

    when: str
    what: str
    is_future: bool = False


def steps_of(jumelage: Jumelage, today: date) -> list[Step]:
    """Start, signature, last action, confirmation, ends and renewals: those that are known."""
    known: list[tuple[date, Step]] = []

    def add_year(year: int | None, what: str) -> None:
        if year:
            known.append((date(year, 1, 1), Step(str(year), what, year > today.year)))

    def add_day(on: date | None, what: str) -> None:
        if on:
            known.append((on, Step(day(on), what, on > today)))

    if jumelage.year_started and jumelage.year_started == jumelage.year_signed:
        add_year(jumelage.year_started, _("Début et signature"))
    else:
        add_year(jumelage.year_started, _("Début"))
        add_year(jumelage.year_signed, _("Signature"))
    add_day(jumelage.last_action_on, jumelage.last_action or _("Dernière action connue"))
    add_day(
        timezone.localdate(jumelage.verified_at) if jumelage.verified_at else None, _("Page confirmée par une personne")
    )
    add_day(jumelage.agreement_renewal_on, _("Renouvellement de la convention"))
    add_day(jumelage.agreement_ends_on, _("Fin de la convention"))
    add_day(jumelage.ended_on, _("Fin du jumelage"))
    return [step for _on, step in sorted(known, key=lambda item: item[0])]


LONG_FACTS = ("theme_codes", "other_themes", "sdgs", "objectives", "context", "history")
SHORT_FACTS = (
    "kind",
    "vitality",
    "year_started",
    "year_signed",
    "carrier",
    "last_action_on",
    "last_action",
    "agreement_ends_on",
    "agreement_renewal_on",
    "ended_on",
    "legal_base",
)


def facts_of_jumelage(jumelage: Jumelage) -> list[dict[str, str]]:
    """The short facts that are known: field, label, value in words."""
    return [*sides_of(jumelage), *_told(jumelage, SHORT_FACTS)]


def sides_of(jumelage: Jumelage) -> list[dict[str, str]]:
    """The leading pair, as facts."""
    one, other = jumelage.collectivite, jumelage.partner
    place = f" ({one.departement.name})" if one.departement else ""
    return [
        {"name": "collectivite", "label": _("Collectivité"), "value": f"{one.name}, {one.nature_label.lower()}{place}"},
        {"name": "partner", "label": _("Partenaire"), "value": f"{other.name}, {other.country.name}"},
    ]


def all_facts_of_jumelage(jumelage: Jumelage) -> list[dict[str, str]]:
    """Every fact that is known, for whoever confirms them."""
    return _told(jumelage, (*SHORT_FACTS, *LONG_FACTS))


def _told(jumelage: Jumelage, names: tuple[str, ...]) -> list[dict[str, str]]:
    told = []
    for name in names:
        value = getattr(jumelage, name)
        words = told_value(name, value.isoformat() if isinstance(value, date) else value)
        if words and name == "vitality" and jumelage.vitality_on:
            words = _("%(state)s, constaté le %(day)s") % {"state": words, "day": day(jumelage.vitality_on)}
        if words:
            told.append({"name": name, "label": capfirst(label_of(name, Jumelage)), "value": capfirst(words)})
    return told
