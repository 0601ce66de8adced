"""Limoges and its jumelage with Fürth, and the référent who speaks for it."""

import pytest
from django.test import Client

from directory.models import Jumelage
from soco.accounts.models import User
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    JumelageFactory,
    ThemeFactory,
)


@pytest.fixture
def jumelage() -> Jumelage:
    ThemeFactory(code="eau-assainissement")
    ThemeFactory(code="culture", name="Culture")
    return JumelageFactory(
        collectivite=CommuneFactory(name="Limoges", code="87085", email="mairie@limoges.exemple"),
        partner__name="Fürth",
        vitality="actif",
        year_signed=1992,
        theme_codes=["culture"],
    )


@pytest.fixture
def referent(client: Client, jumelage: Jumelage) -> User:
    user = AttachmentFactory(accepted=True, actor=jumelage.collectivite).user
    client.force_login(user)
    return user
