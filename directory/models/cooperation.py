"""The words of actors about their links abroad, read from the columns that services.links keeps."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value

from directory.enums import Nature
from directory.geography import EUROPE

if TYPE_CHECKING:
    from .actor import Actor

EUROPE_CODE = "EUROPE"  # the filter « toute l’Europe », among the codes of countries


def countries_of(codes: list[str]) -> list[str]:
    """The country codes that a filter asks for: « EUROPE » stands for all of them."""
    wanted = set(codes) - {EUROPE_CODE}
    return sorted(wanted | EUROPE if EUROPE_CODE in codes else wanted)


def codes_array(codes: list[str], length: int) -> Value:
    """Codes as an array of the columns' own type: PostgreSQL would take them for texts, and leave the index aside."""
    return Value(codes, output_field=ArrayField(models.CharField(max_length=length)))


class CooperationQuerySet(models.QuerySet):
    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """Cooperates with one of these countries, or lies there (another country than France)."""
        countries = countries_of(codes)
        abroad = [code for code in countries if code != "FR"]
        return Q(jumelage_count__gt=0, cooperation_countries__overlap=countries) | Q(country__in=abroad)

    def with_countries(self, codes: list[str]) -> Self:
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        """Has a jumelage on one of these themes."""
        return Q(jumelage_count__gt=0, cooperation_themes__overlap=codes)

    def with_themes(self, codes: list[str]) -> Self:
        return self.filter(self.with_themes_q(codes))

    def foreign_authorities_of(self, countries: Iterable[str]) -> Self:
        """The towns, provinces… of these countries, those that another one absorbed included."""
        return self.filter(nature=Nature.ETRANGERE, country__in=list(countries))

    def cooperating(self) -> Self:
        """Those with at least one published jumelage."""
        return self.filter(jumelage_count__gt=0)

    def members_of_network(self, network: "Actor") -> Self:
        return self.filter(network=network.pk)

    def sharing_with(self, actor: "Actor") -> Self:
        """Others that share a country, a theme or a partner of `actor`, through published jumelages."""
        from .jumelage import Jumelage  # it points to actors

        own_partners = Jumelage.objects.published().led_by(actor).values("partner")
        common = Jumelage.objects.published().filter(collectivite=OuterRef("pk"), partner__in=own_partners)
        shares = Q(cooperation_countries__overlap=actor.cooperation_countries)
        shares |= Q(cooperation_themes__overlap=actor.cooperation_themes)
        return self.cooperating().exclude(pk=actor.pk).filter(shares | Q(Exists(common)))
