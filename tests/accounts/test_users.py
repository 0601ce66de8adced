"""Accounts are known by e-mail address, whatever its case."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client

from soco.accounts.models import User

pytestmark = pytest.mark.django_db


def test_sign_in_ignores_the_case_of_the_address(client: Client) -> None:
    User.objects.create_user("Camille.Durand@Exemple.fr", "un mot de passe long")

    assert client.login(username="CAMILLE.durand@exemple.FR", password="un mot de passe long")
    assert str(User.objects.get()) == "camille.durand@exemple.fr"


def test_two_accounts_cannot_differ_by_case_alone() -> None:
    User.objects.create_user("a@exemple.fr")

    with pytest.raises(IntegrityError):
        User(email="A@EXEMPLE.FR").save()


def test_an_account_needs_an_address() -> None:
    with pytest.raises(ValueError, match="adresse électronique"):
        User.objects.create_user("")


def test_the_first_staff_login_is_made_once(capsys: pytest.CaptureFixture[str], client: Client) -> None:
    call_command("ensure_staff_login")
    email, password = capsys.readouterr().out.split()
    call_command("ensure_staff_login")

    assert capsys.readouterr().out == ""
    assert client.login(username=email, password=password)
    assert User.objects.get().is_superuser
