"""Where a collectivité is written to about a visit, and why some are not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from directory.services import Mailbox, mailboxes_of


@dataclass(frozen=True, slots=True)
class Reached:
    """`address`: of its référent, else its public one; `why_not`: why no mail leaves, in French, « » if one may."""

    address: str
    why_not: str = ""


def reached(actors: Sequence[Actor]) -> dict[int, Reached]:
    """Where each of these collectivités is written to, by id. Two queries for all."""
    boxes = mailboxes_of(actors)
    return {actor.pk: Reached(boxes[actor.pk].address, _why_not(actor, boxes[actor.pk])) for actor in actors}


def _why_not(actor: Actor, box: Mailbox) -> str:
    if actor.is_closed:
        return _("n’existe plus")
    if actor.is_at_rest(timezone.localdate()):
        return _("ne souhaite pas être contactée")
    if not box.address:
        return _("aucune adresse électronique connue\u00a0: appelez-la")
    if box.is_opposed:
        return _("s’est opposée aux courriels du réseau\u00a0: appelez-la")
    return _("son adresse ne fonctionne plus\u00a0: appelez-la") if box.is_failing else ""
