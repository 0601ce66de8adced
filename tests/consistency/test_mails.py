"""Every kind of mail has its words, says the same in text and in HTML on a real row, and keeps to French typography."""

import re
from datetime import timedelta

import pytest
from django.template.loader import get_template
from django.utils import timezone

from directory.enums import ChangeState, ProposalKind, ProposalState
from events.enums import MembershipState, RegistrationState
from soco.mailing import kinds, services
from soco.mailing.rendering import shipped
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    ContactFactory,
    EventDocumentFactory,
    EventFactory,
    EventInvitationFactory,
    FieldChangeFactory,
    GroupMemberFactory,
    InvitationFactory,
    JumelageFactory,
    MessageFactory,
    PartnerSearchFactory,
    RegistrationFactory,
    RespondentFactory,
    ResponseFactory,
    TourStopFactory,
    UserFactory,
    VisitFactory,
)

OURS = [kind for kind in kinds.with_words() if not kind.code.startswith("tests.")]


@pytest.fixture
def real_rows(db) -> None:
    """One row of each thing that mails are about."""
    actor = CommuneFactory(email="mairie@angouleme.exemple", phone="05 45 00 00 00")
    decided = {"decided_at": timezone.now(), "decided_by": "équipe", "state": ProposalState.ACCEPTED}
    FieldChangeFactory(proposal=ChangeProposalFactory(actor=actor, **decided), state=ChangeState.ACCEPTED)
    ChangeProposalFactory(actor=actor, kind=ProposalKind.WRONG, message="Le maire a changé.", **decided)
    ConfirmationRequestFactory(actor=actor)
    AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    AttachmentFactory(actor=actor, state="left", decided_at=timezone.now(), left_at=timezone.now())
    AttachmentFactory(actor=actor, state="refused", reason="Adresse inconnue", decided_at=timezone.now())
    InvitationFactory(actor=actor)
    day = timezone.localdate() + timedelta(days=10)
    PartnerSearchFactory(actor=actor, by_user=UserFactory())
    PartnerSearchFactory(actor=actor, by_user=UserFactory(), published=True, deadline=day)
    PartnerSearchFactory(
        actor=actor, by_email="a@exemple.fr", state="refusee", reason="Un seul pays", decided_at=timezone.now()
    )
    JumelageFactory(year_signed=1977, agreement_ends_on=timezone.localdate(), to_verify=True)
    ContactFactory(actor=actor)
    event = EventFactory(status_reason="Salle indisponible")
    for state in RegistrationState:
        until = timezone.now() + timedelta(days=2) if state == RegistrationState.OFFERED else None
        RegistrationFactory(event=event, state=state, offer_until=until)
    for membership in MembershipState:
        member = GroupMemberFactory(state=membership, reason="Réservé aux communes", message="Bonjour")
    EventDocumentFactory(event=None, group=member.group, kind="compte-rendu", title="Compte rendu de mai")
    EventInvitationFactory(actor=actor, reason="à 12\u00a0km")
    respondent = RespondentFactory(name="Ana Durand")
    ResponseFactory(invitation=RespondentFactory().invitation, sent=True)
    ResponseFactory(invitation=RespondentFactory().invitation, reopened_because="Le budget manque")
    RespondentFactory(invitation=respondent.invitation, added_by=respondent.email)
    UserFactory(superuser=True, wants_digest=True)
    MessageFactory(state="failed")
    in_a_week = timezone.now() + timedelta(days=7)
    TourStopFactory(
        actor=actor, starts_at=in_a_week, state="autre_date", answer="En mars", answered_at=timezone.now(),
        visit=VisitFactory(actor=actor),
    )  # fmt: skip


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.code)
def test_words_are_french_and_well_set(kind: kinds.MailKind) -> None:
    subject, body = shipped(kind)

    assert get_template(kind.template)
    assert subject
    assert "\n" not in subject
    assert len(body) > 20
    prose = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|https?://\S+", "x", subject + "\n" + body)
    assert re.findall(r".{0,20} [:;!?»].{0,10}|« .{0,20}|\w'\w", prose) == []
    assert "<" not in prose


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.code)
def test_text_and_html_on_a_real_row(kind: kinds.MailKind, real_rows: None) -> None:
    params = kind.example()

    assert params is not None
    mail = services.preview(kind, params)
    assert mail.text.strip()
    assert "<html" in mail.html
    assert "None" not in mail.text
