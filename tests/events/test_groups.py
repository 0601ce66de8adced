"""Groups: made, joined, left, chaired; nobody is a member without their own act, nor the last to chair without knowing it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from events import services
from events.enums import DocumentAudience, JoinPolicy
from events.enums import MembershipRole as Role
from events.enums import MembershipState as State
from events.models import Document, Group, GroupAction, GroupMember
from soco.mailing import kinds
from soco.mailing.models import Message
from tests.factories import (
    CommuneFactory,
    EventDocumentFactory,
    EventFactory,
    GroupActionFactory,
    GroupFactory,
    GroupMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BY = "chair@exemple.fr"


def mails(kind: str) -> list[str]:
    return sorted(Message.objects.of_kind(f"events.group_{kind}").values_list("to_email", flat=True))


def fresh(member: GroupMember) -> GroupMember:
    return GroupMember.objects.get(pk=member.pk)


# --- made -----------------------------------------------------------------------------------------------------------------
def test_two_groups_of_one_name_have_their_own_addresses_and_keep_them() -> None:
    made = [services.create_group(Group(name="L’Œuvre de l’Été", kind="theme")) for _ in range(2)]

    services.save_group(made[0], {"name": "Autrement", "summary": "Une phrase"})

    assert [group.slug for group in made] == ["l-oeuvre-de-l-ete", "l-oeuvre-de-l-ete-2"]
    assert Group.objects.order_by("pk").values_list("name", "slug").first() == ("Autrement", "l-oeuvre-de-l-ete")


# --- joined ---------------------------------------------------------------------------------------------------------------
def test_an_open_group_takes_its_members_at_once_and_once() -> None:
    group, user, actor = GroupFactory(join_policy=JoinPolicy.OPEN), UserFactory(), CommuneFactory()

    first, again = (services.ask_to_join(group, user, actor=actor, is_listed=True) for _ in range(2))

    assert first.pk == again.pk
    assert (again.state, again.role, again.actor, again.is_listed) == (State.ACCEPTED, Role.MEMBER, actor, True)
    assert mails("accepted") == [user.email]
    assert mails("request") == []


def test_another_waits_for_its_co_chairs_who_are_told_once() -> None:
    group = GroupFactory()
    chairs = [GroupMemberFactory(group=group, chair=True).user for _ in range(2)]
    GroupMemberFactory(group=group)
    GroupMemberFactory(chair=True)
    user = UserFactory()

    first, again = (services.ask_to_join(group, user, message="Bonjour") for _ in range(2))

    assert (first.pk, again.state, again.message) == (again.pk, State.PENDING, "Bonjour")
    assert mails("request") == sorted(chair.email for chair in chairs)


@pytest.mark.parametrize("state", [State.REFUSED, State.LEFT])
def test_who_was_refused_or_left_asks_anew_as_a_plain_member(state: str) -> None:
    member = GroupMemberFactory(chair=True, state=state, reason="Complet", decided_by=BY)

    services.ask_to_join(member.group, member.user, message="De nouveau")

    found = fresh(member)
    assert (found.state, found.role, found.reason, found.decided_by) == (State.PENDING, Role.MEMBER, "", "")


def test_a_request_is_accepted_once_and_said_once() -> None:
    member = GroupMemberFactory(pending=True)

    for _ in range(2):
        services.accept_member(member, by=BY)

    assert (fresh(member).state, fresh(member).decided_by) == (State.ACCEPTED, BY)
    assert mails("accepted") == [member.user.email]


def test_a_request_is_refused_once_with_a_reason_that_the_person_reads() -> None:
    member = GroupMemberFactory(pending=True)

    for _ in range(2):
        services.refuse_member(member, reason="Réservé aux communes", by=BY)

    assert (fresh(member).state, fresh(member).reason) == (State.REFUSED, "Réservé aux communes")
    message = Message.objects.get(kind="events.group_refused")
    assert kinds.get(message.kind).context(message.params)["reason"] == "Réservé aux communes"  # type: ignore[union-attr]


@pytest.mark.parametrize("state", [State.REFUSED, State.LEFT])
def test_what_is_over_is_not_accepted_afterwards(state: str) -> None:
    member = GroupMemberFactory(state=state)

    with pytest.raises(services.EventsError, match="n’attend plus"):
        services.accept_member(member, by=BY)

    assert fresh(member).state == state
    assert mails("accepted") == []


def test_a_member_is_not_refused_but_removed_and_told() -> None:
    member, waiting = GroupMemberFactory(), GroupMemberFactory(pending=True)

    with pytest.raises(services.EventsError, match="n’attend plus"):
        services.refuse_member(member, reason="Trop tard", by=BY)
    with pytest.raises(services.EventsError, match="pas encore membre"):
        services.remove_member(waiting, reason="Non", by=BY)
    for _ in range(2):
        services.remove_member(member, reason="A changé de poste", by=BY)

    assert (fresh(member).state, fresh(waiting).state) == (State.LEFT, State.PENDING)
    assert mails("ended") == [member.user.email]


def test_one_leaves_once_and_nobody_is_written_to() -> None:
    member, waiting = GroupMemberFactory(), GroupMemberFactory(pending=True)

    for who in (member, waiting, member):
        services.leave_group(who, by=who.user.email)

    assert [fresh(who).state for who in (member, waiting)] == [State.LEFT, State.LEFT]
    assert Message.objects.count() == 0


def test_nothing_is_said_of_a_request_that_is_no_more() -> None:
    group = GroupFactory()
    GroupMemberFactory(group=group, chair=True)
    member = services.ask_to_join(group, UserFactory())
    message = Message.objects.get(kind="events.group_request")

    services.leave_group(member, by=member.user.email)

    with pytest.raises(kinds.NotRelevant):
        kinds.get(message.kind).context(message.params)  # type: ignore[union-attr]


# --- chaired --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "gesture",
    [
        lambda who, **more: services.leave_group(who, by=BY, **more),
        lambda who, **more: services.remove_member(who, reason="Départ", by=BY, **more),
        lambda who, **more: services.remove_chair(who, **more),
    ],
    ids=["quitter", "retirer", "ne plus coprésider"],
)  # fmt: skip
def test_the_last_co_chair_goes_only_if_another_is_named_or_if_it_is_said(gesture: Any) -> None:
    chair = GroupMemberFactory(chair=True)
    other = GroupMemberFactory(group=chair.group)
    GroupMemberFactory(group=chair.group, chair=True, state=State.LEFT)  # chaired once: no more
    GroupMemberFactory(chair=True)  # of another group

    with pytest.raises(services.LastChairError, match="dernière personne"):
        gesture(chair)
    assert fresh(chair).is_chair
    services.make_chair(other)
    gesture(chair)
    assert not fresh(chair).is_chair
    gesture(other, even_last=True)
    assert not GroupMember.objects.of_group(chair.group).chairs().exists()


def test_only_a_member_with_an_account_co_chairs() -> None:
    group = GroupFactory()
    waiting = GroupMemberFactory(group=group, pending=True)
    actor = GroupMemberFactory(group=group, user=None, actor=CommuneFactory())

    for who in (waiting, actor):
        with pytest.raises(services.EventsError, match="personne membre"):
            services.make_chair(who)

    assert not GroupMember.objects.chairs().exists()


# --- decided --------------------------------------------------------------------------------------------------------------
def test_an_action_is_noted_once_while_it_is_to_do_and_done_keeps_its_first_day() -> None:
    group, due = GroupFactory(), date(2026, 12, 1)
    said = {"title": "Écrire au préfet", "owner": "Zoé", "due_on": due, "by": BY}

    first, again = (services.add_action(group, **said) for _ in range(2))
    done = services.finish_action(first)
    twice = services.finish_action(first)

    assert first.pk == again.pk
    assert done.done_at == twice.done_at
    assert services.add_action(group, **said).pk != first.pk
    assert services.reopen_action(first).done_at is None


def test_late_is_to_do_and_due_before_today() -> None:
    today = timezone.localdate()
    late = GroupActionFactory(due_on=today - timedelta(days=1))
    for due, done in ((today, None), (None, None), (today - timedelta(days=1), timezone.now())):
        GroupActionFactory(due_on=due, done_at=done)

    assert list(GroupAction.objects.late(today)) == [late]
    assert [action.is_late_on(today) for action in GroupAction.objects.order_by("pk")] == [True, False, False, False]


# --- minutes --------------------------------------------------------------------------------------------------------------
def test_minutes_are_announced_once_to_the_members_who_have_an_account() -> None:
    group = GroupFactory()
    member, chair = GroupMemberFactory(group=group).user, GroupMemberFactory(group=group, chair=True).user
    GroupMemberFactory(group=group, pending=True)
    GroupMemberFactory(group=group, user=None, actor=CommuneFactory())
    GroupMemberFactory(group=group, user__is_active=False)
    GroupMemberFactory()
    wanted = sorted([member.email, chair.email])

    services.add_document(EventDocumentFactory.build(event=None, group=group, kind="compte-rendu"), by=BY)
    assert mails("minutes") == wanted
    services.add_document(
        EventDocumentFactory.build(event=EventFactory(group=group), group=None, kind="compte-rendu"), by=BY
    )
    assert mails("minutes") == sorted(wanted * 2)
    assert {message.category for message in Message.objects.all()} == {"service"}


def test_other_files_and_what_organisers_keep_are_announced_to_nobody() -> None:
    group = GroupMemberFactory().group
    kept = {"kind": "compte-rendu", "audience": DocumentAudience.ORGANISERS}

    for said in ({"kind": "presentation"}, kept):
        services.add_document(EventDocumentFactory.build(event=None, group=group, **said), by=BY)
    services.add_document(EventDocumentFactory.build(event=EventFactory(), kind="compte-rendu"), by=BY)

    assert Document.objects.count() == 3
    assert mails("minutes") == []


# --- forgotten ------------------------------------------------------------------------------------------------------------
def test_old_refusals_and_departures_are_forgotten_and_nothing_else() -> None:
    long_ago, lately = timezone.now() - timedelta(days=400), timezone.now() - timedelta(days=300)
    kept = [
        GroupMemberFactory(decided_at=long_ago),
        GroupMemberFactory(pending=True),
        GroupMemberFactory(state=State.LEFT, decided_at=lately),
    ]
    for state in (State.LEFT, State.REFUSED):
        GroupMemberFactory(state=state, decided_at=long_ago)
    limit = timezone.now() - timedelta(days=365)

    assert services.forget_old_memberships(limit, apply=False) == 2
    assert services.forget_old_memberships(limit, apply=True) == 2
    assert list(GroupMember.objects.order_by("pk")) == kept


def test_who_erases_their_account_leaves_their_groups_and_their_name_leaves_what_they_did() -> None:
    user, other = UserFactory(first_name="Zoé", last_name="Lefèvre"), UserFactory()
    group = GroupMemberFactory(user=user, chair=True).group
    accepted = GroupMemberFactory(group=group, user=other, decided_by=user.email)
    mine = GroupActionFactory(group=group, owner="Zoé Lefèvre", added_by=user.email)
    theirs = GroupActionFactory(group=group, owner="Ali Benoît", added_by=other.email)

    for is_kept in (True, False):
        assert services.forget_member(user, addresses=[user.email]) is is_kept

    assert list(GroupMember.objects.all()) == [accepted]
    assert fresh(accepted).decided_by == "compte effacé"
    for action in (mine, theirs):
        action.refresh_from_db()
    assert (mine.owner, mine.added_by) == ("compte effacé", "compte effacé")
    assert (theirs.owner, theirs.added_by) == ("Ali Benoît", other.email)
