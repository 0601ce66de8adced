"""What a signed-in person reads is theirs: no cache keeps it, neither on the way nor behind the browser's « back » button, and
nothing that a page stored on the device stays once they have signed out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PrivatePagesMiddleware:
    """Every answer to somebody signed in says so to caches; a page that says something of its own keeps it. The answer that signs
    out has the browser forget what pages kept on the device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in and not request.user.is_authenticated:
            # Databases, workers and their caches; the browser's own cache holds nothing of theirs, see below.
            response.headers["Clear-Site-Data"] = '"storage"'
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
