"""Factories of the agenda: groups, events, registrations."""

from datetime import timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.enums import EventKind, EventStatus, GroupKind, MembershipRole, MembershipState, Reminder
from events.enums import RegistrationState as State
from events.models import (
    Document,
    Event,
    EventInvitation,
    EventQuestion,
    FormerAddress,
    Group,
    GroupAction,
    GroupMember,
    Participant,
    PlannedReminder,
    Registration,
    Satisfaction,
    Series,
    Session,
    Transition,
)

from .actors import UserFactory


class GroupFactory(DjangoModelFactory[Group]):
    """A groupe thématique; `country`: a groupe pays about Germany."""

    class Meta:
        model = Group

    class Params:
        country = factory.Trait(kind=GroupKind.COUNTRY, country_codes=["DE"], theme_codes=[])
        hidden = factory.Trait(is_published=False)
        demo = factory.Trait(is_demo=True)

    kind = GroupKind.THEME
    name = factory.Sequence(lambda n: f"Jumelage {n}")
    slug = factory.Sequence(lambda n: f"jumelage-{n}")
    theme_codes = factory.LazyFunction(lambda: ["jumelage"])


class GroupMemberFactory(DjangoModelFactory[GroupMember]):
    """An accepted member; `chair`, `pending`."""

    class Meta:
        model = GroupMember

    class Params:
        chair = factory.Trait(role=MembershipRole.CHAIR)
        pending = factory.Trait(state=MembershipState.PENDING)

    group = factory.SubFactory(GroupFactory)
    user = factory.SubFactory(UserFactory)
    state = MembershipState.ACCEPTED


class GroupActionFactory(DjangoModelFactory[GroupAction]):
    class Meta:
        model = GroupAction

    group = factory.SubFactory(GroupFactory)
    title = "Écrire aux communes voisines"


class SeriesFactory(DjangoModelFactory[Series]):
    class Meta:
        model = Series

    name = "Premiers mardis"
    starts_on = factory.LazyFunction(timezone.localdate)
    until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=180))


class EventFactory(DjangoModelFactory[Event]):
    """A published petit-déjeuner of 12 seats in 30 days; `draft`, `past`, `cancelled`, `online`, `demo`, `unlimited`."""

    class Meta:
        model = Event

    class Params:
        draft = factory.Trait(status=EventStatus.DRAFT, published_at=None)
        past = factory.Trait(starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=10)))
        cancelled = factory.Trait(status=EventStatus.CANCELLED)
        postponed = factory.Trait(status=EventStatus.POSTPONED)
        online = factory.Trait(
            kind=EventKind.VISIO, is_online=True, online_url="https://visio.exemple.fr/salle", place_name="", city=""
        )
        demo = factory.Trait(is_demo=True)
        unlimited = factory.Trait(capacity=None)

    kind = EventKind.PETIT_DEJEUNER
    title = factory.Sequence(lambda n: f"Petit-déjeuner {n}")
    slug = factory.Sequence(lambda n: f"2026-12-01-petit-dejeuner-{n}")
    status = EventStatus.PUBLISHED
    starts_at = factory.LazyFunction(lambda: timezone.now().replace(second=0, microsecond=0) + timedelta(days=30))
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(minutes=90))
    published_at = factory.LazyFunction(timezone.now)
    place_name = "Salle du conseil"
    city = "Pau"
    capacity = 12
    reminders = factory.LazyFunction(lambda: [Reminder.WEEK, Reminder.DAY])


class SessionFactory(DjangoModelFactory[Session]):
    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory, kind=EventKind.FORMATION)
    title = "Le matin"
    starts_at = factory.SelfAttribute("event.starts_at")
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=3))


class FormerAddressFactory(DjangoModelFactory[FormerAddress]):
    class Meta:
        model = FormerAddress

    event = factory.SubFactory(EventFactory)
    slug = factory.Sequence(lambda n: f"2026-11-01-ancien-titre-{n}")


class EventQuestionFactory(DjangoModelFactory[EventQuestion]):
    class Meta:
        model = EventQuestion

    event = factory.SubFactory(EventFactory)
    label = "Un régime alimentaire ?"


class EventDocumentFactory(DjangoModelFactory[Document]):
    class Meta:
        model = Document

    event = factory.SubFactory(EventFactory)
    title = "Programme"
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 essai", name="programme.pdf"))


class EventInvitationFactory(DjangoModelFactory[EventInvitation]):
    class Meta:
        model = EventInvitation

    event = factory.SubFactory(EventFactory)
    email = factory.Sequence(lambda n: f"mairie{n}@exemple.fr")


class RegistrationFactory(DjangoModelFactory[Registration]):
    """A confirmed registration of one person; `waiting`, `offered`, `withdrawn`, `present`. `people=3` makes three participants."""

    class Meta:
        model = Registration
        skip_postgeneration_save = True

    class Params:
        waiting = factory.Trait(state=State.WAITING)
        offered = factory.Trait(
            state=State.OFFERED, offer_until=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=48))
        )
        withdrawn = factory.Trait(state=State.WITHDRAWN)
        present = factory.Trait(state=State.PRESENT)

    event = factory.SubFactory(EventFactory)
    state = State.CONFIRMED
    rank = factory.LazyAttribute(lambda registration: registration.event.registrations.count() + 1)
    name = factory.Sequence(lambda n: f"Dominique Martin {n}")
    email = factory.Sequence(lambda n: f"inscrit{n}@exemple.fr")
    structure = "Mairie de Pau"

    @factory.post_generation
    def people(self: Registration, create: bool, wanted: int | None, **_kwargs: Any) -> None:
        """As many participants as `people`, the seats of the registration by default."""
        if create:
            for number in range(self.seats if wanted is None else wanted):
                ParticipantFactory(registration=self, name=self.name if number == 0 else f"{self.name} bis {number}")


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    registration = factory.SubFactory(RegistrationFactory, people=0)
    name = factory.Sequence(lambda n: f"Dominique Martin {n}")


class TransitionFactory(DjangoModelFactory[Transition]):
    class Meta:
        model = Transition

    registration = factory.SubFactory(RegistrationFactory)
    after = State.CONFIRMED


class SatisfactionFactory(DjangoModelFactory[Satisfaction]):
    class Meta:
        model = Satisfaction

    registration = factory.SubFactory(RegistrationFactory, present=True)
    rating = 4


class PlannedReminderFactory(DjangoModelFactory[PlannedReminder]):
    class Meta:
        model = PlannedReminder

    event = factory.SubFactory(EventFactory)
    reminder = Reminder.DAY
    due_at = factory.LazyAttribute(lambda planned: planned.event.starts_at - timedelta(days=1))
