"""A visit from its planning to its report. Each gesture locks the visit's row and says which version it read: nobody overwrites a
colleague, nor a phone that was offline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Source
from directory.models import Actor, Contact, Jumelage
from directory.services import DirectoryError, WantedNeed, add_contact, express_needs, propose_again, take_back_unsaid
from outreach.checklists import CHECKLISTS
from outreach.enums import RESULTS, VisitKind, VisitState, WishKind
from outreach.models import Commitment, ContactWish, PersonMet, Visit
from soco.accounts.models import User
from soco.celery import kick

from .contact_states import settle_contacts
from .errors import OutreachError, VisitChanged, VisitGone
from .wishes import lift_wish, note_wish


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody met. `agrees`: to the network keeping their name and how to reach them; else their function alone is kept.
    `as_contact`: who agrees and gives an address also becomes a contact of the fiche, and is asked by mail what is public."""

    job: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    agrees: bool = False
    as_contact: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What the network promised; `owner`: the id of the colleague who does it; `pk`: of a promise that was written before."""

    text: str
    due_on: date | None = None
    owner: int | None = None
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a visit. `result`: one of RESULTS. `values`: field → value of the collectivité's fiche that were learned, those
    of `directory.editable`; `jumelages`: the same of its jumelages, by id. `postponed_to`: the new slot of a visit put off, if it
    is known. `wish`: what the collectivité asks about being contacted, with its last day for a pause. `is_partial`: it says
    nothing of the fiche nor of being contacted, and what was said of them before stays."""

    result: VisitState
    starts_at: datetime
    minutes: int | None = None
    km: int | None = None
    checklist: Sequence[str] = ()
    text: str = ""
    people: Sequence[Person] = ()
    needs: Sequence[WantedNeed] = ()
    promises: Sequence[Promise] = ()
    next_contact_on: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    jumelages: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    postponed_to: datetime | None = None
    wish: WishKind | None = None
    wish_until: date | None = None
    is_partial: bool = False


@transaction.atomic
def plan_visit(
    actor: Actor,
    *,
    kind: VisitKind,
    starts_at: datetime,
    voltigeur: User | None,
    by: str,
    minutes: int | None = None,
    subject: str = "",
    event: Any = None,
    follows: Visit | None = None,
    once: str = "",
    is_demo: bool = False,
) -> Visit:
    """Plan to meet a collectivité. `once`: the number of the page it was typed on, used once: sent twice, it is one visit.

    Raises OutreachError for a body that is no collectivité, or that exists no more.
    """
    if not actor.is_collectivite or actor.is_closed:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: on ne visite qu’une collectivité qui existe."))
    known = Visit.objects.filter(once=once).first() if once else None
    if known:
        return known
    try:
        with transaction.atomic():
            return Visit.objects.create(
                actor=actor,
                kind=kind,
                starts_at=starts_at,
                voltigeur=voltigeur,
                minutes=minutes,
                subject=subject.strip(),
                event=event,
                follows=follows,
                once=once,
                is_demo=is_demo,
                created_by=by,
            )
    except IntegrityError:
        if once and (known := Visit.objects.filter(once=once).first()):  # the same page, sent twice at once
            return known
        raise


@transaction.atomic
def change_plan(visit: Visit, *, read_version: int, **values: Any) -> Visit:
    """Change a visit that is planned: `kind`, `starts_at`, `voltigeur`, `minutes`, `subject`, `event`. Raises VisitChanged if it
    was written since that version, OutreachError if it is no longer planned."""
    kept = _locked(visit.pk)
    if all(getattr(kept, name) == value for name, value in values.items()):
        return kept
    _refuse_changed(kept, read_version)
    if not kept.is_planned:
        raise OutreachError(_("Rien n’a été changé\u00a0: cette visite n’est plus à venir."))
    for name, value in values.items():
        setattr(kept, name, value)
    return _written(kept)


@transaction.atomic
def cancel_visit(visit: Visit, *, read_version: int) -> bool:
    """A planned visit will not take place; False if it was cancelled already. Raises as `change_plan`."""
    kept = _locked(visit.pk)
    if kept.state == VisitState.CANCELLED:
        return False
    _refuse_changed(kept, read_version)
    if not kept.is_planned:
        raise OutreachError(_("Rien n’a été changé\u00a0: cette visite a déjà un compte rendu."))
    kept.state = VisitState.CANCELLED
    _written(kept)
    return True


