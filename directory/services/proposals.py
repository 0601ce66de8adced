"""The one door for facts: what somebody proposes becomes a ledger row, and a fact only once somebody answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import editable, notifications
from directory.enums import ChangeState, ProposalKind, ProposalState, Source, Verifier
from directory.models import Actor, ChangeProposal, FieldChange, Jumelage
from directory.models.contributions import AUTHOR

from . import fiches
from .errors import DirectoryError
from .fiches import Fiche, plain

NAME_LENGTH = 200  # of ChangeProposal.by_name: two long names of an account may be more


@dataclass(frozen=True)
class Decision:
    """What a reader decides of one field. `overwrite`: write although the fiche changed since; then `seen` is the value
    that the reader agreed to replace."""

    accept: bool
    reason: str = ""
    overwrite: bool = False
    seen: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The names of the fields decided now, of those that wait because the fiche changed, and whether all is decided."""

    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    is_over: bool = False


@transaction.atomic
def propose_changes(
    subject: Actor | Jumelage,
    values: Mapping[str, Any],
    *,
    origin: str,
    source: Source,
    by_user: Any = None,
    by_name: str = "",
    by_email: str = "",
    message: str = "",
    kind: ProposalKind = ProposalKind.CHANGES,
    seen: Mapping[str, str] | None = None,
    confirms_the_rest: bool = False,
) -> ChangeProposal | None:
    """Keep what differs between `values` (field → value, those of `editable`) and a fiche, to be read by staff.

    `seen`: what the author's page said of these fields, if it may be older than the fiche; a value that changed since is
    a conflict. `confirms_the_rest`: the author read the whole fiche and says that what they left is exact.
    `origin` says where it comes from (« response:42 ») and is used once: called again, the same proposal comes back and
    nothing is doubled. Returns None when nothing differs and there is no message. Raises DirectoryError for a value that
    the field cannot hold, KeyError for a field that is not in the table.
    """
    fiche = fiches.locked(subject)
    if existing := ChangeProposal.objects.with_origin(origin):
        return existing
    cleaned = {name: fiche.cleaned(name, value) for name, value in values.items() if fiche.fields[name]}
    changes = {name: value for name, value in cleaned.items() if value != fiche.value(name)}
    if not changes and not message.strip() and kind == ProposalKind.CHANGES:
        return None
    proposal = ChangeProposal.objects.create(
        actor=fiche.actor,
        jumelage=fiche.jumelage,
        kind=kind,
        source=source,
        origin=origin,
        message=message.strip(),
        confirms_the_rest=confirms_the_rest,
        by_user=by_user,
        by_name=by_name.strip()[:NAME_LENGTH],
        by_email=by_email.strip().lower(),
    )
    FieldChange.objects.bulk_create(
        FieldChange(proposal=proposal, field=name, old=_seen(fiche.value(name), (seen or {}).get(name)), new=value)
        for name, value in changes.items()
    )
    return proposal


def report(
    subject: Actor | Jumelage, kind: ProposalKind, message: str, *, origin: str, **author: Any
) -> ChangeProposal:
    """Keep what a visitor says is wrong, for staff to look at. `author`: by_user, by_name, by_email, all optional."""
    proposal = propose_changes(subject, {}, origin=origin, source=Source.REPORT, message=message, kind=kind, **author)
    assert proposal is not None  # noqa: S101 - only a proposal of changes can be empty
    return proposal


@transaction.atomic
def decide(
    proposal: ChangeProposal, decisions: Mapping[str, Decision], *, by: str, reason: str = "", at_once: bool = False
) -> Outcome:
    """Accept or refuse the fields named in `decisions`; the others, and those already decided, are left as they are.

    A field whose value on the fiche is no longer the one the author saw waits, in `conflicts`, unless its decision
    overwrites the value that the reader saw. `by`: the reader's e-mail address. `at_once`: by the author, who is trusted
    with these fields. `reason`: what is answered to the author's message,
    kept even if fields are left. The author gets one mail when all fields are decided. Raises DirectoryError, nothing written, if
    the database refuses the fiche.
    """
    fiche = fiches.locked(proposal)
    proposal.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update(of=("self",)))
    if not proposal.is_pending:
        return Outcome(is_over=True)
    outcome = Outcome()
    written: dict[str, Any] = {}
    if reason.strip():
        proposal.reason = reason.strip()
        proposal.save(update_fields=["reason"])
    for change in proposal.changes.pending():
        decision = decisions.get(change.field)
        if decision is None:
            continue
        if decision.accept and not _is_free(fiche, change, decision):
            outcome.conflicts.append(change.field)
            continue
        if decision.accept:
            change.old = fiche.value(change.field) if decision.overwrite else change.old
            written[change.field] = change.new
        (outcome.accepted if decision.accept else outcome.refused).append(change.field)
        _settle(change, ChangeState.ACCEPTED if decision.accept else ChangeState.REFUSED, by, decision.reason)
    if written or (at_once and proposal.confirms_the_fiche):
        _write(fiche, written, proposal, verifier=Verifier.REFERENT if at_once else Verifier.STAFF, by=by)
    has_words_to_read = at_once and bool(proposal.message)
    is_over = not has_words_to_read and _close_if_over(proposal, by=by, reason=reason)
    if is_over and not at_once:
        notifications.proposal_decided(proposal)
    return Outcome(outcome.accepted, outcome.refused, outcome.conflicts, is_over)


