"""Flagging silent jumelages: who, once, in one statement, and never over somebody's confirmation."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from directory import services, tasks, vitality
from directory.enums import Source
from directory.models import Jumelage
from directory.services.vitality import flag_silent
from directory.vitality import Life
from soco.celery import app
from tests.factories import CommuneFactory, JumelageFactory

TODAY = date(2026, 11, 25)
SINCE = date(2023, 11, 25)


def flagged() -> set[int]:
    return set(Jumelage.objects.to_verify().values_list("pk", flat=True))


# --- which ones ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_silent_ones_are_flagged_once_and_keep_their_vitality() -> None:
    silent = JumelageFactory(year_signed=1974, vitality="actif", last_action_on=SINCE - timedelta(days=1))
    JumelageFactory(last_action_on=SINCE)
    JumelageFactory(vitality="clos")
    JumelageFactory(hidden=True)
    known = JumelageFactory(to_verify=True)

    assert flag_silent(TODAY) == 1
    assert flag_silent(TODAY) == 0

    assert flagged() == {silent.pk, known.pk}
    silent.refresh_from_db()
    assert silent.vitality == "actif"
    assert silent.provenance["to_verify"]["by"] == "le contrôle de vitalité"
    assert silent.provenance["*"]["source"] == "staff"


@pytest.mark.django_db
def test_history_says_that_the_clock_did_it() -> None:
    JumelageFactory()

    flag_silent(TODAY)

    event = Jumelage.pgh_event_model.objects.get()
    assert (event.to_verify, event.pgh_context.metadata) == (
        False,
        {"by": "le contrôle de vitalité", "origin": "vitality"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_one_statement_however_many(number: int, django_assert_num_queries) -> None:
    JumelageFactory.create_batch(number)

    with django_assert_num_queries(3):  # a savepoint, the update and its context, the end
        flag_silent(TODAY)


@pytest.mark.django_db
def test_a_confirmation_clears_the_flag_for_as_many_months() -> None:
    jumelage = JumelageFactory()
    flag_silent(TODAY)
    jumelage.refresh_from_db()
    jumelage.verified_at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    services.save_jumelage(jumelage, ["verified_at"], source=Source.ORGANISATION, by="a@exemple.fr")
    assert flagged() == set()

    for later in (TODAY, date(2029, 11, 25)):
        assert flag_silent(later) == 0
    assert flag_silent(date(2029, 11, 26)) == 1


@pytest.mark.django_db
def test_rows_and_dates_give_the_same_answer() -> None:
    """`silent_since` and `vitality.is_silent` are the same rule, in SQL and in Python."""
    actions = (None, SINCE - timedelta(days=1), SINCE, SINCE + timedelta(days=1))
    years = (None, 1974, 2023, 2024)
    confirmations = (None, SINCE - timedelta(days=1), SINCE)
    lives = {}
    commune = CommuneFactory()
    for action, year, confirmed, is_ended in product(actions, years, confirmations, (False, True)):
        jumelage = JumelageFactory(
            collectivite=commune,
            last_action_on=action,
            year_signed=year,
            verified_at=confirmed and datetime(confirmed.year, confirmed.month, confirmed.day, 12, tzinfo=UTC),
            vitality="clos" if is_ended else "",
            words=False,
        )
        lives[jumelage.pk] = Life(action, year, None, confirmed, is_ended)

    found = set(Jumelage.objects.silent_since(SINCE).values_list("pk", flat=True))

    assert len(lives) == 96
    assert found == {pk for pk, life in lives.items() if vitality.is_silent(life, SINCE)}


# --- by the clock -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_task_flags_once() -> None:
    jumelage = JumelageFactory()

    tasks.check_vitality()
    tasks.check_vitality()

    assert flagged() == {jumelage.pk}


def test_the_beat_starts_it_each_night() -> None:
    entry = app.conf.beat_schedule["directory.check_vitality"]

    assert entry["task"] == tasks.check_vitality.name
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({4}, {20})


# --- at once ------------------------------------------------------------------------------------------------------------
def flag_during(gesture, jumelage: Jumelage) -> int:
    """Flag while `gesture` holds the row, written and not yet committed; return how many were flagged."""
    found: list[int] = []
    started = Event()

    def flag() -> None:
        started.set()
        found.append(flag_silent(timezone.localdate()))
        connection.close()

    thread = Thread(target=flag)
    with transaction.atomic():
        gesture(jumelage)
        thread.start()
        started.wait()
        thread.join(0.5)
        assert thread.is_alive(), "the flag did not wait for the row"
    thread.join(10)
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_somebody_who_confirms_at_the_same_moment_is_not_contradicted() -> None:
    def confirms(jumelage: Jumelage) -> None:
        jumelage.verified_at = timezone.now()
        services.save_jumelage(jumelage, ["verified_at"], source=Source.ORGANISATION, by="a@exemple.fr")

    assert flag_during(confirms, JumelageFactory()) == 0
    assert flagged() == set()


@pytest.mark.django_db(transaction=True)
def test_somebody_who_tells_an_action_at_the_same_moment_is_not_contradicted() -> None:
    def tells(jumelage: Jumelage) -> None:
        jumelage.last_action_on = timezone.localdate()
        services.save_jumelage(jumelage, ["last_action_on"], source=Source.ORGANISATION, by="a@exemple.fr")

    assert flag_during(tells, JumelageFactory()) == 0


@pytest.mark.django_db(transaction=True)
def test_another_change_at_the_same_moment_is_kept_beside_the_flag() -> None:
    def renames(jumelage: Jumelage) -> None:
        jumelage.title = "Cinquante ans d’échanges"
        services.save_jumelage(jumelage, ["title"], source=Source.ORGANISATION, by="a@exemple.fr")

    jumelage = JumelageFactory()
    assert flag_during(renames, jumelage) == 1
    jumelage.refresh_from_db()
    assert (jumelage.title, jumelage.to_verify) == ("Cinquante ans d’échanges", True)
    assert set(jumelage.provenance) == {"*", "title", "to_verify"}
