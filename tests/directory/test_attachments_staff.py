"""The staff's pages about who represents whom: access, filters, exports, decisions; and what they are told to look at."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import AttachmentState
from directory.models import Attachment, Invitation
from directory.representation import PERSONAL_DATA, PURGE, REQUESTS
from soco.web.registries import Waiting
from tests.directory.pages import text_of
from tests.factories import AttachmentFactory, CommuneFactory, DepartementFactory, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/equipe/rattachements/"


def names(response: Any) -> list[str]:
    return [attachment.actor.name for attachment in response.context["page"].rows]


@pytest.fixture
def staff(client: Client) -> Client:
    """A staff member who decides who represents whom."""
    user = UserFactory(staff=True)
    user.user_permissions.add(Permission.objects.get(codename="review_attachment"))
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", ["", "export.csv", "export.xlsx", "1/"])
def test_only_those_who_decide_come_in(client: Client, path: str) -> None:
    assert client.get(LIST + path).status_code == 302
    for user in (UserFactory(), AttachmentFactory(accepted=True).user, UserFactory(staff=True)):
        client.force_login(user)
        assert client.get(LIST + path).status_code == 403


def test_an_empty_list_says_what_will_be_there(staff: Client) -> None:
    page = text_of(staff.get(LIST))

    assert "Ici viendront les personnes" in page
    assert "Aucun rattachement ne répond" in text_of(staff.get(LIST, {"etat": "refused"}))


def test_each_filter(staff: Client) -> None:
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    old = AttachmentFactory(actor=CommuneFactory(name="Limoges", departement=vienne))
    Attachment.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=40))
    AttachmentFactory(actor=CommuneFactory(name="Cognac"), user__last_name="Petit", accepted=True)
    AttachmentFactory(actor=CommuneFactory(name="Jarnac"))

    assert names(staff.get(LIST)) == ["Jarnac", "Cognac", "Limoges"]
    assert names(staff.get(LIST, {"etat": "requested"})) == ["Limoges", "Jarnac"]
    assert names(staff.get(LIST, {"departement": "87"})) == ["Limoges"]
    assert names(staff.get(LIST, {"q": "petit"})) == ["Cognac"]
    assert names(staff.get(LIST, {"q": "jarnac"})) == ["Jarnac"]
    assert names(staff.get(LIST, {"age": "30"})) == ["Limoges"]
    assert names(staff.get(LIST, {"age": "90"})) == []


def test_a_filter_that_is_not_understood_is_not_repeated(staff: Client) -> None:
    AttachmentFactory()

    response = staff.get(LIST, {"etat": "inconnu", "page": "x"})

    assert response.status_code == 200
    assert "export.csv?etat" not in text_of(response)


def test_pages(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.views.staff_attachments.PAGE_SIZE", 2)
    AttachmentFactory.create_batch(3)

    response = staff.get(LIST, {"etat": "requested", "page": "2"})

    assert len(names(response)) == 1
    assert 'href="/equipe/rattachements/?etat=requested"' in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(staff: Client, django_assert_num_queries: Any, count: int) -> None:
    AttachmentFactory.create_batch(count)
    staff.get(LIST)

    with django_assert_num_queries(7):
        staff.get(LIST)


def test_exports_follow_the_filters_and_carry_no_formula(staff: Client) -> None:
    AttachmentFactory(actor=CommuneFactory(name="Limoges", code="01001"), function="=1+1")
    AttachmentFactory(accepted=True)

    csv = b"".join(staff.get(f"{LIST}export.csv", {"etat": "requested"})).decode()
    book = load_workbook(BytesIO(b"".join(staff.get(f"{LIST}export.xlsx", {"etat": "requested"}))))

    assert len(csv.splitlines()) == 2
    assert "Limoges,01001," in csv
    assert "'=1+1" in csv
    assert [row[0].value for row in book.active.rows] == ["Acteur", "Limoges"]


# --- deciding --------------------------------------------------------------------------------------------------------------
def test_what_helps_to_decide(staff: Client) -> None:
    actor = CommuneFactory(name="Limoges", code="87085", email="mairie@ville-limoges.fr", official=True)
    asked = AttachmentFactory(actor=actor, user=UserFactory(email="camille@gmail.com"), message="Voir le site.")
    colleague = AttachmentFactory(actor=actor, accepted=True, is_principal=True)
    AttachmentFactory(user=asked.user, state=AttachmentState.REFUSED, reason="Inconnue au standard")

    page = text_of(staff.get(reverse("attachment_review", args=[asked.pk])))

    for words in (
        "camille@gmail.com",
        "(fournisseur ouvert à tous)",
        "mairie@ville-limoges.fr",
        "Voir le site.",
        colleague.user.email,
        "Inconnue au standard",
    ):
        assert words in page
    assert "ville-limoges.fr</dd>" in page


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"known": "telephone"}, "vérifié par téléphone"),
        ({"reason": "Vue en réunion"}, "Vue en réunion"),
        ({"known": "equipe", "reason": "depuis 2019"}, "connu de l’équipe, depuis 2019"),
    ],
)
def test_accepting_keeps_how_staff_knows(staff: Client, said: dict[str, str], kept: str) -> None:
    asked = AttachmentFactory()
    address = reverse("attachment_review", args=[asked.pk])

    response = staff.post(address, {"decision": "accept", **said}, follow=True)
    again = staff.post(address, {"decision": "accept", **said}, follow=True)

    asked.refresh_from_db()
    assert (asked.is_accepted, asked.reason) == (True, kept)
    assert "La demande est acceptée" in text_of(response)
    assert again.status_code == 200


@pytest.mark.parametrize("said", [{}, {"known": "", "reason": " "}, {"known": "autre chose"}])
def test_accepting_needs_a_reason(staff: Client, said: dict[str, str]) -> None:
    asked = AttachmentFactory()

    response = staff.post(reverse("attachment_review", args=[asked.pk]), {"decision": "accept", **said})

    asked.refresh_from_db()
    assert asked.is_requested
    assert (response.status_code, bool(response.context["accept_form"].errors)) == (200, True)
    assert "champ--erreur" in text_of(response)


def test_making_a_referent_the_principal(staff: Client) -> None:
    was = AttachmentFactory(accepted=True, is_principal=True)
    heir, asking = AttachmentFactory(actor=was.actor, accepted=True), AttachmentFactory(actor=was.actor)
    offered = {
        attachment: reverse("attachment_make_principal", args=[attachment.pk])
        in text_of(staff.get(reverse("attachment_review", args=[attachment.pk])))
        for attachment in (was, heir, asking)
    }

    said = text_of(staff.post(reverse("attachment_make_principal", args=[heir.pk]), follow=True))
    refused = text_of(staff.post(reverse("attachment_make_principal", args=[asking.pk]), follow=True))

    assert offered == {was: False, heir: True, asking: False}
    assert f"{heir.user} est désormais le référent principal." in said
    assert "ne représente plus cet acteur" in refused
    assert list(Attachment.objects.principals()) == [heir]


def test_refusing_needs_a_reason_and_keeps_what_was_typed(staff: Client) -> None:
    asked = AttachmentFactory()
    address = reverse("attachment_review", args=[asked.pk])

    assert "Donnez la raison" in text_of(staff.post(address, {"decision": "refuse", "reason": " "}))
    asked.refresh_from_db()
    assert asked.is_requested
    staff.post(address, {"decision": "refuse", "reason": "Inconnue au standard."})

    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (AttachmentState.REFUSED, "Inconnue au standard.")


def test_ending(staff: Client) -> None:
    held = AttachmentFactory(accepted=True)

    staff.post(reverse("attachment_review", args=[held.pk]), {"decision": "end", "reason": "Mandat terminé."})

    held.refresh_from_db()
    assert (held.state, held.reason) == (AttachmentState.LEFT, "Mandat terminé.")


def test_an_unknown_button_changes_nothing(staff: Client) -> None:
    asked = AttachmentFactory()

    assert staff.post(reverse("attachment_review", args=[asked.pk]), {"decision": "delete"}).status_code == 200

    asked.refresh_from_db()
    assert asked.is_requested


# --- registers -------------------------------------------------------------------------------------------------------------
def test_the_queue_counts_what_waits() -> None:
    waiting = AttachmentFactory()
    AttachmentFactory(accepted=True)

    assert REQUESTS.measure() == Waiting(1, waiting.created_at)


def test_what_is_known_of_a_person_is_told_and_erased() -> None:
    actor = CommuneFactory()
    gone = AttachmentFactory(actor=actor, accepted=True, is_principal=True, function="Maire", user=UserFactory())
    heir = AttachmentFactory(actor=actor, accepted=True)
    sent = InvitationFactory(actor=actor, invited_by=gone.user, email="collegue@exemple.fr")
    AttachmentFactory(decided_by=gone.user.email, state=AttachmentState.REFUSED)
    received = InvitationFactory(actor=actor, invited_by=heir.user, email=gone.user.email)
    user = gone.user

    rows = list(PERSONAL_DATA.export(user))
    assert [row["quoi"] for row in rows] == ["rattachement", "invitation envoyée", "invitation reçue"]
    assert rows[0]["fonction"] == "Maire"

    assert PERSONAL_DATA.erase(user) == ""
    PERSONAL_DATA.erase(user)

    assert list(PERSONAL_DATA.export(user)) == []
    assert list(Attachment.objects.principals()) == [heir]
    assert not Attachment.objects.decided_by_address([user.email]).exists()
    assert not Attachment.pgh_event_model.objects.filter(user=user.pk).exists()
    assert not Invitation.objects.filter(pk=sent.pk).exists()
    received.refresh_from_db()
    assert (received.email, received.is_open) == (f"invitation-{received.pk}@efface.invalid", False)


def test_what_is_over_is_forgotten_in_time() -> None:
    now = timezone.now()
    long_ago, lately = now - timedelta(days=400), now - timedelta(days=300)
    kept = [
        AttachmentFactory(),
        AttachmentFactory(accepted=True, decided_at=long_ago),
        AttachmentFactory(state=AttachmentState.REFUSED, decided_at=lately),
        AttachmentFactory(state=AttachmentState.LEFT, decided_at=long_ago, left_at=long_ago),
    ]
    AttachmentFactory(state=AttachmentState.REFUSED, decided_at=long_ago)
    AttachmentFactory(state=AttachmentState.LEFT, left_at=now - timedelta(days=1100))
    old, recent = InvitationFactory.create_batch(2)
    Invitation.objects.filter(pk=old.pk).update(created_at=long_ago)

    assert PURGE.run(False) == 3
    assert Attachment.objects.count() == 6
    assert PURGE.run(True) == 3
    assert PURGE.run(True) == 0

    assert set(Attachment.objects.all()) == set(kept)
    assert list(Invitation.objects.all()) == [recent]
    assert not Attachment.pgh_event_model.objects.exists()


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("model", ["attachment", "invitation"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_admins_lists_cost_the_same_whatever_their_length(
    client: Client, django_assert_num_queries: Any, model: str, count: int
) -> None:
    client.force_login(UserFactory(superuser=True))
    AttachmentFactory.create_batch(count)
    InvitationFactory.create_batch(count)
    address = reverse(f"admin:directory_{model}_changelist")
    assert client.get(address).status_code == 200

    with django_assert_num_queries(7 if model == "attachment" else 5):
        client.get(address)
