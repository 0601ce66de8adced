"""How often the right commune comes first, over the real names of the région and their variants.

Right means: a commune of exactly that name. Variants: as written; without accents or hyphens; in capitals; « st » for
« saint »; the article moved behind; the first two thirds of the name; one typing mistake (a letter replaced, dropped, added, or
two swapped), drawn with a fixed seed.
"""

import math
import random
import re
import unicodedata
from collections.abc import Callable, Iterator

from directory.models import Actor
from directory.search import understand

from . import databases
from .measure import Figure

SAMPLE = 600
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def plain(name: str) -> str:
    text = name.replace("œ", "oe").replace("Œ", "Oe")
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return text.replace("-", " ")


def with_st(name: str) -> str | None:
    short = re.sub(r"\bSaint(e?)\b", r"St\1", name)
    return short if short != name else None


def article_moved(name: str) -> str | None:
    match = re.match(r"^(La |Le |Les |L['’])(.+)$", name)
    return f"{match[2]} ({match[1].strip()})" if match else None


def two_thirds(name: str) -> str:
    return name[: math.ceil(len(name) * 2 / 3)]


def one_mistake(draw: random.Random) -> Callable[[str], str]:
    def mistaken(name: str) -> str:
        kind, place, letter = draw.choice("rdas"), draw.randrange(len(name)), draw.choice(LETTERS)
        if kind == "r":
            return name[:place] + letter + name[place + 1 :]
        if kind == "d":
            return name[:place] + name[place + 1 :]
        if kind == "a" or len(name) < 2:
            return name[:place] + letter + name[place:]
        place = draw.randrange(len(name) - 1)
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]

    return mistaken


def _measured(
    database: str, full: bool, wanted: dict[str, tuple[Callable[[str], str | None], int, float | None]]
) -> Iterator[Figure]:
    databases.ready(database)
    communes = Actor.objects.published().of_nature(["commune"])
    names = list(communes.filter(region_codes__contains=["75"]).order_by("code").values_list("name", flat=True))
    if not full:
        names = random.Random(7).sample(names, SAMPLE)
    for variant, (rewrite, places, limit) in wanted.items():
        asked = [(typed, name) for name in names if (typed := rewrite(name)) and typed.strip()]
        right = 0
        for typed, name in asked:
            first = Actor.objects.published().search(understand(typed)).values_list("name", "nature")[:places]
            right += (name, "commune") in list(first)
        yield Figure(
            f"{database.removeprefix('bench_')}_{variant}_first_{places}", len(asked), 100 * right / len(asked), "%",
            limit=limit, at_most=False,
        )  # fmt: skip


VARIANTS: dict[str, tuple[Callable[[str], str | None], int]] = {
    "as_written": (lambda name: name, 1),
    "no_accent": (plain, 1),
    "capitals": (str.upper, 1),
    "st_for_saint": (with_st, 1),
    "article_moved": (article_moved, 1),
    "two_thirds": (two_thirds, 3),
    "one_mistake": (one_mistake(random.Random(7)), 3),
}
PROMISED = {
    databases.REGION: dict.fromkeys(VARIANTS, 99.0) | {"two_thirds": 90.0, "one_mistake": 97.0},
    databases.FRANCE: {"one_mistake": 92.0},
}


def search_quality(full: bool) -> Iterator[Figure]:
    """Percentages; no speed, so no baseline: the limit is the promise."""
    for database, promised in PROMISED.items():
        yield from _measured(
            database, full, {name: (*variant, promised.get(name)) for name, variant in VARIANTS.items()}
        )


def search_codes(full: bool) -> Iterator[Figure]:
    """Codes of the région, as percentages: a SIREN and a postal code find theirs first; an INSEE code within the first two,
    because 332 of the 661 postal codes are somebody's INSEE code too."""
    databases.ready(databases.REGION)
    communes = list(
        Actor.objects.published().of_nature(["commune"]).order_by("code").values("pk", "code", "siren", "postal_codes")
    )
    if not full:
        communes = random.Random(7).sample(communes, SAMPLE)

    def first(typed: str, places: int) -> list[dict[str, object]]:
        return list(Actor.objects.published().search(understand(typed)).values("pk", "postal_codes")[:places])

    postal_codes = sorted({code for commune in communes for code in commune["postal_codes"]})
    right = {
        "siren_first_1": [first(c["siren"], 1)[0]["pk"] == c["pk"] for c in communes],
        "insee_first_2": [c["pk"] in [found["pk"] for found in first(c["code"], 2)] for c in communes],
        "postal_first_1": [code in first(code, 1)[0]["postal_codes"] for code in postal_codes],
    }
    for name, answers in right.items():
        yield Figure(f"region_{name}", len(answers), 100 * sum(answers) / len(answers), "%", limit=100, at_most=False)
