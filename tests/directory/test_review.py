"""The staff's reading room: who may enter, the queue and its filters, deciding field by field, conflicts, undo."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import services
from directory.enums import ChangeState, ProposalKind, ProposalState, Source
from directory.models import Actor, ChangeProposal
from soco.accounts.models import User
from soco.mailing.models import Message
from soco.web import registries
from tests.directory.pages import text_of
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    DepartementFactory,
    FieldChangeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/equipe/propositions/"


@pytest.fixture
def reader() -> User:
    user = UserFactory(staff=True, email="equipe@exemple.fr")
    user.user_permissions.add(Permission.objects.get(codename="review_changeproposal"))
    return user


@pytest.fixture
def staff_client(client: Client, reader: User) -> Client:
    client.force_login(reader)
    return client


def phone_proposal(**actor: Any) -> ChangeProposal:
    commune = CommuneFactory(phone="05 45 90 00 00", **actor)
    proposal = services.propose_changes(
        commune, {"phone": "05 45 90 00 01"}, origin=f"origine:{commune.pk}", source=Source.ORGANISATION,
        by_name="Claude Roy", by_email="claude.roy@exemple.fr",
    )  # fmt: skip
    assert proposal is not None
    return proposal


def review_of(proposal: ChangeProposal) -> str:
    return reverse("proposal_review", args=[proposal.pk])


# --- access ---------------------------------------------------------------------------------------------------------------
def test_only_those_with_the_permission_enter(client: Client, reader: User) -> None:
    proposal = phone_proposal()
    change = proposal.changes.get()
    pages = [LIST, f"{LIST}export.csv", f"{LIST}export.xlsx", review_of(proposal)]
    people = [None, UserFactory(), AttachmentFactory(accepted=True, actor=proposal.actor).user, UserFactory(staff=True)]

    found = []
    for person in [*people, reader]:
        client.logout()
        if person:
            client.force_login(person)
        answers = [client.get(page) for page in pages]
        found.append([answer.status_code for answer in answers])
        _ = [b"".join(answer.streaming_content) for answer in answers if answer.streaming]
        if person != reader:
            client.post(review_of(proposal), {"phone-choice": "accepter"})
            client.post(reverse("proposal_undo", args=[proposal.pk, change.pk]))

    assert found == [[302] * 4, [403] * 4, [403] * 4, [403] * 4, [200] * 4]
    proposal.refresh_from_db()
    assert proposal.is_pending


def test_an_unknown_proposal_is_not_found(staff_client: Client) -> None:
    assert staff_client.get(f"{LIST}999999/").status_code == 404


# --- the queue ------------------------------------------------------------------------------------------------------------
def test_the_queue_shows_what_waits_the_oldest_first(staff_client: Client) -> None:
    old, young = phone_proposal(name="Nersac"), phone_proposal(name="Aigre")
    ChangeProposal.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=9))
    done = phone_proposal(name="Décidée")
    services.decide(done, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")

    page = staff_client.get(LIST)

    assert [proposal.pk for proposal in page.context["page"].rows] == [old.pk, young.pk]
    assert "1 semaine, 2 jours" in text_of(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Nersac", "Limoges"]),
        ("etat=accepted", ["Aigre"]),
        ("etat=toutes", ["Nersac", "Limoges", "Aigre"]),
        ("objet=closed", ["Limoges"]),
        ("source=report", ["Limoges"]),
        ("departement=87", ["Limoges"]),
        ("q=limog", ["Limoges"]),
        ("q=NERSAC", ["Nersac"]),
        ("q=claude", ["Nersac"]),
        ("q=16244", ["Nersac"]),
        ("age=7", ["Nersac"]),
        ("age=90", []),
        ("age=-1", ["Nersac", "Limoges"]),
        ("objet=nimporte&departement=999&page=abc", ["Nersac", "Limoges"]),
    ],
)
def test_filters(staff_client: Client, query: str, found: list[str]) -> None:
    nersac = phone_proposal(name="Nersac", code="16244")
    ChangeProposal.objects.filter(pk=nersac.pk).update(created_at=timezone.now() - timedelta(days=9))
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    services.report(
        CommuneFactory(name="Limoges", code="87085", departement=vienne), ProposalKind.CLOSED, "", origin="origine:r"
    )
    accepted = phone_proposal(name="Aigre", code="16005")
    services.decide(accepted, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")
    ChangeProposal.objects.filter(pk=accepted.pk).update(by_name="")

    page = staff_client.get(f"{LIST}?{query}")

    assert [proposal.actor.name for proposal in page.context["page"].rows] == found


def test_the_list_asks_the_database_the_same_whatever_its_length(
    staff_client: Client, django_assert_num_queries: Any
) -> None:
    phone_proposal()
    staff_client.get(LIST)
    with django_assert_num_queries(8):
        staff_client.get(LIST)
    for _ in range(2):
        phone_proposal()
    with django_assert_num_queries(8):
        staff_client.get(LIST)


def test_an_empty_queue_says_what_will_come(staff_client: Client) -> None:
    assert "Rien n’attend ici" in text_of(staff_client.get(LIST))


def test_the_export_has_one_line_for_each_field_and_no_formula(staff_client: Client) -> None:
    proposal = phone_proposal(name="Nersac")
    FieldChangeFactory(proposal=proposal, field="description", new="=HYPERLINK()")

    response = staff_client.get(f"{LIST}export.csv")
    lines = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))

    assert [(line[2], line[10], line[12]) for line in lines] == [
        ("fiche", "champ", "valeur proposée"),
        ("Nersac", "téléphone", "05 45 90 00 01"),
        ("Nersac", "présentation", "'=HYPERLINK()"),
    ]


def test_the_teams_page_counts_what_waits() -> None:
    proposal = phone_proposal()
    queue = next(queue for queue in registries.queues() if queue.code == "directory.proposals")

    assert queue.measure() == registries.Waiting(1, proposal.created_at)


# --- deciding -------------------------------------------------------------------------------------------------------------
def test_a_reader_sees_old_and_new_with_who_when_and_from_where(staff_client: Client) -> None:
    page = text_of(staff_client.get(review_of(phone_proposal(name="Nersac", official=True))))

    for words in ("05 45 90 00 00", "05 45 90 00 01", "Claude Roy", "claude.roy@exemple.fr", "l’organisme lui-même"):
        assert words in page


def test_accepting_leads_to_the_next_one(staff_client: Client) -> None:
    first, second = phone_proposal(name="Nersac"), phone_proposal(name="Aigre")

    response = staff_client.post(review_of(first), {"phone-choice": "accepter", "phone-seen": "05 45 90 00 00"})
    last = staff_client.post(review_of(second), {"tout": "accepter", "phone-seen": "05 45 90 00 00"})

    assert (response["Location"], last["Location"]) == (review_of(second), LIST)
    assert list(Actor.objects.collectivites().filter(nature="commune").values_list("phone", flat=True)) == [
        "05 45 90 00 01",
        "05 45 90 00 01",
    ]
    public = text_of(staff_client.get(first.actor.get_absolute_url()))
    assert "vérifié par l’équipe du réseau" in public
    assert "claude" not in public.lower()


def test_refusing_asks_for_a_reason(staff_client: Client) -> None:
    proposal = phone_proposal()

    silent = staff_client.post(review_of(proposal), {"phone-choice": "refuser"})
    told = staff_client.post(review_of(proposal), {"phone-choice": "refuser", "phone-reason": "Un portable."})

    assert silent.status_code == 200
    assert "Dites pourquoi vous refusez" in text_of(silent)
    assert told.status_code == 302
    assert proposal.changes.get().reason == "Un portable."
    assert Message.objects.get().kind == "directory.proposal_decided"


def test_a_colleague_was_faster(staff_client: Client) -> None:
    proposal = phone_proposal()
    told = services.report(proposal.actor, ProposalKind.OTHER, "Bonjour", origin="origine:r")
    services.decide(proposal, {"phone": services.Decision(accept=False)}, by="autre@exemple.fr")
    services.handle(told, accept=True, by="autre@exemple.fr")

    late = [
        staff_client.post(
            review_of(proposal), {"phone-choice": "accepter", "phone-seen": "05 45 90 00 00"}, follow=True
        ),
        staff_client.post(review_of(told), {"choice": "refuser", "reason": "Non."}, follow=True),
    ]

    assert ["était déjà décidée" in text_of(page) for page in late] == [True, True]
    proposal.refresh_from_db()
    told.refresh_from_db()
    assert (proposal.state, told.state) == (ProposalState.REFUSED, ProposalState.ACCEPTED)


def test_the_ledgers_of_the_admin_are_read_only(client: Client) -> None:
    client.force_login(UserFactory(superuser=True))
    proposal = phone_proposal(name="Nersac", code="16244")
    request = ConfirmationRequestFactory(actor=proposal.actor)
    rows = {"changeproposal": proposal, "fieldchange": proposal.changes.get(), "confirmationrequest": request}

    for name, row in rows.items():
        listed = text_of(client.get(f"/gestion/directory/{name}/?q=nersac"))
        shown = client.get(f"/gestion/directory/{name}/{row.pk}/change/")
        assert (f"/{row.pk}/change/" in listed, shown.status_code) == (True, 200)
        assert client.post(f"/gestion/directory/{name}/{row.pk}/change/", {}).status_code == 403
        assert client.get(f"/gestion/directory/{name}/add/").status_code == 403


def test_nothing_chosen_decides_nothing(staff_client: Client) -> None:
    proposal = phone_proposal()

    response = staff_client.post(review_of(proposal), {"phone-choice": "attendre"}, follow=True)

    assert "Rien n’est encore décidé" in text_of(response)
    assert proposal.changes.get().state == ChangeState.PENDING


def test_a_conflict_is_shown_and_overwritten_only_when_said(staff_client: Client) -> None:
    proposal = phone_proposal()
    Actor.objects.filter(pk=proposal.actor_id).update(phone="05 45 90 00 99")

    refused = staff_client.post(review_of(proposal), {"tout": "accepter", "phone-seen": "05 45 90 00 00"}, follow=True)
    agreed = {"phone-choice": "accepter", "phone-seen": "05 45 90 00 99"}
    staff_client.post(review_of(proposal), agreed)

    assert "Garder « 05 45 90 00 99 », la valeur d’aujourd’hui" in text_of(refused)
    assert "Mettre « 05 45 90 00 01 », la valeur proposée" in text_of(refused)
    assert "attend votre choix" in text_of(refused)
    proposal.actor.refresh_from_db()
    assert proposal.actor.phone == "05 45 90 00 01"


def test_what_the_fiche_says_already_is_told(staff_client: Client) -> None:
    proposal = phone_proposal()
    before = text_of(staff_client.get(review_of(proposal)))
    Actor.objects.filter(pk=proposal.actor_id).update(phone="05 45 90 00 01")

    after = text_of(staff_client.get(review_of(proposal)))

    assert ["La fiche le dit déjà" in page for page in (before, after)] == [False, True]
    assert "La fiche a changé depuis" not in after


def test_rivals_are_shown(staff_client: Client) -> None:
    first = phone_proposal()
    second = ChangeProposalFactory(actor=first.actor)
    FieldChangeFactory(proposal=second, field="phone")
    ChangeProposalFactory(actor=first.actor)

    assert [rival.pk for rival in staff_client.get(review_of(first)).context["rivals"]] == [second.pk]


def test_a_database_refusal_is_a_sentence(staff_client: Client) -> None:
    proposal = ChangeProposalFactory()
    FieldChangeFactory(proposal=proposal, field="phone", new="1" * 31)

    response = staff_client.post(review_of(proposal), {"phone-choice": "accepter"})

    assert response.status_code == 200
    assert "La base refuse une de ces valeurs" in text_of(response)


def test_undo_from_the_page(staff_client: Client) -> None:
    proposal = phone_proposal()
    services.decide(proposal, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")
    change = proposal.changes.get()
    undo = reverse("proposal_undo", args=[proposal.pk, change.pk])

    page = staff_client.get(undo)
    proposal.actor.refresh_from_db()
    assert ("Remettre la valeur d’avant" in text_of(page), proposal.actor.phone) == (True, "05 45 90 00 01")
    response = staff_client.post(undo, follow=True)

    assert "la fiche a retrouvé sa valeur d’avant" in text_of(response)
    proposal.actor.refresh_from_db()
    assert proposal.actor.phone == "05 45 90 00 00"


def test_a_report_is_closed_with_an_answer(staff_client: Client) -> None:
    proposal = services.report(
        CommuneFactory(name="Nersac"),
        ProposalKind.CLOSED,
        "Fusion en 2025.",
        origin="origine:r",
        by_email="t@exemple.fr",
    )

    page = text_of(staff_client.get(review_of(proposal)))
    silent = staff_client.post(review_of(proposal), {"choice": "refuser"})
    staff_client.post(review_of(proposal), {"choice": "accepter", "reason": "Fiche close."})

    assert f'href="/gestion/directory/collectivite/{proposal.actor_id}/change/"' in page
    assert "Fusion en 2025." in page
    assert silent.status_code == 200
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == (ProposalState.ACCEPTED, "Fiche close.")
    assert Message.objects.get().to_email == "t@exemple.fr"


def test_words_beside_published_fields_wait_for_an_answer(staff_client: Client) -> None:
    proposal = services.propose_changes(
        CommuneFactory(),
        {"phone": "05 45 90 00 01"},
        origin="origine:1",
        source=Source.ORGANISATION,
        message="Et le logo ?",
    )
    assert proposal is not None
    services.accept_at_once(proposal)

    page = text_of(staff_client.get(review_of(proposal)))
    staff_client.post(review_of(proposal), {"choice": "accepter", "reason": "Bientôt."})

    assert "Et le logo ?" in page
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == (ProposalState.ACCEPTED, "Bientôt.")
