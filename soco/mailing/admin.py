"""The staff's view of mails: the journal, the addresses, the words, and the switch of information mails."""

import re
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from soco.web.staff_lists import ReadOnlyAdmin, SelectFilter

from . import addresses, hours, kinds, services
from .enums import Category, State
from .models import Address, InformationSwitch, Message, Wording
from .rendering import BadWording, shipped, words_of

# A mail carries its styles inside it, which no page of ours may: alone in a frame, it gets nothing else, and runs nothing.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


THING = re.compile(r"[a-z_]+:\d+")


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def framed(request: HttpRequest, preview: dict[str, Any]) -> HttpResponseBase:
    """The mail as a mail program shows it. Raises Http404 when there is none to show."""
    if "html" not in preview:
        raise Http404

    @xframe_options_sameorigin
    @csp(MAIL_POLICY)
    def alone(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse(preview["html"])

    return alone(request)


class StateFilter(SelectFilter):
    title = _("état")
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("a_regarder", _("en échec, à regarder")), ("attente", _("en attente, tous")), *State.choices]

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        words = {"attente": "waiting", "a_regarder": "to_look_at"}
        return getattr(queryset, words[value])() if value in words else queryset.in_state(value)  # type: ignore[attr-defined]


class CategoryFilter(SelectFilter):
    title = _("catégorie")
    parameter_name = "categorie"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Category.choices

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.of_category(Category(value))  # type: ignore[attr-defined]


