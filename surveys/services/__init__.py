"""The gestures of questionnaires."""

from surveys.typed import MOST_BLOCKS

from .answering import (
    Author,
    Clash,
    IncompleteError,
    Saved,
    counting_values,
    mark_read,
    missing_in,
    pages_of,
    reopen,
    save_page,
    submit,
)
from .end_page import end_page
from .errors import SurveysError
from .follow_up import follow_up, follow_up_due, propose
from .prefill import Known
from .questionnaires import publish, save_draft
from .respondents import Found, add_colleague, ask_spontaneously, hand_over, links_of, take_back, write_to

__all__ = [
    "MOST_BLOCKS",
    "Author",
    "Clash",
    "Found",
    "IncompleteError",
    "Known",
    "Saved",
    "SurveysError",
    "add_colleague",
    "ask_spontaneously",
    "counting_values",
    "end_page",
    "follow_up",
    "follow_up_due",
    "hand_over",
    "links_of",
    "mark_read",
    "missing_in",
    "pages_of",
    "propose",
    "publish",
    "reopen",
    "save_draft",
    "save_page",
    "submit",
    "take_back",
    "write_to",
]
