"""What actors ask for: expressed once by an answer, a visit or a form, then taken in hand, answered or dropped by staff.

Each gesture locks the need's row; expressing locks the actor first, so that two answers of one actor wait for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import NeedState, Source
from directory.models import Actor, Need, Service
from directory.models.needs import LABEL_LENGTH
from soco.accounts.models import User

from .attachments import locked_actor
from .errors import DirectoryError
from .refusals import told


@dataclass(frozen=True, slots=True)
class WantedNeed:
    """One thing that an actor asks for. `code` tells it from the others of its origin (« Q35:conseil »); `service` is the code of
    the service that answers, if one does; `owner`: the id of the colleague who follows it, `due_on`: until when, if that is known
    at once."""

    code: str
    label: str
    service: str = ""
    detail: str = ""
    owner: int | None = None
    due_on: date | None = None


# --- what is asked for ----------------------------------------------------------------------------------------------------
@transaction.atomic
def express_needs(actor: Actor, wanted: Sequence[WantedNeed], *, origin: str, source: Source) -> int:
    """Note what an answer, a visit or a form asks for, and return how many needs are new.

    `origin` names it (« response:42 »): said again, what is added is noted, what is new still and no longer asked for is removed,
    what is new still follows today's words, and what staff took in hand stays as it is. A service that does not exist is none. A
    label that is too long is cut, its whole text kept in the detail.
    Raises DirectoryError, nothing written, if the same is being noted at this moment for another actor.
    """
    locked_actor(actor.pk)
    asked = {f"{origin}:{need.code}": need for need in wanted}
    known = {
        need.origin: need for need in Need.objects.from_origin(origin).oldest_first().select_for_update(of=("self",))
    }
    gone = [need.pk for key, need in known.items() if need.is_new and key not in asked]
    Need.objects.filter(pk__in=gone).delete()
    codes = {need.service for need in asked.values() if need.service}
    services = set(Service.objects.with_codes(codes).values_list("pk", flat=True))
    created = []
    for key, need in asked.items():
        words = _words(need, services)
        if key not in known:
            state = NeedState.IN_HAND if need.owner else NeedState.NEW
            promised = {"owner_id": need.owner, "due_on": need.due_on, "state": state}
            created.append(Need(actor_id=actor.pk, origin=key, source=source, **promised, **words))
        elif known[key].is_new:
            Need.objects.filter(pk=known[key].pk).update(**words, **_promised(need))
    with told(Need):
        Need.objects.bulk_create(created)
    return len(created)


def _promised(need: WantedNeed) -> dict[str, Any]:
    """Who follows it and until when, as far as today's words say so."""
    told: dict[str, Any] = {"due_on": need.due_on} if need.due_on else {}
    return told | ({"owner_id": need.owner, "state": NeedState.IN_HAND} if need.owner else {})


def _words(need: WantedNeed, services: set[str]) -> dict[str, str | None]:
    label, detail = " ".join(need.label.split()), need.detail.strip()
    if len(label) > LABEL_LENGTH:
        label, detail = f"{label[: LABEL_LENGTH - 1].rstrip()}…", "\n\n".join(filter(None, [label, detail]))
    return {"label": label, "detail": detail, "service_id": need.service if need.service in services else None}


# --- what staff does of it ------------------------------------------------------------------------------------------------
@transaction.atomic
def take_need(need: Need, user: User, *, instead_of: int | None = None) -> bool:
    """`user` follows this need from now on; False if they did already.

    `instead_of`: the id of the colleague that `user` knowingly takes over from. Raises DirectoryError if another colleague follows
    it, or if it is closed.
    """
    kept = _locked(need)
    _refuse_closed(kept)
    if kept.state == NeedState.IN_HAND and kept.owner_id == user.pk:
        return False
    if kept.owner_id not in (None, user.pk, instead_of):
        raise DirectoryError(_("Rien n’a été changé\u00a0: %(name)s suit déjà ce besoin.") % {"name": kept.owner})
    kept.state, kept.owner = NeedState.IN_HAND, user
    kept.save(update_fields=["state", "owner"])
    return True


@transaction.atomic
def plan_need(need: Need, due_on: date | None) -> bool:
    """Say before which day a need is to be answered, or that there is none; False if it was said already.

    Raises DirectoryError for a day that is over, or a need that is closed.
    """
    kept = _locked(need)
    if kept.due_on == due_on:
        return False
    _refuse_closed(kept)
    if due_on is not None and due_on < timezone.localdate():
        raise DirectoryError(_("Rien n’a été changé\u00a0: cette échéance est déjà passée."))
    kept.due_on = due_on
    kept.save(update_fields=["due_on"])
    return True


@transaction.atomic
def answer_need(need: Need, text: str, *, by: User) -> bool:
    """Close a need as answered, with what was answered; False if it was said already in the same words.

    Whoever answers a need that nobody follows becomes the one who did. Raises DirectoryError without a text, or if it is closed.
    """
    return _close(need, NeedState.ANSWERED, text, by, _("Rien n’a été enregistré\u00a0: dites ce qui a été répondu."))


@transaction.atomic
def drop_need(need: Need, reason: str, *, by: User) -> bool:
    """Close a need « sans suite » and say why; False if it was said already in the same words. Raises DirectoryError as above."""
    said = _("Rien n’a été enregistré\u00a0: dites pourquoi ce besoin est sans suite.")
    return _close(need, NeedState.DROPPED, reason, by, said)


@transaction.atomic
def reopen_need(need: Need) -> bool:
    """Open again a need that was closed: in hand if somebody follows it, else new. Its answer stays to be read. False if open."""
    kept = _locked(need)
    if kept.is_open:
        return False
    kept.state = NeedState.IN_HAND if kept.owner_id else NeedState.NEW
    kept.answered_at, kept.closed_by = None, ""
    kept.save(update_fields=["state", "answered_at", "closed_by"])
    return True


def _close(need: Need, state: NeedState, text: str, by: User, missing: str) -> bool:
    kept, text = _locked(need), text.strip()
    if kept.state == state and kept.answer == text:
        return False
    _refuse_closed(kept)
    if not text:
        raise DirectoryError(missing)
    kept.state, kept.answer, kept.closed_by = state, text, by.email
    kept.answered_at = timezone.now() if state == NeedState.ANSWERED else None
    kept.owner = kept.owner or by
    kept.save(update_fields=["state", "answer", "closed_by", "answered_at", "owner"])
    return True


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("owner").get(pk=need.pk)


def _refuse_closed(need: Need) -> None:
    if not need.is_open:
        raise DirectoryError(
            _("Rien n’a été changé\u00a0: ce besoin est déjà clos (%(state)s). Rouvrez-le d’abord.")
            % {"state": need.get_state_display()}
        )
