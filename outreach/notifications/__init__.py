"""The mails of the outreach: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

from .slot_mails import agreed, answered, called_off, slots, take_back_slot, told_slot

__all__ = ["agreed", "answered", "called_off", "slots", "take_back_slot", "told_slot"]
