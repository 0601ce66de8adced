"""Accounts in a browser: the stories of a newcomer and of staff, with passkeys, by keyboard, and every page's accessibility."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Page, expect

from soco.accounts.models import User
from tests.accounts.conftest import totp_code
from tests.e2e.browsing import home_of
from tests.factories import TOTP_SECRET, UserFactory

Open = Callable[..., Page]
PASSWORD = "un mot de passe d’essai"


def code_of_last_mail(address: str) -> str:
    assert mail.outbox[-1].to == [address]
    return re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)[0]


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def sign_out(page: Page) -> None:
    """Once the browser has forgotten what the site kept on it, which takes a moment."""
    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()


def visit(page: Page, address: str) -> None:
    page.goto(home_of(page) + address)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


# --- stories ------------------------------------------------------------------------------------------------------------------
def test_a_newcomer_signs_up_comes_back_by_code_and_erases_everything(open_page: Open, transactional_db) -> None:
    page = open_page("/", width=400)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Se connecter").click()
    page.get_by_role("link", name="Créer un compte").click()
    page.get_by_label("Prénom").fill("Inès")
    page.get_by_label("Nom", exact=True).fill("Morel")
    page.get_by_label("Adresse électronique").fill("ines@exemple.fr")
    page.get_by_label("Mot de passe").fill("une petite phrase à moi")
    page.get_by_role("button", name="Créer mon compte").click()

    expect(page.get_by_text("Un courriel vient de partir à ines@exemple.fr")).to_be_visible()
    page.get_by_label("Code reçu par courriel").fill(code_of_last_mail("ines@exemple.fr"))
    page.get_by_role("button", name="Confirmer mon adresse").click()
    expect(page.get_by_text("Bonjour Inès.")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()

    visit(page, "/compte/login/")
    page.get_by_role("link", name="Recevoir un code par courriel").click()
    page.get_by_label("Adresse électronique").fill("ines@exemple.fr")
    page.get_by_role("button", name="Envoyer le code").click()
    page.get_by_label("Code reçu par courriel").fill(code_of_last_mail("ines@exemple.fr").replace("-", ""))
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_text("Bonjour Inès.")).to_be_visible()

    page.get_by_role("link", name="Télécharger ou effacer mes données").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger mes données").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_role("link", name="Effacer mon compte").click()
    page.get_by_label("Votre adresse électronique, pour confirmer").fill("ines@exemple.fr")
    page.get_by_role("button", name="Effacer mon compte pour toujours").click()
    expect(page.get_by_role("heading", name="Votre compte est effacé")).to_be_visible()
    assert not User.objects.exists()


def test_staff_add_an_app_of_codes_before_anything_else(open_page: Open, transactional_db) -> None:
    UserFactory(superuser=True, email="lea@exemple.fr", second_factor=False)
    page = open_page("/gestion/")
    sign_in(page, "lea@exemple.fr")

    expect(page.get_by_role("heading", name="Protégez votre compte")).to_be_visible()
    page.get_by_role("link", name="Ajouter une application").click()
    page.get_by_label("Code à six chiffres").fill(
        totp_code(page.locator("#authenticator_secret").inner_text().replace(" ", ""))
    )
    page.get_by_role("button", name="Enregistrer cette application").click()
    expect(page.get_by_text("10 codes encore valables sur 10.")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="Je les ai rangés, continuer").click()
    visit(page, "/gestion/")
    expect(page.get_by_role("heading", name="L’atelier de l’équipe")).to_be_visible()

    sign_out(page)
    visit(page, "/gestion/")
    sign_in(page, "lea@exemple.fr")
    page.get_by_label("Code à six chiffres").fill(recovery)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="L’atelier de l’équipe")).to_be_visible()


def test_a_passkey_replaces_the_password(open_page: Open, transactional_db) -> None:
    UserFactory(superuser=True, email="lea@exemple.fr", second_factor=False)
    page = open_page("/gestion/")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    sign_in(page, "lea@exemple.fr")

    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Nom de cette clé").fill("Ordinateur du bureau")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    page.get_by_role("link", name="Je les ai rangés, continuer").click()
    sign_out(page)

    visit(page, "/compte/login/?next=/gestion/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Se connecter")
    visit(page, "/compte/2fa/webauthn/")
    expect(page.locator("li strong")).to_have_text("Ordinateur du bureau")

    # A device that answers nothing: the page says so, and nothing is lost.
    page.context.clear_cookies()
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": False}})
    visit(page, "/compte/login/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_text("La clé d’accès n’a pas répondu.")).to_be_visible()


def test_another_device_is_signed_out(open_page: Open, transactional_db) -> None:
    UserFactory(email="ines@exemple.fr")
    here, elsewhere = open_page("/compte/login/"), open_page("/compte/login/", width=400)
    for page in (here, elsewhere):
        sign_in(page, "ines@exemple.fr")
        expect(page.get_by_role("heading", name="Mon espace")).to_be_visible()

    here.get_by_role("link", name="Voir les appareils connectés").click()
    expect(here.get_by_role("row")).to_have_count(3)
    here.get_by_role("button", name="Déconnecter les autres appareils").click()
    expect(here.get_by_text("Aucun autre appareil n’est connecté.")).to_be_visible()

    elsewhere.reload()
    assert heading(elsewhere) == "Se connecter"


def test_the_keyboard_alone_signs_in_without_javascript(open_page: Open, transactional_db) -> None:
    UserFactory(email="ines@exemple.fr")
    page = open_page("/compte/login/", javascript=False)
    page.get_by_label("Adresse électronique").focus()

    page.keyboard.type("ines@exemple.fr")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Mon espace")).to_be_visible()


def test_a_wrong_password_is_said_where_it_is_heard(open_page: Open, transactional_db) -> None:
    page = open_page("/compte/login/")
    page.get_by_label("Adresse électronique").fill("ines@exemple.fr")
    page.get_by_label("Mot de passe").fill("raté")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    expect(page.get_by_role("alert").first).to_contain_text("n’est pas le bon")
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_label("Adresse électronique")).to_have_value("ines@exemple.fr")


def test_escape_closes_the_menu_of_a_phone_and_its_button_stays(open_page: Open, transactional_db) -> None:
    page = open_page("/", width=400)
    button = page.get_by_text("Menu", exact=True)
    before = button.bounding_box()

    button.click()
    opened = button.bounding_box()
    page.keyboard.press("Escape")

    assert opened == before
    expect(page.get_by_role("link", name="Se connecter")).not_to_be_visible()


# --- every page -------------------------------------------------------------------------------------------------------------------
FOR_VISITORS = [
    "/compte/login/", "/compte/signup/", "/compte/login/code/", "/compte/password/reset/", "/compte/inactive/",
    "/compte/password/reset/done/", "/compte/3rdparty/login/cancelled/",
]  # fmt: skip
FOR_MEMBERS = [
    "/mon-espace/", "/mon-espace/nom/", "/mon-espace/courriels/", "/mon-espace/donnees/",
    "/mon-espace/donnees/effacer/", "/compte/email/",
    "/compte/password/change/", "/compte/logout/", "/compte/sessions/", "/compte/2fa/", "/compte/2fa/webauthn/",
    "/compte/double-verification/", "/compte/reauthenticate/", "/compte/3rdparty/",
]  # fmt: skip
AFTER_PROOF = [
    "/compte/2fa/totp/activate/", "/compte/2fa/webauthn/add/", "/compte/2fa/recovery-codes/generate/",
]  # fmt: skip


def looked_at(page: Page) -> dict[str, object]:
    """What is wrong with a page: axe in both schemes, sideways scrolling at 320 pixels."""
    wrong: dict[str, object] = {}
    page.wait_for_load_state("networkidle")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for violation in Axe().run(page).response["violations"]:
            wrong[f"{violation['id']} {scheme}"] = [node["html"][:160] for node in violation["nodes"][:3]]
    page.emulate_media(color_scheme="light")
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong["sideways"] = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)
    return wrong


def test_the_pages_of_visitors_are_accessible(open_page: Open, transactional_db) -> None:
    page = open_page("/")
    found = {}
    for address in FOR_VISITORS:
        visit(page, address)
        found[address] = looked_at(page)
    for address, button in (("/compte/login/code/", "Envoyer le code"), ("/compte/password/reset/", "Envoyer le code")):
        visit(page, address)
        page.get_by_label("Adresse électronique").fill("ines@exemple.fr")
        page.get_by_role("button", name=button).click()
        page.get_by_label("Code reçu par courriel").fill("0000-0000")
        page.get_by_role("main").get_by_role("button").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        found[f"{address} code"] = looked_at(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_the_pages_of_members_are_accessible(open_page: Open, transactional_db) -> None:
    member = UserFactory(email="ines@exemple.fr", second_factor=True)
    page = open_page("/", user=member)
    found = {}
    for address in FOR_MEMBERS:
        visit(page, address)
        found[address] = looked_at(page)
    visit(page, "/compte/reauthenticate/?next=/compte/2fa/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    visit(page, "/compte/2fa/totp/deactivate/")
    found["deactivate"] = looked_at(page)
    page.get_by_role("button", name="Retirer l’application").click()
    for address in AFTER_PROOF:
        visit(page, address)
        found[address] = looked_at(page)

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_the_page_of_the_second_proof_is_accessible(open_page: Open, transactional_db) -> None:
    UserFactory(staff=True, email="lea@exemple.fr")
    page = open_page("/compte/login/")
    sign_in(page, "lea@exemple.fr")

    expect(page.get_by_role("heading", name="Seconde preuve d’identité")).to_be_visible()
    assert looked_at(page) == {}
    page.get_by_label("Code à six chiffres").fill(totp_code(TOTP_SECRET))
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="Seconde preuve d’identité")).not_to_be_visible()
