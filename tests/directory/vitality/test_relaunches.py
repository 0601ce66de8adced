"""The path of a relaunch: opened once, ticked, closed once; what the jumelage becomes, and who reads it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from directory import services
from directory.enums import RelaunchState, RelaunchStep
from directory.models import ChangeProposal, Jumelage, Relaunch
from directory.services import DirectoryError
from tests.directory.test_attachments_at_once import at_once
from tests.factories import (
    AttachmentFactory,
    ContactFactory,
    JumelageFactory,
    ProjectFactory,
    RelaunchFactory,
    UserFactory,
)

STAFF = "equipe@exemple.fr"
YESTERDAY = timezone.localdate() - timedelta(days=1)


def state_of(jumelage: Jumelage) -> tuple[str, bool, date | None, str]:
    jumelage.refresh_from_db()
    return jumelage.vitality, jumelage.to_verify, jumelage.last_action_on, jumelage.last_action


def proposals() -> list[tuple[str, str, str, Any]]:
    rows = ChangeProposal.objects.order_by("pk").prefetch_related("changes")
    return [(row.source, row.by_email, row.message, [change.new for change in row.changes.all()]) for row in rows]


# --- opening ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_staff_opens_one_and_the_jumelage_is_to_relaunch() -> None:
    jumelage = JumelageFactory(vitality="en-sommeil")

    first = services.start_relaunch(jumelage, ["projet", "contact", "inconnu"], by=STAFF, note=" Appeler le maire. ")
    again = services.start_relaunch(jumelage, ["langue"], by="autre@exemple.fr")

    assert again == first
    first.refresh_from_db()
    assert (first.needed, first.done, first.note) == (["contact", "projet"], [], "Appeler le maire.")
    assert (first.state, first.started_by) == (RelaunchState.OPEN, STAFF)
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.vitality_on) == ("a-relancer", timezone.localdate())
    assert jumelage.provenance["vitality"]["by"] == STAFF
    assert Jumelage.pgh_event_model.objects.get().pgh_context.metadata["origin"] == f"relaunch:{first.pk}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("vitality", "needed", "sentence"),
    [
        ("clos", ["projet"], "ce jumelage est clos. Rouvrez-le d’abord"),
        ("actif", [], "cochez au moins une chose"),
        ("actif", ["inconnu"], "cochez au moins une chose"),
    ],
)
def test_what_is_not_opened(vitality: str, needed: list[str], sentence: str) -> None:
    jumelage = JumelageFactory(vitality=vitality)

    with pytest.raises(DirectoryError, match=sentence):
        services.start_relaunch(jumelage, needed, by=STAFF)

    assert Relaunch.objects.count() == 0
    assert state_of(jumelage)[0] == vitality


@pytest.mark.django_db
def test_its_people_ask_and_staff_reads_it_as_a_proposal() -> None:
    jumelage = JumelageFactory(vitality="en-sommeil")
    person = UserFactory(email="ines@exemple.fr", first_name="Inès", last_name="Morel")

    asked, is_new = services.ask_for_relaunch(jumelage, ["benevoles"], by=person, message="Plus de bénévoles.")
    again, is_still_new = services.ask_for_relaunch(jumelage, ["langue"], by=person, message="Encore.")

    assert (asked, is_new, is_still_new) == (again, True, False)
    assert (asked.needed, asked.started_by, asked.note) == (["benevoles"], "ines@exemple.fr", "")
    assert state_of(jumelage)[0] == "en-sommeil"
    assert proposals() == [("organisation", "ines@exemple.fr", "Plus de bénévoles.", ["a-relancer"])]


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_open_one() -> None:
    jumelage = JumelageFactory()

    results = at_once(*[lambda: services.start_relaunch(jumelage, ["projet"], by=STAFF)] * 3)

    assert {type(result) for result in results} == {Relaunch}
    assert Relaunch.objects.count() == 1


# --- on the way ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_is_there_was_needed() -> None:
    relaunch = RelaunchFactory(needed=["contact"])

    for _twice in range(2):
        services.save_steps(relaunch, needed=["projet", "contact"], done=["langue", "contact"], note="Vu.")

    relaunch.refresh_from_db()
    assert (relaunch.needed, relaunch.done, relaunch.note) == (
        ["contact", "projet", "langue"],
        ["contact", "langue"],
        "Vu.",
    )
    assert relaunch.steps == [
        (RelaunchStep.CONTACT, True),
        (RelaunchStep.PROJECT, False),
        (RelaunchStep.LANGUAGE, True),
    ]
    assert relaunch.progress == "2 sur 3"


@pytest.mark.django_db
def test_a_closed_path_is_not_ticked_nor_emptied() -> None:
    closed = RelaunchFactory(state="reussie", closed_at=timezone.now())
    with pytest.raises(DirectoryError, match="cette relance est close"):
        services.save_steps(closed, needed=["projet"], done=[], note="")

    with pytest.raises(DirectoryError, match="cochez au moins une chose"):
        services.save_steps(RelaunchFactory(), needed=[], done=[], note="")


# --- closing ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_relaunched_makes_it_active_with_its_action() -> None:
    jumelage = JumelageFactory(vitality="a-relancer", to_verify=True, last_action_on=date(2015, 6, 1))
    relaunch = RelaunchFactory(jumelage=jumelage)

    told = [
        services.succeed(relaunch, last_action=action, last_action_on=YESTERDAY, by=STAFF)
        for action in ("Accueil du comité", "Autre chose")
    ]

    assert told == [True, False]
    assert state_of(jumelage) == ("actif", False, YESTERDAY, "Accueil du comité")
    relaunch.refresh_from_db()
    assert (relaunch.state, relaunch.closed_by) == (RelaunchState.SUCCEEDED, STAFF)


@pytest.mark.django_db
def test_a_later_action_known_already_stays() -> None:
    jumelage = JumelageFactory(last_action_on=YESTERDAY, last_action="Un voyage")

    services.succeed(RelaunchFactory(jumelage=jumelage), last_action="Avant", last_action_on=date(2020, 1, 1), by=STAFF)

    assert state_of(jumelage) == ("actif", False, YESTERDAY, "Un voyage")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("vitality", "on", "sentence"),
    [
        ("actif", timezone.localdate() + timedelta(days=1), "a une date passée"),
        ("clos", YESTERDAY, "clos entre-temps"),
    ],
)
def test_what_is_not_closed(vitality: str, on: date, sentence: str) -> None:
    relaunch = RelaunchFactory(jumelage__vitality=vitality)

    with pytest.raises(DirectoryError, match=sentence):
        services.succeed(relaunch, last_action="Un voyage", last_action_on=on, by=STAFF)

    relaunch.refresh_from_db()
    assert relaunch.is_open


@pytest.mark.django_db
def test_given_up_keeps_the_jumelage_or_closes_it_or_asks_for_it() -> None:
    kept, ended, asked = JumelageFactory.create_batch(3, vitality="a-relancer")

    for _twice in range(2):
        services.give_up(_open(kept), by=STAFF)
        services.give_up(_open(ended), by=STAFF, asks_for_end=True, at_once=True)
        services.give_up(_open(asked), by=STAFF, asks_for_end=True)

    assert [state_of(jumelage)[0] for jumelage in (kept, ended, asked)] == ["a-relancer", "clos", "a-relancer"]
    assert proposals() == [("staff", STAFF, "Relance abandonnée.", ["clos"])]
    assert set(Relaunch.objects.values_list("state", flat=True)) == {"abandonnee"}


def _open(jumelage: Jumelage) -> Relaunch:
    return Relaunch.objects.of_jumelage(jumelage).first() or RelaunchFactory(jumelage=jumelage)


# --- what it needs ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_what_is_suggested_follows_what_is_known() -> None:
    jumelage = JumelageFactory(carrier="comite")
    ContactFactory(actor=jumelage.partner, left_on=date(2024, 1, 1))
    ProjectFactory(jumelage=jumelage, status="termine")
    assert [str(step) for step in services.suggested_steps(jumelage)] == [
        *("contact", "financement", "projet", "langue", "appui")
    ]

    ContactFactory(actor=jumelage.partner)
    ProjectFactory(jumelage=jumelage, status="en-cours")
    AttachmentFactory(actor=jumelage.collectivite, accepted=True)
    assert services.suggested_steps(jumelage) == [RelaunchStep.LANGUAGE]


# --- who it was ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_erased_address_leaves_the_paths() -> None:
    relaunch = RelaunchFactory(started_by=STAFF, closed_by=STAFF, state="reussie", closed_at=timezone.now())
    other = RelaunchFactory(started_by="autre@exemple.fr")

    for _twice in range(2):
        services.forget_name_in_histories([STAFF])

    relaunch.refresh_from_db()
    other.refresh_from_db()
    assert (relaunch.started_by, relaunch.closed_by) == ("compte effacé", "compte effacé")
    assert other.started_by == "autre@exemple.fr"
