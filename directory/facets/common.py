"""What counted filters are, and how counted rows become them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from directory import counts_version
from directory.models.cooperation import EUROPE_CODE
from directory.models.reference import country_names, theme_names
from directory.search import SearchText, folded

Row = tuple[str, str, str, int]  # facet, value, label, count
Chosen = Mapping[str, list[str]]  # facet → its chosen values, empty ones left out

# Départements of a région and most of its intercommunalités; of the whole of France, the most frequent (a page stays light).
MOST_OPTIONS = 60


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Facets:
    total: int
    facets: list[Facet]


@dataclass(frozen=True)
class Layout:
    """The facets of one kind of search. `titles`: in the order of the page. `closed`: those of a closed list, in its order;
    `by_count`: those whose most frequent values come first; the others are in the order of their labels."""

    code: str
    titles: Callable[[], dict[str, str]]
    closed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_count: frozenset[str] = frozenset()


def cached(layout: Layout, chosen: Chosen, text: SearchText, rows: Callable[[], list[Row]]) -> Facets:
    """The facets that `rows` counts: a search without text is counted once until the répertoire changes
    (`counts_version`), at most DIRECTORY_FACETS_SECONDS."""
    if text:
        return presented(layout, rows(), chosen)
    key = f"directory.facets:{layout.code}:{counts_version.current()}:{sorted(chosen.items())}".replace(" ", "")
    counted = cache.get(key) if len(key) < 200 else None
    if counted is None:
        counted = rows()
        if len(key) < 200:
            cache.set(key, counted, settings.DIRECTORY_FACETS_SECONDS)
    return presented(layout, counted, chosen)


def presented(layout: Layout, rows: list[Row], chosen: Chosen) -> Facets:
    """Counted rows as facets."""
    by_facet: dict[str, dict[str, tuple[str, int]]] = {}
    for facet, value, label, n in rows:
        by_facet.setdefault(facet, {})[value] = (label, n)
    total = by_facet["total"][""][1]
    facets = []
    for name, title in layout.titles().items():
        counts = {value: found for value, found in by_facet.get(name, {}).items() if found[1]}
        for value in chosen.get(name, []):
            counts.setdefault(value, ("", 0))
        labels = layout.closed.get(name) or (_names(name) if counts else {})

        told = {value: str(labels.get(value) or found[0] or value) for value, found in counts.items()}
        if name in layout.closed:
            order = [value for value in layout.closed[name] if value in counts]
        elif name in layout.by_count:
            order = sorted(counts, key=lambda value: (value != EUROPE_CODE, -counts[value][1], folded(told[value])))
        else:
            order = sorted(counts, key=lambda value: folded(told[value]))
        options = [
            Option(value=value, label=told[value], count=counts[value][1], is_chosen=value in chosen.get(name, []))
            for value in order
        ]
        if len(options) > MOST_OPTIONS and name not in layout.closed:
            largest = sorted(options, key=lambda option: (not option.is_chosen, -option.count))[:MOST_OPTIONS]
            shown = {option.value for option in largest}
            options = [option for option in options if option.value in shown]
        if options:
            facets.append(Facet(name=name, label=title, options=options))
    return Facets(total=total, facets=facets)


def _names(facet: str) -> Mapping[str, str]:
    """The labels of a facet whose list lives in the database, {} for one whose rows bring theirs."""
    if facet == "pays":
        return {EUROPE_CODE: _("Toute l’Europe"), **country_names()}
    return theme_names() if facet == "theme" else {}


def where(chosen: Chosen, *left_out: str, extra: str = "") -> str:
    """The WHERE clause of one count: under every chosen filter (its flag `ok_<name>`), but those left out."""
    conditions = [f"ok_{name}" for name in chosen if name not in left_out] + ([extra] if extra else [])
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
