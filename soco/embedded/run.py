"""`./portal run`: the services, the preparation, the worker, the beat and the site, until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Mapping

from . import environment, network, services
from .arguments import ROOT, Arguments
from .folder import Running, VarFolder
from .processes import Children, StopRequested
from .terminal import duration, say, step

_WEB_READY_SECONDS = 60


def run(arguments: Arguments) -> int:
    """Serve until told to stop (0) or until a child fails (PortalError). Nothing is left running either way."""
    started = time.monotonic()
    folder = VarFolder(arguments.var)
    folder.create()
    site_url = environment.site_address(arguments.port)
    with folder.held_by("run", site_url), Children(folder.inherited_fds) as children:
        network.refuse_busy_port(arguments.host, arguments.port)
        try:
            with step("base de données et file d’attente"):
                addresses = services.start(folder, children, services.given())
            folder.publish(Running(os.getpid(), "run", site_url, addresses))
            env = environment.for_portal(folder, arguments.host, arguments.port) | addresses
            is_first_login = not folder.staff_login.exists()
            _prepare(folder, children, env)
            with step("tâches de fond et site"):
                _start_tasks(folder, children, env)
                _start_web(folder, children, env, arguments)
            _welcome(folder, site_url, time.monotonic() - started, is_first_login=is_first_login)
            children.watch()
        except StopRequested:
            say()
        finally:
            folder.withdraw()
            with step("arrêt"):
                children.stop()
    return 0


def _prepare(folder: VarFolder, children: Children, env: Mapping[str, str]) -> None:
    """Migrations, data, static files, first account: see `prepare`. Demonstration data never enter a given database."""
    demo = [] if "DATABASE_URL" in services.given() else ["--demo"]
    child = children.start(
        "préparation",
        [sys.executable, "-m", "soco.embedded.prepare", *demo],
        log=folder.log("preparation"),
        env=env,
        cwd=ROOT,
        shows_output=True,
    )
    if children.wait_for(child) != 0:
        raise child.failure("La préparation n’a pas abouti, donc le site n’a pas été lancé. Rien n’a été perdu.")


def _start_tasks(folder: VarFolder, children: Children, env: Mapping[str, str]) -> None:
    celery = [sys.executable, "-m", "celery", "-A", "soco"]
    env = {**env, "PORTAL_PROCESS": "worker"}
    children.start(
        "tâches de fond",
        [*celery, "worker", "--concurrency=2", "--loglevel=INFO", "--without-gossip", "--without-mingle"],
        log=folder.log("taches"),
        env=env,
        cwd=ROOT,
        # On SIGTERM it would wait for its tasks, however long; on SIGQUIT they get a moment, then return to the queue.
        stop_signal=signal.SIGQUIT,
    )
    children.start(
        "horloge",
        [*celery, "beat", "--loglevel=INFO", "--schedule", folder.beat_schedule],
        log=folder.log("horloge"),
        env=env,
        cwd=ROOT,
    )


def _start_web(folder: VarFolder, children: Children, env: Mapping[str, str], arguments: Arguments) -> None:
    web = children.start(
        "site",
        [
            *(sys.executable, "-m", "gunicorn", "--config", ROOT / "deploy" / "gunicorn.conf.py"),
            *("--bind", f"{network.url_host(arguments.host)}:{arguments.port}", "soco.wsgi:application"),
        ],
        log=folder.log("site"),
        env={**env, "PORTAL_PROCESS": "web"},
        cwd=ROOT,
    )
    deadline = time.monotonic() + _WEB_READY_SECONDS
    while not network.answers(arguments.host, arguments.port):
        if not web.is_running or time.monotonic() > deadline:
            raise web.failure("Le site n’a pas pu démarrer.")
        time.sleep(0.05)


def _welcome(folder: VarFolder, site_url: str, seconds: float, *, is_first_login: bool) -> None:
    say(f"\n  Le portail est prêt (en {duration(seconds)}) : {site_url}")
    if is_first_login and folder.staff_login.exists():
        say(f"\n{folder.staff_login.read_text(encoding='utf-8')}  (gardé dans {folder.staff_login})")
    say(f"\n  Journaux : {folder.logs} · Ctrl-C pour arrêter.")
