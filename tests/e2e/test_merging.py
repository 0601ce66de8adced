"""Two fiches of one comité: found on the staff's home, compared, merged, reached by the old address, and two again."""

import os
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission
from playwright.sync_api import Page, expect

from directory import services
from directory.models import Actor
from soco.accounts.models import User
from tests.e2e.browsing import home_of
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    ContactFactory,
    JumelageFactory,
    PartnerFactory,
    UserFactory,
)

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
HERE = {"latitude": 45.83, "longitude": 1.26}


def merger() -> User:
    user = UserFactory(staff=True, email="equipe@exemple.fr")
    user.user_permissions.add(Permission.objects.get(codename="merge_actor"))
    return user


@pytest.fixture
def comites() -> tuple[Actor, Actor]:
    """The same comité twice, each with a jumelage with the same town, and a phone of its own."""
    limoges = CommuneFactory(name="Limoges", code="87085")
    one = PartnerFactory(
        name="Comité de jumelage de Limoges", phone="05 55 00 00 01", confirmed=True, nature="association",
        description="Le comité anime les échanges avec Fürth et Pilsen depuis 1992.", **HERE,
    )  # fmt: skip
    other = PartnerFactory(
        name="Comité jumelage Limoges", phone="05 55 00 00 02", email="bonjour@comite-limoges.exemple", **HERE,
        website="https://un-site.exemple/" + "une-page-au-nom-interminable-" * 4,
        provenance={"*": {"source": "import", "at": "2026-02-03", "by": "partenaires.csv"}},
    )  # fmt: skip
    for comite in (one, other):
        JumelageFactory(collectivite=limoges, partner=comite, kind="appui")
    ContactFactory(actor=other)
    AttachmentFactory(actor=other, accepted=True, is_principal=True)
    return one, other


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_two_fiches_become_one_and_two_again(open_page: Open, comites: tuple[Actor, Actor], javascript: bool) -> None:
    one, other = comites
    page = open_page("/equipe/", user=merger(), javascript=javascript)
    page.get_by_role("link", name="Doublons possibles").click()
    expect(page.get_by_test_id("resultat")).to_have_count(1)
    page.get_by_role("link", name="Comité de jumelage de Limoges").click()

    expect(page.get_by_text("les deux jumelages n’en feront qu’un")).to_be_visible()
    page.get_by_role("group", name="Téléphone").get_by_label("05 55 00 00 02").check()
    page.get_by_role("button", name="Fusionner").click()
    expect(page.get_by_text("il n’y a plus qu’une fiche")).to_be_visible()

    page.goto(home_of(page) + other.get_absolute_url())
    expect(page).to_have_url(home_of(page) + one.get_absolute_url())
    expect(page.get_by_role("link", name="05 55 00 00 02")).to_be_visible()

    page.goto(home_of(page) + "/equipe/fusions/")
    page.get_by_role("link", name="Défaire").click()
    page.get_by_role("button", name="Défaire cette fusion").click()
    expect(page.get_by_text("les deux fiches sont comme avant")).to_be_visible()
    page.goto(home_of(page) + other.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Comité jumelage Limoges")


def test_two_homonyms_are_set_apart(open_page: Open, comites: tuple[Actor, Actor]) -> None:
    page = open_page("/equipe/doublons/", user=merger())
    page.get_by_role("link", name="Comité de jumelage de Limoges").click()
    page.get_by_role("button", name="Ce sont deux acteurs").click()

    expect(page.get_by_text("Aucun doublon en vue")).to_be_visible()
    page.get_by_label("État").select_option(label="écartées")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_test_id("resultat")).to_contain_text("par equipe@exemple.fr")


PAGES = {
    "liste": "/equipe/doublons/",
    "vide": "/equipe/doublons/?q=introuvable",
    "ecartees": "/equipe/doublons/?etat=ecartees",
    "comparer": "/equipe/doublons/comparer/?une=p1&autre=",
    "paire": "/equipe/doublons/{one}-{other}/",
    "officielle": "/equipe/doublons/{one}-{commune}/",
    "jumelages": "/equipe/doublons/jumelages/{first}-{second}/",
    "fusions": "/equipe/fusions/",
    "defaire": "/equipe/fusions/{merged}/defaire/",
    "trop-tard": "/equipe/fusions/{stuck}/defaire/",
}


@pytest.fixture
def paths(comites: tuple[Actor, Actor]) -> dict[str, str]:
    one, other = comites
    first = JumelageFactory(year_started=1992, context="Depuis la foire.")
    second = JumelageFactory(collectivite=first.collectivite, partner=first.partner)
    services.set_apart(*PartnerFactory.create_batch(2, name="Chorale", **HERE), by="equipe@exemple.fr")
    merged, stuck = (services.merge_actors(*PartnerFactory.create_batch(2), by="equipe@exemple.fr") for _ in range(2))
    Actor.objects.filter(pk=stuck.kept_id).update(phone="05 55 00 00 09")
    ids = {
        "one": one.pk,
        "other": other.pk,
        "first": first.pk,
        "second": second.pk,
        "merged": merged.pk,
        "stuck": stuck.pk,
    }
    ids["commune"] = first.collectivite_id
    return {name: path.format(**ids) for name, path in PAGES.items()}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["bureau", "telephone"])
def test_the_pages_are_accessible_and_reflow(
    open_page: Open, paths: dict[str, str], name: str, width: int, dark: bool
) -> None:
    page = open_page(paths[name], width=width, dark=dark, user=merger())

    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(found["id"], [node["html"][:160] for node in found["nodes"]]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if folder := os.environ.get("PORTAL_SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
