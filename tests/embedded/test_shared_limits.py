"""The limits of tries hold whichever process answers: two of them, under production's settings, count in one Valkey."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from soco.embedded import valkey
from soco.embedded.folder import VarFolder
from soco.embedded.processes import Children
from soco.web.checks import cache_is_shared

ROOT = Path(__file__).resolve().parents[2]
REDIS = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache/1"}}
ONE_PROCESS = """
import sys
import django
django.setup()
from allauth.core import ratelimit
from django.test import RequestFactory
from directory.throttling import is_too_often

request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
for _time in range(int(sys.argv[1])):
    ours = not is_too_often(request, "report", 3)
    theirs = ratelimit.consume(request, action="request_login_code", key="a@exemple.fr")
    print(ours, theirs)
"""


def asked(times: int, cache_url: str) -> list[str]:
    """What one more process answers to as many askers."""
    env = {
        "DJANGO_SETTINGS_MODULE": "soco.settings.base",
        "SECRET_KEY": "tests-only",
        "DATABASE_URL": "postgres://nobody@localhost/nothing",
        "CACHE_URL": cache_url,
    }
    command = [sys.executable, "-c", ONE_PROCESS, str(times)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.splitlines()


def test_two_processes_share_a_limit(folder: VarFolder, children: Children) -> None:
    server = valkey.start(folder, children)
    server.wait()

    assert asked(2, server.cache_url) == ["True True"] * 2
    assert asked(2, server.cache_url) == ["True True", "False False"]
    assert asked(1, "locmemcache://") == ["True True"]  # what a cache of one process would let through


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_a_cache_of_one_process_is_refused(settings, backend: str) -> None:
    settings.SILENCED_SYSTEM_CHECKS = []
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}

    assert [message.id for message in cache_is_shared(None)] == ["web.E001"]
    with pytest.raises(SystemCheckError, match=r"web\.E001"):
        call_command("check", tags=["caches"])


def test_a_shared_cache_is_accepted(settings) -> None:
    settings.CACHES = REDIS

    assert cache_is_shared(None) == []
