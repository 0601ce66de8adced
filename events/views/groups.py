"""Groups: the list, one group, joining and leaving, and what its co-chairs do with it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.models import Attachment
from directory.models.reference import country_names, theme_names
from events import organiser_exports as exports
from events import perms, services
from events.enums import DocumentAudience
from events.forms.groups import ActionForm, GroupFilter, GroupForm, JoinForm
from events.forms.people import DocumentForm, RefuseForm
from events.models import Document, Event, Group, GroupAction, GroupMember
from soco.web.access import allowed, member, public
from soco.web.exports import csv_response
from soco.web.pagination import paginate

from .organising import form_page

SHOWN = 8


@public
@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    form = GroupFilter(request.GET)
    found = form.applied_to(Group.objects.published())
    page = paginate(
        found.with_counts(), asked=request.GET.get("page"), total=found.count(), size=settings.EVENTS_PAGE_SIZE
    )
    return render(request, "events/group_list.html", {"form": form, "page": page})


@public
@require_safe
def group_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = GroupFilter(request.GET).applied_to(Group.objects.published())
    return csv_response("groupes", exports.group_labels(), exports.group_rows(found, settings.SITE_URL))


def visible_group(request: HttpRequest, slug: str) -> Group:
    groups = Group.objects.all() if request.user.has_perm(perms.MANAGE_GROUPS) else Group.objects.published()
    return get_object_or_404(groups.with_counts(), slug=slug)


@public
@require_safe
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One group: what it is, who, when, what it decided."""
    group = visible_group(request, slug)
    now = timezone.now()
    is_inside = perms.is_member(request.user, group) or perms.can_manage_group(request.user, group)
    members = GroupMember.objects.of_group(group)
    documents = Document.objects.of_group_and_its_events(group)
    countries, themes = country_names(), theme_names()
    context = {
        "group": group,
        "countries": [(code.lower(), countries.get(code, code)) for code in group.country_codes],
        "themes": [(code, themes.get(code, code)) for code in group.theme_codes],
        "members": (members.accepted() if is_inside else members.shown()).for_list(),
        "coming": Event.objects.listed().of_group(group).upcoming(now).soonest_first().for_card()[:SHOWN],
        "past": Event.objects.listed().of_group(group).past(now).latest_first().for_card()[:SHOWN],
        "documents": (documents.for_registered() if is_inside else documents.public()).newest_first()[:20],
        "actions": GroupAction.objects.filter(group=group).soonest_first()[:20],
        "today": timezone.localdate(),
        "mine": members.of_user(request.user).first() if request.user.is_authenticated else None,
        "is_inside": is_inside,
        "can_manage": perms.can_manage_group(request.user, group),
        "canonical_url": settings.SITE_URL + group.get_absolute_url(),
    }
    return render(request, "events/group_detail.html", context)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_join(request: HttpRequest, slug: str) -> HttpResponse:
    group = visible_group(request, slug)
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        actors=Attachment.objects.accepted().of_user(request.user).actors(),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        joined = services.ask_to_join(
            group, request.user, actor=said["actor"], message=said["message"], is_listed=said["is_listed"]
        )
        messages.success(
            request,
            _("Bienvenue\u00a0: vous êtes membre du groupe.")
            if joined.is_accepted
            else _("Votre demande est partie\u00a0: les coprésidents vous répondent par courriel."),
        )
        return redirect(group)
    return render(request, "events/group_join.html", {"group": group, "form": form})


@member
@require_POST
def group_leave(request: HttpRequest, slug: str) -> HttpResponse:
    group = visible_group(request, slug)
    mine = GroupMember.objects.of_group(group).of_user(request.user).first()
    try:
        if mine is not None:
            services.leave_group(mine, by=request.user.email)  # type: ignore[union-attr]
            messages.success(request, _("Vous ne faites plus partie du groupe."))
    except services.EventsError as error:
        messages.error(request, str(error))
    return redirect(group)


