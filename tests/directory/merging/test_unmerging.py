"""The way back from a merger, two jumelages merged by hand, and what stands in the way."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from directory import services
from directory.models import Actor, Attachment, Jumelage, Merge, NotDuplicate
from directory.services import DirectoryError, links
from soco.accounts.services import erase
from soco.web import registries
from tests.directory.merging.worlds import differences, dump, settled, two_fiches
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    ContactFactory,
    InvitationFactory,
    JumelageActorFactory,
    JumelageFactory,
    PartnerFactory,
    RelaunchFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BY = "equipe@exemple.fr"


def merge(kept: Actor, absorbed: Actor, **choices: int) -> Merge:
    return services.merge_actors(kept, absorbed, choices, by=BY)


# --- the way back ---------------------------------------------------------------------------------------------------------
def test_undone_everything_is_as_before(client: Client) -> None:
    kept, absorbed = two_fiches(phone="+49 1", description="Ville.")
    limoges = CommuneFactory(name="Limoges", code="87085")
    for partner in (kept, absorbed):
        JumelageFactory(collectivite=limoges, partner=partner)
    JumelageActorFactory(jumelage=JumelageFactory(partner=kept), actor=absorbed)
    ContactFactory(actor=absorbed)
    before = settled()
    merged = merge(kept, absorbed, phone=absorbed.pk)

    done = services.undo_merge(merged, by=BY), services.undo_merge(merged, by=BY)

    assert done == (True, False)
    assert differences(before, dump()) == []
    merged.refresh_from_db()
    assert merged.undone_by == BY
    assert client.get(absorbed.get_absolute_url()).status_code == 200
    assert merge(kept, absorbed).pk != merged.pk


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda row: Actor.objects.filter(pk=row["kept"].pk).update(phone="+49 2"),
            "A changé depuis : acteur « Fürth ».",
        ),
        (lambda row: row["contact"].delete(), "A disparu depuis : contact « Alex Martin »."),
        (lambda row: Attachment.objects.update(function="adjoint"), "A changé depuis : rattachement n°"),
        (lambda row: Jumelage.objects.update(context="Autre."), "A changé depuis : jumelage n°"),
    ],
)
def test_undoing_is_refused_once_a_touched_row_changed(change: Any, sentence: str) -> None:
    kept, absorbed = two_fiches()
    contact = ContactFactory(actor=absorbed, name="Alex Martin")
    JumelageFactory(partner=absorbed)
    AttachmentFactory(actor=absorbed, accepted=True)
    merged = merge(kept, absorbed)
    change({"kept": kept, "contact": contact})
    before = dump()

    with pytest.raises(DirectoryError, match="Rien n’a été défait") as refused:
        services.undo_merge(merged, by=BY)

    assert sentence in str(refused.value).replace("\u00a0", " ")
    assert differences(before, dump()) == []
    assert list(services.why_not_undone([merged])) == [merged.pk]


def test_what_is_only_recounted_does_not_stand_in_the_way() -> None:
    kept, absorbed = two_fiches()
    merged = merge(kept, absorbed)
    JumelageFactory(partner=kept)
    links.refresh_actors()

    assert services.undo_merge(merged, by=BY)


def test_what_takes_the_place_is_told_and_nothing_is_undone() -> None:
    kept, absorbed = two_fiches()
    moved = JumelageFactory(partner=absorbed)
    merged = merge(kept, absorbed)
    JumelageFactory(collectivite=moved.collectivite, partner=absorbed)

    with pytest.raises(DirectoryError, match="prend la place"):
        services.undo_merge(merged, by=BY)

    absorbed.refresh_from_db()
    assert absorbed.successor_id == kept.pk


def test_after_thirty_days_it_is_too_late() -> None:
    merged = merge(*two_fiches())
    Merge.objects.update(merged_at=timezone.now() - timedelta(days=30, minutes=1))

    with pytest.raises(DirectoryError, match="plus de 30 jours"):
        services.undo_merge(merged, by=BY)
    merged.refresh_from_db()
    assert services.why_not_undone([merged]) == {merged.pk: "Il y a plus de 30 jours."}


def test_mergers_in_a_row_are_undone_in_the_other_order() -> None:
    third = PartnerFactory(foreign=True, name="Fuerth", country__iso2="DE")
    kept, absorbed = two_fiches()
    ContactFactory(actor=absorbed)
    before = settled()
    first = merge(kept, absorbed)
    second = merge(third, kept)

    with pytest.raises(DirectoryError, match="A changé depuis"):
        services.undo_merge(first, by=BY)
    services.undo_merge(second, by=BY)
    services.undo_merge(first, by=BY)

    assert differences(before, dump()) == []


# --- two jumelages by hand ------------------------------------------------------------------------------------------------
def test_two_jumelages_of_one_pair_become_one_and_two_again() -> None:
    own = JumelageFactory(year_started=None, year_signed=None, context="")
    theirs = JumelageFactory(
        collectivite=own.collectivite, partner=own.partner, year_started=1992, context="La foire.", is_demo=own.is_demo
    )
    JumelageActorFactory(jumelage=theirs)
    RelaunchFactory(jumelage=theirs)
    before = settled()

    merged = services.merge_jumelages(own, theirs, {"year_started": theirs.pk}, by=BY)

    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (own.year_started, own.context, own.participations.count()) == (1992, "La foire.", 1)
    assert (theirs.is_published, theirs.successor_id) == (False, own.pk)
    assert (merged.kept, merged.kept_jumelage, merged.absorbed_jumelage) == (None, own, theirs)
    services.undo_merge(merged, by=BY)
    assert differences(before, dump()) == []


def test_two_jumelages_that_may_not_be_merged() -> None:
    one, other = JumelageFactory.create_batch(2)
    twin = JumelageFactory(collectivite=one.collectivite, partner=one.partner, year_started=1990)

    for pair, sentence in (((one, one), "deux fois"), ((one, other), "deux mêmes acteurs")):
        with pytest.raises(DirectoryError, match=sentence):
            services.merge_jumelages(*pair, by=BY)
    services.merge_jumelages(one, twin, by=BY)
    with pytest.raises(DirectoryError, match="déjà fusionné"):
        services.merge_jumelages(one, twin, by=BY)


def test_values_that_the_database_refuses_together_are_told() -> None:
    own = JumelageFactory(vitality="clos", ended_on=date(1980, 1, 1), year_started=None)
    theirs = JumelageFactory(collectivite=own.collectivite, partner=own.partner, year_started=1992)

    with pytest.raises(DirectoryError, match="La fin ne peut pas précéder"):
        services.merge_jumelages(own, theirs, {"year_started": theirs.pk, "vitality": own.pk}, by=BY)

    theirs.refresh_from_db()
    assert theirs.is_published


# --- what a merger keeps of people ----------------------------------------------------------------------------------------
def test_who_erases_their_account_leaves_the_ledger_of_mergers() -> None:
    call_command("sync_permissions", stdout=io.StringIO())
    gone = UserFactory(email="camille.partie@exemple.fr")
    kept, absorbed = two_fiches()
    AttachmentFactory(actor=absorbed, user=gone, accepted=True, function="maire-partie")
    InvitationFactory(actor=absorbed, email="CAMILLE.partie@exemple.fr")
    with_them = merge(kept, absorbed)
    signed = services.merge_actors(*two_fiches(phone="+49 1"), by=gone.email)
    services.set_apart(*PartnerFactory.create_batch(2), by=gone.email)

    erase(gone)

    said = "".join(str(list(model.objects.values())) for model in (Merge, NotDuplicate))
    assert ("partie" in said.lower(), "maire" in said) == (False, False)
    assert "données d’une personne" in services.why_not_undone([Merge.objects.get(pk=with_them.pk)])[with_them.pk]
    assert services.undo_merge(Merge.objects.get(pk=signed.pk), by=BY)


def test_after_thirty_days_or_undone_the_rows_are_forgotten() -> None:
    old, undone, fresh = (merge(*two_fiches()) for _ in range(3))
    services.undo_merge(undone, by=BY)
    Merge.objects.filter(pk=old.pk).update(merged_at=timezone.now() - timedelta(days=31))
    purge = next(purge for purge in registries.purges() if purge.code == "directory.mergers")

    assert [purge.run(False), purge.run(True), purge.run(True)] == [2, 2, 0]
    assert list(Merge.objects.undoable()) == [fresh]
