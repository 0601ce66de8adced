"""Template words shared by all pages: numbers and distances in French, links that keep the search, slots."""

from typing import Any

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from soco.web import slots

register = template.Library()

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


@register.filter
def number(value: Any) -> str:
    """6150451 → « 6 150 451 » (narrow no-break spaces); nothing for nothing."""
    return "" if value is None or value == "" else f"{int(value):,}".replace(",", NARROW_SPACE)


@register.filter
def kilometres(value: float | None) -> str:
    """3.42 → « 3 km », 0.4 → « moins d’un km »."""
    if value is None:
        return ""
    return f"moins d’un{NO_BREAK_SPACE}km" if value < 1 else f"{round(value)}{NO_BREAK_SPACE}km"


@register.simple_tag(takes_context=True)
def search_url(context: template.Context, path: str = "", **changes: Any) -> str:
    """This page's search (or `path`'s) with parameters replaced; an empty value removes one. The page number is dropped."""
    params: QueryDict = context["request"].GET.copy()
    params.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = str(value)
    query = params.urlencode()
    return f"{path or context['request'].path}{'?' if query else ''}{query}"


@register.simple_tag(takes_context=True)
def without(context: template.Context, name: str, value: str) -> str:
    """This page's search without one value of the parameter `name` (the cross on a chosen filter)."""
    params: QueryDict = context["request"].GET.copy()
    params.pop("page", None)
    params.setlist(name, [kept for kept in params.getlist(name) if kept != value])
    query = params.urlencode()
    return f"{context['request'].path}{'?' if query else ''}{query}"


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, subject: Any = None) -> SafeString:
    """Render the blocks that the apps above put into the slot `name`."""
    request = context["request"]
    rendered = [render_to_string(page, values, request=request) for page, values in slots.blocks(name, request, subject)]
    return mark_safe("".join(rendered))  # noqa: S308 - rendered templates, already escaped
