"""The staff's pages of XLSForm: a questionnaire for the tools that collect offline, and back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Country, Theme
from soco.web.access import allowed
from surveys import perms
from surveys.checking import problems_of
from surveys.enums import QuestionKind
from surveys.models import Questionnaire
from surveys.outline import Choice
from surveys.services import SurveysError, save_draft
from surveys.xlsform.exporting import workbook_of
from surveys.xlsform.importing import outline_of_workbook
from surveys.xlsform.sheets import MAX_BYTES, Problem, XlsformError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class XlsformFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Fichier XLSForm"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Choisissez un fichier."),
            "empty": gettext_lazy("Ce fichier est vide."),
            "max_length": gettext_lazy("Le nom de ce fichier est trop long."),
        },
    )
    replaces = forms.BooleanField(
        label=gettext_lazy("Remplacer le brouillon de ce questionnaire, s’il y en a un"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Un classeur .xlsx ou .xls de %(most)d Mo au plus.") % {
            "most": MAX_BYTES // 1_000_000
        }

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(
                _("Ce fichier dépasse %(most)d Mo\u00a0: un questionnaire en fait bien moins.")
                % {"most": MAX_BYTES // 1_000_000}
            )
        return file


@allowed(perms.READ)
@never_cache
@require_safe
def questionnaire_xlsform(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version as a workbook, with the countries and the themes of the répertoire."""
    questionnaire = get_object_or_404(Questionnaire.objects.versions_of(code), version=version)
    lists = {
        QuestionKind.COUNTRY: [Choice(country.iso2, country.name) for country in Country.objects.all()],
        QuestionKind.THEME: [Choice(theme.code, theme.name) for theme in Theme.objects.all()],
    }
    data = workbook_of(
        questionnaire.outline,
        version=str(questionnaire.version),
        lists={kind: choices for kind, choices in lists.items() if choices},
    )
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{code}-v{version}.xlsx"'
    return response


@allowed(perms.EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_import(request: HttpRequest) -> HttpResponse:
    """A file that becomes a draft, or everything that keeps it from becoming one."""
    form = XlsformFileForm(request.POST, request.FILES) if request.method == "POST" else XlsformFileForm()
    problems: tuple[Problem, ...] = ()
    if form.is_valid():
        try:
            draft = _drafted(request, form)
        except XlsformError as error:
            problems = error.problems
            form.add_error("file", _("Rien n’est importé\u00a0: ce fichier est à corriger."))
        except SurveysError as error:
            form.add_error("file", str(error))
        else:
            if draft is not None:
                return redirect(draft)
    context = {"page_title": _("Importer un questionnaire"), "form": form, "problems": problems}
    return render(request, "surveys/questionnaire_import.html", context)


def _drafted(request: HttpRequest, form: XlsformFileForm) -> Questionnaire | None:
    """The draft of the given file; None, with an error on the form, when there is another one that nobody said to replace. Raises
    XlsformError and SurveysError."""
    file = form.cleaned_data["file"]
    imported = outline_of_workbook(file.read(), file.name)
    code = imported.outline.code
    has_draft = Questionnaire.objects.versions_of(code).drafts().exists()
    if has_draft and not form.cleaned_data["replaces"]:
        form.add_error(
            "replaces",
            _("«\u00a0%(code)s\u00a0» a déjà un brouillon. Cochez cette case pour le remplacer.") % {"code": code},
        )
        return None
    draft = save_draft(imported.outline, by=request.user.email)  # type: ignore[union-attr]
    messages.success(request, _("Le brouillon est enregistré. Rien n’est publié."))
    if count := len(problems_of(imported.outline)):
        said = ngettext(
            "%(n)d point est à corriger avant de publier.", "%(n)d points sont à corriger avant de publier.", count
        )
        messages.warning(request, said % {"n": count})
    for note in imported.notes:
        messages.info(request, note)
    return draft
