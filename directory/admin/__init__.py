"""The staff's workshop at /gestion/: lists that stay fast with the whole of France, edits that say who made them."""

from . import actors, attachments, contributions, history, reference

__all__ = ["actors", "attachments", "contributions", "history", "reference"]
