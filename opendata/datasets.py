"""The open datasets: which rows are given away, under which columns, in which words.

Rows are published and real; nothing comes from the persons that the répertoire knows (contacts, référents, authors).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import counts_version, exports, link_exports, project_exports
from directory.models import Actor, Jumelage, Project
from events import exports as event_exports
from events.models import Event

from . import words
from .columns import Column, table_schema

LEFT_OUT = "demonstration"  # the last column of the exports: nothing fictitious is given away
FIGURES_SECONDS = 600
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"  # as data.gouv.fr knows it
LICENCE_NAME = gettext_lazy("Licence Ouverte 2.0")


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a dataset holds, how many of its rows a person confirmed within a year, and since when it exists."""

    count: int
    fresh: int
    created_at: datetime | None
    changed_at: datetime | None

    @property
    def fresh_share(self) -> int:
        """Percent of the rows that a person confirmed within a year."""
        return round(100 * self.fresh / self.count) if self.count else 0


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset: how to ask for its rows, and how the exports of `directory` write one."""

    code: str
    title: Any
    description: Any
    keywords: tuple[str, ...]
    theme: str  # of the European data portal (EU Vocabularies, data-theme)
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    queryset: Callable[[], Any]
    write_rows: Callable[[Any, str], Iterator[list[Any]]]
    write_loaded: Callable[[Any, str], Iterator[list[Any]]]
    write_features: Callable[[Any, str], Iterator[dict[str, Any]]]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def titles(self) -> list[str]:
        return [str(column.title) for column in self.columns]

    def rows(self) -> Iterator[list[Any]]:
        """Every row under the columns, as a table writes it; read as it goes, whatever the size."""
        for row in self.write_rows(self.in_order(), settings.SITE_URL):
            yield row[:-1]

    def records(self) -> Iterator[dict[str, Any]]:
        """Every row as JSON says it."""
        return map(self._record, self.rows())

    def page(self, queryset: Any) -> list[dict[str, Any]]:
        """The rows of a small queryset as JSON says them, read at once."""
        rows = self.write_loaded(list(queryset.for_export()), settings.SITE_URL)
        return [self._record(row[:-1]) for row in rows]

    def _record(self, row: list[Any]) -> dict[str, Any]:
        return {column.name: column.value(cell) for column, cell in zip(self.columns, row, strict=True)}

    def features(self) -> Iterator[dict[str, Any]]:
        """Each row as a GeoJSON feature (longitude first), its properties as in JSON."""
        columns = {column.name: column for column in self.columns}
        for feature in self.write_features(self.in_order(), settings.SITE_URL):
            cells = feature["properties"]
            feature["properties"] = {
                name: columns[name].value(cell) if name in columns else cell
                for name, cell in cells.items()
                if name != LEFT_OUT
            }
            yield feature

    def in_order(self) -> Any:
        return self.queryset().order_by("pk")

    def schema(self) -> dict[str, Any]:
        return table_schema(self.columns, name=self.code, title=str(self.title), key=self.key)

    def figures(self) -> Figures:
        """Counted once for all readers, until the répertoire changes."""
        key = f"opendata.figures:{self.code}:{counts_version.current()}"
        return cache.get_or_set(key, lambda: Figures(**self.queryset().figures()), FIGURES_SECONDS)


def _columns(names: tuple[str, ...], titles: tuple[str, ...], said: dict[str, dict[str, Any]]) -> tuple[Column, ...]:
    """The columns of an export, its last one apart, each with what `said` adds. A name of `said` that no column bears is an
    error."""
    unknown = set(said) - set(names)
    if unknown or names[-1] != LEFT_OUT:
        raise ValueError(f"columns that the export has not: {unknown}, or its last is not {LEFT_OUT}")
    pairs = zip(names[:-1], titles[:-1], strict=True)
    return tuple(Column(name=name, title=title, **said.get(name, {})) for name, title in pairs)


ACTORS = Dataset(
    code="acteurs",
    title=gettext_lazy("Acteurs de la coopération internationale"),
    description=gettext_lazy(
        "Les communes, intercommunalités, départements et régions, et leurs partenaires\u00a0: comités de jumelage,"
        " associations, établissements, collectivités étrangères. Codes officiels, situation, coordonnées publiques de"
        " l’organisme, date de la dernière confirmation par une personne."
    ),
    keywords=("collectivites", "cooperation-internationale", "jumelage", "annuaire", "action-exterieure"),
    theme="GOVE",
    columns=_columns(exports.COLUMNS, exports.LABELS, words.ACTORS),
    key=("nature", "code"),
    queryset=lambda: Actor.objects.open_data(),
    write_rows=exports.rows,
    write_loaded=exports.written,
    write_features=exports.features,
)
LINKS = Dataset(
    code="jumelages",
    title=gettext_lazy("Jumelages et partenariats des collectivités"),
    description=gettext_lazy(
        "Les jumelages, pactes d’amitié et coopérations décentralisées\u00a0: les deux chefs de file, le pays, les années de"
        " signature et de début, la vitalité, les thèmes et les objectifs de développement durable, la dernière action"
        " connue, l’origine et la date de confirmation."
    ),
    keywords=("jumelage", "cooperation-decentralisee", "partenariat", "collectivites", "europe"),
    theme="INTR",
    columns=_columns(link_exports.COLUMNS, link_exports.LABELS, words.LINKS),
    key=("numero",),
    queryset=lambda: Jumelage.objects.open_data(),
    write_rows=link_exports.rows,
    write_loaded=link_exports.written,
    write_features=link_exports.features,
)
PROJECTS = Dataset(
    code="projets",
    title=gettext_lazy("Projets de coopération internationale"),
    description=gettext_lazy(
        "Les actions datées des collectivités et de leurs partenaires\u00a0: dates, pays, thèmes, objectifs de développement"
        " durable, code-objet du Comité d’aide au développement (CAD), budget, acteurs et financeurs."
    ),
    keywords=("projets", "cooperation-internationale", "aide-au-developpement", "solidarite-internationale", "odd"),
    theme="INTR",
    columns=_columns(project_exports.COLUMNS, project_exports.LABELS, words.PROJECTS),
    key=("id",),
    queryset=lambda: Project.objects.open_data(),
    write_rows=project_exports.rows,
    write_loaded=project_exports.written,
    write_features=project_exports.features,
)
EVENTS = Dataset(
    code="evenements",
    title=gettext_lazy("Rendez-vous de la coopération internationale"),
    description=gettext_lazy(
        "L’agenda public du réseau, passé et à venir\u00a0: petits-déjeuners, groupes de travail, groupes pays, formations,"
        " rencontres et visioconférences, avec leur date, leur lieu, leur état (publié, reporté, annulé) et qui peut s’y"
        " inscrire."
    ),
    keywords=("agenda", "evenements", "formation", "cooperation-internationale", "rencontres"),
    theme="INTR",
    columns=_columns(event_exports.COLUMNS, event_exports.LABELS, words.EVENTS),
    key=("id",),
    queryset=lambda: Event.objects.open_data(),
    write_rows=event_exports.rows,
    write_loaded=event_exports.written,
    write_features=event_exports.features,
)
DATASETS = (ACTORS, LINKS, PROJECTS, EVENTS)
BY_CODE = {dataset.code: dataset for dataset in DATASETS}


def caution() -> str:
    """What a reader of any of the files should know before using it."""
    return _(
        "Ce que des personnes n’ont pas encore confirmé peut être dépassé\u00a0: la colonne «\u00a0confirme_le\u00a0» le dit."
    )
