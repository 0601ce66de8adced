"""Where a collectivité is written to about a visit, and why some are not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor, Attachment
from soco.mailing.models import Address


@dataclass(frozen=True, slots=True)
class Reached:
    """`address`: of its référent, else its public one; `why_not`: why no mail leaves, in French, « » if one may."""

    address: str
    why_not: str = ""


def reached(actors: Sequence[Actor]) -> dict[int, Reached]:
    """Where each of these collectivités is written to, by id. Two queries for all."""
    people: dict[int, str] = {}
    for attachment in Attachment.objects.accepted().of_actors([actor.pk for actor in actors]).principal_first():
        if attachment.user.is_active:
            people.setdefault(attachment.actor_id, attachment.user.email.lower())
    addresses = {actor.pk: people.get(actor.pk) or actor.email.lower() for actor in actors}
    known = {row.email: row for row in Address.objects.among([each for each in addresses.values() if each])}
    return {
        actor.pk: Reached(addresses[actor.pk], _why_not(actor, addresses[actor.pk], known.get(addresses[actor.pk])))
        for actor in actors
    }


def _why_not(actor: Actor, address: str, known: Address | None) -> str:
    if actor.is_closed:
        return _("n’existe plus")
    if actor.is_at_rest(timezone.localdate()):
        return _("ne souhaite pas être contactée")
    if not address:
        return _("aucune adresse électronique connue\u00a0: appelez-la")
    if known and known.service_opposed_at:
        return _("s’est opposée aux courriels du réseau\u00a0: appelez-la")
    return _("son adresse ne fonctionne plus\u00a0: appelez-la") if known and known.is_failing else ""
