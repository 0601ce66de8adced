"""What questionnaires do behind pages: each task calls one service and logs a count."""

import logging

from celery import shared_task

from . import services

logger = logging.getLogger(__name__)


@shared_task(name="surveys.follow_up")
def follow_up(response: int) -> None:
    """Propose to the répertoire what a response that was just sent says."""
    services.follow_up(response)


@shared_task(name="surveys.tend")
def tend() -> None:
    """What a kill left undone: responses to follow up."""
    count = services.follow_up_due()
    if count:
        logger.info("responses followed up: %s", count)
