"""What an organiser does in somebody's name: register who phoned, note a withdrawal, send a link again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.enums import RegistrationState as State
from events.models import Registration
from soco.accounts.models import User
from soco.mailing.models import Message
from tests.events.test_organising_pages import manage_url, page
from tests.factories import EventFactory, EventQuestionFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_somebody_who_phoned_is_registered_by_hand_once_the_window_is_closed(client: Client, team: User) -> None:
    event = EventFactory(closes_at=timezone.now() - timedelta(hours=1))
    EventQuestionFactory(event=event, is_required=True)
    typed = {
        "name": "Zoé Lefèvre",
        "email": "zoe@exemple.fr",
        "structure": "Mairie",
        "others": "Ali, adjoint",
        "once": "page-1-a-la-main",
    }

    answers = [client.post(manage_url(event, "inscrits/ajouter/"), typed, follow=True) for _ in range(2)]
    again = client.post(manage_url(event, "inscrits/ajouter/"), typed | {"once": "page-2-a-la-main"}, follow=True)

    mine = Registration.objects.get()
    assert (mine.state, mine.seats, mine.user, mine.is_listed) == (State.CONFIRMED, 2, None, False)
    assert mine.transitions.get().by == team.email
    assert "la confirmation part" in page(answers[0])
    assert "a déjà une inscription" in page(again)
    assert list(Message.objects.values_list("kind", "to_email")) == [("events.confirmed", "zoe@exemple.fr")]


def test_by_hand_a_full_event_makes_wait_and_a_past_one_refuses(client: Client, team: User) -> None:
    full, past = EventFactory(capacity=1), EventFactory(past=True)
    RegistrationFactory(event=full)
    typed = {"name": "Zoé", "email": "zoe@exemple.fr", "structure": "", "others": "", "once": "page-1-a-la-main"}

    waits = client.post(manage_url(full, "inscrits/ajouter/"), typed, follow=True)
    refused = client.post(manage_url(past, "inscrits/ajouter/"), typed)

    assert "sur la liste d’attente" in page(waits)
    assert "passé" in page(refused)
    assert 'value="Zoé"' in page(refused)
    assert Registration.objects.of_event(past).count() == 0


def test_a_withdrawal_said_by_phone_is_noted_and_a_lost_link_sent_again(client: Client, team: User) -> None:
    event = EventFactory(capacity=1, offer_hours=0)
    seated, waits = RegistrationFactory(event=event), RegistrationFactory(event=event, waiting=True)
    address = manage_url(event, f"inscrits/{seated.pk}/")

    said = [
        page(client.post(address, {"geste": gesture}, follow=True))
        for gesture in ("lien", "lien", "desister", "desister")
    ]

    assert ["repart" in said[0], "moins d’une heure" in said[1], "est noté" in said[2], "déjà close" in said[3]] == [
        True
    ] * 4
    assert {row.pk: row.state for row in Registration.objects.all()} == {
        seated.pk: State.WITHDRAWN,
        waits.pk: State.CONFIRMED,
    }
    assert seated.transitions.last().by == team.email
