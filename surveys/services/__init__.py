"""The gestures of questionnaires."""

from .errors import SurveysError
from .questionnaires import publish, save_draft

__all__ = ["SurveysError", "publish", "save_draft"]
