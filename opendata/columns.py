"""What a column of an open file holds: said once, for the Table Schema, the JSON and the API alike. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

TABLE_SCHEMA = "https://specs.frictionlessdata.io/schemas/table-schema.json"
YES, NO = "oui", "non"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its stable name, its title, its type (of Table Schema) and what its values must obey.

    `separator`: the cell of a table holds several values, an array in JSON; `pattern` and `enum` then bind each of them, and
    `numbers` makes them whole numbers.
    """

    name: str
    title: str
    type: str = "string"
    description: str = ""
    required: bool = False
    unique: bool = False
    pattern: str = ""
    enum: tuple[str, ...] = field(default=())
    low: float | None = None
    high: float | None = None
    format: str = ""
    separator: str = ""
    numbers: bool = False

    def as_field(self) -> dict[str, Any]:
        """This column as a field of a Table Schema (Frictionless Data, v1)."""
        told: dict[str, Any] = {"name": self.name, "title": self.title, "type": self.type}
        if self.description:
            told["description"] = self.description
        if self.format:
            told["format"] = self.format
        if self.type == "boolean":
            told |= {"trueValues": [YES], "falseValues": [NO]}
        if constraints := self._constraints():
            told["constraints"] = constraints
        return told

    def _constraints(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if self.required:
            told["required"] = True
        if self.unique:
            told["unique"] = True
        one = self.pattern or ("|".join(self.enum) if self.separator else "")
        if one and self.separator:
            between = self.separator.replace("|", r"\|")
            told["pattern"] = f"^({one})({between}({one}))*$"
        elif one:
            told["pattern"] = f"^({one})$"
        if self.enum and not self.separator:
            told["enum"] = list(self.enum)
        if self.low is not None:
            told["minimum"] = self.low
        if self.high is not None:
            told["maximum"] = self.high
        return told

    def value(self, cell: Any) -> Any:
        """A cell as JSON says it: nothing is null, several values are an array, « oui » is true."""
        if self.separator:
            parts = [part for part in str(cell or "").split(self.separator) if part]
            return [int(part) for part in parts] if self.numbers else parts
        if cell is None or cell == "":
            return None
        return cell == YES if self.type == "boolean" else cell


def table_schema(columns: Iterable[Column], *, name: str, title: str, key: Sequence[str]) -> dict[str, Any]:
    """The Table Schema of a CSV file: what a validator such as Validata checks it against."""
    return {
        "$schema": TABLE_SCHEMA,
        "name": name,
        "title": title,
        "fields": [column.as_field() for column in columns],
        "primaryKey": list(key),
        "missingValues": [""],
    }
