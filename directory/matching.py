"""Who is meant: the collectivité, the country and the foreign town that a line of a file names. No database here.

Nothing is ever guessed: what designates no one, or several, is refused with the candidates.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext as _

from directory.enums import Nature
from directory.geography import EARTH_RADIUS_KM
from directory.search import understand

LOCAL = (Nature.COMMUNE, Nature.EPCI)  # their names are shared from one département to the next
SAME_TOWN_KM = 30  # two points of one town, as two gazetteers give them, are never that far apart
SAME_COMMUNE_KM = 15
MOST_CANDIDATES = 5
SHORT_NAME_LENGTH = 120
CLOSE_SEARCHES = (
    500  # resembling names cost some milliseconds each: a file of nonsense gets them for its first lines only
)

# What PostgreSQL's unaccent writes with other letters, and NFKD leaves as one.
_LETTERS = str.maketrans({
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t",
    "ĸ": "q", "ŀ": "l", "ə": "e",
})  # fmt: skip
_SAINT = re.compile(r"\bst\b")
_SAINTE = re.compile(r"\bste\b")
_ON = re.compile(r"\bs/\s*", re.IGNORECASE)  # « Aixe s/ Vienne »
_ARTICLE = re.compile(r"^(?:la|le|les|l) (?=.)")
_DEPARTEMENT = re.compile(
    r"(?P<a>2[ab]|\d{1,3})(?:\.0+)?(?:\s*[-–—:·]?\s*\D.*)?|.*\((?P<b>2[ab]|\d{1,3})\)", re.IGNORECASE | re.DOTALL
)

Point = tuple[float, float]


class NotMatched(Exception):
    """Nobody, or several, answer to that; the text, in French, says why; `candidates` says who it may be."""

    def __init__(self, why: str, candidates: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why, self.candidates = why, tuple(candidates)


# --- names ----------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """The key of a name, as the database's search_key: « Ste-Foy-l’Argentière » → sainte foy l argentiere."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return _SAINTE.sub("sainte", _SAINT.sub("saint", re.sub(r"[^a-z0-9]+", " ", plain))).strip()


def bare(key: str) -> str:
    """A key without its leading article, as the database's bare_key."""
    return _ARTICLE.sub("", key)


def spelled(text: str) -> str:
    """A name with its accents, whatever its case, its hyphens and its apostrophes."""
    return " ".join(re.sub(r"[-‐‑–’'ʼ]", " ", unicodedata.normalize("NFC", text).casefold()).split())


def code_of(text: str) -> str:
    """A code as the registers write it: « 16 015.0 » → 16015, « 2a004 » → 2A004, and « 1004 », which lost its zero, → 01004."""
    code = re.sub(r"\.0+$", "", re.sub(r"\s", "", text)).upper()
    return code.zfill(5) if len(code) == 4 and code.isascii() and code.isdigit() else code


def distance_km(one: Point, other: Point) -> float:
    """Great-circle kilometres between two points in degrees (haversine)."""
    lat, lon = radians(other[0] - one[0]) / 2, radians(other[1] - one[1]) / 2
    chord = sin(lat) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


# --- French collectivités -------------------------------------------------------------------------------------------------
@dataclass(slots=True, eq=False)
class Place:
    """A collectivité of today. `former_names`, `former_codes`: those of the communes that became part of it."""

    pk: int
    nature: str
    code: str
    name: str
    departements: tuple[str, ...] = ()
    siren: str = ""
    former_names: tuple[str, ...] = ()
    former_codes: tuple[str, ...] = ()
    point: Point | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class Designation:
    """How a line names a collectivité: any of these may be empty."""

    code: str = ""
    name: str = ""
    former: str = ""
    departement: str = ""
    nature: str = Nature.COMMUNE


