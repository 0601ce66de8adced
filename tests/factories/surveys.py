"""Questionnaires for tests."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from surveys.enums import Channel, QuestionnaireStatus, WaveStatus
from surveys.models import Answer, AnswerFile, Invitation, Questionnaire, Respondent, Response, Wave
from tests.factories.actors import CommuneFactory

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


class WaveFactory(DjangoModelFactory[Wave]):
    """A wave that is open, since yesterday and for two months."""

    class Meta:
        model = Wave

    slug = factory.Sequence(lambda n: f"vague-{n}")
    title = "L’enquête de l’année"
    questionnaire = factory.SubFactory(QuestionnaireFactory, published=True)
    status = WaveStatus.OPEN
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    closes_on = factory.LazyAttribute(lambda made: made.opens_on + timedelta(days=60) if made.opens_on else None)
    contact_name = "Camille Martin"
    contact_email = "camille@soco.example"


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    wave = factory.SubFactory(WaveFactory)
    actor = factory.SubFactory(CommuneFactory)
    nature = factory.LazyAttribute(lambda made: made.actor.nature)
    departement = factory.LazyAttribute(lambda made: (made.actor.departement_codes or [""])[0])


class RespondentFactory(DjangoModelFactory[Respondent]):
    class Meta:
        model = Respondent

    invitation = factory.SubFactory(InvitationFactory)
    email = factory.Sequence(lambda n: f"secretariat{n}@mairie.example")


class ResponseFactory(DjangoModelFactory[Response]):
    """A response that was begun; `sent`: one that was sent today."""

    class Meta:
        model = Response

    class Params:
        sent = factory.Trait(state="soumise", submitted_at=factory.LazyFunction(timezone.now))

    invitation = factory.SubFactory(InvitationFactory)
    wave = factory.LazyAttribute(lambda made: made.invitation.wave)


class AnswerFactory(DjangoModelFactory[Answer]):
    class Meta:
        model = Answer

    response = factory.SubFactory(ResponseFactory)
    code = "Q1"
    value = "oui"
    channel = Channel.MAIL
    revision = 1


class AnswerFileFactory(DjangoModelFactory[AnswerFile]):
    class Meta:
        model = AnswerFile

    invitation = factory.SubFactory(InvitationFactory)
    code = "Q1"
    name = "photo.jpg"
    file = factory.django.FileField(filename="photo.jpg", data=b"\xff\xd8\xff\xe0")
