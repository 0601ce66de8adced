"""The site's own tasks: the tick that proves the clock is alive, and the nightly forgetting."""

import logging

from celery import shared_task

from . import health, registries

logger = logging.getLogger(__name__)


@shared_task(name="web.tick")
def tick() -> None:
    health.tick()


@shared_task(name="web.purge")
def purge() -> None:
    """Forget what every app says is too old; twice the same night forgets nothing more."""
    for entry in registries.purges():
        if count := entry.run(True):
            logger.info("purged %s: %d", entry.code, count)
