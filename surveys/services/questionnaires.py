"""Questionnaires: drafted, published, and never changed after that."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.checking import problems_of
from surveys.enums import QuestionKind, QuestionnaireStatus
from surveys.models import Questionnaire
from surveys.outline import Outline, as_dict

from .errors import SurveysError


def hold(code: str) -> None:
    """Two people who work on the versions of one questionnaire come one after the other, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"surveys.questionnaire:{code}"])


@transaction.atomic
def save_draft(outline: Outline, *, by: str) -> Questionnaire:
    """Write the draft of a questionnaire: its only one, after the versions that are published. Raises SurveysError when a question
    that was published comes back under the same code as one of another nature: their answers would be mixed up."""
    hold(outline.code)
    versions = Questionnaire.objects.versions_of(outline.code)
    _check_codes(kept_codes(outline.code), outline)
    draft = versions.drafts().first()
    if draft is None:
        latest = versions.newest_first().first()
        draft = Questionnaire(code=outline.code, version=latest.version + 1 if latest else 1, created_by=by)
    draft.title, draft.content = outline.title, as_dict(outline)
    draft.save()
    return Questionnaire.objects.get(pk=draft.pk)


def kept_codes(code: str) -> dict[str, QuestionKind]:
    """The nature of every question that a version of this questionnaire ever published, by code: the latest one, if several."""
    frozen = Questionnaire.objects.versions_of(code).frozen().order_by("version")
    return {question.code: question.kind for version in frozen for question in version.outline.questions()}


def _check_codes(kinds: dict[str, QuestionKind], after: Outline) -> None:
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
    hold(questionnaire.code)
    draft = Questionnaire.objects.get(pk=questionnaire.pk)
    if not draft.is_draft:
        return draft
    if problems := problems_of(draft.outline):
        raise SurveysError(" ".join(str(problem) for problem in problems))
    Questionnaire.objects.versions_of(draft.code).published().update(status=QuestionnaireStatus.RETIRED)
    draft.status, draft.published_at = QuestionnaireStatus.PUBLISHED, timezone.now()
    draft.save(update_fields=["status", "published_at"])
    return draft
