"""What somebody answers: saved page by page, never over somebody else's answer without their knowing, sent once complete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.services import take_back_unsaid
from soco.celery import kick
from surveys import notifications
from surveys.cells import counted
from surveys.enums import Channel, ResponseState
from surveys.models import Answer, Invitation, Respondent, Response, Wave
from surveys.outline import Question
from surveys.paths import Conditions, Page
from surveys.published import conditions_of
from surveys.values import condition_values, has_answer

from .errors import SurveysError
from .prefill import known_values


@dataclass(frozen=True)
class Author:
    """Who answers, by which way. `window`: the open page they type in, so that its own savings never count as another's."""

    channel: Channel
    by: str
    window: str = ""


@dataclass(frozen=True)
class Clash:
    """Somebody else answered meanwhile: `value`, by whom and when; the answer that came second is not written."""

    value: Any
    by: str
    at: datetime
    channel: str


@dataclass(frozen=True)
class Saved:
    """`revision`: that of the response now; `clashes`: by question; `others`: the questions that somebody else answered since the
    page was read, and that were not touched in it."""

    response: Response
    revision: int
    clashes: dict[str, Clash] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


class IncompleteError(SurveysError):
    """Something that must be answered is not. `questions`: (page, question)."""

    def __init__(self, missing: list[tuple[str, Question]]) -> None:
        super().__init__(_("Il manque une réponse\u00a0: rien n’est encore envoyé, et tout est gardé."))
        self.missing = missing


def pages_of(response: Response | None, conditions: Conditions) -> list[Page]:
    """The pages that the answers make visible."""
    values: Mapping[str, Any] = response.values if response else {}
    return conditions.pages(condition_values(values, conditions.outline))


def counting_values(response: Response) -> dict[str, Any]:
    """The answers that count: those of questions that are visible."""
    pages = pages_of(response, conditions_of(response.wave.questionnaire_id))
    visible = {question.code for page in pages for question in page.questions}
    return {code: value for code, value in response.values.items() if code in visible and has_answer(value)}


@transaction.atomic
def save_page(
    invitation: Invitation,
    values: Mapping[str, Any],
    *,
    seen: int,
    author: Author,
    resume_at: Callable[[Response], str] | None = None,
    shown: Callable[[str, Any], Any] | None = None,
) -> Saved:
    """Keep these answers (question code → value), as far as they change something. `seen`: the revision that the page was read at:
    an answer that somebody else changed since, and that is changed here too, is not written but told. `shown`: what the page shows
    of an answer that is kept (its code and value), if it fills some in by itself. `resume_at`: tells the page where to go on, given
    the answers. Raises SurveysError when no answers are taken any more."""
    response = _locked(invitation)
    changes = {code: value for code, value in values.items() if _differs(value, response.values.get(code))}
    found = _sorted_out(response, changes, seen, author, shown or _as_kept)
    written = _write(response, found.mine, author)
    page = resume_at(response) if resume_at else response.page
    if page != response.page:
        response.page = page
        written.append("page")
    if written:
        response.save(update_fields=written)
    return Saved(response, response.revision, found.clashes, found.others)


@transaction.atomic
def submit(invitation: Invitation, *, author: Author, seen: int | None = None) -> Response:
    """Send the answers: they count, and go to the répertoire once read. Sent again, they replace what was sent; unchanged, nothing
    happens. `seen`: the revision that was read again before. Raises IncompleteError, or SurveysError when somebody else changed the
    answers meanwhile, or when no answers are taken any more."""
    response = _locked(invitation)
    if seen is not None and seen < response.revision:
        raise SurveysError(
            _(
                "Quelqu’un a changé une réponse pendant que vous relisiez\u00a0: rien n’est encore envoyé. Relisez, puis envoyez."
            )
        )
    if response.is_finished:
        return response
    conditions = conditions_of(response.wave.questionnaire_id)
    if missing := missing_in(response, conditions):
        raise IncompleteError(missing)
    response.state, response.submitted_at = ResponseState.SUBMITTED, timezone.now()
    response.submitted_by, response.channel = author.by, author.channel
    response.counted = counted(conditions, response.values)
    response.read_at, response.read_by, response.followed_at, response.reopened_because = None, "", None, ""
    response.save()
    kick("surveys.follow_up", response.pk)
    return response


def missing_in(response: Response, conditions: Conditions) -> list[tuple[str, Question]]:
    """The questions that must be answered, are visible, and are not; what the répertoire fills in by itself is no question."""
    return [
        (page.section.code, question)
        for page in pages_of(response, conditions)
        for question in page.questions
        if question.is_required and not question.source and not has_answer(response.values.get(question.code))
    ]


