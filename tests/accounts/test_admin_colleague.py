"""An administrator opens a colleague's account: who and in what role, no password to invent, a mail that says how to enter."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.test import Client

from soco.accounts.models import User
from soco.accounts.services import erase
from soco.mailing import delivery
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    call_command("sync_permissions", stdout=io.StringIO())
    client.force_login(UserFactory(superuser=True, first_name="Camille", last_name="Durand"))
    return client


def test_a_colleague_is_added_on_one_page(administrator: Client) -> None:
    page = administrator.get("/gestion/accounts/user/add/").content.decode()
    assert 'name="password' not in page

    team = Group.objects.get(name="équipe")
    administrator.post(
        "/gestion/accounts/user/add/",
        {"email": "Ines@Exemple.fr", "first_name": "Inès", "last_name": "Morel", "groups": [team.pk]},
    )
    delivery.deliver()

    user = User.objects.get(email="ines@exemple.fr")
    assert (user.get_full_name(), user.is_staff, user.has_usable_password()) == ("Inès Morel", True, False)
    (email,) = mail.outbox
    assert email.to == ["ines@exemple.fr"]
    assert "Camille Durand vous a ouvert un compte" in email.body
    assert "http://testserver/compte/login/code/" in email.body


def test_no_trace_of_a_password_is_shown(administrator: Client) -> None:
    user = UserFactory()
    page = administrator.get(f"/gestion/accounts/user/{user.pk}/change/").content.decode()

    assert "choisi" in page
    assert user.password.split("$")[0] + "$" not in page


@pytest.mark.parametrize("name", ["https://piege.exemple", "www.piege.exemple", "a@b.fr", "piege.fr/connexion"])
def test_a_name_carries_no_link(client: Client, name: str) -> None:
    user = UserFactory(first_name="Élodie")
    client.force_login(user)

    assert client.post("/mon-espace/nom/", {"first_name": name, "last_name": "Durand"}).status_code == 200
    user.refresh_from_db()
    assert user.first_name == "Élodie"


def test_the_erase_button_pressed_twice() -> None:
    user = UserFactory()
    same = User.objects.get(pk=user.pk)

    assert erase(user) == []
    assert erase(same) == []
