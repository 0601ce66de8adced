"""The life of a group: made, joined, left, chaired; what it decided.

Each gesture about members holds the group's row first, and may be made twice.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from directory import counts_version
from directory.models import Actor
from directory.services.naming import spelled_apart
from events import notifications
from events.enums import JoinPolicy, MembershipRole, MembershipState
from events.models import Event, Group, GroupAction, GroupMember

from .errors import EventsError

SLUG_LETTERS = 130


class LastChairError(EventsError):
    """Nobody would co-chair the group any more: done only by whoever says that they know it."""


def _locked(group: Group | int) -> Group:
    """The group as it is now, its row held until the end of the transaction: nobody else changes its members."""
    pk = group if isinstance(group, int) else group.pk
    return Group.objects.select_for_update(of=("self",)).get(pk=pk)


def _locked_member(member: GroupMember) -> GroupMember:
    group = _locked(member.group_id)
    fresh = GroupMember.objects.for_list().get(pk=member.pk)
    fresh.group = group
    return fresh


# --- the group ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_group(group: Group) -> Group:
    """Save a new group under an address made of its name, with a number behind if another one has it."""
    wanted = slugify(spelled_apart(group.name))[:SLUG_LETTERS].strip("-") or "groupe"
    slug, number = wanted, 1
    while Group.objects.at_address(slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    group.slug = slug
    group.save(force_insert=True)
    return group


@transaction.atomic
def save_group(group: Group, values: Mapping[str, Any]) -> Group:
    """Write `values` (columns of Group); its address stays, whatever its name becomes."""
    fresh = _locked(group)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(values))
    transaction.on_commit(counts_version.bump)  # the API names the group of each event
    return fresh


# --- its members ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask_to_join(
    group: Group, user: Any, *, actor: Actor | None = None, message: str = "", is_listed: bool = False
) -> GroupMember:
    """Become a member, at once where joining is open, else once a co-chair accepts: they are told. `actor`: the one for which the
    person comes. Whoever is a member, or waits, stays so; whoever left, or was refused, asks anew."""
    group = _locked(group)
    member = GroupMember.objects.of_group(group).of_user(user).first() or GroupMember(group=group, user=user)
    if member.pk and (member.is_accepted or member.is_pending):
        return member
    member.actor, member.message, member.is_listed = actor, message, is_listed
    member.role, member.reason, member.asked_at = MembershipRole.MEMBER, "", timezone.now()
    member.decided_at, member.decided_by = None, ""
    member.state = MembershipState.PENDING
    if group.join_policy == JoinPolicy.OPEN:
        member.state, member.decided_at = MembershipState.ACCEPTED, timezone.now()
    member.save()
    if member.is_accepted:
        notifications.membership_accepted(member)
    else:
        notifications.membership_asked(member)
    return member


@transaction.atomic
def accept_member(member: GroupMember, *, by: str) -> GroupMember:
    """A co-chair agrees; the person is told. Raises EventsError if the person waits no more."""
    member = _locked_member(member)
    if member.is_accepted:
        return member
    _must_wait(member)
    _decide(member, MembershipState.ACCEPTED, by=by)
    notifications.membership_accepted(member)
    return member


@transaction.atomic
def refuse_member(member: GroupMember, *, reason: str, by: str) -> GroupMember:
    """A co-chair declines, and says why: the person reads it. Raises EventsError if the person waits no more."""
    member = _locked_member(member)
    if member.state == MembershipState.REFUSED:
        return member
    _must_wait(member)
    _decide(member, MembershipState.REFUSED, by=by, reason=reason)
    notifications.membership_refused(member)
    return member


def _must_wait(member: GroupMember) -> None:
    if not member.is_pending:
        raise EventsError(
            _("Cette demande n’attend plus de réponse\u00a0: %(state)s.")
            % {"state": member.get_state_display().lower()}
        )


def _decide(member: GroupMember, state: str, *, by: str, reason: str = "") -> None:
    member.state, member.reason = state, reason
    member.decided_at, member.decided_by = timezone.now(), by
    member.role = MembershipRole.MEMBER
    member.save(update_fields=["state", "reason", "decided_at", "decided_by", "role"])


@transaction.atomic
def leave_group(member: GroupMember, *, by: str, even_last: bool = False) -> GroupMember:
    """A person goes, or takes back a request. Raises LastChairError for the last co-chair, unless `even_last`."""
    member = _locked_member(member)
    if member.is_accepted or member.is_pending:
        _must_not_be_last(member, even_last=even_last)
        _decide(member, MembershipState.LEFT, by=by)
    return member


@transaction.atomic
def remove_member(member: GroupMember, *, reason: str, by: str, even_last: bool = False) -> GroupMember:
    """A co-chair, or the team, ends a membership, and says why: the person reads it. Raises LastChairError as `leave_group`, and
    EventsError for a request, which is refused rather."""
    member = _locked_member(member)
    if member.is_pending:
        raise EventsError(_("Cette personne n’est pas encore membre\u00a0: acceptez ou refusez sa demande."))
    if member.is_accepted:
        _must_not_be_last(member, even_last=even_last)
        _decide(member, MembershipState.LEFT, by=by, reason=reason)
        notifications.membership_ended(member)
    return member


@transaction.atomic
def change_membership(member: GroupMember, *, is_listed: bool) -> None:
    """The person agrees that everybody reads their name, or no longer does."""
    GroupMember.objects.filter(pk=member.pk).update(is_listed=is_listed)


# --- who chairs -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def make_chair(member: GroupMember) -> GroupMember:
    """Let a member co-chair the group. Raises EventsError for who is no member, and for an actor without a person."""
    member = _locked_member(member)
    if not member.is_accepted or member.user_id is None:
        raise EventsError(_("La coprésidence est tenue par une personne membre du groupe."))
    member.role = MembershipRole.CHAIR
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_chair(member: GroupMember, *, even_last: bool = False) -> GroupMember:
    """A co-chair becomes a member among others. Raises LastChairError for the last one, unless `even_last`."""
    member = _locked_member(member)
    _must_not_be_last(member, even_last=even_last)
    member.role = MembershipRole.MEMBER
    member.save(update_fields=["role"])
    return member


def _must_not_be_last(member: GroupMember, *, even_last: bool) -> None:
    if even_last or not member.is_chair:
        return
    if not GroupMember.objects.of_group(member.group).chairs().other_than(member).exists():
        raise LastChairError(
            _(
                "C’est la dernière personne qui copréside le groupe\u00a0: nommez-en d’abord une autre parmi les membres."
            )
        )


# --- what it decided ------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_action(
    group: Group, *, title: str, by: str, owner: str = "", due_on: date | None = None, event: Event | None = None
) -> GroupAction:
    """Note what the group decided to do; the same one, not done yet, is noted once. `event`: the meeting that decided it."""
    group = _locked(group)
    same = GroupAction.objects.of_group(group).open().same_as(title, owner, due_on).first()
    return same or GroupAction.objects.create(
        group=group, title=title, owner=owner, due_on=due_on, event=event, added_by=by
    )


@transaction.atomic
def finish_action(action: GroupAction) -> GroupAction:
    """It is done; twice, it keeps its first day."""
    fresh = GroupAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if fresh.done_at is None:
        fresh.done_at = timezone.now()
        fresh.save(update_fields=["done_at"])
    return fresh


@transaction.atomic
def reopen_action(action: GroupAction) -> GroupAction:
    fresh = GroupAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    fresh.done_at = None
    fresh.save(update_fields=["done_at"])
    return fresh
