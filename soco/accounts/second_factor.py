"""Staff sign in with two proofs: until they have the second, every page sends them to the one where they add it."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from .models import User

# Recovery codes replace a lost proof; they are none by themselves.
STRONG_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Everything about accounts: adding the proof, proving again who one is, signing out.
OPEN_PREFIX = "/compte/"


def has_second_factor(user: User) -> bool:
    """Did this person add a passkey or an app of codes?"""
    return Authenticator.objects.filter(user=user, type__in=STRONG_TYPES).exists()


class SecondFactorMiddleware:
    """Asks the database at each request of staff: a proof that was withdrawn counts no more, even in an open session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_staff or request.path.startswith(OPEN_PREFIX) or has_second_factor(user):
            return self.get_response(request)
        if request.headers.get("HX-Request"):  # the whole page goes there, not the part that asked
            return HttpResponseClientRedirect(reverse("second_factor"))
        return redirect("second_factor")
