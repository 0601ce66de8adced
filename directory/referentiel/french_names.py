"""The French names of foreign towns that are written otherwise at home or in English: a table of facts, `noms_francais.csv`."""

from pathlib import Path

from .datasets import DATA_FOLDER
from .lines import read_lines

FILE = "noms_francais.csv"
COLUMNS = ("pays", "nom", "autre_nom", "graphies")

FrenchName = tuple[str, str, str, tuple[str, ...]]


def read_french_names(folder: Path = DATA_FOLDER) -> list[FrenchName]:
    """(ISO code of the country, French name, the other name most seen or nothing, further spellings). Raises ReferentielError."""
    return [
        (
            line.text("pays", 2),
            line.text("nom", 120),
            line.text("autre_nom", 120, optional=True),
            tuple(filter(None, line.text("graphies", 300, optional=True).split("|"))),
        )
        for line in read_lines(folder, FILE, COLUMNS)
    ]
