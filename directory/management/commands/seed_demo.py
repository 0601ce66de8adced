"""Adds the fictitious fiches of the demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from directory.services import DirectoryError, seed_demo


class Command(BaseCommand):
    help = _("Ajoute des acteurs, jumelages et projets fictifs, signalés comme tels ; « remove_demo » les retire.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help=_("seulement s’il n’y a aucun partenaire et si la démonstration n’a jamais été ajoutée ni retirée"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = seed_demo(if_empty=options["if_empty"])
        except DirectoryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Fiches fictives ajoutées : %(count)s.") % {"count": count})
        self.stdout.write(f"total: created={count} changed=0 unchanged=0 closed=0 refused=0")
