"""What somebody says once more of the same thing, a questionnaire sent again: what still waits says what they say now, what was
decided is not asked anew, and what they say no more is taken back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from directory.models import Actor, ChangeProposal, FieldChange, Jumelage

from . import fiches
from .additions import PARTNER, propose_addition
from .proposals import propose_changes, withdraw


@transaction.atomic
def propose_again(
    subject: Actor | Jumelage, values: Mapping[str, Any], *, origin: str, **said: Any
) -> ChangeProposal | None:
    """As `propose_changes`, whose arguments it takes. Returns None when nothing is left to read. Raises DirectoryError."""
    fiche = fiches.locked(subject)
    cleaned = {name: fiche.cleaned(name, value) for name, value in values.items() if fiche.fields[name]}
    changes = {name: value for name, value in cleaned.items() if value != fiche.value(name)}
    rows = _rows_of(origin)
    changes = _not_decided(rows, changes)
    # Each of its proposals that waits keeps the fields that it asks; a field that it was read for already is asked apart.
    last, left = None, dict(changes)
    for waiting in (row for row in rows if row.is_pending):
        read = set(waiting.changes.decided().values_list("field", flat=True))
        mine = {name: (fiche.value(name), value) for name, value in left.items() if name not in read}
        left = {name: value for name, value in left.items() if name in read}
        last = _renewed(waiting, mine, said) or last
    if left or not any(row.is_pending for row in rows):
        return propose_changes(subject, left, origin=_next(origin, rows), **said) or last
    return last


@transaction.atomic
def propose_addition_again(
    collectivite: Actor, values: Mapping[str, Any], *, partner: Mapping[str, Any], origin: str, **said: Any
) -> ChangeProposal | None:
    """As `propose_addition`, whose arguments it takes; None once the same was decided. Raises DirectoryError."""
    fiches.locked(collectivite)
    rows = _rows_of(origin)
    standing = [row for row in rows if not row.was_taken_back]
    if any(not row.is_pending for row in standing):
        return None
    if not standing:
        return propose_addition(collectivite, values, partner=partner, origin=_next(origin, rows), **said)
    cleaned = {name: fiches.clean_of_jumelage(name, value) for name, value in values.items()}
    wanted = {PARTNER: dict(partner), **cleaned}
    return _renewed(
        rows[0], {name: (None, value) for name, value in wanted.items() if value not in (None, "", [])}, said
    )


@transaction.atomic
def take_back_unsaid(origin: str, keep: Iterable[str]) -> int:
    """Withdraw what waits of this origin (« response:42 » and « response:42:… ») and is said no more; `keep`: the origins that
    are. Return how many."""
    kept = set(keep)
    gone = [
        row
        for row in ChangeProposal.objects.pending().within_origin(origin)
        if row.origin.partition("/")[0] not in kept
    ]
    return sum(withdraw(row) for row in gone)


def _rows_of(origin: str) -> list[ChangeProposal]:
    return list(ChangeProposal.objects.again_of(origin).oldest_first())


def _next(origin: str, rows: list[ChangeProposal]) -> str:
    """« response:42 », then « response:42/2 » once the first is decided."""
    return f"{origin}/{len(rows) + 1}" if rows else origin


def _not_decided(rows: list[ChangeProposal], changes: dict[str, Any]) -> dict[str, Any]:
    """Those that staff have not already read with that very value; what its author took back may be said again."""
    decided = FieldChange.objects.filter(proposal__in=rows).decided().values_list("field", "new")
    known = [(name, value) for name, value in decided]
    return {name: value for name, value in changes.items() if (name, value) not in known}


def _renewed(
    waiting: ChangeProposal, changes: Mapping[str, tuple[Any, Any]], said: Mapping[str, Any]
) -> ChangeProposal | None:
    waiting.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update(of=("self",)))
    waiting.changes.pending().delete()
    FieldChange.objects.bulk_create(
        FieldChange(proposal=waiting, field=name, old=old, new=new) for name, (old, new) in changes.items()
    )
    if not changes:
        withdraw(waiting)
        return None
    waiting.by_name, waiting.by_email = said.get("by_name", ""), said.get("by_email", "")
    waiting.save(update_fields=["by_name", "by_email"])
    return waiting
