"""« Importer » on the list of jumelages: a file, a preview of what each line would do, then the gesture.

The file waits for the confirmation in the shared cache, under the name of whoever gave it, one hour at most.
"""

import secrets
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.jumelage_lines import COLUMNS, REFUSAL_TITLES, Refusal, refusal_cells
from directory.services import DirectoryError, HopelessFile, JumelageReport, import_jumelage_file
from soco.web.exports import csv_response

MOST_MEGABYTES = 5
MOST_LINES = 10_000
KEPT_SECONDS = 3600
IMPORT = "admin:directory_jumelage_import"
FILE = "fichier"


class JumelageFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Fichier CSV ou XLSX"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MEGABYTES * 1_000_000:
            raise ValidationError(
                _(
                    "Ce fichier dépasse %(most)d Mo\u00a0: découpez-le, ou demandez son import par la commande import_jumelages."
                )
                % {"most": MOST_MEGABYTES}
            )
        return file


class JumelageImportMixin:
    """The pages of the import, and the button that leads to them."""

    change_list_template = "admin/directory/jumelage_list.html"

    def get_urls(self) -> list[Any]:
        views = {
            "import": self.import_view,
            "import_apply": self.import_apply_view,
            "import_refused": self.import_refused_view,
        }
        routes = {"import": "import/", "import_apply": "import/confirmer/", "import_refused": "import/refus.csv"}
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            *(path(routes[name], wrap(view), name=f"directory_jumelage_{name}") for name, view in views.items()),
            *super().get_urls(),  # type: ignore[misc]
        ]

    @staticmethod
    def has_import_permission(request: HttpRequest) -> bool:
        return bool(request.user.has_perm("directory.import_jumelage"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"has_import_permission": self.has_import_permission(request), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)  # type: ignore[misc]
        return response

    # --- pages --------------------------------------------------------------------------------------------------------
    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file, then see what it would do."""
        self._allow(request)
        if request.method != "POST":
            return self._page(request, JumelageFileForm())
        form = JumelageFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form)
        file = form.cleaned_data["file"]
        data = file.read()
        try:
            report = _imported(request, file.name, data, dry_run=True)
        except HopelessFile as error:
            key = _keep(request, file.name, data)
            return self._page(request, JumelageFileForm(), report=error.report, hopeless=str(error), key=key)
        except DirectoryError as error:
            form.add_error("file", str(error))
            return self._page(request, form)
        return self._page(
            request, JumelageFileForm(), report=report, key=_keep(request, file.name, data), name=file.name
        )

    def import_apply_view(self, request: HttpRequest) -> HttpResponse:
        """Import the file that was previewed; a GET leads back to the choice of a file."""
        self._allow(request)
        kept = _kept(request, request.POST.get(FILE, ""))
        if kept is None:
            if request.method == "POST":
                messages.error(
                    request, _("L’aperçu a expiré\u00a0: rien n’a été importé. Choisissez de nouveau le fichier.")
                )
            return redirect(IMPORT)
        try:
            report = _imported(request, *kept, dry_run=False)
        except DirectoryError as error:
            messages.error(request, str(error))
            return redirect(IMPORT)
        _forget(request, request.POST[FILE])
        messages.success(request, _("Import terminé\u00a0: %(summary)s.") % {"summary": summary(report)})
        return redirect("admin:directory_jumelage_changelist")

    def import_refused_view(self, request: HttpRequest) -> HttpResponse:
        """Every refused line of the previewed file, as a CSV to be corrected."""
        self._allow(request)
        kept = _kept(request, request.GET.get(FILE, ""))
        if kept is None:
            messages.error(request, _("L’aperçu a expiré. Choisissez de nouveau le fichier."))
            return redirect(IMPORT)
        refusals: list[Refusal] = []
        try:
            _imported(request, *kept, dry_run=True, on_refusal=refusals.append)
        except HopelessFile:
            pass  # its lines are refused all the same
        except DirectoryError as error:
            messages.error(request, str(error))
            return redirect(IMPORT)
        rows = (refusal_cells(refusal) for refusal in sorted(refusals, key=lambda refusal: refusal.line))
        return csv_response("jumelages-refuses", REFUSAL_TITLES, rows)

    def _allow(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, form: JumelageFileForm, **context: Any) -> HttpResponse:
        report: JumelageReport | None = context.get("report")
        return TemplateResponse(
            request,
            "admin/directory/import_jumelages.html",
            {
                **self.admin_site.each_context(request),  # type: ignore[attr-defined]
                "title": _("Importer des jumelages"),
                "opts": self.opts,  # type: ignore[attr-defined]
                "form": form,
                "columns": [(names[0], ", ".join(names[1:])) for names in COLUMNS.values()],
                "most_lines": MOST_LINES,
                "most_megabytes": MOST_MEGABYTES,
                "report": report,
                "writes": bool(report and (report.created or report.changed)),
                "untold": report and report.created + report.changed - len(report.told),
                "unlisted": report and report.refused - len(report.refusals),
                "summary": report and summary(report),
                "hopeless": context.get("hopeless"),
                "key": context.get("key", ""),
                "file_name": context.get("name", ""),
            },
        )


def summary(report: JumelageReport) -> str:
    told = _(
        "nouveaux\u00a0: %(created)d, complétés\u00a0: %(changed)d, inchangés\u00a0: %(unchanged)d, refusés\u00a0: %(refused)d"
    )
    return told % report.counts


def _imported(request: HttpRequest, name: str, data: bytes, **options: Any) -> JumelageReport:
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix[:10]) as file:
        file.write(data)
        file.flush()
        by = request.user.email  # type: ignore[union-attr]
        return import_jumelage_file(Path(file.name), name=name, by=by, most_lines=MOST_LINES, **options)


def _cache_key(request: HttpRequest, key: str) -> str:
    return f"directory.jumelage_import:{request.user.pk}:{key[:40]}"


def _keep(request: HttpRequest, name: str, data: bytes) -> str:
    key = secrets.token_urlsafe(16)
    cache.set(_cache_key(request, key), (name, data), KEPT_SECONDS)
    return key


def _kept(request: HttpRequest, key: str) -> tuple[str, bytes] | None:
    return (
        cache.get(_cache_key(request, key))
        if key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        else None
    )


def _forget(request: HttpRequest, key: str) -> None:
    cache.delete(_cache_key(request, key))