@transaction.atomic
def reopen(response: Response, *, by: str, because: str) -> Response:
    """Let its people change what they sent, although it was read: it does not count, nor propose anything, until it is sent again,
    and they are told why. Twice is once. Raises
    SurveysError once the wave is over."""
    kept = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if not kept.wave.takes_answers:
        raise SurveysError(
            _("La vague est close\u00a0: prolongez-la d’abord, ou personne ne pourrait renvoyer cette réponse.")
        )
    if kept.is_finished:
        kept.state, kept.submitted_at, kept.counted = ResponseState.UNDER_WAY, None, None
        kept.read_at, kept.read_by, kept.reopened_because, kept.reopened_by = None, "", because.strip()[:200], by
        kept.save()
        take_back_unsaid(kept.origin, ())
        for respondent in Respondent.objects.of_invitation(kept.invitation).standing():
            notifications.reopened(kept, respondent)
    return kept


def _differs(value: Any, kept: Any) -> bool:
    """Two ways to say nothing are one."""
    return value != kept and (has_answer(value) or has_answer(kept))


def _locked(invitation: Invitation) -> Response:
    """The response of a collectivité, its row held; made now if nobody answered yet. Raises SurveysError once the wave is over."""
    Invitation.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=invitation.pk)
    response = Response.objects.select_for_update(of=("self",)).filter(invitation=invitation.pk).first()
    if not Wave.objects.get(pk=invitation.wave_id).takes_answers:  # it may have been closed since the page was read
        raise SurveysError(
            _("Cette enquête est close\u00a0: cette page n’a pas été enregistrée. Ce qui l’était le reste.")
        )
    if response is None:
        response = Response.objects.create(invitation=invitation, wave=invitation.wave)
    response.invitation, response.wave = invitation, invitation.wave
    return response


@dataclass(frozen=True)
class _Sorted:
    """What may be written; what somebody else changed too, and is told; what they changed and nobody touches here."""

    mine: dict[str, Any]
    clashes: dict[str, Clash] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


def _as_kept(code: str, value: Any) -> Any:
    return value


def _sorted_out(
    response: Response, changes: dict[str, Any], seen: int, author: Author, shown: Callable[[str, Any], Any]
) -> _Sorted:
    """Who did not touch an answer sends it back as the page showed it, or as this very window saved it: the other's stays, and
    there is nothing to tell."""
    if not changes or seen >= response.revision:
        return _Sorted(changes)
    answers = Answer.objects.of_response(response)
    last = {row.code: row for row in answers.after(seen).last_of_each()}
    theirs = {code: row for code, row in last.items() if not _is_mine(row, author) and code in changes}
    if not theirs:
        return _Sorted(changes)
    before = {row.code: shown(row.code, row.value) for row in answers.until(seen).last_of_each()}
    if author.window:
        before |= {row.code: row.value for row in answers.after(seen).of_window(author.window).last_of_each()}
    touched = {code for code in theirs if _differs(changes[code], before.get(code, shown(code, None)))}
    clashes = {code: Clash(row.value, row.by, row.at, row.channel) for code, row in theirs.items() if code in touched}
    mine = {code: value for code, value in changes.items() if code not in theirs}
    return _Sorted(mine, clashes, frozenset(theirs) - touched)


def _is_mine(row: Answer, author: Author) -> bool:
    return bool(author.window) and row.window == author.window


def _write(response: Response, changes: Mapping[str, Any], author: Author) -> list[str]:
    """Put the changes into the response and write who made them; return the columns to save."""
    if not changes:
        return []
    conditions = conditions_of(response.wave.questionnaire_id)
    response.values = response.values | changes
    known = known_values(conditions.outline, response.invitation.actor, response.values)
    response.values = {code: value for code, value in (response.values | known).items() if has_answer(value)}
    response.revision, response.saved_at = response.revision + 1, timezone.now()
    Answer.objects.bulk_create(
        Answer(
            response=response,
            code=code,
            value=value if has_answer(value) else None,
            channel=author.channel,
            by=author.by,
            at=response.saved_at,
            revision=response.revision,
            window=author.window,
        )
        for code, value in changes.items()
    )
    written = ["values", "revision", "saved_at", "counted"]
    if response.is_finished:  # changed after it was sent: results, proposals and staff follow
        _sent_otherwise(response, conditions)
        written += ["state", "submitted_at", "read_at", "read_by", "followed_at"]
    return written


def _sent_otherwise(response: Response, conditions: Conditions) -> None:
    """What was sent changes: it counts as it is now, and is to be read again; without what must be answered, it is under way."""
    response.read_at, response.read_by, response.followed_at = None, "", None
    if missing_in(response, conditions):
        response.state, response.submitted_at, response.counted = ResponseState.UNDER_WAY, None, None
        return
    response.state, response.counted = ResponseState.SUBMITTED, counted(conditions, response.values)
    kick("surveys.follow_up", response.pk)
