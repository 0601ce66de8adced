"""Visits, tours and memberships for tests."""

from datetime import date, time, timedelta
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from directory.enums import ContactState
from outreach.enums import FactKind, SentState, VisitState, WishKind
from outreach.models import (
    Adhesion,
    Commitment,
    ContactChange,
    ContactFact,
    ContactWish,
    CoverageTarget,
    FieldArea,
    FieldReport,
    PersonMet,
    Priority,
    PrioritySettings,
    QuickNote,
    Tour,
    TourStop,
    Visit,
)
from tests.factories.actors import CommuneFactory, UserFactory


class VisitFactory(DjangoModelFactory[Visit]):
    """A visit planned in a week; `done`: one that took place a week ago."""

    class Meta:
        model = Visit

    class Params:
        done = factory.Trait(
            state=VisitState.DONE,
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=7)),
            written_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=6)),
            written_by="voltigeur@soco.example",
            minutes=60,
            km=40,
            report="Le maire veut relancer le jumelage.",
        )

    actor = factory.SubFactory(CommuneFactory)
    voltigeur = factory.SubFactory(UserFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class PersonMetFactory(DjangoModelFactory[PersonMet]):
    class Meta:
        model = PersonMet

    visit = factory.SubFactory(VisitFactory, done=True)
    job = "Maire"


class CommitmentFactory(DjangoModelFactory[Commitment]):
    class Meta:
        model = Commitment

    visit = factory.SubFactory(VisitFactory, done=True)
    text = "Envoyer la liste des communes jumelées avec l’Espagne"
    owner = factory.SubFactory(UserFactory)


class FieldReportFactory(DjangoModelFactory[FieldReport]):
    """A report that waits to be compared, as a phone sends one that says little."""

    class Meta:
        model = FieldReport

    key = factory.LazyFunction(uuid4)
    visit = factory.SubFactory(VisitFactory)
    user = factory.SelfAttribute("visit.voltigeur")
    read_version = 1
    content = factory.LazyFunction(
        lambda: {
            "result": VisitState.DONE.value,
            "starts_at": timezone.now().isoformat(),
            **dict.fromkeys(("minutes", "km", "next_contact_on")),
            "text": "",
            **{name: [] for name in ("checklist", "people", "needs", "promises")},
        }
    )
    state = SentState.CONFLICT
    written_at = factory.LazyFunction(timezone.now)


class TourFactory(DjangoModelFactory[Tour]):
    """A tour of the next week, from a commune."""

    class Meta:
        model = Tour

    day = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    voltigeur = factory.SubFactory(UserFactory)
    start = factory.SubFactory(CommuneFactory)
    leaves_at = time(8, 30)


class TourStopFactory(DjangoModelFactory[TourStop]):
    class Meta:
        model = TourStop

    tour = factory.SubFactory(TourFactory)
    actor = factory.SubFactory(CommuneFactory)
    rank = factory.Sequence(lambda n: n + 1)


class ContactFactFactory(DjangoModelFactory[ContactFact]):
    class Meta:
        model = ContactFact

    actor = factory.SubFactory(CommuneFactory)
    kind = FactKind.VISIT
    on = factory.LazyFunction(timezone.localdate)
    origin = factory.Sequence(lambda n: f"visit:{n}")


class ContactWishFactory(DjangoModelFactory[ContactWish]):
    class Meta:
        model = ContactWish

    actor = factory.SubFactory(CommuneFactory)
    kind = WishKind.REFUSAL


class ContactChangeFactory(DjangoModelFactory[ContactChange]):
    class Meta:
        model = ContactChange

    actor = factory.SubFactory(CommuneFactory)
    before = ContactState.NEVER
    after = ContactState.MET
    cause = FactKind.VISIT
    on = factory.LazyFunction(timezone.localdate)


class QuickNoteFactory(DjangoModelFactory[QuickNote]):
    class Meta:
        model = QuickNote

    actor = factory.SubFactory(CommuneFactory)
    user = factory.SubFactory(UserFactory)
    text = "La secrétaire demande quand passe le voltigeur."


class AdhesionFactory(DjangoModelFactory[Adhesion]):
    """A membership of this year."""

    class Meta:
        model = Adhesion

    actor = factory.SubFactory(CommuneFactory)
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    starts_on = factory.LazyAttribute(lambda made: date(made.year, 1, 1))
    ends_on = factory.LazyAttribute(lambda made: date(made.year, 12, 31))


class FieldAreaFactory(DjangoModelFactory[FieldArea]):
    class Meta:
        model = FieldArea

    user = factory.SubFactory(UserFactory)
    departement_codes = ["64"]


class PriorityFactory(DjangoModelFactory[Priority]):
    class Meta:
        model = Priority

    actor = factory.SubFactory(CommuneFactory)
    score = 30
    computed_at = factory.LazyFunction(timezone.now)


class PrioritySettingsFactory(DjangoModelFactory[PrioritySettings]):
    class Meta:
        model = PrioritySettings

    pk = 1


class CoverageTargetFactory(DjangoModelFactory[CoverageTarget]):
    class Meta:
        model = CoverageTarget

    percent = 40
    reach_by = factory.LazyFunction(lambda: date(timezone.localdate().year, 12, 31))
