"""Changes made by people, one form or one file at a time: each value keeps who said it, searches and counts follow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from math import isclose
from typing import Any, NamedTuple, cast

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from directory import counts_version
from directory.enums import HUMAN_SOURCES, Nature, Source
from directory.models import Actor
from directory.models.expressions import SearchKey

from . import links
from .jumelages import follow_successions
from .naming import search_terms
from .refusals import refusal

PLACES = (Nature.REGION, Nature.DEPARTEMENT, Nature.EPCI)
SEARCHED = {"name", "short_name", "siren", "postal_codes", "former_names", "epci", "departement", "region"}
SHOWN_BY_MEMBERS = {"name", "short_name"}
BATCH = 500


class Place(NamedTuple):
    """What others borrow from an EPCI, a département or a région."""

    name: str
    short_name: str
    code: str


PlaceNames = Mapping[int, Place]  # by id


@dataclass(frozen=True)
class KeptValue:
    """A value that a person of the field gave too recently for a file to replace it; links are ids."""

    field: str
    value: Any
    refused: Any
    source: str
    day: date | None
    by: str


@dataclass(frozen=True)
class Edit:
    """What to write in one actor's row."""

    actor: Actor
    columns: Mapping[str, Any]

    def write(self) -> None:
        Actor.objects.filter(pk=self.actor.pk).update(**self.columns)


@transaction.atomic
def save_by_staff(actor: Actor, changed_fields: Iterable[str], by: str) -> None:
    """Save the values that a staff member gave to `changed_fields` of `actor`, each with its provenance.

    `actor` already carries the new values; other fields are left as they are in the database. `by`: an e-mail address.
    Safe to call twice; nothing to do for no field. Raises IntegrityError if the database refuses the row.
    """
    names = list(dict.fromkeys(changed_fields))
    if not names:
        return
    actor.provenance = (
        Actor.objects.select_for_update(of=("self",)).values_list("provenance", flat=True).get(pk=actor.pk)
    )
    with pghistory.context(source=Source.STAFF.value, by=by):
        prepared(actor, names, source=Source.STAFF, by=by).write()
        tell_others([actor], names, by=by)
    transaction.on_commit(counts_version.bump)


@transaction.atomic
def remove_by_staff(actors: QuerySet[Actor], by: str) -> int:
    """Delete actors and return how many; the history keeps them. Raises ProtectedError if other rows need one."""
    pks = list(actors.order_by("pk").values_list("pk", flat=True))
    with pghistory.context(source=Source.STAFF.value, by=by):
        Actor.objects.filter(pk__in=pks).delete()
    transaction.on_commit(counts_version.bump)
    return len(pks)


def prepared(
    actor: Actor,
    names: Iterable[str],
    *,
    source: Source,
    by: str,
    verifier: str = "",
    places: PlaceNames | None = None,
) -> Edit:
    """The edit that saves the fields `names` of `actor`: their values, their provenance, its search terms.

    `actor.provenance` is what the locked row holds. `verifier`: who read it before it was published, a `Verifier`, if
    somebody did. `places`: its EPCI, département and région, read if None.
    """
    names = list(names)
    said = {"source": source.value, "at": timezone.now().isoformat(timespec="seconds"), "by": by}
    if verifier:
        said["verifier"] = verifier
    actor.provenance = {**actor.provenance, **dict.fromkeys(names, said)}
    columns = {name: getattr(actor, attname(name)) for name in names}
    columns |= {"provenance": actor.provenance, "updated_at": timezone.now()}
    if "email" in names:  # the links sent to the former address open nothing any more
        columns["link_version"] = F("link_version") + 1
    if SEARCHED & set(names):
        places = places if places is not None else place_names([actor])
        columns["search_terms"] = actor.search_terms = terms_of(actor, places)
        columns |= _codes_around(actor, names, places)
    return Edit(actor, columns)


def _codes_around(actor: Actor, names: Iterable[str], places: PlaceNames) -> dict[str, list[str]]:
    """The codes that follow a changed département or région; an EPCI may straddle several, and keeps its own."""
    if actor.nature == Nature.EPCI:
        return {}
    links = {"departement": actor.departement_id, "region": actor.region_id}
    found = {name: places.get(pk) if pk else None for name, pk in links.items() if name in names}
    return {f"{name}_codes": [place.code] if place else [] for name, place in found.items()}


def write_many(edits: Sequence[Edit], *, by: str) -> dict[int, str]:
    """Write edits, the whole batch at a time; those that the database refuses are told, by actor id and in French.

    Call it in a transaction, with the rows locked, in a history context.
    """
    refused: dict[int, str] = {}
    for batch in _batches(edits):
        try:
            with transaction.atomic():
                for edit in batch:
                    edit.write()
        except IntegrityError:
            refused |= _one_by_one(batch)
    names = {attribute.removesuffix("_id") for edit in edits for attribute in edit.columns}
    tell_others([edit.actor for edit in edits], names, by=by)
    return refused


