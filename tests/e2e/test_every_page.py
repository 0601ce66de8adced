"""Every page through axe: found by its route, so that a new one is looked at without being listed; then those of stories."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect

from directory.models import Actor
from soco.accounts.models import User
from soco.web import signed_links
from tests.consistency.addresses import addresses, admin_addresses, fill_the_workshop, values_for
from tests.e2e.browsing import home_of
from tests.factories import TOTP_SECRET, AttachmentFactory, UserFactory

Open = Callable[..., Page]
PASSWORD = "un mot de passe d’essai"
# Routes that answer no page of ours to look at, and why.
NOT_PAGES = {
    "actor_suggestions": "a piece, looked at in the page that it comes into",
    "jumelage_card": "a piece, looked at in the page that it comes into",
    "map_card": "a piece, looked at in the page that it comes into",
    "structure_suggestions": "options of a list, looked at in the form that they come into",
    "event_calendar": "a calendar file",
    "event_feed_calendar": "a calendar file",
    "event_feed_atom": "a feed",
    "group_calendar": "a calendar file",
    "group_feed": "a feed",
    "event_map_card": "a piece, looked at in the page that it comes into",
    "event_invitations_csv": "a file to download",
    "event_invitations_remind": "a button, looked at in the list that it comes from",
    "registration_calendar": "a calendar file",
    "registration_code": "an image",
    "attendance_sheet": "a PDF file",
    "field_conflicts_csv": "a file to download",
    "field_conflicts_xlsx": "a file to download",
    "field_data_json": "data, shown by the page of the field",
    "field_manifest": "what a phone installs the page with",
    "field_sheet": "data, shown by the page of the field",
    "field_worker": "a script",
    "questionnaire_xlsform": "a file to download",
    "event_certificates": "a PDF file",
    "registration_certificate": "a PDF file",
    "wave_export_csv": "a file to download",
    "wave_export_xlsx": "a file to download",
    "wave_export_long": "a file to download",
    "wave_export_codebook": "a file to download",
    "wave_export_public": "a file to download",
    "wave_texts_csv": "a file to download",
    "tour_sheet": "a PDF file",
    "voltigeur_feed": "a calendar file",
    "published_results_csv": "a file to download",
    "coverage_csv": "a file to download",
    "coverage_xlsx": "a file to download",
    "coverage_departement_csv": "a file to download",
    "coverage_departement_xlsx": "a file to download",
    "coverage_list_csv": "a file to download",
    "coverage_list_xlsx": "a file to download",
    "coverage_blank_csv": "a file to download",
    "coverage_blank_xlsx": "a file to download",
    "adhesion_csv": "a file to download",
    "adhesion_xlsx": "a file to download",
    "month_report_xlsx": "a file to download",
    "month_report_pdf": "a PDF file",
    "socialaccount_signup": "needs an identity provider; its form is the sign-up's, looked at here",
    "admin:mailing_message_frame": "the mail alone, where no script runs, not even axe",
    "admin:mailing_wording_frame": "the mail alone, where no script runs, not even axe",
}
# Pages that Django draws the same for every model: looked at for these only.
SAME_FOR_ALL = ("_add", "_change", "_delete", "_history", "_changelist")
LOOKED_AT = (
    "admin:accounts_consent", "admin:accounts_user", "admin:directory_actorevent", "admin:directory_attachment",
    "admin:directory_changeproposal", "admin:directory_collectivite", "admin:directory_partner", "admin:mailing_",
)  # fmt: skip
# What axe says of widgets that Django draws: route → rules. The box of its autocompletes has no name of its own, the label
# names the <select> that it hides; the first column of an inline has no title.
KNOWN: dict[str, set[str]] = {
    "admin:directory_changeproposal_change": {"empty-table-header"},
    "admin:directory_collectivite_change": {"aria-input-field-name"},
    "admin:directory_partner_add": {"aria-input-field-name"},
    "admin:directory_partner_change": {"aria-input-field-name"},
}


def visit(page: Page, address: str) -> None:
    page.goto(home_of(page) + address)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


def is_like_another(name: str) -> bool:
    return name.startswith("admin:") and name.endswith(SAME_FOR_ALL) and not name.startswith(LOOKED_AT)


@pytest.fixture
def everything(transactional_db) -> tuple[User, dict[str, str]]:
    """Somebody who may open all, and an address of every route."""
    user = UserFactory(superuser=True, email="lea@exemple.fr", first_name="Léa", last_name="Petit")
    people = dict.fromkeys(("membre", "référent ailleurs", "référent simple", "référent principal"), user)
    people |= {"référent ailleurs": UserFactory(), "référent simple": UserFactory()}
    arguments = values_for(people)
    fill_the_workshop(people, arguments)
    return user, addresses(arguments, "référent principal") | admin_addresses()


def test_no_page_has_an_obstacle(open_page: Open, everything: tuple[User, dict[str, str]]) -> None:
    user, asked = everything
    page = open_page("/", user=user)
    found, looked_at = {}, set()
    for name, address in sorted(asked.items()):
        if name in NOT_PAGES or is_like_another(name):
            continue
        answer = page.context.request.get(home_of(page) + address, max_redirects=0)
        if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if "attachment" in answer.headers.get("content-disposition", ""):
            continue
        page.goto(home_of(page) + address)
        looked_at.add(name)
        wrong = [v for v in violations(page) if v.partition(":")[0] not in KNOWN.get(name, ())]
        if wrong:
            found[name] = wrong

    assert not found, "\n".join(f"{name}: {wrong}" for name, wrong in found.items())
    assert len(looked_at) > 70


# --- pages that only a story leads to ------------------------------------------------------------------------------------
def hand_over(page: Page, actor: Actor, user: User) -> None:
    other = AttachmentFactory(actor=actor, accepted=True)
    mine = AttachmentFactory(actor=actor, accepted=True, is_principal=True, user=user)
    visit(page, f"/mon-espace/structures/{mine.pk}/referents/{other.pk}/passer-la-main/")


def edit_refused(page: Page, actor: Actor, user: User) -> None:
    visit(page, actor.get_absolute_url() + "modifier/")


def link_expired(page: Page, actor: Actor, user: User) -> None:
    link = signed_links.make("fiche", actor.pk, version=actor.link_version, days=1, since=date(2026, 1, 1))
    visit(page, f"/lien/{link.token}/")


def erased(page: Page, actor: Actor, user: User) -> None:
    visit(page, "/mon-espace/donnees/effacer/")
    page.get_by_label("Votre adresse électronique, pour confirmer").fill(user.email)
    page.get_by_role("button", name="Effacer mon compte pour toujours").click()


def confirm_email(page: Page, actor: Actor, user: User) -> None:
    page.context.clear_cookies()
    visit(page, "/compte/signup/")
    page.get_by_label("Prénom").fill("Inès")
    page.get_by_label("Nom", exact=True).fill("Morel")
    page.get_by_label("Adresse électronique").fill("nouvelle@exemple.fr")
    page.get_by_label("Mot de passe").fill("une petite phrase à moi")
    page.get_by_role("button", name="Créer mon compte").click()


def new_password(page: Page, actor: Actor, user: User) -> None:
    page.context.clear_cookies()
    visit(page, "/compte/password/reset/")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_role("button", name="Envoyer le code").click()
    expect(page.get_by_label("Code reçu par courriel")).to_be_visible()
    page.get_by_label("Code reçu par courriel").fill(re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)[0])
    page.get_by_role("main").get_by_role("button").first.click()


def recovery_codes(page: Page, actor: Actor, user: User) -> None:
    TOTP.activate(user, TOTP_SECRET)
    RecoveryCodes.activate(user)
    visit(page, "/compte/reauthenticate/?next=/compte/2fa/recovery-codes/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()


def sign_in_refused_elsewhere(page: Page, actor: Actor, user: User) -> None:
    visit(page, "/compte/3rdparty/login/error/")


def too_many(page: Page, actor: Actor, user: User) -> None:
    page.context.clear_cookies()
    for _other_browser in range(5):
        Client().post("/compte/password/reset/", {"email": user.email})
    visit(page, "/compte/password/reset/")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_role("button", name="Envoyer le code").click()


STORIES = {
    hand_over: "Passer la main",
    edit_refused: "Modifier",
    link_expired: "Lien expiré",
    erased: "Votre compte est effacé",
    confirm_email: "Recopiez le code",
    new_password: "mot de passe",
    recovery_codes: "Mes codes de secours",
    sign_in_refused_elsewhere: "onnexion",
    too_many: "Trop de demandes",
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)], ids=["bureau", "telephone"])
def test_no_page_at_the_end_of_a_story_has_an_obstacle(
    open_page: Open, repertoire: Actor, story: Callable[..., None], width: int, dark: bool
) -> None:
    user = UserFactory(email="lea@exemple.fr", first_name="Léa", last_name="Petit")
    page = open_page("/", user=user, width=width, dark=dark)

    story(page, repertoire, user)

    assert STORIES[story] in page.get_by_role("heading", level=1).inner_text()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