def accept_at_once(proposal: ChangeProposal) -> Outcome:
    """Publish the plain fields that a référent changed on their own fiche; the others wait for staff."""
    trusted = editable.trusted_of_jumelage if proposal.jumelage_id else editable.trusted
    names = trusted(proposal.changes.pending().values_list("field", flat=True))
    return decide(proposal, {name: Decision(accept=True) for name in names}, by=_("son auteur, référent"), at_once=True)


@transaction.atomic
def handle(proposal: ChangeProposal, *, accept: bool, by: str, reason: str = "") -> bool:
    """Close what has no field to decide: a report, or a message. False if it was closed already, or has fields left."""
    fiches.locked(proposal)
    proposal.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update(of=("self",)))
    if not proposal.is_pending or proposal.changes.pending().exists():
        return False
    otherwise = ProposalState.PARTIAL if proposal.changes.accepted().exists() else ProposalState.REFUSED
    _close(proposal, ProposalState.ACCEPTED if accept else otherwise, by=by, reason=reason)
    notifications.report_handled(proposal)
    return True


@transaction.atomic
def undo(change: FieldChange, *, by: str) -> bool:
    """Put back the value that an accepted change replaced; False if it was undone already.

    Raises DirectoryError if the fiche no longer says what was accepted: somebody else's value is not taken away.
    """
    fiche = fiches.locked(change.proposal)
    change.refresh_from_db(from_queryset=FieldChange.objects.select_for_update(of=("self",)))
    if change.state != ChangeState.ACCEPTED:
        return False
    if fiche.value(change.field) != change.new:
        raise DirectoryError(
            _(
                "Rien n’a été annulé\u00a0: la fiche ne dit plus ce que cette proposition avait écrit. "
                "Corrigez-la dans la gestion."
            )
        )
    fiche.write(
        {change.field: change.old},
        read_on=None,
        source=Source.STAFF,
        by=by,
        verifier=Verifier.STAFF,
        context={"verifier": by, "origin": change.proposal.origin, "proposal": change.proposal_id},
    )
    _settle(change, ChangeState.UNDONE, by, change.reason)
    return True


@transaction.atomic
def reopen(change: FieldChange) -> bool:
    """Read again a field that was refused: it waits, and so does its proposal; False if it is not refused any more.

    Raises DirectoryError if its author took the proposal back.
    """
    fiches.locked(change.proposal)
    proposal = change.proposal
    proposal.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update(of=("self",)))
    change.refresh_from_db(from_queryset=FieldChange.objects.select_for_update(of=("self",)))
    if change.state != ChangeState.REFUSED:
        return False
    if proposal.was_taken_back:
        raise DirectoryError(_("Son auteur a retiré cette proposition\u00a0: elle ne peut plus être relue."))
    change.state, change.decided_at, change.decided_by, change.reason = ChangeState.PENDING, None, "", ""
    change.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    proposal.state, proposal.decided_at, proposal.decided_by = ProposalState.PENDING, None, ""
    proposal.save(update_fields=["state", "decided_at", "decided_by"])
    return True


@transaction.atomic
def withdraw(proposal: ChangeProposal) -> bool:
    """Take back what its author no longer wants read; fields already published stay. False if it was decided already."""
    proposal.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update(of=("self",)))
    if not proposal.is_pending:
        return False
    who, why = str(AUTHOR), _("retiré par son auteur")
    for change in proposal.changes.pending():
        _settle(change, ChangeState.REFUSED, who, why)
    is_partial = proposal.changes.accepted().exists()
    _close(proposal, ProposalState.PARTIAL if is_partial else ProposalState.WITHDRAWN, by=who, reason=why)
    return True


