"""A call or a mail, kept in two taps: the note, what was asked for, and how far the network has come."""

from dataclasses import replace
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import NeedHeard, Source
from directory.models import Actor
from directory.services import DirectoryError, WantedNeed, express_needs
from outreach.enums import NoteKind, WishKind
from outreach.models import QuickNote
from soco.accounts.models import User

from .contact_states import settle_contacts
from .errors import OutreachError
from .wishes import note_wish

HEARD = {
    NoteKind.CALL_IN: NeedHeard.CALL,
    NoteKind.CALL_OUT: NeedHeard.CALL,
    NoteKind.MAIL_IN: NeedHeard.MAIL,
    NoteKind.OTHER: NeedHeard.TALK,
}


@transaction.atomic
def note_exchange(
    actor: Actor,
    kind: NoteKind,
    *,
    by: User,
    text: str = "",
    on: date | None = None,
    need: WantedNeed | None = None,
    wish: WishKind | None = None,
    wish_until: date | None = None,
    once: str = "",
    is_demo: bool = False,
) -> QuickNote:
    """Keep that a collectivité and the network spoke, on a day (today if it is not said), and what it asked for.

    `wish`: what it asks about being contacted, with the last day of a pause. `once`: the number of the page, sent twice it is one
    note. Raises OutreachError for a body that is no collectivité or exists no more, for a day to come, and for a pause without one.
    """
    if not actor.is_collectivite or actor.is_closed:
        raise OutreachError(
            _("Rien n’a été enregistré\u00a0: on ne note un échange qu’avec une collectivité qui existe.")
        )
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise OutreachError(_("Rien n’a été enregistré\u00a0: un échange a déjà eu lieu, ce jour est à venir."))
    if known := _known(once):
        return known
    try:
        with transaction.atomic():
            note = QuickNote.objects.create(
                actor=actor, kind=kind, on=on, text=text.strip(), user=by, by=by.email, once=once, is_demo=is_demo
            )
    except IntegrityError:
        if known := _known(once):  # the same page, sent twice at once
            return known
        raise
    if need:
        try:
            heard = replace(need, code=HEARD[kind].value)  # what the inbox of needs tells of where it comes from
            express_needs(actor, [heard], origin=note.origin, source=Source.STAFF)
        except DirectoryError as error:
            raise OutreachError(str(error)) from error
    settle_contacts([actor.pk], is_demo=is_demo)
    if wish:
        note_wish(actor, wish, until=wish_until, by=by.email, origin=note.origin, is_demo=is_demo)
    return note


def _known(once: str) -> QuickNote | None:
    return QuickNote.objects.made_on(once).first() if once else None
