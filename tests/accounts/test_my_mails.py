"""« Mes courriels »: what may be stopped is stopped at once, and what comes back is said."""

import pytest
from django.test import Client
from django.utils import timezone

from soco.mailing.enums import Category
from soco.mailing.models import Address
from tests.factories import AddressFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/mon-espace/courriels/"


@pytest.fixture
def member(client: Client) -> Client:
    client.force_login(UserFactory(email="ines@exemple.fr"))
    return client


def test_service_stops_and_starts_again_for_this_address_only(member: Client) -> None:
    AddressFactory(email="autrui@exemple.fr")
    states = []
    for wish in ("non", "non", "oui"):
        done = member.post(f"{PAGE}service/", {"souhait": wish})
        states.append(Address.objects.of("ines@exemple.fr").refuses(Category.SERVICE))

    assert (done["Location"], states) == (PAGE, [True, True, False])
    assert not Address.objects.of("autrui@exemple.fr").refuses(Category.SERVICE)


def test_the_page_says_the_present_choice(member: Client) -> None:
    before = member.get(PAGE).content.decode()
    member.post(f"{PAGE}service/", {"souhait": "non"})
    member.post("/mon-espace/nouvelles/", {"souhait": "oui"})

    after = member.get(PAGE).content.decode()

    assert ("Vous les recevez." in before, "Vous ne les recevez pas." in after) == (True, True)
    assert ("Vous recevez les nouvelles" in before, "Vous recevez les nouvelles" in after) == (False, True)


def test_an_address_that_fails_is_said_to_its_owner(member: Client) -> None:
    AddressFactory(email="autrui@exemple.fr", failing_since=timezone.now())
    before = member.get(PAGE).content.decode()
    AddressFactory(email="ines@exemple.fr", failing_since=timezone.now())

    assert ("reviennent" in before, "reviennent" in member.get(PAGE).content.decode()) == (False, True)
