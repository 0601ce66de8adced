"""FieldReport: what a phone sent of a visit, as it was sent."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models.expressions import SearchKey
from outreach.enums import SentState

from .visits import HEAVY, Visit


class FieldReportQuerySet(models.QuerySet["FieldReport"]):
    def in_conflict(self) -> "FieldReportQuerySet":
        return self.filter(state=SentState.CONFLICT)

    def settled(self) -> "FieldReportQuerySet":
        return self.filter(state=SentState.SETTLED)

    def finished(self) -> "FieldReportQuerySet":
        """Those that are in their visit, or that somebody settled."""
        return self.exclude(state=SentState.CONFLICT)

    def compared(self) -> "FieldReportQuerySet":
        """Those that came while their visit had changed, whether somebody has compared both or not yet."""
        return self.exclude(state=SentState.APPLIED)

    def sent_by(self, user: Any) -> "FieldReportQuerySet":
        return self.filter(user=user.pk)

    def sent_from(self, user: int) -> "FieldReportQuerySet":
        """The same, by the id of an account."""
        return self.filter(user=user)

    def authors(self) -> list[tuple[int, str]]:
        """Who sent some: the id of their account and how they are called, by name."""
        rows = self.filter(user__isnull=False).order_by("user__last_name", "user__first_name", "user")
        names = rows.values_list("user", "user__first_name", "user__last_name", "user__email").distinct()
        return [(pk, f"{first} {last}".strip() or email) for pk, first, last, email in names]

    def counts_by_state(self) -> dict[str, int]:
        return dict(self.order_by().values_list("state").annotate(count=models.Count("pk")))

    def with_key(self, key: UUID) -> "FieldReport | None":
        """The one that a phone gave this number."""
        return self.filter(key=key).first()

    def naming(self, text: str) -> "FieldReportQuerySet":
        """About a collectivité that has these words in its name (accents aside), or this code."""
        return self.filter(
            Q(visit__actor__name_key__contains=SearchKey(Value(text))) | Q(visit__actor__code__iexact=text)
        )

    def meeting(self, addresses: Iterable[str]) -> "FieldReportQuerySet":
        """That name somebody met at one of these addresses, however they are written."""
        rows = self.alias(said=Lower(Cast("content__people", models.TextField())))
        named = [Q(said__contains=f'"{address.lower()}"') for address in addresses]
        return rows.filter(reduce(or_, named)) if named else self.none()

    def received_before(self, moment: datetime) -> "FieldReportQuerySet":
        return self.filter(received_at__lt=moment)

    def waiting_since(self) -> dict[str, Any]:
        return self.in_conflict().aggregate(count=models.Count("pk"), since=models.Min("received_at"))

    def for_list(self) -> "FieldReportQuerySet":
        return self.select_related("visit__actor", "user").defer(*(f"visit__{name}" for name in HEAVY))

    def oldest_first(self) -> "FieldReportQuerySet":
        return self.order_by("received_at", "pk")

    def newest_first(self) -> "FieldReportQuerySet":
        return self.order_by("-received_at", "-pk")


class FieldReport(models.Model):
    """A report that a phone sent, as it was sent: `key` is drawn on the phone, so that the same report sent twice is one.

    `read_version`: the version of the visit that the phone had read. If the visit changed meanwhile, the report waits here, in
    conflict, until somebody compares both.
    """

    key = models.UUIDField(_("numéro"), unique=True)
    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name=_("visite"), related_name="field_reports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("envoyé par"),
        related_name="field_reports",
        null=True,
        blank=True,
    )
    read_version = models.PositiveIntegerField(_("version lue"))
    content = models.JSONField(_("contenu"), default=dict, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=SentState)
    written_at = models.DateTimeField(_("écrit sur le téléphone le"))
    received_at = models.DateTimeField(_("reçu le"), default=timezone.now)

    objects = FieldReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("compte rendu du terrain")
        verbose_name_plural = _("comptes rendus du terrain")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("field_conflict", args=[self.pk])

    @property
    def is_in_conflict(self) -> bool:
        return self.state == SentState.CONFLICT
