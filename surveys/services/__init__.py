"""The gestures of questionnaires."""

from .coding import code_text
from .errors import SurveysError
from .questionnaires import publish, save_draft
from .results import publish_results, withdraw_results

__all__ = ["SurveysError", "code_text", "publish", "publish_results", "save_draft", "withdraw_results"]
