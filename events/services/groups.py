"""What people do with groups: ask to join, accept, leave, co-chair; and what a group decides to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from directory.models import Actor, ActorQuerySet
from directory.services.naming import spelled_apart
from events import notifications
from events.enums import JoinPolicy, MembershipRole, MembershipState
from events.models import Group, GroupAction, GroupMember

from .errors import EventsError

MOST_SUGGESTED = 40


@transaction.atomic
def create_group(group: Group) -> Group:
    """Save a new group; its address comes from its name, with a number behind if another has it."""
    words = slugify(spelled_apart(group.name))[:120].strip("-") or "groupe"
    taken = set(Group.objects.starting_with(words).values_list("slug", flat=True))
    group.slug = next(
        slug for slug in [words, *(f"{words}-{number}" for number in range(2, len(taken) + 3))] if slug not in taken
    )
    group.save()
    return group


def _locked(group: Group) -> Group:
    return Group.objects.select_for_update(of=("self",)).get(pk=group.pk)


@transaction.atomic
def ask_to_join(
    group: Group, user: Any, *, actor: Actor | None = None, message: str = "", is_listed: bool = False
) -> GroupMember:
    """Become a member of an open group, or ask to; the co-chairs are told. Twice is once; whoever left or was refused may ask
    again."""
    group = _locked(group)
    member = GroupMember.objects.of_group(group).of_user(user).first() or GroupMember(group=group, user=user)
    if member.pk and member.state in (MembershipState.ACCEPTED, MembershipState.PENDING):
        return member
    is_open = group.join_policy == JoinPolicy.OPEN
    member.state = MembershipState.ACCEPTED if is_open else MembershipState.PENDING
    member.role, member.actor, member.message, member.is_listed = (
        MembershipRole.MEMBER,
        actor,
        message.strip(),
        is_listed,
    )
    member.decided_at, member.decided_by, member.reason = (timezone.now() if is_open else None), "", ""
    member.save()
    if is_open:
        notifications.membership_accepted(member)
    else:
        notifications.membership_asked(member)
    return member


@transaction.atomic
def decide_member(member: GroupMember, *, accept: bool, by: str, reason: str = "") -> bool:
    """Accept a request, or refuse it and say why. False if it was decided already."""
    _locked(member.group)
    member = GroupMember.objects.select_related("group", "user", "actor").get(pk=member.pk)
    if member.state != MembershipState.PENDING:
        return False
    member.state = MembershipState.ACCEPTED if accept else MembershipState.REFUSED
    member.decided_at, member.decided_by, member.reason = timezone.now(), by, reason.strip()
    member.save()
    (notifications.membership_accepted if accept else notifications.membership_refused)(member)
    return True


@transaction.atomic
def leave_group(member: GroupMember, *, by: str) -> bool:
    """Leave, or be taken out. False if it was so already. Raises EventsError for the last co-chair."""
    _locked(member.group)
    member = GroupMember.objects.get(pk=member.pk)
    if member.state not in (MembershipState.ACCEPTED, MembershipState.PENDING):
        return False
    _check_not_last_chair(member)
    member.state, member.role = MembershipState.LEFT, MembershipRole.MEMBER
    member.decided_at, member.decided_by = timezone.now(), by
    member.save()
    return True


@transaction.atomic
def set_chair(member: GroupMember, *, is_chair: bool, by: str) -> bool:
    """Make a member co-chair, or no longer. False if nothing changes. Raises EventsError for the last one."""
    _locked(member.group)
    member = GroupMember.objects.get(pk=member.pk)
    if member.is_chair == is_chair or member.user is None or member.state != MembershipState.ACCEPTED:
        return False
    if not is_chair:
        _check_not_last_chair(member)
    member.role = MembershipRole.CHAIR if is_chair else MembershipRole.MEMBER
    member.save(update_fields=["role"])
    return True


def _check_not_last_chair(member: GroupMember) -> None:
    chairs = GroupMember.objects.filter(group=member.group_id).chairs()
    if member.is_chair and not chairs.exclude(pk=member.pk).exists():
        raise EventsError(_("C’est la dernière personne de la coprésidence\u00a0: nommez-en d’abord une autre."))


@transaction.atomic
def add_actor(group: Group, actor: Actor, *, by: str) -> GroupMember:
    """An actor becomes a member by a gesture of its own people. Twice is once."""
    group = _locked(group)
    member = GroupMember.objects.of_group(group).alone().of_actor(actor).first() or GroupMember(
        group=group, actor=actor
    )
    if member.state != MembershipState.ACCEPTED:
        member.state, member.decided_at, member.decided_by = MembershipState.ACCEPTED, timezone.now(), by
        member.save()
    return member


def suggested_actors(group: Group) -> ActorQuerySet:
    """The collectivités that cooperate with the group's countries, or on its themes, and are not in it: to be told of it, never
    added without their own gesture."""
    wanted = Q(pk__in=[])
    if group.country_codes:
        wanted |= Actor.objects.with_countries_q(group.country_codes)
    if group.theme_codes:
        wanted |= Actor.objects.with_themes_q(group.theme_codes)
    inside = GroupMember.objects.of_group(group).accepted().of_actors().values("actor")
    found = Actor.objects.published().real().collectivites().filter(wanted).exclude(pk__in=inside)
    return found.by_population()


def suggested_groups(actors: Sequence[Actor], user: Any) -> list[Group]:
    """The groups that match what these actors do, and that this person is not in."""
    countries = {code for actor in actors for code in actor.cooperation_countries}
    themes = {code for actor in actors for code in actor.cooperation_themes}
    if not countries and not themes:
        return []
    matching = Q(country_codes__overlap=sorted(countries)) | Q(theme_codes__overlap=sorted(themes))
    return list(Group.objects.published().filter(matching).not_joined_by(user).by_name()[:5])


# --- actions ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_action(action: GroupAction, *, by: str) -> GroupAction:
    """Note something that a group decided; `action` is not saved yet."""
    action.added_by = by
    action.save()
    return action


@transaction.atomic
def finish_action(action: GroupAction, *, is_done: bool, now: datetime | None = None) -> None:
    """Done, or to do again. Twice is once."""
    if (action.done_at is not None) != is_done:
        action.done_at = (now or timezone.now()) if is_done else None
        action.save(update_fields=["done_at"])
