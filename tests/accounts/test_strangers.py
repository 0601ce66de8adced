"""Somebody signs up with an address that is not theirs, and waits: what they chose never opens its owner's account."""

import re

import pytest
from django.core import mail
from django.test import Client

from soco.accounts.models import User
from soco.mailing import delivery
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

VICTIM = "mairie@commune.exemple"
CHOSEN = "le mot de passe du guetteur"


def sign_up(client: Client, first_name: str, password: str) -> None:
    client.post(
        "/compte/signup/",
        {"email": VICTIM, "password1": password, "first_name": first_name, "last_name": "Inconnu"},
    )


def code_of_the_last_mail() -> str:
    delivery.deliver()
    found = re.search(r"\b\d{4}-\d{4}\b", mail.outbox[-1].body)
    assert found
    return found[0]


def enters(client: Client, password: str) -> bool:
    client.post("/compte/login/", {"login": VICTIM, "password": password})
    return client.get("/mon-espace/").status_code == 200


def test_a_waiting_password_dies_when_the_owner_comes_by_code() -> None:
    stranger, owner = Client(), Client()
    sign_up(stranger, "Guetteur", CHOSEN)
    owner.post("/compte/login/code/", {"email": VICTIM})
    owner.post("/compte/login/code/confirm/", {"code": code_of_the_last_mail()})

    assert owner.get("/mon-espace/").status_code == 200
    assert not enters(Client(), CHOSEN)
    assert not enters(stranger, CHOSEN)
    assert User.objects.get().first_name == ""


def test_ones_own_sign_up_keeps_its_password() -> None:
    owner = Client()
    sign_up(owner, "Élodie", "une petite phrase à moi")
    owner.post("/compte/confirm-email/", {"code": code_of_the_last_mail()})

    assert User.objects.get().first_name == "Élodie"
    assert enters(Client(), "une petite phrase à moi")


def test_a_code_later_keeps_what_the_owner_chose(client: Client) -> None:
    UserFactory(email=VICTIM, first_name="Élodie")
    client.post("/compte/login/code/", {"email": VICTIM})
    client.post("/compte/login/code/confirm/", {"code": code_of_the_last_mail()})

    assert client.get("/mon-espace/").status_code == 200
    assert User.objects.get().has_usable_password()
    assert User.objects.get().first_name == "Élodie"


def test_a_former_address_is_remembered(client: Client) -> None:
    user = UserFactory(email="avant@exemple.fr")
    client.post("/compte/login/", {"login": "avant@exemple.fr", "password": "un mot de passe d’essai"})
    client.post("/compte/email/", {"email": "apres@exemple.fr", "action_add": ""})
    delivery.deliver()
    client.post("/compte/confirm-email/", {"code": code_of_the_last_mail()})

    user.refresh_from_db()
    assert user.email == "apres@exemple.fr"
    assert user.every_address() == ["apres@exemple.fr", "avant@exemple.fr"]
