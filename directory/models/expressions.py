"""SQL expressions of the search: the folding functions of migration 0001, and what full text offers beyond Django."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt

from directory.geography import EARTH_RADIUS_KM


class SearchKey(Func):
    """The folded form of a text, as PostgreSQL stores it (see migration 0001)."""

    function = "search_key"
    output_field = models.TextField()


class BareKey(Func):
    """The folded form without its leading article."""

    function = "bare_key"
    output_field = models.TextField()


class SearchKeys(Func):
    """The folded forms of an array of texts: a field's, or a list given here."""

    function = "search_keys"
    output_field = ArrayField(models.TextField())

    def __init__(self, texts: Any) -> None:
        super().__init__(Value(texts, output_field=self.output_field) if isinstance(texts, list) else texts)


class SearchQueryText(SearchQuery):
    """What a person typed, as a tsquery: all words, the last one possibly unfinished."""

    def __init__(self, value: Value) -> None:
        super().__init__(value)
        self.function = "search_query"


class AnswersWords(Func):
    """Does an actor answer these words, by its search document, by how its name begins (with or without its article), or by a
    former name? Written out rather than built of smaller expressions: each page of a search asks it twice, and building it
    took longer than running it."""

    output_field = models.BooleanField()
    SQL = (
        "({document} @@ search_query(%s) OR {name} LIKE search_key(%s) || '%%'"
        " OR {bare} LIKE bare_key(%s) || '%%' OR {former} @> search_keys(ARRAY[%s]))"
    )

    def __init__(self, words: str) -> None:
        super().__init__(F("search_document"), F("name_key"), F("bare_key"), F("former_keys"))
        self.words = words

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[str]]:
        columns = (compiler.compile(column)[0] for column in self.source_expressions)
        document, name, bare, former = columns
        sql = self.SQL.format(document=document, name=name, bare=bare, former=former)
        return sql, [self.words] * 4


class Spot(Func):
    """A point of the plane, longitude first: what the spatial index of actors holds."""

    function = "point"
    output_field = models.TextField()  # Django has no such type, and reads no such value


class InBox(Func):
    """Is (longitude, latitude) in the box south, north, west, east, in degrees? Read from the spatial index."""

    template = "(%(expressions)s)"
    arg_joiner = " <@ "
    output_field = models.BooleanField()

    def __init__(self, longitude: Any, latitude: Any, south: float, north: float, west: float, east: float) -> None:
        corners = Spot(Value(east), Value(north)), Spot(Value(west), Value(south))
        super().__init__(Spot(longitude, latitude), Func(*corners, function="box", output_field=models.TextField()))


class Merged(Func):
    """`one || other`: a JSON object with the keys of another put over its own."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.JSONField()

    def __init__(self, column: Any, values: dict[str, Any]) -> None:
        super().__init__(column, Value(values, output_field=models.JSONField()))


def kilometres_from(latitude: float, longitude: float) -> models.ExpressionWrapper:
    """The great-circle kilometres between a point in degrees and the columns `latitude` and `longitude` (haversine)."""
    half_lat = Radians(F("latitude") - latitude) / 2.0
    half_lon = Radians(F("longitude") - longitude) / 2.0
    chord = Power(Sin(half_lat), 2) + Cos(Radians(Value(latitude))) * Cos(Radians(F("latitude"))) * Power(
        Sin(half_lon), 2
    )
    return models.ExpressionWrapper(2 * EARTH_RADIUS_KM * ASin(Sqrt(chord)), output_field=models.FloatField())
