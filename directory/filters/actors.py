"""The search of actors: each parameter one QuerySet word."""

from django.utils.translation import gettext_lazy

from directory.enums import Freshness, Nature, PopulationBand, Sort
from directory.models import Actor, ActorQuerySet

from .base import Search
from .fields import CodesFilter, CountriesFilter, TextFilter, ThemesFilter, ValuesFilter


class ActorFilter(Search):
    """The répertoire's search, from the address parameters of docs/architecture.md."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    nature = ValuesFilter("of_nature", values=Nature.values, label=gettext_lazy("Nature"))
    departement = CodesFilter("in_departements", shape=r"\d{2,3}|2[AB]", label=gettext_lazy("Département"))
    epci = CodesFilter("in_epci", shape=r"\d{9}", label=gettext_lazy("Intercommunalité"))
    population = ValuesFilter("in_population_bands", values=PopulationBand.values, label=gettext_lazy("Population"))
    fraicheur = ValuesFilter("with_freshness", values=Freshness.values, label=gettext_lazy("Dernière confirmation"))
    pays = CountriesFilter()
    theme = ThemesFilter()

    FACETS = ("nature", "departement", "epci", "pays", "theme", "population", "fraicheur")
    SORTS = Sort

    class Meta:
        model = Actor
        fields: list[str] = []

    @property
    def countries(self) -> list[str]:
        """The countries that were asked for: cards tell them first."""
        return self.chosen.get("pays", [])

    def sorted(self) -> ActorQuerySet:
        """The answers in the order asked for; without a text, « pertinence » means the most populated first."""
        if self.sort == Sort.NAME:
            return self.qs.by_name()
        if self.sort == Sort.RECENT:
            return self.qs.by_confirmation()
        if self.sort == Sort.POPULATION or not self.text:
            return self.qs.by_population()
        return self.qs.ranked(self.text, self.close)
