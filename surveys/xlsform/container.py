"""The workbook inside an old Excel file, an OLE2 compound document ([MS-CFB]). Pure.

xlrd opens these containers too, and a circle in one keeps it busy for ever: here no sector is read twice.
"""

from struct import error as StructError
from struct import iter_unpack, unpack_from

SECTOR, SHORT_SECTOR, HEADER = 512, 64, 512
IN_HEADER = 109  # sectors of the allocation table that the header names
NAMES = ("workbook", "book")
USER_STREAM, ROOT = 2, 5


class BrokenContainer(ValueError):
    """No workbook can be taken out of it."""


def workbook_stream(data: bytes) -> bytes:
    """The bytes that xlrd reads. Raises BrokenContainer."""
    try:
        return _Container(data).workbook()
    except (StructError, IndexError) as error:
        raise BrokenContainer("it ends before what it announces") from error


class _Container:
    def __init__(self, data: bytes) -> None:
        self.data = data
        if unpack_from("<HH", data, 30) != (9, 6):
            raise BrokenContainer("Excel never wrote sectors of that size")
        self.directory_start, self.least = unpack_from("<i4xi", data, 48)
        self.short_start = unpack_from("<i", data, 60)[0]
        self.table = [each for sector in self._table_sectors() for each in self._numbers(sector)]

    def _sector(self, number: int) -> bytes:
        start = HEADER + number * SECTOR
        return self.data[start : start + SECTOR]

    def _numbers(self, number: int) -> list[int]:
        sector = self._sector(number)
        return [each for (each,) in iter_unpack("<i", sector[: len(sector) // 4 * 4])]

    def _table_sectors(self) -> list[int]:
        """Where the allocation table is: the header says the first sectors, then each further one names the next."""
        found = list(unpack_from(f"<{IN_HEADER}i", self.data, 76))
        following, seen = unpack_from("<i", self.data, 68)[0], set()
        while following >= 0 and following not in seen:
            seen.add(following)
            *more, following = self._numbers(following)
            found += more
        there = (len(self.data) - HEADER) // SECTOR + 1
        return list(dict.fromkeys(number for number in found if 0 <= number < there))

    @staticmethod
    def _chain(table: list[int], start: int) -> list[int]:
        found: dict[int, None] = {}
        while start >= 0:
            if start in found:
                raise BrokenContainer("its sectors go round in a circle")
            found[start] = None
            start = table[start]
        return list(found)

    def _stream(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._chain(self.table, start))

    def workbook(self) -> bytes:
        directory = self._stream(self.directory_start)
        root = b""
        for place in range(0, len(directory) - 127, 128):
            entry = directory[place : place + 128]
            if entry[66] == ROOT:
                root = root or entry
            length = max(0, min(64, unpack_from("<H", entry, 64)[0]) - 2)
            name = entry[:length].decode("utf-16-le", errors="replace").lower()
            if entry[66] == USER_STREAM and name in NAMES:
                start, size = unpack_from("<ii", entry, 116)
                return (self._short(root, start) if size < self.least else self._stream(start))[: max(0, size)]
        raise BrokenContainer("no workbook in it")

    def _short(self, root: bytes, start: int) -> bytes:
        """A small stream: pieces of the one that the root holds."""
        held = self._stream(unpack_from("<i", root, 116)[0])
        table = [each for sector in self._chain(self.table, self.short_start) for each in self._numbers(sector)]
        pieces = self._chain(table, start)
        return b"".join(held[number * SHORT_SECTOR : (number + 1) * SHORT_SECTOR] for number in pieces)
