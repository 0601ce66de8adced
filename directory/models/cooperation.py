"""The words of actors about their links abroad, read from the columns that services.links keeps."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from directory.enums import COLLECTIVITE_NATURES, Nature
from directory.geography import EUROPE, bounding_box

from .expressions import InBox

if TYPE_CHECKING:
    from .actor import Actor
    from .partner_search import PartnerSearch

NO_DISTANCE = Value(None, output_field=models.FloatField())
MOST_SPOTS = 400  # on a small map; more would weigh on the page and say no more
EUROPE_CODE = "europe"  # the filter « toute l’Europe », among the codes of countries


def countries_of(codes: list[str]) -> list[str]:
    """The country codes that a filter asks for: « europe » stands for all of them."""
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

    def countries(self) -> list[tuple[str, str]]:
        """(code, name) of the countries where some of these actors lie, by name."""
        rows = self.order_by("country__name").values_list("country", "country__name").distinct()
        return list(rows)

    def foreign_authorities_of(self, countries: Iterable[str]) -> Self:
        """The towns, provinces… of these countries, those that another one absorbed included."""
        return self.filter(nature=Nature.ETRANGERE, country__in=list(countries))

    def cooperating(self) -> Self:
        """Those with at least one published jumelage."""
        return self.filter(jumelage_count__gt=0)

    def leading(self, jumelages: models.QuerySet) -> Self:
        """The collectivités that lead one of these jumelages."""
        return self.filter(pk__in=jumelages.order_by().values("collectivite"))

    def abroad_in(self, code: str) -> Self:
        """Those of a country, or of « europe »."""
        return self.filter(country__in=countries_of([code]))

    def by_links(self) -> Self:
        """Those with the most jumelages first."""
        return self.order_by("-jumelage_count", "name_key", "pk")

    def for_spots(self) -> Self:
        """What a dot on a map needs, at most one for each of the région's communes."""
        return self.filter(latitude__isnull=False).only("latitude", "longitude").order_by("pk")[:MOST_SPOTS]

    def heads_of_network(self) -> Self:
        """The networks that others may be members of, those that ended left aside."""
        return self.filter(nature=Nature.RESEAU, valid_until__isnull=True)

    def members_of_network(self, network: "Actor") -> Self:
        return self.filter(network=network.pk)

    def around(self, actor: "Actor", *, km: float, codes: list[str]) -> Self:
        """Of the same EPCI, with one of these INSEE codes (communes that touch it), or at most `km` kilometres away, the
        nearest first, with their `distance` in kilometres (None for those without coordinates)."""
        near = Q(nature=Nature.COMMUNE, code__in=codes) if codes else Q()
        if actor.nature == Nature.EPCI:
            near |= Q(epci=actor.pk)
        elif actor.epci_id:
            near |= Q(epci=actor.epci_id) | Q(pk=actor.epci_id)
        if not actor.is_located:
            return self.filter(near or Q(pk=None)).annotate(distance=NO_DISTANCE).order_by("name_key", "pk")
        box = bounding_box(actor.latitude, actor.longitude, km)
        rows = self.with_distance_from(actor.latitude, actor.longitude)
        in_reach = Q(InBox(F("longitude"), F("latitude"), *box)) & Q(distance__lte=km)
        return rows.filter(near | in_reach).order_by(F("distance").asc(nulls_last=True), "pk")

    def for_neighbours(self) -> Self:
        """What the block of neighbours shows of each."""
        own = ("name", "slug", "nature", "legal_form", "code", "epci", "population")
        return self.only(*own, "cooperation_countries", "cooperation_themes")

    def may_answer(self, search: "PartnerSearch") -> Self:
        """Local authorities of a country that an announcement takes, with which it has something in common and its author no
        jumelage yet; those that share the most with it first."""
        author, wanted = search.actor, search.country_codes
        here = Q(country__in=wanted) if wanted else ~Q(country=author.country_id)
        twinned = Q(jumelage_count__gt=0)
        grounds = [twinned & Q(cooperation_countries__contains=codes_array([author.country_id], 2))]
        if search.identity_tags:
            grounds.append(Q(identity_tags__overlap=codes_array(search.identity_tags, 20)))
        if search.theme_codes:
            grounds.append(twinned & Q(cooperation_themes__overlap=codes_array(search.theme_codes, 40)))
        common: Any = sum(
            (Case(When(ground, then=1), default=0, output_field=models.IntegerField()) for ground in grounds), Value(0)
        )
        if wanted:
            grounds.append(Q(nature=Nature.ETRANGERE))
        natures = Q(nature__in=[*COLLECTIVITE_NATURES, Nature.ETRANGERE])
        found = (
            self.filter(here, natures, reduce(or_, grounds)).exclude(pk=author.pk).exclude(self._twinned_with(author))
        )
        return found.alias(common=common).order_by("-common", "-jumelage_count", "name_key", "pk")

    def suiting_group(self, countries: list[str], themes: list[str]) -> Self:
        """Of France, with a published jumelage with one of these countries; on one of these themes if there are none."""
        twinned = self.cooperating().filter(country="FR")
        if countries:
            return twinned.filter(cooperation_countries__overlap=codes_array(countries, 2))
        return twinned.filter(cooperation_themes__overlap=codes_array(themes, 40))

    @staticmethod
    def _twinned_with(actor: "Actor") -> Q:
        from .jumelage import Jumelage  # it points to actors

        led = Jumelage.objects.filter(collectivite=OuterRef("pk"), partner=actor.pk)
        joined = Jumelage.objects.filter(partner=OuterRef("pk"), collectivite=actor.pk)
        return Q(Exists(led)) | Q(Exists(joined))

    def sharing_with(self, actor: "Actor") -> Self:
        """Others that share a country, a theme or a partner of `actor`, through published jumelages."""
        from .jumelage import Jumelage  # it points to actors

        own_partners = Jumelage.objects.published().led_by(actor).values("partner")
        common = Jumelage.objects.published().filter(collectivite=OuterRef("pk"), partner__in=own_partners)
        shares = Q(cooperation_countries__overlap=codes_array(actor.cooperation_countries, 2))
        shares |= Q(cooperation_themes__overlap=codes_array(actor.cooperation_themes, 40))
        return self.cooperating().exclude(pk=actor.pk).filter(shares | Q(Exists(common)))
