"""The gestures about jumelages: begin one, change it, end it, bring it back; each value keeps who said it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import COLLECTIVITE_NATURES, JumelageRole, Source, Vitality
from directory.models import Actor, Jumelage, JumelageActor, JumelageDocument, Theme

from . import links
from .errors import DirectoryError
from .refusals import told

TABLE = Jumelage._meta.db_table
WORDS = {"title", "collectivite", "partner", "is_published", "theme_codes"}  # that others borrow


def new_jumelage_ids(count: int) -> list[int]:
    """Ids for rows to add, known before they are written: their address ends with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [TABLE, count])
        return [pk for (pk,) in cursor.fetchall()]


def said(source: Source, by: str, verifier: str = "") -> dict[str, str]:
    """An entry of provenance: who says so, now."""
    entry = {"source": source.value, "at": timezone.now().isoformat(timespec="seconds"), "by": by}
    return entry | {"verifier": verifier} if verifier else entry


@transaction.atomic
def create_jumelage(
    *,
    collectivite: Actor,
    partner: Actor,
    by: str,
    source: Source = Source.STAFF,
    verifier: str = "",
    participants: Iterable[tuple[Actor, JumelageRole]] = (),
    **fields: Any,
) -> Jumelage:
    """Add a jumelage and return it. `participants`: who else takes part, and as what; `fields`: its other values.

    Raises DirectoryError, nothing written, if the leading actor is no collectivité, if a theme is unknown, or if the database
    refuses the row (the same pair, kind and year of start exist already…).
    """
    _check(collectivite, fields.get("theme_codes", ()))
    (pk,) = new_jumelage_ids(1)
    entry = said(source, by, verifier)
    jumelage = Jumelage(
        pk=pk,
        collectivite=collectivite,
        partner=partner,
        slug=links.jumelage_slug(collectivite.name, partner.name, pk),
        provenance={"*": entry},
        **fields,
    )
    with pghistory.context(source=source.value, by=by), told(Jumelage):
        jumelage.save(force_insert=True)
        JumelageActor.objects.bulk_create(
            JumelageActor(jumelage=jumelage, actor=actor, role=role) for actor, role in participants
        )
    links.refresh_jumelages([pk])
    return jumelage


@transaction.atomic
def save_jumelage(
    jumelage: Jumelage,
    names: Iterable[str],
    *,
    source: Source,
    by: str,
    verifier: str = "",
    context: Mapping[str, Any] | None = None,
) -> None:
    """Save the fields `names` of `jumelage`, which already carries their new values, each with its provenance.

    Other fields are left as they are in the database. `context`: what else the history keeps (origin, proposal). Safe to call
    twice. Raises DirectoryError if the database refuses the row.
    """
    names = list(dict.fromkeys(names))
    if not names:
        return
    _check(jumelage.collectivite, jumelage.theme_codes if "theme_codes" in names else ())
    links.lock_actors([jumelage.collectivite_id, jumelage.partner_id])  # before the jumelage, as every gesture does
    before = (
        Jumelage.objects.select_for_update(of=("self",))
        .only("provenance", "collectivite", "partner")
        .get(pk=jumelage.pk)
    )
    if "verified_at" in names and "to_verify" not in names and jumelage.verified_at:
        jumelage.to_verify = False  # somebody just said that all of it is right
        names.append("to_verify")
    jumelage.provenance = {**before.provenance, **dict.fromkeys(names, said(source, by, verifier))}
    of_its_row = [name for name in names if not Jumelage._meta.get_field(name).many_to_many]
    columns = {name: getattr(jumelage, Jumelage._meta.get_field(name).attname) for name in of_its_row}  # type: ignore[union-attr]
    columns |= {"provenance": jumelage.provenance, "updated_at": timezone.now()}
    with pghistory.context(source=source.value, by=by, **(context or {})), told(Jumelage):
        Jumelage.objects.filter(pk=jumelage.pk).update(
            **{Jumelage._meta.get_field(name).attname: value for name, value in columns.items()}  # type: ignore[union-attr]
        )
    if WORDS & set(names):
        links.refresh_jumelages([jumelage.pk])
        links.refresh_actors([before.collectivite_id, before.partner_id])  # those it no longer names


