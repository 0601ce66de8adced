"""The words of the coverage board: which collectivités are counted, where, and whom the network met for the first time."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from directory.enums import Nature, PopulationBand
from directory.models import Actor
from directory.models.actor import ActorQuerySet
from directory.models.expressions import SearchKey
from outreach.enums import MEETING

from .contact import ContactFact, ContactFactQuerySet
from .planning import CoverageTarget

EVERYWHERE = "all"  # the portal of the whole of France
LINE_FIELDS = (
    *("name", "slug", "nature", "code", "legal_form", "population", "contact_state", "paused_until", "last_met_on"),
    *("departement__name", "departement__code", "epci__name", "epci__code", "country"),
)


class CoverageQuerySet(ActorQuerySet):
    """Collectivités, as the board counts them: each once, in one département and one intercommunalité."""

    # --- which collectivités -----------------------------------------------------------------------------------------
    def of_region(self, region: str) -> "CoverageQuerySet":
        """The collectivités that exist today in this région; « all »: everywhere."""
        existing = self.existing().collectivites()
        return existing if region == EVERYWHERE else existing.filter(region_codes__contains=[region])

    @staticmethod
    def counted_in_q(departement: str, prefix: str = "") -> Q:
        """Is counted in this département: it is the département itself, or its seat lies there."""
        itself = Q(**{f"{prefix}nature": Nature.DEPARTEMENT, f"{prefix}code": departement})
        return Q(**{f"{prefix}departement__code": departement}) | itself

    def counted_in(self, departement: str) -> "CoverageQuerySet":
        return self.filter(self.counted_in_q(departement))

    def in_states(self, states: list[str]) -> "CoverageQuerySet":
        return self.filter(contact_state__in=states)

    def met(self) -> "CoverageQuerySet":
        """Met at least once, whatever their state is today."""
        return self.filter(last_met_on__isnull=False)

    def not_met(self) -> "CoverageQuerySet":
        """Never met, whatever their state is today."""
        return self.filter(last_met_on__isnull=True)

    def naming(self, text: str) -> "CoverageQuerySet":
        """Whose name holds these words (accents aside), or whose code or SIREN this is."""
        key = SearchKey(Value(text))
        return self.filter(Q(name_key__contains=key) | Q(code__iexact=text) | Q(siren=text))

    def blank(self) -> "CoverageQuerySet":
        """Intercommunalités and départements where nobody was ever met: neither itself nor any of those counted in it."""
        met = Actor.objects.existing().filter(last_met_on__isnull=False)
        around = Exists(met.filter(epci=OuterRef("pk"))) | Exists(met.filter(departement=OuterRef("pk")))
        return self.of_nature([Nature.EPCI, Nature.DEPARTEMENT]).not_met().filter(~around)

    def departements(self) -> "CoverageQuerySet":
        return self.of_nature([Nature.DEPARTEMENT]).by_name()

    def epcis_of(self, departement: str) -> "CoverageQuerySet":
        """The intercommunalités whose seat is in this département."""
        return self.of_nature([Nature.EPCI]).counted_in(departement).by_name()

    # --- order and loading plans -------------------------------------------------------------------------------------
    def largest_first(self) -> "CoverageQuerySet":
        return self.order_by(F("population").desc(nulls_last=True), "name_key", "pk")

    def for_line(self) -> "CoverageQuerySet":
        """What a line of the list shows, in one query."""
        return self.select_related("departement", "epci").only(*LINE_FIELDS)

    # --- counts ------------------------------------------------------------------------------------------------------
    def _marked(self) -> "CoverageQuerySet":
        is_met = Case(When(last_met_on__isnull=False, then=Value(True)), default=Value(False))
        return self.order_by().alias(is_met=is_met)

    def cells(self) -> list[dict[str, Any]]:
        """How many there are of each nature, band, département, state, met or not: one GROUP BY for the whole board."""
        bands = [
            When(**({"population__lt": high} if high else {"population__gte": low}), then=Value(band.value))
            for band, (low, high) in ((band, band.bounds) for band in PopulationBand)
        ]
        where = Case(
            When(nature=Nature.DEPARTEMENT, then=F("code")), default=Coalesce(F("departement__code"), Value(""))
        )
        rows = self._marked().annotate(
            band=Case(*bands, default=Value(""), output_field=models.CharField()), where=where, met=F("is_met")
        )
        found = rows.values("nature", "contact_state", "where", "band", "met").annotate(
            count=Count("pk"), people=Sum("population")
        )
        return list(found)

    def cells_by_epci(self) -> list[dict[str, Any]]:
        """How many there are in each intercommunalité (itself with its communes), by state, met or not."""
        group = Case(When(nature=Nature.EPCI, then=F("pk")), default=F("epci_id"))
        rows = self._marked().annotate(group=group, met=F("is_met")).filter(group__isnull=False)
        return list(rows.values("group", "contact_state", "met").annotate(count=Count("pk")))


def collectivites(region: str) -> CoverageQuerySet:
    """Those that the board of a région counts."""
    return CoverageQuerySet(Actor).of_region(region)


def first_meetings(day: date, actors: Any = None) -> ContactFactQuerySet:
    """The first fact, for each of these actors (a queryset; None: all), that shows that the network met it by that day."""
    met = ContactFact.objects.of_kinds(MEETING).filter(on__lte=day)
    firsts = met.order_by("actor_id", "on", "pk").distinct("actor_id").values("pk")
    facts = ContactFact.objects.filter(pk__in=firsts)
    return facts if actors is None else facts.filter(actor__in=actors.order_by().values("pk"))


def by_month(facts: ContactFactQuerySet, since: date) -> dict[date, int]:
    """How many facts each month holds, since a day: first day of the month → count."""
    rows = facts.filter(on__gte=since).order_by().annotate(month=TruncMonth("on")).values("month")
    return {row["month"]: row["count"] for row in rows.annotate(count=Count("pk"))}


def met_when_set(facts: ContactFactQuerySet, targets: list[CoverageTarget]) -> dict[int, int]:
    """How many were met already on the day each target was set: pk of the target → count. One query for all."""
    counts = {}
    for target in targets:
        condition = Q(on__lte=timezone.localdate(target.set_at))
        if target.departement:
            condition &= CoverageQuerySet.counted_in_q(target.departement, "actor__")
        counts[f"target_{target.pk}"] = Count("pk", filter=condition)
    found = facts.aggregate(**counts) if counts else {}
    return {target.pk: found[f"target_{target.pk}"] for target in targets}
