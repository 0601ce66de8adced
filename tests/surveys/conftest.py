"""What the tests of questionnaires share."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from soco.accounts.roles import TEAM
from surveys.models import Questionnaire
from surveys.outline import outline_of
from surveys.services import next_version, publish, save_draft
from tests.factories.surveys import TWO_PAGES, InvitationFactory, RespondentFactory, WaveFactory
from tests.surveys.drafts import signed_in

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


@pytest.fixture
def team(db) -> Client:
    """Somebody of the team, signed in."""
    return signed_in(TEAM)


@pytest.fixture
def draft(db) -> Questionnaire:
    """The draft of a first version."""
    return save_draft(outline_of(TWO_PAGES), by="lea@exemple.fr")


@pytest.fixture
def second(db) -> Questionnaire:
    """The draft of a second version."""
    publish(save_draft(outline_of(TWO_PAGES), by="lea@exemple.fr"))
    return next_version("essai", by="lea@exemple.fr")
