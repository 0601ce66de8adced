"""What a loading command says: progress while it lasts, the differences in French, a refusal as one sentence."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from directory.enums import Nature
from directory.models import Actor
from directory.referentiel import DATA_FOLDER, ReferentielError, read_datasets
from directory.services import DirectoryError, JumelageReport, LoadReport, Told

SHOWN_LINES = 40
QUIET_SECONDS = 2.0  # a load shorter than that says nothing before its result
COUNTS = ("created", "changed", "unchanged", "closed", "refused")


class CountedCommand(BaseCommand):
    """A command whose last line counts what it did."""

    def total(self, counts: dict[str, int]) -> None:
        self.stdout.write("total: " + " ".join(f"{kind}={counts[kind]}" for kind in COUNTS))


class JumelageCommand(CountedCommand):
    """A command that imports jumelages, and its report."""

    def report(self, report: JumelageReport, *, is_dry: bool = False) -> None:
        for note in report.notes:
            self.stdout.write(note)
        for told in report.told[:SHOWN_LINES]:
            line = {"line": told.line, "name": told.name, "changes": told.changes}
            self.stdout.write(
                _("ligne %(line)d, complété : %(name)s : %(changes)s") % line
                if told.changes
                else _("ligne %(line)d, nouveau : %(name)s") % line
            )
        if (rest := report.created + report.changed - len(report.told[:SHOWN_LINES])) > 0:
            self.stdout.write(_("… et %(count)d autres") % {"count": rest})
        for refusal in report.refusals:
            line = {"line": refusal.line, "read": refusal.read, "why": refusal.why}
            candidates = "; ".join(refusal.candidates)
            self.stdout.write(
                _("ligne %(line)d, refusée : %(read)s : %(why)s") % line
                + (_(" Candidats : %(candidates)s.") % {"candidates": candidates} if candidates else "")
            )
        if (rest := report.refused - len(report.refusals)) > 0:
            self.stdout.write(_("… et %(count)d autres lignes refusées (--refused les écrit toutes)") % {"count": rest})
        if report.towns:
            self.stdout.write(_("partenaires ajoutés : %(count)d") % {"count": report.towns})
        if is_dry:
            self.stdout.write(_("Essai : rien n’a été enregistré. L’option --apply enregistre."))
        self.total(report.counts)


class LoadCommand(CountedCommand):
    """A command that loads official files: its common options and its report."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-changed", action="store_true", help=_("ne fait rien si ces fichiers sont déjà chargés")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("affiche les différences sans rien enregistrer"))
        parser.add_argument(
            "--data",
            type=Path,
            default=DATA_FOLDER,
            metavar=_("DOSSIER"),
            help=_("dossier des fichiers officiels (par défaut, celui du portail)"),
        )
        parser.add_argument("--verbose", action="store_true", help=_("affiche toutes les lignes modifiées"))

    @contextmanager
    def refusals_told(self, folder: Path) -> Iterator[None]:
        """A file or a state that forbids the load ends the command with its sentence."""
        if not folder.is_dir():
            raise CommandError(_("Le dossier %(folder)s n’existe pas. Rien n’a été enregistré.") % {"folder": folder})
        try:
            yield
        except (ReferentielError, DirectoryError) as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                _("Une fiche est en cours de modification par quelqu’un d’autre. Rien n’a été enregistré ; relancez.")
            ) from error

    def progress(self, started: float) -> Any:
        """Says how far the load is, on standard error, every two seconds."""
        last = started

        def say(label: str, done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= QUIET_SECONDS:
                last = time.monotonic()
                self.stderr.write(f"{done} / {total} {label}", style_func=str)

        return say

    def report(self, load: LoadReport, folder: Path, *, is_dry: bool, is_verbose: bool) -> None:
        # Forty new collectivités are worth a look; the thousands of a first load are worth a count
        shows_created = is_verbose or len(load.actors.created) <= SHOWN_LINES
        lines = [*_differences(load), *(_created(load) if shows_created else ())]
        for line in lines if is_verbose else lines[:SHOWN_LINES]:
            self.stdout.write(line)
        if len(lines) > SHOWN_LINES and not is_verbose:
            self.stdout.write(_("… et %(count)s autres (--verbose les montre)") % {"count": len(lines) - SHOWN_LINES})
        titles = {code: dataset.title for code, dataset in read_datasets(folder).items()}
        for code, counts in load.by_dataset.items():
            said = _(
                "%(title)s : créées %(created)s, modifiées %(changed)s, inchangées %(unchanged)s, fermées %(closed)s, "
                "valeurs gardées %(refused)s"
            ) % (counts | {"title": titles[code]})
            self.stdout.write(said)
        if is_dry:
            self.stdout.write(_("Essai : rien n’a été enregistré."))
        self.total(load.total)

    def nothing_to_do(self) -> None:
        self.stdout.write(_("Ces fichiers, ou de plus récents, sont déjà chargés : rien à faire."))
        self.total(dict.fromkeys(COUNTS, 0))


def _differences(load: LoadReport) -> Iterator[str]:
    """Closed first, then changed and kept: what asks for a look comes before what does not."""
    for told in load.actors.closed:
        _old, end = told.changes["valid_until"]
        successor = told.changes.get("successor", (None, None))[1]
        line = _("fermée : %(actor)s, le %(day)s") % {"actor": _actor(told), "day": _value(end)}
        yield line + (_(", remplacée par %(successor)s") % {"successor": successor} if successor else "")
    for told in load.actors.changed:
        changes = "; ".join(
            f"{_field(name)} {_value(old)} → {_value(new)}" for name, (old, new) in told.changes.items()
        )
        yield _("modifiée : %(actor)s : %(changes)s") % {"actor": _actor(told), "changes": changes}
    for told in load.actors.kept:
        for name, (kept, refused) in told.kept.items():
            yield _("gardée : %(actor)s : %(field)s %(kept)s, dit par une personne, plutôt que %(refused)s") % {
                "actor": _actor(told),
                "field": _field(name),
                "kept": _value(kept),
                "refused": _value(refused),
            }


def _created(load: LoadReport) -> Iterator[str]:
    for told in load.actors.created:
        yield _("créée : %(actor)s") % {"actor": _actor(told)}


def _actor(told: Told) -> str:
    return f"{told.name} ({Nature(told.key.nature).label.lower()} {told.key.code})"


def _field(name: str) -> str:
    return str(getattr(Actor._meta.get_field(name), "verbose_name", name))


def _value(value: Any) -> str:
    if value in (None, "", []):
        return _("vide")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list):
        return ", ".join(value)
    return f"« {value} »" if isinstance(value, str) else str(value)
