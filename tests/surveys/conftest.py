"""What the tests of questionnaires share."""

from pathlib import Path

import pytest
from django.core.management import call_command

from surveys.models import Questionnaire
from tests.factories.surveys import InvitationFactory, RespondentFactory, WaveFactory

ROOT = Path(__file__).parents[2]


@pytest.fixture
def aect(db) -> Questionnaire:
    """The AECT questionnaire, published."""
    call_command("load_questionnaire_aect")
    return Questionnaire.objects.published().get(code="aect")


@pytest.fixture
def asked(aect):
    """Somebody of a commune who was asked the AECT questionnaire."""
    invitation = InvitationFactory(wave=WaveFactory(questionnaire=aect), actor__name="Aubusson")
    return RespondentFactory(invitation=invitation, email="secretariat@aubusson.example")
