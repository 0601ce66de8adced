"""The columns of the export of groups, and one row."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from directory.models.reference import country_names, theme_names
from events.models import GroupQuerySet

CHUNK = 500
COLUMNS = (
    *("nature", "nom", "phrase", "pays_iso2", "pays", "themes", "adhesion", "membres", "prochaine_reunion"),
    *("page", "demonstration"),
)


def rows(groups: GroupQuerySet, site_url: str) -> Iterator[list[Any]]:
    """One row a group (loaded for_card) under COLUMNS; days in ISO 8601, in the time of Paris; nobody's name."""
    countries, themes = country_names(), theme_names()
    for group in groups.iterator(chunk_size=CHUNK):
        meeting = group.next_meeting_at  # type: ignore[attr-defined]
        yield [
            group.get_kind_display(),
            group.name,
            group.summary,
            ", ".join(group.country_codes),
            ", ".join(countries.get(code, code) for code in group.country_codes),
            ", ".join(themes.get(code, code) for code in group.theme_codes),
            group.get_join_policy_display(),
            group.member_count,  # type: ignore[attr-defined]
            f"{timezone.localtime(meeting):%Y-%m-%d %H:%M}" if meeting else "",
            site_url + group.get_absolute_url(),
            "oui" if group.is_demo else "",
        ]
