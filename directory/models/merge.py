"""Merge: two fiches that were one actor, or one jumelage, made one, in a way that can be undone for thirty days."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .actor import Actor
from .expressions import SearchKey
from .jumelage import Jumelage

UNDO_DAYS = 30
OF_ACTORS = Q(kept__isnull=False, absorbed__isnull=False, kept_jumelage__isnull=True, absorbed_jumelage__isnull=True)
OF_JUMELAGES = Q(kept__isnull=True, absorbed__isnull=True, kept_jumelage__isnull=False, absorbed_jumelage__isnull=False)


class MergeQuerySet(models.QuerySet["Merge"]):
    def newest_first(self) -> "MergeQuerySet":
        return self.order_by("-merged_at", "-pk")

    def standing(self) -> "MergeQuerySet":
        """Not undone."""
        return self.filter(undone_at__isnull=True)

    def undone(self) -> "MergeQuerySet":
        return self.filter(undone_at__isnull=False)

    def undoable(self) -> "MergeQuerySet":
        """That still hold what it takes to be undone."""
        return self.exclude(after=[])

    def over(self, moment: datetime) -> "MergeQuerySet":
        """Undone, or made too long before a moment to be undone then."""
        return self.filter(Q(undone_at__isnull=False) | Q(merged_at__lt=moment - timedelta(days=UNDO_DAYS)))

    def signed_by(self, addresses: Iterable[str]) -> "MergeQuerySet":
        wanted = list(addresses)
        return self.filter(Q(merged_by__in=wanted) | Q(undone_by__in=wanted))

    def forget_rows(self) -> int:
        """Keep that there was a merger, and forget what it touched: it can no longer be undone."""
        return self.update(before=[], after=[])

    def naming(self, text: str) -> "MergeQuerySet":
        """One of whose two sides has these words in its name (accents and case apart)."""
        key = SearchKey(Value(text))
        sides = [f"{side}_jumelage__{end}" for side in ("kept", "absorbed") for end in ("collectivite", "partner")]
        condition = Q()
        for path in ("kept", "absorbed", *sides):
            condition |= Q(**{f"{path}__name_key__contains": key})
        return self.filter(condition)

    def for_list(self) -> "MergeQuerySet":
        """What a line of the list shows, in one query; what there was before is left in the database."""
        jumelages = [f"{side}_jumelage__{end}" for side in ("kept", "absorbed") for end in ("collectivite", "partner")]
        heavy = ("search_document", "search_terms", "partner_terms", "former_keys")
        deferred = [f"{path}__{name}" for path in ("kept", "absorbed", *jumelages) for name in heavy]
        return self.select_related("kept", "absorbed", *jumelages).defer("before", *deferred)


class Merge(models.Model):
    """One fusion of two fiches, of actors or of jumelages. `kept` goes on; `absorbed` leads to it.

    `before` and `after` list every row that it touched, as it was and as it became: all that it takes to undo.
    """

    kept = models.ForeignKey(
        Actor, models.CASCADE, verbose_name=_("fiche gardée"), related_name="merges", null=True, blank=True
    )
    absorbed = models.ForeignKey(
        Actor, models.CASCADE, verbose_name=_("fiche absorbée"), related_name="absorbed_by", null=True, blank=True
    )
    kept_jumelage = models.ForeignKey(
        Jumelage, models.CASCADE, verbose_name=_("jumelage gardé"), related_name="merges", null=True, blank=True
    )
    absorbed_jumelage = models.ForeignKey(
        Jumelage, models.CASCADE, verbose_name=_("jumelage absorbé"), related_name="absorbed_by", null=True, blank=True
    )
    before = models.JSONField(_("ce qu’il y avait avant"), default=list)
    after = models.JSONField(_("ce qu’il y avait juste après"), default=list)
    merged_at = models.DateTimeField(_("fusionnées le"), default=timezone.now)
    merged_by = models.CharField(_("fusionnées par"), max_length=254)
    undone_at = models.DateTimeField(_("défaite le"), null=True, blank=True)
    undone_by = models.CharField(_("défaite par"), max_length=254, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fusion de fiches")
        verbose_name_plural = _("fusions de fiches")
        ordering = ["-merged_at", "-pk"]
        permissions = [("merge_actor", _("Peut fusionner des fiches"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")),
                name="merge_two_fiches",
                violation_error_message=_("Une fiche ne se fusionne pas avec elle-même."),
            ),
            models.CheckConstraint(
                condition=~Q(kept_jumelage=F("absorbed_jumelage")),
                name="merge_two_jumelages",
                violation_error_message=_("Un jumelage ne se fusionne pas avec lui-même."),
            ),
            models.CheckConstraint(
                condition=OF_ACTORS | OF_JUMELAGES,
                name="merge_of_two_alike",
                violation_error_message=_("Une fusion réunit deux acteurs, ou deux jumelages."),
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(undone_at__isnull=True),
                name="merge_absorbed_once",
                violation_error_message=_("Cette fiche est déjà fusionnée dans une autre."),
            ),
            models.UniqueConstraint(
                fields=["absorbed_jumelage"],
                condition=Q(undone_at__isnull=True),
                name="merge_absorbed_jumelage_once",
                violation_error_message=_("Ce jumelage est déjà fusionné dans un autre."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_side} → {self.kept_side}"

    @property
    def kept_side(self) -> Any:
        """The actor or the jumelage that goes on."""
        return self.kept or self.kept_jumelage

    @property
    def absorbed_side(self) -> Any:
        return self.absorbed or self.absorbed_jumelage

    @property
    def is_of_jumelages(self) -> bool:
        return self.kept_jumelage_id is not None

    @property
    def last_moment(self) -> datetime:
        """Until when it may be undone."""
        return self.merged_at + timedelta(days=UNDO_DAYS)

    @property
    def is_recent(self) -> bool:
        """Is there still time to undo it?"""
        return self.undone_at is None and timezone.now() <= self.last_moment


class NotDuplicateQuerySet(models.QuerySet["NotDuplicate"]):
    def of_actors(self, one: int, other: int) -> "NotDuplicateQuerySet":
        return self.filter(first=min(one, other), second=max(one, other))

    def of_jumelages(self, one: int, other: int) -> "NotDuplicateQuerySet":
        return self.filter(first_jumelage=min(one, other), second_jumelage=max(one, other))

    def newest_first(self) -> "NotDuplicateQuerySet":
        return self.order_by("-said_at", "-pk")


class NotDuplicate(models.Model):
    """Two fiches that look alike and that staff looked at: they are two actors, or two jumelages, and are not shown again."""

    first = models.ForeignKey(
        Actor, models.CASCADE, verbose_name=_("une fiche"), related_name="+", null=True, blank=True
    )
    second = models.ForeignKey(
        Actor, models.CASCADE, verbose_name=_("l’autre fiche"), related_name="+", null=True, blank=True
    )
    first_jumelage = models.ForeignKey(
        Jumelage, models.CASCADE, verbose_name=_("un jumelage"), related_name="+", null=True, blank=True
    )
    second_jumelage = models.ForeignKey(
        Jumelage, models.CASCADE, verbose_name=_("l’autre jumelage"), related_name="+", null=True, blank=True
    )
    said_at = models.DateTimeField(_("dit le"), auto_now_add=True)
    said_by = models.CharField(_("dit par"), max_length=254, blank=True)

    objects = NotDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("faux doublon")
        verbose_name_plural = _("faux doublons")
        ordering = ["-said_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="notduplicate_once",
                violation_error_message=_("C’est déjà dit."),
            ),
            models.UniqueConstraint(
                fields=["first_jumelage", "second_jumelage"],
                name="notduplicate_jumelages_once",
                violation_error_message=_("C’est déjà dit."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="notduplicate_in_order",
                violation_error_message=_("Les deux fiches sont rangées par numéro."),
            ),
            models.CheckConstraint(
                condition=Q(first_jumelage__lt=F("second_jumelage")),
                name="notduplicate_jumelages_in_order",
                violation_error_message=_("Les deux jumelages sont rangés par numéro."),
            ),
            models.CheckConstraint(
                condition=Q(
                    first__isnull=False,
                    second__isnull=False,
                    first_jumelage__isnull=True,
                    second_jumelage__isnull=True,
                )
                | Q(
                    first__isnull=True,
                    second__isnull=True,
                    first_jumelage__isnull=False,
                    second_jumelage__isnull=False,
                ),
                name="notduplicate_of_two_alike",
                violation_error_message=_("Un faux doublon est fait de deux acteurs, ou de deux jumelages."),
            ),
        ]

    def __str__(self) -> str:
        if self.first_id:
            return f"{self.first_id} ≠ {self.second_id}"
        return f"{self.first_jumelage_id} ≠ {self.second_jumelage_id}"
