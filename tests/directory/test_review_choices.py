"""Choices of a reader that must be kept as they were made: later, one of two values, coming back on a decision."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import services
from directory.enums import ChangeState, ProposalState, Source
from directory.models import Actor, ChangeProposal
from soco.mailing.models import Message
from tests.directory.pages import text_of
from tests.factories import CommuneFactory, UserFactory

pytestmark = pytest.mark.django_db
VALUES = {"phone": "05 45 90 00 01", "website": "https://nersac.exemple", "address": "1 place Neuve"}


@pytest.fixture
def browser() -> Client:
    """A reader's browser: it must send back the token of the page it posts."""
    reader = UserFactory(staff=True, email="equipe@exemple.fr")
    reader.user_permissions.add(Permission.objects.get(codename="review_changeproposal"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    return client


def proposal_of(message: str = "") -> ChangeProposal:
    proposal = services.propose_changes(
        CommuneFactory(name="Nersac", phone="05 45 90 00 00"), VALUES, origin="origine:1", source=Source.ORGANISATION,
        by_email="claude.roy@exemple.fr", message=message,
    )  # fmt: skip
    assert proposal is not None
    return proposal


def review_of(proposal: ChangeProposal) -> str:
    return reverse("proposal_review", args=[proposal.pk])


def undo_of(proposal: ChangeProposal, field: str = "phone") -> str:
    return reverse("proposal_undo", args=[proposal.pk, proposal.changes.get(field=field).pk])


def sent(browser: Client, address: str, **typed: str) -> Any:
    """Post the form of a page as a browser does, with the token that the page holds."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text_of(browser.get(address)))
    assert found
    return browser.post(address, typed | {"csrfmiddlewaretoken": found[1]}, follow=True)


def states(proposal: ChangeProposal) -> dict[str, str]:
    return dict(proposal.changes.values_list("field", "state"))


def test_later_is_kept_when_the_rest_is_accepted(browser: Client) -> None:
    proposal = proposal_of()
    typed = {"phone-choice": "attendre", "website-choice": "refuser", "website-reason": "Site fermé."}

    page = sent(browser, review_of(proposal), tout="accepter", **typed)

    assert states(proposal) == {"phone": "pending", "website": "refused", "address": "accepted"}
    assert "Accepté : adresse postale ; refusé : site internet ; à décider plus tard : téléphone." in text_of(page)


def test_what_was_chosen_in_part_is_told(browser: Client) -> None:
    proposal = proposal_of()
    proposal.changes.filter(field="address").delete()

    page = sent(browser, review_of(proposal), **{"phone-choice": "accepter", "phone-seen": "05 45 90 00 00"})

    assert "Accepté : téléphone ; à décider plus tard : site internet." in text_of(page)


def test_saving_choices_is_what_the_enter_key_does(browser: Client) -> None:
    buttons = re.findall(
        r'<button class="(bouton[^"]*)" type="submit"[^>]*>([^<]+)', text_of(browser.get(review_of(proposal_of())))
    )

    assert next(pair for pair in buttons if "Enregistrer" in pair[1]) == ("bouton", "Enregistrer mes choix")


def test_today_s_value_and_its_source_are_two_things(browser: Client) -> None:
    page = text_of(browser.get(review_of(proposal_of())))

    assert re.search(r"<dt>Valeur d’aujourd’hui</dt><dd>05 45 90 00 00</dd>", page)


def test_of_two_values_one_gesture_keeps_today_s(browser: Client) -> None:
    proposal = proposal_of()
    Actor.objects.filter(pk=proposal.actor_id).update(phone="05 45 90 00 99")

    sent(browser, review_of(proposal), **{"phone-choice": "refuser", "phone-seen": "05 45 90 00 99"})

    change = proposal.changes.get(field="phone")
    assert (change.state, change.reason) == (ChangeState.REFUSED, "La fiche a reçu une autre valeur entre-temps.")


def test_accepting_the_rest_never_replaces_a_value_that_changed_meanwhile(browser: Client) -> None:
    proposal = proposal_of()
    Actor.objects.filter(pk=proposal.actor_id).update(phone="05 45 90 00 99")

    sent(browser, review_of(proposal), tout="accepter", **{"phone-seen": "05 45 90 00 99"})

    assert states(proposal) == {"phone": "pending", "website": "accepted", "address": "accepted"}


def test_an_accepted_value_is_undone_from_a_browser(browser: Client) -> None:
    proposal = proposal_of()
    services.decide(proposal, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")
    assert undo_of(proposal) in text_of(browser.get(review_of(proposal)))

    page = sent(browser, undo_of(proposal))

    proposal.actor.refresh_from_db()
    assert "la fiche a retrouvé sa valeur d’avant" in text_of(page)
    assert proposal.actor.phone == "05 45 90 00 00"


def test_a_refused_value_is_read_again_then_accepted_and_the_author_is_told_again(browser: Client) -> None:
    proposal = proposal_of()
    no = services.Decision(accept=False, reason="Un portable.")
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        services.decide(proposal, dict.fromkeys(VALUES, no), by="equipe@exemple.fr")

    page = sent(browser, undo_of(proposal))
    again = services.reopen(proposal.changes.get(field="phone"))
    sent(browser, review_of(proposal), **{"phone-choice": "accepter", "phone-seen": "05 45 90 00 00"})

    proposal.refresh_from_db()
    assert "attend de nouveau votre décision" in text_of(page)
    assert (again, proposal.state, Message.objects.count()) == (False, ProposalState.PARTIAL, 2)


def test_what_its_author_took_back_is_not_read_again(browser: Client) -> None:
    proposal = proposal_of()
    services.withdraw(proposal)

    page = sent(browser, undo_of(proposal))

    assert "elle ne peut plus être relue" in text_of(page)
    assert undo_of(proposal) not in text_of(browser.get(review_of(proposal)))
    assert set(states(proposal).values()) == {"refused"}


def test_the_author_s_words_are_answered_with_the_fields(browser: Client) -> None:
    proposal = proposal_of("Et le logo ?")

    sent(
        browser, review_of(proposal), answer="Bientôt.", **{"phone-choice": "accepter", "phone-seen": "05 45 90 00 00"}
    )
    sent(browser, review_of(proposal), tout="accepter")

    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == (ProposalState.ACCEPTED, "Bientôt.")


def test_a_reason_says_when_it_is_needed(browser: Client) -> None:
    page = text_of(browser.get(review_of(proposal_of())))

    assert "Obligatoire pour un refus." in page
    assert "(facultatif)" not in page


def test_the_list_says_what_is_true_in_words(browser: Client) -> None:
    page = text_of(browser.get(reverse("proposal_list")))

    assert "Les changements courants des référents sont publiés aussitôt" in page
    assert "DIRECTORY_CONFIRMATION_IS_ON" not in page
    assert "La question annuelle est coupée" in page


def test_the_history_of_a_fiche_leads_to_the_proposal_and_shows_no_key(client: Client) -> None:
    proposal = proposal_of()
    ChangeProposal.objects.update(origin="membre:2:abcdef")
    proposal.refresh_from_db()
    services.decide(proposal, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")
    client.force_login(UserFactory(superuser=True))

    page = text_of(client.get(reverse("admin:directory_collectivite_history", args=[proposal.actor_id])))

    assert f'href="{review_of(proposal)}"' in page
    assert "origine : formulaire de la fiche" in page
    assert "membre:2" not in page
