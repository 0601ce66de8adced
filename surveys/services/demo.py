"""The wave of the demonstration: the AECT questionnaire with fictitious answers; no mail leaves."""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from surveys.audience import strata_of
from surveys.enums import Channel, QuestionKind, WaveStatus
from surveys.models import Invitation, Questionnaire, Respondent, Wave
from surveys.outline import Question
from surveys.published import conditions_of
from surveys.values import UNKNOWN

from .answering import Author, pages_of, save_page, submit

SLUG = "demonstration-aect"
ASKED, ANSWERED, BEGUN = 160, 90, 15
SEED = 2017


@transaction.atomic
def seed_demo_wave(by: str) -> int:
    """Add the wave if it is missing and the questionnaire is there; return how many collectivités it asks. Safe to call twice."""
    questionnaire = Questionnaire.objects.published().filter(code="aect").first()
    if questionnaire is None or Wave.objects.with_slug(SLUG).exists():
        return 0
    today = timezone.localdate()
    wave = Wave.objects.create(
        slug=SLUG,
        title=_("Enquête de démonstration"),
        questionnaire=questionnaire,
        status=WaveStatus.OPEN,
        opens_on=today - timedelta(days=20),
        closes_on=today + timedelta(days=40),
        contact_name="Camille Exemple",
        contact_email="demonstration@exemple.invalid",
        created_by=by,
        is_demo=True,
        launched_at=timezone.now(),
    )
    actors = list(Actor.objects.published().collectivites().for_demo_wave().for_asking()[:ASKED])
    invitations = Invitation.objects.bulk_create(
        Invitation(wave=wave, actor=actor, **strata_of(actor)) for actor in actors
    )
    Respondent.objects.bulk_create(
        Respondent(invitation=row, email=f"mairie{position}@exemple.invalid")
        for position, row in enumerate(invitations)
    )
    Wave.objects.filter(pk=wave.pk).update(
        audience_size=len(actors), prepared=len(actors), mailed_on=[(today - timedelta(days=20)).isoformat()]
    )
    chance = random.Random(SEED)  # noqa: S311 - fictitious answers, the same each time
    for position, invitation in enumerate(invitations[: ANSWERED + BEGUN]):
        _answer(invitation, chance, is_whole=position < ANSWERED)
    return len(actors)


@transaction.atomic
def remove_demo_wave() -> int:
    count = Wave.objects.demo().count()
    Wave.objects.demo().delete()
    return count


def count_demo_wave() -> int:
    return Wave.objects.demo().count()


def _answer(invitation: Invitation, chance: random.Random, *, is_whole: bool) -> None:
    """Answer as somebody would, page after page; one that is not whole stops in the middle."""
    author = Author(chance.choice([Channel.MAIL, Channel.MAIL, Channel.PHONE]), "demonstration@exemple.invalid")
    conditions = conditions_of(invitation.wave.questionnaire_id)
    values: dict[str, Any] = {"Q1": {"nom": invitation.actor.name, "acteur": invitation.actor_id}}
    engaged = ["active", "active", "sommeil", "ponctuel", "projet"]
    values["Q5"] = chance.choice(engaged if invitation.is_engaged else ["jamais", "jamais", "passee", "projet"])
    response = save_page(invitation, values, seen=0, author=author).response
    pages = pages_of(response, conditions)
    for page in pages if is_whole else pages[: len(pages) // 2]:
        for question in page.questions:
            if question.code not in values and chance.random() < 0.9:
                values[question.code] = _said(question, chance)
    save_page(invitation, values, seen=response.revision, author=author)
    if is_whole:
        submit(invitation, author=author)


def _said(question: Question, chance: random.Random) -> Any:
    choices = [choice.value for choice in question.choices]
    kind = question.kind
    if kind == QuestionKind.SINGLE:
        return chance.choice(choices)
    if kind in (QuestionKind.MULTIPLE, QuestionKind.RANKING):
        usual = [value for value in choices if value != question.exclusive]
        return chance.sample(usual, min(len(usual), chance.randint(1, question.most or 3)))
    if kind == QuestionKind.CONSENT:
        return [value for value in choices if value != "fiche" and chance.random() < 0.8]
    if kind == QuestionKind.SCALE:
        return chance.choice([1, 2, 2, 3, 3, 4, 5, UNKNOWN])
    if kind == QuestionKind.GRID:
        return {row.value: chance.choice(choices) for row in question.rows}
    if kind == QuestionKind.LONG:
        return chance.choice(["Une réponse de démonstration.", "Le renouvellement des bénévoles est difficile.", ""])
    return chance.randint(10, 80) if kind == QuestionKind.INTEGER else None
