"""Registration: a request for one seat or several, where it stands and how it came there; who comes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.models import Actor
from events.enums import RegistrationState as State
from events.seating import Request
from events.states import LIVE, SEATED, WITHDRAWABLE
from soco.accounts.addresses import verified_addresses
from soco.web import signed_links

from .event import Event
from .invitation import EventInvitation
from .links import link_days

LINK = "inscription"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def of_event(self, event: Event) -> "RegistrationQuerySet":
        return self.filter(event=event.pk)

    def of_user(self, user: Any) -> "RegistrationQuerySet":
        """Made from this person's account, or with an address that they proved to hold: typing somebody's address in one's account
        opens nothing of theirs."""
        proved = [address.lower() for address in (user.email, *verified_addresses(user))]
        return self.filter(Q(user=user.pk) | Q(email__in=proved))

    def of_address(self, email: str) -> "RegistrationQuerySet":
        return self.filter(email=email.strip().lower())

    def of_addresses(self, emails: list[str]) -> "RegistrationQuerySet":
        """Of one of these addresses, given in small letters."""
        return self.filter(email__in=emails)

    def from_invitation(self, invitation: EventInvitation) -> "RegistrationQuerySet":
        """Made through the personal link of this invitation."""
        return self.filter(invitation=invitation.pk)

    def live(self) -> "RegistrationQuerySet":
        """Neither withdrawn, refused, expired nor cancelled."""
        return self.filter(state__in=LIVE)

    def seated(self) -> "RegistrationQuerySet":
        """Those that hold seats; people who came without registering (walk-ins) are beside the count."""
        return self.filter(state__in=SEATED, is_walk_in=False)

    def waiting(self) -> "RegistrationQuerySet":
        return self.filter(state=State.WAITING)

    def offered(self) -> "RegistrationQuerySet":
        return self.filter(state=State.OFFERED)

    def confirmed(self) -> "RegistrationQuerySet":
        return self.filter(state=State.CONFIRMED)

    def in_this_state_by(self, moment: datetime) -> "RegistrationQuerySet":
        """Those whose state has not changed since a moment."""
        return self.filter(state_at__lte=moment)

    def present(self) -> "RegistrationQuerySet":
        return self.filter(state=State.PRESENT)

    def in_states(self, states: list[str]) -> "RegistrationQuerySet":
        return self.filter(state__in=states)

    def concerned(self) -> "RegistrationQuerySet":
        """Those that are told when their event changes: they hold a seat, are offered one, or wait."""
        return self.filter(state__in=WITHDRAWABLE)

    def waiting_for_coming(self, now: datetime) -> dict[str, Any]:
        """How many wait for a seat of an event to come, and since when the first does."""
        coming = self.waiting().filter(event__starts_at__gt=now)
        return coming.aggregate(count=models.Count("pk"), since=models.Min("created_at"))

    def counted_by_state(self) -> list[tuple[str, str, int, int]]:
        """Of each state that occurs, in the order of the list: its value and label, how many requests, how many seats."""
        rows = self.order_by().values_list("state").annotate(requests=models.Count("pk"), seats=models.Sum("seats"))
        found = {state: (requests, seats) for state, requests, seats in rows}
        return [(str(state), str(state.label), *found[state]) for state in State if state in found]

    def coming(self, now: datetime) -> "RegistrationQuerySet":
        """Of events that are not over, the next first."""
        return self.filter(event__ends_at__gt=now).order_by("event__starts_at", "pk")

    def answering(self, question: int) -> "RegistrationQuerySet":
        """Those that hold an answer to this question."""
        return self.filter(answers__has_key=str(question))

    def named(self) -> "RegistrationQuerySet":
        """Those that still say whose they are."""
        return self.exclude(link_version=0)

    def still_offered(self, now: datetime) -> "RegistrationQuerySet":
        """Offers whose deadline is not over, the shortest delay first."""
        return self.offered().filter(offer_until__gt=now).order_by("offer_until", "pk")

    def expired(self, now: datetime) -> "RegistrationQuerySet":
        """Offered seats that nobody took in time."""
        return self.offered().filter(offer_until__lte=now).order_by("event", "pk")

    def listed(self) -> "RegistrationQuerySet":
        """Those whose people agreed to be read on the list of participants."""
        return self.filter(state__in=(State.CONFIRMED, State.PRESENT), is_listed=True)

    def of_actor(self, actor: Actor) -> "RegistrationQuerySet":
        return self.filter(actor=actor.pk)

    def came_without_address(self, name: str, structure: str) -> "RegistrationQuerySet":
        """Who came without registering nor giving an address, under this name, from this structure."""
        return self.filter(is_walk_in=True, email="", name__iexact=name, structure__iexact=structure)

    def made_on(self, once: str) -> "RegistrationQuerySet":
        """Typed on this page; none for a page without a number."""
        return self.filter(once=once) if once else self.none()

    def at_addresses(self, addresses: list[str]) -> "RegistrationQuerySet":
        return self.filter(email__in=addresses)

    def reaching(self, address: str) -> "RegistrationQuerySet":
        """Made by this address, or for somebody who gave it as their own."""
        people = Participant.objects.filter(email=address, registration=OuterRef("pk"))
        return self.filter(Q(email=address) | Q(Exists(people)))

    def of_structure(self, name: str) -> "RegistrationQuerySet":
        """Those of a structure that has no fiche, by the name typed."""
        return self.filter(actor=None, structure__unaccent__iexact=name.strip())

    def naming(self, text: str) -> "RegistrationQuerySet":
        """Whose person, structure, address or participants hold this text."""
        people = Participant.objects.filter(registration=models.OuterRef("pk"), name__unaccent__icontains=text)
        said = Q(name__unaccent__icontains=text) | Q(structure__unaccent__icontains=text) | Q(email__icontains=text)
        return self.filter(said | Q(models.Exists(people)))

    def seats(self) -> int:
        """How many seats these ask for together."""
        return self.aggregate(total=models.Sum("seats"))["total"] or 0

    def taken_and_last_rank(self) -> tuple[int, int, int]:
        """Of one event's registrations: the seats held, those held by collectivités never met, the last rank given."""
        holds = Q(state__in=SEATED, is_walk_in=False)
        figures = self.aggregate(
            taken=models.Sum("seats", filter=holds, default=0),
            never_met=models.Sum("seats", filter=holds & Q(is_never_met=True), default=0),
            last=models.Max("rank"),
        )
        return figures["taken"], figures["never_met"], figures["last"] or 0

    def ahead_of(self, registration: "Registration") -> "RegistrationQuerySet":
        """Those of its event's waiting list that will be served before it."""
        earlier = Q(rank__lt=registration.rank)
        if registration.event.never_met_first:
            earlier = earlier & Q(is_never_met=True) if registration.is_never_met else earlier | Q(is_never_met=True)
        return self.waiting().filter(earlier)

    def requests(self) -> list[Request]:
        """The waiting list of one event, as plain values."""
        rows = self.waiting().order_by("rank").values_list("pk", "rank", "seats", "is_never_met")
        return [Request(*row) for row in rows]

    def in_line(self) -> "RegistrationQuerySet":
        return self.order_by("rank")

    def newest_first(self) -> "RegistrationQuerySet":
        return self.order_by("-created_at", "-pk")

    def by_name(self) -> "RegistrationQuerySet":
        return self.order_by(Lower("name"), "pk")

    def for_page(self) -> "RegistrationQuerySet":
        """With its event, its actor and its people: three queries at most."""
        return self.select_related("event__organiser", "event__group", "actor", "user").prefetch_related("participants")

    def old(self, before: datetime) -> "RegistrationQuerySet":
        """Of events that ended before a moment."""
        return self.filter(event__ends_at__lt=before)


