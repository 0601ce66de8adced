"""Who answered is forgotten, on their demand or three years after a wave; what the collectivité answered stays."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from soco.mailing.enums import Reason
from surveys import notifications
from surveys.enums import LinkEnd, QuestionKind
from surveys.models import (
    Answer,
    AnswerFile,
    Invitation,
    Respondent,
    RespondentQuerySet,
    Response,
    ResponseQuerySet,
    Wave,
)
from surveys.models.response import FORGOTTEN
from surveys.outline import Outline
from surveys.published import conditions_of

# The columns that say who did something.
SIGNED: tuple[tuple[type[models.Model], str], ...] = (
    (Answer, "by"),
    (AnswerFile, "added_by"),
    (Invitation, "outcome_by"),
    (Respondent, "added_by"),
    (Response, "submitted_by"),
    (Response, "read_by"),
    (Response, "reopened_by"),
    (Wave, "created_by"),
)
Names = Callable[[Any], bool]


@transaction.atomic
def forget_person(user: Any) -> str:
    """Make anonymous the respondents who have an address of this person, what they signed, and the contacts in answers that are
    theirs. Their links stop."""
    addresses = [address.lower() for address in user.every_address()]
    mine = Respondent.objects.of_person(addresses)
    for respondent in mine.standing().select_related("invitation__wave"):
        notifications.take_back_mails(respondent, Reason.ERASED)
    signed = sum(
        model._default_manager.filter(**{f"{column}__in": addresses}).update(**{column: ""}) for model, column in SIGNED
    )
    named = Response.objects.naming_addresses(addresses)
    count = _forget_contacts(named, lambda said: str(said.get("courriel", "")).lower() in addresses)
    if not _forget(mine) and not signed and not count:
        return ""
    return _("Ce que vous avez répondu pour une collectivité est gardé, sans votre nom ni votre adresse.")


@transaction.atomic
def forget_old_people(before: datetime, *, apply: bool) -> int:
    """The same for everybody of the waves that ended before a moment; without `apply`, only count the links and the responses."""
    respondents, responses = Respondent.objects.old(before), Response.objects.of_waves_over(before).not_forgotten()
    if not apply:
        return respondents.count() + responses.count()
    count = _forget_contacts(responses, lambda _said: True)
    over = {"wave__closes_on__lt": before.date()}
    Answer.objects.filter(response__wave__closes_on__lt=before.date()).exclude(by="").update(by="")
    AnswerFile.objects.filter(invitation__wave__closes_on__lt=before.date()).update(added_by="")
    Invitation.objects.filter(**over).update(outcome_by="", outcome_note="")
    Respondent.objects.filter(invitation__wave__closes_on__lt=before.date()).update(added_by="")
    Response.objects.filter(**over).update(submitted_by="", read_by="", reopened_by="", are_people_forgotten=True)
    return count + _forget(respondents)


def _forget(respondents: RespondentQuerySet) -> int:
    standing = respondents.standing()
    standing.update(ended_at=F("added_at"), end=LinkEnd.TAKEN_BACK, link_version=F("link_version") + 1)
    field = Respondent._meta.get_field("email")
    return respondents.update(email=Concat("pk", Value(FORGOTTEN), output_field=field), name="", added_by="")


def _forget_contacts(responses: ResponseQuerySet, is_theirs: Names) -> int:
    """Take people out of the answers, today's and former; return in how many responses."""
    count = 0
    for response in responses.select_related("wave").iterator(chunk_size=200):
        named = _naming(conditions_of(response.wave.questionnaire_id).outline)
        for answer in Answer.objects.of_response(response).to_questions(named):
            answer.value = _without(answer.value, named[answer.code], is_theirs)
            answer.save(update_fields=["value"])
        values = {
            code: _without(value, named[code], is_theirs) if code in named else value
            for code, value in response.values.items()
        }
        response.values = {code: value for code, value in values.items() if value is not None}
        response.save(update_fields=["values"])
        count += 1
    return count


def _naming(outline: Outline) -> dict[str, set[str]]:
    """The questions whose answers name people → the nested codes that do; none for one that does as a whole."""
    found: dict[str, set[str]] = {}
    for section in outline.sections:
        for question in section.questions:
            nested = {each.code for each in question.questions if each.kind == QuestionKind.CONTACT}
            if question.kind == QuestionKind.CONTACT or nested:
                found[question.code] = nested
    return found


def _without(value: Any, nested: Iterable[str], is_theirs: Names) -> Any:
    """`value` without the people that `is_theirs` means."""
    if isinstance(value, dict):
        return None if is_theirs(value) else value
    codes = set(nested)
    if not isinstance(value, list):
        return value
    return [
        {
            code: each
            for code, each in block.items()
            if not (code in codes and isinstance(each, dict) and is_theirs(each))
        }
        for block in value
        if isinstance(block, dict)
    ]
