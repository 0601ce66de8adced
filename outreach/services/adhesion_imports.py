"""Files of memberships: each line creates, changes, leaves as it is or is refused, and says so; nothing is guessed."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from directory.enums import Nature, Source
from directory.matching import bare, fold
from directory.models import Actor
from outreach.adhesion_lines import AdhesionLine, UnreadableHeader, UnreadableLine, read_header, read_lines
from outreach.models import Adhesion
from soco.web.imports import UnreadableTable
from soco.web.table_stream import Row, open_table

from .adhesions import year_of
from .contact_states import settle_contacts
from .errors import OutreachError

MOST_LINES = 10_000
MOST_CANDIDATES = 5
CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"
_PLACED = re.compile(r"(.+?)\s*\((\d{2,3}|2[ABab])\)")  # « Limoges (87) »
FIELDS = ("pk", "name", "short_name", "nature", "code", "siren", "siret", "rna", "departement_codes")


class NotFound(ValueError):
    """A line names nobody, or several; `candidates` are who may have been meant."""

    def __init__(self, why: str, candidates: Iterable["Known"] = ()) -> None:
        super().__init__(why)
        self.candidates = [str(known) for known in candidates][:MOST_CANDIDATES]


@dataclass(frozen=True, slots=True)
class Known:
    """Who may be a member."""

    pk: int
    name: str
    code: str
    nature: str
    departements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} ({Nature(self.nature).label}, {self.code})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one line. `what`: created, changed, unchanged or refused; `detail`: what changes, or why it is refused."""

    line: int
    read: str
    what: str
    name: str = ""
    detail: str = ""
    candidates: tuple[str, ...] = ()


