"""Import and export of a staff list: a file in, a preview of what each line would do, then the gesture; files out."""

from datetime import date
from typing import Any

import tablib
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX, Format
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.tmp_storages import CacheStorage

from directory.models import ActorQuerySet
from directory.resources import Preview, as_dataset
from directory.resources.base import ActorResource
from soco.web.exports import csv_response, printable, xlsx_response
from soco.web.imports import UnreadableTable, read_table

CHUNK = 2000  # rows read at a time: an export's memory stays flat


class TableFormat(Format):
    """CSV or XLSX, told apart by what the file holds: nobody has to say which."""

    def get_title(self) -> str:
        return _("CSV ou XLSX")

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        return as_dataset(read_table(in_stream))


class AnyCsv(CSV):
    def get_title(self) -> str:
        return _("CSV (texte, UTF-8)")


class AnyXlsx(XLSX):
    def get_title(self) -> str:
        return _("XLSX (tableur)")

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        """Without the control characters that a workbook refuses: one fiche must not spoil the export of all."""
        clean = tablib.Dataset(title=dataset.title, headers=dataset.headers)
        for row in dataset:
            clean.append([printable(value) if isinstance(value, str) else value for value in row])
        return super().export_data(clean, **kwargs)


class FileImportForm(ImportForm):
    """The file, the day its data are true for, and what an empty cell means."""

    as_of = forms.DateField(
        label=gettext_lazy("Les données du fichier datent du"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "Jour de l’export ou de l’extraction. Une valeur que l’équipe ou l’organisme a donnée ce jour-là ou depuis"
            " est conservée, et l’aperçu le dit."
        ),
    )
    erases = forms.BooleanField(
        label=gettext_lazy("Une case vide efface la valeur"),
        required=False,
        help_text=gettext_lazy("Sans cette coche, une case vide laisse la fiche telle quelle."),
    )
    field_order = ["import_file", "as_of", "erases", "resource", "format"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].widget = forms.HiddenInput()
        self.fields["import_file"].label = _("Fichier CSV ou XLSX")
        self.fields["import_file"].widget.attrs = {"accept": ".csv,.txt,.xlsx"}

    @property
    def media(self) -> forms.Media:
        return forms.Media()  # the library's script guesses a format that nobody has to choose

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Cette date est dans l’avenir."))
        return day


class FileConfirmForm(ConfirmImportForm):
    as_of = forms.DateField(widget=forms.HiddenInput)
    erases = forms.BooleanField(required=False, widget=forms.HiddenInput)


class FileExportForm(ExportForm):
    """CSV first: chosen unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in self.fields["format"].choices if choice[0]]
        self.fields["format"] = forms.ChoiceField(
            label=_("Format"), choices=choices, initial="0", widget=forms.RadioSelect, required=True
        )


class TransferMixin(ImportExportMixin):
    """An admin with « Importer » and « Exporter », each under its own right."""

    import_formats = [TableFormat]
    export_formats = [AnyCsv, AnyXlsx]
    import_form_class = FileImportForm
    confirm_form_class = FileConfirmForm
    export_form_class = FileExportForm
    import_template_name = "admin/directory/import.html"
    export_template_name = "admin/directory/export.html"
    import_export_change_list_template = "admin/directory/actor_list.html"
    tmp_storage_class = CacheStorage  # shared by every web process, unlike a folder
    skip_admin_log = True  # the database keeps the history

    # --- import ------------------------------------------------------------------------------------------------------
    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        cleaned = getattr(kwargs.get("form"), "cleaned_data", {})
        return {"as_of": cleaned.get("as_of"), "erases": cleaned.get("erases", False), "by": request.user.email}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: FileImportForm | None) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            initial |= {
                "as_of": import_form.cleaned_data["as_of"].isoformat(),
                "erases": import_form.cleaned_data["erases"],
            }
        return initial

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        if not isinstance(e, UnreadableTable):
            raise e
        form.add_error("import_file", str(e))

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import the file that was previewed, all of it or nothing."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        data = self._previewed(form) if form.is_valid() else None
        if data is None:
            messages.error(request, _("L’aperçu a expiré : rien n’a été importé. Choisissez de nouveau le fichier."))
            return redirect(f"admin:directory_{self.opts.model_name}_import")
        result = self.process_dataset(
            TableFormat().create_dataset(data), form, request, rollback_on_validation_errors=True
        )
        if result.has_errors() or result.has_validation_errors():
            return self._refusal(request, result)
        CacheStorage(name=form.cleaned_data["import_file_name"]).remove()
        return self.process_result(result, request)

    @staticmethod
    def _previewed(form: FileConfirmForm) -> bytes | None:
        return CacheStorage(name=form.cleaned_data["import_file_name"]).read()

    def _refusal(self, request: HttpRequest, result: Preview) -> HttpResponse:
        """The répertoire changed since the preview, and the file no longer fits."""
        form = self.import_form_class(self.get_import_formats(), self.get_import_resource_classes(request))
        context = {
            **self.admin_site.each_context(request),
            **self.get_import_context_data(),
            "title": _("Import"),
            "opts": self.opts,
            "form": form,
            "result": result,
        }
        return TemplateResponse(request, self.import_template_name, context)

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        resource = self.resource_classes[0]()
        return {"columns": [declared.column_name for declared in resource.fields.values() if not declared.readonly]}

    def add_success_message(self, result: Preview, request: HttpRequest) -> None:
        messages.success(request, _("Import terminé : %(summary)s.") % {"summary": result.summary})

    # --- export ------------------------------------------------------------------------------------------------------
    def get_export_queryset(self, request: HttpRequest) -> ActorQuerySet:
        queryset = super().get_export_queryset(request).defer(None)
        read_with = self.resource_classes[0].read_with
        return queryset.select_related(*read_with).defer("search_document", "search_terms", "former_keys")

    def _do_file_export(
        self, file_format: Format, request: HttpRequest, queryset: ActorQuerySet, export_form: Any = None
    ) -> StreamingHttpResponse:
        resource: ActorResource = self.resource_classes[0]()
        name = f"{self.opts.verbose_name_plural}-{timezone.localdate().isoformat()}"
        rows = resource.lines_of(queryset.iterator(chunk_size=CHUNK))
        if isinstance(file_format, AnyXlsx):
            return xlsx_response(
                name, str(self.opts.verbose_name_plural).capitalize(), resource.get_export_headers(), rows
            )
        return csv_response(name, resource.get_export_headers(), rows)
