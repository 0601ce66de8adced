"""The life of jumelages in a browser: the staff's lists, a letter, a relaunch from end to end, a référent who asks for one."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.enums import FollowUpMail
from directory.models import Jumelage
from directory.services import send_letter
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.mailing.models import Message
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    DepartementFactory,
    JumelageFactory,
    PartnerFactory,
    RelaunchFactory,
    UserFactory,
)

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.fixture
def team(transactional_db) -> User:
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email="marie@reseau.exemple", second_factor=True)
    give_role(user, roles.TEAM, by=None)
    return user


@pytest.fixture
def jumelage(transactional_db) -> Jumelage:
    """Limoges and Fürth, in all four lists; three others beside it."""
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    today = timezone.localdate()
    limoges = CommuneFactory(
        name="Limoges", code="87085", departement=vienne, email="mairie@limoges.exemple", phone="05 55 00 00 00"
    )
    germany = {"foreign": True, "country__iso2": "DE"}
    found = JumelageFactory(
        collectivite=limoges,
        partner=PartnerFactory(name="Fürth", **germany),
        to_verify=True,
        vitality="en-sommeil",
        year_signed=today.year - 50,
        agreement_ends_on=today + timedelta(days=60),
        agreement_renewal_on=today + timedelta(days=90),
    )
    for name, facts in {
        "Pskov": {"imported": True, "year_signed": 1987},
        "Nœux-en-Saintonge-sur-Gironde": {"to_verify": True, "last_action_on": date(2015, 6, 1)},
    }.items():
        JumelageFactory(
            collectivite=CommuneFactory(name=f"Saint-{name}", departement=vienne, email=""),
            partner=PartnerFactory(name=name, **germany),
            **facts,
        )
    return found


PAGES = (
    "/equipe/jumelages/",
    "/equipe/jumelages/?vue=anniversaires",
    "/equipe/jumelages/?vue=conventions&pays=SN",
    "/equipe/jumelages/?vue=relances",
    "/equipe/jumelages/{pk}/courriel/nouvelles/",
    "/equipe/jumelages/{pk}/courriel/anniversaire/",
    "/equipe/jumelages/{pk}/relance/",
    "/equipe/jumelages/{pk}/relance/clore/",
)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("address", PAGES)
def test_no_obstacle_and_no_sideways_scroll(
    open_page: Open, team: User, jumelage: Jumelage, address: str, width: int
) -> None:
    RelaunchFactory(jumelage=jumelage, needed=["contact", "projet"], done=["contact"])
    words = {"subject": "Cinquante ans", "text": "Bonjour", "reply_to": team.email}
    send_letter(jumelage, FollowUpMail.ANNIVERSARY, timezone.localdate(), **words)

    page = open_page(address.format(pk=jumelage.pk), user=team, width=width)

    assert page.locator("h1").count() == 1
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1280, 360])
def test_what_its_people_see_has_no_obstacle(open_page: Open, jumelage: Jumelage, width: int) -> None:
    other = JumelageFactory(collectivite=jumelage.collectivite)
    RelaunchFactory(jumelage=other, needed=["contact", "projet"], done=["contact"])
    person = AttachmentFactory(accepted=True, actor=jumelage.collectivite).user

    for address in (
        f"/jumelages/{jumelage.slug}/relance/",
        f"/jumelages/{other.slug}/relance/",
        other.get_absolute_url(),
        "/mon-espace/",
    ):
        page = open_page(address, user=person, width=width)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_the_queue_to_the_letter(open_page: Open, team: User, jumelage: Jumelage, javascript: bool) -> None:
    page = open_page("/equipe/", user=team, javascript=javascript)
    page.get_by_role("link", name="Jumelages à vérifier").first.click()
    expect(page.get_by_test_id("nombre")).to_have_text("3")

    page.get_by_label("Nom ou pays").fill("furth")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_test_id("resultat")).to_have_count(1)
    page.get_by_role("link", name="Préparer un courriel au sujet de Limoges – Fürth").click()

    page.get_by_label("Objet").fill("Et Fürth, où en êtes-vous ?")
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.locator("#apercu")).to_be_visible()
    expect(page.locator(".carte")).to_contain_text("Et Fürth, où en êtes-vous ?")
    page.get_by_role("button", name="Envoyer le courriel").click()

    expect(page.get_by_role("status").first).to_contain_text("mairie@limoges.exemple")
    expect(page.get_by_test_id("resultat").filter(has_text="Fürth")).to_contain_text("par marie@reseau.exemple")
    assert Message.objects.values_list("to_email", "reply_to").get() == ("mairie@limoges.exemple", team.email)


def test_a_relaunch_from_the_request_to_the_action(open_page: Open, team: User, jumelage: Jumelage) -> None:
    person = AttachmentFactory(accepted=True, actor=jumelage.collectivite).user
    theirs = open_page("/mon-espace/", user=person, width=360)
    theirs.get_by_role("link", name="Demander un appui pour relancer").click()
    theirs.get_by_label("des bénévoles, des jeunes").check()
    theirs.get_by_label("Dites-nous où vous en êtes").fill("Le comité s’est éteint.")
    theirs.get_by_role("button", name="Demander un appui").click()
    expect(theirs.get_by_role("heading", name="La relance en cours")).to_be_visible()

    page = open_page("/equipe/jumelages/?vue=relances", user=team)
    page.get_by_role("link", name="Suivre la relance").click()
    expect(page.get_by_text("Le comité s’est éteint.")).to_be_visible()
    page.get_by_role("group", name="Ce qui est acquis").get_by_label("des bénévoles, des jeunes").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("1 sur 1 acquis")).to_be_visible()

    page.get_by_role("link", name="Clore la relance").click()
    page.get_by_label("Relancé : une action a eu lieu".replace(" :", "\u00a0:")).check()
    page.get_by_label("L’action qui a eu lieu").fill("Vingt jeunes à Fürth")
    page.get_by_label("Le jour de cette action").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Clore la relance").click()

    expect(page.get_by_role("status").first).to_contain_text("ce jumelage est actif")
    theirs.goto(theirs.url)
    expect(theirs.get_by_text("Vingt jeunes à Fürth").first).to_be_visible()
