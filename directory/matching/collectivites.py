"""The French collectivité that a line names: by its code, else by its name inside the département."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils.translation import gettext as _

from directory.enums import Nature
from directory.search import understand

from .names import CLOSE_SEARCHES, MOST_CANDIDATES, NotMatched, Point, bare, code_of, distance_km, fold, spelled

LOCAL = (Nature.COMMUNE, Nature.EPCI)  # their names are shared from one département to the next
SAME_COMMUNE_KM = 15

_ON = re.compile(r"\bs/\s*", re.IGNORECASE)  # « Aixe s/ Vienne »
_DEPARTEMENT = re.compile(
    r"(?P<a>2[ab]|\d{1,3})(?:\.0+)?(?:\s*[-–—:·]?\s*\D.*)?|.*\((?P<b>2[ab]|\d{1,3})\)", re.IGNORECASE | re.DOTALL
)


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
