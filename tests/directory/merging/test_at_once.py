"""Two people at the same moment, on two connections: nothing is lost, and nobody waits for somebody who waits for them."""

from collections.abc import Callable
from typing import Any

import pytest

from directory import services
from directory.enums import Source
from directory.models import Actor, Contact, Jumelage, Merge
from directory.services import DirectoryError
from tests.directory.merging.worlds import differences, settled
from tests.directory.test_attachments_at_once import at_once
from tests.factories import CommuneFactory, ContactFactory, JumelageFactory, PartnerFactory

pytestmark = pytest.mark.django_db(transaction=True)
BY = "equipe@exemple.fr"


def merge(kept: Actor, absorbed: Actor) -> Callable[[], Any]:
    return lambda: services.merge_actors(kept, absorbed, by=BY)


def fiches(count: int) -> list[Actor]:
    """Partners that share two communes, each with a contact."""
    communes = CommuneFactory.create_batch(2)
    actors = [PartnerFactory(foreign=True) for _ in range(count)]
    for actor in actors:
        ContactFactory(actor=actor)
        for commune in communes:
            JumelageFactory(collectivite=commune, partner=actor, year_started=1990 + actor.pk % 50)
    return actors


@pytest.mark.parametrize("_turn", range(3))
def test_the_same_two_merged_both_ways_are_merged_once(_turn: int) -> None:
    one, other = fiches(2)

    results = at_once(merge(one, other), merge(other, one))

    assert sorted(type(result).__name__ for result in results) == ["DirectoryError", "Merge"]
    merged = Merge.objects.get()
    assert Contact.objects.filter(actor=merged.kept).count() == 2
    assert (
        Jumelage.objects.standing().in_pair_of(merged.kept_id).count()
        == 4 - Jumelage.objects.exclude(successor=None).count()
    )


@pytest.mark.parametrize("_turn", range(3))
def test_overlapping_mergers_neither_deadlock_nor_lose(_turn: int) -> None:
    first, second, third, fourth = fiches(4)
    before = settled()

    results = at_once(merge(first, second), merge(third, second), merge(fourth, third), merge(first, fourth))

    assert {type(result) for result in results} <= {Merge, DirectoryError}
    standing = list(Merge.objects.newest_first())
    alive = Actor.objects.partners().published()
    assert alive.count() == 4 - len(standing)
    assert Contact.objects.filter(actor__in=alive).count() == 4
    assert Jumelage.objects.standing().exclude(partner__in=alive).count() == 0
    for merged in standing:
        services.undo_merge(merged, by=BY)
    assert differences(before, settled()) == []


@pytest.mark.parametrize("_turn", range(3))
def test_mergers_beside_other_gestures(_turn: int) -> None:
    first, second, third = fiches(3)
    jumelage = Jumelage.objects.in_pair_of(second.pk).first()
    assert jumelage is not None
    jumelage.title = "Cinquante ans"

    results = at_once(
        merge(first, second),
        merge(third, first),
        lambda: services.save_jumelage(jumelage, ["title"], source=Source.STAFF, by=BY),
        lambda: services.create_jumelage(collectivite=jumelage.collectivite, partner=second, by=BY, kind="pacte"),
    )

    assert {type(result) for result in results} <= {Merge, DirectoryError, Jumelage, type(None)}
    assert Jumelage.objects.filter(title="Cinquante ans").count() == 1


def test_undone_by_two_at_once_is_undone_once() -> None:
    one, other = fiches(2)
    before = settled()
    merged = services.merge_actors(one, other, by=BY)

    results = at_once(*[lambda: services.undo_merge(merged, by=BY)] * 2)

    assert sorted(results) == [False, True]
    assert differences(before, settled()) == []
