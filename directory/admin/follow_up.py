"""Ledgers of what the network follows: relaunches, needs, searches for partners, mergers of fiches."""

from django.contrib import admin
from django.http import HttpRequest

from directory.models import Merge, Need, NotDuplicate, PartnerSearch, Relaunch
from directory.models.merge import MergeQuerySet
from soco.web.staff_lists import ReadOnlyAdmin


@admin.register(Relaunch)
class RelaunchAdmin(ReadOnlyAdmin):
    list_display = ["jumelage", "state", "started_at", "started_by", "closed_at"]
    list_select_related = ["jumelage__collectivite", "jumelage__partner"]
    list_filter = ["state"]


@admin.register(Need)
class NeedAdmin(ReadOnlyAdmin):
    list_display = ["label", "actor", "service", "state", "owner", "due_on", "created_at"]
    list_select_related = ["actor", "service", "owner"]
    list_filter = ["state", "service"]
    search_fields = ["label__unaccent__icontains", "actor__name__unaccent__icontains"]


@admin.register(PartnerSearch)
class PartnerSearchAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "actor", "state", "deadline", "created_at"]
    list_select_related = ["actor"]
    list_filter = ["state", "kind"]


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["merged_at", "kept_side", "absorbed_side", "merged_by", "undone_at"]
    exclude = ["before", "after"]  # whole rows, people's among them: for the machine alone

    def get_queryset(self, request: HttpRequest) -> MergeQuerySet:
        return Merge.objects.for_list()


@admin.register(NotDuplicate)
class NotDuplicateAdmin(ReadOnlyAdmin):
    list_display = ["said_at", "first", "second", "first_jumelage", "second_jumelage", "said_by"]
    list_select_related = [
        *("first", "second"),
        *(f"{side}_jumelage__{end}" for side in ("first", "second") for end in ("collectivite", "partner")),
    ]