@dataclass
class AdhesionReport:
    """What a file did, or would do. `notes`: what was guessed of the file."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(outcome.what for outcome in self.outcomes)
        return {"closed": 0} | {what: found[what] for what in (CREATED, CHANGED, UNCHANGED, REFUSED)}

    @property
    def writes(self) -> bool:
        return any(outcome.what in (CREATED, CHANGED) for outcome in self.outcomes)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.what == REFUSED]


@transaction.atomic
def import_adhesions(path: Path, *, name: str, by: str, dry_run: bool = True) -> AdhesionReport:
    """Read a CSV or XLSX of memberships and write what is new or differs; return what came of each line, in its order.

    Columns: code (INSEE, SIREN, SIRET, RNA or the fiche's own), nom, departement, annee, du, au, note. What a line leaves empty
    keeps its value, or takes the year's. `name`: the file's, for the history. With `dry_run` nothing is written. Raises
    OutreachError, nothing written, for what is no table, has no titles, no line or more than MOST_LINES.
    """
    try:
        with open_table(path) as table:
            rows = _at_most(table.rows)
            header = read_header(rows)
            report = AdhesionReport(notes=[*table.notes, *_left_aside(header.ignored)])
            lines = list(read_lines(header, rows))
    except (UnreadableTable, UnreadableHeader) as error:
        raise OutreachError(str(error)) from error
    if not lines:
        raise OutreachError(_("Ce fichier n’a pas de données sous la ligne des titres."))
    run = _Import(by)
    report.outcomes = [run.outcome_of(*line) for line in lines]
    if not dry_run:
        with pghistory.context(source=Source.IMPORT.value, origin=f"import:{name}", by=by):
            run.write()
    return report


class Names:
    """All who may be members, by their codes, then by their names."""

    def __init__(self) -> None:
        self.by_code: dict[str, dict[int, Known]] = defaultdict(dict)
        self.by_name: dict[str, dict[int, Known]] = defaultdict(dict)
        self.departements: dict[str, str] = {}
        for row in Actor.objects.existing().order_by("pk").values(*FIELDS):
            known = Known(row["pk"], row["name"], row["code"], row["nature"], tuple(row["departement_codes"]))
            for code in {row["code"].upper(), row["siren"], row["siret"], row["rna"]} - {""}:
                self.by_code[code][known.pk] = known
            for said in filter(None, (row["name"], row["short_name"])):
                self.by_name[fold(said)][known.pk] = known
            if known.nature == Nature.DEPARTEMENT:
                self.departements |= {known.code: known.code, bare(fold(known.name)): known.code}

    def find(self, line: AdhesionLine) -> Known:
        """Who a line names: by its code, else by its exact name, inside the département if it says one. Raises NotFound."""
        placed = _PLACED.fullmatch(line.name)
        name, departement = (placed[1], placed[2]) if placed else (line.name, line.departement)
        called = list(self.by_name.get(fold(name), {}).values()) if name else []
        if line.code:
            return self._with_code(line.code, name, called)
        if departement:
            code = self.departements.get(departement.upper().zfill(2)) or self.departements.get(bare(fold(departement)))
            if code is None:
                raise NotFound(
                    _("Le département «\u00a0%(text)s\u00a0» n’est pas dans ce répertoire.")
                    % {"text": departement[:60]}
                )
            inside = [known for known in called if code in known.departements]
            if called and not inside:
                raise NotFound(_("Aucun acteur de ce nom dans ce département."), called)
            called = inside
        if len(called) == 1:
            return called[0]
        if called:
            raise NotFound(
                _("Plusieurs acteurs portent ce nom\u00a0: donnez le code INSEE, le SIREN, le SIRET ou le RNA."), called
            )
        raise NotFound(_("Aucun acteur du répertoire ne s’appelle «\u00a0%(name)s\u00a0».") % {"name": name[:60]})

    def _with_code(self, code: str, name: str, called: list[Known]) -> Known:
        found = list((self.by_code.get(code) or self.by_code.get(code.zfill(5)) or {}).values())
        both = [known for known in found if known in called]
        if len(both) == 1:
            return both[0]
        if len(found) > 1:
            raise NotFound(_("Plusieurs acteurs ont ce code\u00a0: ajoutez le nom exact."), found)
        if not found:
            raise NotFound(
                _("Le code «\u00a0%(code)s\u00a0» n’est celui d’aucun acteur.") % {"code": code[:30]}, called
            )
        if called:  # the name is somebody else's
            raise NotFound(
                _("Le code est celui de %(found)s, et le nom celui d’un autre acteur.") % {"found": found[0]},
                [*found, *called],
            )
        return found[0]


class _Import:
    def __init__(self, by: str) -> None:
        self.by = by
        self.names = Names()
        self.known = {(row.actor_id, row.year): row for row in Adhesion.objects.order_by("pk")}
        self.lines: dict[tuple[int, int], int] = {}
        self.new: list[Adhesion] = []
        self.changed: list[Adhesion] = []

    def outcome_of(self, number: int, read: str, line: AdhesionLine | UnreadableLine) -> Outcome:
        if isinstance(line, UnreadableLine):
            return Outcome(number, read, REFUSED, detail=str(line))
        try:
            who = self.names.find(line)
            return self._compared(line, who, read)
        except NotFound as error:
            return Outcome(number, read, REFUSED, detail=str(error), candidates=tuple(error.candidates))

    def _compared(self, line: AdhesionLine, who: Known, read: str) -> Outcome:
        key = (who.pk, line.year)
        if earlier := self.lines.get(key):
            raise NotFound(_("Cet acteur a déjà cette année à la ligne %(line)d.") % {"line": earlier})
        known = self.known.get(key)
        first, last = (known.starts_on, known.ends_on) if known else year_of(line.year)
        starts_on, ends_on = line.starts_on or first, line.ends_on or last
        if ends_on < starts_on:
            raise NotFound(_("Le dernier jour («\u00a0au\u00a0») vient avant le premier («\u00a0du\u00a0»)."))
        self.lines[key] = line.number
        wanted: dict[str, Any] = {
            "starts_on": starts_on,
            "ends_on": ends_on,
            "note": line.note or (known.note if known else ""),
        }
        if known is None:
            self.new.append(Adhesion(actor_id=who.pk, year=line.year, added_by=self.by, **wanted))
            return Outcome(line.number, read, CREATED, str(who), _days(starts_on, ends_on))
        differing = {name: value for name, value in wanted.items() if getattr(known, name) != value}
        told = "\u00a0; ".join(_told(name, getattr(known, name), value) for name, value in differing.items())
        for name, value in differing.items():
            setattr(known, name, value)
        if differing:
            self.changed.append(known)
        return Outcome(line.number, read, CHANGED if differing else UNCHANGED, str(who), told)

    def write(self) -> None:
        try:
            with transaction.atomic():
                Adhesion.objects.bulk_create(self.new, batch_size=1000)
                Adhesion.objects.bulk_update(self.changed, ["starts_on", "ends_on", "note"], batch_size=1000)
        except IntegrityError as error:
            raise OutreachError(
                _("Quelqu’un d’autre écrit les adhésions en même temps\u00a0: rien n’a été importé. Recommencez.")
            ) from error
        settle_contacts([row.actor_id for row in (*self.new, *self.changed)])


def _told(name: str, before: Any, after: Any) -> str:
    label = Adhesion._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return f"{label}\u00a0: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else f"«\u00a0{value}\u00a0»" if value else _("vide")


def _days(starts_on: date, ends_on: date) -> str:
    return _("du %(first)s au %(last)s") % {"first": f"{starts_on:%d/%m/%Y}", "last": f"{ends_on:%d/%m/%Y}"}


def _at_most(rows: Iterator[Row]) -> Iterator[Row]:
    for rank, row in enumerate(rows):
        if rank > MOST_LINES:  # the line of titles is one
            raise UnreadableTable(_("Ce fichier dépasse %(limit)d lignes\u00a0: découpez-le.") % {"limit": MOST_LINES})
        yield row


def _left_aside(titles: list[str]) -> list[str]:
    if not titles:
        return []
    listed = ", ".join(f"«\u00a0{title[:40]}\u00a0»" for title in titles[:10])
    return [_("Colonnes laissées de côté\u00a0: %(titles)s.") % {"titles": listed}]
