"""The sphere's measures, without the database; lists are measured by the QuerySet (`within`)."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
KM_PER_DEGREE = 111.195  # of latitude, on that sphere


def bounding_box(latitude: float, longitude: float, km: float) -> tuple[float, float, float, float]:
    """(south, north, west, east) in degrees of a box that holds every point within `km` of the given one."""
    height = km / KM_PER_DEGREE
    width = height / max(0.01, cos(radians(latitude)))
    return latitude - height, latitude + height, longitude - width, longitude + width


def kilometres_between(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Great-circle kilometres between two points in degrees (haversine)."""
    south, north = radians(latitude), radians(to_latitude)
    chord = sin((north - south) / 2) ** 2
    chord += cos(south) * cos(north) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


# « Toute l’Europe », France left out: the members of the Council of Europe, and the other countries of Europe after the
# United Nations (M49).
EUROPE = frozenset(
    code
    for line in (
        "AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO GB GE GG GI GR HR HU IE IM IS IT JE LI LT",
        "LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM TR UA VA XK",
    )
    for code in line.split()
)
