"""The tables of the outreach."""

from .commitments import Commitment, CommitmentQuerySet
from .contact import ContactChange, ContactFact, ContactWish, QuickNote, QuickNoteQuerySet
from .field import FieldReport, FieldReportQuerySet
from .planning import Adhesion, CoverageTarget, FieldArea, Priority, PrioritySettings
from .tours import LINK, MOST_STOPS, Tour, TourQuerySet, TourStop
from .visits import PersonMet, Visit, VisitQuerySet

__all__ = [
    "LINK",
    "MOST_STOPS",
    "Adhesion",
    "Commitment",
    "CommitmentQuerySet",
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
    "QuickNoteQuerySet",
    "Tour",
    "TourQuerySet",
    "TourStop",
    "Visit",
    "VisitQuerySet",
]
