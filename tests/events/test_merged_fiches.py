"""Two fiches made one: what the agenda holds of both goes with them, and comes back when the merger is undone."""

import pytest

from directory.services import merge_actors, undo_merge
from events.models import Event, EventInvitation, GroupMember, Registration
from tests.factories import (
    EventFactory,
    EventInvitationFactory,
    GroupFactory,
    GroupMemberFactory,
    PartnerFactory,
    RegistrationFactory,
)


@pytest.mark.django_db
def test_registrations_invitations_hosts_and_members_follow_and_come_back() -> None:
    kept, absorbed, both, one = PartnerFactory(), PartnerFactory(), GroupFactory(), GroupFactory()
    RegistrationFactory(actor=absorbed)
    EventInvitationFactory(actor=absorbed)
    EventFactory(host=absorbed)
    for group, actor in ((both, kept), (both, absorbed), (one, absorbed)):
        GroupMemberFactory(group=group, user=None, actor=actor)

    merge = merge_actors(kept, absorbed, by="équipe")

    assert Registration.objects.get().actor == kept
    assert EventInvitation.objects.get().actor == kept
    assert Event.objects.exclude(host=None).get().host == kept
    assert sorted(GroupMember.objects.values_list("group", "actor")) == sorted([(both.pk, kept.pk), (one.pk, kept.pk)])

    undo_merge(merge, by="équipe")

    assert Registration.objects.get().actor == absorbed
    assert GroupMember.objects.of_actor(absorbed).count() == 2
