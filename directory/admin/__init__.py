"""The staff's workshop at /gestion/: lists that stay fast with the whole of France, edits that say who made them."""

from . import actors, attachments, contacts, contributions, follow_up, history, jumelages, projects, reference

__all__ = [
    "actors",
    "attachments",
    "contacts",
    "contributions",
    "follow_up",
    "history",
    "jumelages",
    "projects",
    "reference",
]
