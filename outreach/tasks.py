"""What the outreach does behind pages: each task calls one service and logs a count."""

import logging

from celery import shared_task

from . import services

logger = logging.getLogger(__name__)


@shared_task(name="outreach.settle_contacts")
def settle_contacts() -> None:
    """Read what happened between the network and every collectivité, then count who is to be met next."""
    if count := services.settle_contacts(skips_busy=True):
        logger.info("contact states moved: %s", count)
    score_priorities()


@shared_task(name="outreach.score_priorities")
def score_priorities() -> None:
    """Count the points of every collectivité anew."""
    if count := services.score_priorities():
        logger.info("priorities changed: %s", count)
