"""Who makes tours, and where."""

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.core.management import call_command
from django.test import Client

from directory.models import Actor
from outreach import services
from outreach.models import Tour
from soco.accounts.models import User
from soco.accounts.roles import FIELD, TEAM
from tests.factories import CommuneFactory, DepartementFactory, UserFactory
from tests.outreach.touring import BY, plan


@pytest.fixture
def voltigeur(db) -> User:
    """Somebody who goes and meets collectivités."""
    call_command("sync_permissions")
    user = UserFactory(staff=True, email="ana@reseau.exemple", first_name="Ana", last_name="Etcheverry")
    user.groups.add(AuthGroup.objects.get(name=FIELD))
    return user


@pytest.fixture
def lead(voltigeur: User) -> User:
    """Somebody of the team, who says where voltigeurs go."""
    user = UserFactory(staff=True, email="lea@reseau.exemple", first_name="Léa", last_name="Martin")
    user.groups.add(AuthGroup.objects.get(name=TEAM))
    return user


@pytest.fixture
def field(client: Client, voltigeur: User) -> Client:
    """The voltigeur's browser."""
    client.force_login(voltigeur)
    return client


@pytest.fixture
def bearn(db) -> list[Actor]:
    """Pau, and six communes on a line to the west of it, the nearest first."""
    place = DepartementFactory(name="Pyrénées-Atlantiques", code="64")
    names = ["Pau", "Lescar", "Artix", "Lacq", "Orthez", "Puyoô", "Peyrehorade"]
    return [
        CommuneFactory(
            name=name, code=f"64{900 + n}", departement=place, departement_codes=["64"], latitude=43.3 + n / 100,
            longitude=-0.37 - n / 8, email=f"mairie{n}@mairies.exemple", phone="05 59 00 00 00", address=f"1 place de {name}",
        )
        for n, name in enumerate(names)
    ]  # fmt: skip


@pytest.fixture
def tour(bearn: list[Actor], voltigeur: User) -> Tour:
    """Of the next week, from Pau through the next four, nearest first, without coming back."""
    return services.create_tour(plan(bearn[0], voltigeur, returns=False), [each.pk for each in bearn[1:5]], by=BY)


@pytest.fixture
def confirmed(tour: Tour) -> Tour:
    services.confirm_tour(tour, by=BY)
    return Tour.objects.for_page().get(pk=tour.pk)
