"""Two databases of the bench: the région alone, and the whole of France; made once, by the portal's own commands."""

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection

REGION, FRANCE = "bench_region", "bench_france"


@dataclass(frozen=True)
class Run:
    """A command run apart: its seconds, the peak memory of its process in MB, its last line."""

    seconds: float
    peak_mb: float
    last_line: str


def use(name: str) -> None:
    """Point this process's connection at a database of the bench."""
    connection.close()
    connection.settings_dict["NAME"] = name


def make(name: str) -> None:
    """An empty, migrated database called `name`, in place of an older one."""
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    use(name)
    call_command("migrate", verbosity=0)


def copied(source: str, name: str) -> None:
    """The database `name`, made anew as a copy of `source`, and used from now on."""
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    use(name)


def kept(name: str) -> bool:
    """The database `name` as it was left, with today's tables; made if there is none. Was it made?"""
    if not exists(name):
        make(name)
        return True
    use(name)
    call_command("migrate", verbosity=0)
    return False


def exists(name: str) -> bool:
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def command(name: str, *arguments: str) -> Run:
    """Run `manage.py …` on the database `name`, apart."""
    return run(name, str(settings.BASE_DIR / "manage.py"), *arguments)


def run(name: str, *arguments: str) -> Run:
    """Run Python on the database `name` in a process of its own, and weigh it. Raises RuntimeError if it fails."""
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = process.stdout.read() if process.stdout else ""
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {output[-800:]}")
    return Run(time.perf_counter() - start, _mb(usage), output.strip().splitlines()[-1])


def _mb(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def ready(name: str) -> None:
    """The database `name`, filled if it is not yet, and used from now on."""
    if not exists(name):
        make(name)
        command(name, "load_referentiel", "--region", "all" if name == FRANCE else "75")
        command(name, "load_contacts")
    use(name)
    call_command("migrate", verbosity=0)  # a base of an earlier version follows
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
