"""The words of actors in the yearly question: whose facts are old (the fiche's, its jumelages'), and who is asked first."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from .sourced import SourcedQuerySet

NEVER = Value(datetime(1970, 1, 1, tzinfo=UTC))  # before any confirmation: what nobody confirmed sorts first


def stale_before(day: date) -> datetime:
    """What nobody confirmed since this moment is to be asked about on `day`.

    A midnight, so that a question finds the same facts old at the hour it is asked and each time it is read again.
    """
    months = timedelta(days=round(settings.DIRECTORY_CONFIRMATION_MONTHS * 365 / 12))
    return timezone.make_aware(datetime.combine(day - months, time.min))


class CampaignQuerySet(SourcedQuerySet):
    def with_stale_facts(self, confirmed_before: datetime, *, known_on: date | None = None) -> Self:
        """Those whose fiche, or one of the jumelages confirmed with it, nobody confirmed since a moment.

        `known_on`: only the jumelages that the répertoire had on that day; all of them without it.
        """
        links = _told_with_fiches().stale(confirmed_before)
        if known_on:
            links = links.filter(created_at__date__lte=known_on)
        return self.filter(self.stale_q(confirmed_before) | Q(Exists(links)))

    def to_ask_again(self, *, confirmed_before: datetime, asked_since: date) -> Self:
        """Published, real and reachable actors with facts that nobody confirmed since a moment, not asked since a day."""
        from .contributions import ConfirmationRequest  # it points to actors

        asked = ConfirmationRequest.objects.filter(actor=OuterRef("pk"))
        asked = asked.filter(Q(closed_at__isnull=True) | Q(asked_on__gte=asked_since))
        found: Self = self.published().real().reachable()
        return found.with_stale_facts(confirmed_before).exclude(Exists(asked))

    def least_confirmed_first(self) -> Self:
        """By the oldest confirmation among the fiche and the jumelages confirmed with it; never confirmed is the oldest."""
        own = Coalesce("verified_at", NEVER)
        oldest = _told_with_fiches().order_by(F("verified_at").asc(nulls_first=True), "pk").values(at=own)[:1]
        # LEAST leaves out the NULL of an actor without jumelages.
        return self.alias(least_confirmed_at=Least(own, Subquery(oldest))).order_by("least_confirmed_at", "pk")


def _told_with_fiches() -> Any:
    """The jumelages confirmed with the fiche of the actor of the outer query."""
    from .jumelage import Jumelage  # it points to actors

    return Jumelage.objects.told_with_fiches().filter(collectivite=OuterRef("pk"))
