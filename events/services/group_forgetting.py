"""What groups forget: whoever erases their account, and, in time, requests that were refused and members who left."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Group, GroupAction, GroupMember


@transaction.atomic
def forget_member(user: Any, *, addresses: Iterable[str]) -> bool:
    """End the memberships of a person, and take their name off what they decided or took charge of: the actions themselves are the
    group's. Return whether something is kept without the name. Safe twice."""
    signed, nobody = list(addresses), str(_("compte effacé"))
    groups = list(GroupMember.objects.of_user(user).order_by("group").values_list("group", flat=True))
    list(Group.objects.filter(pk__in=groups).order_by("pk").select_for_update(of=("self",)))
    GroupMember.objects.of_user(user).delete()
    kept = GroupMember.objects.filter(decided_by__in=signed).update(decided_by=nobody)
    kept += GroupAction.objects.filter(added_by__in=signed).update(added_by=nobody)
    if name := user.get_full_name():
        kept += GroupAction.objects.filter(group__in=groups, owner__iexact=name).update(owner=nobody)
    return bool(kept)


@transaction.atomic
def forget_old_memberships(moment: datetime, *, apply: bool) -> int:
    """Forget requests refused and members gone before that moment; return how many are, or would be."""
    old = GroupMember.objects.over_before(moment)
    return old.delete()[0] if apply else old.count()
