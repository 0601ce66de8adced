"""« Recherche de partenaires » for everybody: the list, one announcement, the form of a foreign authority, its author's link."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import facets, perms, search_exports, services, throttling
from directory.filters import PartnerSearchFilter
from directory.forms.partner_searches import ProposeSearchForm, SearchForm
from directory.models import PartnerSearch
from directory.models.partner_search import PartnerSearchQuerySet
from directory.search_words import criteria_of
from soco.web.access import public
from soco.web.exports import csv_response
from soco.web.htmx import render_page
from soco.web.pagination import paginate
from soco.web.signed_links import InvalidLink, SignedLink
from soco.web.templatetags.soco import day


def _open() -> PartnerSearchQuerySet:
    return PartnerSearch.objects.open(timezone.localdate())


@public
@require_safe
def partner_search_list(request: HttpRequest) -> HttpResponse:
    filterset = PartnerSearchFilter(request.GET, queryset=_open())
    counted = facets.count_searches(filterset.textual, chosen=filterset.chosen)
    rows = filterset.sorted().for_card()
    page = paginate(rows, asked=request.GET.get("page"), total=counted.total, size=settings.DIRECTORY_PAGE_SIZE)
    context = {
        "filterset": filterset,
        "has_search": True,
        "facets": counted.facets,
        "total": counted.total,
        "page": page,
        "today": timezone.localdate(),
        "ignored": filterset.ignored,
        "understood": filterset.understood,
        "sorts": filterset.SORTS.choices,
        "loosened": [] if counted.total else filterset.loosened(),
    }
    return render_page(request, "directory/partner_search_list.html", "directory/_partner_search_search.html", context)


@public
@require_safe
def partner_search_export_csv(request: HttpRequest) -> StreamingHttpResponse:
    found = PartnerSearchFilter(request.GET, queryset=_open()).sorted()
    rows = search_exports.rows(found, settings.SITE_URL)
    return csv_response("recherches-de-partenaires", search_exports.COLUMNS, rows)


def search_with(slug: str, user: Any) -> PartnerSearch:
    """The announcement whose address ends with this number, if this person may read it. Raises Http404."""
    ending = slug.rpartition("-")[2]
    if not (ending.isascii() and ending.isdigit() and len(ending) < 12):
        raise Http404
    seen = PartnerSearch.objects.visible_to(user, sees_all=perms.can_review_searches(user))
    search = seen.for_page().filter(pk=int(ending)).first()
    if search is None:
        raise Http404
    return search


@public
@require_safe
def partner_search_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One announcement, what fits it and why. Another spelling of its address leads to it for good (301)."""
    search = search_with(slug, request.user)
    if search.slug != slug:
        return redirect(search, permanent=True)
    today, can_manage = timezone.localdate(), perms.can_manage_search(request.user, search)
    shows_matches = search.actor is not None and (search.is_open_on(today) or (can_manage and search.is_pending))
    searches = services.matching_searches(search) if shows_matches else []
    context = {
        "search": search,
        "today": today,
        "is_open": search.is_open_on(today),
        "can_manage": can_manage,
        "can_review": perms.can_review_searches(request.user),
        "criteria": criteria_of(search),
        "shows_matches": shows_matches,
        "searches": searches,
        "actors": services.matching_actors(search, but=searches) if shows_matches else [],
        "canonical_url": settings.SITE_URL + search.get_absolute_url(),
    }
    return render(request, "directory/partner_search_detail.html", context)


# --- without an account -----------------------------------------------------------------------------------------------------
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def partner_search_propose(request: HttpRequest) -> HttpResponse:
    """The form of a foreign authority; a link sent to its address confirms that the announcement is its own."""
    form = ProposeSearchForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect("partner_search_proposed")
        if throttling.is_too_often(request, "recherche", settings.DIRECTORY_SEARCHES_AN_HOUR):
            form.add_error(
                None, _("Beaucoup d’annonces sont venues de votre réseau en une heure. Réessayez plus tard.")
            )
            status = 429
        else:
            try:
                services.propose_search(form.values, **form.author)
                return redirect("partner_search_proposed")
            except services.DirectoryError as error:
                form.add_error(None, str(error))
    context = {"page_title": _("Proposer une annonce"), "form": form}
    return render(request, "directory/partner_search_propose.html", context, status=status)


@public
@require_safe
def partner_search_proposed(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/partner_search_proposed.html", {"page_title": _("Annonce envoyée")})


# --- the link of its author -------------------------------------------------------------------------------------------------
CHANGE = "corriger"


@never_cache
def author_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The link of an announcement's mails: confirm it, keep it open, close it; correct it, for an author without an account.
    Nothing happens on GET."""
    search = PartnerSearch.objects.for_page().filter(pk=link.pk).first()
    if search is None:
        raise InvalidLink
    link.check(search.link_version)
    is_change = request.POST.get("geste") == CHANGE and search.by_user is None
    form = SearchForm(request.POST if is_change else None, search=search) if search.by_user is None else None
    if request.method == "POST" and (said := _done(request, search, form, is_change=is_change)):
        messages.success(request, said)
        return redirect(request.path)
    context = {
        "page_title": _("Votre annonce"),
        "search": search,
        "form": form,
        "criteria": criteria_of(search),
        "is_open": search.is_open_on(timezone.localdate()),
    }
    return render(request, "directory/partner_search_link.html", context)


def _done(request: HttpRequest, search: PartnerSearch, form: SearchForm | None, *, is_change: bool) -> str:
    """Do what the author's link asks for and say it; « » when there is nothing to do, or the form has errors."""
    gesture = request.POST.get("geste", "")
    if is_change and form is not None and form.is_valid():
        services.change_search(search, form.values)
        return _("C’est enregistré\u00a0: l’équipe relit votre annonce avant de la publier de nouveau.")
    if gesture == "confirmer":
        services.confirm_search(search)
        return _("Merci\u00a0: votre annonce est confirmée. L’équipe la lit, puis vous écrit.")
    if gesture == "clore":
        services.close_search(search)
        return _("C’est noté\u00a0: votre annonce est close.")
    if gesture == "prolonger":
        last = services.extend_search(search, timezone.localdate())
        if last is None:
            return _("Cette annonce n’est plus en ligne\u00a0: elle ne peut pas être prolongée.")
        return _("C’est noté\u00a0: votre annonce reste en ligne jusqu’au %(day)s.") % {"day": day(last)}
    return ""
