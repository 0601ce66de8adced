"""Who else takes part in a jumelage, through the one door: typed as lines, read by staff, understood or said."""

import pytest
from django.test import Client
from django.urls import reverse

from directory import services
from directory.enums import Source
from directory.models import ChangeProposal, Jumelage
from soco.accounts.models import User
from tests.directory.pages import text_of
from tests.factories import CommuneFactory, CountryFactory, PartnerFactory

from .door import YES, add, edit, team

pytestmark = pytest.mark.django_db


def test_a_referent_changes_the_participants_once_read(client: Client, jumelage: Jumelage, referent: User) -> None:
    comite = PartnerFactory(name="Comité de Limoges", departement_codes=["87"])
    lycee = PartnerFactory(name="Lycée Renoir", departement_codes=["87"])
    services.set_participants(jumelage, [(comite, "porteur")])
    shown = client.get(reverse("jumelage_edit", args=[jumelage.slug])).context["form"]["actors"].value()

    edit(client, jumelage, actors="lycee renoir : opérateur")

    proposal = ChangeProposal.objects.get()
    (change,) = proposal.changes.all()
    assert (change.field, change.old) == ("actors", shown)
    assert "Comité de Limoges" in shown
    assert shown.endswith("porteur")
    services.decide(proposal, {"actors": YES}, by="equipe@exemple.fr")
    assert [(row.actor, row.role) for row in jumelage.participations.in_order()] == [(lycee, "operateur")]
    jumelage.refresh_from_db()
    assert jumelage.source_of("actors")["source"] == Source.ORGANISATION


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Personne : porteur", "aucune fiche du répertoire"),
        ("Limoges : trésorier", "le rôle est l’un de ceux-ci"),
        ("Beaumont : porteur", "plusieurs fiches portent ce nom"),
    ],
)
def test_a_participant_that_is_not_understood_is_said_and_kept(
    client: Client, jumelage: Jumelage, referent: User, line: str, sentence: str
) -> None:
    CommuneFactory(name="Beaumont", code="19020")
    CommuneFactory(name="Beaumont", code="86019")

    page = text_of(edit(client, jumelage, actors=line))

    assert sentence in page.replace("'", "’")
    assert line in page
    assert ChangeProposal.objects.count() == 0


def test_an_addition_keeps_its_participants(client: Client, jumelage: Jumelage, referent: User) -> None:
    CountryFactory(iso2="CM")
    comite = PartnerFactory(name="Comité de Limoges")

    add(client, jumelage.collectivite, partner_name="Douala", country="CM", actors="Comité de Limoges : porteur")

    made = services.accept_addition(ChangeProposal.objects.get(), by="equipe@exemple.fr")
    assert made is not None
    assert [(row.actor, row.role) for row in made.participations.all()] == [(comite, "porteur")]


def test_a_participant_that_a_stranger_could_not_name_is_kept_by_the_form(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    """Hidden since, or one of two that share their name: what is there already is not asked again."""
    hidden, twin = (
        PartnerFactory(name="Comité caché", hidden=True),
        PartnerFactory(name="Les Amis", departement_codes=["87"]),
    )
    PartnerFactory(name="Les Amis", departement_codes=["87"])
    lycee = PartnerFactory(name="Lycée Renoir")
    services.set_participants(jumelage, [(hidden, "porteur"), (twin, "operateur")])
    shown = client.get(reverse("jumelage_edit", args=[jumelage.slug])).context["form"]["actors"].value()

    edit(client, jumelage, last_action="Concert")
    edit(client, jumelage, actors=f"{shown}\nLycée Renoir : financeur")

    jumelage.refresh_from_db()
    assert jumelage.last_action == "Concert"
    services.decide(ChangeProposal.objects.get(changes__field="actors"), {"actors": YES}, by="equipe@exemple.fr")
    assert {(row.actor, row.role) for row in jumelage.participations.all()} == {
        (hidden, "porteur"), (twin, "operateur"), (lycee, "financeur"),
    }  # fmt: skip


def test_a_list_typed_in_any_order_is_one_list_and_is_undone(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")
    comite, lycee = PartnerFactory(name="Comité de Limoges"), PartnerFactory(name="Lycée Renoir")
    services.set_participants(jumelage, [(comite, "porteur")])

    edit(client, jumelage, actors="Lycée Renoir : porteur\nComité de Limoges : porteur")
    change = ChangeProposal.objects.get().changes.get()
    edit(client, jumelage, actors="Lycée Renoir : porteur\nComité de Limoges : porteur")

    assert ChangeProposal.objects.count() == 1
    assert [row.actor for row in jumelage.participations.in_order()] == [comite, lycee]
    assert services.undo(change, by="equipe@exemple.fr")
    assert [row.actor for row in jumelage.participations.in_order()] == [comite]


def test_the_reader_sees_who_was_there_and_who_would_be(client: Client, jumelage: Jumelage, referent: User) -> None:
    services.set_participants(jumelage, [(PartnerFactory(name="Comité de Limoges"), "porteur")])
    PartnerFactory(name="Lycée Renoir")
    edit(client, jumelage, actors="Lycée Renoir : opérateur")
    team(client, "review_changeproposal")

    page = text_of(client.get(reverse("proposal_review", args=[ChangeProposal.objects.get().pk])))

    assert "Comité de Limoges" in page
    assert "Lycée Renoir" in page


def test_a_hidden_fiche_is_not_shown_among_the_participants(client: Client, jumelage: Jumelage) -> None:
    shown, hidden = PartnerFactory(name="Comité de Limoges"), PartnerFactory(name="Association cachée", hidden=True)
    services.set_participants(jumelage, [(shown, "porteur"), (hidden, "operateur")])

    page = text_of(client.get(jumelage.get_absolute_url()))

    assert ("Comité de Limoges" in page, "Association cachée" in page) == (True, False)
