"""What becomes of memberships when two fiches are made one: an actor is in a group once."""

from directory.models import Actor
from directory.services.rows import Touched
from events.enums import MembershipState
from events.models import GroupMember

# Of two memberships of one actor alone, the one that says the most goes on.
_BEST_FIRST = (MembershipState.ACCEPTED, MembershipState.PENDING, MembershipState.REFUSED, MembershipState.LEFT)


def move_memberships(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """People who joined for the absorbed fiche are there for the kept one. Where both are members by themselves, one row goes on:
    the accepted one if one is, else the kept fiche's."""
    own = {row.group_id: row for row in GroupMember.objects.of_actor(kept.pk).of_actors_alone()}
    for row in GroupMember.objects.of_actor(absorbed.pk).order_by("pk"):
        twin = own.get(row.group_id) if row.user_id is None else None
        # Undone the other way round: the one that takes the place leaves it before the other comes back.
        for each in (twin, row) if twin else (row,):
            touched.touch(GroupMember, [each.pk])
        if twin is not None:
            gone = row if _rank(twin) <= _rank(row) else twin
            gone.delete()
            if gone is row:
                continue
        GroupMember.objects.filter(pk=row.pk).update(actor=kept)


def _rank(member: GroupMember) -> int:
    return _BEST_FIRST.index(MembershipState(member.state))
