"""What actors ask for: expressed once by an answer, a visit or a form, then taken in hand, answered or dropped by staff.

Each gesture locks the need's row; expressing locks the actor first, so that two answers of one actor wait for each other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory.enums import NeedHeard, NeedState, Source
from directory.models import Actor, Need, Service
from directory.models.needs import BY_HAND, LABEL_LENGTH
from soco.accounts.models import User

from .attachments import locked_actor
from .errors import DirectoryError
from .refusals import told

YEARS_AHEAD = 5  # a need is not promised for later


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


@transaction.atomic
def note_need(
    actor: Actor,
    label: str,
    heard: NeedHeard,
    *,
    once: str,
    service: str = "",
    detail: str = "",
    owner: int | None = None,
    due_on: date | None = None,
) -> Need:
    """Note what an actor asked for in a mail, a call or a talk, and return the need.

    `once`: what a page and the words typed on it make (`signature_of`): sent twice, they are one need. `service`: the code of the
    service that answers. Raises DirectoryError for an actor that no longer exists or a day that is over.
    """
    origin = f"{BY_HAND}{actor.pk}:{once}"
    known = Need.objects.from_origin(origin).first()
    if known is not None:
        return known
    if actor.is_closed:
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: cette fiche n’existe plus."))
    _refuse_day(due_on, _("Rien n’a été enregistré\u00a0: cette échéance est déjà passée."))
    wanted = WantedNeed(heard.value, label, service=service, detail=detail, owner=owner, due_on=due_on)
    express_needs(actor, [wanted], origin=origin, source=Source.STAFF)
    return Need.objects.from_origin(origin).get()


# --- what staff does of it ------------------------------------------------------------------------------------------------
@transaction.atomic
def take_need(need: Need, user: User, *, instead_of: int | None = None) -> bool:
    """`user` follows this need from now on; False if they did already.

    `instead_of`: the id of the colleague that `user` knowingly takes over from. Raises DirectoryError if another colleague follows
    it, or if it is closed.
    """
    return _hand(need, user, instead_of)


@transaction.atomic
def assign_need(need: Need, colleague: User, *, instead_of: int | None = None) -> bool:
    """A colleague follows this need from now on; False if they did already.

    `instead_of`: the id of whom the page showed as following it. Raises DirectoryError if somebody else follows it meanwhile, if
    the colleague's account is closed, or if the need is closed.
    """
    if not User.objects.filter(pk=colleague.pk, is_active=True).exists():
        raise DirectoryError(_("Rien n’a été changé\u00a0: le compte de cette personne est fermé."))
    return _hand(need, colleague, instead_of)


@transaction.atomic
def annotate_need(need: Need, note: str) -> bool:
    """Add a note, with today's date, below what is known of a need; False if it was added today already, or says nothing. Raises
    DirectoryError if the need is closed."""
    kept, note = _locked(need), note.strip()
    _refuse_closed(kept)
    said = _("Le %(day)s\u00a0: %(note)s") % {"day": date_format(timezone.localdate(), "j F Y"), "note": note}
    if not note or kept.detail == said or kept.detail.endswith(f"\n\n{said}"):
        return False
    kept.detail = "\n\n".join(filter(None, [kept.detail, said]))
    kept.save(update_fields=["detail"])
    return True


@transaction.atomic
def sort_need(need: Need, service: Service | None) -> bool:
    """Say which service answers a need, or that none does yet; False if it was said already. Raises DirectoryError if closed."""
    kept = _locked(need)
    if kept.service_id == (service.pk if service else None):
        return False
    _refuse_closed(kept)
    kept.service = service
    kept.save(update_fields=["service"])
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
    _refuse_day(due_on, _("Rien n’a été changé\u00a0: cette échéance est déjà passée."))
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
    kept.answered_at, kept.closed_at, kept.closed_by = None, None, ""
    kept.save(update_fields=["state", "answered_at", "closed_at", "closed_by"])
    return True


# --- several at a time ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Treated:
    """What became of several needs: how many changed, how many were so already, and why others did not change."""

    changed: int
    already: int
    refused: list[tuple[Need, str]]


@transaction.atomic
def treat_needs(pks: Iterable[int], gesture: Callable[[Need], bool]) -> Treated:
    """Do one gesture of this module on each of these needs, by id; what it refuses for one does not stop the others. Ids that do
    not exist are left out."""
    needs = list(Need.objects.numbered(pks).select_for_update(of=("self",)))
    changed, refused = 0, []
    for need in needs:
        try:
            with transaction.atomic():
                changed += gesture(need)
        except DirectoryError as error:
            refused.append((need, str(error)))
    return Treated(changed, len(needs) - changed - len(refused), refused)


def _hand(need: Need, to: User, instead_of: int | None) -> bool:
    kept = _locked(need)
    _refuse_closed(kept)
    if kept.state == NeedState.IN_HAND and kept.owner_id == to.pk:
        return False
    if kept.owner_id not in (None, to.pk, instead_of):
        raise DirectoryError(_("Rien n’a été changé\u00a0: %(name)s suit déjà ce besoin.") % {"name": kept.owner})
    kept.state, kept.owner = NeedState.IN_HAND, to
    kept.save(update_fields=["state", "owner"])
    return True


def _refuse_day(day: date | None, sentence: str) -> None:
    """Raises DirectoryError, with `sentence`, for a day that is over; with another one for a day that nobody means."""
    today = timezone.localdate()
    if day is not None and day < today:
        raise DirectoryError(sentence)
    if day is not None and day > today + timedelta(days=366 * YEARS_AHEAD):
        raise DirectoryError(
            _("Cette échéance n’est pas plausible\u00a0: %(years)s ans au plus.") % {"years": YEARS_AHEAD}
        )


def _close(need: Need, state: NeedState, text: str, by: User, missing: str) -> bool:
    kept, text = _locked(need), text.strip()
    if kept.state == state and kept.answer == text:
        return False
    _refuse_closed(kept)
    if not text:
        raise DirectoryError(missing)
    kept.state, kept.answer, kept.closed_by = state, text, by.email
    kept.closed_at = timezone.now()
    kept.answered_at = kept.closed_at if state == NeedState.ANSWERED else None
    kept.owner = kept.owner or by
    kept.save(update_fields=["state", "answer", "closed_by", "closed_at", "answered_at", "owner"])
    return True


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("owner").get(pk=need.pk)


def _refuse_closed(need: Need) -> None:
    if not need.is_open:
        raise DirectoryError(
            _("Rien n’a été changé\u00a0: ce besoin est déjà clos (%(state)s). Rouvrez-le d’abord.")
            % {"state": need.get_state_display()}
        )
