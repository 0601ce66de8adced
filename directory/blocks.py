"""What the répertoire shows on pages that are not its own: the banner of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from directory import counts_version
from directory.models import Actor
from soco.web.slots import Block


def demo_banner(request: HttpRequest, subject: Any) -> Block | None:
    """On every page, as long as fictitious actors are published."""
    key = f"directory.demo:{counts_version.current()}"
    has_demo = cache.get_or_set(key, lambda: Actor.objects.demo().exists(), settings.HOME_FIGURES_SECONDS)
    return ("directory/_demo_banner.html", {}) if has_demo else None
