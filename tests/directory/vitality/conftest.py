"""Staff who follow jumelages, each with its role's own rights."""

import io

import pytest
from django.core.management import call_command
from django.test import Client

from soco.accounts import roles
from soco.accounts.services import give_role
from tests.factories import UserFactory


def _signed_in(role: str, email: str) -> Client:
    call_command("sync_permissions", stdout=io.StringIO())
    client, user = Client(), UserFactory(email=email, second_factor=True)
    give_role(user, role, by=None)
    client.force_login(user)
    return client


@pytest.fixture
def team(db) -> Client:
    return _signed_in(roles.TEAM, "marie@reseau.exemple")


@pytest.fixture
def voltigeur(db) -> Client:
    return _signed_in(roles.FIELD, "paul@reseau.exemple")
