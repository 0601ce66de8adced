"""The tables of the outreach."""

from .candidates import candidates, for_stops, left_out
from .commitments import Commitment, CommitmentQuerySet
from .contact import ContactChange, ContactFact, ContactWish, QuickNote, QuickNoteQuerySet
from .field import FieldReport, FieldReportQuerySet
from .planning import FEED, Adhesion, CoverageTarget, FieldArea, Priority, PrioritySettings
from .tours import LINK, MOST_STOPS, Tour, TourQuerySet, TourStop, TourStopQuerySet
from .visits import PersonMet, Visit, VisitQuerySet
from .voltigeurs import past_voltigeurs, voltigeurs

__all__ = [
    "FEED",
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
    "TourStopQuerySet",
    "Visit",
    "VisitQuerySet",
    "candidates",
    "for_stops",
    "left_out",
    "past_voltigeurs",
    "voltigeurs",
]
