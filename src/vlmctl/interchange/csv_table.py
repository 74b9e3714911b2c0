"""Tables as CSV or TSV: the delimiter is told by the header's own benchmarks, the encoding never guessed."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from vlmctl.errors import UsageError
from vlmctl.interchange.content import File, lines_of, text_of
from vlmctl.interchange.reading import Reading
from vlmctl.interchange.tables import MAX_CELLS, Grid, GridCell, GridRow, benchmark_columns, read_grid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.vocabulary import Vocabulary

__all__ = ["read", "rows_of"]

DELIMITERS = (",", "\t", ";", "|")

MAX_PLACES = 1_000_000
"""A file with more places for cells is refused, be they empty; with more than `MAX_CELLS` filled ones, too."""

LEADING = 20
"""The header is looked for among so many rows: exports may start with a title."""


def read(file: File, vocabulary: Vocabulary, *, encoding: str | None = None, comma: bool = False) -> Reading:
    """The figures of the table. `UsageError` where no row names a benchmark, or quoting is broken."""
    text = text_of(file, encoding)
    best: tuple[int, str, int] | None = None
    for delimiter in DELIMITERS:
        for index, row in enumerate(_head(file, text, delimiter)):
            known = len(benchmark_columns(vocabulary, row))
            if known and (best is None or known > best[0]):
                best = known, delimiter, index
    if best is None:
        list(rows_of(file, text, DELIMITERS[0]))  # where quoting is broken, that is the reason
        raise UsageError(
            f"{file.name}: none of its first {LEADING} rows names a benchmark", hint="one must name the benchmarks (vlmctl bench list)"
        )
    _, delimiter, index = best
    rows = list(rows_of(file, text, delimiter))
    header, rest = rows[index], [row for row in rows[index + 1 :] if any(cell.text.strip() for cell in row.cells)]
    above = rows[index - 1] if index else None
    return Reading(*read_grid(vocabulary, Grid(file.name, header, rest, above=above, comma=comma)))


def _head(file: File, text: str, delimiter: str) -> list[GridRow]:
    """The first rows, as far as they can be read with a delimiter."""
    found = []
    try:
        for row in rows_of(file, text, delimiter):
            found.append(row)
            if len(found) >= LEADING:
                break
    except UsageError:
        return found
    return found


def rows_of(file: File, text: str, delimiter: str) -> Iterator[GridRow]:
    """The rows with the lines on which they start. `UsageError` names the line where they can't be read."""
    reader = csv.reader(_ended(file, text, delimiter), delimiter=delimiter, strict=True)
    line, cells, places = 1, 0, 0
    empty: dict[int, GridCell] = {}  # a table of all benchmarks is mostly empty
    try:
        for row in reader:
            cells += max(1, sum(map(bool, row)))
            places += len(row)
            if cells > MAX_CELLS or places > MAX_PLACES:
                raise _too_many(file, line)
            yield GridRow(line, [_cell(text.strip(), number, empty) for number, text in enumerate(row, start=1)])
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{file.name}:{line}: {str(error).lower()}", hint="a quotation mark inside a quoted field is doubled") from error


def _cell(text: str, number: int, empty: dict[int, GridCell]) -> GridCell:
    return GridCell(text, number) if text else empty.setdefault(number, GridCell("", number))


def _ended(file: File, text: str, delimiter: str) -> Iterator[str]:
    """The lines with their ends, one by one; a bare carriage return ends one, too. None has more cells than a file may."""
    for number, line in enumerate(lines_of(text.replace("\r\n", "\n").replace("\r", "\n")), start=1):
        if line.count(delimiter) > MAX_CELLS:
            raise _too_many(file, number)
        yield line + "\n"


def _too_many(file: File, line: int) -> UsageError:
    return UsageError(f"{file.name}:{line}: more than {MAX_CELLS} cells")
