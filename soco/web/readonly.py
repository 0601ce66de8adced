"""A page read never writes: a GET that tries to change a row is stopped before the database sees it.

Mail scanners, prefetching browsers and search engines follow links; if a GET could confirm, accept or withdraw, they
would do it in somebody's name.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# Three short patterns rather than one long one: a long SELECT, read each time, is read in microseconds.
WRITES = re.compile(r"\s*(?:insert|update|delete|merge|truncate|copy)\b", re.IGNORECASE)
WITH = re.compile(r"\s*with\b", re.IGNORECASE)
WRITES_WITHIN = re.compile(r"\b(?:insert\s+into|delete\s+from|merge\s+into)\b", re.IGNORECASE)

# Addresses whose GET must write, each with its reason.
EXEMPT: dict[str, str] = {
    "openid_connect_callback": "the identity provider sends the browser back by GET, with a state and a code good once",
    "usersessions_list": "allauth drops there the person's own sessions that are already over",
    "mfa_view_recovery_codes": "allauth notes there that the person saw their own codes",
    "mfa_download_recovery_codes": "the same",
}


class WriteOnGet(RuntimeError):
    """A GET request tried to change the database: move the change behind a POST."""


def writes(sql: str) -> bool:
    """Does this SQL, of one statement or several, change a row?"""
    if any(WRITES.match(statement) for statement in sql.split(";")):
        return True
    return bool(WITH.match(sql) and WRITES_WITHIN.search(sql))


class ReadOnlyGetMiddleware:
    """Watches what every safe request asks of the database, exempt routes apart (named as `namespace:name` in EXEMPT).

    The body of a streamed answer is produced later, outside this watch.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)

        def refuse_writes(
            execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
        ) -> Any:
            match = request.resolver_match
            if writes(sql) and not (match and match.view_name in EXEMPT):
                raise WriteOnGet(f"a GET request ran: {sql[:200]}")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(refuse_writes):
            return self.get_response(request)
