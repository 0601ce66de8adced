"""The tables of questionnaires."""

from .questionnaire import Questionnaire, QuestionnaireQuerySet
from .response import FILE_ENDINGS, LINK, Answer, AnswerFile, Respondent, RespondentQuerySet, Response, ResponseQuerySet
from .wave import Invitation, SurveyInvitationQuerySet, Wave, WaveQuerySet

__all__ = [
    "FILE_ENDINGS",
    "LINK",
    "Answer",
    "AnswerFile",
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
