"""The staff's sign-in form, which stops somebody who tries one password after another.

Failures are counted per address and network origin in the cache that all processes share; a success forgets them.
"""

from hashlib import sha256
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_FAILURES = 5
PAUSE_SECONDS = 15 * 60


class SignInForm(AdminAuthenticationForm):
    def clean(self) -> dict[str, Any]:
        """Raises ValidationError, without looking at the password, once there were too many failures."""
        key = self._key()
        if cache.get(key, 0) >= MOST_FAILURES:
            raise ValidationError(
                _(
                    "Trop d’essais manqués pour cette adresse : la connexion est suspendue pendant un quart d’heure. "
                    "Réessayez ensuite, ou demandez à un administrateur de changer votre mot de passe."
                ),
                code="too_many_failures",
            )
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            cache.add(key, 0, PAUSE_SECONDS)
            cache.incr(key)
            raise
        cache.delete(key)
        return cleaned

    def _key(self) -> str:
        origin = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        typed = str(self.cleaned_data.get("username", "")).strip().lower()
        # Hashed: a cache key takes no space, and the cache needs no address in clear.
        return f"accounts.failures:{sha256(f'{origin}|{typed}'.encode()).hexdigest()}"
