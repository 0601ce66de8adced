"""Creates the first staff account when there is none, and prints `email password` once; otherwise prints nothing."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from soco.accounts import roles, services
from soco.accounts.models import User

EMAIL = "equipe@portail.local"


class Command(BaseCommand):
    help = "Crée le premier compte de l’équipe s’il n’y en a aucun, et affiche « adresse mot-de-passe » une seule fois."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(15)
        user = User.objects.create_superuser(EMAIL, password)
        services.confirm_address(user)  # no mail reaches it: who installs the portal vouches for it
        services.give_role(user, roles.ADMINISTRATOR, by=None)
        self.stdout.write(f"{EMAIL} {password}")