@dataclass(slots=True)
class _Names:
    """The collectivités of one nature and one département, by every name they have or had."""

    by_key: dict[str, dict[int, Place]] = field(default_factory=lambda: defaultdict(dict))
    by_bare: dict[str, dict[int, Place]] = field(default_factory=lambda: defaultdict(dict))
    spellings: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, name: str, place: Place) -> None:
        key = fold(name)
        self.by_key[key][place.pk] = place
        self.by_bare[bare(key)][place.pk] = place
        self.spellings[spelled(name)].add(place.pk)

    def called(self, name: str) -> list[Place]:
        """Those that `name` may designate. A full name wins over one that lost its article, if it is written with its
        accents or has an article itself: « Vergné » is not « La Vergne », and « vergne » may be either."""
        key = fold(name)
        if not key:
            return []
        exact, close = self.by_key.get(key, {}), self.by_bare.get(bare(key), {})
        if len(exact) == 1:
            (pk,) = exact
            if pk in self.spellings.get(spelled(name), ()) or bare(key) != key:
                return list(exact.values())
        return list((exact | close).values())


class Collectivites:
    """The collectivités of the répertoire, to be found by code, then by name inside their département."""

    def __init__(self, places: Iterable[Place], departements: Mapping[str, str]) -> None:
        """`departements`: code → name."""
        self.departements = dict(departements)
        self.departement_keys = {bare(fold(name)): code for code, name in departements.items()}
        self.by_code: dict[tuple[str, str], Place] = {}
        self.by_former_code: dict[str, dict[int, Place]] = defaultdict(dict)
        self.by_siren: dict[str, Place] = {}
        self.names: dict[tuple[str, str], _Names] = defaultdict(_Names)
        self.everywhere: dict[str, _Names] = defaultdict(_Names)
        self.close_searches = CLOSE_SEARCHES
        for place in places:
            self._add(place)

    def _add(self, place: Place) -> None:
        self.by_code[(place.nature, place.code)] = place
        if place.siren:
            self.by_siren[place.siren] = place
        for code in place.former_codes:
            self.by_former_code[code][place.pk] = place
        for name in (place.name, *place.former_names):
            self.everywhere[place.nature].add(name, place)
            for departement in place.departements:
                self.names[(place.nature, departement)].add(name, place)

    # --- what a line says -------------------------------------------------------------------------------------------------
    def find(self, wanted: Designation) -> Place:
        """The collectivité that a line names: by its code first, then by its name inside the département.

        Raises NotMatched: nobody, several, or a code and a name that contradict each other.
        """
        departement = self.departement(wanted.departement) if wanted.nature in LOCAL else ""
        place = self._with_code(wanted)
        if place is not None:
            return self._uncontradicted(place, wanted, departement)
        if not (wanted.name or wanted.former):
            raise NotMatched(
                _("Le code « %(code)s » n’est celui d’aucune collectivité de ce répertoire.") % {"code": wanted.code}
                if wanted.code
                else _("Ni code ni nom de collectivité (cellules fusionnées\u00a0? répétez-les sur chaque ligne).")
            )
        if not departement and wanted.nature in LOCAL:
            departement = self._departement_of_code(code_of(wanted.code))
            if not departement:
                raise NotMatched(
                    _(
                        "Il faut un code INSEE, ou le département avec le nom\u00a0: deux communes portent souvent le même."
                    ),
                    self._told(self.everywhere[wanted.nature].called(wanted.name or wanted.former)),
                )
        return self._named(wanted, departement)

    def departement(self, text: str) -> str:
        """The code that « 16 », « 1 », « Charente », « 16 - Charente » or « Charente (16) » means; "" if nothing is written."""
        if not text:
            return ""
        told = _DEPARTEMENT.fullmatch(text.strip())
        if told:
            code = (told["a"] or told["b"]).upper()
            if code.zfill(2) in self.departements:
                return code.zfill(2)
        key = bare(fold(re.sub(r"\(.*?\)", "", text)))
        if key in self.departement_keys:
            return self.departement_keys[key]
        raise NotMatched(
            _("Le département « %(text)s » n’est pas dans ce répertoire.") % {"text": text[:60]},
            sorted(f"{name} ({code})" for code, name in self.departements.items())[: 2 * MOST_CANDIDATES + 2],
        )

    def _departement_of_code(self, code: str) -> str:
        for length in (3, 2):
            if len(code) == 5 and code[:length] in self.departements:
                return code[:length]
        return ""

    def _with_code(self, wanted: Designation) -> Place | None:
        if not wanted.code:
            return None
        code = code_of(wanted.code)
        if len(code) == 9:
            return self.by_siren.get(code)
        if wanted.nature != Nature.COMMUNE:
            code = code.lstrip("0").zfill(2) if code.isdigit() else code
            return self.by_code.get((wanted.nature, code))
        if place := self.by_code.get((Nature.COMMUNE, code)):
            return place
        former = self.by_former_code.get(code, {})
        return next(iter(former.values())) if len(former) == 1 else None

    def _uncontradicted(self, place: Place, wanted: Designation, departement: str) -> Place:
        """`place`, found by its code, unless the rest of the line clearly says another one."""
        code = {"code": code_of(wanted.code), "place": str(place)}
        if departement and place.departements and departement not in place.departements:
            raise NotMatched(
                _("Le code %(code)s est celui de %(place)s, qui n’est pas dans le département %(departement)s.")
                % (code | {"departement": departement}),
                [str(place)],
            )
        said = [name for name in (wanted.name, wanted.former) if name]
        others: dict[int, Place] = {}
        for name in said:
            for where in place.departements or ("",):
                called = self._called(place.nature, where, name)
                if place in called:
                    return place
                others |= {other.pk: other for other in called}
        if others:
            raise NotMatched(
                _("Le code %(code)s est celui de %(place)s, et le nom « %(name)s » celui d’une autre.")
                % (code | {"name": said[0][:60]}),
                self._told([place, *others.values()]),
            )
        return place  # a name that nobody has: an old one, or a way of speaking; the code is sure

    def _named(self, wanted: Designation, departement: str) -> Place:
        called = self._called(wanted.nature, departement, wanted.name) if wanted.name else []
        formerly = self._called(wanted.nature, departement, wanted.former) if wanted.former else []
        both = [place for place in called if place in formerly]
        if called and formerly and not both:
            raise NotMatched(
                _("« %(name)s » et « %(former)s » ne sont pas la même commune.")
                % {"name": wanted.name[:60], "former": wanted.former[:60]},
                self._told([*called, *formerly]),
            )
        found = both or called or formerly
        if len(found) == 1:
            return found[0]
        name = (wanted.name or wanted.former)[:60]
        if found:
            raise NotMatched(
                _("Plusieurs collectivités répondent au nom « %(name)s »\u00a0: donnez le code INSEE.")
                % {"name": name},
                self._told(found),
            )
        where = self.departements.get(departement, "")
        raise NotMatched(
            _("Aucune collectivité ne s’appelle « %(name)s » dans le département %(departement)s.")
            % {"name": name, "departement": f"{where} ({departement})" if where else "?"}
            if departement
            else _("Aucune collectivité de ce répertoire ne s’appelle « %(name)s ».") % {"name": name},
            self._resembling(wanted.nature, departement, name),
        )

    def _called(self, nature: str, departement: str, name: str) -> list[Place]:
        names = self.names.get((nature, departement)) if departement else self.everywhere.get(nature)
        if names is None:
            return []
        text = _ON.sub("sur ", name)
        # « Rochelle (La) », « Ville de Limoges »: only when the name as written says nobody
        return names.called(text) or names.called(understand(text).words)

    # --- French partners --------------------------------------------------------------------------------------------------
    def find_partner(self, name: str, code: str, point: Point | None) -> Place:
        """A French commune that is the partner of another: by its code, else by its name and a point in degrees.

        Raises NotMatched: a name alone is not enough, thousands are shared.
        """
        if code and (place := self._with_code(Designation(code=code))):
            return place
        namesakes = self.everywhere[Nature.COMMUNE].called(name)
        near = [
            place for place in namesakes if point and place.point and distance_km(point, place.point) <= SAME_COMMUNE_KM
        ]
        if len(near) == 1:
            return near[0]
        raise NotMatched(
            _(
                "Le partenaire « %(name)s » est français\u00a0: il doit être dans ce répertoire, et désigné par son code INSEE"
                " (colonne « partenaire_code ») ou par ses coordonnées."
            )
            % {"name": name[:60]},
            self._told(namesakes),
        )

    # --- candidates -------------------------------------------------------------------------------------------------------
    @staticmethod
    def _told(places: Iterable[Place]) -> list[str]:
        return list(dict.fromkeys(str(place) for place in places))[:MOST_CANDIDATES]

    def _resembling(self, nature: str, departement: str, name: str) -> list[str]:
        """Those of that very name elsewhere, then those whose name comes close inside the département."""
        elsewhere = self._called(nature, "", name)
        if self.close_searches <= 0:
            return self._told(elsewhere)
        self.close_searches -= 1
        names = self.names.get((nature, departement)) if departement else self.everywhere.get(nature)
        keys = get_close_matches(fold(name), names.by_key, MOST_CANDIDATES, 0.75) if names else []
        close = [place for key in keys for place in names.by_key[key].values()] if names else []
        return self._told([*close, *elsewhere])


