"""The words of jumelages: which, in what order, with what beside them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value

from directory.enums import Vitality
from directory.search import SearchText

from .actor import Actor
from .cooperation import countries_of
from .expressions import SearchQueryText
from .follow_up_words import FollowUpQuerySet
from .sourced import SourcedQuerySet
from .text_search import CloseName

UNKNOWN = "inconnue"  # the state that nobody told, in addresses
HEAVY = ("search_document", "search_terms", "partner_terms", "former_keys")  # columns of an actor that no page reads
CARD_FIELDS = (
    *("kind", "slug", "title", "year_signed", "year_started", "vitality", "to_verify", "last_action_on", "theme_codes"),
    *("verified_at", "is_demo", "collectivite", "partner", "provenance"),
    *(f"collectivite__{name}" for name in ("name", "slug", "nature", "legal_form", "latitude", "longitude")),
    *(f"partner__{name}" for name in ("name", "slug", "nature", "legal_form", "latitude", "longitude", "country")),
    "partner__country__name",
)

EXPORT_FIELDS = (
    *(
        "kind",
        "slug",
        "title",
        "year_signed",
        "year_started",
        "ended_on",
        "vitality",
        "vitality_on",
        "to_verify",
        "carrier",
    ),
    *("last_action_on", "last_action", "theme_codes", "other_themes", "sdgs", "objectives", "context", "history"),
    *(
        "legal_base",
        "agreement_ends_on",
        "agreement_renewal_on",
        "atlas_reference",
        "verified_at",
        "provenance",
        "is_demo",
    ),
    *(f"{side}__{name}" for side in ("collectivite", "partner") for name in ("nature", "code", "name", "latitude")),
    *("collectivite__longitude", "collectivite__departement__code", "partner__longitude", "partner__country__name"),
)


class JumelageQuerySet(FollowUpQuerySet, SourcedQuerySet):
    # --- which jumelages ----------------------------------------------------------------------------------------------
    @staticmethod
    def published_q() -> Q:
        """A jumelage is published if staff hid neither it nor one of its leading pair."""
        return Q(is_published=True, collectivite__is_published=True, partner__is_published=True)

    def published(self) -> "JumelageQuerySet":
        return self.filter(self.published_q())

    def open_data(self) -> "JumelageQuerySet":
        """Those given away as open data: published, and neither they nor one of their pair fictitious."""
        return self.published().real().filter(collectivite__is_demo=False, partner__is_demo=False)

    def led_by(self, actor: Actor) -> "JumelageQuerySet":
        """Those whose leading collectivité is this one."""
        return self.filter(collectivite=actor.pk)

    def of_actor(self, actor: Actor) -> "JumelageQuerySet":
        """Those in which an actor takes part, in the leading pair or beside it."""
        through: Any = self.model._meta.get_field("actors").remote_field.through  # type: ignore[union-attr]
        beside = through.objects.filter(jumelage=OuterRef("pk"), actor=actor.pk)
        return self.filter(Q(collectivite=actor.pk) | Q(partner=actor.pk) | Q(Exists(beside)))

    def of_pair(self, one: int, other: int) -> "JumelageQuerySet":
        """Those between two actors, whichever leads."""
        return self.filter(Q(collectivite=one, partner=other) | Q(collectivite=other, partner=one))

    def in_pair_of(self, actor: int) -> "JumelageQuerySet":
        """Those of whose leading pair an actor is one side."""
        return self.filter(Q(collectivite=actor) | Q(partner=actor))

    def standing(self) -> "JumelageQuerySet":
        """Not merged into another."""
        return self.filter(successor__isnull=True)

    def of_succeeded(self, pks: list[int]) -> "JumelageQuerySet":
        """Those led, on either side, by one of these actors that another one succeeded."""
        gone = Q(collectivite__in=pks, collectivite__successor__isnull=False)
        gone |= Q(partner__in=pks, partner__successor__isnull=False)
        rows = self.filter(gone).standing()  # one merged into another stays with the fiche that went
        return rows.select_related("collectivite__successor", "partner__successor").order_by("pk")

    def of_any(self, actors: Iterable[int]) -> "JumelageQuerySet":
        """Those in whose leading pair one of these actors is."""
        ids = list(actors)
        return self.filter(Q(collectivite__in=ids) | Q(partner__in=ids)).order_by("pk")

    def running(self) -> "JumelageQuerySet":
        """Not known to be over."""
        return self.exclude(vitality=Vitality.ENDED)

    def told_with_fiches(self) -> "JumelageQuerySet":
        """Those that a collectivité confirms with its own fiche, which it leads: published, both sides too, and not over."""
        return self.published().running()

    def told_with(self, actor: Actor) -> "JumelageQuerySet":
        """Those that « Tout est exact », said of the fiche of this actor, confirms with it."""
        return self.told_with_fiches().led_by(actor)

    def to_verify(self) -> "JumelageQuerySet":
        """Flagged: nobody has told of an action for long, or an import brought it."""
        return self.filter(to_verify=True)

    def shared_partners(self, actor: Actor, others: list[int]) -> Any:
        """(collectivité, name of a partner that `actor` has too), for these collectivités."""
        own = JumelageQuerySet(self.model).published().led_by(actor).values("partner")
        rows = self.filter(collectivite__in=others, partner__in=own).order_by("partner__name_key", "pk")
        return rows.values_list("collectivite_id", "partner__name").distinct()

    def counted_by_vitality(self) -> dict[str, int]:
        return dict(self.order_by().values_list("vitality").annotate(count=models.Count("pk")))

    def counted_by_country(self) -> list[tuple[str, int, int]]:
        """(country code, jumelages, collectivités that lead one), the most twinned first."""
        counted = (
            self.order_by()
            .values_list("partner__country")
            .annotate(jumelages=models.Count("pk"), collectivites=models.Count("collectivite", distinct=True))
        )
        return list(counted.order_by("-jumelages", "partner__country"))

    def counted_by_theme(self) -> dict[str, int]:
        """How many on each theme."""
        codes = self.order_by().annotate(code=models.Func("theme_codes", function="unnest")).values_list("code")
        return dict(codes.annotate(count=models.Count("pk")))

    def sizes(self) -> dict[str, int]:
        """How many jumelages, collectivités that lead one, partners."""
        return self.aggregate(
            jumelages=models.Count("pk"),
            collectivites=models.Count("collectivite", distinct=True),
            partners=models.Count("partner", distinct=True),
        )

    # --- filters, one word each ---------------------------------------------------------------------------------------
    @staticmethod
    def of_kinds_q(kinds: list[str]) -> Q:
        return Q(kind__in=kinds)

    def of_kinds(self, kinds: list[str]) -> "JumelageQuerySet":
        return self.filter(self.of_kinds_q(kinds))

    @staticmethod
    def with_vitality_q(states: list[str]) -> Q:
        """In one of these states; « inconnue » is the jumelage whose state nobody told."""
        return Q(vitality__in=["" if state == UNKNOWN else state for state in states])

    def with_vitality(self, states: list[str]) -> "JumelageQuerySet":
        return self.filter(self.with_vitality_q(states))

    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """Whose partner lies in one of these countries; « europe » is all of Europe but France."""
        return Q(partner__country__in=countries_of(codes))

    def with_countries(self, codes: list[str]) -> "JumelageQuerySet":
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        return Q(theme_codes__overlap=codes)

    def with_themes(self, codes: list[str]) -> "JumelageQuerySet":
        return self.filter(self.with_themes_q(codes))

    @staticmethod
    def in_departements_q(codes: list[str]) -> Q:
        """Whose collectivité lies at least partly in one of these départements."""
        return Q(collectivite__departement_codes__overlap=codes)

    def in_departements(self, codes: list[str]) -> "JumelageQuerySet":
        return self.filter(self.in_departements_q(codes))

    @staticmethod
    def in_epci_q(sirens: list[str]) -> Q:
        """Whose collectivité is one of these intercommunalités, or belongs to one."""
        return Q(collectivite__in=Actor.objects.in_epci(sirens).values("pk"))

    def in_epci(self, sirens: list[str]) -> "JumelageQuerySet":
        return self.filter(self.in_epci_q(sirens))

    def answering(self, text: SearchText, close: list[CloseName]) -> "JumelageQuerySet":
        """Whose words (both names, country, title) hold those typed, or one of whose pair has nearly that name."""
        if not text:
            return self.none()
        near = [name.pk for name in close]
        words = Q(search_document=SearchQueryText(Value(text.words)))
        return self.filter(words | Q(collectivite__in=near) | Q(partner__in=near))

    # --- the clock ----------------------------------------------------------------------------------------------------
    def silent_since(self, day: date) -> "JumelageQuerySet":
        """Running, and with no action known on that day or later (a year signed that is as recent counts as one)."""
        recent = Q(last_action_on__gte=day) | Q(year_started__gt=day.year) | Q(year_signed__gt=day.year)
        confirmed = Q(verified_at__date__gte=day)
        return self.running().exclude(recent).exclude(confirmed)

    def agreement_ending(self, since: date, until: date) -> "JumelageQuerySet":
        """Running, and whose agreement ends between these days, both included."""
        return self.running().filter(agreement_ends_on__range=(since, until)).order_by("agreement_ends_on", "pk")

    def started_in(self, years: list[int]) -> "JumelageQuerySet":
        """Running, whose year (signed, else started) is one of these."""
        return self.running().filter(Q(year_signed__in=years) | Q(year_signed__isnull=True, year_started__in=years))

    def ends(self) -> Any:
        """(id, latitude and longitude of the collectivité, of the partner) of those whose two sides are located."""
        places = [f"{side}__{name}" for side in ("collectivite", "partner") for name in ("latitude", "longitude")]
        return self.filter(collectivite__latitude__isnull=False, partner__latitude__isnull=False).values_list(
            "pk", *places
        )

    # --- order and loading plans --------------------------------------------------------------------------------------
    def by_name(self) -> "JumelageQuerySet":
        return self.order_by("collectivite__name_key", "partner__name_key", "pk")

    def by_partner(self) -> "JumelageQuerySet":
        """In the order of the partners' countries, then names; those that are over last."""
        is_over = models.Case(models.When(vitality=Vitality.ENDED, then=1), default=0)
        return self.order_by(is_over, "partner__country__name", "partner__name_key", "collectivite__name_key", "pk")

    def by_year(self) -> "JumelageQuerySet":
        """The oldest first; those without a year last."""
        return self.order_by(F("year_signed").asc(nulls_last=True), F("year_started").asc(nulls_last=True), "pk")

    def by_last_action(self) -> "JumelageQuerySet":
        return self.order_by(F("last_action_on").desc(nulls_last=True), "pk")

    def by_size(self) -> "JumelageQuerySet":
        """Those of the most populated collectivités first."""
        return self.order_by(F("collectivite__population").desc(nulls_last=True), "collectivite_id", "pk")

    def for_card(self) -> "JumelageQuerySet":
        """What a card shows, in one query."""
        return self.select_related("collectivite", "partner__country").only(*CARD_FIELDS)

    def for_sheet(self) -> "JumelageQuerySet":
        """What the printed sheet of an actor says of each, in one query."""
        return self.for_card().only(*CARD_FIELDS, "last_action", "sdgs")

    def for_page(self) -> "JumelageQuerySet":
        """What the page of a jumelage shows of itself, in one query."""
        return self.select_related(
            "collectivite__departement", "collectivite__epci", "partner__country", "successor"
        ).defer(*(f"{side}__{name}" for side in ("collectivite", "partner") for name in HEAVY))

    def for_comparison(self) -> "JumelageQuerySet":
        """All that two jumelages are compared by, in one query."""
        sides = [f"{side}__{name}" for side in ("collectivite", "partner") for name in HEAVY]
        return self.select_related("collectivite", "partner__country").defer("search_document", *sides)

    def for_export(self) -> "JumelageQuerySet":
        """What a line of an export holds, in one query."""
        return self.select_related("collectivite__departement", "partner__country").only(*EXPORT_FIELDS)
