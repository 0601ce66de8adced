"""Gives the communes of the répertoire the public contact of their town hall."""

import time
from typing import Any

from django.utils.translation import gettext as _

from directory.management.reporting import LoadCommand
from directory.services import are_contacts_loaded, load_contacts


class Command(LoadCommand):
    help = _("Charge l’adresse, le courriel, le téléphone et le site des mairies des communes du répertoire.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, is_dry = options["data"], options["dry_run"]
        with self.refusals_told(folder):
            if options["if_changed"] and are_contacts_loaded(folder):
                self.nothing_to_do()
                return
            load = load_contacts(folder=folder, dry_run=is_dry, progress=self.progress(time.monotonic()))
        self.report(load, folder, is_dry=is_dry, is_verbose=options["verbose"])
