"""The field work of the demonstration comes once, and leaves without a trace."""

import pytest

from directory.enums import ContactState
from directory.models import Actor
from outreach.models import Adhesion, ContactChange, ContactFact, Priority, QuickNote, Tour, Visit
from outreach.services import settle_contacts
from outreach.services.demo import count_demo_outreach, remove_demo_outreach, seed_demo_outreach
from tests.factories import CommuneFactory, EpciFactory, UserFactory, VisitFactory

pytestmark = pytest.mark.django_db


def territory() -> list[Actor]:
    for number in range(3):
        EpciFactory(population=1000 * number)
    return [
        CommuneFactory(population=9000 - number, latitude=45 + number / 1000, longitude=1.0) for number in range(70)
    ]


def test_it_comes_once_with_visits_to_write_down_and_to_make() -> None:
    territory()
    user = UserFactory(staff=True)

    count = seed_demo_outreach("démonstration")

    assert count == count_demo_outreach() > 0 and seed_demo_outreach("démonstration") == 0
    assert set(Visit.objects.values_list("voltigeur", flat=True)) == {user.pk}
    assert Visit.objects.planned().exists() and Tour.objects.get().stops.count() == 4
    assert Actor.objects.filter(contact_state=ContactState.MET).exists() and Priority.objects.exists()


def test_it_leaves_what_people_wrote_and_nothing_of_its_own() -> None:
    territory()
    real = VisitFactory(done=True)
    settle_contacts()
    seed_demo_outreach("démonstration")

    assert remove_demo_outreach() > 0

    left = (model.objects.count() for model in (Visit, Tour, QuickNote, Adhesion, ContactFact, ContactChange))
    assert list(left) == [1, 0, 0, 0, 1, 1]
    moved = Actor.objects.exclude(contact_state=ContactState.NEVER)
    assert list(moved.values_list("pk", "contact_state")) == [(real.actor_id, ContactState.MET)]


def test_without_a_territory_there_is_nothing_to_visit() -> None:
    assert seed_demo_outreach("démonstration") == 0
