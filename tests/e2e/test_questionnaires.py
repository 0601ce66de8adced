"""Answering the AECT questionnaire in a browser: a town without activity, one with three jumelages, on the phone, by keyboard
alone, without a script, on a narrow screen, read by a screen reader; what is typed is never lost."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser, Page, Route, expect

from soco.accounts import roles
from soco.accounts.services import give_role
from surveys.enums import ResponseState
from surveys.models import Answer, Questionnaire, Respondent, Response
from tests.e2e.browsing import home_of
from tests.factories import CommuneFactory, CountryFactory, JumelageFactory, PartnerFactory, UserFactory
from tests.factories.surveys import InvitationFactory, RespondentFactory, WaveFactory

Open = Callable[..., Page]


@pytest.fixture
def asked(db) -> Respondent:
    """Somebody of a commune that was asked the AECT questionnaire."""
    call_command("load_questionnaire_aect", verbosity=0)
    wave = WaveFactory(questionnaire=Questionnaire.objects.published().get(code="aect"))
    invitation = InvitationFactory(wave=wave, actor=CommuneFactory(name="Aubusson"))
    return RespondentFactory(invitation=invitation, email="secretariat@aubusson.example")


@pytest.fixture
def twinned(asked: Respondent) -> Respondent:
    """The same, with three jumelages that the répertoire knows."""
    for iso2, name, town in (("DE", "Allemagne", "Fürth"), ("SN", "Sénégal", "Thiès"), ("PL", "Pologne", "Opole")):
        CountryFactory(iso2=iso2, name=name)
        partner = PartnerFactory(foreign=True, name=town, country_id=iso2)
        JumelageFactory(collectivite=asked.invitation.actor, partner=partner, year_signed=1992, vitality="actif")
    return asked


class Actions:
    """Counts what a person does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, name: str) -> None:
        self.count += 1
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.count += 1
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()

    def tick(self, group: str, label: str) -> None:
        self.count += 1
        self.page.get_by_role("group", name=group).get_by_label(label, exact=True).check()


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_a_town_without_activity_answers_in_under_twelve_actions(
    open_page: Open, asked: Respondent, javascript: bool
) -> None:
    page = open_page(asked.get_absolute_url(), javascript=javascript, width=360)
    does = Actions(page)
    does.follow("Commencer")
    does.press("Enregistrer et continuer")
    does.tick("Où en est votre action extérieure", "il n’y en a jamais eu")
    if javascript:
        expect(page.get_by_role("group", name="Voudriez-vous en savoir plus")).to_be_visible()
    else:
        does.press("Enregistrer et continuer")  # the page comes again with what this answer asks
    does.tick("Pourquoi n’y a-t-il pas", "les moyens manquent")
    does.tick("Voudriez-vous en savoir plus", "oui, par un document")
    does.press("Terminer maintenant" if not javascript else "Enregistrer et continuer")
    if javascript:
        does.press("Terminer maintenant")
    does.press("Envoyer les réponses")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, vos réponses sont arrivées")
    assert does.count < 12
    response = Response.objects.get()
    assert response.state == ResponseState.SUBMITTED and response.values["Q9"] == ["moyens"]


def test_an_engaged_town_says_of_three_jumelages_that_one_is_right_one_over_and_one_to_correct(
    open_page: Open, twinned: Respondent
) -> None:
    page = open_page(twinned.get_absolute_url())
    page.get_by_role("link", name="Commencer").click()
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    page.get_by_role("group", name="Où en est votre action").get_by_label("active", exact=True).check()
    expect(page.get_by_role("group", name="Est-elle inscrite dans un document")).to_be_visible()
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    page.get_by_label("Choix n° 1").select_option("la jeunesse")
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    page.get_by_role("group", name="Fürth (Allemagne)").get_by_label("exact", exact=True).check()
    page.get_by_role("group", name="Opole (Pologne)").get_by_label("il n’existe plus").check()
    thies = page.get_by_role("group", name="Thiès (Sénégal)")
    thies.get_by_label("à corriger").check()
    thies.get_by_text("Corriger ou préciser").click()
    thies.get_by_label("Année de signature").fill("2004")
    page.get_by_role("button", name="Ajouter un autre").click()
    added = page.get_by_role("group", name="N° 4")
    added.get_by_label("Collectivité partenaire").fill("Plauen")
    added.get_by_label("Pays").fill("Allemagne")
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Moyens")
    expect(page.get_by_text("e-APD")).to_be_visible()  # Senegal receives aid
    blocks = {block.get("Q13a"): block for block in Response.objects.get().values["Q13"]}
    assert blocks["Fürth"]["Q13x"] == "exact" and blocks["Opole"]["Q13x"] == "fini"
    assert blocks["Thiès"]["Q13c"] == 2004 and blocks["Plauen"]["Q13p"] == "DE"


