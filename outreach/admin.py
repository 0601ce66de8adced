"""The workshop of the outreach: everything can be read here, changes go through their own pages."""

from django.contrib import admin
from django.http import HttpRequest

from outreach.models import (
    Adhesion,
    Commitment,
    ContactChange,
    ContactFact,
    ContactWish,
    CoverageTarget,
    FieldArea,
    FieldReport,
    PersonMet,
    Priority,
    PrioritySettings,
    QuickNote,
    Tour,
    TourStop,
    Visit,
)
from soco.web.staff_lists import ReadOnlyAdmin


class OfActorAdmin(ReadOnlyAdmin):
    """Rows that are about a collectivité."""

    list_select_related = ["actor"]
    search_fields = ["actor__name", "actor__code"]


@admin.register(Visit)
class VisitAdmin(OfActorAdmin):
    list_display = ["actor", "kind", "state", "starts_at", "voltigeur"]
    list_filter = ["kind", "state"]
    list_select_related = ["actor", "voltigeur"]
    exclude = ["report"]  # its own page asks for the right to read it


@admin.register(PersonMet)
class PersonMetAdmin(ReadOnlyAdmin):
    list_display = ["job", "visit", "agrees"]
    list_filter = ["agrees"]
    list_select_related = ["visit__actor"]
    search_fields = ["job", "visit__actor__name"]
    exclude = ["name", "email", "phone"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> PersonMet | None:
        """Titles say who by their function: the name asks for the right to read it."""
        person: PersonMet | None = super().get_object(request, object_id, from_field)
        if person is not None:
            person.name = person.email = person.phone = ""
        return person


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ["text", "visit", "owner", "due_on", "done_at"]
    list_select_related = ["visit__actor", "owner"]
    search_fields = ["text", "visit__actor__name"]


@admin.register(FieldReport)
class FieldReportAdmin(ReadOnlyAdmin):
    list_display = ["key", "visit", "state", "received_at"]
    list_filter = ["state"]
    list_select_related = ["visit__actor"]
    exclude = ["content"]


@admin.register(Tour)
class TourAdmin(ReadOnlyAdmin):
    list_display = ["day", "title", "state", "voltigeur"]
    list_filter = ["state"]
    list_select_related = ["voltigeur"]
    search_fields = ["title"]


@admin.register(TourStop)
class TourStopAdmin(OfActorAdmin):
    list_display = ["actor", "tour", "rank", "starts_at", "state"]
    list_filter = ["state"]
    list_select_related = ["actor", "tour"]


@admin.register(ContactFact)
class ContactFactAdmin(OfActorAdmin):
    list_display = ["actor", "kind", "on", "origin"]
    list_filter = ["kind"]


@admin.register(ContactWish)
class ContactWishAdmin(OfActorAdmin):
    list_display = ["actor", "kind", "until", "said_on", "by", "lifted_at"]
    list_filter = ["kind"]


@admin.register(ContactChange)
class ContactChangeAdmin(OfActorAdmin):
    list_display = ["actor", "before", "after", "cause", "on", "by"]
    list_filter = ["after", "cause"]


@admin.register(QuickNote)
class QuickNoteAdmin(OfActorAdmin):
    list_display = ["actor", "kind", "on", "by"]
    list_filter = ["kind"]
    exclude = ["text"]


@admin.register(Adhesion)
class AdhesionAdmin(OfActorAdmin):
    list_display = ["actor", "year", "starts_on", "ends_on"]
    list_filter = ["year"]


@admin.register(FieldArea)
class FieldAreaAdmin(ReadOnlyAdmin):
    list_display = ["user", "departement_codes", "epci_codes", "start"]
    list_select_related = ["user", "start"]


@admin.register(Priority)
class PriorityAdmin(OfActorAdmin):
    list_display = ["actor", "score", "computed_at"]


@admin.register(PrioritySettings)
class PrioritySettingsAdmin(ReadOnlyAdmin):
    list_display = ["weights", "changed_at", "changed_by"]


@admin.register(CoverageTarget)
class CoverageTargetAdmin(ReadOnlyAdmin):
    list_display = ["departement", "percent", "reach_by", "set_by"]
