"""What a collectivité asks for about being contacted: left alone for good, or until a day; noted and lifted by staff."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from outreach.enums import WishKind
from outreach.models import ContactWish

from .contact_states import settle_contacts
from .errors import OutreachError


@transaction.atomic
def note_wish(
    actor: Actor,
    kind: WishKind,
    *,
    by: str,
    until: date | None = None,
    reason: str = "",
    origin: str = "",
    is_demo: bool = False,
) -> ContactWish:
    """Keep that a collectivité refuses to be contacted, or pauses until the end of a day; it replaces what it asked for before.

    `by`: the address of who notes it. Safe to call twice. Raises OutreachError for a pause without a day to come.
    """
    if kind == WishKind.PAUSE and (until is None or until < timezone.localdate()):
        raise OutreachError(_("Rien n’a été enregistré\u00a0: une pause a un dernier jour, aujourd’hui ou plus tard."))
    until = until if kind == WishKind.PAUSE else None
    Actor.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
    standing = ContactWish.objects.of_actor(actor).standing().first()
    if standing and (standing.kind, standing.until, standing.reason) == (kind, until, reason.strip()):
        return standing
    if standing:
        _lift(standing, by)
    wish = ContactWish.objects.create(
        actor=actor, kind=kind, until=until, reason=reason.strip(), by=by, origin=origin, is_demo=is_demo
    )
    settle_contacts([actor.pk], is_demo=is_demo)
    return wish


@transaction.atomic
def lift_wish(actor: Actor, *, by: str) -> bool:
    """A collectivité may be contacted again; False if nothing stood."""
    Actor.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
    standing = ContactWish.objects.of_actor(actor).standing().first()
    if standing is None:
        return False
    _lift(standing, by)
    settle_contacts([actor.pk])
    return True


def _lift(wish: ContactWish, by: str) -> None:
    wish.lifted_at, wish.lifted_by = timezone.now(), by
    wish.save(update_fields=["lifted_at", "lifted_by"])
