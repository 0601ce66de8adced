"""Who is a member: the list, one membership, a file of them (a preview, then the gesture).

The file waits for the confirmation in the shared cache, under the name of whoever gave it, one hour at most.
"""

import secrets
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import perms, services
from outreach.adhesion_lines import COLUMNS
from outreach.exports import adhesions as adhesion_exports
from outreach.filters.adhesions import AdhesionSearch
from outreach.forms.adhesions import MOST_MEGABYTES, AddAdhesionForm, AdhesionFileForm, AdhesionForm, EndAdhesionForm
from outreach.models import Adhesion
from outreach.services import AdhesionReport, OutreachError
from outreach.services.adhesion_imports import MOST_LINES, REFUSED, UNCHANGED
from soco.web.access import allowed
from soco.web.exports import csv_response, xlsx_response
from soco.web.pagination import paginate

PAGE_SIZE = 50
SHOWN_LINES = 500
KEPT_SECONDS = 3600
CHANGE, END, REMOVE = "modifier", "finir", "retirer"


def _search(request: HttpRequest) -> AdhesionSearch:
    return AdhesionSearch(request.GET, timezone.localdate())


@allowed(perms.VIEW_ADHESIONS)
@never_cache
@require_safe
def adhesion_list(request: HttpRequest) -> HttpResponse:
    search = _search(request)
    page = paginate(search.found.for_list(), asked=request.GET.get("page"), total=search.found.count(), size=PAGE_SIZE)
    context = {
        "page_title": _("Adhésions"),
        "search": search,
        "page": page,
        "understood": search.understood,
        "lines": [(adhesion, adhesion.holds_on(search.today)) for adhesion in page.rows],
        "current_count": Adhesion.objects.current(search.today).count(),
        "may_write": request.user.has_perm(perms.ADHESIONS),
        "may_import": request.user.has_perm(perms.IMPORT_ADHESIONS),
    }
    return render(request, "outreach/adhesion_list.html", context)


@allowed(perms.VIEW_ADHESIONS)
@require_safe
def adhesion_csv(request: HttpRequest) -> StreamingHttpResponse:
    search = _search(request)
    return csv_response("adhesions", adhesion_exports.labels(), adhesion_exports.rows(search.found, today=search.today))


@allowed(perms.VIEW_ADHESIONS)
@require_safe
def adhesion_xlsx(request: HttpRequest) -> FileResponse:
    search = _search(request)
    rows = adhesion_exports.rows(search.found, today=search.today)
    return xlsx_response("adhesions", _("Adhésions"), adhesion_exports.labels(), rows)


