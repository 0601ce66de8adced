"""A visitor's report and a town hall's answer, from the public page to the staff's reading room and back."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission
from playwright.sync_api import Page, expect

from directory import services
from directory.enums import ProposalKind, Source
from directory.models import Actor
from soco.accounts.models import User
from soco.web import signed_links
from tests.e2e.browsing import home_of, sign_in
from tests.factories import AttachmentFactory, JumelageFactory, UserFactory

Open = Callable[..., Page]
FICHE = "/repertoire/limoges-87085/"


def reader() -> User:
    user = UserFactory(staff=True, email="equipe@exemple.fr")
    user.user_permissions.add(Permission.objects.get(codename="review_changeproposal"))
    return user


def link_of(actor: Actor) -> str:
    return f"/lien/{signed_links.make('fiche', actor.pk, version=actor.link_version).token}/"


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_a_report_then_a_correction_shown_with_its_source(open_page: Open, repertoire: Actor, javascript: bool) -> None:
    page = open_page(FICHE, javascript=javascript)
    page.get_by_role("link", name="Signaler une erreur").click()
    page.get_by_label("Une information est fausse").check()
    page.get_by_label("Ce qui est faux").fill("Le téléphone est celui d’un autre service.")
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_text("a reçu votre signalement sur la fiche de Limoges")).to_be_visible()
    services.propose_changes(repertoire, {"phone": "05 55 45 60 00"}, origin="visite:1", source=Source.VISIT)

    sign_in(page, reader())
    page.goto(home_of(page) + "/equipe/propositions/")
    expect(page.get_by_test_id("resultat")).to_have_count(2)
    page.get_by_role("link", name="Limoges").first.click()
    page.get_by_label("Le signalement est juste").check()
    page.get_by_role("button", name="Clore").click()

    expect(page.get_by_text("Voici la proposition suivante")).to_be_visible()
    page.get_by_label("Accepter").check()
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.get_by_text("plus rien n’attend")).to_be_visible()

    page.goto(home_of(page) + FICHE)
    fact = page.locator(".faits > div").filter(has_text="Téléphone")
    expect(fact.get_by_role("link", name="05 55 45 60 00")).to_be_visible()
    fact.locator("summary").click()
    expect(fact.get_by_text("visite, ").first).to_be_visible()
    expect(fact).to_contain_text("vérifié par l’équipe du réseau")


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_one_click_in_the_mail_one_on_the_page_and_the_fiche_is_fresh(
    open_page: Open, repertoire: Actor, javascript: bool
) -> None:
    old = Actor.objects.get(code="87187")
    page = open_page(link_of(old), javascript=javascript)
    expect(page.locator(".fraicheur--rouge")).to_be_visible()

    page.get_by_role("button", name="Tout est exact").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Saint-Yrieix-la-Perche")
    expect(page.locator(".fraicheur--verte").first).to_be_visible()
    expect(page.get_by_text("la fiche est confirmée")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_a_referent_sees_the_jumelages_that_all_is_right_confirms(
    open_page: Open, repertoire: Actor, javascript: bool
) -> None:
    jumelage = JumelageFactory(collectivite=repertoire, partner__name="Fürth", vitality="actif")
    page = open_page("/", javascript=javascript)
    sign_in(page, AttachmentFactory(accepted=True, actor=repertoire).user)
    page.goto(home_of(page) + FICHE + "modifier/")
    shown = page.get_by_role("listitem").filter(has_text="Fürth")
    expect(shown).to_contain_text("jamais confirmé")
    shown.get_by_role("link", name="Corriger ce lien").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Modifier\u00a0: Limoges – Fürth")
    page.go_back()

    page.get_by_role("button", name="Tout est exact").click()

    expect(page.get_by_text("la fiche est confirmée")).to_be_visible()
    jumelage.refresh_from_db()
    assert jumelage.freshness == "verte"


def test_a_value_accepted_by_mistake_is_put_back(open_page: Open, repertoire: Actor) -> None:
    was = repertoire.phone
    proposal = services.propose_changes(repertoire, {"phone": "05 55 45 60 00"}, origin="visite:1", source=Source.VISIT)
    assert proposal
    services.decide(proposal, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")
    page = open_page("/")
    sign_in(page, reader())

    page.goto(home_of(page) + f"/equipe/propositions/{proposal.pk}/")
    page.get_by_role("link", name="Remettre la valeur d’avant").click()
    page.get_by_role("button", name="Remettre la valeur d’avant").click()

    expect(page.get_by_text("la fiche a retrouvé sa valeur d’avant")).to_be_visible()
    repertoire.refresh_from_db()
    assert repertoire.phone == was


PAGES = {
    "liste": "/equipe/propositions/",
    "vide": "/equipe/propositions/?etat=withdrawn",
    "conflit": "/equipe/propositions/{conflict}/",
    "signalement": "/equipe/propositions/{report}/",
    "decidee": "/equipe/propositions/{decided}/",
    "annuler": "/equipe/propositions/{decided}/annuler/{change}/",
    "modifier": FICHE + "modifier/",
    "signaler": FICHE + "signaler/",
    "merci": FICHE + "signaler/merci/",
    "lien": "{link}",
    "espace": "/mon-espace/",
    "fiche": FICHE,
}


@pytest.fixture
def paths(repertoire: Actor) -> dict[str, object]:
    """Something to see on each page: a conflict with a rival, a report, a decided proposal, the member's own."""
    user = reader()
    AttachmentFactory(accepted=True, actor=repertoire, user=user)
    JumelageFactory(collectivite=repertoire, partner__name="Fürth", vitality="actif")
    long = "https://un-site.exemple/" + "une-page-au-nom-interminable-" * 6
    conflict, rival, decided = (
        services.propose_changes(
            repertoire,
            {"phone": phone, "website": long, "description": "Limoges coopère avec le Sénégal.\nDepuis 1992."},
            origin=f"essai:{phone}",
            source=Source.ORGANISATION,
            by_user=user,
            by_email="mairie@limoges.exemple",
            message="Rappelez-nous.",
        )
        for phone in ("05 55 00 00 01", "05 55 00 00 02", "05 55 00 00 03")
    )
    assert conflict and rival and decided
    accept = services.Decision(accept=True)
    services.decide(decided, dict.fromkeys(["phone", "website", "description"], accept), by=user.email)
    report = services.report(repertoire, ProposalKind.CLOSED, "Elle a fusionné.", origin="essai:signalement")
    found = {
        "conflict": conflict.pk,
        "report": report.pk,
        "decided": decided.pk,
        "change": decided.changes.all()[0].pk,
        "link": link_of(repertoire),
    }
    return {name: path.format(**found) for name, path in PAGES.items()} | {"user": user}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)], ids=["bureau", "telephone"])
def test_the_pages_are_accessible_and_reflow(
    open_page: Open, paths: dict[str, object], name: str, width: int, dark: bool
) -> None:
    page = open_page("/", width=width, dark=dark)
    sign_in(page, paths["user"])  # type: ignore[arg-type]

    page.goto(home_of(page) + str(paths[name]))

    violations = Axe().run(page).response["violations"]
    assert [(found["id"], [node["html"][:160] for node in found["nodes"]]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
