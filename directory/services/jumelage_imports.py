"""Jumelages by the file: each line is matched, then the new links and towns are written together, once.

What comes in is marked as imported and « à vérifier »; a value that somebody gave is never replaced, an empty one is completed.
Importing the same file twice changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version
from directory.enums import JumelageKind, Nature, Source
from directory.jumelage_lines import JumelageLine, Refusal
from directory.matching import Countries, FrenchNames, NotMatched, Place, Town, TownName, Towns
from directory.models import Actor, Country, Jumelage
from directory.referentiel import read_french_names

from . import links
from .bulk import TABLE, add_rows, blank_row, new_ids
from .errors import DirectoryError
from .importing import be_alone
from .jumelages import new_jumelage_ids, said
from .matchable import YEARS, KnownLink, known_collectivites, known_links, known_towns
from .naming import actor_slug, search_terms
from .refusals import told

BATCH = 1000
MOST_ACCEPTED = 50_000  # five times all the jumelages of France; each weighs some kilobytes until it is written
KEPT_REFUSALS = 50
SHOWN_CHANGES = 200
HOPELESS = 50  # refused lines; beyond, a file with more of them than good ones is none of jumelages
# France, and its territories overseas that have an ISO code of their own: a partner there is a collectivité of the répertoire.
FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"})
ONCE = (
    JumelageKind.JUMELAGE,
    JumelageKind.PACTE,
)  # a pair has one of these; another year is a mistake, not another link


class HopelessFile(DirectoryError):
    """Too many lines are refused; `report` says which, and nothing was written."""

    def __init__(self, message: str, report: "JumelageReport") -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of a report: `changes` is empty for a new jumelage, else what is completed, in words."""

    line: int
    name: str
    changes: str = ""


@dataclass(slots=True)
class JumelageReport:
    """What an import did, or would do, counted in lines of the file. `towns`: the partners added.

    The first refusals and the first changes only are kept: a file may have hundreds of thousands.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    towns: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    told: list[ToldLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was guessed of the file itself

    @property
    def counts(self) -> dict[str, int]:
        """The five counts of a command's last line."""
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "closed": 0,
            "refused": self.refused,
        }

    @property
    def accepted(self) -> int:
        return self.created + self.changed + self.unchanged


@dataclass(slots=True, eq=False)
class _Wanted:
    """A line whose collectivité and country are known."""

    line: JumelageLine
    collectivite: Place
    country: str
    name: TownName | None  # None: the partner is French, and known too
    partner: Place | Town | None = None
    completes: list[str] = field(default_factory=list)  # what was empty in the partner's fiche, in words


@transaction.atomic
def import_jumelages(
    lines: Iterable[JumelageLine | Refusal],
    *,
    by: str,
    origin: str,
    dry_run: bool = False,
    on_refusal: Callable[[Refusal], None] | None = None,
) -> JumelageReport:
    """Match `lines` and write the jumelages and the foreign towns that are new; return what came of each line.

    `by` and `origin` (which file) stand in the provenance and the history. `on_refusal` is called with each refused line.
    With `dry_run` nothing is written. Raises HopelessFile if more lines are refused than good, DirectoryError if another
    load is under way or if the database refuses a row; nothing is written then.
    """
    if not dry_run:
        be_alone()
    with pghistory.context(source=Source.IMPORT.value, origin=origin, by=by):
        return _Import(by, on_refusal or (lambda refusal: None)).run(lines, dry_run)


