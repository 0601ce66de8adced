"""The draft of a questionnaire, written piece by piece, by several people: what changed meanwhile is never overwritten."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.editing import EditError, mark_of
from surveys.models import Questionnaire
from surveys.outline import Outline, Section

from .errors import SurveysError
from .questionnaires import hold, publish, save_draft

Gesture = Callable[[Outline], Outline]
Seen = Callable[[Outline], object]  # the part of an outline that somebody saw; None when it is gone


class StaleError(SurveysError):
    """What was seen is no longer what is there; nothing was written."""


@transaction.atomic
def start_draft(code: str, title: str, *, by: str) -> Questionnaire:
    """The draft of a new questionnaire, with one section. Raises SurveysError for a code that is taken."""
    hold(code)
    if Questionnaire.objects.versions_of(code).exists():
        raise SurveysError(_("Le code «\u00a0%(code)s\u00a0» est celui d’un autre questionnaire.") % {"code": code})
    return save_draft(Outline(code, title, sections=(Section("S1", _("Première partie")),)), by=by)


@transaction.atomic
def next_version(code: str, *, by: str) -> Questionnaire:
    """The draft of the next version, copied from the one that is published; the draft that there is already. Raises SurveysError
    when nothing is published."""
    hold(code)
    versions = Questionnaire.objects.versions_of(code)
    if draft := versions.drafts().first():
        return draft
    published = versions.published().first()
    if published is None:
        raise SurveysError(_("Aucune version de ce questionnaire n’est publiée."))
    return save_draft(published.outline, by=by)


@transaction.atomic
def change_draft(code: str, gesture: Gesture, *, of: Seen, seen: str, by: str) -> Questionnaire:
    """Make a gesture of `surveys.editing` on the draft. `of`: the part that it depends on, `seen`: the mark of this part as it was
    shown. Raises StaleError when it has changed since, and SurveysError for what cannot be done."""
    draft = _unchanged(code, of, seen)
    try:
        return save_draft(gesture(draft.outline), by=by)
    except EditError as error:
        raise SurveysError(str(error)) from error


@transaction.atomic
def publish_draft(code: str, *, seen: str) -> Questionnaire:
    """Publish the draft that was shown, and no other. Raises StaleError and SurveysError."""
    return publish(_unchanged(code, _everything, seen))


@transaction.atomic
def drop_draft(code: str, *, seen: str) -> None:
    """Forget the draft that was shown; the published version stays. Raises StaleError and SurveysError."""
    _unchanged(code, _everything, seen).delete()


def _everything(outline: Outline) -> object:
    return outline


def _unchanged(code: str, of: Seen, seen: str) -> Questionnaire:
    """The draft, kept for this transaction alone, if its part is as it was seen."""
    hold(code)
    draft = Questionnaire.objects.versions_of(code).drafts().first()
    if draft is None:
        raise SurveysError(_("Ce brouillon a été publié ou abandonné entre-temps. Rien n’est enregistré."))
    part = of(draft.outline)
    if part is None:
        raise StaleError(_("Ceci a été supprimé entre-temps. Rien n’est enregistré\u00a0: gardez votre texte."))
    if mark_of(part) != seen:
        raise StaleError(_("Quelqu’un a enregistré un changement entre-temps. Rien n’est écrasé."))
    return draft
