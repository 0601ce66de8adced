"""Who is meant: the collectivité, the country and the foreign town that a line of a file names. No database here.

Nothing is ever guessed: what designates no one, or several, is refused with the candidates.
"""

from .collectivites import Collectivites, Designation, Place
from .countries import Countries
from .names import NotMatched, Point, bare, code_of, distance_km, fold
from .towns import FrenchNames, Town, TownName, Towns

__all__ = [
    "Collectivites",
    "Countries",
    "Designation",
    "FrenchNames",
    "NotMatched",
    "Place",
    "Point",
    "Town",
    "TownName",
    "Towns",
    "bare",
    "code_of",
    "distance_km",
    "fold",
]
