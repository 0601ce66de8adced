"""Which communes touch: read from the official file, for the région whose pairs are known. No database."""

import csv
import gzip
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@lru_cache(maxsize=4)
def _borders(region: str) -> dict[str, frozenset[str]]:
    file = FOLDER / f"communes_voisines_{region}.csv.gz"
    if not file.exists():
        return {}
    around: dict[str, set[str]] = {}
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            one, other = line["code_a"], line["code_b"]
            around.setdefault(one, set()).add(other)
            around.setdefault(other, set()).add(one)
    return {code: frozenset(others) for code, others in around.items()}


def touching(code: str, region: str) -> frozenset[str]:
    """The INSEE codes of the communes that touch this one; none where the pairs of its région are not known."""
    return _borders(region).get(code, frozenset())
