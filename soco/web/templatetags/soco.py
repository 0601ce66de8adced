"""Template words shared by all pages: numbers and distances in French, links that keep the search, slots."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from soco.web import privacy, slots

register = template.Library()

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


@register.filter
def number(value: Any) -> str:
    """6150451 → « 6 150 451 » (narrow no-break spaces); nothing for nothing."""
    return "" if value is None or value == "" else f"{int(value):,}".replace(",", NARROW_SPACE)


@register.filter
def day(value: date | None) -> str:
    """« 1er janvier 2026 », « 24 novembre 2026 »: French says only the first of a month as an ordinal."""
    if value is None:
        return ""
    local = _local(value)
    return _("1er %(month)s") % {"month": date_format(local, "F Y")} if local.day == 1 else date_format(local, "j F Y")


@register.filter
def hour(value: datetime | None) -> str:
    """« 8 h 30 », « 14 h », in the time of Paris."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    minutes = f"{NO_BREAK_SPACE}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{NO_BREAK_SPACE}h{minutes}"


@register.filter
def weekday(value: date | None) -> str:
    """« mardi 8 décembre 2026 »."""
    return "" if value is None else f"{date_format(_local(value), 'l')} {day(value)}"


@register.filter
def moment(value: datetime | None) -> str:
    """« mardi 8 décembre 2026 à 8 h 30 »."""
    return "" if value is None else _("%(day)s à %(hour)s") % {"day": weekday(value), "hour": hour(value)}


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def kilometres(value: float | None) -> str:
    """3.42 → « 3 km », 0.4 → « moins d’un km »."""
    if value is None:
        return ""
    return _("moins d’un\u00a0km") if value < 1 else f"{number(round(value))}{NO_BREAK_SPACE}km"


def _address(path: str, params: QueryDict) -> str:
    query = params.urlencode()
    return f"{path}{'?' if query else ''}{query}"


def _understood(context: template.Context) -> QueryDict:
    """The parameters that a page's links repeat: those its view put into `understood`, never the raw address."""
    understood: QueryDict | None = context.get("understood")
    return understood.copy() if understood is not None else QueryDict(mutable=True)


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int) -> str:
    """This page's search at page `number` (the first has no number)."""
    params = _understood(context)
    if number > 1:
        params["page"] = str(number)
    return _address(context["request"].path, params)


@register.simple_tag(takes_context=True)
def without(context: template.Context, name: str, value: str) -> str:
    """This page's search without one value of the parameter `name` (the cross on a chosen filter)."""
    params = _understood(context)
    params.setlist(name, [kept for kept in params.getlist(name) if kept != value])
    return _address(context["request"].path, params)


@register.simple_tag(takes_context=True)
def clear_url(context: template.Context) -> str:
    """This page with the text and the order of its search, and no filter."""
    params = _understood(context)
    for name in [name for name in params if name not in ("q", "tri")]:
        del params[name]
    return _address(context["request"].path, params)


@register.simple_tag(takes_context=True)
def search_url_of(context: template.Context, view_name: str) -> str:
    """The same search on another page (map, export)."""
    return _address(reverse(view_name), _understood(context))


@register.simple_tag
def trail(*parts: str) -> list[dict[str, str]]:
    """A breadcrumb: label, address, label, address, …, and the page's own label last."""
    *steps, here = parts
    pairs = zip(steps[::2], steps[1::2], strict=True)
    return [*({"label": label, "url": url} for label, url in pairs), {"label": here, "url": ""}]


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int = 16) -> SafeString:
    """A decorative Lucide icon, drawn once per process: a page of results shows the same few many times."""
    return mark_safe(" ".join(lucide(name, size=size, aria_hidden="true").split()))  # noqa: S308 - from the installed package


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, subject: Any = None) -> SafeString:
    """Render the blocks that the apps above put into the slot `name`."""
    request = context["request"]
    rendered = [
        render_to_string(page, values, request=request) for page, values in slots.blocks(name, request, subject)
    ]
    return mark_safe("".join(rendered))  # noqa: S308 - rendered templates, already escaped


@register.inclusion_tag("components/privacy_notice.html")
def privacy_notice(code: str) -> dict[str, privacy.Treatment]:
    """Beside a form: what becomes of what it asks, read from the register. KeyError for a treatment that is not in it."""
    return {"treatment": privacy.BY_CODE[code]}
