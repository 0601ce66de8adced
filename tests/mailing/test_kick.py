"""A task starts on commit, once however often it was asked for, and never for what was rolled back."""

import pytest
from django.db import connection, transaction

from soco.celery import kick

pytestmark = pytest.mark.django_db


def asked() -> list[str]:
    return [func.name for _ids, func, _robust in connection.run_on_commit if hasattr(func, "name")]


class Undone(Exception):
    pass


def test_one_start_for_a_transaction() -> None:
    with transaction.atomic():
        for _time in range(3):
            kick("mailing.deliver")
        kick("mailing.sweep")

    assert asked() == ["mailing.deliver", "mailing.sweep"]


def test_a_start_undone_with_its_savepoint_is_asked_for_again() -> None:
    with transaction.atomic():
        with pytest.raises(Undone), transaction.atomic():
            kick("mailing.deliver")
            raise Undone
        assert asked() == []
        kick("mailing.deliver")

    assert asked() == ["mailing.deliver"]


def test_a_start_outside_an_open_savepoint_is_not_taken_for_granted_by_the_next() -> None:
    with transaction.atomic():
        with transaction.atomic():
            kick("mailing.deliver")
        kick("mailing.deliver")

    assert asked() == ["mailing.deliver", "mailing.deliver"]
