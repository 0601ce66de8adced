"""Makes the groups and their permissions say what `soco/accounts/roles.py` says; safe to run again, run at each start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from soco.accounts import roles, services


class Command(BaseCommand):
    help = "Crée et met à jour les groupes de droits (administrateur, équipe, voltigeur, référent, membre)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = services.sync_roles()
        except roles.UnknownPermission as error:
            raise CommandError(f"Ce droit n’existe pas : {error}. Corrigez soco/accounts/roles.py.") from error
        self.stdout.write(f"total: created={counts.created} changed={counts.changed} unchanged={counts.unchanged}")
