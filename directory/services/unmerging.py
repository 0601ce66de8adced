"""The way back from a merger: every row it touched is put back as it was, as long as none of them changed since."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Source
from directory.models import Actor, Jumelage, Merge, ProjectActor
from directory.models.merge import UNDO_DAYS
from soco.accounts.models import User
from soco.web.templatetags.soco import day

from . import links, rows
from .editing import refresh_terms
from .errors import DirectoryError
from .merging import actors_around
from .projects import refresh_projects
from .rows import Row


@transaction.atomic
def undo_merge(merge: Merge, *, by: str) -> bool:
    """Put back two fiches as they were before they were merged; False if it was undone already.

    Raises DirectoryError, nothing written, after thirty days, or if a row that the merger touched changed since.
    """
    before, after = rows.from_json(merge.before), rows.from_json(merge.after)
    actors, jumelages = _pks(before, Actor), _pks(before, Jumelage)
    concerned = actors_around(actors) | _sides(jumelages)
    links.lock_actors(concerned)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        return False
    if refused := _too_late(merge) or _changed(after, rows.read_again(after, lock=True)):
        raise DirectoryError(_("Rien n’a été défait. %(why)s") % {"why": refused})
    with pghistory.context(source=Source.STAFF.value, by=by, origin=f"fusion-defaite:{merge.pk}"):
        _put_back(before, after)
        Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now(), undone_by=by)
        concerned |= actors_around(actors) | _sides(jumelages)
        refresh_terms(actors)
        links.follow_actors(actors)
        links.refresh_jumelages(jumelages)
        links.refresh_actors(sorted(concerned))
        refresh_projects(
            ProjectActor.objects.filter(actor__in=actors).order_by("project_id").values_list("project_id", flat=True)
        )
    return True


def why_not_undone(merges: Iterable[Merge]) -> dict[int, str]:
    """For each merger that can no longer be undone, why, in French. A fixed number of statements, however many mergers; those
    that may be undone must carry `after`."""
    merges = list(merges)
    told = {merge.pk: why for merge in merges if (why := _too_late(merge))}
    afters = {merge.pk: rows.from_json(merge.after) for merge in merges if merge.pk not in told}
    now = rows.read_again(row for after in afters.values() for row in after)
    told.update({pk: why for pk, after in afters.items() if (why := _changed(after, now))})
    return told


def told_touched(merge: Merge) -> list[tuple[str, int]]:
    """What a merger touched, beside the two rows themselves: (« contacts », how many), the most numerous first."""
    counted = Counter(row.label for row in rows.from_json(merge.after))
    counted[merge.kept_side._meta.label] -= 2
    told = [
        (str(apps.get_model(label)._meta.verbose_name_plural), count) for label, count in counted.items() if count > 0
    ]
    return sorted(told, key=lambda line: (-line[1], line[0]))


@transaction.atomic
def forget_old_mergers(moment: datetime, *, apply: bool) -> int:
    """Forget the rows of mergers that can no longer be undone at that moment; return how many are, or would be."""
    over = Merge.objects.undoable().over(moment)
    return over.forget_rows() if apply else over.count()


@transaction.atomic
def forget_person_in_mergers(user: User) -> int:
    """Forget the rows of mergers that say something of this person: what they undo is gone. Return how many."""
    addresses = {address.lower() for address in user.every_address()}
    named = [
        merge.pk
        for merge in Merge.objects.undoable().order_by("pk").only("pk", "before")
        if any(_is_of(row, user.pk, addresses) for row in rows.from_json(merge.before))
    ]
    return Merge.objects.filter(pk__in=named).forget_rows()


def _is_of(row: Row, user: int, addresses: set[str]) -> bool:
    """Is this the row of a person (an attachment, an invitation, a proposal, a contact…), and of this one?"""
    if row.label == Actor._meta.label or row.columns is None:
        return False
    people = {row.columns.get(name) for name in ("user_id", "by_user_id", "invited_by_id")}
    mails = {str(row.columns.get(name) or "").lower() for name in ("email", "by_email")}
    return user in people or bool(mails & addresses)


def _put_back(before: list[Row], after: list[Row]) -> None:
    """The last touched first: each row finds its place free again."""
    became = {row.key: row for row in after}
    try:
        with transaction.atomic():
            for row in reversed(before):
                if row.columns is not None:
                    rows.put_back(row, became[row.key])
    except (IntegrityError, DataError) as error:
        raise DirectoryError(
            _("Rien n’a été défait\u00a0: ce qui a été ajouté depuis prend la place de ce qui reviendrait.")
        ) from error
    emails = [row.pk for row in before if row.label == Actor._meta.label and _email(row) != _email(became[row.key])]
    for actor in Actor.objects.filter(pk__in=emails):  # the links sent to the address that goes open nothing any more
        Actor.objects.filter(pk=actor.pk).update(link_version=actor.link_version + 1)


def _email(row: Row) -> str:
    return str((row.columns or {}).get("email"))


def _too_late(merge: Merge) -> str:
    if merge.undone_at is not None:
        return _("Elle a déjà été défaite, le %(day)s.") % {"day": day(merge.undone_at)}
    if not merge.is_recent:
        return _("Il y a plus de %(days)s jours.") % {"days": UNDO_DAYS}
    if not merge.after:
        return _("Ce qu’il fallait pour la défaire a été effacé avec les données d’une personne.")
    return ""


def _changed(after: Iterable[Row], now: dict[tuple[str, int], Row]) -> str:
    """Which row is no longer what the merger made of it, in French; « » if none is."""
    for row in after:
        today = now[row.key]
        if today.columns != row.columns:
            name = _name(row)
            if today.columns is None:
                return _("A disparu depuis\u00a0: %(what)s.") % {"what": name}
            return _("A changé depuis\u00a0: %(what)s.") % {"what": name}
    return ""


def _name(row: Row) -> str:
    """« acteur « Fürth » », « contact « Alex Martin » », « rattachement n° 12 »."""
    columns: dict[str, Any] = row.columns or {}
    said = columns.get("name") or columns.get("title")
    kind = row.model._meta.verbose_name
    return f"{kind} «\u00a0{said}\u00a0»" if said else _("%(kind)s n°\u00a0%(pk)s") % {"kind": kind, "pk": row.pk}


def _pks(touched: Iterable[Row], model: type[Any]) -> set[int]:
    return {row.pk for row in touched if row.label == model._meta.label}


def _sides(jumelages: set[int]) -> set[int]:
    pairs = Jumelage.objects.filter(pk__in=jumelages).values_list("collectivite_id", "partner_id")
    return {pk for pair in pairs for pk in pair}
