"""Tour: a day of visits, its stops in their order, and the slot proposed to each."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Deferrable, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.expressions import SearchKey
from outreach.enums import StopState, TourState
from soco.web import signed_links
from soco.web.templatetags.soco import day

from .visits import HEAVY, Visit

LINK = "rendez-vous"
MOST_STOPS = 12


class TourQuerySet(models.QuerySet["Tour"]):
    def demo(self) -> "TourQuerySet":
        return self.filter(is_demo=True)

    def by_voltigeur(self, user: Any) -> "TourQuerySet":
        return self.filter(voltigeur=user.pk if isinstance(user, models.Model) else user)

    def in_states(self, states: Iterable[str]) -> "TourQuerySet":
        return self.filter(state__in=list(states))

    def standing(self) -> "TourQuerySet":
        return self.exclude(state=TourState.CANCELLED)

    def between(self, first: date, last: date) -> "TourQuerySet":
        return self.filter(day__gte=first, day__lte=last)

    def since(self, day: date) -> "TourQuerySet":
        return self.filter(day__gte=day)

    def numbered(self, pks: Iterable[int]) -> "TourQuerySet":
        return self.filter(pk__in=list(pks))

    def until(self, day: date) -> "TourQuerySet":
        return self.filter(day__lte=day)

    def naming(self, text: str) -> "TourQuerySet":
        """Whose title holds these words, or that goes to a collectivité whose name does."""
        key = SearchKey(Value(text))
        stops = TourStop.objects.filter(tour=models.OuterRef("pk"), actor__name_key__contains=key)
        return self.filter(Q(title__unaccent__icontains=text) | Q(models.Exists(stops)))

    def concerning(self, user: Any, addresses: Iterable[str]) -> "TourQuerySet":
        return self.filter(Q(voltigeur=user.pk) | Q(created_by__in=list(addresses)))

    def counts_by_state(self) -> dict[str, int]:
        return dict(self.order_by().values_list("state").annotate(count=models.Count("pk")))

    def newest_first(self) -> "TourQuerySet":
        return self.order_by("-day", "-pk")

    def soonest_first(self) -> "TourQuerySet":
        return self.order_by("day", "leaves_at", "pk")

    def for_list(self) -> "TourQuerySet":
        """With who makes it and how many stops it has, in one query."""
        accepted = models.Count("stops", filter=Q(stops__state=StopState.ACCEPTED))
        rows = self.select_related("voltigeur", "start").defer(*(name.replace("actor__", "start__") for name in HEAVY))
        return rows.annotate(stop_count=models.Count("stops"), accepted_count=accepted)

    def for_page(self) -> "TourQuerySet":
        """With who makes it, where it starts and where it goes, in one query."""
        heavy = [name.replace("actor__", f"{place}__") for place in ("start", "epci") for name in HEAVY]
        return self.select_related("voltigeur", "start", "epci").defer(*heavy)


class Tour(models.Model):
    """A day of visits. Times and distances are estimates: as the crow flies, see `outreach.routing`."""

    title = models.CharField(_("titre"), max_length=150, blank=True)
    day = models.DateField(_("jour"))
    state = models.CharField(_("état"), max_length=12, choices=TourState, default=TourState.DRAFT)
    voltigeur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("voltigeur"),
        related_name="tours",
        null=True,
        blank=True,
    )
    start = models.ForeignKey(
        Actor,
        models.PROTECT,
        verbose_name=_("départ de"),
        related_name="tours_from",
        help_text=_("La commune d’où part la tournée, et où elle revient."),
    )
    leaves_at = models.TimeField(_("départ à"))
    returns = models.BooleanField(_("revient au point de départ"), default=True)
    departement_codes = ArrayField(
        models.CharField(max_length=3), verbose_name=_("départements"), default=list, blank=True
    )
    epci = models.ForeignKey(
        Actor,
        models.SET_NULL,
        verbose_name=_("intercommunalité"),
        related_name="tours_in",
        null=True,
        blank=True,
    )
    note = models.TextField(_("note"), blank=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    once = models.CharField(_("numéro de la page"), max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now, editable=False)
    created_by = models.CharField(_("créée par"), max_length=254, blank=True)

    objects = TourQuerySet.as_manager()

    class Meta:
        verbose_name = _("tournée")
        verbose_name_plural = _("tournées")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["once"],
                condition=~Q(once=""),
                name="tour_made_once",
                violation_error_message=_("Cette tournée est déjà créée."),
            )
        ]
        indexes = [models.Index(fields=["day"], name="tour_by_day")]

    def __str__(self) -> str:
        return self.title or str(_("Tournée du %(day)s") % {"day": day(self.day)})

    def get_absolute_url(self) -> str:
        return reverse("tour_detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in (TourState.DONE, TourState.CANCELLED)

    @property
    def is_draft(self) -> bool:
        return self.state == TourState.DRAFT

    @property
    def is_confirmed(self) -> bool:
        return self.state == TourState.CONFIRMED

    @property
    def is_cancelled(self) -> bool:
        return self.state == TourState.CANCELLED

    @property
    def about(self) -> str:
        """How the journal of mails names it."""
        return f"tour:{self.pk}"


class TourStopQuerySet(models.QuerySet["TourStop"]):
    def of_tour(self, tour: Tour) -> "TourStopQuerySet":
        return self.filter(tour=tour.pk)

    def of_tours(self, tours: Iterable[int]) -> "TourStopQuerySet":
        return self.filter(tour__in=list(tours))

    def in_order(self) -> "TourStopQuerySet":
        return self.order_by("rank", "pk")

    def to_ask(self) -> "TourStopQuerySet":
        """Whose slot is to be proposed, or proposed anew."""
        return self.filter(state=StopState.TO_ASK)

    def to_settle(self) -> "TourStopQuerySet":
        """Whose collectivité asked for another date, or declined, on a tour still to come."""
        asked = self.filter(state__in=(StopState.OTHER_DATE, StopState.DECLINED), settled_at__isnull=True)
        return asked.exclude(tour__state__in=(TourState.CANCELLED, TourState.DONE))

    def by_voltigeur(self, user: Any) -> "TourStopQuerySet":
        return self.filter(tour__voltigeur=user.pk if isinstance(user, models.Model) else user)

    def in_states(self, states: Iterable[str]) -> "TourStopQuerySet":
        return self.filter(state__in=list(states))

    def timed(self) -> "TourStopQuerySet":
        return self.filter(starts_at__isnull=False)

    def with_an_answer(self) -> "TourStopQuerySet":
        return self.filter(answered_at__isnull=False)

    def with_a_message(self) -> "TourStopQuerySet":
        return self.exclude(answer="")

    def of_tours_before(self, day: date) -> "TourStopQuerySet":
        return self.filter(tour__day__lt=day)

    def naming(self, text: str) -> "TourStopQuerySet":
        key = SearchKey(Value(text))
        return self.filter(Q(actor__name_key__contains=key) | Q(actor__code__iexact=text))

    def longest_waiting_first(self) -> "TourStopQuerySet":
        return self.order_by("answered_at", "pk")

    def waiting_since(self) -> dict[str, Any]:
        """How many answers are to settle, and since when the first is."""
        return self.to_settle().aggregate(count=models.Count("pk"), since=models.Min("answered_at"))

    def for_page(self) -> "TourStopQuerySet":
        """With its collectivité, its place its visit and its `signals` (see Priority), in one query; free reports are not read."""
        heavy = [*HEAVY, "visit__report", "visit__checklist"]
        rows = self.select_related("actor__departement", "visit").defer(*heavy)
        return rows.annotate(signals=models.F("actor__priority__signals"))

    def for_settling(self) -> "TourStopQuerySet":
        return self.for_page().select_related("actor__departement", "visit", "tour__voltigeur")

    def with_signals(self) -> "TourStopQuerySet":
        """Adds `signals`: why its collectivité is to be met, as it stands today."""
        return self.annotate(signals=models.F("actor__priority__signals"))


class TourStop(models.Model):
    """A collectivité on a tour, at its rank, with the slot proposed to it."""

    tour = models.ForeignKey(Tour, models.CASCADE, verbose_name=_("tournée"), related_name="stops")
    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="tour_stops")
    visit = models.OneToOneField(
        Visit, models.SET_NULL, verbose_name=_("visite"), related_name="tour_stop", null=True, blank=True
    )
    rank = models.PositiveSmallIntegerField(_("rang"))
    minutes = models.PositiveSmallIntegerField(_("minutes sur place"), default=60)
    starts_at = models.DateTimeField(_("créneau"), null=True, blank=True)
    score = models.SmallIntegerField(_("points le jour du choix"), default=0, editable=False)
    state = models.CharField(_("réponse"), max_length=12, choices=StopState, default=StopState.TO_ASK)
    answer = models.TextField(_("message de la collectivité"), blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    settled_at = models.DateTimeField(_("traité le"), null=True, blank=True)
    link_version = models.PositiveIntegerField(_("version du lien"), default=1, editable=False)

    objects = TourStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        ordering = ["tour", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["tour", "actor"],
                name="tour_stop_once",
                violation_error_message=_("Cette collectivité est déjà une étape de la tournée."),
            ),
            models.UniqueConstraint(
                fields=["tour", "rank"],
                name="tour_stop_rank_once",
                deferrable=Deferrable.DEFERRED,
                violation_error_message=_("Deux étapes ne peuvent pas avoir le même rang."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.actor}"

    def get_absolute_url(self) -> str:
        """Its collectivité's own page, opened by the personal link."""
        return reverse("appointment", args=[self.token])

    @property
    def tour_url(self) -> str:
        """The staff's page of its tour, without reading it."""
        return reverse("tour_detail", args=[self.tour_id])

    @property
    def about(self) -> str:
        """How the journal of mails names it; the contact state reads it."""
        return f"tour_stop:{self.pk}"

    @property
    def is_accepted(self) -> bool:
        return self.state == StopState.ACCEPTED

    @property
    def is_to_ask(self) -> bool:
        return self.state == StopState.TO_ASK

    @property
    def is_to_settle(self) -> bool:
        return self.state in (StopState.OTHER_DATE, StopState.DECLINED) and self.settled_at is None

    @property
    def is_written(self) -> bool:
        """Is its visit over, or cancelled apart? Its hour then moves no more."""
        return self.visit is not None and not self.visit.is_planned

    @property
    def is_moved_apart(self) -> bool:
        """Did somebody give its visit another hour than the tour's?"""
        return bool(self.visit and self.visit.is_planned and self.visit.starts_at != self.starts_at)

    @property
    def token(self) -> str:
        """Its personal link's token, derived and never stored: good until the day of the tour."""
        since = timezone.localdate(self.tour.created_at)
        days = max((self.tour.day - since).days, 0)
        return signed_links.make(LINK, self.pk, version=self.link_version, days=days, since=since).token
