"""The path that brings a jumelage back to life: begun by staff or asked for by its people, ticked step by step, closed once."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import vitality
from directory.enums import ProjectStatus, RelaunchState, RelaunchStep, Source, Vitality
from directory.models import Attachment, Contact, Jumelage, Project, Relaunch
from soco.accounts.models import User

from . import fiches
from .errors import DirectoryError
from .jumelages import end_jumelage, save_jumelage
from .proposals import propose_changes
from .refusals import told

LIVING = (ProjectStatus.PLANNED, ProjectStatus.RUNNING, ProjectStatus.FINISHING)


def suggested_steps(jumelage: Jumelage) -> list[RelaunchStep]:
    """What its relaunch probably needs, from what the répertoire knows around it."""
    around = vitality.Surroundings(
        has_partner_contact=Contact.objects.of_actor(jumelage.partner).in_office().exists(),
        has_project=Project.objects.of_jumelage(jumelage).with_statuses([str(status) for status in LIVING]).exists(),
        has_referent=Attachment.objects.accepted().of_actor(jumelage.collectivite_id).exists(),
        carrier=jumelage.carrier,
        partner_country=jumelage.partner.country_id or "",
    )
    return vitality.suggested_steps(around)


@transaction.atomic
def start_relaunch(jumelage: Jumelage, needed: Iterable[str], *, by: str, note: str = "") -> Relaunch:
    """Open the path of a jumelage, which is « à relancer » from now on. `needed`: values of RelaunchStep; `by`: an address.

    One is open already: it comes back as it is. Raises DirectoryError for no step at all, or a jumelage that is over.
    """
    relaunch, is_new = _opened(jumelage, needed, by=by, note=note)
    fiche = fiches.locked(jumelage)
    if is_new and fiche.value("vitality") != Vitality.TO_RELAUNCH:
        fiche.write(
            {"vitality": Vitality.TO_RELAUNCH.value},
            read_on=None,
            source=Source.STAFF,
            by=by,
            verifier="",
            context={"origin": _origin(relaunch)},
        )
    return relaunch


@transaction.atomic
def ask_for_relaunch(
    jumelage: Jumelage, needed: Iterable[str], *, by: User, message: str = ""
) -> tuple[Relaunch, bool]:
    """« Demander un appui pour relancer »: the path opens, and staff reads as a proposal that the jumelage is to relaunch.

    Returns the relaunch, and whether it is new; one that was open already comes back as it is. Raises DirectoryError as above.
    """
    relaunch, is_new = _opened(jumelage, needed, by=by.email, note="")
    if is_new:
        propose_changes(
            jumelage,
            {"vitality": Vitality.TO_RELAUNCH.value},
            origin=_origin(relaunch),
            source=Source.ORGANISATION,
            by_user=by,
            by_name=by.get_full_name(),
            by_email=by.email,
            message=message,
        )
    return relaunch, is_new


@transaction.atomic
def save_steps(relaunch: Relaunch, *, needed: Iterable[str], done: Iterable[str], note: str) -> None:
    """Write what it needs, what is there, and staff's notes; a step that is there was needed. Safe twice.

    Raises DirectoryError if it is closed, or if nothing is needed.
    """
    kept = _locked(relaunch)
    if not kept.is_open:
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: cette relance est close."))
    there = _known(done)
    kept.needed, kept.done, kept.note = _some(there + _known(needed)), there, note.strip()
    with told(Relaunch):
        kept.save(update_fields=["needed", "done", "note"])


@transaction.atomic
def succeed(relaunch: Relaunch, *, last_action: str, last_action_on: date, by: str) -> bool:
    """Close it « relancé »: the jumelage is active, its last action known, nothing left to verify. False if it was closed.

    A later action that is known already stays. Raises DirectoryError for a day to come, or a jumelage closed meanwhile.
    """
    if last_action_on > timezone.localdate():
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: une action qui a eu lieu a une date passée."))
    jumelage = _jumelage(relaunch)
    kept = _locked(relaunch)
    if not kept.is_open:
        return False
    if jumelage.is_ended:
        raise DirectoryError(
            _(
                "Rien n’a été enregistré\u00a0: ce jumelage a été clos entre-temps. Rouvrez-le, ou abandonnez la relance."
            )
        )
    names = ["vitality", "vitality_on", "to_verify"]
    jumelage.vitality, jumelage.vitality_on, jumelage.to_verify = Vitality.ACTIVE, timezone.localdate(), False
    if jumelage.last_action_on is None or last_action_on >= jumelage.last_action_on:
        jumelage.last_action_on, jumelage.last_action = last_action_on, last_action.strip()
        names += ["last_action_on", "last_action"]
    save_jumelage(jumelage, names, source=Source.STAFF, by=by, context={"origin": _origin(kept)})
    _close(kept, RelaunchState.SUCCEEDED, by)
    return True


@transaction.atomic
def give_up(relaunch: Relaunch, *, by: str, asks_for_end: bool = False, at_once: bool = False) -> bool:
    """Close it « abandonné »: the jumelage stays as it is, « à relancer ». False if it was closed already.

    `asks_for_end`: it should be closed too; `at_once`, or else as a proposal that staff reads.
    """
    jumelage = _jumelage(relaunch)
    kept = _locked(relaunch)
    if not kept.is_open:
        return False
    _close(kept, RelaunchState.GIVEN_UP, by)
    if asks_for_end and not jumelage.is_ended:
        if at_once:
            end_jumelage(jumelage, on=None, source=Source.STAFF, by=by)
        else:
            propose_changes(
                jumelage,
                {"vitality": Vitality.ENDED.value},
                origin=f"{_origin(kept)}:clos",
                source=Source.STAFF,
                by_email=by,
                message=_("Relance abandonnée."),
            )
    return True


def _opened(jumelage: Jumelage, needed: Iterable[str], *, by: str, note: str) -> tuple[Relaunch, bool]:
    """The open relaunch of a jumelage, its row locked first; and whether it is new."""
    fiche = fiches.locked(jumelage)
    if existing := Relaunch.objects.open().of_jumelage(jumelage).first():
        return existing, False
    if fiche.value("vitality") == Vitality.ENDED:
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: ce jumelage est clos. Rouvrez-le d’abord."))
    steps = _some(_known(needed))
    with told(Relaunch):
        return Relaunch.objects.create(jumelage=jumelage, needed=steps, note=note.strip(), started_by=by), True


def _jumelage(relaunch: Relaunch) -> Jumelage:
    """Its jumelage as the row is now, locked before the relaunch: one order in every gesture."""
    kept = fiches.locked(relaunch.jumelage).jumelage
    assert kept is not None  # noqa: S101 - a jumelage was asked for
    return kept


def _locked(relaunch: Relaunch) -> Relaunch:
    return Relaunch.objects.select_for_update(of=("self",)).get(pk=relaunch.pk)


def _close(relaunch: Relaunch, state: RelaunchState, by: str) -> None:
    relaunch.state, relaunch.closed_at, relaunch.closed_by = state, timezone.now(), by
    relaunch.save(update_fields=["state", "closed_at", "closed_by"])


def _known(steps: Iterable[str]) -> list[str]:
    wanted = set(steps)
    return [step.value for step in RelaunchStep if step.value in wanted]


def _some(steps: list[str]) -> list[str]:
    """These steps in the order of the path, once each. Raises DirectoryError for none."""
    if not steps:
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: cochez au moins une chose dont ce jumelage a besoin."))
    return _known(steps)


def _origin(relaunch: Relaunch) -> str:
    return f"relaunch:{relaunch.pk}"
