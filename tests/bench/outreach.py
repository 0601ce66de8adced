"""Whom to meet next and how far the network has come, for the whole of France: 36,000 collectivités, 50,000 links, a wave of three
mails, one answer in three, three years of visits and needs."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from directory.models import Actor, Need
from outreach.enums import VisitState
from outreach.models import ContactChange, ContactFact, Priority, Visit
from outreach.services import current_weights, score_priorities, settle_contacts
from soco.mailing.enums import Category, State
from soco.mailing.models import Message
from surveys.audience import strata_of
from surveys.enums import Channel, QuestionnaireStatus, ResponseState, WaveStatus
from surveys.models import Invitation, Questionnaire, Response, Wave
from tests.factories import ServiceFactory

from . import databases, synthetic
from .measure import Figure, timed

COPY = "bench_outreach"
VISITS, NEEDS, MAILS = 3_000, 5_000, 3
DAYS = 3 * 365


def ready() -> int:
    """A copy of France with its links, that has lived; return how many collectivités there are."""
    synthetic.ready()
    databases.copied(synthetic.FRANCE_LINKS, COPY)
    draw, now = random.Random(11), timezone.now()
    actors = list(Actor.objects.existing().collectivites().for_asking().order_by("pk"))
    _ask(actors, draw, now)
    _meet(actors, draw, now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return len(actors)


def _ask(actors: list[Actor], draw: random.Random, now: datetime) -> None:
    questionnaire = Questionnaire.objects.create(
        code="bench", title="Bench", content={"code": "bench"}, status=QuestionnaireStatus.PUBLISHED
    )
    opened = now - timedelta(days=150)
    wave = Wave.objects.create(
        slug="bench", title="Bench", questionnaire=questionnaire, status=WaveStatus.OPEN, opens_on=opened.date(),
        closes_on=now.date() + timedelta(days=30),
        mailed_on=[(opened + timedelta(days=7 * number)).date().isoformat() for number in range(MAILS)],
    )  # fmt: skip
    rows = Invitation.objects.bulk_create(
        (Invitation(wave=wave, actor=actor, **strata_of(actor)) for actor in actors), batch_size=2000
    )
    Message.objects.bulk_create(
        (
            Message(
                key=f"bench:{row.pk}:{number}", kind="surveys.invitation", category=Category.SERVICE, state=State.SENT,
                to_email=f"mairie{row.pk}@exemple.fr", about=f"survey_invitation:{row.pk}", sent_at=opened,
            )
            for row in rows
            for number in range(MAILS)
        ),
        batch_size=2000,
    )  # fmt: skip
    Response.objects.bulk_create(
        (
            Response(
                wave=wave, invitation=row, state=ResponseState.SUBMITTED, channel=draw.choice(Channel.values),
                values={"Q32": draw.choice(["bien", "nom", "non"])}, submitted_at=opened + timedelta(days=draw.randrange(100)),
            )
            for row in draw.sample(rows, len(rows) // 3)
        ),
        batch_size=2000,
    )  # fmt: skip


def _meet(actors: list[Actor], draw: random.Random, now: datetime) -> None:
    Visit.objects.bulk_create(
        Visit(
            actor=actor, state=VisitState.DONE, starts_at=now - timedelta(days=draw.randrange(DAYS)), written_at=now,
            written_by="v@exemple.fr",
        )
        for actor in draw.choices(actors, k=VISITS)
    )  # fmt: skip
    services = [ServiceFactory(code=code) for code in ("conseil", "formations", "appui_jumelages")]
    Need.objects.bulk_create(
        Need(
            actor=actor, service=draw.choice([*services, None]), label="Un conseil", source="survey",
            origin=f"response:{number}:{draw.choice(['Q36:mois', 'Q35:conseil'])}",
            created_at=now - timedelta(days=draw.randrange(DAYS)),
        )
        for number, actor in enumerate(draw.choices(actors, k=NEEDS))
    )  # fmt: skip


def priorities(full: bool) -> Iterator[Figure]:
    """The points of all the collectivités of France in one statement, once their contact states are settled. Baseline: one
    sequential read of the same rows. `first`: the table is empty; `again`: it is full and nothing changed; `weights`: every row is
    written anew."""
    size = ready()
    settled = timed(settle_contacts, times=1, warm=0)
    read = timed(
        lambda: list(Actor.objects.collectivites().values_list("pk", "population", "contact_state")), times=3
    ).median
    yield Figure("contact_states_first", size, settled.median, "ms", baseline=read, limit=30_000)
    again = timed(settle_contacts, times=3, warm=0)
    yield Figure("contact_states_again", size, again.median, "ms", p95=again.p95, baseline=read, limit=10_000)
    one = Actor.objects.collectivites().by_name().first()
    alone = timed(lambda: settle_contacts([one.pk]), times=20)  # type: ignore[union-attr]
    yield Figure("contact_states_of_one", 1, alone.median, "ms", p95=alone.p95, baseline=read, limit=100)
    yield from _scored(size, read)


def _scored(size: int, read: float) -> Iterator[Figure]:
    first = timed(score_priorities, times=1, warm=0)
    if not Priority.objects.count() == size or not ContactChange.objects.exists() or not ContactFact.objects.exists():
        raise RuntimeError("nothing was counted")
    yield Figure("priorities_first", size, first.median, "ms", baseline=read, limit=5_000)
    again = timed(score_priorities, times=5, warm=0)
    yield Figure("priorities_again", size, again.median, "ms", p95=again.p95, baseline=read, limit=5_000)
    changed: list[Any] = []

    def doubled() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE outreach_priority SET score = score + 1000")
        changed.append(score_priorities())

    doubled()
    rewritten = timed(doubled, times=3, warm=0)
    if set(changed) != {size} or not current_weights():
        raise RuntimeError(f"rows written anew: {changed}")
    yield Figure("priorities_all_changed", size, rewritten.median, "ms", p95=rewritten.p95, baseline=read, limit=5_000)
