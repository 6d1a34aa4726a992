"""Files that are written alike, so that an engine reads them in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opsrail.streams.formats import FileKind

FILE: Final = "_file"
"""Column of rows as read: the number of the file (an integer) among a stream's files."""

LINE: Final = "_line"
"""Column of rows as read: the line of the file, or the row of a Parquet file; counts from 1."""

FAULT: Final = "_fault"
"""Column of rows read line by line: why the row could not be taken apart, else NULL."""


def cell_name(place: int) -> str:
    """The name under which the cells of a wanted column are read, whatever the file calls it."""
    return f"r{place}"


@dataclass(frozen=True, slots=True)
class Shape:
    """Files of one kind with the same columns.

    `header`: all columns, in order (CSV), or those that the files have. `wanted`: the columns to
    read; those that `header` lacks are NULL. `first` is the number of the first file.
    """

    kind: FileKind
    files: tuple[Path, ...]
    header: tuple[str, ...]
    wanted: tuple[str, ...]
    first: int = 0
    delimiter: str = ","

    @property
    def cells(self) -> Sequence[tuple[str, int | None]]:
        """(Name to read it under, place in the header or None) of each wanted column."""
        places = {name: place for place, name in reversed([*enumerate(self.header)])}
        return [(cell_name(number), places.get(name)) for number, name in enumerate(self.wanted)]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its files."""
        return frozenset(range(self.first, self.first + len(self.files)))
