"""Where voltigeurs go, in words: the names of their départements and intercommunalités. Three queries, whoever they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from directory.enums import Nature
from directory.models import Actor
from outreach.models import FieldArea
from soco.accounts.models import User


@dataclass(frozen=True)
class AreaLine:
    """One voltigeur; `area` is None as long as nothing is said."""

    user: User
    area: FieldArea | None
    departements: list[str]
    epci: list[str]

    @property
    def is_everywhere(self) -> bool:
        return not self.departements and not self.epci

    @property
    def start(self) -> Actor | None:
        return self.area.start if self.area else None

    @property
    def words(self) -> str:
        """All that is read of it, to search in."""
        where = [*self.departements, *self.epci] or [_("partout")]
        return " ".join([str(self.user), self.user.email, *where, self.start.name if self.start else ""])

    @property
    def initial(self) -> dict[str, Any]:
        """What its form starts with."""
        area = self.area
        return {
            "departement_codes": area.departement_codes if area else [],
            "epci_names": "\n".join(area.epci_codes) if area else "",
            "start": self.start,
        }


def area_lines(users: Sequence[User]) -> list[AreaLine]:
    areas = {area.user_id: area for area in FieldArea.objects.of_users([user.pk for user in users]).for_page()}
    places = Actor.objects.existing().of_nature([Nature.DEPARTEMENT, Nature.EPCI])
    names = dict(places.values_list("code", "name"))
    return [
        AreaLine(
            user,
            area := areas.get(user.pk),
            [names.get(code, code) for code in area.departement_codes] if area else [],
            [names.get(code, code) for code in area.epci_codes] if area else [],
        )
        for user in users
    ]
