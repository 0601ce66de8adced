"""Questionnaires: drafted, published, and never changed after that."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.checking import problems_of
from surveys.enums import QuestionnaireStatus
from surveys.models import Questionnaire
from surveys.outline import Outline, as_dict

from .errors import SurveysError


def _hold(code: str) -> None:
    """Two people who work on the versions of one questionnaire come one after the other, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"surveys.questionnaire:{code}"])


@transaction.atomic
def save_draft(outline: Outline, *, by: str) -> Questionnaire:
    """Write the draft of a questionnaire: its only one, after the versions that are published. Raises SurveysError when a question
    of the published version comes back under the same code as one of another nature: their answers would be mixed up."""
    _hold(outline.code)
    versions = Questionnaire.objects.versions_of(outline.code)
    published = versions.published().first()
    if published is not None:
        _check_codes(published.outline, outline)
    draft = versions.drafts().first()
    if draft is None:
        latest = versions.newest_first().first()
        draft = Questionnaire(code=outline.code, version=latest.version + 1 if latest else 1, created_by=by)
    draft.title, draft.content = outline.title, as_dict(outline)
    draft.save()
    return Questionnaire.objects.get(pk=draft.pk)


def _check_codes(before: Outline, after: Outline) -> None:
    kinds = {question.code: question.kind for question in before.questions()}
    for question in after.questions():
        if (kind := kinds.get(question.code)) not in (None, question.kind):
            raise SurveysError(
                _(
                    "%(code)s était une question «\u00a0%(before)s\u00a0»\u00a0: pour en faire "
                    "«\u00a0%(after)s\u00a0», donnez un autre code."
                )
                % {"code": question.code, "before": kind.label if kind else "", "after": question.kind.label}
            )


@transaction.atomic
def publish(questionnaire: Questionnaire) -> Questionnaire:
    """Freeze a draft and let waves use it; the version before is retired. Twice is once. Raises SurveysError with everything that
    keeps it from being published."""
    _hold(questionnaire.code)
    draft = Questionnaire.objects.get(pk=questionnaire.pk)
    if not draft.is_draft:
        return draft
    if problems := problems_of(draft.outline):
        raise SurveysError(" ".join(str(problem) for problem in problems))
    Questionnaire.objects.versions_of(draft.code).published().update(status=QuestionnaireStatus.RETIRED)
    draft.status, draft.published_at = QuestionnaireStatus.PUBLISHED, timezone.now()
    draft.save(update_fields=["status", "published_at"])
    return draft
