"""Merge: two fiches that were one actor, made one, in a way that can be undone for thirty days."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .actor import Actor

UNDO_DAYS = 30


class MergeQuerySet(models.QuerySet["Merge"]):
    def newest_first(self) -> "MergeQuerySet":
        return self.order_by("-merged_at", "-pk")

    def standing(self) -> "MergeQuerySet":
        """Not undone."""
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """One fusion of two fiches. `kept` goes on; `absorbed` leads to it, and `before` says all that it takes to undo."""

    kept = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("fiche gardée"), related_name="merges")
    absorbed = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("fiche absorbée"), related_name="absorbed_by")
    before = models.JSONField(_("ce qu’il y avait avant"), default=dict)
    after = models.JSONField(_("ce qu’il y avait juste après"), default=dict)
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
                condition=~Q(kept=models.F("absorbed")),
                name="merge_two_fiches",
                violation_error_message=_("Une fiche ne se fusionne pas avec elle-même."),
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(undone_at__isnull=True),
                name="merge_absorbed_once",
                violation_error_message=_("Cette fiche est déjà fusionnée dans une autre."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"

    @property
    def is_recent(self) -> bool:
        """Is there still time to undo it?"""
        return self.undone_at is None and timezone.now() <= self.merged_at + timedelta(days=UNDO_DAYS)


class NotDuplicate(models.Model):
    """Two fiches that look alike and that staff looked at: they are two actors, and are not shown again."""

    first = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("une fiche"), related_name="+")
    second = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("l’autre fiche"), related_name="+")
    said_at = models.DateTimeField(_("dit le"), auto_now_add=True)
    said_by = models.CharField(_("dit par"), max_length=254, blank=True)

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
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")),
                name="notduplicate_in_order",
                violation_error_message=_("Les deux fiches sont rangées par numéro."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
