"""Who is named on the page of a group: to its members and to the team, everybody; to others, actors, and people who agreed."""

from collections.abc import Iterable
from dataclasses import dataclass

from directory.models import Actor
from events.models import GroupMember


@dataclass(frozen=True)
class Line:
    """A member as it may be read. `person`: a name, or « »; `actor`: the one for which it is there, if it may be read."""

    person: str
    actor: Actor | None
    is_chair: bool


@dataclass(frozen=True)
class Members:
    """The lines that may be read, those of the co-chairs apart; `unnamed`: how many members are not said."""

    chairs: list[Line]
    others: list[Line]
    unnamed: int


def members_of(rows: Iterable[GroupMember], *, sees_all: bool) -> Members:
    """`rows`: accepted members, loaded for_list. An actor that several people are there for is told once by its name alone."""
    lines: list[Line] = []
    unnamed, alone = 0, set()
    for member in rows:
        person = str(member.user) if member.user is not None and (sees_all or member.is_listed) else ""
        actor = member.actor if member.actor is not None and (sees_all or member.actor.is_published) else None
        line = Line(person, actor, member.is_chair)
        if not person and actor is None:
            unnamed += 1
            continue
        if not person and actor is not None and not line.is_chair:
            if actor.pk in alone:
                continue
            alone.add(actor.pk)
        lines.append(line)
    named = {line.actor.pk for line in lines if line.person and line.actor and not line.is_chair}
    others = [
        line
        for line in lines
        if not line.is_chair and (line.person or line.actor is None or line.actor.pk not in named)
    ]
    return Members([line for line in lines if line.is_chair], others, unnamed)
