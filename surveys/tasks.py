"""What questionnaires do behind pages: each task calls one service and logs a count."""

import logging
from time import monotonic

from celery import shared_task
from django.utils import timezone

from soco.celery import kick

from . import services
from .models import Wave

logger = logging.getLogger(__name__)
PREPARING_SECONDS = 200  # below the time limit of a task


@shared_task(name="surveys.follow_up")
def follow_up(response: int) -> None:
    """Propose to the répertoire what a response that was just sent says."""
    services.follow_up(response)


@shared_task(name="surveys.tend")
def tend() -> None:
    """What a kill left undone: responses to follow up, waves to prepare; and waves that are over."""
    counts = services.close_those_over(timezone.localdate()), services.follow_up_due()
    if any(counts):
        logger.info("waves closed: %s, responses followed up: %s", *counts)
    for wave in Wave.objects.preparing().values_list("pk", flat=True):
        kick("surveys.prepare", wave)


@shared_task(name="surveys.prepare")
def prepare(wave: int) -> None:
    """Prepare the invitations of a wave, a batch a transaction; what a time limit leaves is taken up at once by another task."""
    ends, batches = monotonic() + PREPARING_SECONDS, 0
    while services.prepare_batch(wave):
        batches += 1
        if monotonic() > ends:
            kick("surveys.prepare", wave)
            break
    logger.info("batches of invitations prepared: %s", batches)


@shared_task(name="surveys.remind")
def remind() -> None:
    """Ask for the reminders that are due today."""
    count = services.remind_due(timezone.localdate())
    if count:
        logger.info("reminders asked for: %s", count)
