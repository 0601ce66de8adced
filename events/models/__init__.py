"""The tables of the agenda."""

from .attachments import Document, DocumentQuerySet
from .candidates import Criteria
from .event import Event, EventQuerySet, FormerAddress, Session
from .group import Group, GroupAction, GroupActionQuerySet, GroupMember, GroupMemberQuerySet, GroupQuerySet
from .invitation import EventInvitation, EventInvitationQuerySet
from .question import EventQuestion
from .registration import (
    Participant,
    ParticipantQuerySet,
    Registration,
    RegistrationQuerySet,
    Transition,
)
from .reminder import PlannedReminder, PlannedReminderQuerySet
from .satisfaction import Satisfaction
from .series import Series

__all__ = [
    "Criteria",
    "Document",
    "DocumentQuerySet",
    "Event",
    "EventInvitation",
    "EventInvitationQuerySet",
    "EventQuerySet",
    "EventQuestion",
    "FormerAddress",
    "Group",
    "GroupAction",
    "GroupActionQuerySet",
    "GroupMember",
    "GroupMemberQuerySet",
    "GroupQuerySet",
    "Participant",
    "ParticipantQuerySet",
    "PlannedReminder",
    "PlannedReminderQuerySet",
    "Registration",
    "RegistrationQuerySet",
    "Satisfaction",
    "Series",
    "Session",
    "Transition",
]