def test_what_is_typed_is_saved_by_itself_and_found_on_another_device(open_page: Open, asked: Respondent) -> None:
    page = open_page(asked.get_absolute_url() + "page/suite/")
    page.get_by_label("Un message, une réussite").fill("Nos élèves reviennent de Pologne.")
    page.get_by_label("Un message, une réussite").blur()
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    other = open_page(asked.get_absolute_url())
    other.get_by_role("link", name="Reprendre").click()
    expect(other.get_by_label("Un message, une réussite")).to_have_value("Nos élèves reviennent de Pologne.")


def test_a_network_that_is_cut_is_said_and_nothing_is_lost(browser: Browser, live_server, asked: Respondent) -> None:
    # Not `open_page`, which fails on the errors that a browser writes of a network that is cut: here they are meant.
    page = browser.new_page()
    page.goto(live_server.url + asked.get_absolute_url() + "page/suite/")

    def cut(route: Route) -> None:
        route.fulfill(status=503, body="") if route.request.method == "POST" else route.continue_()

    page.route("**/page/suite/**", cut)
    box = page.get_by_label("Un message, une réussite")
    box.fill("Le train est dans un tunnel.")
    with page.expect_response("**/page/suite/**"):
        box.blur()
    expect(page.get_by_text("le réseau ne répond pas")).to_be_visible()
    expect(box).to_have_value("Le train est dans un tunnel.")
    page.unroute("**/page/suite/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    assert Response.objects.get().values["Q42"] == "Le train est dans un tunnel."
    page.close()


def test_two_people_at_once_see_each_other(open_page: Open, asked: Respondent) -> None:
    colleague = RespondentFactory(invitation=asked.invitation, email="maire@aubusson.example")
    mine = open_page(asked.get_absolute_url() + "page/suite/", javascript=False)
    theirs = open_page(colleague.get_absolute_url() + "page/suite/", javascript=False)
    mine.get_by_label("Un message").fill("La mienne")
    mine.get_by_role("button", name="Enregistrer et relire").click()
    theirs.get_by_label("Un message").fill("La sienne")
    theirs.get_by_role("button", name="Enregistrer et relire").click()
    expect(theirs.get_by_text("secretariat@aubusson.example")).to_be_visible()
    expect(theirs.get_by_label("Un message")).to_have_value("La sienne")
    assert Response.objects.get().values["Q42"] == "La mienne"


def test_the_name_of_a_collectivite_is_suggested(open_page: Open, asked: Respondent) -> None:
    page = open_page(asked.get_absolute_url() + "page/collectivite/")
    box = page.get_by_label("Votre collectivité")
    box.fill("")
    box.press_sequentially("aubuss", delay=30)
    expect(page.locator("#structures option")).to_have_count(1)
    assert "Aubusson" in (page.locator("#structures option").get_attribute("value") or "")


def test_by_keyboard_alone(open_page: Open, asked: Respondent) -> None:
    page = open_page(asked.get_absolute_url() + "page/engagement/")
    page.get_by_label("active", exact=True).focus()
    for _step in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("il n’y en a jamais eu")).to_be_checked()
    expect(page.get_by_role("group", name="Voudriez-vous en savoir plus")).to_be_visible()
    expect(
        page.get_by_label("il n’y en a jamais eu")
    ).to_be_focused()  # the page changed under the keyboard, not the focus
    page.get_by_role("button", name="Enregistrer et continuer").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Partenariats et jumelages")


def test_errors_are_summed_up_linked_and_focused(open_page: Open, twinned: Respondent) -> None:
    page = open_page(twinned.get_absolute_url() + "page/engagement/", javascript=False)
    page.get_by_label("active", exact=True).check()
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    page.goto(home_of(page) + twinned.get_absolute_url() + "page/partenariats/")
    furth = page.get_by_role("group", name="Fürth (Allemagne)")
    furth.get_by_text("Corriger ou préciser").click()
    furth.get_by_label("Année de signature").fill("avant-guerre")
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Une réponse est à corriger")
    summary.get_by_role("link", name="Année de signature").click()
    box = page.get_by_role("group", name="Fürth (Allemagne)").get_by_label("Année de signature")
    expect(box).to_have_value("avant-guerre")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert page.title().startswith("Erreur")


