"""What the outreach does behind pages: each task calls one service and logs a count."""

import logging

from celery import shared_task

from . import services

logger = logging.getLogger(__name__)


@shared_task(name="outreach.settle_contacts")
def settle_contacts() -> None:
    """Read what happened between the network and every collectivité."""
    if count := services.settle_contacts():
        logger.info("contact states moved: %s", count)
