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

from .door import YES, add, edit

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
