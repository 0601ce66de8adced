"""What every fiche has: where each value comes from, when a person last confirmed it, whether it is shown."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import Freshness

GREEN_DAYS, ORANGE_DAYS = 365, 730


class GivenAwayQuerySet(models.QuerySet):
    """The words of rows that open data gives away: real or fictitious, by their numbers, how many and since when."""

    def demo(self) -> Self:
        """Fictitious rows of the demonstration."""
        return self.filter(is_demo=True)

    def real(self) -> Self:
        """All but the fictitious ones."""
        return self.filter(is_demo=False)

    def numbered(self, pks: list[int]) -> Self:
        """Those with these numbers, in their order."""
        return self.filter(pk__in=pks).order_by("pk")

    def numbered_after(self, pk: int) -> Self:
        """The following ones, in the order of their numbers."""
        return self.filter(pk__gt=pk).order_by("pk")

    def but(self, pks: Any) -> Self:
        """All but those with these numbers (a list, or a query)."""
        return self.exclude(pk__in=pks)

    def numbers_after(self, pk: int) -> Any:
        """The numbers of those that come after one, in their order."""
        return self.filter(pk__gt=pk).order_by("pk").values_list("pk", flat=True)

    @staticmethod
    def stale_q(confirmed_before: datetime) -> Q:
        """A fiche is stale if nobody ever confirmed it, or nobody since that moment."""
        return Q(verified_at__isnull=True) | Q(verified_at__lt=confirmed_before)

    def stale(self, confirmed_before: datetime) -> Self:
        return self.filter(self.stale_q(confirmed_before))

    def latest_change(self) -> datetime | None:
        return self.aggregate(at=models.Max("updated_at"))["at"]

    @staticmethod
    def fresh_q() -> Q:
        """Told by a person within a year: here, written or changed since then."""
        return Q(updated_at__gt=timezone.now() - timedelta(days=GREEN_DAYS))

    def figures(self) -> dict[str, Any]:
        """How many, how many of them a person told within a year, since when the first is here, and the last change."""
        return self.aggregate(
            count=models.Count("pk"),
            fresh=models.Count("pk", filter=self.fresh_q()),
            created_at=models.Min("created_at"),
            changed_at=models.Max("updated_at"),
        )


class SourcedQuerySet(GivenAwayQuerySet):
    """The words that hold for every fiche."""

    @staticmethod
    def fresh_q() -> Q:
        """Confirmed by a person within a year."""
        return SourcedQuerySet.with_freshness_q([Freshness.GREEN])

    @staticmethod
    def freshness_limits(now: datetime | None = None) -> tuple[datetime, datetime]:
        """(after this: green, after that: orange, else red)."""
        now = now or timezone.now()
        return now - timedelta(days=GREEN_DAYS), now - timedelta(days=ORANGE_DAYS)

    @staticmethod
    def with_freshness_q(labels: list[str], now: datetime | None = None) -> Q:
        """Was last confirmed by a person as long ago as one of these labels says."""
        green, orange = SourcedQuerySet.freshness_limits(now)
        meanings = {
            Freshness.GREEN: Q(verified_at__gt=green),
            Freshness.ORANGE: Q(verified_at__lte=green, verified_at__gt=orange),
            Freshness.RED: Q(verified_at__lte=orange),
            Freshness.NEVER: Q(verified_at__isnull=True),
        }
        condition = Q()
        for label in labels:
            condition |= meanings[Freshness(label)]
        return condition

    def with_freshness(self, labels: list[str]) -> Self:
        return self.filter(self.with_freshness_q(labels))


class Sourced(models.Model):
    """A row whose every value says where it comes from."""

    verified_at = models.DateTimeField(_("confirmé par une personne le"), null=True, blank=True)
    provenance = models.JSONField(
        _("provenance"),
        default=dict,
        blank=True,
        help_text=_("Pour chaque champ : source, date, auteur. « * » vaut pour les champs qui ne sont pas nommés."),
    )
    link_version = models.PositiveSmallIntegerField(
        _("version des liens signés"),
        default=1,
        editable=False,
        help_text=_("Une version de plus rend sans effet tous les liens envoyés jusque-là."),
    )
    is_published = models.BooleanField(_("publié"), default=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def freshness(self) -> Freshness:
        """How long ago a person last confirmed these facts."""
        if self.verified_at is None:
            return Freshness.NEVER
        age = timezone.now() - self.verified_at
        if age < timedelta(days=GREEN_DAYS):
            return Freshness.GREEN
        return Freshness.ORANGE if age < timedelta(days=ORANGE_DAYS) else Freshness.RED

    def source_of(self, field: str) -> dict[str, Any] | None:
        """Where the value of `field` comes from: {source, at, by}, or None if nobody wrote it down."""
        return self.provenance.get(field) or self.provenance.get("*")
