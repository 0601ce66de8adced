"""Files of jumelages: five thousand good lines, then two hundred thousand bad ones; seconds, and memory that stays flat."""

import csv
import re
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from django.db import connection

from directory.models import Actor, Jumelage

from . import databases
from .measure import Figure

IMPORTS = "bench_imports"
GOOD, FEW, BAD = 5_000, 50, 200_000
COUNTRIES = ("DE", "Espagne", "GB", "Italie", "PL", "Sénégal", "CA", "Roumanie")
TITLES = ("code_insee", "commune", "departement", "partenaire", "pays", "annee", "lat", "lon")


def _database() -> None:
    """The région, without a jumelage nor a partner."""
    if databases.kept(IMPORTS):
        databases.command(IMPORTS, "load_referentiel", "--region", "75")
    Jumelage.objects.all().delete()
    Actor.objects.partners().delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _good(folder: Path, count: int) -> Path:
    """Half of the lines by code, half by name; two towns in three shared by several communes."""
    communes = Actor.objects.of_nature(["commune"]).order_by("pk").values_list("code", "name", "departement__code")
    rows = []
    for rank, (code, name, departement) in enumerate(islice(cycle(list(communes)), count)):
        town = rank % 3_000
        by_code = rank % 2
        rows.append(
            (code if by_code else "", name.upper(), departement, f"Ville étrangère {_letters(town)}", COUNTRIES[town % 8],
             1950 + rank % 70, f"{40 + town / 300:.4f}", f"{-5 + town / 150:.4f}")
        )  # fmt: skip
    return _written(folder / f"{count}.csv", rows)


def _bad(folder: Path, count: int) -> Path:
    """Communes that are nowhere, countries that are none, years of five digits: each line refused for its own reason."""
    kinds = (
        lambda n: ("", f"Nulle-Part-{_letters(n)}", "16", "Bury", "GB", "", "", ""),
        lambda n: (f"99{n % 1000:03}", "", "", "Bury", "GB", "", "", ""),
        lambda n: ("16015", "", "", "Bury", f"Pays {_letters(n)}", "", "", ""),
        lambda n: ("16015", "", "", "Bury", "GB", f"{10_000 + n}", "", ""),
    )
    return _written(folder / f"{count}-bad.csv", (kinds[n % 4](n) for n in range(count)))


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def _written(path: Path, rows: object) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(TITLES)
        writer.writerows(rows)  # type: ignore[arg-type]
    return path


def _run(way: str, path: Path) -> databases.Run:
    return databases.run(IMPORTS, "-m", "tests.bench.import_file", way, str(path))


def _peak(run: databases.Run, pattern: str) -> float:
    """The peak memory in MB of a run that ended as expected."""
    peak, _space, told = run.last_line.partition(" ")
    if not re.fullmatch(pattern, told):
        raise RuntimeError(f"« {told} » instead of {pattern}")
    return float(peak)


def import_5000(full: bool) -> Iterator[Figure]:
    """`import_jumelages --apply` of 5,000 good lines, then again. Baseline: reading the same file alone; for memory, the
    same import of 50 lines: the limit bounds what the other 4,950 add."""
    _database()
    with tempfile.TemporaryDirectory() as name:
        large, small = _good(Path(name), GOOD), _good(Path(name), FEW)
        read = _run("read", large)
        few = _run("import", small)
        _database()
        first, again = _run("import", large), _run("import", large)
    few_mb = _peak(few, rf"total: created={FEW} changed=0 unchanged=0 closed=0 refused=0 told=40")
    first_mb = _peak(first, rf"total: created={GOOD} changed=0 unchanged=0 closed=0 refused=0 told=40")
    _peak(again, rf"total: created=0 changed=0 unchanged={GOOD} closed=0 refused=0 told=0")
    base = read.seconds * 1000
    yield Figure("import_5000", GOOD, first.seconds * 1000, "ms", baseline=base, limit=30_000)
    yield Figure("import_5000_again", GOOD, again.seconds * 1000, "ms", baseline=base, limit=30_000)
    yield Figure("import_5000_memory_added", GOOD, first_mb - few_mb, "MB", baseline=few_mb, limit=40)


def import_bad_200000(full: bool) -> Iterator[Figure]:
    """200,000 bad lines: the first 50 told, the count, nothing written. Baseline: reading the same file alone; for memory,
    the same refusal of 2,000 lines."""
    _database()
    with tempfile.TemporaryDirectory() as name:
        large, small = _bad(Path(name), BAD), _bad(Path(name), BAD // 100)
        read, few, all_of_them = _run("read", large), _run("import", small), _run("import", large)
    refused = "total: created=0 changed=0 unchanged=0 closed=0 refused={0} told=50 {0} lignes sur {0} sont refusées.*"
    few_mb, all_mb = _peak(few, refused.format(BAD // 100)), _peak(all_of_them, refused.format(BAD))
    if Jumelage.objects.exists() or Actor.objects.partners().exists():
        raise RuntimeError("something was written")
    yield Figure("import_bad_200000", BAD, all_of_them.seconds * 1000, "ms", baseline=read.seconds * 1000, limit=60_000)
    yield Figure("import_bad_200000_memory_added", BAD, all_mb - few_mb, "MB", baseline=few_mb, limit=20)
