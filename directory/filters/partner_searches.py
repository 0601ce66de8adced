"""The search of announcements: each parameter one QuerySet word."""

from django.utils.translation import gettext_lazy

from directory.enums import IdentityTag, Language, PopulationBand, SearchKind, SearchSort
from directory.models import PartnerSearch
from directory.models.partner_search import PartnerSearchQuerySet

from .base import Search
from .fields import CountriesFilter, TextFilter, ThemesFilter, ValuesFilter


class PartnerSearchFilter(Search):
    """The search of `/recherche-partenaires/`."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    objet = ValuesFilter("of_kinds", values=SearchKind.values, label=gettext_lazy("Objet"))
    pays = CountriesFilter()
    theme = ThemesFilter()
    taille = ValuesFilter("with_sizes", values=PopulationBand.values, label=gettext_lazy("Taille souhaitée"))
    identite = ValuesFilter("with_identity", values=IdentityTag.values, label=gettext_lazy("Identité du territoire"))
    langue = ValuesFilter("with_languages", values=Language.values, label=gettext_lazy("Langue de travail"))

    FACETS = ("objet", "pays", "theme", "taille", "identite", "langue")
    SORTS = SearchSort

    class Meta:
        model = PartnerSearch
        fields: list[str] = []

    def sorted(self) -> PartnerSearchQuerySet:
        """The answers in the order asked for."""
        found: PartnerSearchQuerySet = self.qs
        return found.by_deadline() if self.sort == SearchSort.DEADLINE else found.latest_published()
