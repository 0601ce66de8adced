"""Lists that apps fill from their `apps.py`, so that a page of this room shows what the rooms above hold.

- staff queues: what waits for somebody, shown on `/equipe/` with its count and the age of its oldest line;
- personal data: what an app knows of a person, for « mes données » and for erasure;
- purges: what an app forgets by itself, and after how long.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Waiting:
    """How many lines wait, and since when the oldest does."""

    count: int
    since: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """What waits for staff. `url_name` and `query` are its page; `permission` (« directory.review_changeproposal ») says
    who sees it; `measure` asks the database once."""

    code: str
    label: Words
    help: Words
    url_name: str
    permission: str
    measure: Callable[[], Waiting]
    query: str = ""
    order: int = 50


@dataclass(frozen=True)
class PersonalData:
    """What one app knows of a person.

    `export(user)` gives rows (flat dictionaries of plain values); `erase(user)` removes or makes anonymous what it may and
    returns a French sentence on what is kept and why, or "" when nothing is. It is called in a transaction.
    """

    code: str
    label: Words
    export: Callable[[Any], Iterable[dict[str, Any]]]
    erase: Callable[[Any], str]
    order: int = 50


@dataclass(frozen=True)
class Purge:
    """What one app forgets. `run(apply)` returns how many rows are, or would be, forgotten."""

    code: str
    rule: Words
    run: Callable[[bool], int]


_queues: dict[str, Queue] = {}
_personal_data: dict[str, PersonalData] = {}
_purges: dict[str, Purge] = {}


def register(entry: Queue | PersonalData | Purge) -> None:
    """Add an entry to its list; the same code again replaces it."""
    if isinstance(entry, Queue):
        _queues[entry.code] = entry
    elif isinstance(entry, PersonalData):
        _personal_data[entry.code] = entry
    else:
        _purges[entry.code] = entry


def queues() -> list[Queue]:
    return sorted(_queues.values(), key=lambda queue: (queue.order, queue.code))


def personal_data() -> list[PersonalData]:
    return sorted(_personal_data.values(), key=lambda entry: (entry.order, entry.code))


def purges() -> list[Purge]:
    return sorted(_purges.values(), key=lambda purge: purge.code)
