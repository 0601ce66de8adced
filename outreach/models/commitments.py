"""Commitment: what the network promised during a visit."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.expressions import SearchKey

from .visits import HEAVY, Visit


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> "CommitmentQuerySet":
        return self.filter(done_at__isnull=True)

    def done(self) -> "CommitmentQuerySet":
        return self.filter(done_at__isnull=False)

    def late(self, day: date) -> "CommitmentQuerySet":
        return self.open().filter(due_on__lt=day)

    def owned_by(self, user: Any) -> "CommitmentQuerySet":
        return self.filter(owner=user.pk if isinstance(user, models.Model) else user)

    def in_departements(self, codes: list[str]) -> "CommitmentQuerySet":
        return self.filter(visit__actor__departement_codes__overlap=codes)

    def owners(self) -> list[tuple[int, str, str, str]]:
        """Who has some: id, first name, last name, address, by name."""
        rows = self.filter(owner__isnull=False).order_by("owner__last_name", "owner__first_name", "owner")
        return list(rows.values_list("owner", "owner__first_name", "owner__last_name", "owner__email").distinct())

    def counted(self, user: Any, day: date) -> dict[str, int]:
        """How many open ones are `mine`, `late`, `open` in all, and how many are `done`."""
        is_open = Q(done_at__isnull=True)
        figures: dict[str, int] = self.order_by().aggregate(
            mine=models.Count("pk", filter=is_open & Q(owner=user.pk)),
            late=models.Count("pk", filter=is_open & Q(due_on__lt=day)),
            open=models.Count("pk", filter=is_open),
            done=models.Count("pk", filter=~is_open),
        )
        return figures

    def without_owner(self) -> "CommitmentQuerySet":
        return self.filter(owner__isnull=True)

    def of_actor(self, actor: Actor | int) -> "CommitmentQuerySet":
        return self.filter(visit__actor=actor)

    def due_between(self, first: date, last: date) -> "CommitmentQuerySet":
        return self.filter(due_on__gte=first, due_on__lte=last)

    def concerning(self, user: Any, addresses: Iterable[str]) -> "CommitmentQuerySet":
        return self.filter(Q(owner=user.pk) | Q(done_by__in=list(addresses)))

    def naming(self, text: str) -> "CommitmentQuerySet":
        key = SearchKey(Value(text))
        return self.filter(Q(text__unaccent__icontains=text) | Q(visit__actor__name_key__contains=key))

    def soonest_first(self) -> "CommitmentQuerySet":
        return self.order_by(models.F("due_on").asc(nulls_last=True), "pk")

    def newest_first(self) -> "CommitmentQuerySet":
        return self.order_by(models.F("done_at").desc(nulls_first=True), "-pk")

    def for_list(self) -> "CommitmentQuerySet":
        heavy = (f"visit__{name}" for name in (*HEAVY, "report"))
        return self.select_related("visit__actor", "owner").defer(*heavy)

    def waiting_since(self, day: date) -> dict[str, Any]:
        """How many should have been done before that day, and since when the first should."""
        return self.late(day).aggregate(count=models.Count("pk"), first=models.Min("due_on"))


class Commitment(models.Model):
    """What the network promised during a visit: a task with an owner and a day."""

    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name=_("visite"), related_name="commitments")
    text = models.CharField(_("engagement"), max_length=250)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("qui s’en charge"),
        related_name="commitments",
        null=True,
        blank=True,
    )
    due_on = models.DateField(_("à faire avant le"), null=True, blank=True)
    done_at = models.DateTimeField(_("fait le"), null=True, blank=True)
    done_by = models.CharField(_("fait par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("pris le"), default=timezone.now, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def is_late(self, day: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < day
