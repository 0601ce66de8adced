"""What actors ask the network for: the need, the service that answers it, who follows it, what was answered."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Min, Q, Value
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import OPEN_NEEDS, NeedHeard, NeedState, Source

from .actor import Actor
from .expressions import SearchKey
from .reference import Service

LABEL_LENGTH = 200
LONG_WAIT = 60  # days without an answer (domain: « besoin exprimé sans réponse depuis plus de 60 jours »)
BY_HAND = "form:"  # what the origins of needs noted by hand begin with
HEAVY = tuple(f"actor__{name}" for name in ("search_document", "search_terms", "partner_terms", "former_keys"))


class Median(Aggregate):
    """The middle value of a duration, between two when they are even in number (PostgreSQL)."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


GROUPS = {"service": F("service"), "departement": F("actor__departement_codes__0"), "source": F("source")}


class NeedQuerySet(models.QuerySet["Need"]):
    # --- which needs --------------------------------------------------------------------------------------------------
    def open(self) -> "NeedQuerySet":
        """Those that wait for the network: new, or taken in hand."""
        return self.filter(state__in=OPEN_NEEDS)

    def new(self) -> "NeedQuerySet":
        """Those that nobody has taken in hand."""
        return self.filter(state=NeedState.NEW)

    def in_states(self, states: Iterable[str]) -> "NeedQuerySet":
        return self.filter(state__in=list(states))

    def of_actor(self, actor: Actor | int) -> "NeedQuerySet":
        return self.filter(actor=actor)

    def of_service(self, service: Service | str) -> "NeedQuerySet":
        return self.filter(service=service)

    def without_service(self) -> "NeedQuerySet":
        """Those that no service answers yet."""
        return self.filter(service__isnull=True)

    def from_origin(self, origin: str) -> "NeedQuerySet":
        """Those that one answer, visit or form expressed: `origin` is what their own origins begin with."""
        return self.filter(origin__startswith=f"{origin}:")

    def said_in(self, source: str) -> "NeedQuerySet":
        """That come from there: a Source."""
        return self.filter(source=source)

    def of_actors(self, actors: models.QuerySet[Any]) -> "NeedQuerySet":
        """Of these actors, given by a query."""
        return self.filter(actor__in=actors.order_by().values("pk"))

    def owned_by(self, user: Any) -> "NeedQuerySet":
        """Those that this person of the staff follows."""
        return self.filter(owner=user.pk if isinstance(user, models.Model) else user)

    def without_owner(self) -> "NeedQuerySet":
        return self.filter(owner__isnull=True)

    def concerning(self, user: Any, addresses: Iterable[str]) -> "NeedQuerySet":
        """Followed by this person, or closed from one of their addresses."""
        return self.filter(Q(owner=user.pk) | Q(closed_by__in=list(addresses)))

    def late(self, day: date) -> "NeedQuerySet":
        """Open, although their last day is before this one."""
        return self.open().filter(due_on__lt=day)

    def waiting_longer_than(self, days: int, today: date) -> "NeedQuerySet":
        """Open, and expressed more than `days` days before this one, whether or not a day was promised."""
        first_day = timezone.make_aware(datetime.combine(today - timedelta(days=days), time.min))
        return self.open().filter(created_at__lt=first_day)

    def numbered(self, pks: Iterable[int]) -> "NeedQuerySet":
        """Those with these numbers, in their order."""
        return self.filter(pk__in=list(pks)).order_by("pk")

    def in_departements(self, codes: list[str]) -> "NeedQuerySet":
        """Their actor lies at least partly in one of these départements."""
        return self.filter(actor__departement_codes__overlap=codes)

    def naming(self, text: str) -> "NeedQuerySet":
        """The text stands in what is asked for, or in the name of the actor (accents and case apart)."""
        asked = Q(label__unaccent__icontains=text) | Q(detail__unaccent__icontains=text)
        return self.filter(asked | Q(actor__name_key__contains=SearchKey(Value(text))))

    def expressed_between(self, first: date | None, last: date | None) -> "NeedQuerySet":
        """Expressed from the first of these days to the last one, both included; None leaves a side open."""
        needs = self
        if first:
            needs = needs.filter(created_at__gte=timezone.make_aware(datetime.combine(first, time.min)))
        if last:
            needs = needs.filter(
                created_at__lt=timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
            )
        return needs

    # --- order and loading plans --------------------------------------------------------------------------------------
    def oldest_first(self) -> "NeedQuerySet":
        return self.order_by("created_at", "pk")

    def newest_first(self) -> "NeedQuerySet":
        return self.order_by("-created_at", "-pk")

    def most_pressing_first(self) -> "NeedQuerySet":
        """Those whose last day comes first; those without one after, the oldest first."""
        return self.order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")

    def for_list(self) -> "NeedQuerySet":
        """With the actor, its place, the service and who follows it, in one query."""
        return self.select_related("actor__departement", "service", "owner").defer(*HEAVY)

    # --- counts -------------------------------------------------------------------------------------------------------
    def counts_by_state(self) -> dict[str, int]:
        """How many are in each state; states without any are left out."""
        return dict(self.order_by().values_list("state").annotate(count=Count("pk")))

    def figures(self, today: date) -> dict[str, Any]:
        """How many there are, open, late, waiting for longer than LONG_WAIT days, answered, dropped; and `median`, the middle
        duration from the need to its answer among those answered (None without any). One query."""
        return self.order_by().aggregate(**_figures(today))

    def figures_by(self, group: str, today: date) -> list[dict[str, Any]]:
        """The same for each value (`group`) of « service », « departement » (the first one of the actor), « source » or « month »
        (the first day of the one when it was expressed). One query."""
        value = TruncMonth("created_at") if group == "month" else GROUPS[group]
        rows = self.order_by().annotate(group=value).values("group").annotate(**_figures(today))
        return list(rows.order_by("group"))

    def owners(self) -> list[tuple[int, str, str, str]]:
        """Who follows some: id, first name, last name, address, by name."""
        rows = self.filter(owner__isnull=False).order_by("owner__last_name", "owner__first_name", "owner")
        return list(rows.values_list("owner", "owner__first_name", "owner__last_name", "owner__email").distinct())

    def waiting_since(self) -> dict[str, Any]:
        """How many are open, and since when the oldest is."""
        return self.open().aggregate(count=Count("pk"), since=Min("created_at"))


