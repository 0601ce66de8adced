"""Whom to meet next: each signal is found, is worth what staff says, and is told in a sentence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from directory.enums import ContactState, Vitality
from directory.models import Actor
from outreach import priority
from outreach.enums import VisitState
from outreach.models import Priority
from outreach.services import OutreachError, change_weights, current_weights, rank_of, score_priorities, settle_contacts
from surveys.enums import ResponseState, WaveStatus
from tests.factories import (
    CommuneFactory,
    EpciFactory,
    JumelageFactory,
    NeedFactory,
    PartnerFactory,
    RelaunchFactory,
    ResponseFactory,
    ServiceFactory,
    VisitFactory,
    WaveFactory,
)
from tests.factories.surveys import InvitationFactory

pytestmark = pytest.mark.django_db


def days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def found(actor: Actor) -> dict[str, Any]:
    settle_contacts()
    score_priorities()
    return Priority.objects.get(actor=actor).signals


def asked_of(*days: int, **wave: Any) -> Any:
    """Asked by a wave whose mails left so many days ago, the first when it opened."""
    mails = [timezone.localdate() - timedelta(days=each) for each in days or (40, 33, 19)]
    return InvitationFactory(
        wave=WaveFactory(opens_on=mails[0], mailed_on=[each.isoformat() for each in mails], **wave)
    )


def answering(values: dict[str, Any], days: int = 1) -> Actor:
    response = ResponseFactory(state=ResponseState.SUBMITTED, submitted_at=days_ago(days), values=values)
    return response.invitation.actor


# --- each signal ----------------------------------------------------------------------------------------------------------
def test_never_met() -> None:
    never, reached, refusing = CommuneFactory(), VisitFactory(done=True).actor, CommuneFactory()
    Actor.objects.filter(pk=refusing.pk).update(contact_state=ContactState.REFUSED)

    assert priority.NEVER_MET in found(never)
    assert priority.NEVER_MET not in found(reached)


def test_silent_after_three_mails() -> None:
    silent, twice, just_now, draft, demo = (
        asked_of(40, 33, 19),
        asked_of(120, 113),
        asked_of(27, 20, 6),
        asked_of(status=WaveStatus.DRAFT),
        asked_of(is_demo=True),
    )
    kept_out = asked_of()
    kept_out.kept_out = "refus"
    kept_out.save()

    assert found(silent.actor)[priority.SILENT] == str(silent.wave.opens_on)
    for other in (twice, just_now, draft, demo, kept_out):
        assert priority.SILENT not in found(other.actor)


def test_who_answered_since_is_not_silent() -> None:
    invitation = asked_of()
    ResponseFactory(
        invitation=invitation, wave=invitation.wave, state=ResponseState.SUBMITTED, submitted_at=days_ago(30)
    )

    assert priority.SILENT not in found(invitation.actor)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"origin": "response:1:Q36:mois"}, "visite"),
        ({"origin": "response:2:Q10:rendez_vous"}, "visite"),
        ({"origin": "visit:3:0", "with_service": "appui_jumelages"}, "relance"),
        ({"origin": "response:4:Q10:document"}, None),
        ({"origin": "response:5:Q35:conseil"}, None),
        ({"origin": "response:6:Q36:mois", "state": "sans_suite", "answer": "Non."}, None),
    ],
)
def test_a_visit_or_a_relaunch_was_asked_for(values: dict[str, Any], what: str | None) -> None:
    code = values.pop("with_service", None)
    need = NeedFactory(actor=CommuneFactory(), service=ServiceFactory(code=code) if code else None, **values)

    assert found(need.actor).get(priority.ASKED, {}).get("what") == what


def test_a_relaunch_under_way_counts_as_asked() -> None:
    relaunch = RelaunchFactory()

    assert found(relaunch.jumelage.collectivite)[priority.ASKED]["what"] == "relance"


def test_a_visit_made_since_answers_what_was_asked() -> None:
    need = NeedFactory(actor=CommuneFactory(), origin="response:1:Q36:mois", created_at=days_ago(30))
    VisitFactory(actor=need.actor, done=True)

    assert priority.ASKED not in found(need.actor)


@pytest.mark.parametrize(
    ("vitality", "counts"), [(Vitality.DORMANT, True), (Vitality.TO_RELAUNCH, True), (Vitality.ACTIVE, False)]
)
def test_a_jumelage_to_wake(vitality: Vitality, counts: bool) -> None:
    jumelage = JumelageFactory(vitality=vitality)
    hidden = JumelageFactory(vitality=vitality, is_published=False)

    assert (found(jumelage.collectivite).get(priority.TO_WAKE) == [jumelage.partner.name]) is counts
    assert priority.TO_WAKE not in found(hidden.collectivite)


def test_a_need_that_waits() -> None:
    late = NeedFactory(actor=CommuneFactory(), created_at=days_ago(61))
    fresh = NeedFactory(actor=CommuneFactory(), created_at=days_ago(59))

    assert found(late.actor)[priority.WAITING] == str(timezone.localdate(late.created_at))
    assert priority.WAITING not in found(fresh.actor)


def test_who_did_not_know_the_network() -> None:
    assert priority.UNAWARE in found(answering({"Q32": "non"}))
    assert priority.UNAWARE not in found(answering({"Q32": "nom"}))


def test_a_neighbour_met_this_month() -> None:
    met = VisitFactory(done=True, actor=CommuneFactory(name="Lescar", latitude=43.33, longitude=-0.43)).actor
    near, far = CommuneFactory(latitude=43.30, longitude=-0.37), CommuneFactory(latitude=44.84, longitude=-0.58)
    epci = EpciFactory(latitude=43.31, longitude=-0.38)

    assert found(near)[priority.NEAR]["name"] == "Lescar" and found(near)[priority.NEAR]["km"] == 6
    for other in (met, far, epci):
        assert priority.NEAR not in found(other)


def test_who_was_met_or_refused_this_year_can_wait() -> None:
    met = VisitFactory(done=True).actor
    refusing = VisitFactory(
        state=VisitState.REFUSED, starts_at=days_ago(10), written_at=days_ago(10), actor=CommuneFactory()
    ).actor
    old = VisitFactory(done=True, starts_at=days_ago(400)).actor

    assert found(met)[priority.RECENT]["why"] == "rencontre"
    assert found(refusing)[priority.RECENT]["why"] == "refus"
    assert priority.RECENT not in found(old)


def test_a_population_is_worth_what_staff_says() -> None:
    small, large, unknown = (CommuneFactory(population=people) for people in (499, 60_000, None))
    assert found(small)[priority.POPULATION] == "0-500"

    assert change_weights({"population_0-500": 7, "population_50000-": -3}, by="e@soco.example")

    scores = {row.actor_id: row.score for row in Priority.objects.all()}
    assert [scores[actor.pk] for actor in (small, large, unknown)] == [37, 27, 30]


def test_partners_and_those_that_exist_no_more_have_no_points() -> None:
    partner, closed, standing = PartnerFactory(), CommuneFactory(closed=True), CommuneFactory()
    score_priorities()
    assert list(Priority.objects.filter(actor__in=[partner, closed, standing]).values_list("actor", flat=True)) == [
        standing.pk
    ]

    Actor.objects.filter(pk=standing.pk).update(valid_until=timezone.localdate())
    score_priorities()

    assert not Priority.objects.filter(actor__in=[partner, closed, standing]).exists()


# --- all together ---------------------------------------------------------------------------------------------------------
def test_the_database_and_the_sentences_count_the_same() -> None:
    """Whatever was found, the points written are those told."""
    makers: list[Callable[[], Actor]] = [
        CommuneFactory,
        lambda: VisitFactory(done=True).actor,
        lambda: asked_of(120).actor,
        lambda: NeedFactory(actor=CommuneFactory(), origin="response:9:Q36:mois", created_at=days_ago(90)).actor,
        lambda: JumelageFactory(vitality=Vitality.DORMANT).collectivite,
        lambda: answering({"Q32": "non"}),
    ]
    for make in makers:
        make()
    change_weights({code: number * 7 - 20 for number, code in enumerate(priority.WEIGHTS)}, by="e@soco.example")
    settle_contacts()
    score_priorities()
    weights = current_weights()

    rows = list(Priority.objects.all())

    assert len({row.score for row in rows}) > 4
    assert [row.score for row in rows] == [priority.score(row.signals, weights) for row in rows]


def test_twice_is_once_and_one_statement_counts_all(django_assert_num_queries: Any) -> None:
    for _each in range(3):
        CommuneFactory()

    assert (score_priorities(), score_priorities()) == (Actor.objects.collectivites().count(), 0)
    with django_assert_num_queries(5):  # its turn, the weights, the statement, its savepoint
        score_priorities()


def test_equals_share_their_rank() -> None:
    met = VisitFactory(done=True).actor
    asking = NeedFactory(actor=CommuneFactory(), origin="response:9:Q36:mois").actor
    settle_contacts()
    score_priorities()

    ranks = [rank_of(row) for row in Priority.objects.highest_first()]

    others = Actor.objects.collectivites().count() - 2
    assert ranks == [1, *([2] * others), others + 2]
    assert [row.actor for row in Priority.objects.highest_first()][:: len(ranks) - 1] == [asking, met]


# --- weights --------------------------------------------------------------------------------------------------------------
def test_weights_said_again_change_nothing_and_wild_ones_are_refused() -> None:
    assert not change_weights(priority.WEIGHTS, by="e@soco.example")
    with pytest.raises(OutreachError, match="de -200 à 200 points"):
        change_weights({priority.ASKED: 201}, by="e@soco.example")
    assert current_weights() == priority.WEIGHTS


# --- sentences ------------------------------------------------------------------------------------------------------------
SIGNALS = {
    "never_met": True,
    "silent": "2026-03-01",
    "asked": {"what": "relance", "on": "2026-05-02"},
    "to_wake": ["Bad Homburg", "Poblet"],
    "waiting": "2026-01-05",
    "unaware": True,
    "near": {"name": "Gan", "km": 7, "on": "2026-11-02"},
    "population": "0-500",
    "recent": {"why": "refus", "on": "2026-10-01"},
}


def test_every_point_is_a_sentence() -> None:
    weights = priority.WEIGHTS | {"population_0-500": 5}

    assert [point.sentence for point in priority.points(SIGNALS, weights)] == [
        "jamais rencontrée par le réseau\u00a0: +30",
        "interrogée le 01/03/2026, sans réponse après trois courriels\u00a0: +20",
        "relance de jumelage demandée (02/05/2026)\u00a0: +40",
        "jumelages à réveiller (Bad Homburg, Poblet)\u00a0: +15",
        "besoin sans réponse depuis le 05/01/2026\u00a0: +15",
        "ne connaissait pas le réseau\u00a0: +10",
        "Gan, à 7\u00a0km, rencontrée le 02/11/2026\u00a0: +5",
        "moins de 500 habitants\u00a0: +5",
        "a refusé une visite le 01/10/2026\u00a0: −50",
    ]


def test_what_is_missing_is_told_too() -> None:
    told = {point.code for point in priority.missing({"never_met": True}, priority.WEIGHTS)}

    assert told == {"silent", "asked", "to_wake", "waiting", "unaware", "near"}
    assert not priority.missing(SIGNALS, priority.WEIGHTS)