@transaction.atomic
def confirm(
    subject: Actor | Jumelage,
    *,
    origin: str,
    source: Source,
    verifier: Verifier,
    by_user: Any = None,
    by_name: str = "",
) -> ChangeProposal:
    """« Tout est exact »: the facts are fresh from now on, the yearly question is answered. Same origin: nothing more."""
    fiche = fiches.locked(subject)
    if existing := ChangeProposal.objects.with_origin(origin):
        return existing
    proposal = ChangeProposal.objects.create(
        actor=fiche.actor,
        jumelage=fiche.jumelage,
        kind=ProposalKind.CONFIRMATION,
        source=source,
        origin=origin,
        by_user=by_user,
        by_name=by_name.strip()[:NAME_LENGTH],
        confirms_the_rest=True,
        state=ProposalState.ACCEPTED,
        decided_at=timezone.now(),
        decided_by=str(AUTHOR),
    )
    _write(fiche, {}, proposal, verifier=verifier, by="")
    return proposal


@transaction.atomic
def confirm_all(actor: Actor, *, origin: str, **said: Any) -> ChangeProposal:
    """« Tout est exact », said of a fiche and of the jumelages shown with it: those that the actor leads and that run."""
    proposal = confirm(actor, origin=origin, **said)
    confirm_jumelages(actor, origin=origin, **said)
    return proposal


@transaction.atomic
def confirm_jumelages(actor: Actor, *, origin: str, **said: Any) -> int:
    """The same, said of these jumelages alone: the fiche's own corrections say what is right of it. Return how many."""
    told = list(Jumelage.objects.told_with(actor).order_by("pk"))
    for jumelage in told:
        confirm(jumelage, origin=f"{origin}:j{jumelage.pk}", **said)
    return len(told)


@transaction.atomic
def forget_author(user: Any) -> int:
    """Make anonymous what this person proposed, by account or by address; return how many. The facts stay."""
    theirs = ChangeProposal.objects.concerning(user)
    return theirs.update(by_user=None, by_name="", by_email="", message="")


@transaction.atomic
def forget_old_authors(before: datetime, *, apply: bool) -> int:
    """The same for everyone whose proposal was decided before that moment; without `apply`, only count them."""
    old = ChangeProposal.objects.decided_before(before).with_author()
    return old.update(by_user=None, by_name="", by_email="", message="") if apply else old.count()


def _seen(today: Any, seen: Any) -> Any:
    return today if seen is None or _same(seen, today) else (plain(seen) if isinstance(seen, str) else seen)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return plain(one) == plain(other)
    return bool(one == other)


def _is_free(fiche: Fiche, change: FieldChange, decision: Decision) -> bool:
    """May the new value be written without hiding what somebody else wrote meanwhile?"""
    today = fiche.value(change.field)
    if today in (change.old, change.new):
        return True
    return decision.overwrite and (decision.seen is None or _same(decision.seen, fiches.as_shown(today)))


def _settle(change: FieldChange, state: ChangeState, by: str, reason: str) -> None:
    change.state, change.decided_at, change.decided_by, change.reason = state, timezone.now(), by, reason.strip()
    change.save(update_fields=["old", "state", "decided_at", "decided_by", "reason"])


def _close_if_over(proposal: ChangeProposal, *, by: str, reason: str) -> bool:
    states = set(proposal.changes.values_list("state", flat=True))
    if ChangeState.PENDING in states or not states:
        return False
    if ChangeState.REFUSED not in states:
        state = ProposalState.ACCEPTED
    else:
        state = ProposalState.REFUSED if states == {ChangeState.REFUSED} else ProposalState.PARTIAL
    _close(proposal, state, by=by, reason=reason)
    return True


def _close(proposal: ChangeProposal, state: ProposalState, *, by: str, reason: str) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by = state, timezone.now(), by
    proposal.reason = reason.strip() or proposal.reason
    proposal.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _write(fiche: Fiche, values: Mapping[str, Any], proposal: ChangeProposal, *, verifier: Verifier, by: str) -> None:
    """Write values; the whole fiche is confirmed, as of the day it was read, only if the author said so of the rest.

    Provenance names the proposal, never its author: it is shown and exported, and the author may ask to be forgotten.
    """
    told = _("proposition n° %(number)s") % {"number": proposal.pk}
    fiche.write(
        values,
        read_on=proposal.created_at if proposal.confirms_the_fiche else None,
        source=Source(proposal.source),
        by=told,
        verifier=verifier,
        context={"verifier": by, "origin": proposal.origin, "proposal": proposal.pk},
    )
