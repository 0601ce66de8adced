"""Two fiches side by side: which fields differ, what each side says, and which of the two values is kept by default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.duplicates import Said, prefers_second
from directory.enums import HUMAN_SOURCES
from directory.models import Actor, Jumelage
from directory.models.reference import theme_names
from soco.web.templatetags.soco import day

Fiche = Actor | Jumelage


@dataclass(frozen=True)
class Group:
    """Fields that are kept together, because they only make sense so; named by the first one unless `label` says otherwise."""

    fields: tuple[str, ...]
    label: str | Promise = ""

    @property
    def name(self) -> str:
        return self.fields[0]

    def label_of(self, model: type[models.Model]) -> str:
        return capfirst(str(self.label or model._meta.get_field(self.name).verbose_name))  # type: ignore[union-attr]


def _alone(*names: str) -> list[Group]:
    return [Group((name,)) for name in names]


ACTOR_GROUPS = (
    *_alone("name", "short_name", "nature", "description"),
    Group(("siren", "siret"), gettext_lazy("SIREN et SIRET")),
    *_alone("rna", "network"),
    Group(
        ("country", "seat", "epci", "departement", "region", "departement_codes", "region_codes", "postal_codes"),
        gettext_lazy("où"),
    ),
    Group(("latitude", "longitude"), gettext_lazy("coordonnées géographiques")),
    *_alone("address", "email", "phone", "website", "identity_tags", "population", "valid_from", "is_published"),
)
JUMELAGE_GROUPS = (
    *_alone("title", "year_signed", "year_started"),
    Group(("vitality", "vitality_on", "ended_on"), gettext_lazy("vitalité")),
    Group(("last_action_on", "last_action"), gettext_lazy("dernière action")),
    *_alone("carrier", "theme_codes", "other_themes", "sdgs", "objectives", "context", "history", "legal_base"),
    *_alone("agreement_ends_on", "agreement_renewal_on", "atlas_reference", "to_verify", "is_published"),
)


def groups_of(fiche: Fiche) -> Sequence[Group]:
    return ACTOR_GROUPS if isinstance(fiche, Actor) else JUMELAGE_GROUPS


@dataclass(frozen=True)
class Side:
    """What one fiche says of a group: its fields in words, « » for nothing."""

    fiche: Fiche
    told: str

    @property
    def pk(self) -> int:
        return int(self.fiche.pk)


@dataclass(frozen=True)
class Line:
    """A group that the two fiches do not say alike. `default`: the id of the fiche whose value is kept unless staff says so."""

    group: Group
    label: str
    kept: Side
    absorbed: Side
    default: int

    @property
    def name(self) -> str:
        return self.group.name

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.kept, self.absorbed


def lines_between(kept: Fiche, absorbed: Fiche) -> list[Line]:
    """Every group in which the two fiches differ, in the order of their pages."""
    lines = []
    for group in groups_of(kept):
        first, second = said(kept, group), said(absorbed, group)
        if first.values == second.values:
            continue
        takes_second = absorbed.is_published if group.name == "is_published" else prefers_second(first, second)
        lines.append(
            Line(
                group,
                group.label_of(type(kept)),
                Side(kept, told(kept, group)),
                Side(absorbed, told(absorbed, group)),
                default=absorbed.pk if takes_second else kept.pk,
            )
        )
    return lines


def told_alike(kept: Fiche, absorbed: Fiche) -> list[tuple[str, str]]:
    """What both fiches say, and say alike: (label, value in words)."""
    return [
        (group.label_of(type(kept)), value)
        for group in groups_of(kept)
        if said(kept, group).values == said(absorbed, group).values and (value := told(kept, group))
    ]


def taken_from(absorbed: Fiche, lines: Iterable[Line], choices: Mapping[str, int]) -> list[str]:
    """The fields whose value comes from the fiche that goes; what is not chosen follows its default."""
    taken = [line.group for line in lines if choices.get(line.name, line.default) == absorbed.pk]
    return [name for group in taken for name in group.fields]


def said(fiche: Fiche, group: Group) -> Said:
    values = [_value(fiche, name) for name in group.fields]
    moments = [moment for name in group.fields if (moment := confirmed_at(fiche, name))]
    return Said(values, max(moments, default=None))


def confirmed_at(fiche: Fiche, field: str) -> datetime | None:
    """When a person of the field last stood behind this value: who wrote it, or who confirmed the whole fiche since."""
    entry = fiche.source_of(field) or {}
    written = _moment(entry.get("at")) if entry.get("source") in HUMAN_SOURCES else None
    return max(filter(None, (written, fiche.verified_at)), default=None)


def suggested_order(one: Fiche, other: Fiche) -> tuple[Fiche, Fiche]:
    """(to keep, to absorb): the fiche that is shown, then with the most jumelages, then confirmed last, then the older one."""

    def worth(fiche: Fiche) -> tuple[Any, ...]:
        jumelages = fiche.jumelage_count if isinstance(fiche, Actor) else 0
        confirmed = fiche.verified_at.timestamp() if fiche.verified_at else 0.0
        return fiche.is_published, jumelages, confirmed, -fiche.pk

    return (one, other) if worth(one) >= worth(other) else (other, one)


def told(fiche: Fiche, group: Group) -> str:
    """The values of a group in words."""
    if group.name == "country":
        return _place(fiche)
    if group.name == "latitude" and isinstance(fiche, Actor):
        return f"{fiche.latitude:.4f}, {fiche.longitude:.4f}" if fiche.is_located else ""
    words = (_word(fiche, name) for name in group.fields)
    return "\u00a0; ".join(filter(None, words))


def _place(fiche: Any) -> str:
    names = [place.name for place in (fiche.seat, fiche.epci, fiche.departement, fiche.region, fiche.country) if place]
    return ", ".join([*fiche.postal_codes, *names])


def _word(fiche: Fiche, name: str) -> str:
    value = getattr(fiche, name)
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return day(value)
    if name == "theme_codes":
        names = theme_names()
        return ", ".join(names.get(code, code) for code in value)
    if isinstance(value, list):
        choices = _choices(fiche, name)
        return ", ".join(str(choices.get(item, item)) for item in value)
    shown = getattr(fiche, f"get_{name}_display", None)
    return str(shown() if shown else value)


def _choices(fiche: Fiche, name: str) -> dict[Any, Any]:
    field: Any = fiche._meta.get_field(name)
    return dict(getattr(field.base_field, "choices", None) or ())


def _value(fiche: Fiche, name: str) -> Any:
    field: Any = fiche._meta.get_field(name)
    return getattr(fiche, field.attname)


def _moment(at: Any) -> datetime | None:
    try:
        moment = parse_datetime(str(at)) if at else None
        day_alone = parse_date(str(at)[:10]) if at and moment is None else None
    except ValueError:
        return None
    if moment is None and day_alone is not None:
        moment = datetime(day_alone.year, day_alone.month, day_alone.day)  # noqa: DTZ001 - made aware just below
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment
