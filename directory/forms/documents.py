"""A file about a jumelage: its convention, a deliberation, minutes."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import JumelageDocument
from directory.models.follow_up import DOCUMENT_ENDINGS, MOST_MEGABYTES


class FileForm(forms.ModelForm):
    """A form with a `file` of bounded size and known endings: both are said beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("%(size)s Mo au plus\u00a0: %(endings)s.") % {
            "size": MOST_MEGABYTES,
            "endings": ", ".join(DOCUMENT_ENDINGS),
        }

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_MEGABYTES * 1_000_000:
            raise forms.ValidationError(
                _("Ce fichier pèse plus de %(size)s Mo\u00a0: réduisez-le, puis choisissez-le à nouveau.")
                % {"size": MOST_MEGABYTES}
            )
        return file


class DocumentForm(FileForm):
    """`publishes`: may its author decide that everybody reads it?"""

    class Meta:
        model = JumelageDocument
        fields = ["title", "kind", "file", "dated_on", "is_public"]
        widgets = {"dated_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "title": gettext_lazy("Par exemple\u00a0: serment de jumelage de 1992."),
        }

    def __init__(self, *args: Any, publishes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not publishes:
            del self.fields["is_public"]
