"""Template words about accounts."""

from django import template
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

register = template.Library()

# In this order: most browsers also claim to be those after them.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.filter
def browser(user_agent: str) -> str:
    """« Firefox sur Windows », from what a browser says of itself."""
    name = next((name for mark, name in BROWSERS.items() if mark in user_agent), _("Navigateur inconnu"))
    system = next((system for mark, system in SYSTEMS.items() if mark in user_agent), "")
    return _("%(browser)s sur %(system)s") % {"browser": name, "system": system} if system else name


@register.filter
def purpose(next_url: str | None) -> str:
    """The name of the page of ours that `next_url` leads to after signing in, or "" when it is none of ours."""
    try:
        return resolve((next_url or "").partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


@register.filter
def in_fours(secret: str) -> str:
    """« ABCD EFGH »: easier to copy by hand; apps of codes ignore the spaces."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
