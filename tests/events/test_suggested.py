"""What another page suggests for a new event: its title, its host, whom to invite once it is published."""

import pytest
from django.test import Client

from events.enums import EventStatus
from events.models import Event
from soco.accounts.models import User
from tests.events.test_organising_pages import event_form, page
from tests.factories import CommuneFactory, EventFactory

pytestmark = pytest.mark.django_db


def test_a_suggested_event_published_leads_to_inviting_those_suggested(client: Client, team: User) -> None:
    aixe = CommuneFactory(name="Aixe", email="mairie@aixe.exemple")
    bosmie, hidden = CommuneFactory(name="Bosmie", email=""), CommuneFactory(name="Cachée", is_published=False)
    address = f"/agenda/nouveau/?type=petit-dejeuner&titre=Ensemble&accueil={aixe.pk}&inviter={aixe.pk},{bosmie.pk},{hidden.pk}"

    form = client.get(address).context["form"]
    assert (form["title"].value(), form.initial["host"], form.initial["commune"]) == ("Ensemble", aixe, aixe)
    assert f"inviter={aixe.pk}%2C{bosmie.pk}" in page(client.get(address))

    response = client.post(address, event_form(publier="1"))
    event = Event.objects.get()
    invite = client.get(response["Location"])

    assert event.status == EventStatus.PUBLISHED
    assert invite.context["form"]["adresses"].value() == "mairie@aixe.exemple"
    assert invite.context["unreachable"] == [bosmie]
    assert "Cachée" not in page(invite)


def test_a_draft_leads_to_its_own_page(client: Client, team: User) -> None:
    response = client.post(f"/agenda/nouveau/?inviter={CommuneFactory().pk}", event_form())

    assert response["Location"] == f"{Event.objects.get().get_absolute_url()}gerer/"


@pytest.mark.parametrize(
    "query", ["accueil=x", "accueil=" + "9" * 40, "inviter=%00,x", "titre=%00", "titre=" + "a" * 999]
)
def test_what_is_not_understood_suggests_nothing(client: Client, team: User, query: str) -> None:
    answer = client.get(f"/agenda/nouveau/?{query}")

    assert answer.status_code == 200
    assert "host" not in answer.context["form"].initial


@pytest.mark.parametrize("query", ["structures=x", "structures=" + "9" * 40, "structures=%00"])
def test_no_address_breaks_the_invitation(client: Client, team: User, query: str) -> None:
    answer = client.get(f"{EventFactory().get_absolute_url()}inviter/adresses/?{query}")

    assert answer.context["form"]["adresses"].value() == ""
