"""Who represents whom, and invitations, as rows: to look at. Decisions are made on the staff's own pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from directory.models import Attachment, Invitation
from soco.web.staff_lists import ReadOnlyAdmin


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["actor", "user", "state", "is_principal", "proof", "created_at", "decision"]
    list_select_related = ["actor", "user"]
    search_fields = ["actor__name", "user__email", "user__last_name"]
    date_hierarchy = "created_at"

    @admin.display(description=_("décider"))
    def decision(self, attachment: Attachment) -> str:
        return format_html('<a href="{}">{}</a>', reverse("attachment_review", args=[attachment.pk]), _("Ouvrir"))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["actor", "email", "invited_by", "created_at", "accepted_at", "cancelled_at"]
    list_select_related = ["actor", "invited_by"]
    search_fields = ["actor__name", "email", "invited_by__email"]
