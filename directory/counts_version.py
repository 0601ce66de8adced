"""The version number of the répertoire's counts, kept in the cache that all processes share.

Every service that writes actors bumps it on commit; the keys of cached facets and figures contain it, so that a count
computed before the write is never shown after it. It starts at the clock's second, not at one: a cache that was emptied never
gives a number that was already used, and what was told to a visitor under that number (an ETag) stays told once.
"""

from time import time

from django.core.cache import cache

KEY = "directory:counts-version"


def current() -> int:
    """The version to put in a cache key."""
    return int(cache.get_or_set(KEY, _first, timeout=None) or _first())


def bump() -> None:
    """Makes every count cached so far unreachable. Call it on commit, never before."""
    cache.add(KEY, _first(), timeout=None)
    cache.incr(KEY)


def _first() -> int:
    return int(time())
