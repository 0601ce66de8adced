"""The staff's home shows each queue to who may empty it; the page of components shows them all."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Permission

from soco.mailing.enums import State
from tests.directory.pages import text_of
from tests.factories import AddressFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_home_is_for_staff(client) -> None:
    assert client.get("/equipe/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/equipe/").status_code == 403


@time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)
def test_each_queue_with_its_count_and_age_for_who_may_empty_it(client) -> None:
    MessageFactory.create_batch(2, state=State.FAILED)
    AddressFactory(failing_since=datetime(2026, 11, 1, 9, tzinfo=UTC))
    member = UserFactory(staff=True)
    client.force_login(member)
    assert "<b>" not in text_of(client.get("/equipe/"))

    member.user_permissions.add(Permission.objects.get(codename="change_message"))
    page = text_of(client.get("/equipe/"))
    assert "Courriels en échec" in page
    assert "Adresses en échec" not in page

    member.user_permissions.add(Permission.objects.get(codename="change_address"))
    page = text_of(client.get("/equipe/"))
    assert "<b>1</b> · depuis 3 semaines, 2 jours" in page
    assert "<b>2</b>" in page
    assert page.index("Courriels en échec") < page.index("Adresses en échec")


def test_information_mails_that_are_cut_are_told(client) -> None:
    client.force_login(UserFactory(superuser=True))

    assert "courriels d’information sont coupés" in text_of(client.get("/equipe/"))


def test_every_component_is_on_the_page_of_components(client) -> None:
    client.force_login(UserFactory(superuser=True))
    assert client.get("/equipe/composants/").status_code == 200

    source = (settings.BASE_DIR / "templates" / "web" / "components.html").read_text()
    by_the_form_renderer = {"form.html", "form_errors.html", "field.html"}
    names = {path.name for path in (settings.BASE_DIR / "templates" / "components").glob("*.html")}
    assert sorted(n for n in names - by_the_form_renderer if f"components/{n}" not in source) == []


def test_the_tools_are_those_that_this_person_may_open(client) -> None:
    member = UserFactory(staff=True)
    client.force_login(member)
    before = text_of(client.get("/equipe/"))
    member.user_permissions.add(Permission.objects.get(codename="view_message"))

    after = text_of(client.get("/equipe/"))

    assert ("/gestion/mailing/message/" in before, "/gestion/mailing/message/" in after) == (False, True)
    assert "/gestion/accounts/user/" not in after
    assert 'href="/equipe/"' in client.get("/gestion/").content.decode().partition("logout-form")[0]
