"""Whom to meet next: the score of each collectivité and its weights, the areas of voltigeurs, targets; who is a member."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor, ActorQuerySet
from directory.models.expressions import SearchKey
from directory.models.reference import with_history
from soco.web import signed_links

from .visits import HEAVY


class AdhesionQuerySet(models.QuerySet["Adhesion"]):
    def of_actor(self, actor: Actor | int) -> "AdhesionQuerySet":
        return self.filter(actor=actor)

    def of_year(self, year: int) -> "AdhesionQuerySet":
        return self.filter(year=year)

    def current(self, day: date) -> "AdhesionQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def of_natures(self, natures: list[str]) -> "AdhesionQuerySet":
        return self.filter(actor__nature__in=natures)

    def in_departements(self, codes: list[str]) -> "AdhesionQuerySet":
        return self.filter(actor__departement_codes__overlap=codes)

    def naming(self, text: str) -> "AdhesionQuerySet":
        """Whose actor has these words in its name (accents aside), or this code, SIRET or RNA."""
        codes = Q(actor__code__iexact=text) | Q(actor__siren=text) | Q(actor__siret=text) | Q(actor__rna__iexact=text)
        return self.filter(Q(actor__name_key__contains=SearchKey(Value(text))) | codes)

    def lapsed(self, day: date) -> "AdhesionQuerySet":
        """The last membership of those who had one and have none that holds on that day, or later."""
        others = Adhesion.objects.filter(actor=models.OuterRef("actor"))
        lasting = Exists(others.filter(ends_on__gte=day))
        return self.filter(~lasting, ~Exists(others.filter(year__gt=models.OuterRef("year"))))

    def newest_first(self) -> "AdhesionQuerySet":
        return self.order_by("-year", "actor__name_key", "pk")

    def years(self) -> list[int]:
        """The years that have some, the latest first."""
        return list(self.order_by("-year").values_list("year", flat=True).distinct())

    def for_list(self) -> "AdhesionQuerySet":
        return self.select_related("actor__departement").defer(*HEAVY)


@with_history(meta={"verbose_name": _("changement d’adhésion"), "verbose_name_plural": _("changements des adhésions")})
class Adhesion(models.Model):
    """A collectivité, or another actor, is a member of the network for a year. The money is kept elsewhere."""

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="adhesions")
    year = models.PositiveSmallIntegerField(_("année"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    note = models.CharField(_("note"), max_length=250, blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    added_by = models.CharField(_("ajoutée par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("ajoutée le"), default=timezone.now, editable=False)

    objects = AdhesionQuerySet.as_manager()

    class Meta:
        verbose_name = _("adhésion")
        verbose_name_plural = _("adhésions")
        ordering = ["-year", "actor"]
        permissions = [("import_adhesion", _("Peut importer des adhésions"))]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "year"],
                name="adhesion_once_a_year",
                violation_error_message=_("Cet acteur a déjà une adhésion pour cette année."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="adhesion_ends_after_it_starts",
                violation_error_message=_("Le dernier jour d’une adhésion vient après le premier."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1990, year__lte=2100),
                name="adhesion_year_is_possible",
                violation_error_message=_("L’année d’une adhésion est comprise entre 1990 et 2100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} · {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("adhesion_edit", args=[self.pk])

    def holds_on(self, day: date) -> bool:
        """Is the actor a member on that day by this one?"""
        return self.starts_on <= day <= self.ends_on


def area_q(departements: Sequence[str], epci_codes: Sequence[str]) -> Q:
    """Lies in one of these départements, or in one of these intercommunalités; everywhere if there is none."""
    area = Q()
    if departements:
        area |= Actor.objects.in_departements_q(list(departements))
    if epci_codes:
        area |= Actor.objects.in_epci_q(list(epci_codes))
    return area


class FieldAreaQuerySet(models.QuerySet["FieldArea"]):
    def of_user(self, user: Any) -> "FieldAreaQuerySet":
        return self.filter(user=user.pk)

    def of_users(self, pks: list[int]) -> "FieldAreaQuerySet":
        return self.filter(user__in=pks)

    def actors_of(self, user: Any) -> ActorQuerySet | None:
        """The collectivités of this person's area; None for who has none."""
        area = self.of_user(user).first()
        return area.actors() if area else None

    def for_page(self) -> "FieldAreaQuerySet":
        """With whose it is and where they start, in one query."""
        heavy = [name.replace("actor__", "start__") for name in HEAVY]
        return self.select_related("user", "start").defer(*heavy)


FEED = "agenda-voltigeur"
FEED_SINCE = date(2026, 1, 1)
FEED_DAYS = 36_500  # a calendar keeps its address until it is revoked


