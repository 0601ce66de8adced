"""Jumelages that somebody tells the network about: kept as a proposal, made once staff read them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import editable, notifications
from directory.enums import ChangeState, Nature, ProposalKind, ProposalState, Source, Verifier
from directory.models import Actor, ChangeProposal, Country, FieldChange, Jumelage

from . import fiches, participants
from .errors import DirectoryError
from .jumelages import create_jumelage
from .partners import create_partner, partners_named
from .proposals import NAME_LENGTH

PARTNER = "partner"
NAME_OF_PARTNER = 200  # letters, as the name of an actor


@transaction.atomic
def propose_addition(
    collectivite: Actor,
    values: Mapping[str, Any],
    *,
    partner: Mapping[str, Any],
    origin: str,
    source: Source,
    by_user: Any = None,
    by_name: str = "",
    by_email: str = "",
    message: str = "",
) -> ChangeProposal:
    """Keep a jumelage that somebody says `collectivite` has. `partner`: {« name », « country » (ISO code)}, and « id » when it
    is a fiche that they chose; `values`: fields of a jumelage, those that are empty left out.

    `origin` is used once: called again, the same proposal comes back. Raises DirectoryError for a value that a jumelage cannot
    hold, or a collectivité that would be its own partner.
    """
    if partner.get("id") == collectivite.pk:
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: un jumelage lie deux acteurs différents."))
    if len(partner["name"]) > NAME_OF_PARTNER:
        raise DirectoryError(_("Ce nom de partenaire est trop long\u00a0: rien n’a été enregistré."))
    present = fiches.locked(collectivite).actor
    if existing := ChangeProposal.objects.with_origin(origin):
        return existing
    cleaned = {name: fiches.clean_of_jumelage(name, value) for name, value in values.items()}
    proposal = ChangeProposal.objects.create(
        actor=present,
        kind=ProposalKind.ADDITION,
        source=source,
        origin=origin,
        message=message.strip(),
        by_user=by_user,
        by_name=by_name.strip()[:NAME_LENGTH],
        by_email=by_email.strip().lower(),
    )
    wanted = {PARTNER: dict(partner), **{name: value for name, value in cleaned.items() if value not in (None, "", [])}}
    FieldChange.objects.bulk_create(
        FieldChange(proposal=proposal, field=name, old=None, new=value) for name, value in wanted.items()
    )
    return proposal


def partner_candidates(proposal: ChangeProposal) -> list[Actor]:
    """The fiches that may be the partner an addition names: the one its author chose, else those of that name and country."""
    told = _partner_told(proposal)
    if told.get("id"):
        return list(Actor.objects.filter(pk=told["id"]).select_related("country"))
    return list(partners_named(told["name"], told["country"])[:10])


@transaction.atomic
def accept_addition(
    proposal: ChangeProposal, *, by: str, reason: str = "", partner: Actor | None = None
) -> Jumelage | None:
    """Make the jumelage that an addition proposes, with `partner`, or with a new fiche of the name it tells; None if it was
    decided already. Its author is thanked. Raises DirectoryError, nothing written, if the database refuses it."""
    proposal = _locked(proposal)
    if not proposal.is_pending:
        return None
    changes = list(proposal.changes.pending())
    values = {change.field: change.new for change in changes if change.field != PARTNER}
    told = _("proposition n° %(number)s") % {"number": proposal.pk}
    source = Source(proposal.source)
    if partner is None:
        partner = _new_partner(_partner_told(proposal), source=source, by=told)
    beside = participants.read(values.pop(editable.PARTICIPANTS, "") or "")
    fields = {name: Jumelage._meta.get_field(name).to_python(value) for name, value in values.items()}  # type: ignore[union-attr]
    jumelage = create_jumelage(
        collectivite=proposal.actor,
        partner=partner,
        by=told,
        source=source,
        verifier=Verifier.STAFF,
        participants=beside,
        **fields,
    )
    proposal.jumelage = jumelage
    _settle(proposal, changes, ChangeState.ACCEPTED, ProposalState.ACCEPTED, by=by, reason=reason)
    return jumelage


@transaction.atomic
def refuse_addition(proposal: ChangeProposal, *, by: str, reason: str) -> bool:
    """Do not make it, and tell its author why. False if it was decided already."""
    proposal = _locked(proposal)
    if not proposal.is_pending:
        return False
    changes = list(proposal.changes.pending())
    _settle(proposal, changes, ChangeState.REFUSED, ProposalState.REFUSED, by=by, reason=reason)
    return True


def _locked(proposal: ChangeProposal) -> ChangeProposal:
    fiches.locked(proposal.actor)
    proposal.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update(of=("self",)))
    return proposal


def _partner_told(proposal: ChangeProposal) -> dict[str, Any]:
    told = [change.new for change in proposal.changes.all() if change.field == PARTNER]
    return dict(told[0]) if told and told[0] else {"name": "", "country": ""}


def _new_partner(told: Mapping[str, Any], *, source: Source, by: str) -> Actor:
    country = Country.objects.filter(pk=told.get("country", "")).first()
    if country is None or country.pk == "FR":
        raise DirectoryError(
            _("Rien n’a été enregistré\u00a0: choisissez une fiche qui existe, ce partenaire n’a pas de pays étranger.")
        )
    return create_partner(nature=Nature.ETRANGERE, name=told["name"], country=country, by=by, source=source)


def _settle(
    proposal: ChangeProposal,
    changes: list[FieldChange],
    field_state: ChangeState,
    state: ProposalState,
    *,
    by: str,
    reason: str,
) -> None:
    now = timezone.now()
    FieldChange.objects.filter(pk__in=[change.pk for change in changes]).update(
        state=field_state, decided_at=now, decided_by=by
    )
    proposal.state, proposal.decided_at, proposal.decided_by, proposal.reason = state, now, by, reason.strip()
    proposal.save(update_fields=["jumelage", "state", "decided_at", "decided_by", "reason"])
    notifications.proposal_decided(proposal)
