"""Three ways to correct a fiche: the form of its own people, the signed link of a mail, a visitor's report."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import contributions, services
from directory.enums import ProposalKind, ProposalState, Source
from directory.models import Actor, ChangeProposal, ConfirmationRequest
from soco.mailing.models import Message
from soco.web import signed_links
from tests.directory.pages import text_of
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    FieldChangeFactory,
    PartnerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def nersac(**fields: Any) -> Actor:
    return CommuneFactory(name="Nersac", code="16244", phone="05 45 90 00 00", email="mairie@nersac.exemple", **fields)


def facts(actor: Actor, **changed: str) -> dict[str, str]:
    """The form as a browser sends it: every box, those in `changed` typed anew."""
    names = ("description", "address", "phone", "email", "website")
    return {name: getattr(actor, name) for name in names} | {"message": "", "once": "abcdefgh1234"} | changed


def edit_of(actor: Actor) -> str:
    return f"{actor.get_absolute_url()}modifier/"


# --- its own people -------------------------------------------------------------------------------------------------------
def test_who_may_open_the_form(client: Client) -> None:
    actor = nersac()
    reader = UserFactory(staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="review_changeproposal"))
    people = [
        None,
        UserFactory(),
        AttachmentFactory(actor=actor).user,
        AttachmentFactory(accepted=True).user,
        AttachmentFactory(accepted=True, actor=actor).user,
        UserFactory(staff=True),
        reader,
    ]

    statuses = []
    for person in people:
        client.logout()
        if person:
            client.force_login(person)
        statuses.append((client.get(edit_of(actor)).status_code, client.post(edit_of(actor), {}).status_code))

    assert [get for get, _post in statuses] == [302, 403, 403, 403, 200, 403, 200]
    assert [post for _get, post in statuses] == [302, 403, 403, 403, 302, 403, 302]


def test_the_refusal_tells_how_to_become_referent(client: Client) -> None:
    client.force_login(UserFactory())

    page = text_of(client.get(edit_of(nersac())))

    assert 'href="/repertoire/nersac-16244/representer/"' in page


def test_the_page_shows_the_way_to_those_who_may(client: Client) -> None:
    actor = nersac()
    link = f'href="{edit_of(actor)}"'
    seen_by_all = link in text_of(client.get(actor.get_absolute_url()))
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    assert (seen_by_all, link in text_of(client.get(actor.get_absolute_url()))) == (False, True)


def test_a_referent_publishes_plain_facts_and_the_address_waits(client: Client) -> None:
    actor = nersac()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)
    typed = facts(actor, phone="0545900001", email="accueil@nersac.exemple", website="nersac.exemple")

    answers = [client.post(edit_of(actor), typed, follow=True) for _ in range(2)]

    actor.refresh_from_db()
    assert (actor.phone, actor.email, actor.website) == (
        "05 45 90 00 01", "mairie@nersac.exemple", "https://nersac.exemple",
    )  # fmt: skip
    assert "Une partie est publiée" in text_of(answers[0])
    assert "publié par un référent de l’organisme" in text_of(answers[0])
    assert [(p.state, p.changes.count()) for p in ChangeProposal.objects.all()] == [(ProposalState.PENDING, 3)]
    assert "accueil@nersac.exemple" in text_of(client.get(edit_of(actor)))


def test_what_was_not_touched_is_not_proposed_even_if_the_fiche_changed_meanwhile(client: Client) -> None:
    actor = nersac(description="Un village.\r\nDeux jumelages.")
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)
    page = client.get(edit_of(actor))
    form = page.context["form"]
    shown = {form[name].html_initial_name: value for name, value in facts(actor).items() if name in form.facts}
    Actor.objects.filter(pk=actor.pk).update(phone="05 45 90 00 99", website="https://officiel.exemple")

    client.post(edit_of(actor), facts(actor, address="1 place Neuve", website="nersac.exemple") | shown)

    actor.refresh_from_db()
    assert 'name="initial-phone"' in text_of(page)
    assert (actor.phone, actor.address, actor.website) == (
        "05 45 90 00 99", "1 place Neuve", "https://officiel.exemple",
    )  # fmt: skip
    assert list(ChangeProposal.objects.get().changes.values_list("field", "old", "state")) == [
        ("address", "", "accepted"),
        ("website", "", "pending"),
    ]


def test_the_same_page_sent_again_with_other_words_is_another_proposal(client: Client) -> None:
    actor = nersac()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    for phone in ("0545900001", "0545900002"):
        client.post(edit_of(actor), facts(actor, phone=phone))

    actor.refresh_from_db()
    assert (actor.phone, ChangeProposal.objects.count()) == ("05 45 90 00 02", 2)


def test_the_form_of_a_collectivite_has_no_name_that_of_a_partner_has(client: Client) -> None:
    user = UserFactory()
    commune, comite = nersac(), PartnerFactory()
    for actor in (commune, comite):
        AttachmentFactory(accepted=True, actor=actor, user=user)
    client.force_login(user)

    forms = [client.get(edit_of(actor)).context["form"].fields for actor in (commune, comite)]
    client.post(edit_of(commune), facts(commune, name="Autre nom"))

    assert [("name" in fields, "phone" in fields) for fields in forms] == [(False, True), (True, True)]
    assert not ChangeProposal.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "appelez-nous", "Écrivez le numéro en entier"),
        ("email", "mairie", "adresse"),
        ("website", "pas un site", "URL"),
    ],
)
def test_what_cannot_be_is_said_beside_its_box_and_what_was_typed_is_kept(
    client: Client, field: str, typed: str, said: str
) -> None:
    actor = nersac()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    response = client.post(edit_of(actor), facts(actor, **{field: typed, "address": "1 place Neuve"}))

    assert response.status_code == 200
    assert said in " ".join(response.context["form"].errors[field])
    assert 'value="1 place Neuve"' in text_of(response)
    assert "<h1>Modifier la fiche : Nersac</h1>" in text_of(response)
    assert not ChangeProposal.objects.exists()


def test_a_referent_confirms_from_the_same_page(client: Client) -> None:
    actor = nersac(outdated=True)
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    pages = [client.post(edit_of(actor), {"geste": "exact"}, follow=True) for _ in range(2)]

    assert "fraicheur--verte" in text_of(pages[0])
    assert ChangeProposal.objects.get().kind == ProposalKind.CONFIRMATION


def test_nothing_changed_is_said(client: Client) -> None:
    actor = nersac()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    assert "Rien n’a changé" in text_of(client.post(edit_of(actor), facts(actor), follow=True))


def test_what_staff_types_there_is_published_and_said_to_be_theirs(client: Client) -> None:
    actor = nersac()
    reader = UserFactory(staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename__in=["review_changeproposal", "change_actor"]))
    client.force_login(reader)

    client.post(edit_of(actor), facts(actor, email="accueil@nersac.exemple"))

    actor.refresh_from_db()
    assert (actor.email, actor.provenance["email"]["source"]) == ("accueil@nersac.exemple", "staff")
    assert not Message.objects.exists()


# --- the member's space ---------------------------------------------------------------------------------------------------
def test_a_member_follows_and_takes_back_what_they_proposed(client: Client) -> None:
    user = UserFactory()
    proposal = ChangeProposalFactory(by_user=user, actor=nersac())
    FieldChangeFactory(proposal=proposal, field="email", new="accueil@nersac.exemple")
    theirs = ChangeProposalFactory()
    client.force_login(user)

    page = text_of(client.get(reverse("my_space")))
    refused = client.post(reverse("proposal_withdraw", args=[theirs.pk]))
    client.post(reverse("proposal_withdraw", args=[proposal.pk]))

    assert "accueil@nersac.exemple – à relire" in page
    assert theirs.actor.name not in page
    assert refused.status_code == 404
    proposal.refresh_from_db()
    theirs.refresh_from_db()
    assert (proposal.state, theirs.state) == (ProposalState.WITHDRAWN, ProposalState.PENDING)


def test_personal_data_are_exported_then_forgotten() -> None:
    user = UserFactory(email="claude@exemple.fr", former_emails=["avant@exemple.fr"])
    ChangeProposalFactory(by_email="claude@exemple.fr", message="Bonjour")
    ChangeProposalFactory(by_email="avant@exemple.fr", message="D’une ancienne adresse")
    ChangeProposalFactory(message="D’une autre personne")

    rows = list(contributions.PERSONAL_DATA.export(user))
    kept = contributions.PERSONAL_DATA.erase(user)

    assert [row["message"] for row in rows] == ["Bonjour", "D’une ancienne adresse"]
    assert "sans votre nom ni votre adresse" in kept
    assert contributions.PERSONAL_DATA.erase(user) == ""
    assert ChangeProposal.objects.with_author().count() == 1


def test_authors_are_forgotten_three_years_after_the_decision() -> None:
    now = timezone.now()
    for days in (3 * 365 + 1, 3 * 365 - 1):
        ChangeProposalFactory(state=ProposalState.ACCEPTED, decided_at=now - timedelta(days=days))
    ChangeProposalFactory()

    counted, forgotten, again = (contributions.PURGE.run(apply) for apply in (False, True, True))

    assert (counted, forgotten, again) == (1, 1, 0)
    assert ChangeProposal.objects.with_author().count() == 2


# --- any visitor ----------------------------------------------------------------------------------------------------------
REPORT = {"kind": "wrong", "message": "Le téléphone sonne ailleurs.", "name": "Dominique", "email": "d@exemple.fr"}


def report_of(actor: Actor) -> str:
    return f"{actor.get_absolute_url()}signaler/"


def test_a_visitor_reports_without_an_account(client: Client) -> None:
    actor = nersac()
    page = text_of(client.get(actor.get_absolute_url()))

    response = client.post(report_of(actor), REPORT | {"once": "abcdefgh1234"}, follow=True)
    client.post(report_of(actor), REPORT | {"once": "abcdefgh1234"})

    assert f'href="{report_of(actor)}"' in page
    assert "a reçu votre signalement sur la fiche de Nersac" in text_of(response)
    proposal = ChangeProposal.objects.get()
    assert (proposal.kind, proposal.source, proposal.by_email, proposal.state) == (
        ProposalKind.WRONG, Source.REPORT, "d@exemple.fr", ProposalState.PENDING,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": ""}, "Ce champ est obligatoire"),
        ({"message": " "}, "Dites-nous en quelques mots"),
        ({"email": "d@"}, "adresse"),
        ({"kind": "changes"}, "choix valide"),
    ],
)
def test_an_incomplete_report_is_kept_in_the_page(client: Client, typed: dict[str, str], said: str) -> None:
    response = client.post(report_of(nersac()), REPORT | typed)

    assert response.status_code == 200
    assert said in text_of(response)
    assert not ChangeProposal.objects.exists()


def test_that_it_no_longer_exists_says_enough(client: Client) -> None:
    client.post(report_of(nersac()), {"kind": "closed"})

    assert ChangeProposal.objects.get().author == "une personne qui n’a pas dit son nom"


def test_a_robot_is_thanked_and_forgotten(client: Client) -> None:
    response = client.post(report_of(nersac()), REPORT | {"website": "https://achetez.exemple"}, follow=True)

    assert response.status_code == 200
    assert not ChangeProposal.objects.exists()


def test_ten_reports_an_hour_from_one_network(client: Client, settings: Any) -> None:
    settings.DIRECTORY_REPORTS_AN_HOUR = 2
    actor = nersac()

    statuses = [client.post(report_of(actor), REPORT).status_code for _ in range(3)]
    elsewhere = client.post(report_of(actor), REPORT, REMOTE_ADDR="203.0.113.9")

    assert (statuses, elsewhere.status_code) == ([302, 302, 429], 302)
    assert "Ce que vous avez tapé est gardé" in text_of(client.post(report_of(actor), REPORT))


@pytest.mark.parametrize("page", ["modifier", "signaler", "signaler/merci"])
def test_a_hidden_or_unknown_fiche_has_no_form(client: Client, page: str) -> None:
    client.force_login(UserFactory(superuser=True))

    pages = [f"{nersac(hidden=True).get_absolute_url()}{page}/", f"/repertoire/inconnue-99999/{page}/"]

    assert [client.get(address).status_code for address in pages] == [404, 404]


# --- the holder of a signed link ------------------------------------------------------------------------------------------
def link_of(actor: Actor, **said: Any) -> str:
    token = signed_links.make("fiche", actor.pk, version=actor.link_version, **said).token
    return reverse("signed_link", args=[token])


def test_the_link_shows_every_fact_with_its_age_and_writes_nothing(client: Client) -> None:
    actor = nersac(outdated=True, official=True, population=2_471)
    before = Actor.objects.filter(pk=actor.pk).values().get()

    page = text_of(client.get(link_of(actor)))

    for words in ("Nersac", "05 45 90 00 00", "mairie@nersac.exemple", "2\u202f471 hab.", "INSEE", "Tout est exact"):
        assert words in page
    assert Actor.objects.filter(pk=actor.pk).values().get() == before


def test_all_is_right_in_one_post_that_can_be_replayed(client: Client) -> None:
    actor = nersac(outdated=True)
    ConfirmationRequestFactory(actor=actor)

    first = client.post(link_of(actor), {"geste": "exact"}, follow=True)
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        client.post(link_of(actor, since=timezone.localdate() - timedelta(days=20)), {"geste": "exact"})

    actor.refresh_from_db()
    assert "la fiche est confirmée" in text_of(first)
    assert "fraicheur--verte" in text_of(first)
    assert timezone.now() - actor.verified_at < timedelta(minutes=1)
    assert ChangeProposal.objects.get().kind == ProposalKind.CONFIRMATION
    assert ConfirmationRequest.objects.get().outcome == "confirmed"


def test_corrections_through_the_link_wait_for_staff(client: Client) -> None:
    actor = nersac(outdated=True)
    ConfirmationRequestFactory(actor=actor)
    typed = facts(actor, phone="0545900001") | {"corriger": "1"}

    answers = [client.post(link_of(actor), typed, follow=True) for _ in range(2)]

    actor.refresh_from_db()
    proposal = ChangeProposal.objects.get()
    assert "l’équipe relit vos corrections" in text_of(answers[0])
    assert (actor.phone, actor.freshness, proposal.source) == ("05 45 90 00 00", "rouge", Source.ORGANISATION)
    assert list(proposal.changes.values_list("field", "new")) == [("phone", "05 45 90 00 01")]
    assert ConfirmationRequest.objects.get().outcome == "corrected"


def test_a_correction_that_corrects_nothing_is_said(client: Client) -> None:
    actor = nersac()

    response = client.post(link_of(actor), facts(actor) | {"corriger": "1"})

    assert "Vous n’avez rien changé" in text_of(response)
    assert not ChangeProposal.objects.exists()


def test_links_that_open_nothing(client: Client) -> None:
    actor = nersac()
    other = CommuneFactory()
    good = link_of(actor)
    revoked = link_of(actor)
    Actor.objects.filter(pk=actor.pk).update(link_version=2)
    statuses = {
        "revoked": client.get(revoked).status_code,
        "revoked, posted": client.post(revoked, {"geste": "exact"}).status_code,
        "expired": client.get(link_of(other, since=timezone.localdate() - timedelta(days=90))).status_code,
        "another purpose": client.get(
            reverse("signed_link", args=[signed_links.make("autre", other.pk).token])
        ).status_code,
        "enumerated": client.get(good.replace("fiche.", "fiche.1")).status_code,
        "closed": client.get(link_of(CommuneFactory(closed=True))).status_code,
        "hidden": client.get(link_of(CommuneFactory(hidden=True))).status_code,
    }

    assert statuses == {
        "revoked": 410,
        "revoked, posted": 410,
        "expired": 410,
        "another purpose": 404,
        "enumerated": 404,
        "closed": 410,
        "hidden": 410,
    }
    assert not ChangeProposal.objects.exists()


def test_the_links_sent_to_a_former_address_open_nothing(client: Client) -> None:
    actor = nersac()
    link = link_of(actor)
    proposal = services.propose_changes(actor, {"email": "a@nersac.exemple"}, origin="origine:1", source=Source.VISIT)
    assert proposal is not None
    services.decide(proposal, {"email": services.Decision(accept=True)}, by="equipe@exemple.fr")

    assert client.get(link).status_code == 410


def test_the_link_asks_for_the_proof_that_the_page_was_read() -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post(link_of(nersac()), {"geste": "exact"}).status_code == 403


def test_the_page_of_a_fact_says_who_confirmed_it_and_when(client: Client) -> None:
    actor = nersac(official=True)
    with time_machine.travel("2026-05-04 10:00+02:00"):
        client.post(link_of(actor), {"geste": "exact"})

    page = text_of(client.get(actor.get_absolute_url()))

    assert "confirmé le 4 mai 2026" in page


def test_a_correction_of_one_fact_says_nothing_of_the_others(client: Client) -> None:
    actor = nersac(official=True)
    proposal = services.propose_changes(actor, {"phone": "05 45 90 00 01"}, origin="origine:1", source=Source.REPORT)
    assert proposal is not None
    services.decide(proposal, {"phone": services.Decision(accept=True)}, by="equipe@exemple.fr")

    page = text_of(client.get(actor.get_absolute_url()))

    assert "un signalement, " in page and "vérifié par l’équipe du réseau" in page
    assert "confirmé le" not in page
