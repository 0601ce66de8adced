"""The mail room's tasks: deliver what is due, and every minute look for what was forgotten."""

import logging

from celery import shared_task

from soco.celery import kick

from . import delivery

logger = logging.getLogger(__name__)


@shared_task(name="mailing.deliver")
def deliver() -> None:
    if settled := delivery.deliver():
        logger.info("mails settled: %d", settled)
        if delivery.is_anything_due():
            kick("mailing.deliver")


@shared_task(name="mailing.sweep")
def sweep() -> None:
    """What a killed worker or a lost broker left, then what has become due by the clock."""
    counts = delivery.sweep()
    if any(counts.values()):
        logger.info("mails swept: %s", counts)
    if delivery.is_anything_due():
        kick("mailing.deliver")
