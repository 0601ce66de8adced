"""The gestures of questionnaires."""

from surveys.typed import MOST_BLOCKS

from .answering import (
    Author,
    Clash,
    IncompleteError,
    Saved,
    counting_values,
    missing_in,
    pages_of,
    reopen,
    save_page,
    submit,
)
from .coding import code_text
from .drafting import StaleError, change_draft, drop_draft, next_version, publish_draft, start_draft
from .end_page import end_page
from .errors import SurveysError
from .files import keep_file
from .follow_up import follow_up, follow_up_due, propose
from .forgetting import forget_old_people, forget_person
from .outcomes import forget_outcome, note_outcome
from .prefill import Known
from .questionnaires import kept_codes, publish, save_draft
from .reading import mark_read, people_named_in, said_to_be, take_contact
from .respondents import add_colleague, ask_spontaneously, hand_over, links_of, take_back, write_to
from .results import publish_results, withdraw_results
from .waves import (
    Audience,
    asked_elsewhere,
    audience_of,
    calendar_of,
    close,
    close_those_over,
    extend,
    is_concerned,
    launch,
    launch_refusal,
    pause,
    prepare_batch,
    remind,
    remind_due,
    resume,
    save_wave,
    silent_lists,
)

__all__ = [
    "MOST_BLOCKS",
    "Audience",
    "Author",
    "Clash",
    "IncompleteError",
    "Known",
    "Saved",
    "StaleError",
    "SurveysError",
    "add_colleague",
    "ask_spontaneously",
    "asked_elsewhere",
    "audience_of",
    "calendar_of",
    "change_draft",
    "close",
    "close_those_over",
    "code_text",
    "counting_values",
    "drop_draft",
    "end_page",
    "extend",
    "follow_up",
    "follow_up_due",
    "forget_old_people",
    "forget_outcome",
    "forget_person",
    "hand_over",
    "is_concerned",
    "keep_file",
    "kept_codes",
    "launch",
    "launch_refusal",
    "links_of",
    "mark_read",
    "missing_in",
    "next_version",
    "note_outcome",
    "pages_of",
    "pause",
    "people_named_in",
    "prepare_batch",
    "propose",
    "publish",
    "publish_draft",
    "publish_results",
    "remind",
    "remind_due",
    "reopen",
    "resume",
    "said_to_be",
    "save_draft",
    "save_page",
    "save_wave",
    "silent_lists",
    "start_draft",
    "submit",
    "take_back",
    "take_contact",
    "withdraw_results",
    "write_to",
]