@transaction.atomic
def record_visit(visit: Visit, report: Report, *, by: User, read_version: int) -> Visit:
    """Write what came of a visit, or correct it: people, needs, promises, what the répertoire learns, the contact state.

    Written again, needs and proposals follow today's words, but those that staff took in hand or read. Raises VisitChanged, nothing
    written, if the visit was written since `read_version`; OutreachError if the report cannot be.
    """
    kept = _locked(visit.pk)
    _refuse_changed(kept, read_version)
    _refuse_impossible(kept, report)
    kept.state, kept.starts_at = report.result, report.starts_at
    kept.minutes, kept.km = report.minutes, report.km
    kept.checklist = [code for code in CHECKLISTS[VisitKind(kept.kind)] if code in report.checklist]
    kept.report = report.text.strip()
    kept.next_contact_on = report.next_contact_on
    kept.voltigeur = kept.voltigeur or by
    kept.written_at, kept.written_by = timezone.now(), by.email
    _written(kept)
    _write_people(kept, report.people)
    _write_promises(kept, report.promises)
    try:
        _add_contacts(kept.actor, report.people)
        express_needs(kept.actor, report.needs, origin=kept.origin, source=Source.VISIT)
        if not report.is_partial:
            _propose(kept, report, by)
    except DirectoryError as error:
        raise OutreachError(str(error)) from error
    if report.postponed_to:
        _put_off(kept, report.postponed_to, by)
    if not report.is_partial:
        _write_wish(kept, report, by)
    settle_contacts([kept.actor_id], is_demo=kept.is_demo)
    kick("outreach.score_priorities")
    return kept


@transaction.atomic
def write_down(
    actor: Actor, report: Report, *, kind: VisitKind, by: User, subject: str = "", event: Any = None, once: str = ""
) -> Visit:
    """« J’y suis passé »: a visit that nobody had planned, with its report. Sent twice (`once`), it is one. Raises as `plan_visit`
    and `record_visit`."""
    visit = plan_visit(
        actor, kind=kind, starts_at=report.starts_at, voltigeur=by, by=by.email, subject=subject, event=event, once=once
    )
    return visit if visit.is_written else record_visit(visit, report, by=by, read_version=visit.version)


@transaction.atomic
def postpone_visit(visit: Visit, *, to: datetime | None, by: User, read_version: int) -> Visit | None:
    """A planned visit will take place on another day: the new one, or None as long as its day is not known. Raises as
    `record_visit`, and OutreachError if it is no longer planned."""
    kept = _locked(visit.pk)
    _refuse_changed(kept, read_version)
    if not kept.is_planned:
        raise OutreachError(_("Rien n’a été changé\u00a0: cette visite n’est plus à venir."))
    report = Report(
        result=VisitState.POSTPONED, starts_at=kept.starts_at, minutes=kept.minutes, km=kept.km, postponed_to=to
    )
    record_visit(kept, report, by=by, read_version=read_version)
    return kept.followed_by.first()


@transaction.atomic
def keep_promise(promise: Commitment, *, by: User, is_done: bool = True) -> bool:
    """Tick what was promised, or take the tick back; False if it was so already, or is promised no more."""
    kept = Commitment.objects.select_for_update(of=("self",)).filter(pk=promise.pk).first()
    if kept is None or kept.is_done == is_done:
        return False
    kept.done_at, kept.done_by = (timezone.now(), by.email) if is_done else (None, "")
    kept.save(update_fields=["done_at", "done_by"])
    return True


def _locked(pk: int) -> Visit:
    visit = Visit.objects.select_for_update(of=("self",)).select_related("actor").filter(pk=pk).first()
    if visit is None:
        raise VisitGone(_("Rien n’a été enregistré\u00a0: cette visite n’existe plus."))
    return visit


def _written(visit: Visit) -> Visit:
    visit.version += 1
    visit.save()
    return visit


