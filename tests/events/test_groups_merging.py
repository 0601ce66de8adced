"""Two fiches made one, both in the same group, both of the same event: nobody is lost, nothing is there twice, all comes back."""

from typing import Any

import pytest

from directory import services
from events.enums import MembershipState as State
from events.models import Event, EventInvitation, GroupMember, Registration
from tests.directory.merging.worlds import two_fiches
from tests.factories import (
    EventFactory,
    EventInvitationFactory,
    GroupFactory,
    GroupMemberFactory,
    RegistrationFactory,
)

pytestmark = pytest.mark.django_db
BY = "equipe@exemple.fr"


def alone(actor: Any, group: Any, state: str = State.ACCEPTED) -> GroupMember:
    return GroupMemberFactory(user=None, actor=actor, group=group, state=state)


def rows() -> list[tuple[Any, ...]]:
    return list(GroupMember.objects.order_by("pk").values_list("pk", "group", "user", "actor", "state"))


def test_people_who_joined_for_it_stay_in_their_groups_for_the_kept_fiche() -> None:
    kept, absorbed = two_fiches()
    group = GroupFactory()
    mine = [GroupMemberFactory(group=group, actor=actor) for actor in (kept, absorbed)]

    services.merge_actors(kept, absorbed, {}, by=BY)

    assert list(GroupMember.objects.order_by("pk").values_list("user", "actor")) == [
        (member.user_id, kept.pk) for member in mine
    ]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("own", "theirs", "goes_on"),
    [
        (State.ACCEPTED, State.ACCEPTED, "kept"), (State.PENDING, State.ACCEPTED, "absorbed"),
        (State.ACCEPTED, State.PENDING, "kept"), (State.LEFT, State.PENDING, "absorbed"),
    ],
)  # fmt: skip
def test_both_in_a_group_by_themselves_are_there_once_and_the_accepted_one_goes_on(
    own: str, theirs: str, goes_on: str, is_first: bool
) -> None:
    kept, absorbed = two_fiches()
    group, other = GroupFactory(), GroupFactory()
    made = {"kept": (kept, own), "absorbed": (absorbed, theirs)}
    order = list(made) if is_first else list(reversed(made))
    members = {name: alone(made[name][0], group, made[name][1]) for name in order}
    elsewhere = alone(absorbed, other)
    before = rows()

    merge = services.merge_actors(kept, absorbed, {}, by=BY)

    survivor = members[goes_on]
    assert [(pk, actor) for pk, _group, _user, actor, _state in rows()] == sorted(
        [(survivor.pk, kept.pk), (elsewhere.pk, kept.pk)]
    )
    assert services.undo_merge(merge, by=BY)
    assert rows() == before


def test_the_events_it_hosts_its_invitations_and_its_registrations_follow_and_come_back() -> None:
    kept, absorbed = two_fiches()
    event = EventFactory(host=absorbed)
    invitation = EventInvitationFactory(event=event, actor=absorbed)
    registration = RegistrationFactory(event=event, actor=absorbed)

    def actors() -> list[int | None]:
        return [
            Event.objects.get(pk=event.pk).host_id,
            EventInvitation.objects.get(pk=invitation.pk).actor_id,
            Registration.objects.get(pk=registration.pk).actor_id,
        ]

    merge = services.merge_actors(kept, absorbed, {}, by=BY)

    assert actors() == [kept.pk] * 3
    assert services.undo_merge(merge, by=BY)
    assert actors() == [absorbed.pk] * 3
