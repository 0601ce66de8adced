"""Inviting in a browser: staff previews who is around, unticks one and sends; the invited open their link and register."""

import io
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page, expect

from events.enums import Audience
from events.models import Event, EventInvitation, Registration
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.mailing.models import Message
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory, EventFactory, UserFactory

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.fixture
def team(transactional_db) -> User:
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email="lea@reseau.exemple", second_factor=True)
    give_role(user, roles.TEAM, by=None)
    return user


@pytest.fixture
def event(transactional_db) -> Event:
    """A private petit-déjeuner in Pau, with 60 communes around, one of them without an address."""
    place = DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    epci = EpciFactory(name="Communauté d’agglomération Pau Béarn Pyrénées", departement=place, email="")
    names = ["Lescar", "Gan", "Saint-Jean-Poudge-en-Vic-Bilh", *(f"Voisine-{n}" for n in range(57))]
    for number, name in enumerate(names):
        CommuneFactory(
            name=name, code=f"64{number:03d}", departement=place, epci=epci, latitude=43.3 + number / 1000,
            longitude=-0.37, email="" if name == "Gan" else f"mairie{number}@mairies.exemple",
        )  # fmt: skip
    return EventFactory(
        title="Petit-déjeuner de Pau", latitude=43.3, longitude=-0.37, audience=Audience.INVITED,
        commune=CommuneFactory(name="Pau", code="64445", departement=place, epci=epci, email=""),
    )  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_the_preview_to_the_registration(open_page: Open, team: User, event: Event, javascript: bool) -> None:
    page = open_page(f"{event.get_absolute_url()}inviter/", user=team, javascript=javascript)
    page.get_by_label("Rayon autour du lieu").fill("2")
    page.get_by_role("button", name="Voir qui serait invité").click()
    expect(page.get_by_test_id("nombre")).to_have_text("17")
    expect(page.get_by_test_id("resultat").first).to_contain_text("Lescar (commune, 64)")
    expect(page.get_by_test_id("resultat").first).to_contain_text("même intercommunalité")
    expect(page.get_by_test_id("exclusions")).to_contain_text("sans adresse électronique")

    page.get_by_label("Voisine-0 (commune, 64)").uncheck()
    page.get_by_role("button", name="Envoyer 17 invitations").click()

    expect(page.get_by_role("status").first).to_contain_text("16 invitations partent.")
    expect(page.get_by_test_id("nombre")).to_have_text("16")
    assert not EventInvitation.objects.filter(actor__name="Voisine-0").exists()
    assert Message.objects.filter(kind="events.invitation").count() == 16

    invitation = EventInvitation.objects.get(actor__name="Lescar")
    theirs = open_page(invitation.get_absolute_url(), width=360, javascript=javascript)
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("Petit-déjeuner de Pau")
    theirs.get_by_role("link", name="S’inscrire").click()
    expect(theirs.get_by_label("Votre structure")).to_have_value("Lescar (commune, 64)")
    expect(theirs.get_by_label("Votre adresse électronique")).to_have_value("mairie0@mairies.exemple")
    theirs.get_by_label("Vos prénom et nom").fill("Zoé Lefèvre")
    theirs.get_by_role("button", name="S’inscrire").click()
    expect(theirs.get_by_test_id("etat")).to_have_text("Inscrite")

    registration = Registration.objects.get()
    assert (registration.actor, registration.invitation) == (invitation.actor, invitation)
    page.reload()
    expect(page.get_by_test_id("resultat").filter(has_text="Lescar")).to_contain_text("Inscrite")


def test_a_town_hall_declines_on_a_phone(open_page: Open, event: Event) -> None:
    invitation = EventInvitation.objects.create(event=event, email="mairie@lescar.exemple")
    page = open_page(invitation.get_absolute_url(), width=360)

    page.get_by_role("button", name="Nous ne viendrons pas").click()

    expect(page.get_by_role("status").first).to_contain_text("nous ne vous écrirons plus")
    expect(page.get_by_text("Vous avez répondu que vous ne viendrez pas.")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_have_no_obstacle_and_hold_on_a_phone(open_page: Open, team: User, event: Event, width: int) -> None:
    invitation = EventInvitation.objects.create(
        event=event, email="une-adresse-de-mairie-vraiment-tres-longue@saint-jean-poudge-en-vic-bilh.exemple"
    )
    for address in (
        f"{event.get_absolute_url()}inviter/?rayon=30",
        f"{event.get_absolute_url()}inviter/?rayon=trop",
        f"{event.get_absolute_url()}inviter/adresses/",
        f"{event.get_absolute_url()}invitations/",
        invitation.get_absolute_url(),
    ):
        page = open_page(address, user=team, width=width)
        assert violations(page) == []
        assert width_of(page) == width, address
