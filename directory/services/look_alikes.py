"""The pairs that staff should look at: found, narrowed, set aside as « two actors », shown again."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet, Value

from directory import counts_version
from directory.duplicates import Pair, Reason, strongest_first
from directory.models import Actor, Jumelage, NotDuplicate, look_alikes
from directory.models.expressions import SearchKey
from directory.models.merge import NotDuplicateQuerySet

FOUND, COUNT = "directory.duplicates", "directory.duplicates:count"
FOUND_SECONDS, COUNT_SECONDS = 36 * 3600, 3600
QUICK_SECONDS = 2.0  # that a page may spend on finding them again
Fiche = Actor | Jumelage


@dataclass(frozen=True)
class LookAlike:
    """A pair with its two fiches; `said`: who set it aside, if somebody did."""

    pair: Pair
    first: Fiche
    second: Fiche
    said: NotDuplicate | None = None


@dataclass(frozen=True)
class _Found:
    """What was found when the répertoire was at `version`, and the `seconds` that it took."""

    pairs: list[Pair]
    version: int
    seconds: float


def refresh() -> int:
    """Find all pairs that look alike, for the pages that show them; return how many."""
    return len(_search().pairs)


def pairs() -> list[Pair]:
    """The pairs that wait to be looked at, the strongest first.

    Found again once a fiche was written if that is quick; in a large répertoire, what last night found. What was merged or set
    apart since is left out in any case.
    """
    known: _Found | None = cache.get(FOUND)
    if known is None or (known.version != counts_version.current() and known.seconds < QUICK_SECONDS):
        known = _search()
    waiting = _waiting(known.pairs)
    cache.set(COUNT, len(waiting), COUNT_SECONDS)
    return waiting


def count() -> int:
    """How many pairs wait, an hour old at most: the staff's home asks often, and every fiche written changes the answer."""
    known = cache.get(COUNT)
    return int(known) if known is not None else len(pairs())


def _search() -> _Found:
    version, start = counts_version.current(), time.perf_counter()
    found = strongest_first([*look_alikes.pairs_of_actors(), *look_alikes.pairs_of_jumelages()])
    known = _Found(found, version, time.perf_counter() - start)
    cache.set(FOUND, known, FOUND_SECONDS)
    return known


def _waiting(found: Sequence[Pair]) -> list[Pair]:
    """Those that nobody set apart, and whose fiches both stand. Three queries."""
    apart = {_pair_of(row) for row in NotDuplicate.objects.all()}
    actors = _ids(Actor.objects.existing(), found, is_of_jumelages=False)
    jumelages = _ids(Jumelage.objects.standing(), found, is_of_jumelages=True)
    return [
        pair
        for pair in found
        if (pair.is_of_jumelages, pair.first, pair.second) not in apart
        and {pair.first, pair.second} <= (jumelages if pair.is_of_jumelages else actors)
    ]


def set_aside() -> list[Pair]:
    """The pairs said to be two actors, or two jumelages, the last said first."""
    rows = NotDuplicate.objects.newest_first()
    return [
        Pair(row.first_id, row.second_id)
        if row.first_id and row.second_id
        else Pair(row.first_jumelage_id or 0, row.second_jumelage_id or 0, is_of_jumelages=True)
        for row in rows
    ]


def narrowed(
    found: Sequence[Pair], *, reason: str = "", nature: str = "", country: str = "", text: str = ""
) -> list[Pair]:
    """The pairs for this reason, one of whose fiches (or the partner of one of whose jumelages) has this nature and country, and
    this text in its name or as its code. At most two queries."""
    kept = [pair for pair in found if not reason or Reason(reason) in pair.reasons]
    if not (nature or country or text):
        return kept
    actors = _ids(Actor.objects.filter(_about("", nature, country, text)), kept, is_of_jumelages=False)
    partners = _about("partner__", nature, country, "") & (_named("partner__", text) | _named("collectivite__", text))
    jumelages = _ids(Jumelage.objects.filter(partners), kept, is_of_jumelages=True)
    return [pair for pair in kept if {pair.first, pair.second} & (jumelages if pair.is_of_jumelages else actors)]


