"""Deletes the fictitious fiches of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from directory.services import remove_demo


class Command(BaseCommand):
    help = _("Retire toutes les données de démonstration ; elles ne reviennent pas d’elles-mêmes.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = remove_demo()
        except ProtectedError as error:
            names = ", ".join(sorted(str(actor) for actor in error.protected_objects))
            raise CommandError(
                _("Rien n’a été retiré : ces fiches réelles dépendent de la démonstration : %(names)s.")
                % {"names": names}
            ) from error
        self.stdout.write(_("Données de démonstration retirées : %(count)s.") % {"count": count})
