"""The country that a line names, by ISO code or by a name, French or English."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from django.utils.translation import gettext as _

from .names import CLOSE_SEARCHES, MOST_CANDIDATES, NotMatched, bare, fold

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
        self.close_searches = CLOSE_SEARCHES
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
        close = self._resembling(bare(fold(text))) if len(text) > 3 else []
        raise NotMatched(
            _("Le pays « %(text)s » n’est pas connu\u00a0: écrivez son nom, ou son code ISO.") % {"text": text},
            dict.fromkeys(self.names[self.keys[key]] for key in close),
        )

    def _resembling(self, key: str) -> list[str]:
        if self.close_searches <= 0:
            return []
        self.close_searches -= 1
        return get_close_matches(key, self.keys, MOST_CANDIDATES, 0.75)

    @lru_cache(maxsize=4096)  # noqa: B019 - one object an import
    def _meant(self, text: str) -> str:
        return self.codes.get(text.strip().upper(), "") or self.keys.get(bare(fold(text)), "")
