"""The small map of a tour: its places, the line between them and the outlines around, in the units of a drawing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from xml.sax.saxutils import escape

from directory.contours import departement_features

Point = tuple[float, float]
WIDTH, HEIGHT, MARGIN = 520.0, 340.0, 40.0
SMALLEST = 0.12  # degrees: a tour within one town is not drawn larger than that


@dataclass(frozen=True)
class Spot:
    """A place on the drawing; `number`: its rank, « 1, 4 » for several at the same place."""

    x: float
    y: float
    number: str


@dataclass(frozen=True)
class TourMap:
    """`outlines`: SVG paths of the départements around, cut at the drawing's edge. `way`: the points of the line, « x,y x,y »."""

    outlines: tuple[str, ...]
    start: Point
    spots: tuple[Spot, ...]
    way: str
    width: float = WIDTH
    height: float = HEIGHT

    def svg(self, *, label: str) -> str:
        """The drawing alone, with its own colours, for a printed page."""
        width, height = f"{self.width:g}", f"{self.height:g}"
        size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        words = 'font-family="Libertinus Serif" font-size="14" font-weight="bold" fill="#fff" text-anchor="middle"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}><title>{escape(label)}</title>',
            f'<rect width="{width}" height="{height}" fill="#f6f1e7"/>',
            *(f'<path d="{path}" fill="#dcebe8" stroke="#8c8371" stroke-width="1"/>' for path in self.outlines),
            f'<polyline points="{self.way}" fill="none" stroke="#0f5257" stroke-width="2.5"/>',
            f'<rect x="{self.start[0] - 7:g}" y="{self.start[1] - 7:g}" width="14" height="14" fill="#16302f"/>',
        ]
        for spot in self.spots:
            parts.append(f'<circle cx="{spot.x:g}" cy="{spot.y:g}" r="12" fill="#a8480f"/>')
            parts.append(f'<text x="{spot.x:g}" y="{spot.y + 5:g}" {words}>{escape(spot.number)}</text>')
        return "".join([*parts, "</svg>"])


def tour_map(start: Point, stops: Sequence[Point], *, region: str, returns: bool = True) -> TourMap:
    """Draw a tour from `start` through `stops` (latitude, longitude), in their order."""
    places = [start, *stops]
    south, north = _stretched([place[0] for place in places])
    west, east = _stretched([place[1] for place in places])
    squeeze = cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * squeeze), (HEIGHT - 2 * MARGIN) / (north - south))
    middle = ((south + north) / 2, (west + east) / 2)

    def at(place: Point) -> Point:
        x = WIDTH / 2 + (place[1] - middle[1]) * squeeze * scale
        y = HEIGHT / 2 - (place[0] - middle[0]) * scale
        return round(x, 1), round(y, 1)

    numbers: dict[Point, list[str]] = {}
    for rank, stop in enumerate(stops, 1):
        numbers.setdefault(at(stop), []).append(str(rank))
    way = [at(place) for place in places] + ([at(start)] if returns and stops else [])
    outlines = []
    for ring in _rings(region):
        cut = _cut([at((latitude, longitude)) for longitude, latitude in ring])
        if len(cut) > 2:
            outlines.append("M" + "L".join(f"{x:g},{y:g}" for x, y in _thinned(cut)) + "Z")
    return TourMap(
        tuple(outlines),
        at(start),
        tuple(Spot(x, y, ", ".join(ranks)) for (x, y), ranks in numbers.items()),
        " ".join(f"{x:g},{y:g}" for x, y in way),
    )


def _stretched(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    missing = max(SMALLEST - (high - low), 0) / 2
    return low - missing, high + missing


@lru_cache(maxsize=8)
def _rings(region: str) -> tuple[tuple[Point, ...], ...]:
    features = departement_features(region)
    return tuple(
        tuple(map(tuple, polygon[0])) for feature in features for polygon in feature["geometry"]["coordinates"]
    )


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Without the points that are within a unit of the one kept before: nobody would see them."""
    kept = [points[0]]
    for point in points[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 1:
            kept.append(point)
    return kept


def _cut(ring: list[Point]) -> list[Point]:
    """A ring cut at the edges of the drawing (Sutherland and Hodgman, « Reentrant polygon clipping », 1974)."""
    for axis, edge, side in ((0, -5.0, 1), (0, WIDTH + 5, -1), (1, -5.0, 1), (1, HEIGHT + 5, -1)):
        cut: list[Point] = []
        for before, point in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
            is_in, was_in = (point[axis] - edge) * side >= 0, (before[axis] - edge) * side >= 0
            if is_in != was_in:
                part = (edge - before[axis]) / (point[axis] - before[axis])
                crossing = [before[n] + part * (point[n] - before[n]) for n in (0, 1)]
                cut.append((round(crossing[0], 1), round(crossing[1], 1)))
            if is_in:
                cut.append(point)
        ring = cut
        if not ring:
            break
    return ring
