"""How well two sides could meet, and why: a score from 0 to 100 and reasons, each a French sentence. No database here.

Each criterion gives a share between 0 (the two sides contradict each other) and 1 (they have it in common); ½ is neutral:
one of them said nothing, and « any » never counts for or against. The score is the mean of the shares, weighted
(DIRECTORY_MATCHING_WEIGHTS). Two sides of which one does not take the other's country, or that both only offer, score 0.

The score is symmetrical, and giving two sides one more thing in common never lowers it (tests/directory/partner_searches).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.enums import IdentityTag, Language, PopulationBand, SearchKind

NEUTRAL = 0.5
# The first thing in common says most: three are as good as twenty.
SHARED = (0.0, 0.8, 0.9, 1.0)
CRITERIA = ("country", "theme", "identity", "size", "language", "kind")

# The languages in which a town hall of a country works, among those of `Language`.
LANGUAGES_OF = {
    **dict.fromkeys(
        ("FR", "MC", "SN", "BF", "ML", "CI", "BJ", "TG", "NE", "GN", "CG", "CD", "GA", "HT", "DJ"), ("fr",)
    ),
    **dict.fromkeys(("DE", "AT", "LI"), ("de",)),
    **dict.fromkeys(("GB", "IE", "US", "AU", "NZ", "GH", "NG", "MT"), ("en",)),
    **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE", "CU", "UY", "EC", "BO"), ("es",)),
    **dict.fromkeys(("PT", "BR", "AO", "MZ", "CV"), ("pt",)),
    **dict.fromkeys(("MA", "DZ", "TN", "LB"), ("ar", "fr")),
    **dict.fromkeys(("EG", "JO", "PS", "MR"), ("ar",)),
    "BE": ("fr", "nl", "de"),
    "LU": ("fr", "de"),
    "CH": ("de", "fr", "it"),
    "CA": ("en", "fr"),
    "CM": ("fr", "en"),
    "MG": ("mg", "fr"),
    "IT": ("it",),
    "NL": ("nl",),
    "PL": ("pl",),
    "RO": ("ro",),
    "MD": ("ro",),
    "GR": ("el",),
    "CY": ("el",),
    "CZ": ("cs",),
    "HU": ("hu",),
    "UA": ("uk",),
    "RU": ("ru",),
    "BY": ("ru",),
    "CN": ("zh",),
    "JP": ("ja",),
    "VN": ("vi",),
    "AD": ("ca",),
}


@dataclass(frozen=True)
class Side:
    """One of two that could meet: an announcement with its author, or an actor of the répertoire (`kind` empty).

    `country`: where it lies. `countries`: where an announcement looks for a partner (none: any country but its own); where
    an actor cooperates already. `band`: its own size, « » if unknown; `bands`: the sizes that it looks for.
    """

    country: str
    kind: str = ""
    countries: Collection[str] = ()
    themes: Collection[str] = ()
    bands: Collection[str] = ()
    band: str = ""
    languages: Collection[str] = ()
    tags: Collection[str] = ()

    @property
    def is_announcement(self) -> bool:
        """An actor wants nothing: what it does already counts for it, never against it."""
        return bool(self.kind)

    def takes(self, country: str) -> bool:
        """Could its partner lie in this country?"""
        if self.is_announcement and self.countries:
            return country in self.countries
        return country != self.country


@dataclass(frozen=True)
class Meeting:
    """The score (whole, 0 to 100) and why; no reason: nothing in common was said."""

    score: int
    reasons: list[str] = field(default_factory=list)


NO_MEETING = Meeting(0)


@dataclass(frozen=True)
class Names:
    """What codes are called: countries by ISO code, themes by theirs."""

    countries: Mapping[str, str]
    themes: Mapping[str, str]


def band_of(population: int | None) -> str:
    """The band that holds this many people; « » when nobody knows."""
    if population is None:
        return ""
    for band in PopulationBand:
        low, high = band.bounds
        if low <= population and (high is None or population < high):
            return str(band.value)
    return ""


def languages_of(country: str) -> tuple[str, ...]:
    return LANGUAGES_OF.get(country, ())


def meeting(one: Side, other: Side, *, weights: Mapping[str, float], names: Names) -> Meeting:
    """How well the two could meet; the same whichever comes first.

    `weights`: how much each of CRITERIA counts, in any unit; one that is absent counts for nothing.
    """
    if not (one.takes(other.country) and other.takes(one.country)):
        return NO_MEETING
    if one.kind == other.kind == SearchKind.OFFER:
        return NO_MEETING
    floor = 0.0 if one.is_announcement and other.is_announcement else NEUTRAL
    themes, tags = _common(one.themes, other.themes), _common(one.tags, other.tags)
    languages = _common(one.languages, other.languages)
    shares = {
        "country": (_country_share(one, other) + _country_share(other, one)) / 2,
        "theme": _share(one.themes, other.themes, floor=floor),
        "identity": _share(one.tags, other.tags),
        "size": (_size_share(one, other) + _size_share(other, one)) / 2,
        "language": _share(one.languages, other.languages),
        "kind": 1.0 if {one.kind, other.kind} == {SearchKind.OFFER, SearchKind.REQUEST} else NEUTRAL,
    }
    total = sum(weights.get(name, 0) for name in CRITERIA)
    score = round(100 * sum(weights.get(name, 0) * shares[name] for name in CRITERIA) / total) if total else 0
    reasons = [
        *_country_reasons(one, other, names),
        *_listed(themes, names.themes, "theme"),
        *_size_reasons(one, other),
        *_listed(tags, dict(IdentityTag.choices), "identity"),
        *_listed(languages, dict(Language.choices), "language"),
        *([_("L’une propose, l’autre cherche.")] if shares["kind"] == 1 else []),
    ]
    return Meeting(score, reasons)


def _common(one: Collection[str], other: Collection[str]) -> list[str]:
    return sorted(set(one) & set(other))


def _share(one: Collection[str], other: Collection[str], *, floor: float = 0.0) -> float:
    if not one or not other:
        return NEUTRAL
    common = len(set(one) & set(other))
    return max(floor, SHARED[min(common, len(SHARED) - 1)])


def _country_share(one: Side, other: Side) -> float:
    """Does `one` name the country of `other`? That it takes it is known already."""
    return 1.0 if other.country in one.countries else NEUTRAL


def _size_share(one: Side, other: Side) -> float:
    if not one.bands or not other.band:
        return NEUTRAL
    return 1.0 if other.band in one.bands else 0.0


def _country_reasons(one: Side, other: Side, names: Names) -> list[str]:
    sides = ((one, other), (other, one))
    wanted = {to.country for by, to in sides if by.is_announcement and to.country in by.countries}
    known = {to.country for by, to in sides if not by.is_announcement and to.country in by.countries}
    told = []
    if wanted:
        told.append(
            ngettext("Pays recherché\u00a0: %(names)s.", "Pays recherchés\u00a0: %(names)s.", len(wanted))
            % {"names": _told(wanted, names.countries)}
        )
    if known:
        told.append(_("Coopère déjà avec ce pays\u00a0: %(names)s.") % {"names": _told(known, names.countries)})
    return told


def _size_reasons(one: Side, other: Side) -> list[str]:
    wanted = {to.band for by, to in ((one, other), (other, one)) if to.band and to.band in by.bands}
    if not wanted:
        return []
    labels = {str(value): label for value, label in PopulationBand.choices}
    bands = [str(labels[band.value]) for band in PopulationBand if band.value in wanted]
    return [_("Taille recherchée\u00a0: %(bands)s.") % {"bands": ", ".join(bands).lower()}]


def _listed(codes: list[str], labels: Mapping[str, object], what: str) -> list[str]:
    if not codes:
        return []
    words = {
        "theme": ngettext("Thème commun\u00a0: %(names)s.", "Thèmes communs\u00a0: %(names)s.", len(codes)),
        "identity": ngettext("Identité commune\u00a0: %(names)s.", "Identités communes\u00a0: %(names)s.", len(codes)),
        "language": ngettext("Langue commune\u00a0: %(names)s.", "Langues communes\u00a0: %(names)s.", len(codes)),
    }
    return [str(capfirst(words[what] % {"names": _told(codes, labels)}))]


def _told(codes: Iterable[str], labels: Mapping[str, object]) -> str:
    return ", ".join(sorted(str(labels.get(code, code)) for code in codes))
