"""The one door for facts: what is proposed, what is decided, what the fiche then says, and what can be undone."""

import threading
from typing import Any

import pghistory.models
import pytest
from django.db import connection

from directory import services
from directory.enums import ChangeState, ProposalKind, ProposalState, Source, Verifier
from directory.models import Actor, ChangeProposal, ConfirmationRequest, FieldChange
from directory.services import Decision, DirectoryError
from soco.mailing.models import Message
from tests.factories import (
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    FieldChangeFactory,
    PartnerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
STAFF = "equipe@exemple.fr"
YES = Decision(accept=True)
NO = Decision(accept=False, reason="numéro d’une personne")


def propose(actor: Actor, origin: str = "origine:1", **values: Any) -> ChangeProposal:
    proposal = services.propose_changes(
        actor, values, origin=origin, source=Source.ORGANISATION, by_name="Claude Roy", by_email="Claude.Roy@exemple.fr"
    )
    assert proposal is not None
    return proposal


def told(proposal: ChangeProposal) -> list[tuple[str, Any, Any, str]]:
    return list(proposal.changes.values_list("field", "old", "new", "state"))


# --- proposing ------------------------------------------------------------------------------------------------------------
def test_only_real_differences_are_kept() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00", website="https://nersac.exemple", description="")

    proposal = propose(
        nersac, phone="0545900000", website="nersac.exemple", description=" Un village. ", email="Mairie@nersac.exemple"
    )

    assert told(proposal) == [
        ("description", "", "Un village.", "pending"),
        ("email", "", "Mairie@nersac.exemple", "pending"),
    ]
    assert (proposal.state, proposal.by_email) == (ProposalState.PENDING, "claude.roy@exemple.fr")


def test_nothing_different_is_no_proposal_unless_there_is_a_message() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00")

    silent = services.propose_changes(
        nersac, {"phone": "05 45 90 00 00"}, origin="origine:1", source=Source.ORGANISATION
    )
    written = services.propose_changes(
        nersac, {}, origin="origine:2", source=Source.ORGANISATION, message="Le maire a changé."
    )

    assert silent is None
    assert written is not None and written.message == "Le maire a changé."


def test_the_same_origin_proposes_once() -> None:
    nersac = CommuneFactory()

    first = propose(nersac, phone="05 45 90 00 01")
    again = propose(nersac, phone="05 45 90 00 02")

    assert again == first
    assert told(first) == [("phone", "", "05 45 90 00 01", "pending")]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "pas une adresse"}, "courriel public"),
        ({"website": "javascript://alert(1)"}, "site internet"),
        ({"address": "x" * 301}, "adresse postale"),
        ({"name": "  "}, "nom"),
    ],
)
def test_a_value_that_the_field_cannot_hold_is_refused(values: dict[str, str], said: str) -> None:
    partner = PartnerFactory()

    with pytest.raises(DirectoryError, match=said):
        services.propose_changes(partner, values, origin="origine:1", source=Source.ORGANISATION)

    assert not ChangeProposal.objects.exists()


def test_a_field_outside_the_table_is_a_defect_of_the_caller() -> None:
    with pytest.raises(KeyError):
        services.propose_changes(CommuneFactory(), {"population": 3}, origin="origine:1", source=Source.SURVEY)


# --- deciding -------------------------------------------------------------------------------------------------------------
def test_accepting_writes_the_value_its_source_and_its_history() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00", official=True)
    proposal = propose(nersac, phone="05 45 90 00 01")

    outcome = services.decide(proposal, {"phone": YES}, by=STAFF)

    nersac.refresh_from_db()
    proposal.refresh_from_db()
    event = nersac.pgh_event_model.objects.select_related("pgh_context").get(pgh_obj=nersac)
    assert outcome == services.Outcome(accepted=["phone"], is_over=True)
    assert (nersac.phone, nersac.verified_at) == ("05 45 90 00 01", None)
    said = nersac.provenance["phone"]
    assert (said["source"], said["by"], said["verifier"]) == (
        "organisation", f"proposition n° {proposal.pk}", Verifier.STAFF,
    )  # fmt: skip
    assert nersac.provenance["*"]["source"] == "official"
    assert (event.phone, event.pgh_context.metadata["source"]) == ("05 45 90 00 00", "organisation")
    assert (event.pgh_context.metadata["origin"], event.pgh_context.metadata["verifier"]) == ("origine:1", STAFF)
    assert (proposal.state, proposal.decided_by) == (ProposalState.ACCEPTED, STAFF)


