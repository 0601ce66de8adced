"""The sphere's measures, without the database; distances themselves are computed by the QuerySet (`within`)."""

from math import cos, radians

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
KM_PER_DEGREE = 111.195  # of latitude, on that sphere


def bounding_box(latitude: float, longitude: float, km: float) -> tuple[float, float, float, float]:
    """(south, north, west, east) in degrees of a box that holds every point within `km` of the given one."""
    height = km / KM_PER_DEGREE
    width = height / max(0.01, cos(radians(latitude)))
    return latitude - height, latitude + height, longitude - width, longitude + width
