"""Results: published for everybody, or taken back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.models import Wave

from .errors import SurveysError


@transaction.atomic
def publish_results(wave: Wave) -> Wave:
    """Let everybody read the results of a wave. Twice is once. Raises SurveysError while it takes answers: two states of published
    numbers, one answer apart, would tell that answer."""
    locked = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if not locked.is_closed:
        raise SurveysError(_("Les résultats se publient quand la vague est close."))
    if locked.results_published_at is None:
        locked.results_published_at = timezone.now()
        locked.save(update_fields=["results_published_at"])
    return locked


@transaction.atomic
def withdraw_results(wave: Wave) -> Wave:
    """Take published results back. Twice is once."""
    locked = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if locked.results_published_at is not None:
        locked.results_published_at = None
        locked.save(update_fields=["results_published_at"])
    return locked