def _figures(today: date) -> dict[str, Any]:
    is_open, answered = Q(state__in=OPEN_NEEDS), Q(state=NeedState.ANSWERED)
    oldest = timezone.make_aware(datetime.combine(today - timedelta(days=LONG_WAIT), time.min))
    waited = ExpressionWrapper(F("answered_at") - F("created_at"), output_field=DurationField())
    return {
        "total": Count("pk"),
        "open": Count("pk", filter=is_open),
        "late": Count("pk", filter=is_open & Q(due_on__lt=today)),
        "waiting": Count("pk", filter=is_open & Q(created_at__lt=oldest)),
        "answered": Count("pk", filter=answered),
        "dropped": Count("pk", filter=Q(state=NeedState.DROPPED)),
        "median": Median(waited, filter=answered),
    }


class Need(models.Model):
    """Something that an actor asked for.

    `origin` says what expressed it, once: « response:42:Q35:conseil ». `answer` is what was answered, or why nothing will be;
    it is kept when the need is opened again.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("acteur"), related_name="needs")
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        verbose_name=_("service qui y répond"),
        related_name="needs",
        null=True,
        blank=True,
        help_text=_("Vide si aucun service n’y répond encore."),
    )
    label = models.CharField(_("ce qui est demandé"), max_length=LABEL_LENGTH)
    detail = models.TextField(_("précisions"), blank=True)
    origin = models.CharField(_("origine"), max_length=200)
    source = models.CharField(_("source"), max_length=20, choices=Source)
    state = models.CharField(_("état"), max_length=20, choices=NeedState, default=NeedState.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("suivi par"),
        related_name="needs_followed",
        null=True,
        blank=True,
    )
    due_on = models.DateField(_("à traiter avant le"), null=True, blank=True)
    answer = models.TextField(_("réponse, ou raison"), blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("répondu ou classé le"), null=True, blank=True)
    closed_by = models.CharField(_("répondu ou classé par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("exprimé le"), default=timezone.now, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("besoin")
        verbose_name_plural = _("besoins")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin"],
                name="need_origin_unique",
                violation_error_message=_("Ce besoin est déjà noté."),
            ),
            models.CheckConstraint(
                condition=Q(state=NeedState.ANSWERED.value) ^ Q(answered_at__isnull=True),
                name="need_answered_has_date",
                violation_error_message=_("Un besoin auquel on a répondu a une date de réponse, et lui seul."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OPEN_NEEDS]) | ~Q(answer=""),
                name="need_closed_says_why",
                violation_error_message=_("Un besoin clos dit ce qui a été répondu, ou pourquoi il est sans suite."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(state__in=[state.value for state in OPEN_NEEDS]),
                name="need_open_has_no_end",
                violation_error_message=_("Un besoin qui attend n’a pas de date de clôture."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                condition=Q(state__in=[state.value for state in OPEN_NEEDS]),
                name="need_open",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("need_detail", args=[self.pk])

    @property
    def is_by_hand(self) -> bool:
        """Did staff note it, rather than an answer or a visit?"""
        return self.origin.startswith(BY_HAND)

    @property
    def source_words(self) -> str:
        """Where it comes from: « un appel », « un courriel » if staff noted it, else its source."""
        heard = self.origin.rpartition(":")[2] if self.source == Source.STAFF else ""
        return str(NeedHeard(heard).label if heard in NeedHeard.values else self.get_source_display())

    @property
    def is_new(self) -> bool:
        return self.state == NeedState.NEW

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_NEEDS

    @property
    def is_answered(self) -> bool:
        return self.state == NeedState.ANSWERED

    def is_late(self, day: date) -> bool:
        """Is it open, although its last day is before this one?"""
        return self.is_open and self.due_on is not None and self.due_on < day

    def is_long_wait(self, day: date) -> bool:
        """Is it open, and older than what the network allows itself?"""
        return self.is_open and (day - timezone.localdate(self.created_at)).days > LONG_WAIT
