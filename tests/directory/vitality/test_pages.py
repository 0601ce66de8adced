"""Writing a letter, leading a relaunch, asking for one: pages, refusals, what is kept of what was typed, who sees what."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from directory import follow_up
from directory.models import ChangeProposal, Jumelage, Relaunch
from soco.mailing.models import Message
from tests.directory.pages import text_of
from tests.factories import (
    AddressFactory,
    AttachmentFactory,
    CommuneFactory,
    JumelageFactory,
    MessageFactory,
    PartnerFactory,
    RelaunchFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LETTER = {"subject": "Des nouvelles ?", "text": "Bonjour,\n\nÀ bientôt !"}


@pytest.fixture(autouse=True)
def _a_working_day():
    with travel("2026-11-25T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def jumelage() -> Jumelage:
    commune = CommuneFactory(name="Limoges", code="87085", email="mairie@limoges.exemple", phone="05 55 00 00 00")
    town = PartnerFactory(name="Fürth", foreign=True, country__iso2="DE")
    return JumelageFactory(collectivite=commune, partner=town, to_verify=True, vitality="en-sommeil")


@pytest.fixture
def referent(jumelage: Jumelage) -> Client:
    client = Client()
    user = UserFactory(email="ines@exemple.fr", first_name="Inès", last_name="Morel")
    client.user = AttachmentFactory(actor=jumelage.collectivite, accepted=True, user=user).user
    client.force_login(client.user)
    return client


def letter_page(jumelage: Jumelage, purpose: str = "nouvelles") -> str:
    return f"/equipe/jumelages/{jumelage.pk}/courriel/{purpose}/"


def relaunch_page(jumelage: Jumelage, ending: str = "") -> str:
    return f"/equipe/jumelages/{jumelage.pk}/relance/{ending}"


# --- letters ------------------------------------------------------------------------------------------------------------
def test_a_letter_comes_written_and_leaves_as_it_was_read(team: Client, jumelage: Jumelage) -> None:
    page = text_of(team.get(letter_page(jumelage)))
    assert 'value="Des nouvelles de votre jumelage avec Fürth ?"' in page
    assert "La réponse arrive à marie@reseau.exemple." in page

    preview = text_of(team.post(letter_page(jumelage), LETTER | {"geste": "apercu"}))
    assert "Aperçu du courriel" in preview
    assert "<p>Bonjour,</p>" in preview
    assert Message.objects.count() == 0

    sent = team.post(letter_page(jumelage), LETTER | {"geste": "envoyer"}, follow=True)
    assert sent.redirect_chain == [("/equipe/jumelages/?vue=a-verifier", 302)]
    assert "Votre courriel part à mairie@limoges.exemple" in text_of(sent)
    row = Message.objects.get()
    assert (row.to_email, row.reply_to, row.params["text"]) == (
        "mairie@limoges.exemple",
        "marie@reseau.exemple",
        LETTER["text"],
    )


def test_the_same_letter_twice_leaves_once(team: Client, jumelage: Jumelage) -> None:
    for _twice in range(2):
        team.post(letter_page(jumelage), LETTER | {"geste": "envoyer"})

    assert Message.objects.count() == 1
    page = text_of(team.get(letter_page(jumelage)))
    assert "Ce courriel a été écrit le 25 novembre 2026 par marie@reseau.exemple." in page
    assert "Envoyer le courriel" not in page


def test_what_was_typed_is_kept_when_something_is_wrong(team: Client, jumelage: Jumelage) -> None:
    page = text_of(team.post(letter_page(jumelage), {"subject": "", "text": "Gardez ceci", "geste": "envoyer"}))
    assert "Gardez ceci" in page
    assert "Une chose à corriger. Ce que vous avez tapé est gardé." in page

    AddressFactory(email="mairie@limoges.exemple", service_opposed_at=timezone.now())
    page = text_of(team.post(letter_page(jumelage), LETTER | {"geste": "envoyer"}))
    assert "Rien n’est parti : elle s’oppose aux courriels de service." in page
    assert "À bientôt !" in page
    assert '<button class="bouton" type="submit" name="geste" value="envoyer">' not in page
    assert Message.objects.count() == 0


def test_no_reason_no_letter(team: Client, jumelage: Jumelage) -> None:
    page = team.get(letter_page(jumelage, "anniversaire"))

    assert page.status_code == 200
    assert "pas d’anniversaire à fêter" in text_of(page)
    assert team.post(letter_page(jumelage, "anniversaire"), LETTER | {"geste": "envoyer"}).status_code == 200
    assert Message.objects.count() == 0


def test_letters_that_are_not_found(team: Client, jumelage: Jumelage) -> None:
    hidden = JumelageFactory(hidden=True, to_verify=True)

    assert team.get(letter_page(jumelage, "autre")).status_code == 404
    assert team.get(letter_page(hidden)).status_code == 404


def test_a_voltigeur_writes_no_letter(voltigeur: Client, referent: Client, jumelage: Jumelage) -> None:
    for client in (voltigeur, referent):
        assert client.get(letter_page(jumelage)).status_code == 403
        assert client.post(letter_page(jumelage), LETTER).status_code == 403


# --- relaunches ---------------------------------------------------------------------------------------------------------
def test_a_voltigeur_leads_a_relaunch_to_its_end(voltigeur: Client, jumelage: Jumelage) -> None:
    page = text_of(voltigeur.get(relaunch_page(jumelage)))
    assert "Commencer la relance" in page
    assert page.count("checked") == 6  # nothing is known around it: all is suggested

    voltigeur.post(relaunch_page(jumelage), {"needed": ["contact", "projet"], "note": "Appeler"})
    voltigeur.post(relaunch_page(jumelage), {"needed": ["contact", "projet"], "done": ["contact"], "note": "Appelé"})
    page = text_of(voltigeur.get(relaunch_page(jumelage)))
    assert "1 sur 2 acquis" in page
    assert "commencée le 25 novembre 2026 par paul@reseau.exemple" in page
    assert "Appelé" in page

    told = {"outcome": "relance", "last_action": "Visite", "last_action_on": "2026-11-20"}
    closed = voltigeur.post(relaunch_page(jumelage, "clore/"), told, follow=True)
    assert "ce jumelage est actif" in text_of(closed)
    assert "Relances passées" in text_of(closed)
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.last_action, jumelage.to_verify) == ("actif", "Visite", False)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "Dites comment cette relance finit."),
        ({"outcome": "relance"}, "Dites ce qui a eu lieu."),
        ({"outcome": "relance", "last_action": "Visite"}, "Dites quand."),
        ({"outcome": "relance", "last_action": "Visite", "last_action_on": "2026-11-26"}, "pas dans l’avenir"),
        ({"outcome": "relance", "last_action": "Visite", "last_action_on": "hier"}, "Saisissez une date valide"),
        ({"outcome": "autre"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_closing_that_says_too_little(team: Client, jumelage: Jumelage, told: dict[str, str], sentence: str) -> None:
    relaunch = RelaunchFactory(jumelage=jumelage)

    page = text_of(team.post(relaunch_page(jumelage, "clore/"), told))

    assert sentence in page
    relaunch.refresh_from_db()
    assert relaunch.is_open


def test_the_team_ends_at_once_and_a_voltigeur_asks(team: Client, voltigeur: Client, jumelage: Jumelage) -> None:
    other = JumelageFactory(vitality="a-relancer")
    for client, one in ((voltigeur, jumelage), (team, other)):
        RelaunchFactory(jumelage=one)
        client.post(relaunch_page(one, "clore/"), {"outcome": "clos"})
        one.refresh_from_db()

    assert (jumelage.vitality, other.vitality) == ("en-sommeil", "clos")
    assert [(row.jumelage, row.by_email) for row in ChangeProposal.objects.all()] == [(jumelage, "paul@reseau.exemple")]


def test_nothing_to_close(team: Client, jumelage: Jumelage) -> None:
    for answer in (team.get(relaunch_page(jumelage, "clore/")), team.post(relaunch_page(jumelage, "clore/"))):
        assert answer["Location"] == relaunch_page(jumelage)


def test_no_step_no_relaunch(team: Client, jumelage: Jumelage) -> None:
    page = text_of(team.post(relaunch_page(jumelage), {"note": "Gardez ceci"}))

    assert "Cochez au moins une chose" in page
    assert "Gardez ceci" in page
    assert Relaunch.objects.count() == 0


def test_an_ended_jumelage_is_opened_again_first(team: Client) -> None:
    ended = JumelageFactory(vitality="clos")

    assert "rouvrez-le d’abord" in text_of(team.get(relaunch_page(ended)))
    assert "rouvrez-le d’abord" in text_of(team.post(relaunch_page(ended), {"needed": ["projet"]}))
    assert Relaunch.objects.count() == 0


@pytest.mark.parametrize("ending", ["", "clore/"])
def test_relaunches_are_for_staff(client: Client, referent: Client, jumelage: Jumelage, ending: str) -> None:
    assert client.get(relaunch_page(jumelage, ending)).status_code == 302
    assert referent.get(relaunch_page(jumelage, ending)).status_code == 403
    assert referent.post(relaunch_page(jumelage, ending)).status_code == 403


# --- their people -------------------------------------------------------------------------------------------------------
def test_its_people_ask_and_staff_reads_why(referent: Client, team: Client, jumelage: Jumelage) -> None:
    asking = f"/jumelages/{jumelage.slug}/relance/"
    assert asking in text_of(referent.get(jumelage.get_absolute_url()))
    assert asking in text_of(referent.get("/mon-espace/"))
    assert "Cochez au moins une chose" in text_of(referent.post(asking, {"message": "Plus personne"}))

    for _twice in range(2):
        answer = referent.post(asking, {"needed": ["benevoles"], "message": "Plus personne"})
        assert answer["Location"] == jumelage.get_absolute_url()

    relaunch = Relaunch.objects.get()
    page = text_of(team.get(relaunch_page(jumelage)))
    assert "Plus personne" in page
    assert f"/equipe/propositions/{ChangeProposal.objects.get().pk}/" in page
    assert relaunch.started_by == "ines@exemple.fr"


def test_its_people_see_the_steps_and_never_the_notes(referent: Client, client: Client, jumelage: Jumelage) -> None:
    RelaunchFactory(jumelage=jumelage, needed=["contact", "langue"], done=["langue"], note="Maire difficile")
    pages = (jumelage.get_absolute_url(), "/mon-espace/", f"/jumelages/{jumelage.slug}/relance/")

    for address in pages:
        page = text_of(referent.get(address))
        assert "un contact chez le partenaire" in page
        assert "Maire difficile" not in page
    client.force_login(AttachmentFactory(accepted=True).user)
    assert "un contact chez le partenaire" not in text_of(client.get(pages[0]))
    assert "un contact chez le partenaire" not in text_of(client.get(pages[1]))
    assert client.get(pages[2]).status_code == 403
    assert "un contact chez le partenaire" not in text_of(Client().get(pages[0]))
    assert Client().get(pages[2]).status_code == 302


def test_staff_is_led_from_the_page_to_the_relaunch(team: Client, jumelage: Jumelage) -> None:
    assert relaunch_page(jumelage) in text_of(team.get(jumelage.get_absolute_url()))
    assert team.get(f"/jumelages/{jumelage.slug}/relance/")["Location"] == relaunch_page(jumelage)


@pytest.mark.parametrize("number", [1, 3])
def test_my_space_takes_the_same_queries(
    referent: Client, jumelage: Jumelage, django_assert_num_queries, number: int, rf: Any
) -> None:
    for _one in range(number):
        RelaunchFactory(jumelage=JumelageFactory(collectivite=jumelage.collectivite))
    request = rf.get("/mon-espace/")
    request.user = referent.user

    with django_assert_num_queries(2):
        block = follow_up.my_jumelages(request, referent.user)

    assert len(block[1]["jumelages"]) == number + 1


# --- a person's data ----------------------------------------------------------------------------------------------------
def test_a_person_takes_away_what_they_asked(referent: Client, jumelage: Jumelage) -> None:
    RelaunchFactory(jumelage=jumelage, started_by="ines@exemple.fr")
    RelaunchFactory(
        started_by="autre@exemple.fr", closed_by="ines@exemple.fr", state="reussie", closed_at=timezone.now()
    )
    RelaunchFactory()

    rows = list(follow_up.PERSONAL_DATA.export(referent.user))

    assert [(row["etat"], bool(row["commencee_le"]), bool(row["close_le"])) for row in rows] == [
        ("en cours", True, False),
        ("relancé", False, True),
    ]


def test_the_journal_line_is_the_one_of_the_occasion(team: Client, jumelage: Jumelage) -> None:
    """A mail of another year about the same jumelage is not this year's."""
    kind, about = "directory.jumelage_silent", f"jumelage:{jumelage.pk}"
    MessageFactory(kind=kind, about=about, key=f"{kind}:{jumelage.pk}:2025:mairie@limoges.exemple")

    assert "Préparer un courriel" in text_of(team.get("/equipe/jumelages/"))
