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


def test_sign_in_pauses_after_five_failures_and_says_so(client: Client) -> None:
    User.objects.create_superuser("equipe@exemple.fr", "un mot de passe long")

    def sign_in(email: str, password: str) -> tuple[int, bool]:
        response = client.post("/gestion/login/", {"username": email, "password": password})
        return response.status_code, "Trop d’essais manqués" in response.content.decode()

    failures = [sign_in("equipe@exemple.fr", f"essai {n}") for n in range(5)]
    paused = sign_in("Equipe@exemple.fr", "un mot de passe long")
    other = sign_in("autre@exemple.fr", "x")

    assert failures == [(200, False)] * 5
    assert paused == (200, True)
    assert other == (200, False)


def test_a_success_forgets_the_failures(client: Client) -> None:
    User.objects.create_superuser("equipe@exemple.fr", "un mot de passe long")

    for _round in range(3):
        for attempt in range(4):
            client.post("/gestion/login/", {"username": "equipe@exemple.fr", "password": f"essai {attempt}"})
        response = client.post("/gestion/login/", {"username": "equipe@exemple.fr", "password": "un mot de passe long"})
        assert response.status_code == 302
        client.logout()
