"""What the clock starts in the répertoire."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from directory import services
from directory.services import look_alikes

log = structlog.get_logger(__name__)


@shared_task(name="directory.ask_for_confirmations")
def ask_for_confirmations() -> None:
    """Reminders first: they are few, and their hosts are not asked about another fiche the same day."""
    if not settings.DIRECTORY_CONFIRMATION_IS_ON:
        return
    today = timezone.localdate()
    reminded = services.remind_confirmations(today, settings.DIRECTORY_CONFIRMATION_A_DAY)
    asked = services.ask_for_confirmations(today, settings.DIRECTORY_CONFIRMATION_A_DAY)
    log.info("directory.confirmations", asked=asked, reminded=reminded)


@shared_task(name="directory.tend_searches")
def tend_searches() -> None:
    """Close what is over, warn of what ends soon, tell authors what fits their announcement."""
    today = timezone.localdate()
    closed = services.close_past_searches(today)
    warned = services.warn_of_ends(today)
    told = services.tell_matches(timezone.now())
    log.info("directory.searches", closed=closed, warned=warned, told=told)


@shared_task(name="directory.find_duplicates")
def find_duplicates() -> None:
    """Once a night: in a large répertoire no page has the time to compare all names."""
    log.info("directory.duplicates", pairs=look_alikes.refresh())


@shared_task(name="directory.check_vitality")
def check_vitality() -> None:
    log.info("directory.vitality", flagged=services.flag_silent(timezone.localdate()))
