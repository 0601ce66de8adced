"""Where a page of the API ends: an opaque mark that stays right while rows come and go. Pure.

Pages follow the rows' own numbers, which only grow: a row added meanwhile comes at the end, one removed leaves no gap, and none
is told twice. Sixteen hexadecimal digits, so that every text of that shape is a good cursor.
"""

PATTERN = r"^[0-7][0-9a-f]{15}$"


def written(pk: int) -> str:
    return f"{pk:016x}"


def read(cursor: str) -> int:
    """The number after which the page begins. `cursor` matches PATTERN."""
    return int(cursor, 16)