def _refuse_changed(visit: Visit, read_version: int) -> None:
    if visit.version != read_version:
        raise VisitChanged(
            _(
                "Rien n’a été enregistré\u00a0: cette visite a changé depuis que vous l’avez ouverte. Comparez, puis recommencez."
            )
        )


def _refuse_impossible(visit: Visit, report: Report) -> None:
    if report.result not in RESULTS:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: dites ce qu’a donné la visite."))
    if visit.state == VisitState.CANCELLED:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: cette visite a été annulée."))
    if report.result == VisitState.DONE and report.starts_at > timezone.now():
        raise OutreachError(_("Rien n’a été enregistré\u00a0: une visite à venir ne peut pas être réalisée."))
    if report.postponed_to and report.postponed_to <= timezone.now():
        raise OutreachError(_("Rien n’a été enregistré\u00a0: la nouvelle date est déjà passée."))


def _write_people(visit: Visit, people: Sequence[Person]) -> None:
    visit.people.all().delete()
    PersonMet.objects.bulk_create(
        PersonMet(
            visit=visit,
            job=who.job.strip() or ("" if who.agrees and who.name.strip() else _("fonction non précisée")),
            agrees=who.agrees,
            **(
                {"name": who.name.strip(), "email": who.email.strip().lower(), "phone": who.phone.strip()}
                if who.agrees
                else {}
            ),
        )
        for who in people
        if any((who.job.strip(), who.name.strip()))
    )


def _add_contacts(actor: Actor, people: Sequence[Person]) -> None:
    """Once each: an address that the fiche knows is left as it is."""
    for who in people:
        email = who.email.strip().lower()
        if not (who.as_contact and who.agrees and who.name.strip() and email):
            continue
        if not Contact.objects.of_actor(actor).reached_at([email]).exists():
            said = {"name": who.name, "function": who.job, "email": email, "phone": who.phone}
            add_contact(actor, {field: value.strip() for field, value in said.items()})


def _write_promises(visit: Visit, promises: Sequence[Promise]) -> None:
    """Those written before and not said any more are removed, unless they are done."""
    known = {row.pk: row for row in visit.commitments.select_for_update()}
    said = {promise.pk for promise in promises if promise.pk in known}
    Commitment.objects.filter(pk__in=[pk for pk, row in known.items() if pk not in said and not row.is_done]).delete()
    for promise in promises:
        if not promise.text.strip():
            continue
        words = {"text": promise.text.strip(), "due_on": promise.due_on, "owner_id": promise.owner}
        if promise.pk in known:
            Commitment.objects.filter(pk=promise.pk).update(**words)
        else:
            Commitment.objects.create(visit=visit, **words)


def _propose(visit: Visit, report: Report, by: User) -> None:
    """What was learned waits for a reader, like what anybody else says."""
    said: dict[str, Any] = {"source": Source.VISIT, "by_user": by, "by_name": str(by), "by_email": by.email}
    kept = [visit.origin]
    propose_again(visit.actor, report.values, origin=visit.origin, **said)
    own = Jumelage.objects.of_actor(visit.actor).published().in_bulk(list(report.jumelages))
    for number, values in report.jumelages.items():
        if number in own:
            kept.append(f"{visit.origin}:j{number}")
            propose_again(own[number], values, origin=kept[-1], **said)
    take_back_unsaid(visit.origin, kept)


def _write_wish(visit: Visit, report: Report, by: User) -> None:
    """What it asks about being contacted; said no more in this report, it is lifted."""
    if report.wish:
        note_wish(
            visit.actor,
            report.wish,
            until=report.wish_until,
            by=by.email,
            origin=visit.origin,
            is_demo=visit.is_demo,
        )
    elif ContactWish.objects.of_actor(visit.actor).standing().from_origin(visit.origin).exists():
        lift_wish(visit.actor, by=by.email)


def _put_off(visit: Visit, to: datetime, by: User) -> None:
    """A visit put off is planned anew, once."""
    if not visit.followed_by.exists():
        plan_visit(
            visit.actor,
            kind=VisitKind(visit.kind),
            starts_at=to,
            voltigeur=visit.voltigeur,
            by=by.email,
            minutes=visit.minutes,
            subject=visit.subject,
            follows=visit,
            is_demo=visit.is_demo,
        )
