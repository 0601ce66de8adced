"""Reports written in the field: received once, compared when the visit changed meanwhile, never written over anything."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from directory.models import Need
from directory.services import WantedNeed
from outreach.enums import SentState, VisitKind, VisitState
from outreach.field_comparison import PHONE, SERVER, differences, merged
from outreach.field_content import Sent
from outreach.models import FieldReport, Visit
from soco.accounts.models import User

from .errors import OutreachError, VisitGone
from .visits import Person, Promise, Report, plan_visit, record_visit


@transaction.atomic
def receive_report(sent: Sent, *, by: User) -> FieldReport:
    """Keep what a phone sent, and write the visit with it; its `state` says what became of it. Sent again, it is the same one.

    A visit that was written, or changed since the phone read it, is left as it is: the report waits to be compared. Raises
    VisitGone if there is no such visit any more, OutreachError if the report cannot be; nothing is written then.
    """
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=sent.visit).first()
    known = FieldReport.objects.with_key(sent.key)
    if known:
        return _the_same(known, sent)
    if visit is None:
        raise VisitGone(
            _("Cette visite n’existe plus sur le portail. Le compte rendu reste sur ce téléphone\u00a0: copiez-le.")
        )
    changed = visit.version != sent.version or not visit.is_planned
    try:
        with transaction.atomic():
            report = FieldReport.objects.create(
                key=sent.key,
                visit=visit,
                user=by,
                read_version=sent.version,
                content=sent.content,
                state=SentState.CONFLICT if changed else SentState.APPLIED,
                written_at=sent.written_at,
            )
    except IntegrityError:  # the same number for two visits, sent at once
        if known := FieldReport.objects.with_key(sent.key):
            return _the_same(known, sent)
        raise
    if not changed:
        record_visit(visit, _as_report(sent.content, report, by), by=by, read_version=sent.version)
    return report


@transaction.atomic
def settle_report(report: FieldReport, choices: Mapping[str, str], *, by: User, read_version: int) -> bool:
    """Write what somebody kept of both sides, by field: SERVER, PHONE or BOTH. False if it was settled already.

    Of a visit that was cancelled meanwhile, what the phone says becomes a visit of its own. Raises VisitChanged if the visit was
    written since that person read it; OutreachError if a field that differs has no choice, or if the report cannot be.
    """
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=report.visit_id)
    kept = FieldReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not kept.is_in_conflict:
        return False
    server = server_content(visit)
    asked = [line.field for line in differences(server, kept.content, {})]
    if missing := [field for field in asked if field not in choices]:
        raise OutreachError(
            _("Rien n’a été enregistré\u00a0: il reste %(count)s champs à choisir.") % {"count": len(missing)}
        )
    if any(choices[field] != SERVER for field in asked):
        written = merged(server, kept.content, choices)
        if visit.state == VisitState.CANCELLED:
            _write_apart(visit, kept, by)
        else:
            record_visit(visit, _as_report(written, kept, by), by=by, read_version=read_version)
    kept.state = SentState.SETTLED
    kept.save(update_fields=["state"])
    return True


def server_content(visit: Visit) -> dict[str, Any]:
    """What the portal holds of a visit, as a phone would have sent it; needs and promises keep which rows they are."""
    needs = Need.objects.from_origin(visit.origin).oldest_first()
    return {
        "result": visit.state,
        "starts_at": visit.starts_at.isoformat(),
        "minutes": visit.minutes,
        "km": visit.km,
        "checklist": visit.checklist,
        "text": visit.report,
        "people": [
            {"job": who.job, "name": who.name, "email": who.email, "phone": who.phone, "agrees": who.agrees}
            for who in visit.people.all()
        ],
        "needs": [
            {
                "code": need.origin.removeprefix(f"{visit.origin}:"),
                "service": need.service_id or "",
                "label": need.label,
                "detail": need.detail,
            }
            for need in needs
        ],
        "promises": [
            {
                "pk": promise.pk,
                "text": promise.text,
                "due_on": promise.due_on.isoformat() if promise.due_on else None,
                "owner": promise.owner_id,
            }
            for promise in visit.commitments.all()
        ],
        "next_contact_on": visit.next_contact_on.isoformat() if visit.next_contact_on else None,
    }


def _the_same(known: FieldReport, sent: Sent) -> FieldReport:
    if known.visit_id != sent.visit or known.content != sent.content:
        raise OutreachError(
            _("Ce numéro a déjà servi pour un autre compte rendu. Ouvrez celui-ci, puis enregistrez-le de nouveau.")
        )
    return known


def _as_report(content: Mapping[str, Any], sent: FieldReport, by: User) -> Report:
    """A report from its plain values; what the same visit said of the fiche, or of being contacted, stays as it is."""
    return Report(
        result=VisitState(content["result"]),
        starts_at=datetime.fromisoformat(content["starts_at"]),
        minutes=content["minutes"],
        km=content["km"],
        checklist=content["checklist"],
        text=content["text"],
        people=[Person(**who) for who in content["people"]],
        needs=[
            WantedNeed(
                code=need.get("code") or f"terrain-{sent.key.hex[:12]}-{rank}",
                label=need["label"],
                service=need["service"],
                detail=need.get("detail", ""),
            )
            for rank, need in enumerate(content["needs"])
        ],
        promises=[
            Promise(
                text=promise["text"],
                due_on=date.fromisoformat(promise["due_on"]) if promise["due_on"] else None,
                owner=promise.get("owner", sent.user_id or by.pk),
                pk=promise.get("pk"),
            )
            for promise in content["promises"]
        ],
        next_contact_on=date.fromisoformat(content["next_contact_on"]) if content["next_contact_on"] else None,
        is_partial=True,
    )


def _write_apart(cancelled: Visit, sent: FieldReport, by: User) -> Visit:
    """The visit took place although it was cancelled on the portal: it is one of its own, that follows the cancelled one."""
    apart = plan_visit(
        cancelled.actor,
        kind=VisitKind(cancelled.kind),
        starts_at=datetime.fromisoformat(sent.content["starts_at"]),
        voltigeur=sent.user or by,
        by=by.email,
        subject=cancelled.subject,
        follows=cancelled,
        once=f"terrain:{sent.key.hex}",
        is_demo=cancelled.is_demo,
    )
    whole = merged(sent.content, sent.content, dict.fromkeys(sent.content, PHONE))
    return record_visit(apart, _as_report(whole, sent, by), by=by, read_version=apart.version)
