"""The pages by which co-chairs and the team hold groups: who may, what each gesture does, what is said when it may not."""

from datetime import date

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from events.enums import MembershipRole as Role
from events.enums import MembershipState as State
from events.models import Document, Group, GroupAction, GroupMember
from soco.accounts.models import User
from soco.accounts.roles import TEAM
from soco.mailing.models import Message
from tests.events.group_pages import address, chaired, named, page
from tests.factories import (
    CountryFactory,
    EventFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(client: Client) -> User:
    call_command("sync_permissions", verbosity=0)
    user = UserFactory(staff=True, email="equipe@exemple.fr")
    user.groups.add(AuthGroup.objects.get(name=TEAM))
    client.force_login(user)
    return user


ENDS = ("gerer/", "gerer/modifier/", "gerer/actions/", "gerer/documents/", "gerer/inviter/")


def test_only_co_chairs_and_the_team_manage(client: Client, team: User) -> None:
    group = GroupFactory()
    asked = GroupMemberFactory(group=group, pending=True)
    action = GroupActionFactory(group=group)
    people = {
        "visitor": None,
        "stranger": UserFactory(),
        "member": GroupMemberFactory(group=group).user,
        "other chair": GroupMemberFactory(chair=True).user,
        "chair": GroupMemberFactory(group=group, chair=True).user,
        "team": team,
    }

    seen: dict[str, set[int]] = {}
    for name, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        seen[name] = {client.get(address(group, end)).status_code for end in ENDS}
        seen[name].add(client.get(address(group, f"gerer/membres/{asked.pk}/")).status_code)
        if name in ("visitor", "stranger", "member", "other chair"):
            seen[name].add(client.post(address(group, f"gerer/membres/{asked.pk}/"), {"geste": "accepter"}).status_code)
            seen[name].add(client.post(address(group, f"gerer/actions/{action.pk}/")).status_code)

    assert seen == {
        "visitor": {302}, "stranger": {403}, "member": {403}, "other chair": {403}, "chair": {200}, "team": {200},
    }  # fmt: skip
    asked.refresh_from_db()
    action.refresh_from_db()
    assert (asked.state, action.done_at) == (State.PENDING, None)


def test_a_co_chair_accepts_and_shares_the_chair(client: Client) -> None:
    group = chaired(client)
    asked = GroupMemberFactory(group=group, pending=True, message="Nous avons un jumelage")
    own = address(group, f"gerer/membres/{asked.pk}/")

    assert "Nous avons un jumelage" in page(client.get(address(group, "gerer/")))
    for gesture in ("accepter", "copresider"):
        client.post(own, {"geste": gesture})
    asked.refresh_from_db()
    assert (asked.state, asked.role) == (State.ACCEPTED, Role.CHAIR)
    client.post(own, {"geste": "ne-plus-copresider"})
    asked.refresh_from_db()
    assert asked.role == Role.MEMBER


def test_a_refusal_needs_a_reason_and_a_gesture_that_does_not_exist_does_nothing(client: Client) -> None:
    group = chaired(client)
    asked = GroupMemberFactory(group=group, pending=True)
    own = address(group, f"gerer/membres/{asked.pk}/")

    silent = client.post(own, {"geste": "refuser", "reason": " "})
    strange = client.post(own, {"geste": "bidule"})
    asked.refresh_from_db()
    assert ("Ce champ est obligatoire" in page(silent), strange.status_code, asked.state) == (True, 302, State.PENDING)

    client.post(own, {"geste": "refuser", "reason": "Réservé aux communes"})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (State.REFUSED, "Réservé aux communes")
    assert "n’attend plus de réponse" in page(client.post(own, {"geste": "accepter"}))


def test_the_last_co_chair_who_gives_it_up_is_told_no_and_one_of_two_goes_back_to_the_group(client: Client) -> None:
    group = chaired(client)
    me = GroupMember.objects.get()
    own = address(group, f"gerer/membres/{me.pk}/")

    assert "dernière personne" in page(client.post(own, {"geste": "ne-plus-copresider"}))
    GroupMemberFactory(group=group, chair=True)

    assert client.post(own, {"geste": "ne-plus-copresider"})["Location"] == address(group)


def test_members_actions_and_files_of_another_group_are_not_found(client: Client) -> None:
    group = chaired(client)
    stranger, action = GroupMemberFactory(pending=True), GroupActionFactory()

    codes = [
        client.post(address(group, f"gerer/membres/{stranger.pk}/"), {"geste": "accepter"}).status_code,
        client.post(address(group, f"gerer/actions/{action.pk}/")).status_code,
        client.post(address(stranger.group, f"gerer/membres/{stranger.pk}/"), {"geste": "accepter"}).status_code,
    ]

    assert codes == [404, 404, 403]


def test_a_co_chair_notes_an_action_done_then_to_do_again(client: Client) -> None:
    group = chaired(client)
    meeting, other = EventFactory(group=group, past=True), EventFactory(past=True)
    said = {"title": "Écrire au préfet", "owner": "Zoé", "due_on": "2026-12-01", "event": str(meeting.pk)}

    wrong = client.post(address(group, "gerer/actions/"), said | {"due_on": "demain", "event": str(other.pk)})
    assert (wrong.status_code, "Écrire au préfet" in page(wrong)) == (200, True)
    for _ in range(2):
        client.post(address(group, "gerer/actions/"), said)
    action = GroupAction.objects.get()
    assert (action.owner, action.due_on, action.event) == ("Zoé", date(2026, 12, 1), meeting)

    own = address(group, f"gerer/actions/{action.pk}/")
    client.post(own, {"geste": "terminer"})
    assert GroupAction.objects.done().exists()
    client.post(own, {"geste": "rouvrir"})
    assert GroupAction.objects.open().exists()


def test_minutes_are_added_read_and_announced(client: Client) -> None:
    group = chaired(client)
    member = GroupMemberFactory(group=group).user
    file = SimpleUploadedFile("cr.pdf", b"%PDF-1.7 essai")

    client.post(
        address(group, "gerer/documents/"),
        {"title": "Compte rendu de mai", "kind": "compte-rendu", "audience": "inscrits", "file": file},
    )

    document = Document.objects.get()
    assert document.group == group
    assert Message.objects.of_kind("events.group_minutes").to_address(member.email).count() == 1
    client.force_login(member)
    assert client.get(document.get_absolute_url()).status_code == 200
    client.force_login(UserFactory())
    assert client.get(document.get_absolute_url()).status_code == 404


def test_a_co_chair_describes_the_group_and_neither_hides_it_nor_changes_its_nature(client: Client) -> None:
    CountryFactory(iso2="DE")
    group = chaired(client, country=True, name="Groupe Allemagne")
    said = {"name": "Groupe Allemagne", "presentation": "Nous", "country_codes": ["DE"], "join_policy": "libre"}

    empty = client.post(address(group, "gerer/modifier/"), said | {"country_codes": []})
    client.post(address(group, "gerer/modifier/"), said | {"kind": "theme"})

    group.refresh_from_db()
    assert "Un groupe pays porte sur un pays au moins" in page(empty)
    assert (group.presentation, group.join_policy, group.kind, group.is_published) == ("Nous", "libre", "pays", True)


def test_a_meeting_is_planned_with_the_group_already_chosen(client: Client) -> None:
    group = chaired(client)

    hub = page(client.get(address(group, "gerer/")))
    form = client.get(f"/agenda/nouveau/?type=groupe-de-travail&groupe={group.slug}")

    assert f"/agenda/nouveau/?type=groupe-de-travail&amp;groupe={group.slug}" in hub
    assert form.context["form"].initial["group"] == group


# --- the team -------------------------------------------------------------------------------------------------------------
def test_the_team_makes_groups_and_sees_where_somebody_waits(client: Client, team: User) -> None:
    CountryFactory(iso2="DE")
    quiet, waiting, late = (GroupFactory(name=name) for name in ("Calme", "Attendu", "En retard"))
    GroupMemberFactory(group=quiet, chair=True)
    GroupMemberFactory.create_batch(2, group=waiting, pending=True)
    GroupActionFactory.create_batch(3, group=late, due_on=date(2020, 1, 1))

    rows = client.get("/equipe/groupes/").context["page"].rows
    found = {
        query: [group.name for group in client.get(f"/equipe/groupes/?quoi={query}").context["page"].rows]
        for query in ("demandes", "retards", "sans-copresidence", "bidule")
    }
    made = client.post(
        "/equipe/groupes/nouveau/",
        {"kind": "pays", "name": "Groupe Allemagne", "country_codes": ["DE"], "join_policy": "demande"},
    )

    assert [(row.name, row.pending_count, row.late_count) for row in rows] == [
        ("Attendu", 2, 0), ("En retard", 0, 3), ("Calme", 0, 0),
    ]  # fmt: skip
    assert found == {
        "demandes": ["Attendu"], "retards": ["En retard"], "sans-copresidence": ["Attendu", "En retard"],
        "bidule": ["Attendu", "En retard", "Calme"],
    }  # fmt: skip
    assert made["Location"] == "/groupes/groupe-allemagne/gerer/"
    assert not Group.objects.get(slug="groupe-allemagne").is_published
    home = page(client.get("/equipe/"))
    assert named(home, "Demandes à rejoindre un groupe", "Actions des groupes en retard") == [True, True]


def test_a_co_chair_is_not_of_the_team(client: Client) -> None:
    chaired(client)

    assert [client.get(end).status_code for end in ("/equipe/groupes/", "/equipe/groupes/nouveau/")] == [403, 403]
