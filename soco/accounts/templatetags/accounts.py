"""Template words about accounts."""

from django import template
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
