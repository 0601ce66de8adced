"""The words that reach the people who proposed something, or who are asked to confirm."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from directory import services
from directory.enums import ProposalKind, Source
from directory.models import ChangeProposal, ConfirmationRequest
from directory.services import Decision
from soco.mailing import kinds, rendering
from soco.mailing.models import Message
from tests.factories import CommuneFactory, ConfirmationRequestFactory, JumelageFactory

pytestmark = pytest.mark.django_db


def rendered(code: str, params: dict[str, Any]) -> rendering.Rendered:
    kind = kinds.get(code)
    assert kind is not None
    return rendering.render(kind, kind.context(params))


def decided(**accepted: bool) -> str:
    values = {"phone": "05 45 90 00 01", "address": "1 place\r\nNeuve"}
    proposal = services.propose_changes(
        CommuneFactory(name="Nersac"), values, origin="origine:1", source=Source.ORGANISATION, by_email="c@exemple.fr"
    )
    assert proposal is not None
    decisions = {name: Decision(accept, "" if accept else "Ancienne mairie.") for name, accept in accepted.items()}
    services.decide(proposal, decisions, by="equipe@exemple.fr")
    return rendered("directory.proposal_decided", {"proposal": proposal.pk}).text.replace("\u00a0", " ")


def test_thanks_when_all_is_accepted() -> None:
    text = decided(phone=True, address=True)

    assert "Merci : ce que vous avez proposé pour la fiche de Nersac est publié." in text
    assert "Téléphone : 05 45 90 00 01" in text
    assert "Ce qui ne l’est pas" not in text


def test_thanks_and_reasons_when_a_part_is_refused() -> None:
    text = decided(phone=True, address=False)

    assert "une partie de ce que vous avez proposé" in text
    assert "Adresse postale : 1 place Neuve (Ancienne mairie.)" in text


def test_reasons_when_all_is_refused() -> None:
    text = decided(phone=False, address=False)

    assert "nous n’avons pas publié ce que vous proposiez" in text
    assert "Ce qui est publié" not in text


@pytest.mark.parametrize(
    ("accept", "said"), [(True, "Vous aviez raison"), (False, "Après vérification, nous n’avons rien changé")]
)
def test_a_report_is_answered(accept: bool, said: str) -> None:
    proposal = services.report(
        CommuneFactory(name="Nersac"), ProposalKind.CLOSED, "", origin="origine:1", by_email="c@exemple.fr"
    )
    services.handle(proposal, accept=accept, by="equipe@exemple.fr", reason="Voyez la fiche.")

    mail = rendered("directory.report_handled", {"proposal": proposal.pk})

    assert mail.subject == "Votre signalement sur la fiche de Nersac"
    assert said in mail.text
    assert "Ce que l’équipe vous répond\u00a0: Voyez la fiche." in mail.text


@pytest.mark.parametrize("code", ["directory.confirmation", "directory.confirmation_reminder"])
@pytest.mark.parametrize("outdated", [True, False])
def test_the_question_and_its_reminder(code: str, outdated: bool) -> None:
    actor = CommuneFactory(name="Nersac", email="mairie@nersac.exemple", outdated=outdated)
    request = ConfirmationRequestFactory(actor=actor)

    mail = rendered(code, {"request": request.pk})

    assert "Nersac" in mail.subject
    assert "http://testserver/lien/fiche." in mail.text
    assert "Courriel public\u00a0: mairie@nersac.exemple" in mail.text
    assert "pas tous ses jumelages" not in mail.text


@pytest.mark.parametrize(
    ("code", "not_said"),
    [
        ("directory.confirmation", "confirmée pour la dernière fois"),
        ("directory.confirmation_reminder", "pas eu de réponse"),
    ],
)
def test_the_question_about_jumelages_alone_says_so(code: str, not_said: str) -> None:
    actor = CommuneFactory(name="Nersac", email="mairie@nersac.exemple", confirmed=True)
    JumelageFactory(collectivite=actor, partner__name="Fürth")

    mail = rendered(code, {"request": ConfirmationRequestFactory(actor=actor).pk})

    assert "La fiche est confirmée, mais pas tous ses jumelages et partenariats" in mail.text
    assert "Fürth" in mail.text
    assert not_said not in mail.text


def test_examples_are_of_real_rows() -> None:
    codes = ("directory.proposal_decided", "directory.report_handled", "directory.confirmation")
    nothing = [kinds.get(code).example() for code in codes]  # type: ignore[union-attr]
    decided(phone=True, address=True)
    services.report(CommuneFactory(), ProposalKind.OTHER, "Bonjour", origin="origine:2")
    ConfirmationRequestFactory()

    examples = [kinds.get(code).example() for code in codes]  # type: ignore[union-attr]

    assert nothing == [None, None, None]
    assert all(rendered(code, example) for code, example in zip(codes, examples, strict=True))


def test_a_proposal_that_is_gone_makes_no_mail() -> None:
    with pytest.raises(kinds.NotRelevant):
        kinds.get("directory.proposal_decided").context({"proposal": 0})  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_ask_once() -> None:
    CommuneFactory(email="mairie@nersac.exemple")
    start = threading.Barrier(2)

    def ask() -> None:
        try:
            start.wait(5)
            services.ask_for_confirmations(timezone.localdate(), 20)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (ConfirmationRequest.objects.count(), Message.objects.count()) == (1, 1)
    assert not ChangeProposal.objects.exists()