# --- its co-chairs --------------------------------------------------------------------------------------------------------------
def managed_group(request: HttpRequest, slug: str) -> Group:
    group = visible_group(request, slug)
    if not perms.can_manage_group(request.user, group):
        raise PermissionDenied
    return group


@member
@never_cache
@require_safe
def group_manage(request: HttpRequest, slug: str) -> HttpResponse:
    """The co-chairs' page: requests, members, meetings, what is to do, who might join."""
    group = managed_group(request, slug)
    members = GroupMember.objects.of_group(group)
    context = {
        "group": group,
        "pending": members.pending().for_list(),
        "members": members.accepted().for_list(),
        "actions": GroupAction.objects.filter(group=group).soonest_first(),
        "documents": Document.objects.of_group(group).newest_first(),
        "events": Event.objects.of_group(group).latest_first().for_card().with_minutes()[:SHOWN],
        "suggested": services.suggested_actors(group)[:SHOWN],
        "today": timezone.localdate(),
        "refuse": RefuseForm(),
    }
    return render(request, "events/group_manage.html", context)


@allowed(perms.MANAGE_GROUPS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_add(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        group = services.create_group(form.save(commit=False))
        messages.success(request, _("Le groupe est créé."))
        return redirect("group_manage", group.slug)
    return form_page(request, None, form, page_title=_("Un groupe"), button=_("Créer le groupe"))


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HttpRequest, slug: str) -> HttpResponse:
    group = managed_group(request, slug)
    form = GroupForm(request.POST if request.method == "POST" else None, instance=Group.objects.get(pk=group.pk))
    if not request.user.has_perm(perms.MANAGE_GROUPS):
        del form.fields["is_published"]  # that a group exists is the team's
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("C’est enregistré."))
        return redirect("group_manage", group.slug)
    return form_page(request, None, form, page_title=_("Présenter le groupe"), button=_("Enregistrer"), back=group)


@member
@require_POST
def group_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accept, refuse, take out, make co-chair: `geste` says which."""
    group = managed_group(request, slug)
    person = get_object_or_404(GroupMember.objects.of_group(group).select_related("group", "user"), pk=pk)
    by, gesture = request.user.email, request.POST.get("geste", "")  # type: ignore[union-attr]
    try:
        if gesture == "accepter":
            services.decide_member(person, accept=True, by=by)
        elif gesture == "refuser":
            services.decide_member(person, accept=False, by=by, reason=request.POST.get("reason", "")[:500])
        elif gesture == "retirer":
            services.leave_group(person, by=by)
        elif gesture in ("nommer", "relever"):
            services.set_chair(person, is_chair=gesture == "nommer", by=by)
        messages.success(request, _("C’est noté."))
    except services.EventsError as error:
        messages.error(request, str(error))
    return redirect("group_manage", group.slug)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_action_add(request: HttpRequest, slug: str) -> HttpResponse:
    group = managed_group(request, slug)
    form = ActionForm(request.POST if request.method == "POST" else None, group=group)
    if request.method == "POST" and form.is_valid():
        action = form.save(commit=False)
        action.group = group
        services.add_action(action, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("L’action est notée."))
        return redirect("group_manage", group.slug)
    return form_page(
        request, None, form, page_title=_("Noter une action décidée"), button=_("Noter l’action"), back=group
    )


@member
@require_POST
def group_action_done(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = managed_group(request, slug)
    action = get_object_or_404(GroupAction, group=group, pk=pk)
    services.finish_action(action, is_done="faite" in request.POST)
    return redirect("group_manage", group.slug)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_document_add(request: HttpRequest, slug: str) -> HttpResponse:
    group = managed_group(request, slug)
    form = DocumentForm(request.POST or None, request.FILES or None, initial={"audience": DocumentAudience.REGISTERED})
    if request.method == "POST" and form.is_valid():
        document: Any = form.save(commit=False)
        document.group = group
        services.add_document(document, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("Le document est ajouté."))
        return redirect("group_manage", group.slug)
    return form_page(
        request, None, form, page_title=_("Ajouter un document"), button=_("Ajouter le document"), back=group
    )