class FieldArea(models.Model):
    """Where a voltigeur goes: whole départements, and intercommunalités of others. Empty: everywhere."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("voltigeur"), related_name="field_area"
    )
    departement_codes = ArrayField(
        models.CharField(max_length=3), verbose_name=_("départements"), default=list, blank=True
    )
    epci_codes = ArrayField(
        models.CharField(max_length=9), verbose_name=_("SIREN des intercommunalités"), default=list, blank=True
    )
    start = models.ForeignKey(
        Actor,
        models.SET_NULL,
        verbose_name=_("commune de départ habituelle"),
        related_name="field_areas",
        null=True,
        blank=True,
    )
    feed_version = models.PositiveIntegerField(_("version du lien de l’agenda"), default=1, editable=False)

    objects = FieldAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("secteur d’un voltigeur")
        verbose_name_plural = _("secteurs des voltigeurs")
        ordering = ["user"]

    def __str__(self) -> str:
        return str(self.user)

    def actors(self) -> ActorQuerySet:
        """The collectivités of this area."""
        found = Actor.objects.existing().collectivites()
        return found.filter(area_q(self.departement_codes, self.epci_codes))

    @property
    def feed_token(self) -> str:
        """The token of its calendar's address, derived and never stored; raising `feed_version` revokes it."""
        return signed_links.make(FEED, self.pk, version=self.feed_version, days=FEED_DAYS, since=FEED_SINCE).token


class PriorityQuerySet(models.QuerySet["Priority"]):
    def of_actor(self, actor: Actor | int) -> "PriorityQuerySet":
        return self.filter(actor=actor)

    def above(self, score: int) -> "PriorityQuerySet":
        return self.filter(score__gt=score)

    def naming(self, text: str) -> "PriorityQuerySet":
        """Whose collectivité has these words in its name (accents aside), or this code."""
        return self.filter(Q(actor__name_key__contains=SearchKey(Value(text))) | Q(actor__code__iexact=text))

    def among(self, actors: models.QuerySet[Any]) -> "PriorityQuerySet":
        """Of these actors, given by a query."""
        return self.filter(actor__in=actors.order_by().values("pk"))

    def in_departement_of(self, actor: Actor) -> "PriorityQuerySet":
        """Of the collectivités of the same level in the same départements."""
        return self.filter(actor__nature=actor.nature, actor__departement_codes__overlap=actor.departement_codes)

    def with_signal(self, code: str) -> "PriorityQuerySet":
        """For which this signal was found."""
        return self.filter(signals__has_key=code)

    def to_meet(self, day: date) -> "PriorityQuerySet":
        """Without those that asked not to be contacted."""
        return self.filter(actor__in=Actor.objects.not_at_rest(day).order_by().values("pk"))

    def highest_first(self) -> "PriorityQuerySet":
        """By score; those with as many points, the most people first, then by name."""
        return self.order_by("-score", F("actor__population").desc(nulls_last=True), "actor__name_key", "pk")

    def for_list(self) -> "PriorityQuerySet":
        return self.select_related("actor__departement", "actor__epci").defer(*HEAVY)


class Priority(models.Model):
    """How much a collectivité is to be met next: the signals found, and the points that they make today.

    `signals`: what `outreach.priority` knows how to say, code → what was found. Written by `outreach.services.priorities` alone,
    all of France at a time.
    """

    actor = models.OneToOneField(
        Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="priority", primary_key=True
    )
    score = models.SmallIntegerField(_("points"))
    signals = models.JSONField(_("signaux"), default=dict, blank=True)
    computed_at = models.DateTimeField(_("calculé le"))

    objects = PriorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("priorité")
        verbose_name_plural = _("priorités")
        ordering = ["-score"]
        indexes = [models.Index(fields=["-score"], name="priority_by_score")]

    def __str__(self) -> str:
        return f"{self.actor} · {self.score}"


@with_history(meta={"verbose_name": _("changement de réglage"), "verbose_name_plural": _("changements des réglages")})
class PrioritySettings(models.Model):
    """What each signal is worth: code → points, those of `outreach.priority.WEIGHTS` where nothing is said. One row at most."""

    weights = models.JSONField(_("points"), default=dict, blank=True)
    changed_at = models.DateTimeField(_("modifié le"), auto_now=True)
    changed_by = models.CharField(_("modifié par"), max_length=254, blank=True)

    class Meta:
        verbose_name = _("réglage des priorités")
        verbose_name_plural = _("réglages des priorités")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="priority_settings_alone",
                violation_error_message=_("Un seul réglage existe."),
            )
        ]

    def __str__(self) -> str:
        return str(_("réglage des priorités"))

    def get_absolute_url(self) -> str:
        return reverse("priority_settings")


class CoverageTarget(models.Model):
    """What the network wants to reach: a share of the collectivités of an area met by a day."""

    departement = models.CharField(_("département"), max_length=3, blank=True, help_text=_("Vide : toute la région."))
    percent = models.PositiveSmallIntegerField(
        _("part des collectivités rencontrées, en %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    reach_by = models.DateField(_("avant le"))
    set_by = models.CharField(_("fixée par"), max_length=254, blank=True)
    set_at = models.DateTimeField(_("fixée le"), auto_now=True)

    class Meta:
        verbose_name = _("objectif de couverture")
        verbose_name_plural = _("objectifs de couverture")
        ordering = ["departement"]
        constraints = [
            models.UniqueConstraint(
                fields=["departement"],
                name="coverage_target_once",
                violation_error_message=_("Un objectif existe déjà pour ce territoire."),
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100),
                name="coverage_target_is_a_share",
                violation_error_message=_("Un objectif est une part comprise entre 1 et 100 %."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.departement or _('région')} · {self.percent} %"
