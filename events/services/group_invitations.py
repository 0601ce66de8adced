"""Who could join a group, by their jumelages; and the letter that invites them. Nobody is a member without their own act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from directory.services import reach_of
from events import notifications
from events.models import Group, GroupMember
from soco.mailing.enums import Category
from soco.mailing.models import Address, Message

from .errors import EventsError


@dataclass(frozen=True)
class Suggestion:
    """An actor that has a jumelage with a country, or on a theme, of the group. `countries`, `themes`: the codes in common;
    `invited_at`: when it was written to, None if it was not."""

    actor: Actor
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    invited_at: datetime | None = None


@dataclass(frozen=True)
class ActorsInvited:
    """What became of the actors that were chosen: how many were written to, and the names of the others."""

    written: int = 0
    known: tuple[str, ...] = ()
    opposed: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()


def suggested_actors(group: Group) -> Any:
    """The actors of France whose jumelages are about its countries (or its themes, for a group about no country), those that
    never were members nor asked and may be written to, the most twinned first."""
    known = GroupMember.objects.of_group(group).of_actors().values("actor")
    found = Actor.objects.published().suiting_group(group.country_codes, group.theme_codes)
    found = found.exclude(pk__in=known).not_at_rest(timezone.localdate())
    return (found if group.is_demo else found.real()).by_links()


def suggestions(group: Group, most: int) -> list[Suggestion]:
    """The first of them, with what they have in common with the group. Two queries."""
    actors = list(suggested_actors(group).for_neighbours()[:most])
    invited = _invited_at(group, actors)
    return [
        Suggestion(
            actor,
            tuple(code for code in actor.cooperation_countries if code in group.country_codes),
            tuple(code for code in actor.cooperation_themes if code in group.theme_codes),
            invited.get(actor.pk),
        )
        for actor in actors
    ]


def _invited_at(group: Group, actors: Sequence[Actor]) -> dict[int, datetime]:
    about = {notifications.about_invitation(group.pk, actor.pk): actor.pk for actor in actors}
    rows = Message.objects.of_kind(notifications.GROUP_INVITATION).about_any(about).order_by("-pk")
    return {about[row.about]: row.created_at for row in rows}


@transaction.atomic
def invite_actors(group: Group, actors: Sequence[Actor], *, by: str) -> ActorsInvited:
    """Write to the référents of these actors, or else to their public address, that the group is open to them: once for each actor,
    whoever asks. Nothing leaves for who opposes the mails of the network. Raises EventsError for a group of the demonstration,
    or one that nobody sees."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if group.is_demo:
        raise EventsError(_("Ce groupe est fictif\u00a0: personne n’est invité."))
    if not group.is_published:
        raise EventsError(_("Ce groupe est caché\u00a0: publiez-le avant d’y inviter."))
    already, written_to = _invited_at(group, actors), set[str]()
    told: dict[str, list[str]] = {"written": [], "known": [], "opposed": [], "unreachable": []}
    for actor in actors:
        told["known" if actor.pk in already else _write(group, actor, by, written_to)].append(actor.name)
    return ActorsInvited(len(told["written"]), tuple(told["known"]), tuple(told["opposed"]), tuple(told["unreachable"]))


def _write(group: Group, actor: Actor, by: str, written_to: set[str]) -> str:
    """What became of it, as the words of `ActorsInvited`. `written_to`: the addresses that got the letter already, for another."""
    if actor.is_at_rest(timezone.localdate()):
        return "opposed"
    reach = reach_of(actor)
    if not reach:
        return "unreachable"
    known = Address.objects.filter(email__in=reach.addresses)
    refusing = {address.email for address in known if address.refuses(Category.SERVICE)}
    addresses = [address for address in reach.addresses if address not in refusing]
    if not addresses:
        return "opposed"
    notifications.group_invitation(group, actor, to=[each for each in addresses if each not in written_to], by=by)
    written_to |= set(addresses)
    return "written"
