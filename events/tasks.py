"""What the agenda does by the clock: each task calls one service and logs a count."""

import logging

from celery import shared_task
from django.utils import timezone

from . import services

logger = logging.getLogger(__name__)


@shared_task(name="events.tend")
def tend() -> None:
    """Close the offers whose time is over and give the free seats."""
    count = services.tend(timezone.now())
    if count:
        logger.info("offers closed: %s", count)


@shared_task(name="events.queue_reminders")
def queue_reminders() -> None:
    """Ask for the reminders that are due."""
    count = services.queue_reminders(timezone.now())
    if count:
        logger.info("reminders asked for: %s", count)


@shared_task(name="events.thank")
def thank() -> None:
    """Thank those who came the day before."""
    count = services.thank(timezone.now())
    if count:
        logger.info("thanks asked for: %s", count)
