"""Coverage, memberships and the month's report in a browser: read, followed, sorted, imported; each page on a small screen."""

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Actor
from outreach.models import Adhesion
from outreach.months import shifted
from outreach.services import settle_contacts
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from tests.e2e.browsing import home_of
from tests.factories import (
    AdhesionFactory,
    CommitmentFactory,
    CoverageTargetFactory,
    NeedFactory,
    UserFactory,
    VisitFactory,
)

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)

TODAY = timezone.localdate()
LAST_MONTH = shifted(TODAY.replace(day=1), -1)


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
def met(repertoire: Actor, team: User) -> Actor:
    """Limoges, met last month and a member; two targets."""
    moment = timezone.make_aware(datetime.combine(LAST_MONTH, time(10)))
    visit = VisitFactory(actor=repertoire, done=True, starts_at=moment, voltigeur=team)
    NeedFactory(actor=repertoire, origin=f"visit:{visit.pk}:stand", created_at=moment)
    CommitmentFactory(visit=visit, owner=team, due_on=LAST_MONTH)
    AdhesionFactory(actor=repertoire)
    settle_contacts()
    CoverageTargetFactory(percent=50, reach_by=TODAY + timedelta(days=300))
    CoverageTargetFactory(departement="87", percent=1, reach_by=TODAY + timedelta(days=30))
    return repertoire


def test_from_the_board_to_a_collectivite_without_javascript(met: Actor, team: User, open_page: Open) -> None:
    page = open_page("/equipe/", javascript=False, user=team)
    page.get_by_role("link", name="Couverture").click()
    table = page.get_by_role("region", name="Départements, avec leurs collectivités")
    table.get_by_role("link", name="Part", exact=True).click()
    head = table.get_by_role("columnheader", name="Part", exact=True)
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_role("link", name="Haute-Vienne", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Haute-Vienne (87)")
    page.get_by_role("row", name="Communauté urbaine Limoges Métropole").get_by_role("link").nth(1).click()
    expect(page.get_by_test_id("resultat")).to_have_count(1)
    page.get_by_role("link", name="Limoges", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Limoges")


def test_every_page_holds_on_a_small_screen(met: Actor, team: User, open_page: Open) -> None:
    page = open_page("/equipe/", width=360, user=team)
    found = {}
    for address in (
        "couverture/",
        "couverture/87/",
        "couverture/collectivites/",
        "couverture/collectivites/?q=introuvable",
        "couverture/zones-blanches/",
        "couverture/objectifs/",
        "adhesions/",
        "adhesions/ajouter/",
        f"adhesions/{Adhesion.objects.get().pk}/",
        "adhesions/importer/",
        "bilan/",
        f"bilan/{LAST_MONTH:%Y-%m}/",
        f"bilan/{LAST_MONTH:%Y-%m}/?voltigeur=tous",
    ):
        page.goto(f"{home_of(page)}/equipe/{address}")
        found[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_a_file_of_members_is_looked_at_then_imported(met: Actor, team: User, open_page: Open) -> None:
    page = open_page("/equipe/adhesions/", width=360, user=team)
    page.get_by_role("link", name="Importer un fichier").click()
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez un fichier.")

    content = f"code;annee\n87085;{TODAY.year - 1}\n99999;{TODAY.year}\n".encode()
    page.get_by_label("Fichier CSV ou XLSX").set_input_files(
        {"name": "adherents.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.get_by_role("row", name="refusée")).to_contain_text("n’est celui d’aucun acteur")
    assert violations(page) == []

    page.get_by_role("button", name="Confirmer l’import").click()
    expect(page.get_by_role("status").first).to_contain_text("nouvelles : 1")
    expect(page.get_by_test_id("resultat")).to_have_count(2)
