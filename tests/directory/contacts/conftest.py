"""A commune, its jumelage, and a person of both."""

import pytest

from directory.models import Actor, Contact, Jumelage
from tests.factories import (
    CommuneFactory,
    ContactFactory,
    JumelageFactory,
)

from .people import VALUES


@pytest.fixture
def commune() -> Actor:
    return CommuneFactory(name="Ambazac", code="87002")


@pytest.fixture
def jumelage(commune: Actor) -> Jumelage:
    made = JumelageFactory(collectivite=commune, partner__name="Eckental")
    commune.refresh_from_db()
    return made


@pytest.fixture
def person(commune: Actor, jumelage: Jumelage) -> Contact:
    """Somebody who said nothing yet."""
    return ContactFactory(actor=commune, jumelage=jumelage, **VALUES)