# --- countries ------------------------------------------------------------------------------------------------------------
COUNTRY_WORDS = {
    "AE": ("emirats", "eau"),
    "BY": ("belarus",),
    "CD": ("rdc", "republique democratique du congo", "zaire"),
    "CG": ("republique du congo",),
    "CI": ("ivory coast",),
    "CV": ("cabo verde",),
    "CZ": ("republique tcheque", "czech republic"),
    "DE": ("rfa", "rda", "republique federale d allemagne", "deutschland"),
    "ES": ("espana",),
    "GB": (
        *("angleterre", "ecosse", "pays de galles", "irlande du nord", "grande bretagne", "uk"),
        *("england", "scotland", "wales", "northern ireland", "great britain"),
    ),
    "GR": ("hellas",),
    "IE": ("eire", "republique d irlande"),
    "IT": ("italia",),
    "KR": ("republique de coree",),
    "MD": ("republique de moldavie",),
    "MK": ("macedoine",),
    "MM": ("birmanie", "burma", "myanmar"),
    "NL": ("hollande", "holland"),
    "PS": ("palestine", "cisjordanie"),
    "RU": ("federation de russie", "russian federation"),
    "SV": ("el salvador",),
    "SZ": ("swaziland",),
    "TR": ("turkey",),
    "US": ("usa", "etats unis d amerique", "united states of america"),
    "VA": ("vatican",),
    "VN": ("vietnam",),
}


