"""How often one network origin may send a form that needs no account: counted in the cache that all processes share."""

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600


def is_too_often(request: HttpRequest, what: str, most: int) -> bool:
    """Count one more sending of `what` from this request's origin; True beyond `most` within an hour of the first.

    The origin is the address that the trusted proxies saw, kept as a hash and for an hour only.
    """
    origin = get_adapter(request).get_client_ip(request)
    key = f"directory.throttle:{what}:{sha256(str(origin).encode()).hexdigest()}"
    cache.add(key, 0, HOUR)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # it expired between the two lines: a new hour begins
        cache.set(key, 1, HOUR)
        return False
