"""A voltigeur in a car park: reports written without a network, kept on the phone, received once; who leaves takes nothing."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from directory.models import Need
from outreach import services
from outreach.enums import VisitState
from outreach.models import FieldReport, Visit
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from tests.e2e.browsing import home_of, sign_in
from tests.factories import UserFactory, VisitFactory

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
EVERY_ROW = """async () => {
    const rows = [];
    for (const store of ["meta", "sheets", "drafts", "outbox"]) rows.push(...(await Field.all(store)));
    return rows.length;
}"""
LEFT = """async () => {
    const names = (await indexedDB.databases()).map((one) => one.name);
    return [...names, ...(await caches.keys()), ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope)];
}"""


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.fixture
def voltigeur(transactional_db) -> User:
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email="lea@reseau.exemple", first_name="Léa", last_name="Petit", second_factor=True)
    give_role(user, roles.FIELD, by=None)
    for name in ("Jonzac", "Pons"):
        VisitFactory(actor__name=name, voltigeur=user, starts_at=timezone.now() - timedelta(minutes=5))
    return user


@pytest.fixture
def phone(open_page: Open, voltigeur: User) -> Page:
    """The page of the field at 360 px, ready to lose the network."""
    page = open_page("/terrain/", user=voltigeur, width=360)
    expect(state(page)).to_contain_text("Tout est envoyé")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on through the worker
    expect(state(page)).to_contain_text("Tout est envoyé")
    return page


def state(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("status").filter(has_text="·")


def write(page: Page, name: str, words: str) -> None:
    page.get_by_role("link", name=name).click()
    page.get_by_label("réalisée").check()
    page.get_by_label("Compte rendu libre").fill(words)
    page.get_by_role("button", name="Enregistrer le compte rendu").click()
    expect(page.get_by_text("Il partira dès que le réseau revient")).to_be_visible()


def back_online(page: Page) -> None:
    """The network is back, and somebody presses the button, which goes away as soon as the page has sent by itself."""
    page.context.set_offline(False)
    page.get_by_text("Envoyer maintenant").evaluate("(button) => button.click()")


def test_two_reports_written_offline_arrive_once(phone: Page) -> None:
    assert violations(phone) == []
    phone.context.set_offline(True)
    expect(state(phone)).to_contain_text("Hors ligne")
    write(phone, "Jonzac", "Le maire veut une formation.")
    phone.get_by_role("link", name="Mes visites").click()
    phone.get_by_role("link", name="Pons").click()
    phone.get_by_role("button", name="Enregistrer le compte rendu").click()
    expect(phone.get_by_role("alert").filter(has_text="Dites ce qu’a donné la visite")).to_be_focused()
    phone.get_by_label("réalisée").check()
    phone.get_by_role("button", name="Ajouter une personne").click()
    phone.get_by_label("Fonction").fill("Maire")
    phone.get_by_label("Accepte que le réseau garde").check()
    phone.get_by_label("Nom", exact=True).fill("Jeanne Roy")
    phone.get_by_role("button", name="Ajouter un besoin").click()
    phone.get_by_label("Ce qui est demandé").fill("Une formation")
    phone.get_by_role("button", name="Ajouter un engagement").click()
    phone.get_by_label("Ce que le réseau fera").fill("Envoyer le programme")
    expect(phone.get_by_text("Brouillon gardé sur ce téléphone")).to_be_visible()
    assert violations(phone) == []

    phone.reload()  # the draft comes back as it was typed
    expect(phone.get_by_label("Nom", exact=True)).to_have_value("Jeanne Roy")
    phone.get_by_role("button", name="Enregistrer le compte rendu").click()
    phone.get_by_role("link", name="Mes visites").click()
    phone.reload()
    expect(state(phone)).to_contain_text("2 comptes rendus en attente")
    expect(state(phone)).to_contain_text("Hors ligne")
    expect(phone.get_by_text("en attente d’envoi")).to_have_count(2)
    assert violations(phone) == []
    assert is_narrow(phone)
    assert FieldReport.objects.count() == 0

    back_online(phone)
    expect(state(phone)).to_contain_text("Tout est envoyé")
    assert Visit.objects.done().count() == FieldReport.objects.count() == 2
    assert {visit.version for visit in Visit.objects.all()} == {2}
    written = Visit.objects.naming("Pons").get()
    assert [str(who) for who in written.people.all()] == ["Jeanne Roy · Maire"]
    assert (Need.objects.get().label, written.commitments.get().text) == ("Une formation", "Envoyer le programme")


def test_a_report_whose_answer_was_lost_is_sent_again_and_is_one(phone: Page) -> None:
    phone.context.set_offline(True)
    phone.get_by_role("link", name="Jonzac").click()
    phone.get_by_label("réalisée").check()
    phone.get_by_label("Compte rendu libre").fill("Une seule fois.")
    phone.locator("[data-formulaire]").evaluate("(form) => { form.requestSubmit(); form.requestSubmit(); }")
    expect(state(phone)).to_contain_text("1 compte rendu en attente")
    again = phone.evaluate("Field.all('outbox').then((rows) => rows[0])")
    back_online(phone)
    expect(state(phone)).to_contain_text("Tout est envoyé")

    phone.evaluate("(row) => Field.put('outbox', row)", again)
    phone.reload()
    expect(state(phone)).to_contain_text("Tout est envoyé")
    assert phone.evaluate("Field.all('outbox').then((rows) => rows.length)") == 0

    visit = Visit.objects.done().get()
    assert (visit.report, visit.version, FieldReport.objects.count()) == ("Une seule fois.", 2, 1)


def test_a_visit_that_changed_on_the_portal_is_compared(phone: Page) -> None:
    phone.context.set_offline(True)
    write(phone, "Jonzac", "Écrit au parking.")
    visit = Visit.objects.naming("Jonzac").get()
    office = services.Report(result=VisitState.DONE, starts_at=visit.starts_at, text="Écrit au bureau.")
    services.record_visit(visit, office, by=UserFactory(), read_version=1)
    back_online(phone)
    expect(state(phone)).to_contain_text("1 compte rendu à comparer")
    assert Visit.objects.get(pk=visit.pk).report == "Écrit au bureau."

    phone.get_by_role("link", name="Mes visites").click()
    phone.get_by_role("link", name="comparer les deux").click()
    expect(phone.get_by_text("Écrit au bureau.")).to_be_visible()
    expect(phone.get_by_text("Écrit au parking.")).to_be_visible()
    assert violations(phone) == []
    assert is_narrow(phone)
    phone.locator("#champ-starts_at").get_by_label("Sur le téléphone").check()
    phone.get_by_role("button", name="Enregistrer ces choix").press("Enter")

    expect(phone.get_by_text("Ce compte rendu est tranché")).to_be_visible()
    assert Visit.objects.get(pk=visit.pk).report == "Écrit au bureau.\n\nÉcrit au parking."
    phone.goto(home_of(phone) + "/terrain/")
    expect(state(phone)).not_to_contain_text("à comparer")


def test_signing_out_asks_first_and_leaves_nothing(phone: Page) -> None:
    phone.context.set_offline(True)
    write(phone, "Jonzac", "Pas encore parti.")
    phone.context.set_offline(False)
    phone.evaluate(
        "Field.all('outbox').then(([row]) => Field.put('outbox', { ...row, state: 'refused', message: 'Non.' }))"
    )
    phone.get_by_text("Menu", exact=True).click()
    phone.get_by_role("button", name="Se déconnecter").click()
    expect(phone.get_by_role("alert")).to_have_text("1 compte rendu n’est pas envoyé.")
    assert violations(phone) == []
    assert is_narrow(phone)
    assert phone.evaluate(EVERY_ROW) > 0

    phone.get_by_role("button", name="Se déconnecter et les effacer").click()
    phone.wait_for_url(home_of(phone) + "/")
    assert phone.evaluate(LEFT) == []


def test_somebody_else_on_the_same_phone_reads_and_sends_nothing_of_it(phone: Page, voltigeur: User) -> None:
    phone.context.set_offline(True)
    write(phone, "Jonzac", "À Léa seule.")
    other = UserFactory(second_factor=True, first_name="Paul", last_name="Morel")
    give_role(other, roles.FIELD, by=None)
    phone.evaluate("location.hash = ''")
    phone.context.set_offline(False)
    phone.context.clear_cookies()
    sign_in(phone, other)
    phone.goto(home_of(phone) + "/terrain/")

    warning = phone.get_by_role("alert").filter(has_text="le travail d’une autre personne")
    expect(warning).to_contain_text("Léa Petit")
    expect(phone.get_by_text("Jonzac")).to_have_count(0)
    assert FieldReport.objects.count() == 0
    warning.get_by_role("button", name="Effacer son travail et continuer").click()
    expect(state(phone)).to_contain_text("Tout est envoyé")
    assert phone.evaluate("Field.get('meta', 'data').then((row) => row.data.name)") == "Paul Morel"


def test_a_session_that_is_over_loses_nothing(phone: Page, voltigeur: User) -> None:
    phone.context.set_offline(True)
    write(phone, "Jonzac", "Après la pause.")
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    expect(state(phone)).to_contain_text("1 compte rendu en attente · Reconnectez-vous pour envoyer")
    expect(phone.get_by_role("link", name="Se reconnecter")).to_be_visible()

    sign_in(phone, voltigeur)
    phone.reload()
    expect(state(phone)).to_contain_text("Tout est envoyé")
    assert Visit.objects.done().get().report == "Après la pause."


def test_without_scripts_the_visits_are_a_plain_list(open_page: Open, voltigeur: User) -> None:
    page = open_page("/terrain/", user=voltigeur, width=360, javascript=False)

    expect(page.get_by_role("heading", name="Jonzac")).to_be_visible()
    assert is_narrow(page)
