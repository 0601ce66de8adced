"""Figures that say the same thing everywhere, whatever the facts, their order and the hour at which they come."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from directory.enums import ContactState
from directory.models import Actor
from outreach import routing, services
from outreach.coverage import board_of_departement, board_of_region
from outreach.field_data import visits_of
from outreach.filters.coverage import CoverageSearch
from outreach.models import ContactFact, Priority
from outreach.models.coverage_words import collectivites
from outreach.month_report import month_report
from outreach.priority import score
from outreach.rounds import round_of
from outreach.services.priorities import months_before
from tests.factories import (
    AdhesionFactory,
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    EventFactory,
    ParticipantFactory,
    QuickNoteFactory,
    UserFactory,
    VisitFactory,
)
from tests.outreach.touring import BY, plan, stops

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def region(seed: int, settings: Any) -> list[Actor]:
    """Some départements with intercommunalités and communes, some met, some not, some without an intercommunalité."""
    chance = random.Random(seed)  # noqa: S311 - the same draw each time
    made = []
    for code in ("16", "87"):
        place = DepartementFactory(
            name=f"Dép. {code}", code=code, region_codes=[settings.REGION_CODE], departement_codes=[code]
        )
        made.append(place)
        where = {"departement": place, "departement_codes": [code], "region_codes": [settings.REGION_CODE]}
        groups = [EpciFactory(**where, population=chance.choice([None, 900, 60_000])) for _each in range(2)]
        made += groups
        for _each in range(6):
            people = chance.choice([None, 0, 499, 500, 1999, 2000, 10_000, 49_999, 50_000])
            made.append(CommuneFactory(**where, epci=chance.choice([*groups, None]), population=people))
    for actor in made:
        state = chance.choice(list(ContactState))
        met = chance.choice([None, date(2026, 3, 1)])
        until = date(2099, 1, 1) if state == ContactState.PAUSED else None
        Actor.objects.filter(pk=actor.pk).update(contact_state=state, last_met_on=met, paused_until=until)
    return made


@pytest.mark.parametrize("seed", range(3))
def test_each_figure_of_the_board_is_the_length_of_its_list(seed: int, settings: Any) -> None:
    region(seed, settings)
    today = timezone.localdate()
    boards = [board_of_region(settings.REGION_CODE, today=today)]
    places = Actor.objects.filter(nature="departement")
    boards += [board_of_departement(settings.REGION_CODE, place, today=today) for place in places]

    for board in boards:
        for row in [board.whole, *board.levels, *board.bands, *board.areas]:
            told = [(count, query) for _state, count, query in row.cells]
            for count, query in [*told, (row.total, row.all_query), (row.met, row.met_query)]:
                assert CoverageSearch(QueryDict(query)).found.count() == count, (row.label, query)
        assert sum(row.total for row in board.levels) == board.whole.total
    counted = Actor.objects.exclude(nature="region").filter(pk__in=collectivites(settings.REGION_CODE).values("pk"))
    assert sum(board.whole.total for board in boards[1:]) == counted.count()  # the région lies in no département


@pytest.mark.parametrize("seed", range(4))
def test_a_state_is_the_same_whatever_the_order_in_which_facts_came(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same draw each time
    actors = [CommuneFactory() for _each in range(2)]
    day = timezone.now() - timedelta(days=40)
    makers = [
        lambda actor: QuickNoteFactory(actor=actor, on=timezone.localdate(day)),
        lambda actor: VisitFactory(actor=actor, done=True, starts_at=day + timedelta(days=3)),
        lambda actor: AdhesionFactory(actor=actor),
        lambda actor: VisitFactory(actor=actor, done=True, starts_at=day),
    ]
    chosen = chance.sample(makers, chance.randint(1, len(makers)))
    for actor, order in zip(actors, (chosen, chosen[::-1]), strict=True):
        for make in order:
            make(actor)
            services.settle_contacts([actor.pk])
    assert services.settle_contacts() == 0
    one, other = Actor.objects.filter(pk__in=[actor.pk for actor in actors]).values("contact_state", "last_met_on")
    assert one == other


def test_a_collectivite_met_twice_on_one_day_is_met_first_once() -> None:
    user, actor = UserFactory(), CommuneFactory()
    start = datetime(2026, 3, 10, 9, tzinfo=PARIS)
    event = EventFactory(starts_at=start, ends_at=start + timedelta(hours=2))
    ParticipantFactory(registration__event=event, registration__actor=actor, attended=True)
    for hour in (3, 5):
        VisitFactory(actor=actor, voltigeur=user, done=True, starts_at=start + timedelta(hours=hour))
    services.settle_contacts()
    today = date(2026, 4, 2)

    assert len(month_report(date(2026, 3, 1), user, today=today).month.meetings) <= 1
    assert sum(month_report(date(2026, month, 1), None, today=today).month.meetings != [] for month in (2, 3, 4)) <= 1


@pytest.mark.parametrize("seed", range(2))
def test_points_in_the_table_are_those_of_the_sentences(seed: int, settings: Any) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same draw each time
    for actor in region(seed, settings):
        if chance.random() < 0.5:
            VisitFactory(
                actor=actor, done=True, starts_at=timezone.now() - timedelta(days=chance.choice([1, 29, 31, 180, 400]))
            )
    services.settle_contacts()
    services.score_priorities()

    rows = list(Priority.objects.all())
    assert len(rows) == Actor.objects.collectivites().count()
    assert all(row.score == score(row.signals, services.current_weights()) for row in rows)


# --- days -----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 3, 31, 22, 30, tzinfo=UTC), 4),  # half past midnight in Paris
        (datetime(2026, 3, 31, 21, 30, tzinfo=UTC), 3),
        (datetime(2026, 2, 28, 23, 30, tzinfo=UTC), 3),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 10),  # half past two, the first time
    ],
)
def test_a_visit_belongs_to_its_day_in_paris(moment: datetime, month: int) -> None:
    user = UserFactory()
    visit = VisitFactory(voltigeur=user, done=True, starts_at=moment)
    services.settle_contacts()

    told = [
        n for n in range(1, 12) if month_report(date(2026, n, 1), user, today=date(2026, 11, 26)).month.done == [visit]
    ]

    assert told == [month]
    assert ContactFact.objects.get().on == moment.astimezone(PARIS).date()
    assert visit in visits_of(user, moment.astimezone(PARIS).date())


def test_the_end_of_february() -> None:
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert month_report(date(2028, 2, 1), None, today=date(2028, 2, 29)).title
    adhesion = AdhesionFactory(year=2028, starts_on=date(2028, 2, 29), ends_on=date(2028, 2, 29))
    with patch("django.utils.timezone.now", return_value=datetime(2028, 2, 28, 23, 30, tzinfo=UTC)):
        services.settle_contacts()
    assert Actor.objects.get(pk=adhesion.actor_id).contact_state == ContactState.MEMBER


# --- tours ----------------------------------------------------------------------------------------------------------------------
def test_a_stop_that_lost_its_place_can_still_be_driven_around(bearn: list[Actor]) -> None:
    tour = services.create_tour(plan(bearn[0]), [each.pk for each in bearn[1:4]], by=BY)
    services.confirm_tour(tour, by=BY)
    Actor.objects.filter(pk=bearn[2].pk).update(latitude=None, longitude=None)

    driven = round_of(tour, stops(tour))
    assert driven.km < 200
    services.move_stop(tour, stops(tour)[0].pk, up=False, by=BY)
    services.put_in_shortest_order(tour, by=BY)
    assert len(stops(tour)) == 3


def test_places_at_one_point_and_on_both_sides_of_the_date_line() -> None:
    same = routing.distances_between([(45.0, 1.0)] * 13)
    assert sorted(routing.shortest_round(same)) == list(range(1, 13))
    across = routing.distances_between([(0.0, 179.9), (0.0, -179.9), (0.0, 179.0)])
    assert across[0][1] < 40
    assert routing.length_of(across, routing.shortest_round(across)) < 400


def test_a_tour_of_the_night_the_clocks_change_keeps_its_hours(bearn: list[Actor]) -> None:
    year = timezone.localdate().year + 1
    for month in (3, 10):
        sunday = max(date(year, month, day) for day in range(25, 32) if date(year, month, day).weekday() == 6)
        tour = services.create_tour(plan(bearn[0], day=sunday, leaves_at=time(8, 30)), [bearn[1].pk], by=BY)
        (stop,) = stops(tour)
        local = timezone.localtime(stop.starts_at)
        assert (local.date(), local.hour) == (sunday, 8) or local.hour == 9
        assert timezone.localtime(round_of(tour, [stop]).leaves_at).hour == 8
