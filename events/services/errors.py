"""What the services of the agenda refuse, in a French sentence for the person who asked."""


class EventsError(Exception):
    """A refusal; nothing was written."""


class FullError(EventsError):
    """No seat is free, and the event has no waiting list."""
