"""Loads the official files: régions, départements, EPCI, communes, countries, themes and the network's services."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from directory.management.reporting import LoadCommand
from directory.services import is_referentiel_loaded, load_referentiel


class Command(LoadCommand):
    help = _("Charge les fichiers officiels d’une région, ou de toute la France, et affiche ce qui a changé.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--region",
            default=settings.REGION_CODE,
            metavar="CODE",
            help=_("code INSEE de la région, ou « all » pour toute la France (par défaut : %(code)s)")
            % {"code": settings.REGION_CODE},
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        scope, folder, is_dry = options["region"], options["data"], options["dry_run"]
        with self.refusals_told(folder):
            if options["if_changed"] and is_referentiel_loaded(scope, folder):
                self.nothing_to_do()
                return
            load = load_referentiel(scope, folder=folder, dry_run=is_dry, progress=self.progress(time.monotonic()))
        self.report(load, folder, is_dry=is_dry, is_verbose=options["verbose"])
