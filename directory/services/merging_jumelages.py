"""Two jumelages of one pair made one: by hand, or because their two partners were one."""

from collections.abc import Mapping, Sequence
from typing import Any

import pghistory
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.duplicates import completes
from directory.enums import RelaunchState, Source
from directory.models import (
    Actor,
    ChangeProposal,
    Contact,
    Jumelage,
    JumelageActor,
    JumelageDocument,
    Merge,
    Project,
    Relaunch,
)

from . import comparison, links
from .comparison import lines_between, taken_from
from .errors import DirectoryError
from .jumelages import said
from .refusals import told
from .rows import Touched

# What belongs to a jumelage and follows it as it is; rooms above add theirs with `follow_jumelage`.
FOLLOWING: dict[type[models.Model], str] = {
    JumelageDocument: "jumelage",
    Contact: "jumelage",
    Project: "jumelage",
    ChangeProposal: "jumelage",
}


def twins(kept: Actor, absorbed: Actor) -> list[tuple[Jumelage, Jumelage]]:
    """The jumelages that would be the same once the two actors are one: same other side, kind and year of start; the kept
    fiche's first."""

    def key(jumelage: Jumelage) -> tuple[Any, ...]:
        sides = {jumelage.collectivite_id, jumelage.partner_id} - {kept.pk, absorbed.pk}
        return frozenset(sides), jumelage.kind, jumelage.year_started

    rows = Jumelage.objects.standing().select_related("collectivite", "partner").order_by("pk")
    own = {key(jumelage): jumelage for jumelage in rows.in_pair_of(kept.pk)}
    theirs = ((key(jumelage), jumelage) for jumelage in rows.in_pair_of(absorbed.pk))
    return [(own[found], jumelage) for found, jumelage in theirs if found in own]


def refusal_to_merge_jumelages(kept: Jumelage, absorbed: Jumelage) -> str:
    """Why these two may not become one, in French; « » if they may."""
    if kept.pk == absorbed.pk:
        return _("C’est le même jumelage, deux fois.")
    if {kept.collectivite_id, kept.partner_id} != {absorbed.collectivite_id, absorbed.partner_id}:
        return _("Ces deux jumelages n’ont pas les deux mêmes acteurs.")
    for jumelage in (kept, absorbed):
        if jumelage.successor_id:
            return _("«\u00a0%(name)s\u00a0» est déjà fusionné dans un autre jumelage.") % {"name": jumelage.name}
    if kept.is_demo != absorbed.is_demo:
        return _("Un jumelage de démonstration ne se fusionne pas avec un vrai.")
    return ""


@transaction.atomic
def merge_jumelages(kept: Jumelage, absorbed: Jumelage, choices: Mapping[str, int] | None = None, *, by: str) -> Merge:
    """Make one jumelage of two of the same pair, and return what was written down of it. `choices`: as for actors.

    `absorbed` is hidden and leads to `kept`; its documents, people, projects and proposals follow. Raises DirectoryError,
    nothing written, if they may not be merged or if the database refuses the values chosen together.
    """
    pks = {kept.pk, absorbed.pk}
    links.lock_actors(_actors_of(pks))
    kept, absorbed = (_locked(pks)[pk] for pk in (kept.pk, absorbed.pk))
    if refused := refusal_to_merge_jumelages(kept, absorbed):
        raise DirectoryError(_("Rien n’a été fusionné. %(why)s") % {"why": refused})
    touched = Touched()
    taken = taken_from(absorbed, lines_between(kept, absorbed), choices or {})
    context = {"source": Source.STAFF.value, "by": by, "origin": f"fusion-jumelage:{absorbed.pk}:{kept.pk}"}
    with pghistory.context(**context), told(Jumelage):
        join(touched, kept, absorbed, taken)
        links.refresh_jumelages(pks)
        links.refresh_actors(sorted(_actors_of(pks)))
        before, after = touched.snapshots()
        return Merge.objects.create(
            kept_jumelage=kept, absorbed_jumelage=absorbed, before=before, after=after, merged_by=by
        )


