"""The search of jumelages: each parameter one QuerySet word."""

from django.utils.translation import gettext_lazy

from directory.enums import Freshness, JumelageKind, JumelageSort, Vitality
from directory.models import Jumelage, JumelageQuerySet
from directory.models.jumelage import UNKNOWN

from .base import Search
from .fields import CodesFilter, CountriesFilter, FlagFilter, TextFilter, ThemesFilter, ValuesFilter


class JumelageFilter(Search):
    """The search of `/jumelages/`."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    type = ValuesFilter("of_kinds", values=JumelageKind.values, label=gettext_lazy("Type de lien"))
    pays = CountriesFilter()
    theme = ThemesFilter()
    vitalite = ValuesFilter("with_vitality", values=[*Vitality.values, UNKNOWN], label=gettext_lazy("Vitalité"))
    departement = CodesFilter("in_departements", shape=r"\d{2,3}|2[AB]", label=gettext_lazy("Département"))
    epci = CodesFilter("in_epci", shape=r"\d{9}", label=gettext_lazy("Intercommunalité"))
    fraicheur = ValuesFilter("with_freshness", values=Freshness.values, label=gettext_lazy("Dernière confirmation"))
    verifier = FlagFilter("to_verify", label=gettext_lazy("À vérifier"))

    FACETS = ("pays", "type", "vitalite", "theme", "departement", "epci", "fraicheur", "verifier")
    SORTS = JumelageSort

    class Meta:
        model = Jumelage
        fields: list[str] = []

    def sorted(self) -> JumelageQuerySet:
        """The answers in the order asked for; « pertinence » means the most populated collectivités first."""
        if self.sort == JumelageSort.NAME:
            return self.qs.by_name()
        if self.sort == JumelageSort.YEAR:
            return self.qs.by_year()
        if self.sort == JumelageSort.RECENT:
            return self.qs.by_last_action()
        return self.qs.by_size()
