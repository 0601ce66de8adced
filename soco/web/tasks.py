"""The site's own tasks: the tick that proves the clock is alive, and the nightly forgetting."""

import logging

from celery import shared_task
from django.db import transaction

from . import health, registries

logger = logging.getLogger(__name__)


@shared_task(name="web.tick")
def tick() -> None:
    health.tick()


@shared_task(name="web.purge")
def purge() -> None:
    """Forget what every app says is too old; twice the same night forgets nothing more."""
    failed = []
    for entry in registries.purges():
        try:
            with transaction.atomic():
                count = entry.run(True)
        except Exception:  # one rule that fails must not keep the others from forgetting
            logger.exception("purge of %s failed", entry.code)
            failed.append(entry.code)
        else:
            logger.info("purged %s: %d", entry.code, count)
    if failed:
        raise RuntimeError(f"not purged: {', '.join(failed)}")
