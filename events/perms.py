"""Who may do what in the agenda: predicates asked by views and templates, never by services."""

from typing import Any

from events.enums import Audience, DocumentAudience
from events.models import Document, Event, EventInvitation, Group, GroupMember, Registration

MANAGE = "events.change_event"
MANAGE_GROUPS = "events.change_group"
# Writing to town halls that did not ask for it binds the network: the team's alone. Co-chairs and hosts read who was invited.
INVITE = "events.write_registered"


def can_manage_all(user: Any) -> bool:
    """May this person manage every event? The team."""
    return bool(user.is_authenticated and user.has_perm(MANAGE))


def can_manage(user: Any, event: Event) -> bool:
    """May this person change an event, see and write to its people? The team, its organiser, the co-chairs of its group, the
    référents of its host."""
    if not user.is_authenticated:
        return False
    return can_manage_all(user) or Event.objects.organised_by(user).filter(pk=event.pk).exists()


def can_invite(user: Any) -> bool:
    """May this person invite to an event people who have not registered? The team."""
    return bool(user.is_authenticated and user.has_perm(INVITE))


def can_manage_group(user: Any, group: Group) -> bool:
    """May this person change a group, accept its members, plan its meetings? The team and its co-chairs."""
    if not user.is_authenticated:
        return False
    return can_manage_all_groups(user) or GroupMember.objects.of_group(group).chairs().of_user(user).exists()


def can_manage_all_groups(user: Any) -> bool:
    """May this person make groups, and manage each of them? The team."""
    return bool(user.is_authenticated and user.has_perm(MANAGE_GROUPS))


def is_member(user: Any, group: Group) -> bool:
    return bool(user.is_authenticated and GroupMember.objects.of_group(group).accepted().of_user(user).exists())


def can_register(user: Any, event: Event, invitation: EventInvitation | None = None) -> bool:
    """May this person register, by who the event is for? An invitation always opens its event."""
    if invitation is not None and invitation.event_id == event.pk:
        return True
    if event.audience == Audience.PUBLIC:
        return True
    if event.audience == Audience.MEMBERS:
        return bool(user.is_authenticated)
    if event.audience == Audience.GROUP and event.group:
        return is_member(user, event.group)
    return False


def can_manage_document(user: Any, document: Document) -> bool:
    """May this person remove a file? Whoever manages its event or its group."""
    if document.event:
        return can_manage(user, document.event)
    return document.group is not None and can_manage_group(user, document.group)


def can_read(user: Any, document: Document, *, registration: Registration | None = None) -> bool:
    """May this person read a file? `registration`: the one whose personal link they hold."""
    if can_manage_document(user, document):
        return True
    event = document.event
    if registration is not None and (event is None or registration.event_id != event.pk or not registration.is_live):
        registration = None  # a link opens the files of its own event, as long as it is good
    if event is not None and not Event.objects.visible_to(user).filter(pk=event.pk).exists() and registration is None:
        return False
    if document.group is not None and not Group.objects.visible_to(user).filter(pk=document.group.pk).exists():
        return False
    if document.audience == DocumentAudience.PUBLIC:
        return True
    if document.audience == DocumentAudience.ORGANISERS:
        return False
    group = document.group or (event.group if event else None)
    if group is not None and is_member(user, group):
        return True
    if event is None:
        return False
    if registration is not None:
        return True
    return bool(user.is_authenticated and Registration.objects.of_event(event).live().of_user(user).exists())