def join(touched: Touched, kept: Jumelage, absorbed: Jumelage, taken: Sequence[str] | None = None) -> None:
    """Hide `absorbed` behind `kept`, and hand over what belongs to it. `taken`: the fields whose value it gives; those that the
    kept one leaves empty if None. In the caller's transaction and history context."""
    values = _missing(kept, absorbed) if taken is None else {name: getattr(absorbed, name) for name in taken}
    touched.touch(
        Jumelage, [absorbed.pk]
    )  # it leaves its place before the other may take its year; undone the other way round
    touched.touch(Jumelage, [kept.pk])
    Jumelage.objects.filter(pk=absorbed.pk).update(is_published=False, successor=kept, updated_at=Now())
    if values:
        sources = {name: absorbed.source_of(name) or said(Source.STAFF, "") for name in values}
        Jumelage.objects.filter(pk=kept.pk).update(
            **values, provenance=kept.provenance | sources, updated_at=timezone.now()
        )
    _hand_over(touched, kept, absorbed)


def _missing(kept: Jumelage, absorbed: Jumelage) -> dict[str, Any]:
    """What the kept jumelage does not say and the other does, as far as the dates still hold together."""
    values: dict[str, Any] = {}
    for group in comparison.JUMELAGE_GROUPS:
        first, second = comparison.said(kept, group), comparison.said(absorbed, group)
        if completes(second.values, first.values):
            values |= {name: getattr(absorbed, name) for name in group.fields}
    if absorbed.is_published and not kept.is_published:
        values["is_published"] = True
    ended_on = values.get("ended_on", kept.ended_on)
    if ended_on is not None:
        for name in ("year_signed", "year_started"):
            if (values.get(name) or 0) > ended_on.year:
                del values[name]
        years = [values.get(name, getattr(kept, name)) or 0 for name in ("year_signed", "year_started")]
        if max(years) > ended_on.year:  # the other's end precedes this one's own beginning
            for name in ("vitality", "vitality_on", "ended_on"):
                values.pop(name, None)
    return values


def _hand_over(touched: Touched, kept: Jumelage, absorbed: Jumelage) -> None:
    for model, field in FOLLOWING.items():
        rows: Any = model._default_manager
        pks = list(rows.filter(**{field: absorbed.pk}).order_by("pk").values_list("pk", flat=True))
        touched.touch(model, pks)
        rows.filter(pk__in=pks).update(**{field: kept.pk})
    _hand_over_participants(touched, kept, absorbed)
    is_relaunched = Relaunch.objects.open().filter(jumelage=kept).exists()
    for row in Relaunch.objects.filter(jumelage=absorbed).order_by("pk"):
        touched.touch(Relaunch, [row.pk])
        closed = {"state": RelaunchState.GIVEN_UP, "closed_at": timezone.now()} if row.is_open and is_relaunched else {}
        Relaunch.objects.filter(pk=row.pk).update(jumelage=kept, **closed)


def _hand_over_participants(touched: Touched, kept: Jumelage, absorbed: Jumelage) -> None:
    present = set(JumelageActor.objects.filter(jumelage=kept).values_list("actor_id", "role"))
    for row in JumelageActor.objects.filter(jumelage=absorbed).order_by("pk"):
        touched.touch(JumelageActor, [row.pk])
        if (row.actor_id, row.role) in present:
            row.delete()
        else:
            JumelageActor.objects.filter(pk=row.pk).update(jumelage=kept)


def _actors_of(jumelages: set[int]) -> set[int]:
    pairs = Jumelage.objects.filter(pk__in=jumelages).values_list("collectivite_id", "partner_id")
    beside = JumelageActor.objects.filter(jumelage__in=jumelages).values_list("actor_id", flat=True)
    return {pk for pair in pairs for pk in pair} | set(beside)


def _locked(pks: set[int]) -> dict[int, Jumelage]:
    rows = Jumelage.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in rows.select_related("collectivite", "partner").defer("search_document")}
