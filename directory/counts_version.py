"""The version number of the répertoire's counts, kept in the cache that all processes share.

Every service that writes actors bumps it on commit; the keys of cached facets and figures contain it, so that a count
computed before the write is never shown after it.
"""

from django.core.cache import cache

KEY = "directory:counts-version"


def current() -> int:
    """The version to put in a cache key; 1 as long as nobody wrote."""
    return int(cache.get_or_set(KEY, 1, timeout=None) or 1)


def bump() -> None:
    """Makes every count cached so far unreachable. Call it on commit, never before."""
    cache.add(KEY, 1, timeout=None)
    cache.incr(KEY)
