"""What the settings must say for the portal to keep its promises; `manage.py check` and each worker's start refuse otherwise."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

PER_PROCESS = ("locmem.LocMemCache", "dummy.DummyCache")


@register(Tags.caches)
def cache_is_shared(app_configs: Any, **_options: Any) -> list[CheckMessage]:
    """Limits of tries and of sendings, imports being read and the beat's tick are counted in a cache that all processes share."""
    if not settings.CACHES["default"]["BACKEND"].endswith(PER_PROCESS):
        return []
    return [
        Error(
            "The cache belongs to one process: each web process would count limits for itself.",
            hint="Give CACHE_URL the address of a Valkey or Redis server.",
            id="web.E001",
        )
    ]
