"""The tables of the outreach."""

from .contact import ContactChange, ContactFact, ContactWish, QuickNote
from .field import FieldReport, FieldReportQuerySet
from .planning import Adhesion, CoverageTarget, FieldArea, Priority, PrioritySettings
from .tours import LINK, MOST_STOPS, Tour, TourQuerySet, TourStop
from .visits import Commitment, PersonMet, Visit, VisitQuerySet

__all__ = [
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
    "FieldReportQuerySet",
    "PersonMet",
    "Priority",
    "PrioritySettings",
    "QuickNote",
    "Tour",
    "TourQuerySet",
    "TourStop",
    "Visit",
    "VisitQuerySet",
]
