"""The ledgers of contributions: what was proposed, what became of each field, who was asked to confirm. Nobody edits them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from directory.enums import ConfirmationOutcome
from directory.models import ChangeProposal, ConfirmationRequest, FieldChange
from soco.web.staff_lists import ReadOnlyAdmin


class FieldChangeInline(admin.TabularInline):
    model = FieldChange
    fields = readonly_fields = ["field", "old", "new", "state", "reason", "decided_at", "decided_by"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ChangeProposal)
class ChangeProposalAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "actor", "kind", "source", "author", "state", "decided_by"]
    list_select_related = ["actor"]
    list_filter = ["state", "kind", "source"]
    list_per_page = 50
    search_fields = ["actor__name_key", "actor__code", "by_email", "origin"]
    search_help_text = gettext_lazy("Nom de la fiche sans accents, code, adresse de l’auteur ou origine.")
    inlines = [FieldChangeInline]
    readonly_fields = ["reading_room"]

    @admin.display(description=gettext_lazy("relecture"))
    def reading_room(self, proposal: ChangeProposal) -> str:
        address = reverse("proposal_review", args=[proposal.pk])
        return format_html('<a href="{}">{}</a>', address, gettext_lazy("Ouvrir la page de relecture"))


@admin.register(FieldChange)
class FieldChangeAdmin(ReadOnlyAdmin):
    list_display = ["proposal_actor", "field", "old", "new", "state", "decided_at", "decided_by"]
    list_select_related = ["proposal__actor"]
    list_filter = ["state", "field"]
    list_per_page = 50
    search_fields = ["proposal__actor__name_key", "proposal__actor__code"]
    ordering = ["-pk"]

    @admin.display(description=gettext_lazy("fiche"))
    def proposal_actor(self, change: FieldChange) -> str:
        return change.proposal.actor.name


@admin.register(ConfirmationRequest)
class ConfirmationRequestAdmin(ReadOnlyAdmin):
    list_display = ["asked_on", "actor", "last_asked_on", "reminders", "closed_at", "outcome_told"]
    list_select_related = ["actor"]
    list_filter = ["asked_on", "reminders"]
    list_per_page = 50
    date_hierarchy = "asked_on"
    search_fields = ["actor__name_key", "actor__code"]

    @admin.display(description=gettext_lazy("issue"))
    def outcome_told(self, request: ConfirmationRequest) -> str:
        return str(dict(ConfirmationOutcome.choices).get(request.outcome, request.outcome))
