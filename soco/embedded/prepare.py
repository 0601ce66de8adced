"""Brings the database and the files up to date before the site starts: one Django process, one line per step.

`python -m soco.embedded.prepare [--demo]`: standard output receives the French steps alone, for the terminal; what the
commands print, and every error, goes to standard error, for the log.
"""

import contextlib
import hashlib
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction

from .folder import VarFolder, write_private
from .terminal import accept_any_encoding, step


def main(argv: Sequence[str]) -> int:
    """Run every step in order; the first that fails ends it with 1."""
    accept_any_encoding()
    django.setup()
    folder = VarFolder(settings.PORTAL_VAR)
    try:
        with _step("migrations de la base"):
            call_command("migrate", interactive=False)
            call_command("sync_permissions")
        with _step("données officielles"):
            call_command("load_referentiel", "--if-changed")
            call_command("load_contacts", "--if-changed")
        with _step("questionnaire de l’action extérieure"):
            call_command("load_questionnaire_aect", "--if-empty")
        with _step("compte de l’équipe"):  # before the demonstration, which gives it visits to make
            _ensure_staff_login(folder)
        if "--demo" in argv:
            with _step("données de démonstration"):
                call_command("seed_demo", "--if-empty")
        with _step("jumelages connus"):
            call_command("load_jumelages", "--if-empty")
        with _step("fichiers statiques"):
            _collect_static_files(folder)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    except OperationalError as error:
        print(f"La base de données ne répond pas comme il faut. Vérifiez DATABASE_URL.\n{error}", file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def _step(label: str) -> Iterator[None]:
    with step(label, stream=sys.stdout), contextlib.redirect_stdout(sys.stderr):
        yield


def _collect_static_files(folder: VarFolder) -> None:
    """Collect, hash and compress the static files, unless the very same ones were collected last time."""
    mark = folder.path / "static.sha256"
    fingerprint = _static_fingerprint()
    collected = Path(settings.STATIC_ROOT, "staticfiles.json").exists()
    if collected and mark.exists() and mark.read_text(encoding="ascii") == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(fingerprint, encoding="ascii")


def _static_fingerprint() -> str:
    """SHA-256 of the name, size and date of every static file, ours and those of the installed packages."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    files = sorted(
        (name, storage.path(name))
        for finder in finders.get_finders()
        for name, storage in finder.list(ignore_patterns=[])
    )
    for name, path in files:
        status = Path(path).stat()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _ensure_staff_login(folder: VarFolder) -> None:
    """Create the first staff account if there is none, and keep its password where only the owner reads it."""
    printed = io.StringIO()
    with transaction.atomic():  # the password is on disk before the account exists: a kill in between loses neither
        call_command("ensure_staff_login", stdout=printed)
        if created := printed.getvalue().split():
            email, password = created
            write_private(
                folder.staff_login,
                f"Compte de l’équipe, créé au premier lancement : {settings.SITE_URL}/gestion/\n"
                f"  adresse électronique : {email}\n"
                f"  mot de passe         : {password}\n",
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
