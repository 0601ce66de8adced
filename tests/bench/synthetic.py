"""Jumelages that nobody signed, by the ten thousand: France as it is, with fictitious towns abroad and links to them.

Drawn with a fixed seed: the same every time. Countries follow the shares of real twinnings (a third with Germany).
"""

import random
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from directory.enums import JumelageKind, Nature, Vitality
from directory.models import Actor, Country, Jumelage, Theme
from directory.services import links
from directory.services.bulk import add_rows, blank_row, new_ids
from directory.services.jumelages import new_jumelage_ids

from . import databases

FRANCE_LINKS = "bench_france_links"
TOWNS, LINKS = 8_000, 50_000
SHARES = {
    "DE": 33,
    "GB": 15,
    "IT": 11,
    "ES": 10,
    "BE": 5,
    "PT": 4,
    "PL": 4,
    "CA": 4,
    "US": 3,
    "SN": 3,
    "ML": 3,
    "MA": 3,
    "MG": 2,
}


def ready() -> None:
    """The database of France with its 50,000 links, made once from that of France."""
    databases.ready(databases.FRANCE)
    if not databases.exists(FRANCE_LINKS):
        databases.use("postgres")
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{FRANCE_LINKS}" TEMPLATE "{databases.FRANCE}"')
        databases.use(FRANCE_LINKS)
        _fill(random.Random(7))
    databases.ready(FRANCE_LINKS)


def _fill(draw: random.Random) -> None:
    towns = _towns(draw)
    collectivites = list(
        Actor.objects.published().collectivites().order_by("pk").values_list("pk", "name", "population", "latitude")
    )
    weights = [(population or 1) ** 0.5 for _pk, _name, population, _latitude in collectivites]
    themes = list(Theme.objects.values_list("code", flat=True))
    vitalities = ["", *Vitality.values]
    seen: set[tuple[int, int]] = set()
    rows: list[dict[str, Any]] = []
    chosen = iter(draw.choices(collectivites, weights, k=LINKS * 2))
    ids = iter(new_jumelage_ids(LINKS))
    while len(rows) < LINKS:
        pk, name, _population, _latitude = next(chosen)
        town, town_name, country = draw.choice(towns)
        if (pk, town) in seen:
            continue
        seen.add((pk, town))
        number = next(ids)
        year = draw.choice([None, *range(1950, 2026)])
        vitality = draw.choice(vitalities)
        rows.append(
            _blank_link()
            | {
                "id": number,
                "kind": draw.choice(JumelageKind.values),
                "collectivite_id": pk,
                "partner_id": town,
                "slug": links.jumelage_slug(name, town_name, number),
                "search_terms": f"{name}\n{town_name}\n{country}",
                "year_signed": year,
                "vitality": vitality,
                "theme_codes": draw.sample(themes, draw.randrange(3)),
                "to_verify": draw.random() < 0.3,
                "provenance": {"*": {"source": "import", "at": "2026-01-15", "by": "essai"}},
            }
        )
    names = list(rows[0])
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {Jumelage._meta.db_table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([Jsonb(row[name]) if name == "provenance" else row[name] for name in names])
        cursor.execute("ANALYZE")
    links.refresh_actors(None)


def _blank_link() -> dict[str, Any]:
    columns = [column for column in Jumelage._meta.concrete_fields if not column.generated]
    now = timezone.now()
    return {column.attname: column.get_default() for column in columns} | {"created_at": now, "updated_at": now}


def _towns(draw: random.Random) -> list[tuple[int, str, str]]:
    countries = {pk: (lat, lon) for pk, lat, lon in _places()}
    rows, told = [], []
    for pk, iso2 in zip(new_ids(TOWNS), draw.choices(list(SHARES), SHARES.values(), k=TOWNS), strict=True):
        latitude, longitude = countries[iso2]
        name = f"{draw.choice(BEGINNINGS)}{draw.choice(MIDDLES)}{draw.choice(ENDINGS)}".capitalize()
        rows.append(
            blank_row()
            | {
                "id": pk,
                "nature": Nature.ETRANGERE.value,
                "code": f"p{pk}",
                "name": name,
                "slug": f"essai-p{pk}",
                "country_id": iso2,
                "latitude": latitude + draw.uniform(-2, 2),
                "longitude": longitude + draw.uniform(-2, 2),
            }
        )
        told.append((pk, name, iso2))
    add_rows(rows)
    return told


def _places() -> list[tuple[str, float, float]]:
    return list(Country.objects.filter(pk__in=SHARES).values_list("pk", "latitude", "longitude"))


BEGINNINGS = (
    "kar",
    "wal",
    "ober",
    "nor",
    "san",
    "mon",
    "bel",
    "grün",
    "alt",
    "neu",
    "vil",
    "por",
    "lan",
    "ros",
    "ster",
)
MIDDLES = ("den", "li", "ta", "ber", "ma", "no", "ves", "ro", "tel", "ka", "sel", "ven", "bri", "go")
ENDINGS = ("burg", "stadt", "dorf", "ton", "field", "ello", "ia", "ova", "sk", "heim", "bach", "wick", "ara", "eda")
