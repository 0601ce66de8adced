"""The workshop of questionnaires: everything can be read here, changes go through their own pages and files."""

from django.contrib import admin

from soco.web.staff_lists import ReadOnlyAdmin
from surveys.models import Answer, AnswerFile, Invitation, Questionnaire, Respondent, Response, Wave


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    list_display = ["title", "code", "version", "status", "published_at"]
    list_filter = ["status"]
    search_fields = ["title", "code"]


@admin.register(Wave)
class WaveAdmin(ReadOnlyAdmin):
    list_display = ["title", "status", "opens_on", "closes_on", "prepared"]
    list_filter = ["status", "is_demo"]
    search_fields = ["title", "slug"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["actor", "wave", "kept_out", "outcome"]
    list_filter = ["wave", "kept_out", "outcome"]
    list_select_related = ["actor", "wave"]
    search_fields = ["actor__name", "actor__code"]


@admin.register(Respondent)
class RespondentAdmin(ReadOnlyAdmin):
    list_display = ["email", "name", "invitation", "added_at", "ended_at", "end"]
    list_filter = ["end"]
    list_select_related = ["invitation"]
    search_fields = ["email", "name"]


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    list_display = ["invitation", "wave", "state", "channel", "saved_at", "submitted_at"]
    list_filter = ["wave", "state", "channel"]
    list_select_related = ["invitation", "wave"]
    search_fields = ["invitation__actor__name", "invitation__actor__code"]


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ["response", "code", "channel", "by", "at"]
    list_filter = ["channel"]
    list_select_related = ["response"]
    search_fields = ["code", "by"]


@admin.register(AnswerFile)
class AnswerFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "invitation", "added_by", "added_at"]
    list_select_related = ["invitation"]
    search_fields = ["name"]
