"""The tables of the outreach."""

from .candidates import candidates, for_stops
from .contact import ContactChange, ContactFact, ContactWish, QuickNote
from .planning import FEED, Adhesion, CoverageTarget, FieldArea, Priority, PrioritySettings
from .tours import LINK, MOST_STOPS, Tour, TourQuerySet, TourStop, TourStopQuerySet
from .visits import Commitment, FieldReport, PersonMet, Visit, VisitQuerySet
from .voltigeurs import voltigeurs

__all__ = [
    "FEED",
    "LINK",
    "MOST_STOPS",
    "Adhesion",
    "Commitment",
    "ContactChange",
    "ContactFact",
    "ContactWish",
    "CoverageTarget",
    "FieldArea",
    "FieldReport",
    "PersonMet",
    "Priority",
    "PrioritySettings",
    "QuickNote",
    "Tour",
    "TourQuerySet",
    "TourStop",
    "TourStopQuerySet",
    "Visit",
    "VisitQuerySet",
    "candidates",
    "for_stops",
    "voltigeurs",
]
