"""Files that somebody joins to an answer: of a known kind, not too heavy, kept as they are."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.models import FILE_ENDINGS, AnswerFile, Invitation

from .errors import SurveysError

NAME_LENGTH = 150
# How each kind begins: a name is easily changed, a file that is not what it says is refused.
BEGINNINGS = {
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "webp": (b"RIFF",),
    "pdf": (b"%PDF-",),
}


@transaction.atomic
def keep_file(invitation: Invitation, code: str, upload: UploadedFile, *, by: str) -> dict[str, Any]:
    """Keep a file of an answer; return the answer: {« nom », « fichier »: its id}. Raises SurveysError for one that is too heavy or
    of another kind, or when the collectivité already joined many."""
    name = str(upload.name or "")
    ending = name.rpartition(".")[2].lower()
    size, most = upload.size or 0, settings.SURVEYS_FILE_MEGABYTES
    if ending not in FILE_ENDINGS:
        raise SurveysError(
            _("Ce fichier n’est pas d’un type accepté\u00a0: %(endings)s.") % {"endings": ", ".join(FILE_ENDINGS)}
        )
    if size > most * 1_000_000:
        raise SurveysError(
            _("Ce fichier pèse plus de %(size)s Mo\u00a0: réduisez-le, puis choisissez-le à nouveau.") % {"size": most}
        )
    start = upload.read(16)
    upload.seek(0)
    if not start.startswith(BEGINNINGS[ending]):
        raise SurveysError(
            _("Ce fichier n’est pas ce que son nom dit\u00a0: ouvrez-le, puis enregistrez-le de nouveau.")
        )
    if AnswerFile.objects.of_invitation(invitation).count() >= settings.SURVEYS_MOST_FILES:
        raise SurveysError(
            _("Votre collectivité a déjà joint beaucoup de fichiers\u00a0: envoyez-nous les autres par courriel.")
        )
    kept = AnswerFile.objects.create(
        invitation=invitation, code=code, file=upload, name=name[-NAME_LENGTH:], added_by=by
    )
    return {"nom": kept.name, "fichier": kept.pk}
