"""Ledgers of the jumelages' follow-up: relaunches, searches for partners, mergers of fiches."""

from django.contrib import admin

from directory.models import Merge, NotDuplicate, PartnerSearch, Relaunch
from soco.web.staff_lists import ReadOnlyAdmin


@admin.register(Relaunch)
class RelaunchAdmin(ReadOnlyAdmin):
    list_display = ["jumelage", "state", "started_at", "started_by", "closed_at"]
    list_select_related = ["jumelage__collectivite", "jumelage__partner"]
    list_filter = ["state"]


@admin.register(PartnerSearch)
class PartnerSearchAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "actor", "state", "deadline", "created_at"]
    list_select_related = ["actor"]
    list_filter = ["state", "kind"]


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["merged_at", "kept", "absorbed", "merged_by", "undone_at"]
    list_select_related = ["kept", "absorbed"]


@admin.register(NotDuplicate)
class NotDuplicateAdmin(ReadOnlyAdmin):
    list_display = ["said_at", "first", "second", "said_by"]
    list_select_related = ["first", "second"]
