"""What the tests of the editor's pages ask of its draft, and who signs in."""

from django.contrib.auth.models import Group as AuthGroup
from django.core.management import call_command
from django.test import Client

from surveys.editing import mark_of, order_of, part_of
from surveys.models import Questionnaire
from surveys.outline import Outline, Question
from tests.factories import UserFactory

DRAFT = "/equipe/questionnaires/essai/modifier/"
Q1 = {"label": "Agissez-vous\u00a0?", "choices": "oui = oui\nnon = non", "is_required": "on"}


def signed_in(role: str) -> Client:
    call_command("sync_permissions")
    user = UserFactory(staff=True)
    user.groups.add(AuthGroup.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def outline() -> Outline:
    """The draft as it is now."""
    return Questionnaire.objects.drafts().get(code="essai").outline


def question(code: str) -> Question:
    found = outline().question(code)
    assert found
    return found


def seen(code: str = "") -> str:
    return mark_of(part_of(outline(), code))


def order() -> str:
    return mark_of(order_of(outline()))
