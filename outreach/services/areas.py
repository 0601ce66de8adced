"""Where each voltigeur goes, and the address of their calendar."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from directory.models import Actor
from outreach.models import FieldArea
from soco.accounts.models import User

from .errors import OutreachError


@transaction.atomic
def change_area(
    user: User, *, departement_codes: Sequence[str], epci_codes: Sequence[str], start: Actor | None
) -> FieldArea:
    """Write where somebody goes: whole départements, intercommunalités (SIREN), and where they usually start."""
    _refuse_unlocated(start)
    area, _is_new = FieldArea.objects.update_or_create(
        user=user,
        defaults={"departement_codes": list(departement_codes), "epci_codes": list(epci_codes), "start": start},
    )
    return area


@transaction.atomic
def change_start(user: User, start: Actor | None) -> FieldArea:
    """Write where somebody usually starts; their area stays."""
    _refuse_unlocated(start)
    area, _is_new = FieldArea.objects.update_or_create(user=user, defaults={"start": start})
    return area


def _refuse_unlocated(start: Actor | None) -> None:
    if start is not None and not start.is_located:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: cette commune n’est pas située sur la carte."))


@transaction.atomic
def open_feed(user: User) -> FieldArea:
    """Give somebody the address of their calendar; the one they have stays."""
    area, _is_new = FieldArea.objects.get_or_create(user=user)
    return area


@transaction.atomic
def renew_feed(user: User, *, seen: int) -> bool:
    """Make a new address of the calendar: the one of version `seen` shows nothing any more; False if that was done already."""
    area = FieldArea.objects.select_for_update(of=("self",)).of_user(user).first()
    if area is None or area.feed_version != seen:
        return False
    area.feed_version += 1
    area.save(update_fields=["feed_version"])
    return True