# --- one of them ----------------------------------------------------------------------------------------------------------
@allowed(perms.ADHESIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adhesion_add(request: HttpRequest) -> HttpResponse:
    form = AddAdhesionForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        try:
            adhesion, is_new = services.add_adhesion(**form.cleaned_data, by=request.user.email)  # type: ignore[union-attr]
        except OutreachError as error:
            form.add_error(None, str(error))
        else:
            told = _("L’adhésion de %(name)s est notée.") if is_new else _("L’adhésion de %(name)s était déjà notée.")
            messages.success(request, told % {"name": adhesion.actor.name})
            return redirect("adhesion_list")
    return render(request, "outreach/adhesion_add.html", {"page_title": _("Ajouter une adhésion"), "form": form})


@allowed(perms.ADHESIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adhesion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One membership; `geste` says which button was pressed."""
    adhesion = get_object_or_404(Adhesion.objects.for_list(), pk=pk)
    gesture, today = request.POST.get("geste", ""), timezone.localdate()
    form = AdhesionForm(request.POST if gesture == CHANGE else None, adhesion=adhesion)
    end_form = EndAdhesionForm(request.POST if gesture == END else None, initial={"last_day": today})
    if request.method == "POST" and _is_done(request, adhesion, gesture, {CHANGE: form, END: end_form}.get(gesture)):
        return redirect("adhesion_list")
    context = {
        "page_title": _("Adhésion %(year)s") % {"year": adhesion.year},
        "adhesion": adhesion,
        "form": form,
        "end_form": end_form,
        "holds": adhesion.holds_on(today),
        "others": Adhesion.objects.of_actor(adhesion.actor_id).exclude(pk=pk).newest_first().for_list(),
    }
    return render(request, "outreach/adhesion_edit.html", context)


def _is_done(request: HttpRequest, adhesion: Adhesion, gesture: str, form: Form | None) -> bool:
    """Do what a button asks for, and say it; False if its form has something to correct, or if no button was pressed."""
    if gesture not in (CHANGE, END, REMOVE) or (form is not None and not form.is_valid()):
        return False
    try:
        if gesture == CHANGE and form is not None:
            is_new, told = services.change_adhesion(adhesion, **form.cleaned_data), _("L’adhésion est modifiée.")
        elif gesture == END and form is not None:
            is_new, told = services.end_adhesion(adhesion, form.cleaned_data["last_day"]), _("La fin est notée.")
        else:
            is_new, told = services.remove_adhesion(adhesion), _("L’adhésion est retirée.")
    except OutreachError as error:
        if form is not None:
            form.add_error(None, str(error))
        return False
    messages.success(request, told if is_new else _("C’était déjà fait\u00a0: rien n’a changé."))
    return True


# --- a file of them -------------------------------------------------------------------------------------------------------
@allowed(perms.IMPORT_ADHESIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adhesion_import(request: HttpRequest) -> HttpResponse:
    """Choose a file, then see what each line would do."""
    if request.method != "POST":
        return _import_page(request, AdhesionFileForm())
    form = AdhesionFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, form)
    file = form.cleaned_data["file"]
    data = file.read()
    try:
        report = _imported(request, file.name, data, dry_run=True)
    except OutreachError as error:
        form.add_error("file", str(error))
        return _import_page(request, form)
    key = secrets.token_urlsafe(16)
    cache.set(_cache_key(request, key), (file.name, data), KEPT_SECONDS)
    return _import_page(request, AdhesionFileForm(), report=report, key=key, name=file.name)


@allowed(perms.IMPORT_ADHESIONS)
@require_POST
def adhesion_import_apply(request: HttpRequest) -> HttpResponse:
    """Import the file that was previewed."""
    key = _cache_key(request, request.POST.get("fichier", ""))
    kept = cache.get(key)
    if kept is None:
        messages.error(request, _("L’aperçu a expiré\u00a0: rien n’a été importé. Choisissez de nouveau le fichier."))
        return redirect("adhesion_import")
    try:
        report = _imported(request, *kept, dry_run=False)
    except OutreachError as error:
        messages.error(request, str(error))
        return redirect("adhesion_import")
    cache.delete(key)
    messages.success(request, _("Import terminé\u00a0: %(summary)s.") % {"summary": _summary(report)})
    return redirect("adhesion_list")


def _summary(report: AdhesionReport) -> str:
    told = _(
        "nouvelles\u00a0: %(created)d, modifiées\u00a0: %(changed)d, inchangées\u00a0: %(unchanged)d, refusées\u00a0: %(refused)d"
    )
    return told % report.counts


def _imported(request: HttpRequest, name: str, data: bytes, *, dry_run: bool) -> AdhesionReport:
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix[:10]) as file:
        file.write(data)
        file.flush()
        by = request.user.email  # type: ignore[union-attr]
        return services.import_adhesions(Path(file.name), name=name, by=by, dry_run=dry_run)


def _cache_key(request: HttpRequest, key: str) -> str:
    """« fichier » as it came, kept to what such a key is made of."""
    safe = "".join(letter for letter in key[:40] if letter.isascii() and (letter.isalnum() or letter in "-_"))
    return f"outreach.adhesion_import:{request.user.pk}:{safe}"


def _import_page(request: HttpRequest, form: Form, **words: Any) -> HttpResponse:
    report: AdhesionReport | None = words.get("report")
    # The refused ones first: they ask for a hand; what does not change is only counted.
    moving = [outcome for outcome in report.outcomes if outcome.what != UNCHANGED] if report else []
    shown = sorted(moving, key=lambda outcome: outcome.what != REFUSED)[:SHOWN_LINES]
    context = {
        "page_title": _("Importer des adhésions"),
        "form": form,
        "report": report,
        "shown": shown,
        "untold": len(moving) - len(shown),
        "summary": _summary(report) if report else "",
        "columns": [(names[0], ", ".join(names[1:])) for names in COLUMNS.values()],
        "most_lines": MOST_LINES,
        "most_megabytes": MOST_MEGABYTES,
        "key": words.get("key", ""),
        "name": words.get("name", ""),
    }
    return render(request, "outreach/adhesion_import.html", context)
