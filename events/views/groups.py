"""Groups for everybody: the list, one group, joining and leaving it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Attachment
from directory.models.reference import theme_names
from directory.views.searching import search_context
from events import group_exports, perms, services
from events.forms.groups import JoinForm, ListedForm
from events.group_facets import count_groups
from events.group_filters import GroupFilter
from events.group_lines import members_of
from events.models import Document, Event, Group, GroupAction, GroupMember
from soco.web.access import member, public
from soco.web.exports import csv_response
from soco.web.htmx import render_page

MOST_MEETINGS, MOST_DONE = 10, 10


def _published() -> Any:
    return Group.objects.published().for_card(timezone.now())


@public
@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    filterset = GroupFilter(request.GET, queryset=_published())
    counted = count_groups(filterset.textual, chosen=filterset.chosen)
    context = search_context(request, filterset, counted, rows=filterset.sorted(), size=settings.EVENTS_PAGE_SIZE)
    return render_page(request, "events/group_list.html", "events/_group_search.html", context)


@public
@require_safe
def group_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = GroupFilter(request.GET, queryset=_published()).sorted()
    return csv_response("groupes", group_exports.COLUMNS, group_exports.rows(found, settings.SITE_URL))


def visible_group(request: HttpRequest, slug: str) -> Group:
    """The group of this address, if this person may read it. Raises Http404."""
    seen = Group.objects.visible_to(request.user, sees_all=perms.can_manage_all_groups(request.user))
    return get_object_or_404(seen, slug=slug)


def membership_of(user: Any, group: Group) -> GroupMember | None:
    """This person's membership, whatever its state."""
    if not user.is_authenticated:
        return None
    return GroupMember.objects.of_group(group).of_user(user).for_list().first()


@public
@require_safe
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One group: its people as far as they may be read, its meetings, its documents, what it decided."""
    group, now = visible_group(request, slug), timezone.now()
    mine, can_manage = membership_of(request.user, group), perms.can_manage_group(request.user, group)
    is_member = mine is not None and mine.is_accepted
    sees_people = is_member or can_manage
    themes = theme_names()
    meetings = Event.objects.visible_to(request.user, sees_all=can_manage).of_group(group)
    documents = Document.objects.around_group(group, meetings).readable_in_group(
        is_member=is_member, can_manage=can_manage
    )
    actions = GroupAction.objects.of_group(group).with_visibility(meetings).select_related("event").soonest_first()
    context = {
        "group": group,
        "mine": mine,
        "themes": [(code, themes[code]) for code in group.theme_codes if code in themes],
        "is_member": is_member,
        "sees_people": sees_people,
        "can_manage": can_manage,
        "members": members_of(GroupMember.objects.of_group(group).accepted().for_list(), sees_all=sees_people),
        "coming": meetings.upcoming(now).soonest_first().for_card(),
        "past": meetings.past(now).latest_first().for_card()[:MOST_MEETINGS],
        "documents": documents.select_related("event").newest_first(),
        "actions": [*actions.open(), *actions.done()[:MOST_DONE]],
        "today": timezone.localdate(),
        "canonical_url": settings.SITE_URL + group.get_absolute_url(),
    }
    return render(request, "events/group_detail.html", context)


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to join, for an actor that the person represents or alone; whoever is a member already is led to the group."""
    group = visible_group(request, slug)
    mine = membership_of(request.user, group)
    if mine is not None and (mine.is_accepted or mine.is_pending):
        return redirect(group)
    actors = list(Attachment.objects.accepted().of_user(request.user).actors())  # type: ignore[arg-type]
    form = JoinForm(request.POST if request.method == "POST" else None, group=group, actors=actors)
    if request.method == "POST" and form.is_valid():
        mine = services.ask_to_join(group, request.user, **form.values)
        messages.success(
            request,
            _("Bienvenue\u00a0: vous êtes membre du groupe.")
            if mine.is_accepted
            else _("C’est noté. Les coprésidents lisent votre demande, et leur réponse vous arrive par courriel."),
        )
        return redirect(group)
    return render(request, "events/group_join.html", {"group": group, "form": form, "mine": mine})


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_leave(request: HttpRequest, slug: str) -> HttpResponse:
    """A page that says what ends, then a POST: leave, or take back a request."""
    group = visible_group(request, slug)
    mine = membership_of(request.user, group)
    if mine is None or not (mine.is_accepted or mine.is_pending):
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            services.leave_group(mine, by=request.user.email)  # type: ignore[union-attr]
        except services.EventsError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("C’est noté\u00a0: vous n’êtes plus dans ce groupe."))
            return redirect(group if group.is_published else "group_list")
    return render(request, "events/group_leave.html", {"group": group, "mine": mine, "error": error})


@member
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_membership(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether everybody may read the member's name."""
    group = visible_group(request, slug)
    mine = membership_of(request.user, group)
    if mine is None or not mine.is_accepted:
        raise PermissionDenied
    form = ListedForm(request.POST if request.method == "POST" else None, initial={"is_listed": mine.is_listed})
    if request.method == "POST" and form.is_valid():
        services.change_membership(mine, is_listed=form.cleaned_data["is_listed"])
        messages.success(request, _("Votre choix est enregistré."))
        return redirect(group)
    return render(request, "events/group_membership.html", {"group": group, "form": form})
