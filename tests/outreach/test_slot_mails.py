"""The mails about slots: their words, their calendar files, and when they have nothing to say any more."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from directory.enums import ContactState
from directory.models import Actor
from outreach import services
from outreach.enums import StopState
from outreach.models import Tour, TourStop
from outreach.services import TourPlan
from soco.accounts.models import User
from soco.mailing import kinds
from soco.mailing.enums import Reason
from soco.mailing.models import Message
from soco.mailing.services import preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def stop(bearn: list[Actor], voltigeur: User) -> TourStop:
    """Lescar's, of a confirmed tour, its slot proposed."""
    plan = TourPlan(timezone.localdate() + timedelta(days=7), bearn[0], time(8, 30), voltigeur)
    tour = services.create_tour(plan, [bearn[1].pk], by=voltigeur.email)
    services.confirm_tour(tour, by=voltigeur.email)
    services.send_slots(tour)
    return TourStop.objects.of_tour(tour).for_settling().get()


def message(kind: str) -> Message:
    return Message.objects.of_kind(f"outreach.{kind}").order_by("-pk").first()


def text_of(kind: str) -> str:
    row = message(kind)
    return preview(kinds.get(row.kind), row.params).text


def why_not(kind: str) -> Reason:
    row = message(kind)
    with pytest.raises(kinds.NotRelevant) as refused:
        kinds.get(row.kind).context(row.params)
    return refused.value.reason


def files_of(kind: str) -> list[str]:
    row = message(kind)
    return [each.content.decode().replace("\r\n ", "") for each in kinds.get(row.kind).attachments(row.params)]


def test_a_slot_says_who_comes_when_and_how_to_answer(stop: TourStop) -> None:
    said = text_of("slot")

    assert "Ana Etcheverry vient à la rencontre" in said
    assert "8\u00a0h\u00a050" in said
    assert stop.get_absolute_url() in said
    assert message("slot").reply_to == "ana@reseau.exemple"


def test_a_slot_is_said_no_more_once_it_changed_or_was_answered(stop: TourStop) -> None:
    TourStop.objects.filter(pk=stop.pk).update(starts_at=stop.starts_at + timedelta(hours=1))
    assert why_not("slot") == Reason.NO_OBJECT
    TourStop.objects.filter(pk=stop.pk).update(starts_at=stop.starts_at)
    Actor.objects.filter(pk=stop.actor_id).update(contact_state=ContactState.REFUSED)
    assert why_not("slot") == Reason.PAUSED
    TourStop.objects.filter(pk=stop.pk).update(state=StopState.DECLINED)
    assert why_not("slot") == Reason.ALREADY_DONE
    Tour.objects.update(state="annulee")
    assert why_not("slot") == Reason.NO_OBJECT
    TourStop.objects.all().delete()
    assert why_not("slot") == Reason.NO_OBJECT


def test_what_was_agreed_enters_the_agenda_of_the_town_hall_and_leaves_it(stop: TourStop) -> None:
    services.answer_slot(stop, StopState.ACCEPTED, seen=stop.starts_at)
    assert "Le fichier joint l’ajoute" in text_of("slot_agreed")
    (entered,) = files_of("slot_agreed")
    assert "METHOD:REQUEST" in entered
    assert "mailto:mairie1@mairies.exemple" in entered

    services.cancel_tour(stop.tour)
    assert why_not("slot_agreed") == Reason.NO_OBJECT
    assert "n’aura pas lieu" in text_of("slot_called_off")
    (left,) = files_of("slot_called_off")
    assert "METHOD:CANCEL" in left
    assert [line for line in left.split("\r\n") if line.startswith("UID")] == [
        line for line in entered.split("\r\n") if line.startswith("UID")
    ]


def test_the_voltigeur_reads_the_answer_as_a_quotation(stop: TourStop) -> None:
    services.answer_slot(stop, StopState.OTHER_DATE, seen=None, message="En mars\n[Cliquez] https://ailleurs.example")

    said = text_of("slot_answered")
    assert "Lescar demande une autre date" in said
    assert "> [Cliquez] https://ailleurs.example" in said
    assert message("slot_answered").about == stop.tour.about
