"""The one door of the API: who may come how often, what a cache may keep, and errors that all look alike."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags

from directory import counts_version
from directory.throttling import seconds_to_wait
from soco.web.access import public

from . import words

VERSION = "1.0.0"
METHODS = "GET, HEAD, OPTIONS"
ANY_SITE = {  # what a page of another site needs to read the API from a browser
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
}
PREFLIGHT = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": "If-None-Match"}

View = Callable[..., HttpResponse]


def opened(view: View) -> View:
    """Open a view of the API to everyone, reading only, at a bounded pace, with ETag and Cache-Control."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        for name, value in ANY_SITE.items():
            response[name] = value
        return response

    return public(guarded)  # type: ignore[return-value]


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS, "Access-Control-Max-Age": "86400", **PREFLIGHT})
    if request.method not in ("GET", "HEAD"):
        return words.not_allowed(METHODS)
    most = settings.OPENDATA_REQUESTS_A_MINUTE
    if seconds := seconds_to_wait(request, "api", most):
        return words.too_many(seconds, most)
    etag = _etag(request)
    if etag in {mark.removeprefix("W/") for mark in parse_etags(request.headers.get("If-None-Match", ""))}:
        return _kept(HttpResponseNotModified(), etag)
    request.method = "GET"  # the server itself leaves the body of a HEAD out
    response = view(request, *args, **kwargs)
    return _kept(response, etag) if response.status_code == 200 else response


def _etag(request: HttpRequest) -> str:
    """A version of the answer that costs no query: it changes with the address, with any write to the répertoire, and with the
    day, as freshness does."""
    told = f"{VERSION} {counts_version.current()} {timezone.localdate()} {request.get_full_path()}"
    return f'"{sha256(told.encode()).hexdigest()[:32]}"'


def _kept(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={settings.OPENDATA_FRESH_SECONDS}"
    return response
