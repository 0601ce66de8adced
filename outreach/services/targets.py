"""What the network aims at: the share of the collectivités of an area to be met by a day."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import CoverageTarget

from .errors import OutreachError


@transaction.atomic
def set_target(*, departement: str, percent: int, reach_by: date, by: str) -> CoverageTarget:
    """Aim at `percent` % of the collectivités of a département (code; « » for the région) met by a day, in place of what was aimed
    at there. Said again unchanged, it keeps its starting day. Raises OutreachError for a day that has passed."""
    if reach_by <= timezone.localdate():
        raise OutreachError(_("Le dernier jour d’un objectif est à venir."))
    target, is_new = CoverageTarget.objects.select_for_update().get_or_create(
        departement=departement, defaults={"percent": percent, "reach_by": reach_by, "set_by": by}
    )
    if is_new or (target.percent, target.reach_by) == (percent, reach_by):
        return target
    target.percent, target.reach_by, target.set_by = percent, reach_by, by
    target.save()
    return target


@transaction.atomic
def drop_target(pk: int) -> bool:
    """Aim at nothing any more there. False if it was gone already."""
    count, _kinds = CoverageTarget.objects.filter(pk=pk).delete()
    return bool(count)
