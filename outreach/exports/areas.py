"""The columns of the export of areas, for the team."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from outreach.area_lines import AreaLine


def labels() -> list[str]:
    return [_("voltigeur"), _("adresse"), _("départements"), _("intercommunalités"), _("départ habituel")]


def rows(lines: Sequence[AreaLine]) -> Iterator[list[Any]]:
    for line in lines:
        start = line.start.name if line.start else ""
        yield [str(line.user), line.user.email, ", ".join(line.departements), ", ".join(line.epci), start]
