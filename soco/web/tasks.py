"""The site's own task: the tick that proves the clock is alive."""

from celery import shared_task

from . import health


@shared_task(name="web.tick")
def tick() -> None:
    health.tick()