def tell_others(actors: Sequence[Actor], names: Iterable[str], *, by: str) -> None:
    """After the fields `names` of `actors` changed: whoever borrows them for being found follows, and so do the jumelages of
    one that got a successor."""
    changed = set(names)
    places = [actor.pk for actor in actors if actor.nature in PLACES]
    if places and SHOWN_BY_MEMBERS & changed:
        refresh_members(places)
    if links.SHOWN_BY_JUMELAGES & changed:
        links.follow_actors(actor.pk for actor in actors)
    if "successor" in changed:
        follow_successions([actor.pk for actor in actors], source=Source.STAFF, by=by)


def _one_by_one(edits: Iterable[Edit]) -> dict[int, str]:
    refused = {}
    for edit in edits:
        try:
            with transaction.atomic():
                edit.write()
        except IntegrityError as error:
            refused[edit.actor.pk] = refusal(error, Actor)
    return refused


def split_by_age(actor: Actor, values: Mapping[str, Any], as_of: date) -> tuple[dict[str, Any], list[KeptValue]]:
    """What a file whose data are of the day `as_of` may change in `actor`, and what it may not. Links are ids.

    A value that a person of the field gave on that day or later is kept; one that does not differ is in neither.
    Under the row's own entry « * », an empty field was given by nobody.
    """
    allowed: dict[str, Any] = {}
    kept: list[KeptValue] = []
    for name, value in values.items():
        current = getattr(actor, attname(name))
        if _is_same(current, value):
            continue
        said = actor.provenance.get(name) or ({} if current in (None, "", []) else actor.provenance.get("*", {}))
        day = _day_of(said.get("at"))
        if said.get("source") in HUMAN_SOURCES and (day is None or day >= as_of):
            kept.append(KeptValue(name, current, value, said["source"], day, said.get("by") or ""))
        else:
            allowed[name] = value
    return allowed, kept


def given(actor: Actor, names: Iterable[str]) -> dict[str, Any]:
    """The non-empty values of an unsaved actor, as `create_partner` takes them.

    One with a département and no seat also gets the département's région, and the codes of both.
    """
    values = {name: value for name in names if (value := getattr(actor, name)) not in (None, "", [])}
    departement = values.get("departement")
    if departement and not values.get("seat"):
        region = values.get("region") or departement.region
        values |= {
            "region": region,
            "departement_codes": [departement.code],
            "region_codes": [region.code] if region else [],
        }
    return values


def code_of_namesake(actor: Actor) -> str | None:
    """The code of an actor of the same nature, country and name (folded as searches fold it), None if there is none."""
    same = Actor.objects.filter(nature=actor.nature, country=actor.country_id, name_key=SearchKey(Value(actor.name)))
    return same.order_by("pk").values_list("code", flat=True).first()


def _is_same(current: Any, value: Any) -> bool:
    """Equal, or coordinates that only a spreadsheet's sixteenth digit tells apart."""
    if isinstance(current, float) and isinstance(value, float):
        return isclose(current, value, rel_tol=1e-12)
    return bool(current == value)


def attname(name: str) -> str:
    """The attribute that holds a field's own value: « epci » → epci_id."""
    return str(cast(Any, Actor._meta.get_field(name)).attname)


def terms_of(actor: Actor, places: PlaceNames) -> str:
    """The search terms of `actor` as its fields are now."""
    around = [places[pk] for pk in (actor.epci_id, actor.departement_id, actor.region_id) if pk and pk in places]
    return search_terms(
        code=actor.code,
        siren=actor.siren,
        postal_codes=actor.postal_codes,
        former_codes=actor.former_codes,
        names=[*actor.former_names, actor.short_name, *(name for place in around for name in place[:2])],
    )


def place_names(actors: Iterable[Actor]) -> dict[int, Place]:
    """The names of the EPCI, départements and régions of `actors`, in one query."""
    wanted = {pk for actor in actors for pk in (actor.epci_id, actor.departement_id, actor.region_id) if pk}
    rows = Actor.objects.filter(pk__in=wanted).order_by().values_list("pk", "name", "short_name", "code")
    return {pk: Place(*place) for pk, *place in rows}


def refresh_members(places: list[int]) -> None:
    """The members of renamed places are found by the new names."""
    inside = Q(epci__in=places) | Q(departement__in=places) | Q(region__in=places)
    refresh_terms(Actor.objects.filter(inside).values_list("pk", flat=True))


def refresh_terms(pks: Iterable[int]) -> None:
    """The other words that find these actors, from what their fields are now."""
    actors = list(Actor.objects.filter(pk__in=pks).order_by("pk").defer("search_document", "former_keys"))
    names = place_names(actors)
    for actor in actors:
        actor.search_terms = terms_of(actor, names)
    Actor.objects.bulk_update(actors, ["search_terms"], batch_size=BATCH)


def _batches(edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    rest = iter(edits)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _day_of(at: str | None) -> date | None:
    """The day of an ISO date or date-time, in the site's time zone; None if it cannot be read."""
    try:
        moment = parse_datetime(at) if at and "T" in at else None
        if moment:
            return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
        return date.fromisoformat((at or "")[:10])
    except ValueError:
        return None
