"""The addresses of the outreach, one list for each of its rooms."""

from typing import Any

urlpatterns: list[Any] = []
