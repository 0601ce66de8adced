"""The staff's list of accounts: who may do what, and help for who lost their second proof."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from soco.web.staff_lists import ReadOnlyAdmin, StaffAdmin

from . import notifications, services
from .models import Consent, User
from .roles import ADMINISTRATOR, ROLES

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Groups are written in code, and the rest is managed by each person in their space: a page here would only mislead.
for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)


class RolesField(forms.ModelMultipleChoiceField):
    """One box to tick for each role, with what it allows."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Group) -> str:
        return str(ROLES[obj.name].label)


class AccountForm(UserChangeForm):
    def clean(self) -> dict[str, Any]:
        """Raises ValidationError if nobody would be left to manage accounts."""
        cleaned: dict[str, Any] = super().clean()
        stays = cleaned.get("is_active") and (
            cleaned.get("is_superuser", self.instance.is_superuser)
            or any(group.name == ADMINISTRATOR for group in cleaned.get("groups", ()))
        )
        if not stays and services.is_last_administrator(self.instance):
            raise forms.ValidationError(_("C’est le dernier administrateur : nommez-en un autre d’abord."))
        return cleaned


class NewAccountForm(forms.ModelForm):
    """A colleague's account: who, and in what role. No password to invent: they sign in by a code, and choose theirs."""

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "groups"]


@admin.register(User)
class UserAdmin(StaffAdmin, DjangoUserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    list_display = ["email", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["email"]
    filter_horizontal: list[str] = []
    readonly_fields = ["told_password", "last_login", "date_joined"]
    actions = ["forget_second_factor"]
    fieldsets = [
        (None, {"fields": ["email", "told_password"]}),
        (_("Personne"), {"fields": ["first_name", "last_name"]}),
        (_("Rôles"), {"fields": ["is_active", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
        (_("Droits d’exception"), {"classes": ["collapse"], "fields": ["is_superuser", "user_permissions"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "first_name", "last_name", "groups"],
                "description": _(
                    "Un courriel lui dira que son compte est ouvert, et comment se connecter par un code."
                ),
            },
        )
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("rôles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description=_("mot de passe"))
    def told_password(self, user: User) -> str:
        return _g("choisi") if user.has_usable_password() else _g("aucun\u00a0: connexion par code")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            notifications.welcome_colleague(obj, by=request.user)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return RolesField(
            queryset=Group.objects.filter(name__in=ROLES),
            required=False,
            label=_("Rôles"),
            help_text=_(
                "Administrateur, équipe et voltigeur ouvrent les pages de gestion, et demandent deux preuves d’identité."
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only who has every right gives rights beyond the roles."""
        beyond = [] if request.user.is_superuser else ["is_superuser", "user_permissions"]
        return [*super().get_readonly_fields(request, obj), *beyond]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is erased by its owner, with all that every app knows; here it can be suspended."""
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.follow_roles(form.instance)
        if not change or "email" in form.changed_data:
            services.confirm_address(form.instance)

    @admin.action(description=_("Oublier la seconde preuve d’identité (téléphone perdu)"), permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = [user for user in queryset if self.has_change_permission(request, user)]
        for user in people:
            services.forget_second_factor(user, by=request.user)
        done = ngettext(
            "%(n)s compte remis à une seule preuve.", "%(n)s comptes remis à une seule preuve.", len(people)
        )
        self.message_user(request, done % {"n": len(people)}, messages.SUCCESS)
        if len(people) < queryset.count():
            self.message_user(request, _g("Un compte au-dessus de vos droits n’a pas changé."), messages.WARNING)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Who accepted what, in which words; only the person gives or takes back."""

    list_display = ["user", "purpose", "given_at", "withdrawn_at"]
    list_filter = ["purpose"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    search_help_text = _("Adresse de la personne.")