def test_a_new_name_is_found_by_searches() -> None:
    partner = PartnerFactory(name="Comité de Nersac")
    proposal = propose(partner, name="Comité de jumelage de Nersac", short_name="CJN")

    services.decide(proposal, {"name": YES, "short_name": YES}, by=STAFF)

    partner.refresh_from_db()
    assert partner.name_key == "comite de jumelage de nersac"
    assert "cjn" in partner.search_terms.lower()


def test_no_name_nor_address_of_the_author_reaches_the_fiche() -> None:
    nersac = CommuneFactory()

    services.decide(propose(nersac, phone="05 45 90 00 01"), {"phone": YES}, by=STAFF)

    nersac.refresh_from_db()
    assert "roy" not in str(nersac.provenance).lower()
    assert "roy" not in str(list(pghistory.models.Context.objects.values_list("metadata", flat=True))).lower()


def test_a_refused_field_changes_nothing_and_keeps_its_reason() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00")
    proposal = propose(nersac, phone="06 00 00 00 00", website="https://nersac.exemple")

    services.decide(proposal, {"phone": NO, "website": YES}, by=STAFF)

    nersac.refresh_from_db()
    proposal.refresh_from_db()
    assert (nersac.phone, nersac.website) == ("05 45 90 00 00", "https://nersac.exemple")
    assert proposal.state == ProposalState.PARTIAL
    assert proposal.changes.get(field="phone").reason == "numéro d’une personne"


def test_fields_can_be_decided_one_day_after_the_other_and_one_mail_leaves_at_the_end() -> None:
    proposal = propose(CommuneFactory(), phone="05 45 90 00 01", website="https://nersac.exemple")

    first = services.decide(proposal, {"phone": YES}, by=STAFF)
    mails_meanwhile = Message.objects.count()
    last = services.decide(proposal, {"website": NO}, by=STAFF)

    assert (first.is_over, mails_meanwhile, last.is_over) == (False, 0, True)
    assert list(Message.objects.values_list("kind", "to_email")) == [
        ("directory.proposal_decided", "claude.roy@exemple.fr")
    ]


def test_deciding_twice_changes_nothing_more() -> None:
    nersac = CommuneFactory()
    proposal = propose(nersac, phone="05 45 90 00 01")
    services.decide(proposal, {"phone": YES}, by=STAFF)

    again = services.decide(proposal, {"phone": NO}, by="autre@exemple.fr")

    nersac.refresh_from_db()
    assert again == services.Outcome(is_over=True)
    assert (nersac.phone, Message.objects.count()) == ("05 45 90 00 01", 1)


def test_a_value_that_changed_meanwhile_waits() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00")
    proposal = propose(nersac, phone="05 45 90 00 01")
    Actor.objects.filter(pk=nersac.pk).update(phone="05 45 90 00 99")

    outcome = services.decide(proposal, {"phone": YES}, by=STAFF)

    nersac.refresh_from_db()
    assert outcome == services.Outcome(conflicts=["phone"])
    assert nersac.phone == "05 45 90 00 99"
    assert told(proposal) == [("phone", "05 45 90 00 00", "05 45 90 00 01", "pending")]