def with_fiches(found: Sequence[Pair]) -> list[LookAlike]:
    """These pairs with what a line shows of their fiches; one whose fiche is gone is left out. Three queries."""
    actors = Actor.objects.for_comparison().in_bulk(_both(found, is_of_jumelages=False))
    jumelages = Jumelage.objects.for_comparison().in_bulk(_both(found, is_of_jumelages=True))
    said = {_pair_of(row): row for row in NotDuplicate.objects.filter(_said_of(found))}
    rows = []
    for pair in found:
        fiches: dict[int, Fiche] = {**jumelages} if pair.is_of_jumelages else {**actors}
        if pair.first in fiches and pair.second in fiches:
            key = (pair.is_of_jumelages, pair.first, pair.second)
            rows.append(LookAlike(pair, fiches[pair.first], fiches[pair.second], said.get(key)))
    return rows


def why_alike(one: Fiche, other: Fiche) -> Pair:
    """The reasons of two fiches that somebody compares; none if nothing was found."""
    first, second = sorted((one.pk, other.pk))
    is_of_jumelages = isinstance(one, Jumelage)
    for pair in pairs():
        if (pair.first, pair.second, pair.is_of_jumelages) == (first, second, is_of_jumelages):
            return pair
    return Pair(first, second, is_of_jumelages=is_of_jumelages)


def like_actor(actor: Actor) -> list[Actor]:
    """At most three partners that look like this one, the nearest name first."""
    pks = look_alikes.like_actor(actor.pk)
    found = Actor.objects.defer("search_document").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def said_to_be_two(one: Fiche, other: Fiche) -> NotDuplicate | None:
    return _rows(one, other).first()


@transaction.atomic
def set_apart(one: Fiche, other: Fiche, *, by: str) -> bool:
    """Say that these are two actors, or two jumelages: they are not proposed any more. False if it was said already."""
    first, second = sorted((one.pk, other.pk))
    names = ("first_jumelage_id", "second_jumelage_id") if isinstance(one, Jumelage) else ("first_id", "second_id")
    _row, is_new = NotDuplicate.objects.get_or_create(
        **dict(zip(names, (first, second), strict=True)), defaults={"said_by": by}
    )
    transaction.on_commit(lambda: cache.delete(COUNT))
    return is_new


@transaction.atomic
def look_again(one: Fiche, other: Fiche) -> bool:
    """Propose again a pair that was set apart; False if it was not."""
    deleted, _by_table = _rows(one, other).delete()
    transaction.on_commit(lambda: cache.delete(COUNT))
    return bool(deleted)


def _rows(one: Fiche, other: Fiche) -> NotDuplicateQuerySet:
    words = NotDuplicate.objects
    return words.of_jumelages(one.pk, other.pk) if isinstance(one, Jumelage) else words.of_actors(one.pk, other.pk)


def _about(prefix: str, nature: str, country: str, text: str) -> Q:
    condition = _named(prefix, text)
    if nature:
        condition &= Q(**{f"{prefix}nature": nature})
    if country:
        condition &= Q(**{f"{prefix}country": country})
    return condition


def _named(prefix: str, text: str) -> Q:
    if not text:
        return Q()
    key = SearchKey(Value(text))
    return Q(**{f"{prefix}name_key__contains": key}) | Q(**{f"{prefix}code__iexact": text})


def _both(found: Iterable[Pair], *, is_of_jumelages: bool) -> list[int]:
    chosen = (pair for pair in found if pair.is_of_jumelages == is_of_jumelages)
    return sorted({pk for pair in chosen for pk in (pair.first, pair.second)})


def _ids(rows: QuerySet[Any], found: Iterable[Pair], *, is_of_jumelages: bool) -> set[int]:
    return set(rows.filter(pk__in=_both(found, is_of_jumelages=is_of_jumelages)).values_list("pk", flat=True))


def _said_of(found: Iterable[Pair]) -> Q:
    firsts = [pair.first for pair in found]
    return Q(first__in=firsts) | Q(first_jumelage__in=firsts)


def _pair_of(row: NotDuplicate) -> tuple[bool, int | None, int | None]:
    if row.first_id:
        return False, row.first_id, row.second_id
    return True, row.first_jumelage_id, row.second_jumelage_id
