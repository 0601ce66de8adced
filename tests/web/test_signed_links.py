"""Signed links: derived, for one purpose and one object, until a day, revoked by version; guessing one is hopeless."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from soco.web import signed_links
from soco.web.signed_links import ExpiredLink, InvalidLink

TODAY = date(2026, 11, 24)


@given(st.integers(1, 2**40), st.integers(1, 1000), st.integers(0, 2000))
def test_what_was_put_in_comes_out(pk: int, version: int, days: int) -> None:
    link = signed_links.make("fiche", pk, version=version, days=days)

    assert signed_links.read(link.token) == link
    assert signed_links.make("fiche", pk, version=version, days=days).token == link.token


def test_a_reminder_rebuilds_the_same_link() -> None:
    with time_machine.travel(TODAY, tick=False):
        first = signed_links.make("fiche", 7, since=TODAY).token
    with time_machine.travel(TODAY + timedelta(days=30), tick=False):
        assert signed_links.make("fiche", 7, since=TODAY).token == first
        assert signed_links.read(first).pk == 7


def test_the_last_day_is_included_and_the_next_is_not() -> None:
    token = signed_links.make("fiche", 7, days=10, since=TODAY).token

    with time_machine.travel(TODAY + timedelta(days=10, hours=20), tick=False):
        assert signed_links.read(token).last_day == TODAY + timedelta(days=10)
    with time_machine.travel(TODAY + timedelta(days=11, hours=1), tick=False), pytest.raises(ExpiredLink):
        signed_links.read(token)


def test_every_other_token_is_refused() -> None:
    token = signed_links.make("fiche", 0x1F, version=1, days=10).token
    purpose, pk, version, days, signature = token.split(".")
    forged = [
        "",
        "fiche",
        token[:-1],
        token + "x",
        token.upper(),
        ".".join(["invitation", pk, version, days, signature]),
        ".".join([purpose, "20", version, days, signature]),
        ".".join([purpose, pk, "2", days, signature]),
        ".".join([purpose, pk, version, "fff", signature]),
        ".".join([purpose, pk, version, days, "A" * len(signature)]),
        "é" * 20,
    ]

    for attempt in forged:
        with pytest.raises(InvalidLink):
            signed_links.read(attempt)
    with pytest.raises(InvalidLink):
        signed_links.read(token, purpose="stop")
    with override_settings(SECRET_KEY="another"), pytest.raises(InvalidLink):
        signed_links.read(token)


def test_a_raised_version_revokes() -> None:
    link = signed_links.make("fiche", 7, version=1)

    link.check(1)
    with pytest.raises(ExpiredLink):
        link.check(2)


@pytest.mark.django_db
def test_the_page_of_a_link_nobody_answers_or_that_was_never_made(client) -> None:
    assert client.get(f"/lien/{signed_links.make('personne', 1).token}/").status_code == 404
    answer = client.get("/lien/n-importe-quoi/")
    assert answer.status_code == 404
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
def test_guessing_costs_no_query(client, django_assert_num_queries) -> None:
    client.get("/lien/rien/")  # what every page asks once is in the cache
    with django_assert_num_queries(0):
        client.get("/lien/fiche.1f.1.9d8.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")
