"""What several collectivités of one place ask for: the groups, one action for all of a group, one answer for all.

A group is the open needs that one service answers, asked for by at least two communes or intercommunalités of the same
intercommunalité. Where an intercommunalité holds one alone, its needs are gathered with those of the same département that are
alone too. Partners, régions and départements are no neighbours whom one meets around a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.db import connection
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from directory.enums import OPEN_NEEDS, Nature
from directory.geography import kilometres_between
from directory.models import Actor, Need, Service
from directory.services import Treated, annotate_need, answer_need, assign_need, plan_need, treat_needs
from soco.accounts.models import User

FEWEST = 2  # collectivités of a group
SHOWN = 12  # names in a list of groups

# The départements of a group are those of its members: an intercommunalité may straddle two.
GROUPS = """
    WITH asked AS (
        SELECT n.id, n.service_id, n.actor_id, n.created_at, a.departement_id, a.departement_codes,
               CASE WHEN a.nature = %(epci)s THEN a.id ELSE a.epci_id END AS epci_id
          FROM directory_need n JOIN directory_actor a ON a.id = n.actor_id
         WHERE n.state = ANY(%(open)s) AND n.service_id IS NOT NULL AND a.nature = ANY(%(natures)s)
           AND a.valid_until IS NULL AND a.is_published AND (%(service)s = '' OR n.service_id = %(service)s)
    ), around AS (
        SELECT service_id, epci_id FROM asked WHERE epci_id IS NOT NULL
         GROUP BY service_id, epci_id HAVING count(DISTINCT actor_id) >= %(fewest)s
    ), placed AS (
        SELECT a.*, coalesce(r.epci_id, a.departement_id) AS place_id
          FROM asked a LEFT JOIN around r ON r.service_id = a.service_id AND r.epci_id = a.epci_id
    )
    SELECT service_id, place_id, count(DISTINCT actor_id), array_agg(id ORDER BY id), min(created_at)
      FROM placed WHERE place_id IS NOT NULL AND (%(place)s::bigint IS NULL OR place_id = %(place)s)
     GROUP BY service_id, place_id
    HAVING count(DISTINCT actor_id) >= %(fewest)s
       AND (%(departement)s = '' OR bool_or(%(departement)s = ANY(departement_codes)))
     ORDER BY 3 DESC, 5, service_id, place_id
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Open needs of one service around one place (an intercommunalité or a département): the ids, how many collectivités, and since
    when the first one waits."""

    service: str
    place: int
    size: int
    needs: tuple[int, ...]
    since: datetime


@dataclass(frozen=True)
class CommonNeed:
    """A group with what a page shows of it."""

    group: Group
    service: Service
    place: Actor
    needs: list[Need]

    @cached_property
    def actors(self) -> list[Actor]:
        """Who asks, each once, by name."""
        found = {need.actor.pk: need.actor for need in self.needs}
        return sorted(found.values(), key=lambda actor: (actor.name_key, actor.pk))

    @property
    def shown(self) -> list[Actor]:
        """The first of them, for a list of groups."""
        return self.actors[:SHOWN]

    @property
    def hidden(self) -> int:
        return len(self.actors) - len(self.shown)

    @property
    def spread(self) -> float | None:
        """The kilometres between the two that are the farthest apart; None if fewer than two are on the map."""
        points: list[Any] = [(actor.latitude, actor.longitude) for actor in self.actors if actor.is_located]
        return max((kilometres_between(*one, *other) for one, other in combinations(points, 2)), default=None)

    @property
    def breakfast_title(self) -> str:
        """What a petit-déjeuner about it is called; it may be changed."""
        told = {"service": self.service.name, "place": self.place.name}
        return _("Petit-déjeuner\u00a0: %(service)s, %(place)s") % told


def common_needs(*, service: str = "", departement: str = "", place: int | None = None) -> list[Group]:
    """The groups, the largest first, then the one that waits for the longest. One statement, whatever the number of actors.

    `service`, `departement`: codes, « » for all; `place`: the id of an intercommunalité or a département.
    """
    values: dict[str, Any] = {
        "open": [state.value for state in OPEN_NEEDS],
        "natures": [Nature.COMMUNE.value, Nature.EPCI.value],
        "epci": Nature.EPCI.value,
        "fewest": FEWEST,
        "service": service,
        "departement": departement,
        "place": place,
    }
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, values)
        return [Group(code, where, size, tuple(pks), since) for code, where, size, pks, since in cursor.fetchall()]


def described(groups: Sequence[Group]) -> list[CommonNeed]:
    """What a page shows of some groups, the needs by the name of who asks. Three queries, whatever their number."""
    needs = {need.pk: need for need in Need.objects.numbered(pk for group in groups for pk in group.needs).for_list()}
    services = Service.objects.in_bulk([group.service for group in groups])
    places = Actor.objects.for_page().in_bulk([group.place for group in groups])

    def of(group: Group) -> list[Need]:
        found = [needs[pk] for pk in group.needs if pk in needs]
        return sorted(found, key=lambda need: (need.actor.name_key, need.pk))

    return [CommonNeed(group, services[group.service], places[group.place], of(group)) for group in groups]


def act_together(seen: Mapping[int, int | None], *, note: str, owner: User, due_on: date) -> Treated:
    """One action for several needs: a note on each, one person who follows them, one day for all. Safe to call twice.

    `seen`: the ids of the needs, and whom the page showed as following each. What one need refuses (closed or taken by another
    colleague meanwhile) leaves it as it is, and does not stop the others.
    """

    def gesture(need: Need) -> bool:
        handed = assign_need(need, owner, instead_of=seen[need.pk])
        planned = plan_need(need, due_on)
        return annotate_need(need, note) or handed or planned

    return treat_needs(seen, gesture)


def answer_together(needs: Sequence[int], text: str, *, by: User) -> Treated:
    """Close several needs with the same answer; each keeps its notes, its owner and its date. Safe to call twice."""
    return treat_needs(needs, lambda need: answer_need(need, text, by=by))
