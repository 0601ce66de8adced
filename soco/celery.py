"""The Celery app: how tasks survive a kill, and everything that happens by the clock."""

import logging
import os
from dataclasses import dataclass
from threading import Event, Lock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soco.settings.base")
os.environ.setdefault("PORTAL_PROCESS", "worker")

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

app = Celery("soco")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A task is acknowledged once done: a worker killed in the middle gives it back, and every task is safe to run twice.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    # Below the broker's visibility time-out, or Valkey would hand a running task to a second worker.
    task_soft_time_limit=300,
    task_time_limit=360,
    broker_transport_options={"visibility_timeout": 3600, "socket_connect_timeout": 2, "socket_timeout": 5},
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_soft_shutdown_timeout=2,
    timezone="Europe/Paris",
)
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # The proof that beat, broker and worker are alive together; /sante/ reads it.
    "web.tick": {"task": "web.tick", "schedule": settings.BEAT_TICK_SECONDS},
    # At night: each app's retention rules, as `manage.py purger --apply` does.
    "web.purge": {"task": "web.purge", "schedule": crontab(hour=3, minute=40)},
    # At night too: which fiches look like one, for the staff's list of the day.
    "directory.find_duplicates": {"task": "directory.find_duplicates", "schedule": crontab(hour=4, minute=20)},
    # A mail leaves as soon as it is asked for; this finds those planned for now, and those that a killed worker or a lost
    # broker forgot. A second beat only makes it look twice.
    "mailing.sweep": {"task": "mailing.sweep", "schedule": settings.MAILING_SWEEP_SECONDS},
    # What waits for each staff member who asked for it, before the day's work.
    "accounts.queue_digests": {
        "task": "accounts.queue_digests",
        "schedule": crontab(hour=8, minute=5, day_of_week="mon-fri"),
    },
    # Jumelages of which nobody has told an action for years are flagged « à vérifier »: days matter, hours do not. Before the
    # staff's morning point, which counts them.
    "directory.check_vitality": {"task": "directory.check_vitality", "schedule": crontab(hour=4, minute=20)},
    # « Votre fiche est-elle à jour ? »: a few town halls a day, when their mail is read. Nothing as long as the switch is off.
    "directory.ask_for_confirmations": {
        "task": "directory.ask_for_confirmations",
        "schedule": crontab(hour=9, minute=10, day_of_week="mon-fri"),
    },
    # Offered seats whose time is over, seats that a waiting list can have: within minutes, since somebody waits.
    "events.tend": {"task": "events.tend", "schedule": 120},
    # Reminders that are due: a few minutes sooner or later are nobody's matter, « deux heures avant » is the shortest.
    "events.queue_reminders": {"task": "events.queue_reminders", "schedule": 300},
    # The day after an event, once its people are at work.
    "events.thank": {"task": "events.thank", "schedule": crontab(hour=9, minute=0)},
    # Responses whose follow-up a kill interrupted, waves whose invitations are not all prepared, waves that are over.
    "surveys.tend": {"task": "surveys.tend", "schedule": 120},
    # The reminders of questionnaires, when town halls read their mail; the calendar of each wave says on which days.
    "surveys.remind": {"task": "surveys.remind", "schedule": crontab(hour=9, minute=20, day_of_week="mon-fri")},
    # What happened between the network and each collectivité (a mail delivered, an event, an answer): an hour is soon enough.
    "outreach.settle_contacts": {"task": "outreach.settle_contacts", "schedule": crontab(minute=35)},
    # Announcements of « Recherche de partenaires »: every day, since one may end on a Sunday.
    "directory.tend_searches": {"task": "directory.tend_searches", "schedule": crontab(hour=7, minute=20)},
}


@beat_init.connect
def tick_at_once(**_: object) -> None:
    """A portal that has just started is not « en panne » until the first tick is due."""
    app.send_task("web.tick")


_tasks_are_known = Event()
_one_at_a_time = Lock()


def _know_the_tasks() -> None:
    """Import every app's tasks, once in a process: Celery checks all models while it does. Threads that come meanwhile wait, or
    they would look for a task that is not registered yet."""
    if _tasks_are_known.is_set():
        return
    with _one_at_a_time:
        if not _tasks_are_known.is_set():
            app.loader.import_default_modules()
            _tasks_are_known.set()


@dataclass(frozen=True)
class _Start:
    """Starts a task; two equal ones in a transaction are one too many."""

    name: str
    args: tuple[object, ...]

    def __call__(self) -> None:
        _know_the_tasks()
        try:
            app.tasks[self.name].apply_async(self.args, retry=False)
        except OperationalError as error:  # the broker does not answer: the beat will find what is due
            logger.warning("task %s not started: %s", self.name, error)


def kick(name: str, *args: object) -> None:
    """Start the task called `name` once the current transaction is committed, and never if it is rolled back.

    Asked for several times in a transaction, it starts once. A broker that does not answer is logged and no more: what must
    be done is in the database, the beat finds it there.
    """
    start, connection = _Start(name, args), transaction.get_connection()
    open_savepoints = set(connection.savepoint_ids)
    if not any(func == start and set(ids) <= open_savepoints for ids, func, _robust in connection.run_on_commit):
        transaction.on_commit(start)
