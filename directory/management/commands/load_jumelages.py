"""Loads the well-known jumelages that come with the portal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from directory.management.reporting import JumelageCommand
from directory.referentiel import ReferentielError
from directory.services import DirectoryError, load_known_jumelages


class Command(JumelageCommand):
    help = _("Importe les jumelages connus fournis avec le portail, « à vérifier » comme tout import.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help=_("seulement s’il n’y en a aucun et s’ils n’ont jamais été chargés")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.report(load_known_jumelages(if_empty=options["if_empty"]))
        except (ReferentielError, DirectoryError) as error:
            raise CommandError(str(error)) from error
