"""The small map of a tour: everything is on it, in order, and nothing else is drawn."""

import re

import pytest

from outreach.tour_map import HEIGHT, WIDTH, tour_map

PAU, LESCAR, BAYONNE = (43.3, -0.37), (43.33, -0.43), (43.49, -1.47)


def test_every_place_is_on_the_drawing_in_order() -> None:
    drawn = tour_map(PAU, [LESCAR, BAYONNE], region="75")

    assert [spot.number for spot in drawn.spots] == ["1", "2"]
    assert all(0 < spot.x < WIDTH and 0 < spot.y < HEIGHT for spot in drawn.spots)
    assert drawn.spots[1].x < drawn.spots[0].x < drawn.start[0]  # west is on the left
    assert drawn.spots[1].y < drawn.spots[0].y < drawn.start[1]  # north is up
    assert len(drawn.way.split()) == 4
    assert drawn.outlines


def test_outlines_are_cut_at_the_edge() -> None:
    drawn = tour_map(PAU, [LESCAR], region="75", returns=False)
    numbers = [float(part) for path in drawn.outlines for part in re.findall(r"-?\d+(?:\.\d+)?", path)]

    assert min(numbers) >= -5
    assert max(numbers) <= WIDTH + 5
    assert len(drawn.way.split()) == 2
    assert sum(map(len, drawn.outlines)) < 20_000


def test_stops_at_the_same_place_share_a_spot() -> None:
    drawn = tour_map(PAU, [LESCAR, PAU, LESCAR], region="75")

    assert [spot.number for spot in drawn.spots] == ["1, 3", "2"]


@pytest.mark.parametrize("region", ["75", "01", "nulle part"])
def test_a_tour_without_stops_or_outlines_is_drawn(region: str) -> None:
    assert tour_map(PAU, [], region=region).start == (WIDTH / 2, HEIGHT / 2)


def test_a_printed_drawing_escapes_its_title() -> None:
    svg = tour_map(PAU, [LESCAR], region="75").svg(label="A & <b>")

    assert "<title>A &amp; &lt;b&gt;</title>" in svg
    assert svg.count("<circle") == 1
