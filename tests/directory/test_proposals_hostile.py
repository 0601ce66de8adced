"""What a reviewer, a forger, a long name or a strange address may not do to a fiche."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from directory import services
from directory.enums import ProposalState, Source
from directory.models import ChangeProposal
from tests.directory.test_proposals_views import edit_of, facts, nersac
from tests.factories import AttachmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def reviewer() -> Any:
    user = UserFactory(staff=True, email="voltigeur@exemple.fr")
    user.user_permissions.add(Permission.objects.get(codename="review_changeproposal"))
    return user


def test_a_reviewer_who_may_not_change_fiches_only_proposes(client: Client) -> None:
    actor = nersac()
    client.force_login(reviewer())
    client.post(edit_of(actor), facts(actor, email="moi@ailleurs.exemple", phone="05 45 90 00 99"))

    actor.refresh_from_db()
    assert (actor.email, actor.phone) == ("mairie@nersac.exemple", "05 45 90 00 00")
    assert (ChangeProposal.objects.get().state, ChangeProposal.objects.get().source) == (
        ProposalState.PENDING,
        Source.STAFF,
    )


@pytest.mark.parametrize("gesture", ["accepted", "undone"])
def test_an_address_that_came_by_a_proposal_proves_nothing_at_first(gesture: str) -> None:
    actor = nersac()
    for n, address in enumerate(("premier@ailleurs.exemple", "second@ailleurs.exemple")):
        proposal = services.propose_changes(actor, {"email": address}, origin=f"essai:{n}", source=Source.STAFF)
        services.decide(proposal, {"email": services.Decision(accept=True)}, by="voltigeur@exemple.fr")
    if gesture == "undone":
        services.undo(proposal.changes.get(), by="voltigeur@exemple.fr")

    actor.refresh_from_db()
    assert actor.email == ("premier" if gesture == "undone" else "second") + "@ailleurs.exemple"
    assert services.proof_of(actor, [actor.email]) is None
    with time_machine.travel(timezone.now() + timedelta(days=32)):
        assert services.proof_of(actor, [actor.email]) is not None


def test_hidden_boxes_that_hold_anything_are_read_all_the_same(client: Client) -> None:
    actor = nersac()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    answer = client.post(edit_of(actor), facts(actor, phone="05 45 90 00 99") | {"initial-phone": "a\x00b"})
    assert answer.status_code in (200, 302)


def test_a_very_long_name_proposes_all_the_same(client: Client) -> None:
    actor = nersac()
    user = UserFactory(first_name="N" * 150, last_name="M" * 150)
    AttachmentFactory(accepted=True, actor=actor, user=user)
    client.force_login(user)

    assert client.post(edit_of(actor), facts(actor, phone="05 45 90 00 99")).status_code == 302
    assert len(ChangeProposal.objects.get().by_name) == 200


@pytest.mark.parametrize(
    "website", ["https://piege.exemple\\@nersac.exemple", "ftp://nersac.exemple", "https://a@b.exemple"]
)
def test_a_site_that_two_programs_would_read_differently_is_refused(client: Client, website: str) -> None:
    actor = nersac()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    assert client.post(edit_of(actor), facts(actor, website=website)).status_code == 200
    actor.refresh_from_db()
    assert actor.website == ""
    with pytest.raises(services.DirectoryError):
        services.propose_changes(actor, {"website": website}, origin="essai:1", source=Source.VISIT)