def test_staff_enters_on_a_phone_what_is_said_on_the_phone(open_page: Open, asked: Respondent) -> None:
    call_command("sync_permissions", verbosity=0)
    voltigeur = UserFactory(second_factor=True, email="paul@reseau.example")
    give_role(voltigeur, roles.FIELD, by=None)
    page = open_page(asked.invitation.get_absolute_url(), width=360, user=voltigeur)
    page.get_by_role("link", name="Au téléphone").click()
    page.get_by_role("group", name="Vous répondez en tant que").get_by_label("élu·e").check()
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    page.get_by_label("il n’y en a jamais eu").check()
    page.get_by_role("button", name="Enregistrer et continuer").last.click()
    page.get_by_role("button", name="Terminer maintenant").click()
    page.get_by_role("button", name="Envoyer les réponses").click()
    expect(page.get_by_role("main")).to_contain_text("paul@reseau.example")
    assert set(Answer.objects.values_list("channel", "by")) == {("telephone", "paul@reseau.example")}
    page.get_by_text("Sans réponse : refus, absent, à rappeler").click()
    page.get_by_label("à rappeler", exact=True).check()
    page.get_by_label("À rappeler le").fill("2030-01-15")
    page.get_by_role("button", name="Noter").click()
    expect(page.get_by_role("main")).to_contain_text("15 janvier 2030")


PAGES = (
    "collectivite",
    "engagement",
    "motivations",
    "partenariats",
    "moyens",
    "difficultes",
    "voisins",
    "communication",
)
OTHERS = ("reseau", "attentes", "europe", "suite")


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
def test_every_page_is_accessible_and_fits_a_narrow_screen(open_page: Open, twinned: Respondent, dark: bool) -> None:
    from surveys import services
    from surveys.enums import Channel

    author = services.Author(Channel.MAIL, twinned.email)
    services.save_page(twinned.invitation, {"Q5": "active", "Q25": ["epci"]}, seen=0, author=author)
    address = twinned.get_absolute_url()
    page = open_page(address, width=320, dark=dark)
    for part in ("", *(f"page/{code}/" for code in (*PAGES, *OTHERS)), "relire/", "collegue/"):
        page.goto(home_of(page) + address + part)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{part}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), part


def test_a_screen_reader_hears_groups_with_their_names(open_page: Open, twinned: Respondent) -> None:
    page = open_page(twinned.get_absolute_url() + "page/engagement/")
    grid = page.get_by_role("group", name="Elle est perçue comme légitime par")
    expect(grid.get_by_role("group", name="le conseil", exact=True).get_by_role("radio")).to_have_count(6)
    described = grid.get_attribute("aria-describedby")
    assert "De 1" in page.locator(f"#{described}").inner_text()


class TestASlowNetwork:
    """Chromium, with a network that takes a second and a half."""

    def opened(self, open_page: Open, path: str) -> Page:
        page = open_page(path)
        network = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)
        return page

    def test_leaving_with_what_was_not_saved_asks_first(self, open_page: Open, asked: Respondent) -> None:
        page = self.opened(open_page, asked.get_absolute_url() + "page/collectivite/")
        asked_for: list[str] = []
        page.on("dialog", lambda dialog: (asked_for.append(dialog.type), dialog.accept()))
        page.locator("#Q1").type("x")
        page.goto(page.url.replace("collectivite", "engagement"))
        assert asked_for == ["beforeunload"]

    def test_what_is_typed_while_it_saves_stays(self, open_page: Open, asked: Respondent) -> None:
        page = self.opened(open_page, asked.get_absolute_url() + "page/collectivite/")
        page.locator("#Q4-oui").check()
        page.wait_for_timeout(900)  # the saving has left
        page.locator("#Q1").click()
        page.keyboard.press("End")
        page.keyboard.type(" et ses alentours", delay=5)
        page.wait_for_selector("#Q4a", state="attached")
        page.wait_for_timeout(300)
        assert page.locator("#Q1").input_value().endswith("et ses alentours")

    def test_leaving_with_a_wrong_answer_asks_first(self, open_page: Open, asked: Respondent) -> None:
        page = self.opened(open_page, asked.get_absolute_url() + "page/collectivite/")
        asked_for: list[str] = []
        page.on("dialog", lambda dialog: (asked_for.append(dialog.type), dialog.accept()))
        page.locator("#Q3\\.0\\.Q3b\\.courriel").type("pas une adresse")
        page.wait_for_selector("text=à corriger")
        page.goto(page.url.replace("collectivite", "engagement"))
        assert asked_for == ["beforeunload"]
