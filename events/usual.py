"""What each kind of event is by default: who plans a petit-déjeuner should have almost nothing to type."""

from dataclasses import dataclass
from datetime import time

from .enums import Audience, EventKind, Reminder


@dataclass(frozen=True)
class Usual:
    """`minutes`: how long it lasts. `capacity`: seats, None without a limit. `offer_hours`: how long an offered seat is kept."""

    starts: time
    minutes: int
    capacity: int | None = None
    audience: Audience = Audience.PUBLIC
    reminders: tuple[Reminder, ...] = (Reminder.WEEK, Reminder.DAY)
    is_online: bool = False
    seats_per_actor: int | None = None
    offer_hours: int = 48


USUAL: dict[EventKind, Usual] = {
    EventKind.PETIT_DEJEUNER: Usual(time(8, 30), 90, capacity=16, seats_per_actor=3),
    EventKind.GROUPE_DE_TRAVAIL: Usual(time(14, 0), 120, capacity=25),
    EventKind.GROUPE_PAYS: Usual(time(14, 0), 120, capacity=40),
    EventKind.FORMATION: Usual(time(9, 30), 390, capacity=18, seats_per_actor=3, offer_hours=72),
    EventKind.RENCONTRE: Usual(time(9, 0), 480, capacity=150),
    EventKind.VISIO: Usual(
        time(11, 0), 60, is_online=True, reminders=(Reminder.WEEK, Reminder.DAY, Reminder.TWO_HOURS)
    ),
}
