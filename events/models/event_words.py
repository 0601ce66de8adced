"""The words of the agenda: which events, in which order, loaded with what."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncMonth
from django.utils import timezone

from directory.geography import bounding_box
from directory.models import Actor, Attachment
from directory.models.cooperation import codes_array, countries_of
from directory.models.expressions import SearchKey, SearchQueryText, kilometres_from
from directory.models.sourced import GivenAwayQuerySet
from directory.models.text_search import CloseName
from directory.search import SearchText
from events.enums import Audience, EventStatus, RegistrationState
from events.months import following
from events.states import SEATED

from .group import Group, GroupMember

if TYPE_CHECKING:
    from .event import Event

WORDS = SearchVector(*(SearchKey(F(name)) for name in ("title", "summary", "place_name", "city")), config="public.fr")
SHOWN = (EventStatus.PUBLISHED, EventStatus.POSTPONED, EventStatus.CANCELLED)
# Written out rather than built: it is the same each time, on a page that is read most when seats are few.
SEATS = (
    "(SELECT coalesce(sum(seats), 0) FROM events_registration"
    " WHERE event_id = events_event.id AND state = ANY (%s) AND NOT is_walk_in)"
)


def _seats(*states: str) -> RawSQL:
    wanted = [str(state) for state in states]
    return RawSQL(SEATS, [wanted], output_field=models.IntegerField())  # noqa: S611 - its texts are parameters


def month_bounds(first_day: date) -> tuple[datetime, datetime]:
    """The beginning of the month that begins that day, and that of the next one, in the time of Paris."""
    midnight = datetime.min.time()
    return (
        timezone.make_aware(datetime.combine(first_day, midnight)),
        timezone.make_aware(datetime.combine(following(first_day), midnight)),
    )


class EventQuerySet(GivenAwayQuerySet):
    # --- which events -------------------------------------------------------------------------------------------------
    def shown_to_all(self) -> "EventQuerySet":
        """Published, postponed or cancelled, and not kept for the invited: their page says so."""
        return self.filter(status__in=SHOWN).exclude(audience=Audience.INVITED)

    def listed(self) -> "EventQuerySet":
        """Those of the agenda: shown to all, a date still to come (`POSTPONED`) apart."""
        return self.shown_to_all().exclude(status=EventStatus.POSTPONED)

    def awaiting_date(self) -> "EventQuerySet":
        """Postponed, their new date still to come, and read by all."""
        return self.shown_to_all().filter(status=EventStatus.POSTPONED)

    def at_address(self, slug: str) -> "EventQuerySet":
        """The one whose page has this address, or none."""
        return self.filter(slug=slug)

    def formerly_at(self, slug: str) -> "EventQuerySet":
        """The one whose page had this address before its date or title changed, or none."""
        return self.filter(former_addresses__slug=slug)

    def published(self) -> "EventQuerySet":
        return self.filter(status=EventStatus.PUBLISHED)

    def open_data(self) -> "EventQuerySet":
        """Those given away as open data: shown to all, and not fictitious."""
        return self.shown_to_all().real()

    def upcoming(self, now: datetime) -> "EventQuerySet":
        """Not over yet."""
        return self.filter(ends_at__gt=now)

    def past(self, now: datetime) -> "EventQuerySet":
        """Over."""
        return self.filter(ends_at__lte=now)

    def begun(self, now: datetime) -> "EventQuerySet":
        return self.filter(starts_at__lte=now)

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
        hosts = Attachment.objects.accepted().of_user(user).filter(actor=OuterRef("host"))
        return Q(organiser=user.pk) | Q(Exists(chairs)) | Q(Exists(hosts))

    def organised_by(self, user: Any) -> "EventQuerySet":
        return self.filter(self.organised_by_q(user))

    def of_group(self, group: Group) -> "EventQuerySet":
        return self.filter(group=group.pk)

    def to_come(self, now: datetime) -> "EventQuerySet":
        """Those that other pages announce: of the agenda, published, not over; the soonest first, as cards."""
        return self.listed().published().upcoming(now).soonest_first().for_card()

    def of_actor(self, actor: Actor) -> "EventQuerySet":
        """That it hosts, or that take place there."""
        return self.filter(Q(host=actor.pk) | Q(commune=actor.pk) | Q(departement=actor.pk))

    def of_series(self, series: int) -> "EventQuerySet":
        return self.filter(series=series)

    def made_from(self, once: str) -> "EventQuerySet":
        """Made from this page."""
        return self.filter(once=once)

    def not_cancelled(self) -> "EventQuerySet":
        return self.exclude(status=EventStatus.CANCELLED)

    def starting_from(self, moment: datetime) -> "EventQuerySet":
        return self.filter(starts_at__gte=moment)

    def in_statuses(self, statuses: list[str]) -> "EventQuerySet":
        return self.filter(status__in=statuses)

    def naming(self, text: str) -> "EventQuerySet":
        """Whose title, place or town holds this text."""
        where = Q(place_name__unaccent__icontains=text) | Q(city__unaccent__icontains=text)
        return self.filter(Q(title__unaccent__icontains=text) | where)

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
        return Q(group__slug__in=slugs, group__is_published=True)  # nobody learns what a hidden group does

    def in_groups(self, slugs: list[str]) -> "EventQuerySet":
        return self.filter(self.in_groups_q(slugs))

    def in_month(self, first_day: date) -> "EventQuerySet":
        """That touch the month that begins that day, in the time of Paris."""
        return self.between(*month_bounds(first_day))

    @staticmethod
    def in_months_q(months: list[str]) -> Q:
        """That touch one of these months, written AAAA-MM."""
        condition = Q()
        for month in months:
            since, until = month_bounds(date.fromisoformat(f"{month}-01"))
            condition |= Q(starts_at__lt=until, ends_at__gt=since)
        return condition

    def in_months(self, months: list[str]) -> "EventQuerySet":
        return self.filter(self.in_months_q(months))

    def near(self, latitude: float, longitude: float, km: float) -> "EventQuerySet":
        """Whose place lies at most `km` kilometres from a point in degrees; adds their `distance`."""
        south, north, west, east = bounding_box(latitude, longitude, km)
        box = self.filter(latitude__range=(south, north), longitude__range=(west, east))
        return box.annotate(distance=kilometres_from(latitude, longitude)).filter(distance__lte=km)

    def online(self) -> "EventQuerySet":
        """Those that one follows from one's own desk."""
        return self.filter(is_online=True)

    def located(self) -> "EventQuerySet":
        return self.filter(latitude__isnull=False)

    def spots(self) -> Any:
        """The number, latitude, longitude and kind of each, as tuples."""
        return self.values_list("pk", "latitude", "longitude", "kind")

    def at_the_place_of(self, event: "Event") -> "EventQuerySet":
        """At the same point of the map, itself included."""
        return self.filter(latitude=event.latitude, longitude=event.longitude)

    def answering(self, text: SearchText, close: list[CloseName]) -> "EventQuerySet":
        """Whose title, summary or place hold the words typed, or that an actor of nearly that name hosts or sees at home."""
        if not text:
            return self.none()
        names = [name.pk for name in close]
        words = Q(words=SearchQueryText(Value(text.words)))
        return self.alias(words=WORDS).filter(words | Q(host__in=names) | Q(commune__in=names))

    # --- figures ------------------------------------------------------------------------------------------------------
    def with_seats(self) -> "EventQuerySet":
        """Adds `seats_taken` (held seats) and `seats_waiting` (seats asked for on the waiting list)."""
        return self.annotate(seats_taken=_seats(*SEATED), seats_waiting=_seats(RegistrationState.WAITING))

    def months(self) -> list[tuple[date, int]]:
        """Each month that has events, and how many begin in it."""
        months = self.order_by().annotate(month=TruncMonth("starts_at")).values_list("month")
        return [(month.date(), count) for month, count in months.annotate(count=models.Count("pk")).order_by("month")]

    def with_minutes(self) -> "EventQuerySet":
        """Adds `has_minutes`: were the minutes of this meeting added?"""
        from .attachments import Document

        return self.annotate(has_minutes=Exists(Document.objects.minutes().filter(event=OuterRef("pk"))))

    # --- order and loading plans --------------------------------------------------------------------------------------
    def soonest_first(self) -> "EventQuerySet":
        return self.order_by("starts_at", "pk")

    def latest_first(self) -> "EventQuerySet":
        return self.order_by("-starts_at", "-pk")

    def nearest_first(self) -> "EventQuerySet":
        """After `near`."""
        return self.order_by("distance", "starts_at", "pk")

    def newest_first(self) -> "EventQuerySet":
        """The last published first."""
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk")

    def for_card(self) -> "EventQuerySet":
        """What the agenda shows of each, in one query: plain names, without making actors and groups of them."""
        return self.with_seats().with_names()

    def for_export(self) -> "EventQuerySet":
        """What a line of an export or an entry of a feed says of each, in one query; nobody's name."""
        return self.select_related("group").with_names()

    def with_names(self) -> "EventQuerySet":
        """Adds the names and codes of its place, its host and its group; « » for a host or a group that is hidden."""
        host, group = (
            When(host__is_published=True, then=F("host__name")),
            When(group__is_published=True, then=F("group__name")),
        )
        return self.annotate(
            departement_name=F("departement__name"),
            departement_code=F("departement__code"),
            commune_code=F("commune__code"),
            host_name=Case(host, default=Value("")),
            host_slug=Case(When(host__is_published=True, then=F("host__slug")), default=Value("")),
            group_name=Case(group, default=Value("")),
            group_slug=Case(When(group__is_published=True, then=F("group__slug")), default=Value("")),
        )

    def for_page(self) -> "EventQuerySet":
        """The same: a page reads what else it needs when it needs it, an event's is read a hundred times a second."""
        return self.for_card()