class Registration(models.Model):
    """A request by one person for themselves and, it may be, colleagues of the same structure.

    `rank` is given under the lock of the event: unique in it, it grows with time. `is_never_met` is what the network knew
    when the request was made. `offer_until`: until when an offered seat is kept. `once`: the number of the page it was typed on;
    only whoever holds it is led to the registration.
    """

    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("événement"), related_name="registrations")
    state = models.CharField(_("état"), max_length=20, choices=State, default=State.WAITING)
    rank = models.PositiveIntegerField(_("rang"), editable=False)
    seats = models.PositiveSmallIntegerField(_("places"), default=1, validators=[MinValueValidator(1)])
    is_never_met = models.BooleanField(_("collectivité jamais rencontrée"), default=False)
    offer_until = models.DateTimeField(_("place gardée jusqu’au"), null=True, blank=True)

    name = models.CharField(_("nom"), max_length=150)
    email = models.EmailField(_("adresse électronique"), blank=True)  # « » for some who came without registering
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    structure = models.CharField(_("structure"), max_length=200, blank=True)
    actor = models.ForeignKey(
        Actor, models.SET_NULL, verbose_name=_("acteur"), related_name="registrations", null=True, blank=True
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("compte"),
        related_name="registrations",
        null=True,
        blank=True,
    )
    answers = models.JSONField(_("réponses"), default=dict, blank=True)
    is_listed = models.BooleanField(_("accepte de figurer sur la liste des participants"), default=False)
    is_walk_in = models.BooleanField(_("venue sans inscription"), default=False)
    invitation = models.ForeignKey(
        EventInvitation,
        models.SET_NULL,
        verbose_name=_("invitation"),
        related_name="registrations",
        null=True,
        blank=True,
    )
    reason = models.TextField(_("raison du refus"), blank=True)
    once = models.CharField(_("numéro de la page"), max_length=40, blank=True, editable=False)
    link_version = models.PositiveIntegerField(_("version du lien"), default=1, editable=False)
    created_at = models.DateTimeField(_("demandée le"), auto_now_add=True)
    state_at = models.DateTimeField(_("dans cet état depuis"), default=timezone.now)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        ordering = ["event", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "rank"],
                name="registration_rank_once",
                violation_error_message=_("Ce rang est déjà pris."),
            ),
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=Q(state__in=LIVE) & ~Q(email=""),
                name="registration_one_live",
                violation_error_message=_("Cette adresse est déjà inscrite à cet événement."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="registration_seats_positive",
                violation_error_message=_("Une inscription demande une place au moins."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.OFFERED, offer_until__isnull=False)
                | (~Q(state=State.OFFERED) & Q(offer_until__isnull=True)),
                name="registration_offer_has_deadline",
                violation_error_message=_("Une place proposée l’est jusqu’à une date."),
            ),
        ]
        indexes = [
            models.Index(fields=["event", "state"], include=["seats", "is_never_met"], name="registration_seats"),
            models.Index(fields=["offer_until"], condition=Q(state=State.OFFERED), name="registration_offers"),
            models.Index(fields=["email"], name="registration_email"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.structure}" if self.structure else self.name

    def get_absolute_url(self) -> str:
        return reverse("registration", args=[self.token])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def is_offered(self) -> bool:
        return self.state == State.OFFERED

    @property
    def is_confirmed(self) -> bool:
        return self.state == State.CONFIRMED

    @property
    def has_entry_code(self) -> bool:
        """Is there a door to show a code at? Needs `event`."""
        event = self.event
        has_door = bool(event.place_name or event.city)
        return self.is_confirmed and has_door and not event.is_past and not event.is_postponed

    @property
    def is_forgotten(self) -> bool:
        """Was everything about the person taken out of it?"""
        return self.link_version == 0

    @property
    def is_present(self) -> bool:
        return self.state == State.PRESENT

    @property
    def can_withdraw(self) -> bool:
        """Not once the event is over: then its story is told."""
        return self.state in WITHDRAWABLE and not self.event.is_past

    @property
    def token(self) -> str:
        """Its personal link's token: made anew each time, the same as long as nothing changed."""
        since = timezone.localdate(self.created_at)
        return signed_links.make(
            LINK, self.pk, version=self.link_version, days=link_days(since, self.event), since=since
        ).token


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def expected(self, event: Event) -> "ParticipantQuerySet":
        """The people of an event who hold a seat, came or not: the list of the door, by name."""
        states = (State.CONFIRMED, State.PRESENT, State.ABSENT)
        rows = self.filter(registration__event=event.pk, registration__state__in=states)
        return rows.select_related("registration").order_by(Lower("name"), "pk")

    def reached_at(self, addresses: list[str]) -> "ParticipantQuerySet":
        """Those who gave one of these addresses as their own."""
        return self.filter(email__in=addresses)

    def of_event(self, event: Event) -> "ParticipantQuerySet":
        """All the people ever named for an event, whatever became of their registration."""
        return self.filter(registration__event=event.pk).select_related("registration")

    def of_registration(self, registration: Registration) -> "ParticipantQuerySet":
        return self.filter(registration=registration.pk).select_related("registration").order_by("pk")

    def attended(self) -> "ParticipantQuerySet":
        """Those who came."""
        return self.filter(attended=True)

    def to_come(self, now: datetime) -> "ParticipantQuerySet":
        """Of registrations that may be withdrawn, of events that are not over."""
        return self.filter(registration__state__in=WITHDRAWABLE, registration__event__ends_at__gt=now)

    def unmarked(self) -> "ParticipantQuerySet":
        """Those of whom nobody has said whether they came."""
        return self.filter(attended=None)

    def no_shows(self) -> "ParticipantQuerySet":
        """Those who held a seat and did not come."""
        return self.filter(attended=False)

    def naming(self, text: str) -> "ParticipantQuerySet":
        """Each word of the text is in their name, their structure, or the name or address of who registered them."""
        found = self
        for word in text.replace("\x00", "").split()[:10]:
            said = Q(name__unaccent__icontains=word) | Q(registration__structure__unaccent__icontains=word)
            who = Q(registration__name__unaccent__icontains=word) | Q(registration__email__icontains=word)
            found = found.filter(said | who)
        return found

    def attendance(self) -> dict[str, int]:
        """How many are `expected`, `present`, `absent`, and still `awaited`."""
        figures = self.order_by().aggregate(
            expected=models.Count("pk"),
            present=models.Count("pk", filter=Q(attended=True)),
            absent=models.Count("pk", filter=Q(attended=False)),
        )
        return figures | {"awaited": figures["expected"] - figures["present"] - figures["absent"]}


class Participant(models.Model):
    """One person who comes. `attended`: None until somebody said so at the door."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, verbose_name=_("inscription"), related_name="participants"
    )
    name = models.CharField(_("nom"), max_length=150)
    email = models.EmailField(_("adresse électronique"), blank=True)
    job = models.CharField(_("fonction"), max_length=150, blank=True)
    attended = models.BooleanField(_("présence"), null=True, blank=True)
    attended_at = models.DateTimeField(_("pointée le"), null=True, blank=True)
    attended_by = models.CharField(_("pointée par"), max_length=254, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["registration", "pk"]

    def __str__(self) -> str:
        return self.name


class TransitionQuerySet(models.QuerySet["Transition"]):
    def signed_by(self, addresses: list[str]) -> "TransitionQuerySet":
        return self.filter(by__in=addresses)

    def passed_offers(self) -> "TransitionQuerySet":
        """Offers that passed and sent their request back to the line."""
        return self.filter(before=State.OFFERED, after=State.WAITING)


class Transition(models.Model):
    """One step of a registration: from which state to which, when, by whom and why. Never changed."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, verbose_name=_("inscription"), related_name="transitions"
    )
    before = models.CharField(_("de"), max_length=20, choices=State, blank=True)
    after = models.CharField(_("à"), max_length=20, choices=State)
    at = models.DateTimeField(_("le"), default=timezone.now)
    by = models.CharField(_("par"), max_length=254, blank=True)
    cause = models.CharField(_("parce que"), max_length=200, blank=True)

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("étape d’une inscription")
        verbose_name_plural = _("étapes des inscriptions")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before or '·'} → {self.after}"