def test_overwriting_holds_for_the_value_that_was_seen() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00")
    proposal = propose(nersac, phone="05 45 90 00 01")
    Actor.objects.filter(pk=nersac.pk).update(phone="05 45 90 00 99")

    stale = services.decide(proposal, {"phone": Decision(True, overwrite=True, seen="05 45 90 00 98")}, by=STAFF)
    fresh = services.decide(proposal, {"phone": Decision(True, overwrite=True, seen="05 45 90 00 99")}, by=STAFF)

    nersac.refresh_from_db()
    assert (stale.conflicts, fresh.accepted) == (["phone"], ["phone"])
    assert nersac.phone == "05 45 90 00 01"
    assert told(proposal) == [("phone", "05 45 90 00 99", "05 45 90 00 01", "accepted")]


def test_two_people_who_say_the_same_both_are_right() -> None:
    nersac = CommuneFactory()
    first, second = (
        propose(nersac, "origine:1", phone="05 45 90 00 01"),
        propose(nersac, "origine:2", phone="0545900001"),
    )

    services.decide(first, {"phone": YES}, by=STAFF)
    outcome = services.decide(second, {"phone": YES}, by=STAFF)

    assert outcome.accepted == ["phone"]


def test_what_the_database_refuses_is_told_and_nothing_is_written() -> None:
    partner = PartnerFactory()
    proposal = ChangeProposalFactory(actor=partner)
    FieldChangeFactory(proposal=proposal, field="short_name", old="", new="x" * 121)

    with pytest.raises(DirectoryError, match="rien n’a été enregistré"):
        services.decide(proposal, {"short_name": YES}, by=STAFF)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.changes.get().state) == (ProposalState.PENDING, ChangeState.PENDING)


def test_a_referent_publishes_plain_fields_at_once_but_never_the_address_that_proves_who_they_are() -> None:
    nersac = CommuneFactory()
    proposal = propose(nersac, phone="05 45 90 00 01", email="mairie@nersac.exemple")

    services.accept_at_once(proposal)

    nersac.refresh_from_db()
    assert (nersac.phone, nersac.email) == ("05 45 90 00 01", "")
    assert nersac.provenance["phone"]["verifier"] == Verifier.REFERENT
    assert (proposal.state, Message.objects.count()) == (ProposalState.PENDING, 0)


def test_a_referent_whose_fields_are_not_trusted_waits_like_everyone(settings) -> None:
    settings.DIRECTORY_TRUSTED_FIELDS = ["website", "email"]
    proposal = propose(CommuneFactory(), phone="05 45 90 00 01", email="mairie@nersac.exemple")

    services.accept_at_once(proposal)

    assert [state for *_, state in told(proposal)] == ["pending", "pending"]


# --- undoing, withdrawing, reports, confirmations ------------------------------------------------------------------------
def test_undo_puts_the_old_value_back_once() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00")
    proposal = propose(nersac, phone="05 45 90 00 01")
    services.decide(proposal, {"phone": YES}, by=STAFF)
    change = proposal.changes.get()

    assert (services.undo(change, by=STAFF), services.undo(change, by=STAFF)) == (True, False)

    nersac.refresh_from_db()
    assert (nersac.phone, nersac.provenance["phone"]["source"]) == ("05 45 90 00 00", "staff")
    assert change.state == ChangeState.UNDONE


def test_undo_never_takes_away_a_later_value() -> None:
    nersac = CommuneFactory(phone="05 45 90 00 00")
    proposal = propose(nersac, phone="05 45 90 00 01")
    services.decide(proposal, {"phone": YES}, by=STAFF)
    Actor.objects.filter(pk=nersac.pk).update(phone="05 45 90 00 02")

    with pytest.raises(DirectoryError, match="ne dit plus"):
        services.undo(proposal.changes.get(), by=STAFF)

    nersac.refresh_from_db()
    assert (nersac.phone, proposal.changes.get().state) == ("05 45 90 00 02", ChangeState.ACCEPTED)


