"""Questionnaires for tests."""

import factory
from factory.django import DjangoModelFactory

from surveys.enums import QuestionnaireStatus
from surveys.models import Questionnaire

TWO_PAGES = {
    "code": "essai",
    "title": "Un essai",
    "sections": [
        {
            "code": "debut",
            "title": "Pour commencer",
            "questions": [
                {
                    "code": "Q1", "kind": "unique", "label": "Agissez-vous\u00a0?", "is_required": True,
                    "choices": [["oui", "oui"], ["non", "non"]],
                },
                {"code": "Q2", "kind": "texte", "label": "Avec qui\u00a0?", "visible_if": "selected(${Q1}, 'oui')"},
            ],
        },
        {
            "code": "fin",
            "title": "Pour finir",
            "questions": [{"code": "Q3", "kind": "long", "label": "Un message\u00a0?"}],
        },
    ],
}  # fmt: skip


class QuestionnaireFactory(DjangoModelFactory[Questionnaire]):
    """A draft of two pages; `published`: one that waves may use."""

    class Meta:
        model = Questionnaire

    class Params:
        published = factory.Trait(status=QuestionnaireStatus.PUBLISHED)

    code = factory.Sequence(lambda n: f"essai-{n}")
    title = "Un essai"
    content = factory.LazyAttribute(lambda made: TWO_PAGES | {"code": made.code})
