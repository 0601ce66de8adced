"""The accounts' task: the morning's point."""

import logging

from celery import shared_task
from django.utils import timezone

from . import digest

logger = logging.getLogger(__name__)


@shared_task(name="accounts.queue_digests")
def queue_digests() -> None:
    if count := digest.queue_digests(timezone.localdate()):
        logger.info("digests asked for: %d", count)
