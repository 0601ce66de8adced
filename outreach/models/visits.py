"""Visit: a meeting with a collectivité, planned or done; who was met, what was promised."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.expressions import SearchKey
from directory.models.reference import with_history
from events.models import Event
from outreach.enums import RESULTS, VisitKind, VisitState

HEAVY = tuple(f"actor__{name}" for name in ("search_document", "search_terms", "partner_terms", "former_keys"))
LONGEST_MINUTES = 24 * 60
LONGEST_KM = 2000


class VisitQuerySet(models.QuerySet["Visit"]):
    # --- which visits -------------------------------------------------------------------------------------------------
    def planned(self) -> "VisitQuerySet":
        return self.filter(state=VisitState.PLANNED)

    def done(self) -> "VisitQuerySet":
        return self.filter(state=VisitState.DONE)

    def demo(self) -> "VisitQuerySet":
        return self.filter(is_demo=True)

    def written(self) -> "VisitQuerySet":
        """Those of which somebody said what came."""
        return self.in_states(RESULTS)

    def in_states(self, states: Iterable[str]) -> "VisitQuerySet":
        return self.filter(state__in=list(states))

    def of_kinds(self, kinds: Iterable[str]) -> "VisitQuerySet":
        return self.filter(kind__in=list(kinds))

    def numbered(self, pk: int) -> "Visit | None":
        return self.filter(pk=pk).first()

    def of_actor(self, actor: Actor | int) -> "VisitQuerySet":
        return self.filter(actor=actor)

    def by_voltigeur(self, user: Any) -> "VisitQuerySet":
        """Those that this person makes."""
        return self.filter(voltigeur=user.pk if isinstance(user, models.Model) else user)

    def concerning(self, user: Any, addresses: Iterable[str]) -> "VisitQuerySet":
        """Made by this person, or written down from one of their addresses."""
        return self.filter(Q(voltigeur=user.pk) | Q(written_by__in=list(addresses)))

    def between(self, first: date, last: date) -> "VisitQuerySet":
        """On one of these days, both included, in Paris."""
        return self.filter(starts_at__date__gte=first, starts_at__date__lte=last)

    def to_come(self, now: datetime) -> "VisitQuerySet":
        """Planned, their hour not over."""
        return self.planned().filter(starts_at__gte=now)

    def reported_before(self, moment: datetime) -> "VisitQuerySet":
        """That took place before a moment, and still have a free report."""
        return self.filter(starts_at__lt=moment).exclude(report="")

    def coming_before(self, day: date) -> "VisitQuerySet":
        """From today on, before that day."""
        return self.filter(starts_at__date__gte=timezone.localdate(), starts_at__date__lt=day)

    def since(self, day: date) -> "VisitQuerySet":
        return self.filter(starts_at__date__gte=day)

    def to_write_down(self, now: datetime) -> "VisitQuerySet":
        """Planned, their hour is over, and nobody has said what came of it."""
        return self.planned().filter(starts_at__lt=now)

    def for_the_field(self, today: date, days: int, past: int) -> "VisitQuerySet":
        """Of today and of so many days to come; of so many days past, those that nobody has written down."""
        near = Q(starts_at__date__gte=today, starts_at__date__lte=today + timedelta(days=days))
        late = Q(starts_at__date__lt=today, starts_at__date__gte=today - timedelta(days=past), state=VisitState.PLANNED)
        return self.filter(near | late).exclude(state=VisitState.CANCELLED)

    def to_contact_again(self, day: date) -> "VisitQuerySet":
        """Whose next contact was due by that day; a later visit of the same collectivité makes it over."""
        later = Visit.objects.filter(actor=models.OuterRef("actor"), starts_at__gt=models.OuterRef("starts_at"))
        return self.filter(next_contact_on__lte=day).exclude(models.Exists(later.exclude(state=VisitState.CANCELLED)))

    def in_departements(self, codes: list[str]) -> "VisitQuerySet":
        return self.filter(actor__departement_codes__overlap=codes)

    def naming(self, text: str) -> "VisitQuerySet":
        """Whose collectivité has these words in its name (accents aside), or this code."""
        return self.filter(Q(actor__name_key__contains=SearchKey(Value(text))) | Q(actor__code__iexact=text))

    # --- order and loading plans --------------------------------------------------------------------------------------
    def soonest_first(self) -> "VisitQuerySet":
        return self.order_by("starts_at", "pk")

    def by_next_contact(self) -> "VisitQuerySet":
        return self.order_by("next_contact_on", "pk")

    def newest_first(self) -> "VisitQuerySet":
        return self.order_by("-starts_at", "-pk")

    def for_list(self) -> "VisitQuerySet":
        """With the collectivité, its place and who makes it, in one query; free reports are not read."""
        return self.select_related("actor__departement", "voltigeur").defer("report", *HEAVY)

    def for_agenda(self) -> "VisitQuerySet":
        """What a calendar says of them: neither reports nor people are read."""
        around = ("actor", "tour_stop")
        return self.select_related(*around).defer("report", "checklist", *HEAVY)

    def for_page(self) -> "VisitQuerySet":
        """All that the page of one says of it, in three queries."""
        rows = self.select_related(
            "actor__departement", "actor__epci", "voltigeur", "event", "follows", "tour_stop__tour"
        )
        return rows.defer(*HEAVY).prefetch_related("people", "commitments__owner")

    def for_export(self) -> "VisitQuerySet":
        """What a line of the export says, free report and people included, in two queries a batch."""
        return self.select_related("actor__departement", "voltigeur").defer(*HEAVY).prefetch_related("people")

    def for_page_of_actor(self) -> "VisitQuerySet":
        """What the story of one collectivité says of each, in two queries."""
        return self.select_related("voltigeur", "event").prefetch_related("people")

    def counted(self, now: datetime) -> dict[str, int]:
        """How many are `coming`, `unwritten` (over without a word), `done`, and in `all`."""
        figures: dict[str, int] = self.order_by().aggregate(
            coming=models.Count("pk", filter=Q(state=VisitState.PLANNED, starts_at__gte=now)),
            unwritten=models.Count("pk", filter=Q(state=VisitState.PLANNED, starts_at__lt=now)),
            done=models.Count("pk", filter=Q(state=VisitState.DONE)),
            all=models.Count("pk"),
        )
        return figures

    def voltigeurs(self) -> list[tuple[int, str, str, str]]:
        """Who makes some: id, first name, last name, address, by name."""
        names = ("voltigeur", "voltigeur__first_name", "voltigeur__last_name", "voltigeur__email")
        rows = self.filter(voltigeur__isnull=False).order_by("voltigeur__last_name", *names[1:])
        return list(rows.values_list(*names).distinct())

    def contacts_due(self, day: date) -> dict[str, Any]:
        """How many collectivités are to be contacted again by that day, and since when the first is."""
        return self.to_contact_again(day).aggregate(count=models.Count("pk"), first=models.Min("next_contact_on"))

    def waiting_since(self, now: datetime) -> dict[str, Any]:
        """How many are over without a word, and since when the oldest is."""
        return self.to_write_down(now).aggregate(count=models.Count("pk"), since=models.Min("starts_at"))


@with_history(
    exclude=["updated_at"],
    meta={"verbose_name": _("changement de visite"), "verbose_name_plural": _("changements des visites")},
)
class Visit(models.Model):
    """A meeting with a collectivité.

    `version` grows each time it is written: whoever writes says which one they read, so that nobody overwrites a colleague or a
    phone that was offline. `report` is free text for the staff alone: never public, never in an export without the right.
    `checklist`: the codes of what was talked about, see `outreach.checklists`. `once`: the number of the form it was planned on.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, verbose_name=_("collectivité"), related_name="visits")
    kind = models.CharField(_("type"), max_length=20, choices=VisitKind, default=VisitKind.ON_SITE)
    state = models.CharField(_("état"), max_length=20, choices=VisitState, default=VisitState.PLANNED)
    voltigeur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("voltigeur"),
        related_name="visits",
        null=True,
        blank=True,
    )
    starts_at = models.DateTimeField(_("date et heure"))
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), null=True, blank=True)
    km = models.PositiveSmallIntegerField(_("distance parcourue en km"), null=True, blank=True)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    event = models.ForeignKey(
        Event, models.SET_NULL, verbose_name=_("événement"), related_name="visits", null=True, blank=True
    )
    follows = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("remplace"), related_name="followed_by", null=True, blank=True
    )
    checklist = ArrayField(models.CharField(max_length=30), verbose_name=_("points abordés"), default=list, blank=True)
    report = models.TextField(_("compte rendu"), blank=True)
    next_contact_on = models.DateField(_("prochain contact le"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    once = models.CharField(_("numéro de la page"), max_length=40, blank=True, editable=False)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    written_at = models.DateTimeField(_("compte rendu écrit le"), null=True, blank=True)
    written_by = models.CharField(_("compte rendu écrit par"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("créée le"), default=timezone.now, editable=False)
    created_by = models.CharField(_("créée par"), max_length=254, blank=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visite")
        verbose_name_plural = _("visites")
        ordering = ["-starts_at", "-pk"]
        permissions = [
            ("read_report", _("Peut lire les comptes rendus libres")),
            ("export_report", _("Peut exporter les comptes rendus libres")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in RESULTS]) | Q(written_at__isnull=False),
                name="visit_result_is_written",
                violation_error_message=_("Une visite qui a un résultat a une date de compte rendu."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__lte=LONGEST_MINUTES),
                name="visit_lasts_a_day_at_most",
                violation_error_message=_("Une visite dure une journée au plus (1 440 minutes)."),
            ),
            models.CheckConstraint(
                condition=Q(km__isnull=True) | Q(km__lte=LONGEST_KM),
                name="visit_distance_is_possible",
                violation_error_message=_("La distance d’une visite est de 2 000 km au plus."),
            ),
            models.UniqueConstraint(
                fields=["once"],
                condition=~Q(once=""),
                name="visit_planned_once",
                violation_error_message=_("Cette visite est déjà prévue."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="visit_by_day"),
            models.Index(fields=["actor", "-starts_at"], name="visit_by_actor"),
            models.Index(
                fields=["next_contact_on"], condition=Q(next_contact_on__isnull=False), name="visit_next_contact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.actor} · {timezone.localtime(self.starts_at):%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("visit_detail", args=[self.pk])

    @property
    def origin(self) -> str:
        """What it says to the répertoire comes from here."""
        return f"visit:{self.pk}"

    @property
    def is_planned(self) -> bool:
        return self.state == VisitState.PLANNED

    @property
    def is_done(self) -> bool:
        return self.state == VisitState.DONE

    @property
    def is_written(self) -> bool:
        """Did somebody say what came of it?"""
        return self.state in RESULTS

    def was_of(self, user: Any, version: int) -> bool:
        """Was this person its voltigeur in that version of it?"""
        return bool(self.events.filter(version=version, voltigeur_id=user.pk).exists())  # type: ignore[attr-defined]


class PersonMetQuerySet(models.QuerySet["PersonMet"]):
    def at_addresses(self, addresses: Iterable[str]) -> "PersonMetQuerySet":
        return self.filter(email__in=list(addresses))

    def kept_since_before(self, moment: datetime) -> "PersonMetQuerySet":
        """Those of whom more than their function is kept, of visits that took place before a moment."""
        return self.filter(visit__starts_at__lt=moment).exclude(name="", email="", phone="")


class PersonMet(models.Model):
    """Somebody met. Without their agreement the network keeps a function, never a name nor a way to reach them (RGPD, art. 6)."""

    visit = models.ForeignKey(Visit, models.CASCADE, verbose_name=_("visite"), related_name="people")
    job = models.CharField(_("fonction"), max_length=150, blank=True)
    name = models.CharField(_("nom"), max_length=150, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    agrees = models.BooleanField(_("accepte que le réseau garde ses coordonnées"), default=False)

    objects = PersonMetQuerySet.as_manager()

    class Meta:
        verbose_name = _("personne rencontrée")
        verbose_name_plural = _("personnes rencontrées")
        ordering = ["visit", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agrees=True) | Q(name="", email="", phone=""),
                name="person_met_agrees_or_is_nameless",
                violation_error_message=_("Sans son accord, seule la fonction d’une personne est gardée."),
            ),
            models.CheckConstraint(
                condition=~Q(job="", name=""),
                name="person_met_is_somebody",
                violation_error_message=_("Dites au moins la fonction de la personne rencontrée."),
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.name, self.job)))
