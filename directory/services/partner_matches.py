"""Which announcements and which local authorities could meet an announcement: candidates in SQL, weighed by `partner_matching`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from directory import notifications
from directory.geography import kilometres_between
from directory.models import Actor, PartnerSearch
from directory.models.reference import country_names, theme_names
from directory.partner_matching import Meeting, Names, Side, band_of, languages_of, meeting

WEEK = timedelta(days=7)
NEWS_DAYS = 30  # an announcement older than this is news for nobody
CARD = (
    "name",
    "slug",
    "nature",
    "legal_form",
    "population",
    "latitude",
    "longitude",
    "country",
    "departement",
    "is_demo",
)


@dataclass(frozen=True)
class Match:
    """An announcement, or an actor, that could meet another announcement. `distance`: kilometres, None if unknown."""

    actor: Actor
    score: int
    reasons: list[str]
    distance: float | None
    search: PartnerSearch | None = None


def side_of(search: PartnerSearch) -> Side:
    """An announcement with what its author is."""
    actor: Any = search.actor
    return Side(
        country=actor.country_id,
        kind=search.kind,
        countries=search.country_codes,
        themes=search.theme_codes,
        bands=search.population_bands,
        band=band_of(actor.population),
        languages=search.languages,
        tags=search.identity_tags,
    )


def side_of_actor(actor: Actor) -> Side:
    """An actor, by what it does and says of itself."""
    is_twinned, country = actor.jumelage_count > 0, str(actor.country_id)
    return Side(
        country=country,
        countries=actor.cooperation_countries if is_twinned else (),
        themes=actor.cooperation_themes if is_twinned else (),
        band=band_of(actor.population),
        languages=languages_of(country),
        tags=actor.identity_tags,
    )


def matching_searches(search: PartnerSearch) -> list[Match]:
    """The open announcements that fit `search`, the best first; those of the demonstration fit each other only. One query."""
    rows = PartnerSearch.objects.open(timezone.localdate()).meeting(search).by_common_ground(search).for_card()
    rows = rows if search.is_demo else rows.real()
    found = [_match(search, side_of(row), row.actor, row) for row in rows[: settings.DIRECTORY_MATCHING_CANDIDATES]]
    return _best(found)


def matching_actors(search: PartnerSearch, *, but: Iterable[Match] = ()) -> list[Match]:
    """The local authorities of the répertoire that fit `search`, the best first; not those of the matches `but`, who are shown
    already. One query."""
    shown = [match.actor.pk for match in but]
    rows = Actor.objects.published().may_answer(search).exclude(pk__in=shown).select_related("country", "departement")
    rows = rows if search.is_demo else rows.real()
    rows = rows.only(
        *CARD,
        *("jumelage_count", "cooperation_countries", "cooperation_themes", "identity_tags"),
        *("country__name", "departement__name"),
    )
    found = [_match(search, side_of_actor(row), row) for row in rows[: settings.DIRECTORY_MATCHING_CANDIDATES]]
    return _best(found)


def _weighed(one: Side, other: Side) -> Meeting:
    names = Names(country_names(), theme_names())
    return meeting(one, other, weights=settings.DIRECTORY_MATCHING_WEIGHTS, names=names)


def _match(search: PartnerSearch, side: Side, actor: Any, other: PartnerSearch | None = None) -> Match:
    weighed = _weighed(side_of(search), side)
    author: Any = search.actor
    distance = None
    if author.is_located and actor.is_located:
        distance = kilometres_between(author.latitude, author.longitude, actor.latitude, actor.longitude)
    return Match(actor, weighed.score, weighed.reasons, distance, other)


def _best(found: Iterable[Match]) -> list[Match]:
    """Those that are worth showing. Sorting is stable: equals stay in the order of the database."""
    kept = [match for match in found if match.score >= settings.DIRECTORY_MATCHING_LEAST and match.reasons]
    return sorted(kept, key=lambda match: -match.score)[: settings.DIRECTORY_MATCHING_SHOWN]


# --- « une annonce correspond à la vôtre » ----------------------------------------------------------------------------------
@transaction.atomic
def tell_matches(now: datetime) -> int:
    """Write to the authors of open announcements whom a newer one fits: one mail a week and an author, about their announcement
    that it fits best. Return how many mails. Safe twice, and to run late."""
    rows = PartnerSearch.objects.open(timezone.localdate(now)).real().signed().newest_first().for_page()
    by_author: dict[str, list[PartnerSearch]] = defaultdict(list)
    for search in rows.select_for_update(of=("self",), skip_locked=True):
        by_author[search.author_email].append(search)
    by_author.pop("", None)
    news = list(
        PartnerSearch.objects.open(timezone.localdate(now))
        .real()
        .published_since(now - timedelta(days=NEWS_DAYS))
        .latest_published()
        .for_card()
    )
    told = 0
    for mine in by_author.values():
        last = max((search.matches_told_at for search in mine if search.matches_told_at), default=None)
        if last and last > now - WEEK:
            continue
        search, fitting = max(((one, _fitting(one, news)) for one in mine), key=lambda pair: _best_score(pair[1]))
        if fitting:
            notifications.search_matched(search, [match.search.pk for match in fitting if match.search], on=now)
            PartnerSearch.objects.filter(pk=search.pk).update(matches_told_at=now)
            told += 1
    return told


def _fitting(search: PartnerSearch, news: list[PartnerSearch]) -> list[Match]:
    """The announcements published since this one's author was last told of some, and that fit it."""
    since: Any = search.matches_told_at or search.published_at
    newer: list[Any] = [row for row in news if row.published_at and row.published_at > since]
    return _best(_match(search, side_of(row), row.actor, row) for row in newer if row.actor_id != search.actor_id)


def _best_score(matches: list[Match]) -> int:
    return matches[0].score if matches else 0
