"""The tables of questionnaires."""

from .questionnaire import Questionnaire, QuestionnaireQuerySet
from .response import LINK, Answer, Respondent, RespondentQuerySet, Response, ResponseQuerySet
from .wave import Invitation, SurveyInvitationQuerySet, Wave, WaveQuerySet

__all__ = [
    "LINK",
    "Answer",
    "Invitation",
    "Questionnaire",
    "QuestionnaireQuerySet",
    "Respondent",
    "RespondentQuerySet",
    "Response",
    "ResponseQuerySet",
    "SurveyInvitationQuerySet",
    "Wave",
    "WaveQuerySet",
]
