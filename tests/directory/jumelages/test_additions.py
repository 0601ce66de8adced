"""A jumelage that the répertoire does not have yet: proposed by a référent, made by staff, with a partner from anywhere."""

import pytest
from django.test import Client
from django.urls import reverse

from directory import services
from directory.enums import ProposalKind, ProposalState, Source
from directory.models import ChangeProposal, Jumelage
from soco.accounts.models import User
from soco.mailing.models import Message
from tests.directory.pages import text_of
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    PartnerFactory,
)

from .door import add, boxes, team

pytestmark = pytest.mark.django_db


def test_a_referent_proposes_a_jumelage_and_staff_makes_it(client: Client, jumelage: Jumelage, referent: User) -> None:
    CountryFactory(iso2="CM")
    answer = add(client, jumelage.collectivite, partner_name="Douala", country="CM", year_signed="2001")
    proposal = ChangeProposal.objects.get()

    assert answer["Location"] == jumelage.collectivite.get_absolute_url()
    assert (proposal.kind, proposal.jumelage) == (ProposalKind.ADDITION, None)
    assert Jumelage.objects.count() == 1

    team(client, "review_changeproposal")
    review = reverse("proposal_review", args=[proposal.pk])
    page = text_of(client.get(review))
    assert "Une nouvelle fiche : Douala (Cameroun)" in page
    client.post(review, {"choice": "accepter", "partner": "", "reason": ""})

    made = Jumelage.objects.exclude(pk=jumelage.pk).get()
    assert (made.partner.name, made.partner.country_id, made.year_signed) == ("Douala", "CM", 2001)
    assert made.provenance["*"]["source"] == Source.ORGANISATION
    proposal.refresh_from_db()
    assert (proposal.state, proposal.jumelage) == (ProposalState.ACCEPTED, made)
    assert Message.objects.get(kind="directory.proposal_decided").to_email == referent.email


def test_a_known_town_is_not_made_twice(client: Client, jumelage: Jumelage) -> None:
    town = PartnerFactory(foreign=True, name="Douala", country__iso2="CM")
    team(client, "review_changeproposal", "change_actor")

    add(client, jumelage.collectivite, partner_name="douala", country="CM")

    made = Jumelage.objects.exclude(pk=jumelage.pk).get()
    assert made.partner == town


def test_a_double_is_refused_with_its_sentence(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")

    answer = add(client, jumelage.collectivite, partner_name="Fürth", country="DE")

    assert "Ces deux acteurs ont déjà un lien de ce type" in text_of(answer)
    assert Jumelage.objects.count() == 1


def test_a_refused_addition_says_why(client: Client, jumelage: Jumelage, referent: User) -> None:
    CountryFactory(iso2="CM")
    add(client, jumelage.collectivite, partner_name="Douala", country="CM")
    proposal = ChangeProposal.objects.get()
    team(client, "review_changeproposal")
    review = reverse("proposal_review", args=[proposal.pk])

    without_reason = client.post(review, {"choice": "refuser", "reason": ""})
    client.post(review, {"choice": "refuser", "reason": "Ce lien est celui du département."})

    assert "Dites pourquoi rien ne change" in text_of(without_reason)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == (ProposalState.REFUSED, "Ce lien est celui du département.")
    assert Jumelage.objects.count() == 1


def test_the_same_page_sent_twice_proposes_once(client: Client, jumelage: Jumelage, referent: User) -> None:
    CountryFactory(iso2="CM")
    address = reverse("jumelage_add", args=[jumelage.collectivite.slug])
    sent = boxes(client.get(address).context["form"], partner_name="Douala", country="CM")

    client.post(address, sent)
    client.post(address, sent)

    assert ChangeProposal.objects.count() == 1


def test_a_referent_proposes_a_partner_of_france_that_the_repertoire_knows(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    CountryFactory(iso2="FR")
    known = PartnerFactory(name="Comité de jumelage de Vierzon")

    add(client, jumelage.collectivite, partner_name="comite de jumelage de vierzon", country="FR")

    made = services.accept_addition(ChangeProposal.objects.get(), by="equipe@exemple.fr", partner=known)
    assert made is not None
    assert made.partner == known


def test_a_partner_of_france_that_nobody_knows_is_asked_for_first(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    CountryFactory(iso2="FR")

    page = text_of(add(client, jumelage.collectivite, partner_name="Personne", country="FR", last_action="À garder"))

    assert "Aucune fiche française" in page
    assert "À garder" in page
    assert ChangeProposal.objects.count() == 0


def test_of_two_french_partners_of_one_name_the_label_says_which(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    CountryFactory(iso2="FR")
    wanted = CommuneFactory(name="Beaumont", code="19020", departement_codes=["19"])
    CommuneFactory(name="Beaumont", code="86019", departement_codes=["86"])

    refused = text_of(add(client, jumelage.collectivite, partner_name="Beaumont", country="FR"))
    add(client, jumelage.collectivite, partner_name="Beaumont (commune, 19)", country="FR")

    assert "plusieurs fiches portent ce nom" in refused
    assert "Beaumont (commune, 19)" in refused
    change = ChangeProposal.objects.get().changes.get(field="partner")
    assert change.new == {"name": "Beaumont", "country": "FR", "id": wanted.pk}


def test_a_collectivite_is_not_its_own_partner(client: Client, jumelage: Jumelage, referent: User) -> None:
    CountryFactory(iso2="FR")

    page = text_of(add(client, jumelage.collectivite, partner_name="Limoges", country="FR"))

    assert "un jumelage lie deux acteurs différents" in page
    assert ChangeProposal.objects.count() == 0
