"""The address of a search of the agenda, as a page, a feed or a frame."""

from django.http import QueryDict
from django.urls import reverse


def address_of(name: str, params: QueryDict) -> str:
    """The address of the route `name` with these parameters, without the site."""
    query = params.urlencode()
    return reverse(name) + (f"?{query}" if query else "")
