"""Accounts are known by e-mail address, whatever its case."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.utils import timezone

from soco.accounts import roles, services
from soco.accounts.models import User
from soco.web import registries
from tests.factories import EmailAddressFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe d’essai"


def test_sign_in_ignores_the_case_of_the_address(client: Client) -> None:
    UserFactory(email="camille.durand@exemple.fr")

    response = client.post("/compte/login/", {"login": "CAMILLE.Durand@exemple.FR", "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/mon-espace/")


def test_two_accounts_cannot_differ_by_case_alone() -> None:
    User.objects.create_user("a@exemple.fr")

    with pytest.raises(IntegrityError):
        User(email="A@EXEMPLE.FR").save()


def test_an_account_needs_an_address() -> None:
    with pytest.raises(ValueError, match="adresse électronique"):
        User.objects.create_user("")


def test_the_first_staff_login_is_made_once(capsys: pytest.CaptureFixture[str], rf: RequestFactory) -> None:
    call_command("ensure_staff_login")
    email, password = capsys.readouterr().out.split()
    call_command("ensure_staff_login")

    user = User.objects.get()
    assert capsys.readouterr().out == ""
    assert authenticate(rf.post("/"), email=email, password=password) == user
    assert (user.is_superuser, [group.name for group in user.groups.all()]) == (True, [roles.ADMINISTRATOR])
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(email, True, True)]


def test_accounts_never_confirmed_are_forgotten_after_a_month() -> None:
    long_ago = timezone.now() - timedelta(days=31)
    kept = [
        UserFactory(date_joined=long_ago),
        UserFactory(address=False, date_joined=timezone.now() - timedelta(days=29)),
        UserFactory(address=False, date_joined=long_ago, last_login=long_ago),
        UserFactory(address=False, date_joined=long_ago, staff=True),
    ]
    UserFactory(address=False, date_joined=long_ago)
    rule = next(purge for purge in registries.purges() if purge.code == "accounts.non_confirmes")

    assert (rule.run(False), User.objects.count()) == (1, 5)
    assert (rule.run(True), rule.run(True)) == (1, 0)
    assert set(User.objects.all()) == set(kept)


def test_ended_sessions_are_forgotten_and_open_ones_are_not(client: Client) -> None:
    UserFactory(email="a@exemple.fr")
    rule = next(purge for purge in registries.purges() if purge.code == "accounts.sessions")
    for browser in (client, other := Client()):
        browser.post("/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD})
    other.session.flush()
    early = rule.run(True)
    UserSession.objects.update(created_at=timezone.now() - timedelta(days=15))

    assert (early, rule.run(False), rule.run(True), rule.run(True)) == (0, 1, 1, 0)
    assert client.get("/mon-espace/").status_code == 200


def test_sessions_that_nobody_ended_are_forgotten_after_their_last_day() -> None:
    UserFactory(email="a@exemple.fr")
    rule = next(purge for purge in registries.purges() if purge.code == "accounts.sessions")
    Client().post("/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD})
    signed_in_at = timezone.now()

    with time_machine.travel(signed_in_at + timedelta(days=13), tick=False):
        Client().post("/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD})
        assert (rule.run(False), rule.run(True)) == (0, 0)
    with time_machine.travel(signed_in_at + timedelta(days=14, minutes=1), tick=False):
        assert (rule.run(False), rule.run(True), rule.run(True)) == (1, 1, 0)
        assert (UserSession.objects.count(), Session.objects.count()) == (1, 1)


def test_accounts_made_before_codes_have_their_address_confirmed() -> None:
    before, since = UserFactory(email="avant@exemple.fr", address=False), UserFactory(address=False)
    EmailAddressFactory(user=since, verified=False)
    migration = import_module("soco.accounts.migrations.0002_confirmed_addresses")

    for _twice in range(2):
        migration.confirm_existing(apps, None)

    assert list(EmailAddress.objects.order_by("pk").values_list("user", "verified")) == [
        (since.pk, False),
        (before.pk, True),
    ]


def test_an_address_that_staff_vouch_for_replaces_the_former() -> None:
    user = UserFactory(email="avant@exemple.fr")
    user.email = "apres@exemple.fr"

    services.confirm_address(user)
    services.confirm_address(user)

    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("apres@exemple.fr", True, True)]
