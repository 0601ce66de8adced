"""Outlines of the départements as SVG paths and GeoJSON, read from the official files; no database."""

import json
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
WIDTH = 520.0
COARSEST_RING = 12  # points; smaller rings are islets that a small map cannot show


@dataclass(frozen=True)
class Outline:
    """One département: its code, its SVG path, and where to write its name."""

    code: str
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Map:
    """A flat map of one région: its outlines, and how to place a point on it."""

    outlines: tuple[Outline, ...]
    width: float
    height: float
    west: float
    north: float
    scale: float
    squeeze: float

    @property
    def view_width(self) -> float:
        """Width of the drawing with its margin of 8 on each side."""
        return self.width + 16

    @property
    def view_height(self) -> float:
        return round(self.height + 16, 1)

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """(x, y) in the map's units of a point in degrees."""
        return (
            round((longitude - self.west) * self.squeeze * self.scale, 1),
            round((self.north - latitude) * self.scale, 1),
        )

    def holds(self, latitude: float, longitude: float) -> bool:
        x, y = self.place(latitude, longitude)
        return 0 <= x <= self.width and 0 <= y <= self.height


@lru_cache(maxsize=64)
def departement_features(region: str) -> tuple[dict[str, Any], ...]:
    """GeoJSON features of the départements of `region` (« all »: of France), the finest file that exists."""
    finer = FOLDER / f"departements_{region}.geojson"
    features = json.loads((finer if finer.exists() else FOLDER / "departements.geojson").read_bytes())["features"]
    if region != "all" and not finer.exists():
        features = [feature for feature in features if feature["properties"].get("reg") == region]
    return tuple(
        feature | {"geometry": {"type": "MultiPolygon", "coordinates": [[r] for r in _rings(feature)]}}
        for feature in features
    )


def _rings(feature: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The outer ring of each polygon: the inner ones are mostly slips of the simplification."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [polygon[0] for polygon in polygons]


@lru_cache(maxsize=64)
def region_map(region: str, step: int = 2) -> Map | None:
    """The flat map of a région, every `step`-th point kept; None where no outline is known (a COM)."""
    features = departement_features(region)
    points = [point for feature in features for ring in _rings(feature) for point in ring]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    squeeze = cos(radians((south + north) / 2))  # degrees of longitude shrink with latitude
    scale = WIDTH / ((east - west) * squeeze)
    flat = Map((), WIDTH, round((north - south) * scale, 1), west, north, scale, squeeze)
    outlines = []
    for feature in features:
        rings = [ring for ring in _rings(feature) if len(ring) > COARSEST_RING] or _rings(feature)
        path = "".join(
            "M" + "L".join(f"{x:g},{y:g}" for x, y in (flat.place(lat, lon) for lon, lat in ring[::step])) + "Z"
            for ring in rings
        )
        largest = max(rings, key=len)
        x, y = flat.place(
            (min(p[1] for p in largest) + max(p[1] for p in largest)) / 2,
            (min(p[0] for p in largest) + max(p[0] for p in largest)) / 2,
        )
        outlines.append(Outline(feature["properties"]["dep"], path, x, y))
    return Map(tuple(outlines), flat.width, flat.height, west, north, scale, squeeze)


@lru_cache(maxsize=1)
def world() -> bytes:
    """The outlines of the countries, as the file has them (GeoJSON)."""
    return (FOLDER / "monde.geojson").read_bytes()
