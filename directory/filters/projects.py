"""The search of projects: each parameter one QuerySet word."""

from django.utils.translation import gettext_lazy

from directory.enums import ProjectSort, ProjectStatus
from directory.models import Project
from directory.models.project import ProjectQuerySet

from .base import Search
from .fields import CodesFilter, CountriesFilter, TextFilter, ThemesFilter, ValuesFilter


class ProjectFilter(Search):
    """The search of `/projets/`."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    pays = CountriesFilter()
    theme = ThemesFilter()
    statut = ValuesFilter("with_statuses", values=ProjectStatus.values, label=gettext_lazy("Avancement"))
    departement = CodesFilter("in_departements", shape=r"\d{2,3}|2[AB]", label=gettext_lazy("Département"))

    FACETS = ("pays", "theme", "statut", "departement")
    SORTS = ProjectSort

    class Meta:
        model = Project
        fields: list[str] = []

    def sorted(self) -> ProjectQuerySet:
        """The answers in the order asked for; without a text, « pertinence » means the newest first."""
        if self.sort == ProjectSort.NAME:
            return self.qs.by_name()
        if self.sort == ProjectSort.BUDGET:
            return self.qs.by_budget()
        if self.sort == ProjectSort.RECENT or not self.text:
            return self.qs.newest_first()
        return self.qs.ranked(self.text)
