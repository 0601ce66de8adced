"""The workshop of the agenda: everything can be read here, changes go through the pages of the agenda, where the rules are."""

from typing import ClassVar

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models import (
    Document,
    Event,
    EventInvitation,
    EventQuestion,
    FormerAddress,
    Group,
    GroupAction,
    GroupMember,
    Participant,
    PlannedReminder,
    Registration,
    Satisfaction,
    Series,
    Session,
    Transition,
)
from soco.web.staff_lists import ReadOnlyAdmin


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "join_policy", "is_published"]
    list_filter = ["kind", "is_published"]
    search_fields = ["name"]


@admin.register(GroupMember)
class GroupMemberAdmin(ReadOnlyAdmin):
    list_display = ["group", "user", "actor", "role", "state"]
    list_select_related = ["group", "user", "actor"]
    list_filter = ["state", "role"]


@admin.register(GroupAction)
class GroupActionAdmin(ReadOnlyAdmin):
    list_display = ["title", "group", "owner", "due_on", "done_at"]
    list_select_related = ["group"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "starts_at", "status", "capacity"]
    list_filter = ["status", "kind"]
    search_fields = ["title"]
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ["title", "event", "starts_at"]
    list_select_related = ["event"]


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ["name", "frequency", "starts_on", "until"]


@admin.register(FormerAddress)
class FormerAddressAdmin(ReadOnlyAdmin):
    list_display = ["slug", "event"]
    list_select_related = ["event"]


@admin.register(EventQuestion)
class EventQuestionAdmin(ReadOnlyAdmin):
    list_display = ["label", "event", "kind", "is_required"]
    list_select_related = ["event"]


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "event", "group", "audience"]
    list_select_related = ["event", "group"]


@admin.register(EventInvitation)
class EventInvitationAdmin(ReadOnlyAdmin):
    list_display = ["event", "email", "actor", "state", "sent_at"]
    list_select_related = ["event", "actor"]


@admin.register(PlannedReminder)
class PlannedReminderAdmin(ReadOnlyAdmin):
    list_display = ["event", "reminder", "due_at", "queued_at", "count", "skipped"]
    list_select_related = ["event"]


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    list_display = ["name", "structure", "event", "state", "seats", "created_at"]
    list_select_related = ["event"]
    list_filter = ["state"]
    search_fields = ["name", "structure", "email"]


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    list_display = ["name", "registration", "attended"]
    list_select_related = ["registration"]


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ["registration", "before", "after", "at", "by", "cause"]
    list_select_related = ["registration"]


@admin.register(Satisfaction)
class SatisfactionAdmin(ReadOnlyAdmin):
    """Without the registration: opinions are given on the promise that nobody reads whose they are."""

    list_display = ["event", "rating", "created_at"]
    list_select_related = ["registration__event"]
    fields = ["event", "rating", "useful", "wish", "created_at"]
    readonly_fields = ["event"]

    @admin.display(description=_("événement"))
    def event(self, opinion: Satisfaction) -> Event:
        return opinion.registration.event
