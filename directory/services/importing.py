"""One door for files: the rows a file wants are compared with the répertoire, and only what differs is written.

An actor is recognised by its nature and code, never by its name. A value that a person of the field gave since the day
the file is true at is kept, and told. Applying the same rows twice writes nothing the second time.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import pghistory
from django.db import connection, transaction
from django.utils.translation import gettext as _

from directory import counts_version
from directory.enums import HUMAN_SOURCES, Nature, Source
from directory.models import Actor

from . import links
from .bulk import CONTENT, LINKS, Values, add_rows, blank_row, change_rows, new_ids, read_rows, refresh_statistics
from .editing import SHOWN_BY_MEMBERS, refresh_members
from .errors import DirectoryError
from .jumelages import follow_successions
from .naming import actor_slug, search_terms

BATCH = 1000
MANY_ROWS = 1000  # beyond, the planner's statistics are refreshed at once: the first searches need them
IMPORT_LOCK = 750_043
PLACES = (Nature.REGION, Nature.DEPARTEMENT, Nature.EPCI)  # before the actors that are found by their names
TOGETHER = ({"latitude", "longitude"}, {"valid_until", "successor"})  # written or kept as one
LIFE = frozenset({"valid_until", "successor"})
NAMING = frozenset(
    {"name", "short_name", "siren", "postal_codes", "former_names", "former_codes", "epci", "departement", "region"}
)

Provenance = dict[str, dict[str, Any]]
Progress = Callable[[str, int, int], None]


class ActorKey(NamedTuple):
    """How a file names an actor."""

    nature: str
    code: str


class Trace(StrEnum):
    """Where an import notes the source of what it writes: once for the whole row, or field by field."""

    ROW = "row"
    FIELD = "field"


@dataclass(slots=True)
class WantedActor:
    """What a file says of one actor.

    `values` goes from field to value; for a link (département, EPCI, seat…) the value is a tuple of keys, of which the
    first that is in the répertoire is taken. `as_of`: the day the values are true at, None if the source does not say.
    """

    key: ActorKey
    values: Values
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a report: an actor, its fields before and after (`changes`), those `kept` and the value refused."""

    key: ActorKey
    name: str
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. Each row is created, changed, closed or unchanged.

    `kept` tells the values that were not written because a person gave another one later. `written` counts the rows
    written, including those of which only the provenance or the search terms changed.
    """

    created: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    closed: list[Told] = field(default_factory=list)
    kept: list[Told] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)
    written: int = 0

    def counts(self, nature: str | None = None) -> dict[str, int]:
        """The five counts of a command's last line, for one nature or for all."""

        def number(lines: list[Told]) -> int:
            return sum(nature in (None, told.key.nature) for told in lines)

        return {
            "created": number(self.created),
            "changed": number(self.changed),
            "unchanged": self.unchanged[nature] if nature else self.unchanged.total(),
            "closed": number(self.closed),
            "refused": sum(len(told.kept) for told in self.kept if nature in (None, told.key.nature)),
        }


@dataclass(slots=True)
class _Comparison:
    """A row of the répertoire against what is wanted; `values` are the columns to write, none if nothing differs."""

    wanted: WantedActor
    row: Values
    changes: dict[str, tuple[Any, Any]]
    kept: dict[str, tuple[Any, Any]]
    values: Values


@transaction.atomic
def apply_import(
    rows: Iterable[WantedActor],
    *,
    source: Source,
    origin: str,
    by: str,
    trace: Trace = Trace.ROW,
    creates: bool = True,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Write what `rows` say and the répertoire does not; return what was created, changed, closed and kept.

    `source`, `origin` (which file) and `by` stand in the history of every row changed. Without `creates`, the rows of
    unknown actors are left out. With `dry_run` nothing is written. `progress` is called with a label, the rows done and
    the rows in all. Raises DirectoryError if another import is under way.
    """
    if not dry_run:
        be_alone()
    with pghistory.context(source=str(source), origin=origin, by=by):
        return _Import(source=source, by=by, trace=trace, dry_run=dry_run, progress=progress).run(rows, creates)


def be_alone() -> None:
    """Hold the right to load until the end of the transaction. Raises DirectoryError if somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [IMPORT_LOCK])
        (is_alone,) = cursor.fetchone()
    if not is_alone:
        raise DirectoryError(
            _("Un autre chargement est en cours. Rien n’a été enregistré ; attendez qu’il finisse, puis relancez.")
        )


