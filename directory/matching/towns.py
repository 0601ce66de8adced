"""The foreign towns that a file names: in French where they have a French name, one for all its twins."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .names import NotMatched, Point, bare, distance_km, fold

SAME_TOWN_KM = 30  # two points of one town, as two gazetteers give them, are never that far apart
SHORT_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class TownName:
    """A foreign town's name in French, its other name (may be empty), and every key that it answers to."""

    name: str
    other: str
    keys: frozenset[str]


class FrenchNames:
    """The French names of foreign towns that have one: « Moscow » and « Moskva » are Moscou."""

    def __init__(self, rows: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> None:
        """`rows`: ISO code of the country, French name, other name, further spellings."""
        self.by_key: dict[tuple[str, str], TownName] = {}
        for iso2, name, other, spellings in rows:
            keys = frozenset(bare(fold(text)) for text in (name, other, *spellings) if text)
            for key in keys:
                self.by_key[(iso2, key)] = TownName(name, other, keys)

    def of(self, iso2: str, text: str, other: str = "") -> TownName:
        """What a town of a country is called; `other`: another name that the file gives it.

        Raises NotMatched for a text without a letter that we can read.
        """
        name = " ".join(text.split())
        key = bare(fold(name))
        if not re.search("[a-z]", key):
            raise NotMatched(_("Le nom du partenaire, « %(name)s », n’est pas lisible.") % {"name": name[:60]})
        if known := self.by_key.get((iso2, key)):
            return known
        other_key = bare(fold(other))
        if not other_key or other_key == key:
            return TownName(name, "", frozenset({key}))
        return TownName(name, other[:SHORT_NAME_LENGTH], frozenset({key, other_key}))


@dataclass(slots=True, eq=False)
class Town:
    """A foreign authority: of the répertoire, or to be added (`pk` 0)."""

    pk: int
    country: str
    name: str
    other: str = ""
    point: Point | None = None
    aliases: tuple[str, ...] = ()
    adds_point: Point | None = None
    adds_other: str = ""

    @property
    def place(self) -> Point | None:
        return self.point or self.adds_point

    def __str__(self) -> str:
        place = f" ({self.place[0]:.2f}, {self.place[1]:.2f})" if self.place else ""
        return f"{self.name} [p{self.pk}]{place}" if self.pk else f"{self.name}{place}"


class Towns:
    """The foreign authorities, one for each town: those of the répertoire, then those that a file brings."""

    def __init__(self, towns: Iterable[Town]) -> None:
        self.by_key: dict[tuple[str, str], dict[int, Town]] = defaultdict(dict)
        for town in towns:
            self._add(town, (town.name, town.other, *town.aliases))

    def _add(self, town: Town, names: Iterable[str]) -> None:
        for name in names:
            if key := bare(fold(name)):
                self.by_key[(town.country, key)][id(town)] = town

    def all(self) -> Iterator[Town]:
        """Each of them once, in the order in which they came."""
        yield from {id(town): town for towns in self.by_key.values() for town in towns.values()}.values()

    def one(self, country: str, name: TownName, point: Point | None) -> tuple[Town, list[str]]:
        """The town of that name, added if nobody has it; and what was empty in it and is completed, in words.

        Two towns of one name in one country are told apart by their points. Raises NotMatched if several may be meant. Ask
        for the names with a point first: those without then meet all the namesakes, in whichever order the file has them.
        """
        namesakes = {pk: town for key in sorted(name.keys) for pk, town in self.by_key.get((country, key), {}).items()}
        found = list(namesakes.values())
        if point is not None:
            near = [town for town in found if town.place and distance_km(point, town.place) <= SAME_TOWN_KM]
            unplaced = [town for town in found if town.place is None]
            found = near or unplaced
            if not near and unplaced and len(namesakes) > 1:
                found = list(namesakes.values())  # the one without a point may be this one, or another
        if len(found) > 1:
            raise NotMatched(
                _(
                    "Plusieurs partenaires de ce pays s’appellent « %(name)s »\u00a0: donnez leurs coordonnées, ou fusionnez-les."
                )
                % {"name": name.name[:60]},
                dict.fromkeys(str(town) for town in found),
            )
        if not found:
            return self._new(country, name, point), []
        (town,) = found
        completed = []
        if point is not None and town.place is None:
            town.adds_point = point
            completed.append(_("coordonnées de %(town)s") % {"town": town.name})
        others = (text for text in (name.name, name.other) if text and bare(fold(text)) != bare(fold(town.name)))
        if not town.other and not town.adds_other and (other := next(others, "")[:SHORT_NAME_LENGTH]):
            town.adds_other = other
            completed.append(_("autre nom de %(town)s\u00a0: %(other)s") % {"town": town.name, "other": other})
        return town, completed if town.pk else []

    def _new(self, country: str, name: TownName, point: Point | None) -> Town:
        town = Town(0, country, name.name, name.other, point)
        self._add(town, (name.name, name.other))
        return town
