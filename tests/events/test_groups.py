"""Groups: found, joined, held by their co-chairs; nobody is added without their own gesture."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Actor
from events import services
from events.enums import DocumentAudience, JoinPolicy, MembershipRole, MembershipState
from events.models import Group, GroupAction, GroupMember
from soco.mailing.models import Message
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    EventDocumentFactory,
    EventFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    JumelageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def page(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


# --- services ---------------------------------------------------------------------------------------------------------------
def test_an_open_group_takes_its_members_at_once_and_once() -> None:
    group, user = GroupFactory(join_policy=JoinPolicy.OPEN), UserFactory()

    for _ in range(2):
        services.ask_to_join(group, user)

    assert GroupMember.objects.get().state == MembershipState.ACCEPTED
    assert Message.objects.filter(kind="events.group_accepted").count() == 1


def test_another_asks_and_each_co_chair_is_told() -> None:
    group = GroupFactory(join_policy=JoinPolicy.REQUEST)
    chairs = GroupMemberFactory.create_batch(2, group=group, chair=True)
    member = services.ask_to_join(group, UserFactory(), message="Bonjour")

    assert member.state == MembershipState.PENDING
    told = Message.objects.filter(kind="events.group_asked").values_list("to_email", flat=True)
    assert sorted(told) == sorted(chair.user.email for chair in chairs)

    assert services.decide_member(member, accept=False, by="équipe", reason="Complet") is True
    assert services.decide_member(member, accept=True, by="équipe") is False
    again = services.ask_to_join(group, member.user)
    assert (again.pk, again.state) == (member.pk, MembershipState.PENDING)


def test_the_last_co_chair_stays_until_another_is_named() -> None:
    group = GroupFactory()
    chair, member = GroupMemberFactory(group=group, chair=True), GroupMemberFactory(group=group)

    with pytest.raises(services.EventsError, match="dernière personne"):
        services.leave_group(chair, by="x")
    with pytest.raises(services.EventsError, match="dernière personne"):
        services.set_chair(chair, is_chair=False, by="x")

    assert services.set_chair(member, is_chair=True, by="x") is True
    assert services.set_chair(member, is_chair=True, by="x") is False
    assert services.leave_group(chair, by="x") is True
    assert services.leave_group(chair, by="x") is False


def test_an_actor_joins_alone_once() -> None:
    group, actor = GroupFactory(), CommuneFactory()

    first, again = (services.add_actor(group, actor, by="x") for _ in range(2))

    assert first.pk == again.pk
    assert first.state == MembershipState.ACCEPTED


def test_suggested_are_those_who_cooperate_there_and_are_not_in() -> None:
    group = GroupFactory(country=True)
    twinned, inside, elsewhere = CommuneFactory(), CommuneFactory(), CommuneFactory()
    JumelageFactory(collectivite=twinned)
    JumelageFactory(collectivite=inside)
    JumelageFactory(collectivite=elsewhere, partner__country__iso2="SN")
    services.add_actor(group, inside, by="x")

    assert list(services.suggested_actors(group)) == [twinned]
    actor = Actor.objects.get(pk=twinned.pk)
    assert services.suggested_groups([actor], UserFactory()) == [group]
    assert services.suggested_groups([actor], GroupMemberFactory(group=group).user) == []


def test_an_action_is_done_and_done_again_once() -> None:
    action = GroupActionFactory()

    services.finish_action(action, is_done=True)
    first = action.done_at
    services.finish_action(action, is_done=True)
    assert action.done_at == first
    services.finish_action(action, is_done=False)
    assert action.done_at is None


def test_two_groups_of_one_name_have_their_own_addresses() -> None:
    made = [services.create_group(Group(name="Groupe Eau", kind="theme")) for _ in range(2)]

    assert [group.slug for group in made] == ["groupe-eau", "groupe-eau-2"]


# --- pages ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(client: Client, count: int, django_assert_num_queries) -> None:
    for group in GroupFactory.create_batch(count):
        GroupMemberFactory.create_batch(count, group=group)

    with django_assert_num_queries(5):
        response = client.get("/groupes/")

    assert page(response).count('data-testid="resultat"') == count


def test_groups_are_filtered_and_given_away(client: Client) -> None:
    GroupFactory(name="Groupe Allemagne", country=True)
    GroupFactory(name="Groupe Jumelage")
    GroupFactory(name="Groupe caché", hidden=True)

    seen = {
        query: page(client.get(f"/groupes/?{query}"))
        for query in ("", "type=pays", "pays=europe", "q=jumelage", "pays=%00")
    }
    exported = b"".join(client.get("/groupes/export.csv?type=theme")).decode()  # type: ignore[arg-type]

    def named(text: str) -> list[bool]:
        return [name in text for name in ("Groupe Allemagne", "Groupe Jumelage", "Groupe caché")]

    assert named(seen[""]) == [True, True, False]
    assert named(seen["type=pays"]) == named(seen["pays=europe"]) == [True, False, False]
    assert named(seen["q=jumelage"]) == [False, True, False]
    assert named(exported) == [False, True, False]


def test_people_are_named_to_all_only_if_they_agreed(client: Client) -> None:
    group = GroupFactory()
    GroupMemberFactory(group=group, user__last_name="Discret")
    GroupMemberFactory(group=group, user__last_name="Visible", is_listed=True)
    GroupMemberFactory(group=group, user=None, actor=CommuneFactory(name="Jonzac"))
    member = GroupMemberFactory(group=group).user

    public = page(client.get(group.get_absolute_url()))
    client.force_login(member)
    inside = page(client.get(group.get_absolute_url()))

    assert [name in public for name in ("Discret", "Visible", "Jonzac")] == [False, True, True]
    assert [name in inside for name in ("Discret", "Visible", "Jonzac")] == [True, True, True]


def test_meetings_minutes_and_late_actions_are_on_the_page(client: Client) -> None:
    group = GroupFactory()
    coming, past = EventFactory(group=group, title="La suite"), EventFactory(group=group, title="Le début", past=True)
    EventFactory(group=group, draft=True, title="Pas encore")
    EventDocumentFactory(event=past, kind="compte-rendu", title="Compte rendu du début")
    EventDocumentFactory(event=past, title="Pour les membres", audience=DocumentAudience.REGISTERED)
    GroupActionFactory(group=group, title="Écrire au préfet", due_on=date(2020, 1, 1))

    text = page(client.get(group.get_absolute_url()))

    assert [name in text for name in (coming.title, past.title, "Pas encore")] == [True, True, False]
    assert ("Compte rendu du début" in text, "Pour les membres" in text) == (True, False)
    assert "attendu le 1er janvier 2020" in text


def test_somebody_joins_for_the_actor_they_represent(client: Client) -> None:
    group, actor = GroupFactory(join_policy=JoinPolicy.OPEN), CommuneFactory()
    user = AttachmentFactory(accepted=True, actor=actor).user
    client.force_login(user)

    wrong = client.post(f"{group.get_absolute_url()}rejoindre/", {"actor": str(CommuneFactory().pk)})
    client.post(
        f"{group.get_absolute_url()}rejoindre/", {"actor": str(actor.pk), "message": "Bonjour", "is_listed": "on"}
    )

    assert wrong.status_code == 200
    member = GroupMember.objects.get()
    assert (member.user, member.actor, member.is_listed) == (user, actor, True)
    client.post(f"{group.get_absolute_url()}quitter/")
    member.refresh_from_db()
    assert member.state == MembershipState.LEFT


def test_only_co_chairs_and_the_team_manage(client: Client) -> None:
    group = GroupFactory()
    people = [
        None,
        UserFactory(),
        GroupMemberFactory(group=group).user,
        GroupMemberFactory(group=group, chair=True).user,
    ]
    people.append(UserFactory(superuser=True))

    codes = []
    for user in people:
        if user:
            client.force_login(user)
        codes.append(client.get(f"{group.get_absolute_url()}gerer/").status_code)

    assert codes == [302, 403, 403, 200, 200]


def test_a_co_chair_accepts_names_and_notes_what_was_decided(client: Client) -> None:
    group = GroupFactory()
    client.force_login(GroupMemberFactory(group=group, chair=True).user)
    asked = GroupMemberFactory(group=group, pending=True)
    base = f"{group.get_absolute_url()}gerer/"

    client.post(f"{base}membres/{asked.pk}/", {"geste": "accepter"})
    client.post(f"{base}membres/{asked.pk}/", {"geste": "nommer"})
    asked.refresh_from_db()
    assert (asked.state, asked.role) == (MembershipState.ACCEPTED, MembershipRole.CHAIR)

    assert "Ce champ est obligatoire" in page(client.post(f"{base}actions/", {"title": ""}))
    client.post(
        f"{base}actions/", {"title": "Écrire au préfet", "due_on": (timezone.localdate() + timedelta(9)).isoformat()}
    )
    action = GroupAction.objects.get()
    client.post(f"{base}actions/{action.pk}/", {"faite": "1"})
    action.refresh_from_db()
    assert action.done_at is not None
    assert "Écrire au préfet" in page(client.get(base))


def test_a_co_chair_does_not_touch_another_group(client: Client) -> None:
    group, other = GroupFactory(), GroupFactory()
    client.force_login(GroupMemberFactory(group=group, chair=True).user)
    stranger = GroupMemberFactory(group=other, pending=True)

    assert (
        client.post(f"{group.get_absolute_url()}gerer/membres/{stranger.pk}/", {"geste": "accepter"}).status_code == 404
    )
    assert (
        client.post(f"{other.get_absolute_url()}gerer/membres/{stranger.pk}/", {"geste": "accepter"}).status_code == 403
    )