class _Import:
    """The state of one import: the actors by key, the names of places, and who writes."""

    def __init__(self, *, source: Source, by: str, trace: Trace, dry_run: bool, progress: Progress | None) -> None:
        self.source, self.by, self.trace, self.dry_run = source, by, trace, dry_run
        self.progress = progress or (lambda label, done, total: None)
        self.ids = {
            ActorKey(nature, code): pk
            for pk, nature, code in Actor.objects.order_by().values_list("pk", "nature", "code")
        }
        self.names = {
            pk: (name, short_name)
            for pk, name, short_name in Actor.objects.of_nature(list(PLACES))
            .order_by()
            .values_list("pk", "name", "short_name")
        }

    def run(self, rows: Iterable[WantedActor], creates: bool) -> ImportReport:
        report = ImportReport()
        wanted = sorted(rows, key=lambda row: PLACES.index(row.key.nature) if row.key.nature in PLACES else len(PLACES))
        known = {self.ids[row.key] for row in wanted if row.key in self.ids}
        new = [row for row in wanted if row.key not in self.ids] if creates else []
        ids = [-rank for rank, _row in enumerate(new, start=1)] if self.dry_run else new_ids(len(new))
        self.ids |= zip((row.key for row in new), ids, strict=True)

        existing = {row["pk"]: row for row in read_rows(sorted(known))}
        created: list[Values] = []
        touched: list[_Comparison] = []
        for row in wanted:
            pk = self.ids.get(row.key)
            if pk is None:
                continue
            if pk in known:
                comparison = self._compare(existing.pop(pk), row)
                if comparison.values:
                    touched.append(comparison)
                else:
                    self._tell(comparison, report)
            else:
                created.append(self._created(pk, row))
                report.created.append(Told(row.key, row.values["name"]))
        for comparison in self._locked(touched):
            self._tell(comparison, report)
            if comparison.values:
                report.written += 1
        report.written += len(created)
        if not self.dry_run:
            self._write(created, touched)
            self._rename(touched)
            if report.written:
                transaction.on_commit(counts_version.bump)
            if report.written > MANY_ROWS:
                refresh_statistics()
        return report

    # --- compare ------------------------------------------------------------------------------------------------------
    def _compare(self, row: Values, wanted: WantedActor) -> _Comparison:
        trace: Provenance = row["provenance"]
        changes: dict[str, tuple[Any, Any]] = {}
        kept: dict[str, tuple[Any, Any]] = {}
        for name, value in wanted.values.items():
            old, new = row[LINKS.get(name, name)], self._resolved(name, value)
            if old == new or (self.trace == Trace.FIELD and not new and not self._wrote(trace, name)):
                continue
            if _was_said_later(trace, name, old, wanted.as_of):
                kept[name] = old, new
            else:
                changes[name] = old, new
        for pair in TOGETHER:
            if pair & kept.keys():
                kept |= {name: changes.pop(name) for name in pair & changes.keys()}

        values = {LINKS.get(name, name): new for name, (_old, new) in changes.items()}
        final = row | values
        new_trace = self._traced(final, trace, wanted, changes)
        if new_trace != trace:
            values["provenance"] = new_trace
        if wanted.values.keys() & NAMING:
            terms = self._terms(final)
            if terms != row["search_terms"]:
                values["search_terms"] = terms
            if row["nature"] in PLACES:
                self.names[row["pk"]] = final["name"], final["short_name"]
        return _Comparison(wanted, row, changes, kept, values)

    def _created(self, pk: int, wanted: WantedActor) -> Values:
        values = blank_row() | {
            LINKS.get(name, name): self._resolved(name, value) for name, value in wanted.values.items()
        }
        values |= {"id": pk, "nature": wanted.key.nature, "code": wanted.key.code}
        values["slug"] = actor_slug(values["name"], wanted.key.code)
        values["provenance"] = self._traced(values, {}, wanted, dict.fromkeys(wanted.values))
        values["search_terms"] = self._terms(values)
        if wanted.key.nature in PLACES:
            self.names[pk] = values["name"], values["short_name"]
        return values

    def _resolved(self, name: str, value: Any) -> Any:
        """A column's value: for a link, the id of the first of its keys that is in the répertoire."""
        if name not in LINKS:
            return value
        return next((self.ids[key] for key in value if key in self.ids), None)

    def _terms(self, final: Values) -> str:
        names = [*final["former_names"], final["short_name"]]
        for column in ("epci_id", "departement_id", "region_id"):
            names += self.names.get(final[column], ())
        return search_terms(
            code=final["code"],
            siren=final["siren"],
            postal_codes=final["postal_codes"],
            former_codes=final["former_codes"],
            names=names,
        )

    # --- provenance ---------------------------------------------------------------------------------------------------
    def _wrote(self, trace: Provenance, name: str) -> bool:
        """Did an earlier run of this same import write the value that stands in this field?"""
        said = trace.get(name, {})
        return said.get("source") == self.source and said.get("by") == self.by

    def _traced(
        self,
        final: Values,
        trace: Provenance,
        wanted: WantedActor,
        changes: dict[str, Any],
    ) -> Provenance:
        """The provenance of the row once written: people's entries stay on the values that stay."""
        entry = {"source": str(self.source), "at": wanted.as_of and wanted.as_of.isoformat(), "by": self.by}
        if self.trace == Trace.FIELD:
            traced = {name: said for name, said in trace.items() if name not in changes}
            for name, value in wanted.values.items():
                is_as_wanted = final[LINKS.get(name, name)] == self._resolved(name, value)
                if value and is_as_wanted and traced.get(name, {}).get("source") not in HUMAN_SOURCES:
                    traced[name] = entry
            return traced
        traced = {name: said for name, said in trace.items() if name not in changes and name != "*"}
        row_entry = trace.get("*", {})
        if row_entry.get("source") in HUMAN_SOURCES and _is_later(row_entry, wanted.as_of):
            return traced | {"*": row_entry} | dict.fromkeys(changes, entry)
        if row_entry and row_entry.get("source") != self.source:
            traced |= {name: row_entry for name in CONTENT if final[name] and name not in traced}
        return traced | {"*": entry}

    # --- write --------------------------------------------------------------------------------------------------------
    def _locked(self, touched: list[_Comparison]) -> list[_Comparison]:
        """Lock the rows to write, and compare again those that somebody wrote since they were read."""
        if self.dry_run or not touched:
            return touched
        places = {comparison.row["pk"]: rank for rank, comparison in enumerate(touched)}
        for row in read_rows(sorted(places), lock=True):
            rank = places[row["pk"]]
            if row != touched[rank].row:
                touched[rank] = self._compare(row, touched[rank].wanted)
        return touched

    def _write(self, created: list[Values], touched: list[_Comparison]) -> None:
        total, done = len(created) + len(touched), 0
        groups: dict[tuple[str, ...], list[_Comparison]] = defaultdict(list)
        for comparison in touched:
            if comparison.values:
                groups[tuple(sorted(comparison.values))].append(comparison)
        # An actor that ends first: the SIREN it gives up may be its successor's
        for columns in sorted(groups, key=lambda columns: "valid_until" not in columns):
            rest = iter(groups[columns])
            while part := list(islice(rest, BATCH)):
                change_rows(columns, [{"id": change.row["pk"]} | change.values for change in part])
                done += len(part)
                self.progress(_("fiches enregistrées"), done, total)
        rows = iter(created)
        while batch := list(islice(rows, BATCH)):
            add_rows(batch)
            done += len(batch)
            self.progress(_("fiches enregistrées"), done, total)

    def _rename(self, touched: list[_Comparison]) -> None:
        """Members outside this import (partners, communes of another région) are found by a place's new name too."""
        renamed = [
            comparison.row["pk"]
            for comparison in touched
            if comparison.row["nature"] in PLACES and SHOWN_BY_MEMBERS & comparison.changes.keys()
        ]
        if renamed:
            refresh_members(renamed)
        succeeded = [c.row["pk"] for c in touched if c.values.get("successor_id")]
        if succeeded:
            follow_successions(succeeded, source=self.source, by=self.by)
        links.follow_actors(
            comparison.row["pk"] for comparison in touched if links.SHOWN_BY_JUMELAGES & comparison.changes.keys()
        )

    # --- report -------------------------------------------------------------------------------------------------------
    def _tell(self, comparison: _Comparison, report: ImportReport) -> None:
        key = comparison.wanted.key
        told = Told(
            key,
            str(comparison.values.get("name", comparison.row["name"])),
            {name: self._shown(name, pair) for name, pair in comparison.changes.items()},
            {name: self._shown(name, pair) for name, pair in comparison.kept.items()},
        )
        if told.kept:
            report.kept.append(told)
        if not told.changes:
            report.unchanged[key.nature] += 1
        elif told.changes.get("valid_until", (1, None))[1] and comparison.row["valid_until"] is None:
            report.closed.append(told)
        else:
            report.changed.append(told)

    def _shown(self, name: str, pair: tuple[Any, Any]) -> tuple[Any, Any]:
        """Links are told by name, or by code for a commune."""
        if name not in LINKS:
            return pair
        old, new = (pk and (self.names[pk][0] if pk in self.names else self._keys[pk].code) for pk in pair)
        return old, new

    @cached_property
    def _keys(self) -> dict[int, ActorKey]:
        return {pk: key for key, pk in self.ids.items()}


def _was_said_later(trace: Provenance, name: str, old: Any, as_of: date | None) -> bool:
    """Did a person of the field give this value since `as_of`?

    Under the row's own entry « * », an empty field was given by nobody; but a row entered by hand stays open although
    no file knows it yet.
    """
    said = trace.get(name)
    if said is None:
        said = trace.get("*", {})
        if old in (None, "", []) and name not in LIFE:
            return False
    return said.get("source") in HUMAN_SOURCES and _is_later(said, as_of)


def _is_later(said: dict[str, Any], as_of: date | None) -> bool:
    """Is the entry of that day or later? Yes when either day is unknown: a person's word is kept rather than lost."""
    try:
        return as_of is None or date.fromisoformat((said.get("at") or "")[:10]) >= as_of
    except ValueError:
        return True
