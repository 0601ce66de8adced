"""What every search page gives its template: the filters, their counts, the wanted page of answers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from directory.facets import Facets
from directory.filters.base import Search
from soco.web.pagination import paginate


def search_context(
    request: HttpRequest, filterset: Search, counted: Facets, *, rows: Any = None, size: int | None = None
) -> dict[str, Any]:
    """The context of a search page. `rows`: the answers in order, the cards of `filterset` if they are not given; `size`: how many
    on a page, as in the répertoire if it is not given."""
    page = paginate(
        filterset.sorted().for_card() if rows is None else rows,  # type: ignore[attr-defined]
        asked=request.GET.get("page"),
        total=counted.total,
        size=size or settings.DIRECTORY_PAGE_SIZE,
    )
    return {
        "filterset": filterset,
        "has_search": True,
        "facets": counted.facets,
        "total": counted.total,
        "page": page,
        "ignored": filterset.ignored,
        "understood": filterset.understood,
        "sorts": filterset.SORTS.choices,
        "loosened": [] if counted.total else filterset.loosened(),
    }
