"""The slot of each stop: proposed by mail, answered by the collectivité on its own page, settled by staff."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import notifications
from outreach.enums import StopState
from outreach.models import Tour, TourStop, Visit
from soco.web.templatetags.soco import moment, weekday

from .errors import OutreachError
from .reaching import reached
from .tours import held_tour, kept_tour
from .visits import change_plan

LONGEST_MESSAGE = 2000


@dataclass(frozen=True)
class Sent:
    """What became of slots to propose: how many mails leave, and (stop, why) of those that do not."""

    count: int = 0
    kept_out: list[tuple[TourStop, str]] = field(default_factory=list)


@transaction.atomic
def send_slots(tour: Tour, stops: Collection[int] | None = None) -> Sent:
    """Propose their slot to the stops (ids; None: all) that are to be asked; a slot is proposed once. Raises OutreachError unless
    the tour is confirmed."""
    kept, rows = held_tour(tour)
    if not kept.is_confirmed:
        raise OutreachError(_("Rien n’est parti\u00a0: confirmez d’abord la tournée, ses créneaux seront alors fixés."))
    asked = [row for row in rows if row.is_to_ask and (stops is None or row.pk in stops)]
    where, leaving, kept_out = reached([row.actor for row in asked]), [], []
    for row in asked:
        if why_not := why_not_asked(row) or where[row.actor_id].why_not:
            kept_out.append((row, why_not))
            continue
        row.state = StopState.ASKED
        leaving.append(row)
    TourStop.objects.bulk_update(leaving, ["state"])
    notifications.slots([(row, where[row.actor_id].address) for row in leaving])
    return Sent(len(leaving), kept_out)


def why_not_asked(stop: TourStop) -> str:
    """Why its slot cannot be proposed, its address apart; « » if it can."""
    if stop.tour.is_demo:
        return _("démonstration\u00a0: aucun courriel ne part")
    if stop.starts_at is None or stop.starts_at <= timezone.now():
        return _("le créneau est déjà passé")
    if stop.is_moved_apart or stop.is_written:
        return _("sa visite a été déplacée ou racontée à part")
    return ""


@transaction.atomic
def answer_slot(
    stop: TourStop, answer: StopState, *, seen: datetime | None, message: str = "", wanted: date | None = None
) -> bool:
    """Keep what a collectivité answers, its last answer until the hour of the visit; False if it had said the same.

    `seen`: the slot that its page showed: one that has changed since is not accepted unread. `wanted`: the day that it asks for.
    Raises OutreachError for a visit that is over or called off, or a slot that has changed.
    """
    over = _("Votre réponse n’a pas été enregistrée\u00a0: ce rendez-vous est passé ou annulé.")
    try:
        kept, rows = held_tour(stop.tour)
    except OutreachError as error:  # its words are the staff's
        raise OutreachError(over) from error
    row = next((each for each in rows if each.pk == stop.pk), None)
    if row is None or not kept.is_confirmed or row.starts_at is None or row.starts_at <= timezone.now():
        raise OutreachError(over)
    if row.is_written:
        raise OutreachError(_("Votre réponse n’a pas été enregistrée\u00a0: cette visite a déjà eu lieu."))
    if answer == StopState.ACCEPTED and seen != row.starts_at:
        raise OutreachError(
            _(
                "Le créneau a changé depuis que vous avez ouvert cette page\u00a0: c’est maintenant %(slot)s. "
                "Relisez, puis répondez."
            )
            % {"slot": moment(row.starts_at)}
        )
    text = _said(answer, message, wanted)
    if (row.state, row.answer) == (answer, text):
        return False
    row.state, row.answer, row.answered_at, row.settled_at = answer, text, timezone.now(), None
    row.save(update_fields=["state", "answer", "answered_at", "settled_at"])
    notifications.take_back_slot(row)
    if answer == StopState.ACCEPTED:
        _confirm(row)
    notifications.answered(row)
    return True


def _said(answer: StopState, message: str, wanted: date | None) -> str:
    """The answer in the collectivité's words, the day it asks for first."""
    asked = (
        _("Jour souhaité\u00a0: %(day)s.") % {"day": weekday(wanted)}
        if wanted and answer == StopState.OTHER_DATE
        else ""
    )
    return "\n".join(part for part in (asked, message.strip()[:LONGEST_MESSAGE]) if part)


def _confirm(stop: TourStop) -> None:
    """Send what was agreed, with its calendar file, to whom the collectivité is written to."""
    where = reached([stop.actor])[stop.actor_id]
    if stop.visit and not where.why_not and not stop.tour.is_demo:
        notifications.agreed(stop.visit, about=stop.about, to=where.address)


@transaction.atomic
def settle_with_slot(stop: TourStop, starts_at: datetime, *, by: str) -> bool:
    """Staff agreed on another moment with the collectivité, which gets its confirmation. The same day, the stop keeps that hour
    and its place among the others follows; another day, the visit leaves the tour. Return whether it is still a stop.

    Raises OutreachError for a moment that is over.
    """
    if starts_at <= timezone.now():
        raise OutreachError(_("Rien n’a été enregistré\u00a0: ce moment est déjà passé."))
    kept, rows = held_tour(stop.tour)
    row = _row(rows, stop)
    notifications.take_back_slot(row)
    if timezone.localdate(starts_at) == kept.day:
        _move_visit(row, starts_at)
        row.starts_at, row.state, row.settled_at = starts_at, StopState.ACCEPTED, timezone.now()
        row.save(update_fields=["starts_at", "state", "settled_at"])
        kept_tour(kept, sorted(rows, key=lambda each: (each.starts_at, each.rank)), by)
        _confirm(row)
        return True
    _move_visit(row, starts_at)
    where = reached([row.actor])[row.actor_id]
    if row.visit and not where.why_not and not kept.is_demo:
        notifications.agreed(row.visit, about=f"actor:{row.actor_id}", to=where.address)
    row.delete()
    kept_tour(kept, [each for each in rows if each.actor_id != row.actor_id], by)
    return False


def _move_visit(row: TourStop, starts_at: datetime) -> None:
    if row.visit is None or not row.visit.is_planned:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: la visite de cette étape n’est plus à venir."))
    row.visit = change_plan(Visit.objects.get(pk=row.visit.pk), read_version=row.visit.version, starts_at=starts_at)


@transaction.atomic
def settle_as_is(stop: TourStop) -> bool:
    """Nothing more is to be done of an answer; False if that was said already."""
    _kept, rows = held_tour(stop.tour)
    row = _row(rows, stop)
    if row.settled_at is not None:
        return False
    row.settled_at = timezone.now()
    row.save(update_fields=["settled_at"])
    return True


def _row(rows: list[TourStop], stop: TourStop) -> TourStop:
    row = next((each for each in rows if each.pk == stop.pk), None)
    if row is None:
        raise OutreachError(_("Rien n’a été enregistré\u00a0: cette étape n’est plus dans la tournée."))
    return row
