"""Contacts in the staff's workshop: everything of a person, the proof of their consent, one received otherwise to note."""

from django import forms
from django.contrib import admin, messages
from django.db.models import DateField, DateTimeField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from directory import contact_words, services
from directory.enums import ConsentScope
from directory.models import Contact
from soco.web.staff_lists import StaffAdmin

from .actors import DAY
from .choices import ConfirmationField
from .jumelages import ActorLinksMixin


class ContactAdminForm(forms.ModelForm):
    consent_scope = forms.MultipleChoiceField(
        label=gettext_lazy("Ce qui peut être publié"),
        choices=ConsentScope.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Contact)
class ContactAdmin(ActorLinksMixin, StaffAdmin):
    """People of actors: what is shown of them is what they agreed to, and who noted it is kept."""

    form = ContactAdminForm
    list_display = ["name", "actor", "role", "function", "state_told"]
    list_select_related = ["actor"]
    list_filter = ["role"]
    list_per_page = 50
    ordering = ["name", "pk"]
    search_fields = ["name__unaccent__icontains", "email__iexact", "actor__name_key__startswith"]
    autocomplete_fields = ["actor", "jumelage"]
    formfield_overrides = {
        DateField: {"widget": DAY},
        DateTimeField: {"form_class": ConfirmationField, "widget": DAY},
    }
    readonly_fields = ["state_told", "consent_recorded_by", "created_at", "updated_at"]
    actions = ["ask_them"]
    fieldsets = [
        (None, {"fields": ["actor", "jumelage", "role", "name", "function", "email", "phone", "left_on"]}),
        (
            gettext_lazy("Son accord"),
            {
                "fields": [
                    "state_told",
                    "consent_at",
                    "consent_scope",
                    "consent_from",
                    "withdrawn_at",
                    "consent_recorded_by",
                ],
                "description": gettext_lazy(
                    "La personne répond elle-même, par le lien qu’elle reçoit. Notez ici un accord reçu autrement\u00a0: sa date,"
                    " ce qu’il permet, et comment il a été donné."
                ),
            },
        ),
        (gettext_lazy("Suivi"), {"fields": [("created_at", "updated_at")]}),
    ]

    @admin.display(description=gettext_lazy("accord"))
    def state_told(self, contact: Contact) -> str:
        return contact_words.state_of(contact) if contact.pk else "—"

    @admin.action(description=gettext_lazy("Leur demander ce qui peut être publié"), permissions=["change"])
    def ask_them(self, request: HttpRequest, queryset: QuerySet[Contact]) -> None:
        count = sum(services.ask_for_consent(contact) for contact in list(queryset.select_related("actor")))
        told = ngettext("%(n)d personne reçoit la question.", "%(n)d personnes reçoivent la question.", count)
        messages.success(request, told % {"n": count})

    def save_model(self, request: HttpRequest, obj: Contact, form: forms.ModelForm, change: bool) -> None:
        """A consent noted here is signed; else what the person agreed to and that changes is published no more, and they
        are asked."""
        changed = set(form.changed_data)
        is_noted = bool({"consent_at", "consent_scope", "consent_from"} & changed)
        if is_noted:
            obj.consent_recorded_by = request.user.email
        asks = not is_noted and (services.consent_after(obj, changed) if change else True)
        super().save_model(request, obj, form, change)
        if asks:
            services.ask_for_consent(obj)
