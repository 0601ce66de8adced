"""How often one network origin may ask for something that needs no account: counted in the cache that all processes share."""

from hashlib import sha256
from time import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MINUTE, HOUR = 60, 3600


def is_too_often(request: HttpRequest, what: str, most: int) -> bool:
    """Count one more sending of `what` from this request's origin; True beyond `most` within an hour of the first.

    The origin is the address that the trusted proxies saw, kept as a hash and for an hour only.
    """
    return _count(f"directory.throttle:{what}:{_origin(request)}", HOUR) > most


def seconds_to_wait(request: HttpRequest, what: str, most: int) -> int:
    """Count one more reading of `what` from this request's origin; beyond `most` within a minute of the clock, how many
    seconds are left of it, else 0."""
    minute, second = divmod(int(time()), MINUTE)
    return MINUTE - second if _count(f"directory.throttle:{what}:{minute}:{_origin(request)}", MINUTE) > most else 0


def _origin(request: HttpRequest) -> str:
    return sha256(str(get_adapter(request).get_client_ip(request)).encode()).hexdigest()


def _count(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired between the two lines: a new time begins
        cache.set(key, 1, seconds)
        return 1
