"""The staff's home, the components, the opposition and the register of personal data, in a browser."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from soco.mailing import delivery
from soco.mailing.enums import Category, State
from soco.mailing.models import Address
from tests.factories import MessageFactory, UserFactory

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def violations(page: Page) -> list[str]:
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}"
        for v in Axe().run(page, options={"preload": False}).response["violations"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("address", ["/equipe/", "/equipe/composants/", "/donnees-personnelles/"])
def test_no_obstacle_and_no_sideways_scroll(open_page: Open, address: str, dark: bool) -> None:
    MessageFactory(state=State.FAILED)
    page = open_page(address, dark=dark, user=UserFactory(superuser=True), width=320)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


MAIL_PAGES = (
    "/gestion/mailing/message/",
    "/gestion/mailing/message/{message}/change/",
    "/gestion/mailing/address/",
    "/gestion/mailing/wording/",
    "/gestion/mailing/wording/tests.note/",
    "/gestion/mailing/informationswitch/",
    "/lien/inconnu/",
)


@pytest.mark.parametrize("address", MAIL_PAGES)
def test_the_workshop_of_mails_has_no_obstacle(open_page: Open, address: str) -> None:
    message = MessageFactory(params={"said": "Bonjour"})
    page = open_page(address.format(message=message.pk), user=UserFactory(superuser=True))

    assert violations(page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_receive_no_more_and_again(open_page: Open, javascript: bool) -> None:
    message = MessageFactory(kind="tests.reminder", category=Category.SERVICE, state=State.SENT, sent_at=timezone.now())
    link = delivery.opposition_url(message)
    page = open_page(link[link.index("/desinscription/") :], javascript=javascript, width=360)
    if javascript:
        assert violations(page) == []

    page.get_by_role("button", name="Ne plus les recevoir").first.click()
    expect(page.locator(".alerte--succes")).to_contain_text("vous ne recevrez plus les courriels")
    assert Address.objects.get().refuses(Category.SERVICE)

    page.get_by_role("button", name="Les recevoir de nouveau").click()
    expect(page.get_by_text("Vous ne les recevez plus.")).to_have_count(0)
    assert not Address.objects.get().refuses(Category.SERVICE)


def test_a_failed_mail_is_found_from_the_home_and_sent_again(open_page: Open) -> None:
    failed = MessageFactory(state=State.FAILED, error="550 5.7.1 refused", params={"said": "Bonjour"})
    page = open_page("/equipe/", user=UserFactory(superuser=True))

    page.get_by_role("link", name="Courriels en échec").click()
    page.locator("#result_list input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label="Envoyer de nouveau ceux qui ont échoué")
    page.get_by_role("button", name="Envoyer", exact=True).click()

    expect(page.get_by_text("1 ligne : remis en file.")).to_be_visible()
    failed.refresh_from_db()
    assert failed.state in (State.QUEUED, State.SENT)