@transaction.atomic
def set_participants(jumelage: Jumelage, wanted: Sequence[tuple[Actor, str]]) -> bool:
    """Make `wanted` the actors beside the leading pair, each with its role; False if they were already."""
    present = {(row.actor_id, row.role): row for row in jumelage.participations.select_for_update(of=("self",))}
    asked = {(actor.pk, str(role)): actor for actor, role in wanted}
    gone = [row for key, row in present.items() if key not in asked]
    new = [JumelageActor(jumelage=jumelage, actor_id=pk, role=role) for pk, role in asked if (pk, role) not in present]
    if not gone and not new:
        return False
    JumelageActor.objects.filter(pk__in=[row.pk for row in gone]).delete()
    JumelageActor.objects.bulk_create(new)
    links.refresh_jumelages([jumelage.pk])
    links.refresh_actors([row.actor_id for row in gone])
    return True


def end_jumelage(jumelage: Jumelage, *, on: date | None, source: Source, by: str) -> None:
    """Close a jumelage, on a known day or not. Safe to call twice."""
    jumelage.vitality, jumelage.vitality_on, jumelage.ended_on = Vitality.ENDED, timezone.localdate(), on
    jumelage.to_verify = False
    save_jumelage(jumelage, ["vitality", "vitality_on", "ended_on", "to_verify"], source=source, by=by)


@transaction.atomic
def remove_jumelages(pks: Iterable[int], by: str) -> int:
    """Delete jumelages and return how many; the history keeps them."""
    ids = sorted(set(pks))
    pairs = Jumelage.objects.filter(pk__in=ids).values_list("collectivite_id", "partner_id")
    actors = {pk for pair in pairs for pk in pair}
    actors |= set(JumelageActor.objects.filter(jumelage__in=ids).values_list("actor_id", flat=True))
    documents = list(JumelageDocument.objects.filter(jumelage__in=ids))
    with pghistory.context(source=Source.STAFF.value, by=by):
        Jumelage.objects.filter(pk__in=ids).delete()
    forget_files(documents)
    links.refresh_actors(sorted(actors))
    return len(ids)


def add_document(jumelage: Jumelage, document: JumelageDocument, *, by: str) -> JumelageDocument:
    """Keep a file about a jumelage; `document` is not saved yet."""
    document.jumelage, document.added_by = jumelage, by
    document.save()
    return document


@transaction.atomic
def remove_document(document: JumelageDocument) -> None:
    """Remove a file and what is said of it."""
    document.delete()
    forget_files([document])


def forget_files(documents: Iterable[JumelageDocument]) -> None:
    """Delete the files of documents whose rows are going, once they are gone for good."""
    for document in documents:
        transaction.on_commit(partial(document.file.storage.delete, str(document.file.name)))


@transaction.atomic
def follow_successions(pks: Iterable[int], *, source: Source, by: str) -> int:
    """Give to their successors the jumelages of these actors, if they have one; return how many moved.

    Communes merge every year, their twinnings go on. One that the successor has already stays where it is, to be verified.
    """
    moved = 0
    for jumelage in Jumelage.objects.of_succeeded(list(pks)).select_for_update(of=("self",)):
        names = []
        for side in links.SIDES:
            heir = getattr(jumelage, side).successor
            if heir is not None:
                setattr(jumelage, side, heir)
                names.append(side)
        try:
            with transaction.atomic():
                save_jumelage(jumelage, names, source=source, by=by)
            moved += 1
        except DirectoryError:
            Jumelage.objects.filter(pk=jumelage.pk).update(to_verify=True)
    return moved


def _check(collectivite: Actor, theme_codes: Iterable[str]) -> None:
    if collectivite.nature not in COLLECTIVITE_NATURES:
        raise DirectoryError(
            _("Rien n’a été enregistré\u00a0: un jumelage est conduit par une collectivité française au moins.")
        )
    wanted = set(theme_codes)
    if wanted and wanted - set(Theme.objects.filter(code__in=wanted).values_list("code", flat=True)):
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: un de ces thèmes n’existe pas."))
