"""The workshop of questionnaires: everything can be read here, changes go through their own pages and files."""

from django.contrib import admin

from soco.web.staff_lists import ReadOnlyAdmin
from surveys.models import Questionnaire


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    list_display = ["title", "code", "version", "status", "published_at"]
    list_filter = ["status"]
    search_fields = ["title", "code"]