class Countries:
    """The countries, to be found by ISO code or by a name, French or English."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """`rows`: ISO code of two letters, of three, French name, English name."""
        self.names: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        for iso2, iso3, name, name_en in rows:
            self.names[iso2] = name
            self.codes |= {iso2: iso2, iso3: iso2}
            for word in (name, name_en, name_en.replace("&", "and"), *COUNTRY_WORDS.get(iso2, ())):
                self.keys.setdefault(bare(fold(word)), iso2)

    def find(self, code: str, name: str) -> str:
        """The ISO code of two letters that a line means; either may be empty. Raises NotMatched."""
        found = {iso2 for text in (code, name) if text and (iso2 := self._meant(text))}
        if len(found) == 1:
            return found.pop()
        if found:
            raise NotMatched(
                _("Le code « %(code)s » et le nom « %(name)s » ne disent pas le même pays.")
                % {"code": code, "name": name[:60]},
                sorted(self.names[iso2] for iso2 in found),
            )
        text = (name or code)[:60]
        if not text:
            raise NotMatched(_("Le pays manque."))
        close = get_close_matches(bare(fold(text)), self.keys, MOST_CANDIDATES, 0.75) if len(text) > 3 else []
        raise NotMatched(
            _("Le pays « %(text)s » n’est pas connu\u00a0: écrivez son nom, ou son code ISO.") % {"text": text},
            dict.fromkeys(self.names[self.keys[key]] for key in close),
        )

    @lru_cache(maxsize=4096)  # noqa: B019 - one object an import
    def _meant(self, text: str) -> str:
        return self.codes.get(text.strip().upper(), "") or self.keys.get(bare(fold(text)), "")


# --- foreign towns --------------------------------------------------------------------------------------------------------
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
