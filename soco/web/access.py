"""Who may open a page. The site is closed by default (LoginRequiredMiddleware): a view says here that it is not."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Open `view` to everyone, signed in or not."""
    opened = login_not_required(view)
    opened.access = "public"  # type: ignore[attr-defined]
    return opened


def staff(view: View) -> View:
    """Keep `view` for the network's staff: others get 403, visitors the sign-in page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.access = "staff"  # type: ignore[attr-defined]
    return guarded


def member(view: View) -> View:
    """Keep `view` for people who are signed in, whoever they are; the view itself says whose rows they see."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.access = "member"  # type: ignore[attr-defined]
    return guarded


def allowed(permission: str) -> Callable[[View], View]:
    """Keep a view for those who hold `permission` (« directory.review_changeproposal »): others get 403."""

    def keep(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return keep
