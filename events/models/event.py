"""Event: what is organised, where, when, for whom; its questions, sessions and former addresses."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.geography import bounding_box
from directory.models import Actor
from directory.models.cooperation import codes_array, countries_of
from directory.models.expressions import SearchKey, SearchQueryText
from directory.models.reference import with_history
from directory.search import SearchText
from events.enums import Audience, EventKind, EventStatus, ExpiredOffer, RegistrationState, Reminder
from events.seating import Rules
from events.states import SEATED

from .group import Group, GroupMember
from .series import Series

MOST_SEATS = 10_000
WORDS = SearchVector(
    SearchKey(F("title")), SearchKey(F("summary")), SearchKey(F("place_name")), SearchKey(F("city")), config="public.fr"
)
SHOWN = (EventStatus.PUBLISHED, EventStatus.POSTPONED, EventStatus.CANCELLED)


class EventQuerySet(models.QuerySet["Event"]):
    # --- which events -------------------------------------------------------------------------------------------------
    def shown_to_all(self) -> "EventQuerySet":
        """Published, postponed or cancelled, and not kept for the invited: their page says so."""
        return self.filter(status__in=SHOWN).exclude(audience=Audience.INVITED)

    def listed(self) -> "EventQuerySet":
        """Those of the agenda: shown to all, a date still to come (`POSTPONED`) apart."""
        return self.shown_to_all().exclude(status=EventStatus.POSTPONED)

    def at_address(self, slug: str) -> "EventQuerySet":
        """The one whose page has this address, or none."""
        return self.filter(slug=slug)

    def published(self) -> "EventQuerySet":
        return self.filter(status=EventStatus.PUBLISHED)

    def open_data(self) -> "EventQuerySet":
        """Those given away as open data: shown to all, and not fictitious."""
        return self.shown_to_all().filter(is_demo=False)

    def demo(self) -> "EventQuerySet":
        return self.filter(is_demo=True)

    def upcoming(self, now: datetime) -> "EventQuerySet":
        """Not over yet."""
        return self.filter(ends_at__gt=now)

    def past(self, now: datetime) -> "EventQuerySet":
        """Over."""
        return self.filter(ends_at__lte=now)

    def between(self, since: datetime, until: datetime) -> "EventQuerySet":
        """That touch this time: begin before its end, end after its beginning."""
        return self.filter(starts_at__lt=until, ends_at__gt=since)

    def visible_to(self, user: Any, *, sees_all: bool = False) -> "EventQuerySet":
        """What everybody may read, and what this person organises. `sees_all`: a member of staff."""
        if sees_all:
            return self
        if not user.is_authenticated:
            return self.shown_to_all()
        return self.filter(self.organised_by_q(user) | Q(pk__in=self.shown_to_all().order_by().values("pk")))

    @staticmethod
    def organised_by_q(user: Any) -> Q:
        """Of which this person is the organiser, a co-chair of the group, or a référent of the host."""
        chairs = GroupMember.objects.chairs().filter(user=user.pk, group=OuterRef("group"))
        from directory.models import Attachment

        hosts = Attachment.objects.accepted().of_user(user).filter(actor=OuterRef("host"))
        return Q(organiser=user.pk) | Q(Exists(chairs)) | Q(Exists(hosts))

    def organised_by(self, user: Any) -> "EventQuerySet":
        return self.filter(self.organised_by_q(user))

    def of_group(self, group: Group) -> "EventQuerySet":
        return self.filter(group=group.pk)

    def of_actor(self, actor: Actor) -> "EventQuerySet":
        """That it hosts, or that take place there."""
        return self.filter(Q(host=actor.pk) | Q(commune=actor.pk) | Q(departement=actor.pk))

    def waited_for(self) -> "EventQuerySet":
        """Published events with somebody on their waiting list."""
        from .registration import Registration

        waiting = Registration.objects.waiting().filter(event=OuterRef("pk"))
        return self.published().filter(Exists(waiting))

    def missing_minutes(self, now: datetime) -> "EventQuerySet":
        """Meetings of groups that are over and whose minutes nobody added."""
        from .attachments import Document

        minutes = Document.objects.minutes().filter(event=OuterRef("pk"))
        return self.published().past(now).filter(group__isnull=False).exclude(Exists(minutes))

    def to_thank(self, *, since: datetime, until: datetime) -> "EventQuerySet":
        """Published events that ended between these moments."""
        return self.published().filter(ends_at__gte=since, ends_at__lt=until)

    # --- filters, one word each ---------------------------------------------------------------------------------------
    @staticmethod
    def of_kinds_q(kinds: list[str]) -> Q:
        return Q(kind__in=kinds)

    def of_kinds(self, kinds: list[str]) -> "EventQuerySet":
        return self.filter(self.of_kinds_q(kinds))

    @staticmethod
    def in_departements_q(codes: list[str]) -> Q:
        return Q(departement__code__in=codes)

    def in_departements(self, codes: list[str]) -> "EventQuerySet":
        return self.filter(self.in_departements_q(codes))

    @staticmethod
    def with_countries_q(codes: list[str]) -> Q:
        """About one of these countries, themselves or by their group; « europe » stands for all of its own."""
        wanted = codes_array(countries_of(codes), 2)
        return Q(country_codes__overlap=wanted) | Q(group__country_codes__overlap=wanted)

    def with_countries(self, codes: list[str]) -> "EventQuerySet":
        return self.filter(self.with_countries_q(codes))

    @staticmethod
    def with_themes_q(codes: list[str]) -> Q:
        wanted = codes_array(codes, 40)
        return Q(theme_codes__overlap=wanted) | Q(group__theme_codes__overlap=wanted)

    def with_themes(self, codes: list[str]) -> "EventQuerySet":
        return self.filter(self.with_themes_q(codes))

    @staticmethod
    def in_groups_q(slugs: list[str]) -> Q:
        return Q(group__slug__in=slugs)

    def in_groups(self, slugs: list[str]) -> "EventQuerySet":
        return self.filter(self.in_groups_q(slugs))

    def in_month(self, first_day: date) -> "EventQuerySet":
        """That touch the month that begins that day, in the time of Paris."""
        since = timezone.make_aware(datetime.combine(first_day, datetime.min.time()))
        following = (first_day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return self.between(since, timezone.make_aware(datetime.combine(following, datetime.min.time())))

    def near(self, latitude: float, longitude: float, km: float) -> "EventQuerySet":
        """Whose place lies within the square of `km` kilometres around a point in degrees."""
        west, south, east, north = bounding_box(latitude, longitude, km)
        return self.filter(latitude__range=(south, north), longitude__range=(west, east))

    def answering(self, text: SearchText) -> "EventQuerySet":
        """Whose title, summary or place hold the words typed."""
        if not text:
            return self.none()
        return self.alias(words=WORDS).filter(words=SearchQueryText(Value(text.words)))

    # --- figures ------------------------------------------------------------------------------------------------------
    def with_seats(self) -> "EventQuerySet":
        """Adds `seats_taken` (held seats) and `seats_waiting` (seats asked for on the waiting list)."""
        from .registration import Registration

        def total(*states: str) -> Any:
            rows = Registration.objects.filter(event=OuterRef("pk"), state__in=states, is_walk_in=False)
            seats = rows.order_by().values("event").annotate(total=models.Sum("seats")).values("total")
            return Coalesce(models.Subquery(seats), 0)

        return self.annotate(seats_taken=total(*SEATED), seats_waiting=total(RegistrationState.WAITING))

    def months(self) -> list[tuple[date, int]]:
        """Each month that has events, and how many begin in it."""
        months = self.order_by().annotate(month=TruncMonth("starts_at")).values_list("month")
        return [(month.date(), count) for month, count in months.annotate(count=models.Count("pk")).order_by("month")]

    # --- order and loading plans --------------------------------------------------------------------------------------
    def soonest_first(self) -> "EventQuerySet":
        return self.order_by("starts_at", "pk")

    def latest_first(self) -> "EventQuerySet":
        return self.order_by("-starts_at", "-pk")

    def for_card(self) -> "EventQuerySet":
        """What the agenda shows of each, in one query."""
        return self.with_seats().select_related("group").annotate(
            departement_name=F("departement__name"),
            departement_code=F("departement__code"),
            host_name=F("host__name"),
            host_slug=F("host__slug"),
        )

    def for_page(self) -> "EventQuerySet":
        heavy = [f"{name}__{field}" for name in ("host", "commune", "departement") for field in _HEAVY]
        related = ("host", "commune", "departement", "group", "organiser", "series")
        return self.with_seats().select_related(*related).defer(*heavy)


_HEAVY = ("search_document", "search_terms", "partner_terms", "former_keys")


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
    def is_past(self) -> bool:
        return self.ends_at <= timezone.now()

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
    def is_draft(self) -> bool:
        return self.status == EventStatus.DRAFT

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