class _Import:
    def __init__(self, by: str, on_refusal: Callable[[Refusal], None]) -> None:
        self.by, self.on_refusal = by, on_refusal
        self.report = JumelageReport()
        self.countries = Countries(Country.objects.order_by("pk").values_list("iso2", "iso3", "name", "name_en"))
        self.collectivites = known_collectivites()
        self.french_names = FrenchNames(read_french_names())

    def run(self, lines: Iterable[JumelageLine | Refusal], dry_run: bool) -> JumelageReport:
        wanted = self._matched(lines)
        towns = Towns(known_towns({row.country for row in wanted}))
        wanted = self._with_partners(wanted, towns)
        links_of = known_links({row.collectivite.pk for row in wanted})
        touched = self._linked(wanted, links_of)
        self.report.refusals.sort(key=lambda refusal: refusal.line)
        if self.report.refused > max(HOPELESS, self.report.accepted):
            raise self._hopeless()
        used = {id(link.pair[1]) for link in touched if link.pair}
        new_towns = [town for town in towns.all() if not town.pk and id(town) in used]
        self.report.towns = len(new_towns)
        if not dry_run:
            self._write(new_towns, [town for town in towns.all() if town.pk], touched)
        return self.report

    def _hopeless(self) -> HopelessFile:
        """The refusal of the whole file; its report counts nothing as written."""
        report = self.report
        told_counts = {"refused": report.refused, "lines": report.refused + report.accepted}
        report.created = report.changed = report.unchanged = 0
        report.told = []
        return HopelessFile(
            _(
                "%(refused)d lignes sur %(lines)d sont refusées\u00a0: rien n’est importé. Corrigez le fichier et recommencez."
            )
            % told_counts,
            report,
        )

    def _refuse(self, line: JumelageLine, error: NotMatched) -> None:
        self._tell(Refusal(line.number, line.read, error.why, error.candidates))

    def _tell(self, refusal: Refusal) -> None:
        self.report.refused += 1
        self.on_refusal(refusal)
        if len(self.report.refusals) < KEPT_REFUSALS:
            self.report.refusals.append(refusal)

    # --- match --------------------------------------------------------------------------------------------------------
    def _matched(self, lines: Iterable[JumelageLine | Refusal]) -> list[_Wanted]:
        wanted: list[_Wanted] = []
        for line in lines:
            if isinstance(line, Refusal):
                self._tell(line)
                continue
            try:
                wanted.append(self._match(line))
            except NotMatched as error:
                self._refuse(line, error)
            if len(wanted) > MOST_ACCEPTED:
                raise DirectoryError(
                    _("Ce fichier a plus de %(most)d lignes valables\u00a0: découpez-le. Rien n’a été importé.")
                    % {"most": MOST_ACCEPTED}
                )
        return wanted

    def _match(self, line: JumelageLine) -> _Wanted:
        collectivite = self.collectivites.find(line.collectivite)
        country = self.countries.find(line.iso, line.country)
        if country not in FRENCH:
            return _Wanted(line, collectivite, country, self.french_names.of(country, line.partner, line.partner_other))
        partner = self.collectivites.find_partner(line.partner, line.partner_code, line.point)
        if partner is collectivite:
            raise NotMatched(_("La collectivité et son partenaire sont la même."))
        return _Wanted(line, collectivite, country, None, partner)

    def _with_partners(self, wanted: list[_Wanted], towns: Towns) -> list[_Wanted]:
        """Those whose partner is known or can be added, in the order of the file."""
        for row in sorted(wanted, key=lambda row: row.line.point is None):
            if row.name is None:
                continue
            try:
                row.partner, row.completes = towns.one(row.country, row.name, row.line.point)
            except NotMatched as error:
                self._refuse(row.line, error)
        return [row for row in wanted if row.partner is not None]

    def _linked(self, wanted: list[_Wanted], links_of: dict[Any, list[KnownLink]]) -> list[KnownLink]:
        """The jumelages to add or to complete."""
        touched: dict[int, KnownLink] = {}
        for row in wanted:
            try:
                link = self._link(row, links_of)
            except NotMatched as error:
                self._refuse(row.line, error)
                continue
            if link is not None:
                touched[id(link)] = link
        return list(touched.values())

    def _link(self, row: _Wanted, links_of: dict[Any, list[KnownLink]]) -> KnownLink | None:
        """The jumelage that a line adds or completes, None if there is nothing to do."""
        line, partner = row.line, row.partner
        known = links_of[_pair(row.collectivite, partner)]
        same = [link for link in known if not line.kind or link.kind == line.kind]
        name = f"{row.collectivite.name} – {partner.name}"  # type: ignore[union-attr]
        agreeing = [link for link in same if link.agrees(line)]
        clashing = [link for link in same if link not in agreeing and line.year_started in (None, link.year_started)]
        if agreeing and not (line.year_started and clashing):
            link = max(agreeing, key=lambda link: (_agreement(link, line), not link.is_merged))
            added = [_field(name, year) for name, year in link.take(line).items()]
            completed = [*(added if link.pk else ()), *row.completes]
            if not completed:
                self.report.unchanged += 1
                return None
            self.report.changed += 1
            self._show(ToldLine(line.number, name, ", ".join(completed)))
            return link if link.pk and added else None
        is_another = line.kind and line.kind not in ONCE and line.year_started and not clashing
        if same and not is_another:
            raise NotMatched(
                _("Ce lien est déjà connu, avec une autre année\u00a0: la valeur du répertoire est gardée."),
                [f"{name} · {_years(link)}" for link in same][:5],
            )
        link = KnownLink(0, line.kind or JumelageKind.JUMELAGE.value, line.year_signed, line.year_started)
        link.pair = (row.collectivite, partner)
        known.append(link)
        self.report.created += 1
        self._show(ToldLine(line.number, name))
        return link

    def _show(self, told_line: ToldLine) -> None:
        if len(self.report.told) < SHOWN_CHANGES:
            self.report.told.append(told_line)

    # --- write --------------------------------------------------------------------------------------------------------
    def _write(self, new_towns: list[Town], towns: list[Town], touched: list[KnownLink]) -> None:
        self._add_towns(new_towns)
        renamed = self._complete_towns([town for town in towns if town.adds_point or town.adds_other])
        with told(Jumelage):
            made = self._add_links([link for link in touched if not link.pk])
            self._complete_links([link for link in touched if link.pk])
        links.refresh_jumelages(made)
        links.follow_actors(renamed)
        if towns or touched:
            transaction.on_commit(counts_version.bump)
        if len(made) > BATCH:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {TABLE}, {Jumelage._meta.db_table}")

    def _add_towns(self, towns: list[Town]) -> None:
        entry = said(Source.IMPORT, self.by)
        for town, pk in zip(towns, new_ids(len(towns)), strict=True):
            town.pk = pk
        rows = iter(towns)
        while batch := list(islice(rows, BATCH)):
            add_rows([_row_of(town, entry) for town in batch])

    def _complete_towns(self, towns: list[Town]) -> list[int]:
        """Write what was empty, and still is; returns those that have a new name to be found by."""
        entry = said(Source.IMPORT, self.by)
        adds = {town.pk: town for town in towns}
        rows = list(Actor.objects.filter(pk__in=adds).select_for_update(of=("self",)).order_by("pk"))
        renamed = []
        for actor in rows:
            town, names = adds[actor.pk], []
            if town.adds_point and not actor.is_located:
                actor.latitude, actor.longitude = town.adds_point
                names += ["latitude", "longitude"]
            if town.adds_other and not actor.short_name:
                actor.short_name = town.adds_other
                actor.search_terms = "\n".join(filter(None, [actor.search_terms, town.adds_other]))
                names.append("short_name")
                renamed.append(actor.pk)
            actor.provenance = {**actor.provenance, **dict.fromkeys(names, entry)}
            actor.updated_at = timezone.now()
        columns = ["latitude", "longitude", "short_name", "search_terms", "provenance", "updated_at"]
        Actor.objects.bulk_update(rows, columns, batch_size=BATCH)
        return renamed

    def _add_links(self, new: list[KnownLink]) -> list[int]:
        entry = said(Source.IMPORT, self.by)
        pks = new_jumelage_ids(len(new))
        rows = iter(_row_of_link(link, pk, entry) for link, pk in zip(new, pks, strict=True))
        while batch := list(islice(rows, BATCH)):
            add_rows(batch, Jumelage)
        return pks

    def _complete_links(self, completed: list[KnownLink]) -> None:
        entry = said(Source.IMPORT, self.by)
        adds = {link.pk: link.adds for link in completed}
        rows = list(Jumelage.objects.filter(pk__in=adds).select_for_update(of=("self",)).order_by("pk"))
        for jumelage in rows:
            names = [name for name in adds[jumelage.pk] if getattr(jumelage, name) is None]
            for name in names:
                setattr(jumelage, name, adds[jumelage.pk][name])
            jumelage.provenance = {**jumelage.provenance, **dict.fromkeys(names, entry)}
            jumelage.updated_at = timezone.now()
        Jumelage.objects.bulk_update(rows, [*YEARS, "provenance", "updated_at"], batch_size=BATCH)


# --- words -----------------------------------------------------------------------------------------------------------------
def _pair(collectivite: Place, partner: Place | Town | None) -> Any:
    """What a pair is known by, before its town has an id."""
    return frozenset((collectivite.pk, getattr(partner, "pk", 0) or partner))


def _agreement(link: KnownLink, line: JumelageLine) -> int:
    return sum(getattr(line, name) is not None and getattr(link, name) == getattr(line, name) for name in YEARS)


def _years(link: KnownLink) -> str:
    return ", ".join(_field(name, getattr(link, name)) for name in YEARS if getattr(link, name)) or _("sans année")


def _field(name: str, year: int) -> str:
    return f"{Jumelage._meta.get_field(name).verbose_name} {year}"  # type: ignore[union-attr]


def _row_of(town: Town, entry: dict[str, str]) -> dict[str, Any]:
    code = f"p{town.pk}"
    latitude, longitude = town.place or (None, None)
    return blank_row() | {
        "id": town.pk,
        "nature": Nature.ETRANGERE.value,
        "name": town.name,
        "short_name": town.other[:120],
        "code": code,
        "slug": actor_slug(town.name, code),
        "country_id": town.country,
        "latitude": latitude,
        "longitude": longitude,
        "provenance": {"*": entry},
        "search_terms": search_terms(code=code, names=[town.other]),
    }


def _row_of_link(link: KnownLink, pk: int, entry: dict[str, str]) -> dict[str, Any]:
    collectivite, partner = link.pair  # type: ignore[misc]  # a new one has its pair
    return blank_row(Jumelage) | {
        "id": pk,
        "kind": link.kind,
        "collectivite_id": collectivite.pk,
        "partner_id": partner.pk,
        "slug": links.jumelage_slug(collectivite.name, partner.name, pk),
        "year_signed": link.year_signed,
        "year_started": link.year_started,
        "to_verify": True,
        "provenance": {"*": entry},
    }
