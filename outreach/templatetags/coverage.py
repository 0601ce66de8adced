"""Template words of the coverage board: heads of columns that sort by links."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def sort_head(label: Any, key: str, sort: str) -> SafeString:
    """The head of a column whose link sorts the table by it: figures the largest first, then the other way round."""
    is_name = key == "nom"
    first, second = (key, f"-{key}") if is_name else (f"-{key}", key)
    asked = second if sort == first else first
    direction = {first: "ascending" if is_name else "descending", second: "descending" if is_name else "ascending"}
    attribute = format_html(' aria-sort="{}"', direction[sort]) if sort in direction else ""
    arrow = {"ascending": " ↑", "descending": " ↓"}.get(direction.get(sort, ""), "")
    return format_html(
        '<th scope="col"{}><a href="?tri={}#territoires" title="{}">{}</a>{}</th>',
        attribute,
        asked,
        _("Trier par\u00a0: %(label)s") % {"label": label},
        label,
        format_html('<span aria-hidden="true">{}</span>', arrow) if arrow else "",
    )
