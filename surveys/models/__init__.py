"""The tables of questionnaires."""

from .questionnaire import Questionnaire, QuestionnaireQuerySet

__all__ = ["Questionnaire", "QuestionnaireQuerySet"]
