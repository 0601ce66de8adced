"""The words of jumelages that staff follows: flagged, celebrated, relaunched, written about; and what a line of theirs shows."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat

from directory.enums import Vitality
from soco.mailing.models import Message

if TYPE_CHECKING:
    from .follow_up import RelaunchQuerySet

LINE_FIELDS = (
    *("kind", "slug", "title", "year_signed", "year_started", "vitality", "to_verify", "last_action_on", "last_action"),
    *("verified_at", "is_published", "is_demo", "provenance", "carrier", "agreement_ends_on", "agreement_renewal_on"),
    *("collectivite__name", "collectivite__slug", "collectivite__code", "collectivite__nature"),
    *("collectivite__legal_form", "collectivite__email", "collectivite__is_demo", "collectivite__departement__name"),
    *("partner__name", "partner__slug", "partner__country__name"),
)


class FollowUpQuerySet(models.QuerySet):
    def unflagged(self) -> Self:
        return self.filter(to_verify=False)

    def shown(self) -> Self:
        """Not hidden themselves: a condition on this table alone, for a statement that other writers may hold up."""
        return self.filter(is_published=True)

    def led_by_any(self, actors: Any) -> Self:
        """Those whose leading collectivité is one of these ids (or one that a queryset of ids gives)."""
        return self.filter(collectivite__in=actors)

    def dated(self) -> Self:
        """Whose year is known, signed or started."""
        return self.filter(Q(year_signed__isnull=False) | Q(year_started__isnull=False))

    def with_agreement(self) -> Self:
        return self.filter(agreement_ends_on__isnull=False)

    def being_relaunched(self) -> Self:
        """With a relaunch under way."""
        return self.filter(Exists(_relaunches().filter(jumelage=OuterRef("pk"))))

    def needing_care(self) -> Self:
        """Running, and to be verified or under relaunch: what their own people are told of."""
        is_open = Q(Exists(_relaunches().filter(jumelage=OuterRef("pk"))))
        return self.exclude(vitality=Vitality.ENDED).filter(Q(to_verify=True) | is_open)

    def without_mail(self, kind: str, since: datetime) -> Self:
        """About which no mail of this kind was asked for since that moment."""
        about = Concat(Value("jumelage:"), Cast(OuterRef("pk"), TextField()), output_field=TextField())
        return self.exclude(Exists(Message.objects.of_kind(kind).filter(about=about, created_at__gte=since)))

    def flagged_since(self) -> dict[str, Any]:
        """How many are here, and the ISO moment at which the first was flagged, or brought by a file."""
        said = Coalesce(KeyTextTransform("at", KeyTextTransform("to_verify", "provenance")), _whole_row_at())
        return self.aggregate(count=models.Count("pk"), since=models.Min(said))

    def partner_countries(self) -> list[tuple[str, str]]:
        """The countries of their partners, (ISO code, French name) by name."""
        found = self.order_by("partner__country__name").values_list("partner__country", "partner__country__name")
        return list(found.distinct())

    def told_years(self) -> Self:
        """The year of each, signed or else started; None where nobody told."""
        return self.order_by("pk").values_list(Coalesce("year_signed", "year_started"), flat=True)

    def agreement_ends(self) -> Self:
        """The day on which the agreement of each ends."""
        return self.order_by("pk").values_list("agreement_ends_on", flat=True)

    def by_anniversary(self, first: Iterable[int]) -> Self:
        """Those whose year (signed, else started) is one of `first` before the others; then the oldest."""
        told = self.alias(told_year=Coalesce("year_signed", "year_started"))
        is_first = Case(When(Q(told_year__in=list(first)), then=0), default=1)
        return told.order_by(is_first, "told_year", "pk")

    def by_silence(self) -> Self:
        """Those of which nothing is known first, then the longest silent."""
        return self.order_by(F("last_action_on").asc(nulls_first=True), "collectivite__name_key", "pk")

    def by_relaunch(self) -> Self:
        """The oldest open relaunch first."""
        began = _relaunches().filter(jumelage=OuterRef("pk")).values("started_at")[:1]
        return self.alias(began=Subquery(began)).order_by("began", "pk")

    def for_follow_up(self) -> Self:
        """What a line shows, in two queries: the pair, whom to write to, the open relaunch."""
        pair = self.select_related("collectivite__departement", "partner__country").only(*LINE_FIELDS)
        return pair.prefetch_related(models.Prefetch("relaunches", _relaunches(), to_attr="open_relaunches"))


def _relaunches() -> "RelaunchQuerySet":
    from .follow_up import Relaunch  # it points to jumelages

    return Relaunch.objects.open()


def _whole_row_at() -> KeyTextTransform:
    return KeyTextTransform("at", KeyTextTransform("*", "provenance"))
