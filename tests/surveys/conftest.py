"""What the tests of questionnaires share."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from soco.accounts.roles import TEAM
from surveys import services
from surveys.enums import Channel
from surveys.models import Questionnaire
from surveys.outline import outline_of
from surveys.services import next_version, publish, save_draft
from surveys.services.answering import Author
from tests.factories.actors import CountryFactory, PartnerFactory
from tests.factories.jumelages import JumelageFactory
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


@pytest.fixture
def countries(db):
    for iso2, name in (("DE", "Allemagne"), ("SN", "Sénégal"), ("PL", "Pologne")):
        CountryFactory(iso2=iso2, name=name)


@pytest.fixture
def twinned(asked, countries):
    partner = PartnerFactory(foreign=True, name="Fürth", country_id="DE")
    services.save_page(asked.invitation, {"Q5": "active"}, seen=0, author=Author(Channel.MAIL, asked.email))
    return JumelageFactory(
        collectivite=asked.invitation.actor, partner=partner, year_signed=1992, vitality="actif", kind="jumelage"
    )
