"""Who was met, or signed something, is forgotten wherever it was kept; the demonstration takes away nothing but its own."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from directory.enums import ContactState
from outreach import services
from outreach.coverage import board_of_region
from outreach.enums import SentState, StopState
from outreach.models import (
    Adhesion,
    ContactChange,
    ContactFact,
    CoverageTarget,
    FieldReport,
    PrioritySettings,
    Tour,
)
from outreach.services import forget_old_people, forget_person
from outreach.services.demo import remove_demo_outreach, seed_demo_outreach
from soco.mailing.enums import State
from soco.mailing.models import Message
from tests.factories import (
    AdhesionFactory,
    CommuneFactory,
    CoverageTargetFactory,
    FieldReportFactory,
    PersonMetFactory,
    QuickNoteFactory,
    UserFactory,
)
from tests.outreach.touring import BY, stops

pytestmark = pytest.mark.django_db
LEA = "lea@reseau.example"
PARIS = ZoneInfo("Europe/Paris")


# --- people ---------------------------------------------------------------------------------------------------------------------
def test_somebody_without_a_name_is_forgotten_in_time_with_their_address() -> None:
    met = PersonMetFactory(job="Directrice", email="direction@mairie.exemple", phone="05 55 00 00 00", agrees=True)
    limit = timezone.now() + timedelta(days=1)

    assert (forget_old_people(limit, apply=False), forget_old_people(limit, apply=True)) == (1, 1)
    assert forget_old_people(limit, apply=True) == 0

    met.refresh_from_db()
    assert (met.job, met.email, met.phone, met.agrees) == ("Directrice", "", "", False)


def test_what_a_voltigeur_signed_is_forgotten_in_every_table_and_does_not_come_back() -> None:
    lea = UserFactory(email=LEA)
    adhesion = AdhesionFactory(added_by=LEA)
    target = CoverageTargetFactory(set_by=LEA)
    services.change_weights({"never_met": 7}, by=LEA)
    services.change_weights({"never_met": 8}, by=LEA)
    adhesion.note = "Chèque reçu"
    adhesion.save()
    services.settle_contacts()

    forget_person(lea)
    services.settle_contacts()

    assert (Adhesion.objects.get().added_by, CoverageTarget.objects.get(pk=target.pk).set_by) == ("", "")
    assert PrioritySettings.objects.get().changed_by == ""
    assert set(ContactFact.objects.values_list("by", flat=True)) == {""}
    assert set(ContactChange.objects.values_list("by", flat=True)) == {""}
    for model, column in ((Adhesion, "added_by"), (PrioritySettings, "changed_by")):
        assert set(model.pgh_event_model.objects.values_list(column, flat=True)) == {""}  # type: ignore[attr-defined]


def test_somebody_met_is_forgotten_in_what_a_phone_sent_too() -> None:
    lea = UserFactory(email=LEA)
    who = {"job": "Maire", "name": "Léa Roy", "email": LEA.upper(), "phone": "06", "agrees": True}
    other = who | {"name": "Paul", "email": "paul@mairie.exemple"}
    report = FieldReportFactory(state=SentState.CONFLICT)
    report.content["people"] = [who, other]
    report.save()

    forget_person(lea)

    kept = FieldReport.objects.get(pk=report.pk).content["people"]
    assert kept == [{"job": "Maire", "name": "", "email": "", "phone": "", "agrees": False}, other]


# --- the demonstration ----------------------------------------------------------------------------------------------------------
def test_what_really_moved_while_the_demonstration_came_or_left_stays_told() -> None:
    for number in range(70):
        CommuneFactory(population=9000 - number, latitude=45 + number / 1000, longitude=1.0)
    early = QuickNoteFactory()

    seed_demo_outreach("démonstration")
    late = QuickNoteFactory()
    remove_demo_outreach()

    told = set(ContactChange.objects.values_list("actor", "after", "is_demo"))
    assert told == {(note.actor_id, ContactState.REACHED, False) for note in (early, late)}


# --- slots ----------------------------------------------------------------------------------------------------------------------
def called_off() -> list[str]:
    return list(Message.objects.of_kind("outreach.slot_called_off").values_list("to_email", flat=True))


def test_who_was_never_written_to_is_not_told_that_nobody_comes(confirmed: Tour) -> None:
    services.send_slots(confirmed)

    services.cancel_tour(confirmed)

    assert not Message.objects.of_kind("outreach.slot").in_state(State.SENT).exists()
    assert called_off() == []


def test_who_was_proposed_a_slot_that_moved_since_is_told_that_nobody_comes(confirmed: Tour) -> None:
    first = stops(confirmed)[0]
    services.send_slots(confirmed, {first.pk})
    Message.objects.of_kind("outreach.slot").update(state=State.SENT, sent_at=timezone.now())
    leaves_at = (datetime.combine(confirmed.day, confirmed.leaves_at) + timedelta(minutes=30)).time()
    services.change_tour(confirmed, minutes={}, by=BY, leaves_at=leaves_at)
    assert stops(confirmed)[0].state == StopState.TO_ASK

    services.cancel_tour(confirmed)

    assert called_off() == [first.actor.email]
    told = Message.objects.of_kind("outreach.slot_called_off").get().params["slot"]
    assert datetime.fromisoformat(told) == first.starts_at


# --- days -----------------------------------------------------------------------------------------------------------------------
def test_a_target_set_after_midnight_in_paris_counts_from_that_day(settings) -> None:
    target = CoverageTargetFactory(departement="")
    CoverageTarget.objects.filter(pk=target.pk).update(set_at=datetime(2026, 3, 10, 0, 30, tzinfo=PARIS))

    (aim,) = board_of_region(settings.REGION_CODE, today=date(2026, 3, 12)).aims

    assert aim.pace.set_on == date(2026, 3, 10)
