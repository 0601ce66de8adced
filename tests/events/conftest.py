"""Who tries the organisers' pages."""

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.core.management import call_command
from django.test import Client

from soco.accounts.models import User
from soco.accounts.roles import TEAM
from tests.factories import UserFactory


@pytest.fixture
def team(client: Client) -> User:
    """Somebody of the team, signed in."""
    call_command("sync_permissions")
    user = UserFactory(staff=True, email="equipe@exemple.fr")
    user.groups.add(AuthGroup.objects.get(name=TEAM))
    client.force_login(user)
    return user
