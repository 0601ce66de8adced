"""Who is a member of the network: written year by year, ended, taken back; the contact state follows at once."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from directory.models import Actor
from directory.services.rows import Touched
from outreach.models import Adhesion

from .contact_states import settle_contacts
from .errors import OutreachError

FIRST_YEAR, LAST_YEAR = 1990, 2100


def year_of(year: int) -> tuple[date, date]:
    """The first and the last day of a membership when nothing else is said: those of its year."""
    return date(year, 1, 1), date(year, 12, 31)


@transaction.atomic
def add_adhesion(
    actor: Actor, *, year: int, starts_on: date, ends_on: date, note: str = "", by: str
) -> tuple[Adhesion, bool]:
    """Note a membership; (it, True). The same said twice is one: (it, False). Raises OutreachError for another one of that year,
    days in the wrong order, an actor that no longer exists."""
    if actor.is_closed:
        raise OutreachError(_("Cet acteur n’existe plus\u00a0: il ne peut pas adhérer."))
    _refuse_order(starts_on, ends_on)
    wanted = {"starts_on": starts_on, "ends_on": ends_on, "note": note}
    known = Adhesion.objects.of_actor(actor).of_year(year).first()
    if known is not None:
        if all(getattr(known, name) == value for name, value in wanted.items()):
            return known, False
        raise OutreachError(_("Cet acteur a déjà une adhésion pour %(year)s\u00a0: modifiez-la.") % {"year": year})
    adhesion = Adhesion(actor=actor, year=year, added_by=by, **wanted)
    _save(adhesion)
    settle_contacts([actor.pk])
    return adhesion, True


@transaction.atomic
def change_adhesion(adhesion: Adhesion, *, year: int, starts_on: date, ends_on: date, note: str) -> bool:
    """Write what a membership is; False if nothing differs. Raises OutreachError as `add_adhesion` does."""
    _refuse_order(starts_on, ends_on)
    kept = _held(adhesion)
    wanted: dict[str, Any] = {"year": year, "starts_on": starts_on, "ends_on": ends_on, "note": note}
    if all(getattr(kept, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(kept, name, value)
    _save(kept)
    settle_contacts([kept.actor_id])
    return True


@transaction.atomic
def end_adhesion(adhesion: Adhesion, last_day: date) -> bool:
    """The membership holds until that day, included; False if it did already. Raises OutreachError outside its days."""
    kept = _held(adhesion)
    if kept.ends_on == last_day:
        return False
    if not kept.starts_on <= last_day <= kept.ends_on:
        raise OutreachError(_("Une adhésion prend fin entre son premier et son dernier jour."))
    kept.ends_on = last_day
    kept.save(update_fields=["ends_on"])
    settle_contacts([kept.actor_id])
    return True


@transaction.atomic
def remove_adhesion(adhesion: Adhesion) -> bool:
    """Take back a membership that never was (its history stays); False if it was gone already."""
    count, _kinds = Adhesion.objects.filter(pk=adhesion.pk).delete()
    settle_contacts([adhesion.actor_id])
    return bool(count)


def move_adhesions(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Memberships of a fiche merged into another go over; of two of one year, the kept fiche's goes on over all their days."""
    own = {row.year: row for row in Adhesion.objects.of_actor(kept.pk)}
    for row in Adhesion.objects.of_actor(absorbed.pk).order_by("pk"):
        twin = own.get(row.year)
        for each in (twin, row) if twin else (row,):
            touched.touch(Adhesion, [each.pk])
        if twin is None:
            Adhesion.objects.filter(pk=row.pk).update(actor=kept)
            continue
        row.delete()
        Adhesion.objects.filter(pk=twin.pk).update(
            starts_on=min(twin.starts_on, row.starts_on),
            ends_on=max(twin.ends_on, row.ends_on),
            note=twin.note or row.note,
        )


def _held(adhesion: Adhesion) -> Adhesion:
    kept = Adhesion.objects.select_for_update().filter(pk=adhesion.pk).first()
    if kept is None:
        raise OutreachError(_("Rien n’a été changé\u00a0: cette adhésion a été retirée entre-temps."))
    return kept


def _refuse_order(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise OutreachError(_("Le dernier jour d’une adhésion vient après le premier."))


def _save(adhesion: Adhesion) -> None:
    try:
        with transaction.atomic():
            adhesion.save()
    except IntegrityError as error:  # a colleague wrote one for that year meanwhile
        raise OutreachError(
            _("Cet acteur a déjà une adhésion pour %(year)s\u00a0: modifiez-la.") % {"year": adhesion.year}
        ) from error
