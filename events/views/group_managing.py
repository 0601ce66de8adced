"""The pages of a group's co-chairs, and the team's list of groups."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import perms, services
from events.enums import DocumentKind
from events.forms.groups import ActionForm, GroupBoardFilter, GroupForm, InviteForm, ReasonForm
from events.forms.people import DocumentForm
from events.models import Document, Event, Group, GroupAction, GroupMember
from soco.web.access import allowed, member
from soco.web.pagination import paginate

from .groups import visible_group

PAGE_SIZE = 30
SUGGESTED = 60
MOST_MEETINGS = 10
ACCEPT, REFUSE, REMOVE, CHAIR, NO_CHAIR = "accepter", "refuser", "retirer", "copresider", "ne-plus-copresider"
ANSWERED_BY_WORDS = (REFUSE, REMOVE)


def managed_group(request: HttpRequest, slug: str) -> Group:
    """A group that this person manages. Raises Http404 for one they may not read, PermissionDenied for the others."""
    group = visible_group(request, slug)
    if not perms.can_manage_group(request.user, group):
        raise PermissionDenied
    return group


def form_page(request: HttpRequest, group: Group | None, form: BaseForm, **words: Any) -> HttpResponse:
    """A page with one form. `words`: page_title, button, lead if there is something to say first."""
    return render(request, "events/group_form.html", {"group": group, "form": form, "lead": "", **words})


@member
@never_cache
@require_safe
def group_manage(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits, who is there, what comes next, what was decided."""
    group, now = managed_group(request, slug), timezone.now()
    members = GroupMember.objects.of_group(group)
    meetings = Event.objects.of_group(group)
    actions = GroupAction.objects.of_group(group).select_related("event").soonest_first()
    context = {
        "group": group,
        "pending": members.pending().for_list().oldest_first(),
        "members": members.accepted().for_list(),
        "coming": meetings.upcoming(now).soonest_first().for_card(),
        "past": meetings.past(now).latest_first().with_minutes()[:MOST_MEETINGS],
        "documents": Document.objects.of_group(group).newest_first(),
        "actions": [*actions.open(), *actions.done()[:MOST_MEETINGS]],
        "today": timezone.localdate(),
    }
    return render(request, "events/group_manage.html", context)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HttpRequest, slug: str) -> HttpResponse:
    group = managed_group(request, slug)
    is_team = perms.can_manage_all_groups(request.user)
    # The page names the group as it is, not as the form would make it.
    edited = Group.objects.get(pk=group.pk)
    form = GroupForm(request.POST if request.method == "POST" else None, instance=edited, is_team=is_team)
    if request.method == "POST" and form.is_valid():
        services.save_group(group, form.values)
        messages.success(request, _("Le groupe est enregistré."))
        return redirect("group_manage", group.slug)
    return form_page(request, group, form, page_title=_("Modifier le groupe"), button=_("Enregistrer"))


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member or request: accept, refuse or end it with a reason, share the chair or not."""
    group = managed_group(request, slug)
    who = get_object_or_404(GroupMember.objects.of_group(group).for_list(), pk=pk)
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    form = ReasonForm(request.POST if gesture in ANSWERED_BY_WORDS else None)
    error = ""
    if gesture and (gesture not in ANSWERED_BY_WORDS or form.is_valid()):
        try:
            said = _done(who, gesture, by=request.user.email, reason=form.words)  # type: ignore[union-attr]
        except services.EventsError as refusal:
            error = str(refusal)
            who = get_object_or_404(GroupMember.objects.of_group(group).for_list(), pk=pk)
        else:
            if said:
                messages.success(request, said)
            # Whoever gave up the chair manages the group no more.
            is_still_theirs = perms.can_manage_group(request.user, group)
            return redirect("group_manage" if is_still_theirs else "group_detail", group.slug)
    context = {"group": group, "who": who, "form": form, "error": error, "gesture": gesture}
    return render(request, "events/group_member.html", context)


def _done(who: GroupMember, gesture: str, *, by: str, reason: str) -> str:
    """Do what the page asks for and say it; « » for a gesture that does not exist."""
    if gesture == ACCEPT:
        services.accept_member(who, by=by)
        return _("C’est noté\u00a0: cette personne est membre, et un courriel le lui dit.")
    if gesture == REFUSE:
        services.refuse_member(who, reason=reason, by=by)
        return _("C’est noté\u00a0: la demande est refusée, et un courriel dit pourquoi.")
    if gesture == REMOVE:
        services.remove_member(who, reason=reason, by=by)
        return _("C’est noté\u00a0: cette personne n’est plus membre, et un courriel le lui dit.")
    if gesture == CHAIR:
        services.make_chair(who)
        return _("C’est noté\u00a0: cette personne copréside le groupe.")
    if gesture == NO_CHAIR:
        services.remove_chair(who)
        return _("C’est noté\u00a0: cette personne reste membre, sans coprésider.")
    return ""


# --- what it decided --------------------------------------------------------------------------------------------------------
@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_action_add(request: HttpRequest, slug: str) -> HttpResponse:
    group = managed_group(request, slug)
    meetings = Event.objects.of_group(group).begun(timezone.now()).latest_first()
    form = ActionForm(request.POST if request.method == "POST" else None, meetings=meetings)
    if request.method == "POST" and form.is_valid():
        services.add_action(group, by=request.user.email, **form.values)  # type: ignore[union-attr]
        messages.success(request, _("L’action est notée."))
        return redirect("group_manage", group.slug)
    return form_page(request, group, form, page_title=_("Noter une action"), button=_("Noter l’action"))


@member
@require_POST
def group_action(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An action is done, or is to do again."""
    group = managed_group(request, slug)
    action = get_object_or_404(GroupAction.objects.of_group(group), pk=pk)
    if request.POST.get("geste") == "rouvrir":
        services.reopen_action(action)
        messages.success(request, _("L’action est de nouveau à faire."))
    else:
        services.finish_action(action)
        messages.success(request, _("L’action est faite."))
    return redirect("group_manage", group.slug)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_document_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Minutes or another file; the members are told of minutes."""
    group = managed_group(request, slug)
    form = DocumentForm(request.POST or None, request.FILES or None, initial={"kind": DocumentKind.MINUTES})
    if request.method == "POST" and form.is_valid():
        document = form.save(commit=False)
        document.group = group
        services.add_document(document, by=request.user.email)  # type: ignore[union-attr]
        messages.success(request, _("Le document est ajouté."))
        return redirect("group_manage", group.slug)
    return form_page(
        request, group, form,
        page_title=_("Ajouter un document"),
        lead=_("Un compte rendu est annoncé aux membres, sauf s’il est pour les organisateurs seulement."),
        button=_("Ajouter le document"),
    )  # fmt: skip


# --- who could join ---------------------------------------------------------------------------------------------------------
@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """The actors whose jumelages are about the group, to be chosen from: a letter invites them, once. They join by themselves."""
    group = managed_group(request, slug)
    suggested = services.suggestions(group, SUGGESTED)
    to_invite = [each.actor for each in suggested if each.invited_at is None]
    form = InviteForm(request.POST if request.method == "POST" else None, actors=to_invite)
    if request.method == "POST" and form.is_valid():
        try:
            _tell(request, services.invite_actors(group, form.chosen, by=request.user.email))  # type: ignore[union-attr]
            return redirect("group_invite", group.slug)
        except services.EventsError as error:
            form.add_error(None, str(error))
    context = {"group": group, "suggestions": suggested, "form": form, "ticked": form.ticked}
    return render(request, "events/group_invite.html", context)


def _tell(request: HttpRequest, invited: services.ActorsInvited) -> None:
    if invited.written:
        said = ngettext("%(n)s acteur est invité.", "%(n)s acteurs sont invités.", invited.written)
        messages.success(request, said % {"n": invited.written})
    for names, words in (
        (invited.known, _("Déjà invités\u00a0: %(names)s.")),
        (invited.opposed, _("Ne veulent pas de ces courriels\u00a0: %(names)s.")),
        (invited.unreachable, _("Sans adresse connue\u00a0: %(names)s.")),
    ):
        if names:
            messages.info(request, words % {"names": ", ".join(names)})


# --- the team ---------------------------------------------------------------------------------------------------------------
@allowed(perms.MANAGE_GROUPS)
@never_cache
@require_safe
def group_board(request: HttpRequest) -> HttpResponse:
    """Every group, those where somebody waits first."""
    now = timezone.now()
    form = GroupBoardFilter(request.GET)
    found = form.applied_to(Group.objects.with_work(timezone.localdate()).for_card(now))
    page = paginate(found, asked=request.GET.get("page"), total=found.count(), size=PAGE_SIZE)
    context = {"page_title": _("Groupes"), "form": form, "page": page, "understood": form.understood}
    return render(request, "events/group_board.html", context)


@allowed(perms.MANAGE_GROUPS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_add(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None, is_team=True)
    if request.method == "POST" and form.is_valid():
        group = services.create_group(form.save(commit=False))
        messages.success(request, _("Le groupe est créé. Qui le rejoint peut ensuite le coprésider."))
        return redirect("group_manage", group.slug)
    return form_page(request, None, form, page_title=_("Créer un groupe"), button=_("Créer le groupe"))
