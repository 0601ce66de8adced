"""The lock that keeps seats true: everything that gives or frees one holds the row of its event first."""

from events.models import Event, Registration


def locked_event(event: Event | int) -> Event:
    """The event as it is now, its row held until the end of the transaction."""
    pk = event if isinstance(event, int) else event.pk
    return Event.objects.select_for_update(of=("self",)).get(pk=pk)


def locked_registration(registration: Registration) -> Registration:
    """The registration as it is now, with its event: its row is held, hence nobody else changes this registration."""
    event = locked_event(registration.event_id)
    fresh = Registration.objects.get(pk=registration.pk)
    fresh.event = event
    return fresh
