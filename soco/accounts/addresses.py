"""The addresses that a person has proved to hold: other rooms ask here, and never allauth."""

from allauth.account.models import EmailAddress

from .models import User


def verified_addresses(user: User) -> list[str]:
    """The verified addresses of `user`, the main one first; none for somebody who is not signed in."""
    if not user.is_authenticated:
        return []
    verified = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return list(verified.values_list("email", flat=True))
