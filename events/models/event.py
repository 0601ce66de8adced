"""Event: what is organised, where, when, for whom; its questions, sessions and former addresses."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from directory.models.reference import with_history
from events.enums import Audience, EventKind, EventStatus, ExpiredOffer, Reminder
from events.seating import Rules

from .event_words import EventQuerySet
from .group import Group
from .series import Series

MOST_SEATS = 10_000


@with_history(
    exclude=["updated_at"],
    meta={"verbose_name": _("changement d’événement"), "verbose_name_plural": _("changements des événements")},
)
class Event(models.Model):
    """A meeting that people register for.

    `sequence` grows with each change that a calendar must know (RFC 5545); `uid` never changes. A postponed event whose new
    date is known is published again, and `previous_starts_at` keeps the date that people had noted.
    """

    kind = models.CharField(_("nature"), max_length=20, choices=EventKind, default=EventKind.PETIT_DEJEUNER)
    title = models.CharField(_("titre"), max_length=150)
    slug = models.SlugField(_("adresse de la page"), max_length=200, unique=True, editable=False)
    uid = models.UUIDField(_("identifiant de calendrier"), default=uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("version de calendrier"), default=0, editable=False)
    status = models.CharField(_("état"), max_length=10, choices=EventStatus, default=EventStatus.DRAFT)
    status_reason = models.TextField(_("raison du report ou de l’annulation"), blank=True)
    series = models.ForeignKey(
        Series, models.SET_NULL, verbose_name=_("série"), related_name="events", null=True, blank=True
    )

    # What
    summary = models.CharField(
        _("en une phrase"), max_length=250, blank=True, help_text=_("Ce que l’on lit dans l’agenda.")
    )
    description = models.TextField(_("présentation"), blank=True)
    programme = models.TextField(_("programme"), blank=True)
    speakers = models.TextField(_("intervenants"), blank=True, help_text=_("Un par ligne."))
    prerequisites = models.TextField(_("prérequis"), blank=True, help_text=_("Pour une formation."))
    accessibility = models.TextField(
        _("accessibilité"), blank=True, help_text=_("Accès de plain-pied, boucle magnétique, sous-titres…")
    )
    country_codes = ArrayField(models.CharField(max_length=2), verbose_name=_("pays"), default=list, blank=True)
    theme_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("thèmes"), default=list, blank=True)
    group = models.ForeignKey(
        Group, models.PROTECT, verbose_name=_("groupe"), related_name="events", null=True, blank=True
    )
    host = models.ForeignKey(
        Actor, models.SET_NULL, verbose_name=_("accueilli par"), related_name="hosted_events", null=True, blank=True
    )
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("personne qui organise"),
        related_name="organised_events",
        null=True,
        blank=True,
        help_text=_("Les réponses aux courriels lui arrivent."),
    )

    # When and where
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    previous_starts_at = models.DateTimeField(_("date d’avant le report"), null=True, blank=True, editable=False)
    place_name = models.CharField(_("lieu"), max_length=150, blank=True)
    address = models.CharField(_("adresse"), max_length=300, blank=True)
    city = models.CharField(_("ville"), max_length=100, blank=True)
    commune = models.ForeignKey(
        Actor, models.SET_NULL, verbose_name=_("commune"), related_name="events_here", null=True, blank=True
    )
    departement = models.ForeignKey(
        Actor, models.SET_NULL, verbose_name=_("département"), related_name="+", null=True, blank=True
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    is_online = models.BooleanField(_("en visioconférence"), default=False)
    online_url = models.URLField(
        _("adresse de la visioconférence"),
        max_length=500,
        blank=True,
        help_text=_("Montrée aux seules personnes inscrites."),
    )

    # Who, how many
    audience = models.CharField(_("qui peut s’inscrire"), max_length=10, choices=Audience, default=Audience.PUBLIC)
    capacity = models.PositiveIntegerField(
        _("nombre de places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)],
        help_text=_("Vide : sans limite."),
    )
    has_waiting_list = models.BooleanField(_("liste d’attente"), default=True)
    offer_hours = models.PositiveSmallIntegerField(
        _("délai pour accepter une place, en heures"),
        default=48,
        validators=[MaxValueValidator(24 * 30)],
        help_text=_("0 : la première personne de la liste est inscrite aussitôt."),
    )
    expired_offer = models.CharField(
        _("place non acceptée à temps"), max_length=15, choices=ExpiredOffer, default=ExpiredOffer.OUT
    )
    opens_at = models.DateTimeField(_("ouverture des inscriptions"), null=True, blank=True)
    closes_at = models.DateTimeField(_("clôture des inscriptions"), null=True, blank=True)
    seats_per_actor = models.PositiveSmallIntegerField(
        _("places par structure"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    reserved_seats = models.PositiveIntegerField(
        _("places réservées aux collectivités jamais rencontrées"),
        default=0,
        help_text=_("Rendues à tous quelques jours avant l’événement."),
    )
    never_met_first = models.BooleanField(
        _("les collectivités jamais rencontrées passent d’abord sur la liste d’attente"), default=False
    )
    reminders = ArrayField(
        models.CharField(max_length=3, choices=Reminder), verbose_name=_("rappels"), default=list, blank=True
    )

    once = models.CharField(_("page d’où il vient"), max_length=120, blank=True, editable=False, db_index=True)
    is_demo = models.BooleanField(_("démonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    created_by = models.CharField(_("créé par"), max_length=254, blank=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["-starts_at", "-pk"]
        permissions = [("write_registered", "Peut écrire aux inscrits"), ("export_event", "Peut exporter les inscrits")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_start",
                violation_error_message=_("La fin vient après le début."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="event_capacity_positive",
                violation_error_message=_("Un événement a une place au moins."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(reserved_seats__lte=F("capacity")),
                name="event_reserved_within_capacity",
                violation_error_message=_("Les places réservées ne dépassent pas le nombre de places."),
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="event_closes_after_opening",
                violation_error_message=_("La clôture des inscriptions vient après leur ouverture."),
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.GROUP) | Q(group__isnull=False),
                name="event_group_audience_has_group",
                violation_error_message=_("Choisissez le groupe dont les membres peuvent s’inscrire."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="event_starts"),
            models.Index(fields=["ends_at", "id"], name="event_ends"),
            models.Index(fields=["group", "starts_at"], name="event_group_starts"),
            GinIndex(fields=["country_codes"]),
            GinIndex(fields=["theme_codes"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event_detail", args=[self.slug])

    @property
    def public_url(self) -> str:
        """The address of its page, or « » when only those who are invited know of it."""
        return "" if self.audience == Audience.INVITED else self.get_absolute_url()

    @property
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def has_sessions(self) -> bool:
        """May it be made of several sessions? Only a training is."""
        return self.kind == EventKind.FORMATION

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_cancelled(self) -> bool:
        return self.status == EventStatus.CANCELLED

    @property
    def is_postponed(self) -> bool:
        return self.status == EventStatus.POSTPONED

    @property
    def has_date(self) -> bool:
        """Is its date the one that it will take place on? Not while it is postponed to a date to come."""
        return self.status != EventStatus.POSTPONED

    @property
    def is_draft(self) -> bool:
        return self.status == EventStatus.DRAFT

    @property
    def is_told_to_engines(self) -> bool:
        """May search engines learn of it? Neither a draft nor what is fictitious, nor what is kept for the invited."""
        return not (self.is_draft or self.is_demo or self.audience == Audience.INVITED)

    @property
    def is_located(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def registration_ends_at(self) -> datetime:
        """When registering is no longer possible: its closing, or its beginning."""
        return min(self.closes_at or self.starts_at, self.starts_at)

    @property
    def reserved_until(self) -> datetime:
        """When the seats kept for collectivités never met are given back to all."""
        return self.starts_at - timedelta(days=settings.EVENTS_RESERVED_RELEASE_DAYS)

    @property
    def rules(self) -> Rules:
        """How its seats are shared out, now."""
        reserved = self.reserved_seats if timezone.now() < self.reserved_until else 0
        return Rules(self.capacity, reserved, self.never_met_first)

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at

    def is_open_at(self, now: datetime) -> bool:
        """May somebody register at this moment, seats apart?"""
        is_begun = self.opens_at is None or self.opens_at <= now
        return self.status == EventStatus.PUBLISHED and is_begun and now < self.registration_ends_at


class Session(models.Model):
    """One part of a training that lasts several half-days."""

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("événement"), related_name="sessions")
    title = models.CharField(_("titre"), max_length=150)
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("La fin vient après le début."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    def at_address(self, slug: str) -> "FormerAddressQuerySet":
        return self.filter(slug=slug)


class FormerAddress(models.Model):
    """An address that an event had before its date or title changed: it leads to today's for good."""

    slug = models.SlugField(_("ancienne adresse"), max_length=200, unique=True)
    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("événement"), related_name="former_addresses")

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("ancienne adresse d’un événement")
        verbose_name_plural = _("anciennes adresses des événements")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug
