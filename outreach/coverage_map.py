"""The map of the coverage: départements shaded by the share met, intercommunalités as points. Pure: no database.

Never by colour alone: each shape says its figure, in its name and on the map, and the table beside it repeats them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from directory import contours

CLASSES = (0, 10, 25, 50, 75)  # % met from which a shade begins; the first: nobody
MOST_LABELS = 20  # more départements than that: their figures would cover each other
MARGIN = 14
_POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@dataclass(frozen=True)
class Shape:
    """A département: its outline, its shade (0 to 5), where its figure stands; `row` is what is told of it, if it is known."""

    path: str
    x: float
    y: float
    shade: int
    row: Any


@dataclass(frozen=True)
class Point:
    """An intercommunalité on the map; a zone blanche is a hollow square."""

    x: float
    y: float
    row: Any

    @property
    def is_blank(self) -> bool:
        return not self.row.met


@dataclass(frozen=True)
class CoverageMap:
    """`box`: the SVG's viewBox."""

    box: str
    shapes: tuple[Shape, ...]
    points: tuple[Point, ...] = ()
    has_labels: bool = False


def shade_of(share: float) -> int:
    """0: nobody; then one more for each threshold of CLASSES that is reached."""
    return sum(share > 0 and share >= threshold for threshold in CLASSES)


def legend() -> list[tuple[int, str]]:
    """Each shade and the shares that it stands for."""
    ends = [_("%(low)d à %(high)d\u00a0%%") % {"low": low, "high": high - 1} for low, high in pairwise(CLASSES[1:])]
    words = [
        _("moins de %(share)d\u00a0%%") % {"share": CLASSES[1]},
        *ends,
        _("%(share)d\u00a0%% et plus") % {"share": CLASSES[-1]},
    ]
    return [(0, "0\u00a0%"), *enumerate(words, 1)]


def map_of_region(region: str, rows: Iterable[Any]) -> CoverageMap | None:
    """The départements of a région, by their rows; None where no outline is known."""
    flat = contours.region_map(region)
    if flat is None:
        return None
    by_code = {row.code: row for row in rows}
    shapes = tuple(
        Shape(
            outline.path,
            outline.label_x,
            outline.label_y,
            shade_of(by_code[outline.code].share) if outline.code in by_code else 0,
            by_code.get(outline.code),
        )
        for outline in flat.outlines
    )
    box = f"-8 -8 {flat.view_width:g} {flat.view_height:g}"
    return CoverageMap(box, shapes, has_labels=len(shapes) <= MOST_LABELS)


def map_of_departement(region: str, code: str, rows: Iterable[Any]) -> CoverageMap | None:
    """One département and its intercommunalités as points; None where its outline is not known."""
    flat = contours.region_map(region, 1)
    outline = next((outline for outline in flat.outlines if outline.code == code), None) if flat else None
    if flat is None or outline is None:
        return None
    spots = [(float(x), float(y)) for x, y in _POINT.findall(outline.path)]
    points = tuple(Point(*flat.place(*row.place), row) for row in rows if row.place)
    xs = [x for x, _y in spots] + [point.x for point in points]
    ys = [y for _x, y in spots] + [point.y for point in points]
    left, top = min(xs) - MARGIN / 2, min(ys) - MARGIN / 2
    box = f"{left:g} {top:g} {max(xs) - left + MARGIN / 2:g} {max(ys) - top + MARGIN / 2:g}"
    return CoverageMap(box, (Shape(outline.path, outline.label_x, outline.label_y, 0, None),), points)