def test_withdrawing_keeps_what_is_published() -> None:
    nersac = CommuneFactory()
    waiting, begun = (
        propose(nersac, "origine:1", email="a@b.exemple"),
        propose(nersac, "origine:2", phone="05 45 90 00 01", email="c@d.exemple"),
    )
    services.accept_at_once(begun)

    assert [services.withdraw(waiting), services.withdraw(begun), services.withdraw(begun)] == [True, True, False]

    nersac.refresh_from_db()
    assert (waiting.state, begun.state) == (ProposalState.WITHDRAWN, ProposalState.PARTIAL)
    assert (nersac.phone, nersac.email) == ("05 45 90 00 01", "")


def test_a_report_is_handled_once_and_its_author_is_told() -> None:
    proposal = services.report(
        CommuneFactory(), ProposalKind.CLOSED, "", origin="origine:1", by_email="temoin@exemple.fr"
    )

    handled = [services.handle(proposal, accept=accept, by=STAFF, reason="Vérifié.") for accept in (True, False)]

    assert handled == [True, False]
    assert (proposal.state, proposal.reason) == (ProposalState.ACCEPTED, "Vérifié.")
    assert list(Message.objects.values_list("kind", "to_email")) == [("directory.report_handled", "temoin@exemple.fr")]


def test_a_proposal_with_fields_is_not_closed_as_a_whole() -> None:
    proposal = propose(CommuneFactory(), phone="05 45 90 00 01")

    assert services.handle(proposal, accept=True, by=STAFF) is False


def test_confirming_makes_every_fact_fresh_and_answers_the_question() -> None:
    nersac = CommuneFactory(outdated=True)
    ConfirmationRequestFactory(actor=nersac)

    def say() -> ChangeProposal:
        return services.confirm(nersac, origin="fiche:1", source=Source.ORGANISATION, verifier=Verifier.LINK)

    first, again = say(), say()

    nersac.refresh_from_db()
    assert (again, first.kind, first.state) == (first, ProposalKind.CONFIRMATION, ProposalState.ACCEPTED)
    assert nersac.freshness == "verte"
    assert nersac.provenance["verified_at"]["verifier"] == Verifier.LINK
    assert ConfirmationRequest.objects.get().outcome == "confirmed"


def test_an_author_can_be_forgotten_the_facts_stay() -> None:
    user, other = UserFactory(email="claude.roy@exemple.fr"), UserFactory()
    nersac = CommuneFactory()
    proposal = propose(nersac, phone="05 45 90 00 01")
    kept = ChangeProposalFactory(by_user=other, by_email=other.email)
    services.decide(proposal, {"phone": YES}, by=STAFF)

    assert services.forget_author(user) == 1

    proposal.refresh_from_db()
    kept.refresh_from_db()
    nersac.refresh_from_db()
    assert (proposal.by_name, proposal.by_email, nersac.phone) == ("", "", "05 45 90 00 01")
    assert (kept.by_user, kept.by_email) == (other, other.email)


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_write_one_value() -> None:
    """Both read the same fiche; the second waits for the first, then finds that the fiche changed."""
    nersac = CommuneFactory(phone="05 45 90 00 00")
    proposals = [propose(nersac, f"origine:{n}", phone=f"05 45 90 00 0{n}") for n in (1, 2)]
    start, outcomes = threading.Barrier(2), []

    def decide(proposal: ChangeProposal) -> None:
        try:
            start.wait(5)
            outcomes.append(services.decide(proposal, {"phone": YES}, by=STAFF))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[proposal]) for proposal in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sorted((outcome.accepted, outcome.conflicts) for outcome in outcomes) == [([], ["phone"]), (["phone"], [])]
    nersac.refresh_from_db()
    accepted = FieldChange.objects.get(state=ChangeState.ACCEPTED)
    assert nersac.phone == accepted.new


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_proposal() -> None:
    nersac = CommuneFactory()
    start = threading.Barrier(2)

    def send() -> None:
        try:
            start.wait(5)
            propose(nersac, phone="05 45 90 00 01")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (ChangeProposal.objects.count(), FieldChange.objects.count()) == (1, 1)
