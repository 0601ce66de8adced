"""Who answered is forgotten, on their demand or three years after a wave; what the collectivité answered stays."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from soco.mailing.enums import Reason
from surveys import notifications
from surveys.enums import LinkEnd, QuestionKind
from surveys.models import Answer, Respondent, RespondentQuerySet, Response
from surveys.models.response import FORGOTTEN
from surveys.outline import Outline
from surveys.published import conditions_of


@transaction.atomic
def forget_person(user: Any) -> str:
    """Make anonymous the respondents who have an address of this person, and what they signed. Their links stop."""
    addresses = user.every_address()
    mine = Respondent.objects.of_person(addresses)
    signed = Answer.objects.signed_by(addresses).update(by="") + Response.objects.sent_by(addresses).update(
        submitted_by=""
    )
    for respondent in mine.standing().select_related("invitation__wave"):
        notifications.take_back_mails(respondent, Reason.ERASED)
    found = _forget(mine)
    if not found and not signed:
        return ""
    return _("Ce que vous avez répondu pour une collectivité est gardé, sans votre nom ni votre adresse.")


@transaction.atomic
def forget_old_people(before: datetime, *, apply: bool) -> int:
    """The same for every wave that ended before a moment, people named in answers included; without `apply`, only count."""
    old = Respondent.objects.old(before)
    if not apply:
        return old.count()
    responses = Response.objects.of_respondents(old).select_related("wave")
    for response in responses.iterator(chunk_size=200):
        _forget_contacts(response)
    Answer.objects.of_respondents(old).update(by="")
    responses.update(submitted_by="")
    return _forget(old)


def _forget(respondents: RespondentQuerySet) -> int:
    respondents.standing().update(ended_at=F("added_at"), end=LinkEnd.TAKEN_BACK, link_version=F("link_version") + 1)
    return respondents.update(
        email=Concat("pk", Value(FORGOTTEN), output_field=Respondent._meta.get_field("email")), name=""
    )


def _forget_contacts(response: Response) -> None:
    """Take the people out of the answers, today's and former."""
    named = _naming(conditions_of(response.wave.questionnaire_id).outline)
    Answer.objects.of_response(response).to_questions(named).update(value=None)
    values = {code: _without(value, named[code]) if code in named else value for code, value in response.values.items()}
    response.values = {code: value for code, value in values.items() if value is not None}
    response.save(update_fields=["values"])


def _naming(outline: Outline) -> dict[str, set[str]]:
    """The questions whose answers name people → the nested codes that do; none for one that does as a whole."""
    found: dict[str, set[str]] = {}
    for section in outline.sections:
        for question in section.questions:
            nested = {each.code for each in question.questions if each.kind == QuestionKind.CONTACT}
            if question.kind == QuestionKind.CONTACT or nested:
                found[question.code] = nested
    return found


def _without(value: Any, nested: Iterable[str]) -> Any:
    codes = set(nested)
    if not codes:
        return None
    blocks: list[Mapping[str, Any]] = value
    return [{code: each for code, each in block.items() if code not in codes} for block in blocks]
