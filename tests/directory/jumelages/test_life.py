"""A jumelage ends and lives again by its two gestures: staff at once, its référents through the one door."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import services
from directory.enums import Source
from directory.models import ChangeProposal, Jumelage
from tests.directory.pages import text_of
from tests.factories import AttachmentFactory, CommuneFactory

from .door import YES, team

pytestmark = pytest.mark.django_db

ENDED = {"ended_on": "2024-06-01", "message": "Plus personne pour s’en occuper."}
REVIVED = {"last_action_on": "2026-05-09", "last_action": "Accueil d’une délégation", "message": ""}


def say(client: Client, gesture: str, jumelage: Jumelage, typed: dict[str, Any]) -> Any:
    return client.post(reverse(gesture, args=[jumelage.slug]), typed | {"once": "abcdefgh1"})


def sign_in(client: Client, jumelage: Jumelage, *, is_principal: bool) -> None:
    colleague = not is_principal
    if colleague:
        AttachmentFactory(accepted=True, actor=jumelage.collectivite, is_principal=True)
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite, is_principal=is_principal).user)


@pytest.fixture
def ended(jumelage: Jumelage) -> Jumelage:
    services.end_jumelage(jumelage, on=date(2024, 6, 1), source=Source.STAFF, by="equipe@exemple.fr")
    return jumelage


# --- staff ----------------------------------------------------------------------------------------------------------------
def test_staff_ends_it_at_once(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")
    Jumelage.objects.filter(pk=jumelage.pk).update(to_verify=True)

    answer = say(client, "jumelage_end", jumelage, ENDED)

    jumelage.refresh_from_db()
    assert answer["Location"] == jumelage.get_absolute_url()
    assert (jumelage.vitality, jumelage.ended_on, jumelage.vitality_on) == (
        "clos",
        date(2024, 6, 1),
        timezone.localdate(),
    )
    assert jumelage.to_verify is False
    assert ChangeProposal.objects.get().message == "Plus personne pour s’en occuper."
    page = text_of(client.get(jumelage.get_absolute_url()))
    assert "Clos" in page
    assert "Plus personne" not in page


def test_staff_revives_it_at_once(client: Client, ended: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")

    say(client, "jumelage_revive", ended, REVIVED)

    ended.refresh_from_db()
    assert (ended.vitality, ended.ended_on) == ("actif", None)
    assert (ended.last_action, ended.last_action_on) == ("Accueil d’une délégation", date(2026, 5, 9))


def test_a_later_action_that_is_known_stays(client: Client, ended: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")
    Jumelage.objects.filter(pk=ended.pk).update(last_action="Concert", last_action_on=date(2026, 9, 1))

    say(client, "jumelage_revive", ended, REVIVED)

    ended.refresh_from_db()
    assert (ended.vitality, ended.last_action) == ("actif", "Concert")


# --- its référents --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_principal", [True, False], ids=["principal", "simple"])
def test_a_referent_says_that_it_ended_and_staff_decides(
    client: Client, jumelage: Jumelage, is_principal: bool
) -> None:
    sign_in(client, jumelage, is_principal=is_principal)

    page = text_of(
        client.post(reverse("jumelage_end", args=[jumelage.slug]), ENDED | {"once": "abcdefgh1"}, follow=True)
    )

    assert "l’équipe relit avant de publier" in page
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.ended_on) == ("actif", None)
    proposal = ChangeProposal.objects.get()
    assert {change.field: change.new for change in proposal.changes.all()} == {
        "vitality": "clos", "ended_on": "2024-06-01",
    }  # fmt: skip
    assert (proposal.message, proposal.source) == ("Plus personne pour s’en occuper.", Source.ORGANISATION)
    services.decide(proposal, dict.fromkeys(("vitality", "ended_on"), YES), by="equipe@exemple.fr")
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.ended_on) == ("clos", date(2024, 6, 1))


@pytest.mark.parametrize("is_principal", [True, False], ids=["principal", "simple"])
def test_a_referent_says_that_it_lives_again_and_staff_decides(
    client: Client, ended: Jumelage, is_principal: bool
) -> None:
    """The action is published at once, as any that a référent tells; that the jumelage is active is read first."""
    sign_in(client, ended, is_principal=is_principal)

    say(client, "jumelage_revive", ended, REVIVED)

    ended.refresh_from_db()
    assert (ended.vitality, ended.ended_on, ended.last_action) == ("clos", date(2024, 6, 1), "Accueil d’une délégation")
    proposal = ChangeProposal.objects.get()
    assert {change.field: change.new for change in proposal.changes.pending()} == {
        "vitality": "actif",
        "ended_on": None,
    }
    services.decide(proposal, dict.fromkeys(("vitality", "ended_on"), YES), by="equipe@exemple.fr")
    ended.refresh_from_db()
    assert (ended.vitality, ended.ended_on) == ("actif", None)


def test_the_same_page_sent_twice_says_it_once(client: Client, jumelage: Jumelage) -> None:
    sign_in(client, jumelage, is_principal=True)

    for _twice in range(2):
        say(client, "jumelage_end", jumelage, ENDED)

    assert ChangeProposal.objects.count() == 1
    assert "Déjà proposé, en attente de l’équipe" in text_of(client.get(reverse("jumelage_end", args=[jumelage.slug])))


# --- what is refused ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ended_on": "2090-01-01"}, "Ce jour n’est pas encore venu"),
        ({"ended_on": "1990-01-01"}, "La fin ne peut pas précéder la signature ni le début (1992)."),
        ({"ended_on": "hier"}, "date valide"),
        ({"message": ""}, "obligatoire"),
    ],
)
def test_an_end_that_cannot_be_is_told_and_what_was_typed_is_kept(
    client: Client, jumelage: Jumelage, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client, jumelage, is_principal=True)

    answer = say(client, "jumelage_end", jumelage, {"ended_on": "2024-06-01", "message": "À garder"} | typed)
    page, kept = text_of(answer), "À garder" if "ended_on" in typed else 'value="2024-06-01"'

    assert sentence in page
    assert kept in answer.text
    assert ChangeProposal.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last_action_on": "2090-01-01"}, "sa date n’est pas dans l’avenir"),
        ({"last_action_on": "2023-01-01"}, "Le jumelage a pris fin le 1er juin 2024"),
        ({"last_action_on": ""}, "obligatoire"),
    ],
)
def test_a_revival_that_cannot_be_is_told_and_what_was_typed_is_kept(
    client: Client, ended: Jumelage, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client, ended, is_principal=True)

    page = text_of(say(client, "jumelage_revive", ended, REVIVED | typed))

    assert sentence in page
    assert "Accueil d’une délégation" in page
    assert ChangeProposal.objects.count() == 0


def test_each_gesture_is_offered_when_it_can_be(client: Client, jumelage: Jumelage) -> None:
    sign_in(client, jumelage, is_principal=True)
    end, revive = (reverse(name, args=[jumelage.slug]) for name in ("jumelage_end", "jumelage_revive"))

    def offered() -> tuple[bool, bool]:
        page = client.get(jumelage.get_absolute_url()).text
        return end in page, revive in page

    assert offered() == (True, False)
    assert "rien n’est à rouvrir" in text_of(client.post(revive, REVIVED, follow=True))
    services.end_jumelage(jumelage, on=None, source=Source.STAFF, by="equipe@exemple.fr")
    assert offered() == (False, True)
    assert "Ce jumelage est déjà clos." in text_of(client.post(end, ENDED, follow=True))
    assert ChangeProposal.objects.count() == 0


@pytest.mark.parametrize("gesture", ["jumelage_end", "jumelage_revive"])
def test_others_may_not(client: Client, jumelage: Jumelage, gesture: str) -> None:
    client.force_login(AttachmentFactory(accepted=True, actor=CommuneFactory(name="Ailleurs")).user)
    if gesture == "jumelage_revive":
        services.end_jumelage(jumelage, on=None, source=Source.STAFF, by="equipe@exemple.fr")

    answer = say(client, gesture, jumelage, ENDED | REVIVED)

    assert answer.status_code == 403
    assert "Demander à représenter" in text_of(answer)
    assert ChangeProposal.objects.count() == 0