class KindFilter(SelectFilter):
    title = _("modèle")
    parameter_name = "modele"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.code, kind.label) for kind in kinds.every()]

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.of_kind(value)  # type: ignore[attr-defined]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The journal: every mail planned, sent, not sent, and why. `?q=actor:42` shows one actor's, an address a person's."""

    list_display = ["created_at", "told_kind", "to_email", "told_subject", "told_state", "told_when"]
    list_display_links = ["created_at", "told_kind"]
    list_filter = [StateFilter, CategoryFilter, KindFilter]
    search_fields = ["to_email", "to_name", "subject"]  # for what is neither an address nor a thing
    search_help_text = _("Adresse, nom ou objet. Les courriels d’un acteur se lisent depuis sa fiche de gestion.")
    list_per_page = 50
    actions = ["send_again", "take_back", "put_aside"]
    change_form_template = "admin/mailing/message.html"
    change_list_template = "admin/mailing/journal.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "told_state",
                    "told_kind",
                    "category",
                    "to_email",
                    "to_name",
                    "reply_to",
                    "told_when",
                    "relevant_until",
                    "attempts",
                    "error",
                ]
            },
        ),
        (_("Pour l’administrateur technique"), {"classes": ["collapse"], "fields": ["about", "message_id", "key"]}),
    ]
    readonly_fields = ["told_state", "told_kind", "told_when"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """A thing (« actor:42 ») and a whole address are found by their index; anything else is looked for in the rows."""
        term = search_term.strip()
        if THING.fullmatch(term):
            return queryset.about(term), False  # type: ignore[attr-defined]
        if is_address(term):
            return queryset.to_address(term), False  # type: ignore[attr-defined]
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        held: list[tuple[Any, str]] = [(c.label, why) for c in Category if (why := hours.why_closed(c, timezone.now()))]
        if settings.EMAIL_BACKEND.endswith(".FolderBackend"):
            held.insert(
                0, (_g("Aucun serveur d’envoi"), _g("les courriels sont écrits dans des fichiers, aucun ne part."))
            )
        title = _g("Journal des courriels")
        return super().changelist_view(request, {"held": held, "title": title, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        preview = _preview_of(self.get_object(request, object_id))
        if "html" in preview:
            preview["url"] = reverse("admin:mailing_message_frame", args=[object_id])
        extra = {"preview": preview, "title": _g("Courriel"), "subtitle": None}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def get_urls(self) -> list[Any]:
        frame = self.admin_site.admin_view(self.frame)
        return [path("<path:object_id>/rendu/", frame, name="mailing_message_frame"), *super().get_urls()]

    def frame(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return framed(request, _preview_of(self.get_object(request, object_id)))

    @admin.display(description=_("modèle"), ordering="kind")
    def told_kind(self, message: Message) -> str:
        kind = kinds.get(message.kind)
        return str(kind.label) if kind else message.kind

    @admin.display(description=_("objet"))
    def told_subject(self, message: Message) -> str:
        return message.subject

    @admin.display(description=_("état"), ordering="state")
    def told_state(self, message: Message) -> str:
        reason = f"\u00a0: {message.get_reason_display()}" if message.reason else ""
        return f"{message.get_state_display()}{reason}"

    @admin.display(description=_("départ"))
    def told_when(self, message: Message) -> str:
        moment = message.sent_at or message.due_at
        return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M")

    @admin.action(description=_("Envoyer de nouveau ceux qui ont échoué"), permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        _tell(request, services.send_again(_ids(queryset)), _g("remis en file"))

    @admin.action(description=_("Annuler ceux qui ne sont pas partis"), permissions=["act"])
    def take_back(self, request: HttpRequest, queryset: QuerySet) -> None:
        _tell(request, services.take_back(_ids(queryset)), _g("annulés"))

    @admin.action(description=_("Classer ceux qui ont échoué"), permissions=["act"])
    def put_aside(self, request: HttpRequest, queryset: QuerySet) -> None:
        _tell(request, services.put_aside(_ids(queryset)), _g("classés"))

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.change_message")


class FailingFilter(SelectFilter):
    title = _("en échec")
    parameter_name = "echec"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("oui", _("en échec"))]

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.failing()  # type: ignore[attr-defined]


class FailingAddressForm(forms.ModelForm):
    """« Adresse en échec », said by hand: a letter came back, somebody left."""

    failure = forms.CharField(label=_("Ce que vous savez"), max_length=300)

    class Meta:
        model = Address
        fields = ["email"]

    def clean_email(self) -> str:
        return addresses.normalised(self.cleaned_data["email"])

    def validate_unique(self) -> None:
        """An address that is already followed is only marked."""


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    """Addresses that a server refused, or whose owner opposed something."""

    list_display = ["email", "failing_since", "failure", "service_opposed_at", "information_opposed_at"]
    list_filter = [FailingFilter]
    search_fields = ["email"]
    search_help_text = _("Une adresse, ou une partie.")
    actions = ["mark_failing", "mark_working"]

    @admin.action(description=_("Dire qu’elles ne marchent pas"), permissions=["act"])
    def mark_failing(self, request: HttpRequest, queryset: QuerySet) -> None:
        for address in queryset:
            addresses.mark_failing(address.email, _g("dit par %(who)s") % {"who": request.user})
        _tell(request, len(queryset), _g("notées en échec"))

    @admin.action(description=_("Dire qu’elles marchent de nouveau"), permissions=["act"])
    def mark_working(self, request: HttpRequest, queryset: QuerySet) -> None:
        for address in queryset:
            addresses.mark_working(address.email)
        _tell(request, len(queryset), _g("de nouveau joignables"))

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.change_address")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailing.change_address")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs |= {} if obj else {"form": FailingAddressForm}
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else ["email", "failure"]

    def save_model(self, request: HttpRequest, obj: Address, form: forms.ModelForm, change: bool) -> None:
        addresses.mark_failing(obj.email, form.cleaned_data["failure"])
        obj.pk = Address.objects.get(email=addresses.normalised(obj.email)).pk


class WordingForm(forms.Form):
    subject = forms.CharField(
        label=_("Objet"), max_length=300, widget=forms.TextInput(attrs={"class": "vLargeTextField"})
    )
    body = forms.CharField(label=_("Texte"), widget=forms.Textarea(attrs={"rows": 18, "class": "vLargeTextField"}))


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    """Every kind of mail: read it on a real row, change its words, send oneself a test."""

    def get_urls(self) -> list[Any]:
        return [
            path("", self.admin_site.admin_view(self.kind_list), name="mailing_wording_changelist"),
            path("<str:code>/", self.admin_site.admin_view(self.kind_page), name="mailing_wording_kind"),
            path("<str:code>/rendu/", self.admin_site.admin_view(self.kind_frame), name="mailing_wording_frame"),
            *super().get_urls(),
        ]

    def kind_list(self, request: HttpRequest) -> HttpResponse:
        self._check(request, "view")
        changed = {wording.kind: wording for wording in Wording.objects.all()}
        rows = [(kind, changed.get(kind.code)) for kind in kinds.with_words()]
        return render(
            request, "admin/mailing/kinds.html", self._context(request, _g("Textes des courriels"), rows=rows)
        )

    def kind_page(self, request: HttpRequest, code: str) -> HttpResponse:
        """One kind: its words (POST changes them, tries them, or sends a test) and the mail that they make."""
        self._check(request, "view")
        kind = kinds.get(code)
        if kind is None or kind.tried:
            return redirect("admin:mailing_wording_changelist")
        if "_retour" in request.POST:
            self._check(request, "change")
            services.restore_wording(kind)
            messages.success(request, _g("Les mots du portail servent de nouveau."))
            return redirect("admin:mailing_wording_kind", code)
        subject, body = words_of(kind)
        form = WordingForm(request.POST or None, initial={"subject": subject, "body": body})
        if request.method == "POST":
            self._check(request, "change")
            if form.is_valid() and self._do(request, kind, form):
                return redirect("admin:mailing_wording_kind", code)
        typed = _typed(form)
        preview = _preview(kind, kind.example(), typed)
        if "html" in preview:
            preview["url"] = reverse("admin:mailing_wording_frame", args=[code]) + ("?saisie=1" if typed else "")
        if typed:  # the frame is another page: it finds there what is not saved
            request.session[_typed_key(code)] = typed
        context = self._context(
            request, str(kind.label), kind=kind, form=form, preview=preview,
            can_change=request.user.has_perm("mailing.change_wording"),
            values=services.values_of(kind),
            is_changed=(subject, body) != shipped(kind),
        )  # fmt: skip
        return render(request, "admin/mailing/kind.html", context)

    def kind_frame(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The mail that the words make: those in use, or with `?saisie=1` those that this person just typed."""
        self._check(request, "view")
        kind = kinds.get(code)
        if kind is None or kind.tried:
            raise Http404
        typed = request.session.get(_typed_key(code)) if "saisie" in request.GET else None
        return framed(request, _preview(kind, kind.example(), tuple(typed) if typed else None))

    def _do(self, request: HttpRequest, kind: kinds.MailKind, form: WordingForm) -> bool:
        """The asked gesture; False when the page must be shown again with what was typed."""
        by = request.user.get_username()
        words = (form.cleaned_data["subject"], form.cleaned_data["body"].replace("\r\n", "\n"))
        try:
            if "_essai" in request.POST:
                _tell_test(request, services.send_test(kind, to=by, words=words), by)
            elif "_apercu" not in request.POST:
                services.change_wording(kind, subject=words[0], body=words[1], by=by)
                request.session.pop(_typed_key(kind.code), None)
                messages.success(request, _g("Ces mots serviront dès le prochain envoi."))
                return True
        except BadWording as error:
            form.add_error("body", str(error))
        except kinds.NotRelevant:
            form.add_error(
                None, _g("Aucune fiche ne permet d’essayer ces mots aujourd’hui\u00a0: rien n’a été changé.")
            )
        return False

    def _check(self, request: HttpRequest, gesture: str) -> None:
        if not request.user.has_perm(f"mailing.{gesture}_wording"):
            raise PermissionDenied

    def _context(self, request: HttpRequest, title: str, **values: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **values}


@admin.register(InformationSwitch)
class InformationSwitchAdmin(ReadOnlyAdmin):
    """One question: do mails of information leave?"""

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.switch_page)
        return [path("", page, name="mailing_informationswitch_changelist"), *super().get_urls()]

    def switch_page(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("mailing.switch_information"):
            raise PermissionDenied
        if request.method == "POST":
            is_on = request.POST.get("geste") == "ouvrir"
            services.switch_information(is_on=is_on, by=request.user.get_username())
            messages.success(
                request,
                _g("Les courriels d’information partent.") if is_on else _g("Les courriels d’information sont coupés."),
            )
            return redirect(reverse("admin:mailing_informationswitch_changelist"))
        waiting = Message.objects.waiting().of_category(Category.INFORMATION).count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _g("Courriels d’information"),
            "switch": InformationSwitch.objects.first(),
            "waiting": waiting,
        }
        return render(request, "admin/mailing/information.html", context)


def _tell_test(request: HttpRequest, is_sent: bool, to: str) -> None:
    if is_sent:
        messages.info(request, _g("Un essai part pour %(to)s. Ces mots ne sont pas encore enregistrés.") % {"to": to})
    else:
        messages.warning(request, _g("Aucune ligne réelle ne permet encore d’essayer ce courriel."))


def _typed_key(code: str) -> str:
    return f"mailing.typed.{code}"


def _typed(form: WordingForm) -> tuple[str, str] | None:
    """The words being tried, if there are some to try."""
    if not form.is_bound or not form.is_valid():
        return None
    return form.cleaned_data["subject"], form.cleaned_data["body"].replace("\r\n", "\n")


def _preview_of(message: Message | None) -> dict[str, Any]:
    """What a message said, or would say if it left now."""
    if message is None or message.text:
        return {"subject": message.subject, "text": message.text, "is_past": True} if message else {}
    kind = kinds.get(message.kind)
    if kind is None or not message.is_waiting or message.category == Category.ACCOUNT:
        return {}
    return _preview(kind, message.params, None)


def _preview(kind: kinds.MailKind, params: Any, words: tuple[str, str] | None) -> dict[str, Any]:
    if params is None:
        return {"why": _g("Aucune ligne réelle ne permet encore de montrer ce courriel.")}
    try:
        mail = services.preview(kind, params, words=words)
    except BadWording as error:
        return {"why": str(error)}
    except kinds.NotRelevant as refusal:
        return {"why": _g("Ce courriel ne partirait pas\u00a0: %(why)s.") % {"why": refusal.reason.label}}
    return {"subject": mail.subject, "text": mail.text, "html": mail.html}


def _ids(queryset: QuerySet) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))


def _tell(request: HttpRequest, count: int, what: str) -> None:
    sentence = ngettext("%(count)d ligne\u00a0: %(what)s.", "%(count)d lignes\u00a0: %(what)s.", count)
    messages.info(request, sentence % {"count": count, "what": what})
