"""Tables in Markdown: GitHub's pipe tables, anywhere in a file. HTML tables aren't read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlmctl.errors import UsageError
from vlmctl.interchange.content import File, lines_of, refuse_flood, text_of
from vlmctl.interchange.reading import Candidate, Reading, Remark
from vlmctl.interchange.tables import MAX_CELLS, Grid, GridCell, GridRow, benchmark_columns, read_grid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.vocabulary import Vocabulary

__all__ = ["grids", "has_table", "read"]

LONGEST_LINE = 200_000
"""A table with a longer line is refused."""

_PIPE = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""What no reader of the page sees."""


def read(file: File, vocabulary: Vocabulary, *, encoding: str | None = None, comma: bool = False) -> Reading:
    """The figures of all tables whose headings name benchmarks. `UsageError` where there is none."""
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    tables = known = 0
    for grid in grids(file, encoding=encoding):
        tables += 1
        known += bool(benchmark_columns(vocabulary, grid.header))
        found, said = read_grid(vocabulary, grid._replace(comma=comma))
        candidates += found
        remarks += said
        refuse_flood(file.name, len(candidates))
    if not known:
        what = "no Markdown table" if not tables else f"none of its {tables} tables has a heading that names a benchmark"
        raise UsageError(f"{file.name}: {what}", hint="the first row of a table must name the benchmarks (vlmctl bench list)")
    return Reading(candidates, remarks)


def has_table(text: str) -> bool:
    """Whether a text holds the line of dashes that makes a table."""
    return any(_is_delimiter(line) for line in lines_of(text))


def _is_delimiter(line: str) -> bool:
    """Whether a line is the one of dashes below a header: `| :-: | --- |`."""
    if "|" not in line or "-" not in line or len(line) > LONGEST_LINE:
        return False
    return all(re.fullmatch(r":?-+:?", cell.strip()) for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))


def grids(file: File, *, encoding: str | None = None) -> Iterator[Grid]:
    """The tables of a file."""
    header: GridRow | None = None
    table: tuple[GridRow, list[GridRow]] | None = None
    before = ""
    cells = 0
    fence = ""
    text = _COMMENT.sub(lambda match: re.sub(r"[^\r\n]", " ", match[0]), text_of(file, encoding))
    for number, line in enumerate(lines_of(text), start=1):
        fence = _fence(line, fence)
        if table is not None and ("|" not in line or fence):
            yield Grid(file.name, *table)
            table = None
        elif table is not None:
            row = _row(file, number, line)
            cells += len(row.cells)
            if cells > MAX_CELLS:
                raise UsageError(f"{file.name}:{number}: more than {MAX_CELLS} cells")
            table[1].append(row)
        elif not fence and "|" in before and _is_delimiter(line):
            header = _row(file, number - 1, before)
            table = header, []
        before = line
    if table is not None:
        yield Grid(file.name, *table)


def _fence(line: str, fence: str) -> str:
    """The sign of the code block that a line stands in after it was read."""
    mark = line.lstrip()[:3]
    if fence:
        return "" if mark == fence else fence
    return mark if mark in {"```", "~~~"} else ""


def _row(file: File, number: int, line: str) -> GridRow:
    """A line's cells with the columns at which their texts start."""
    if len(line) > LONGEST_LINE:
        raise UsageError(f"{file.name}:{number}: a line of more than {LONGEST_LINE} characters")
    end = len(line.rstrip())
    start = len(line) - len(line.lstrip())
    start += line.startswith("|", start)
    if end > start and line[end - 1] == "|" and not line.endswith("\\|", start, end):
        end -= 1
    cells = []
    for stop in [*(match.start() for match in _PIPE.finditer(line, start, end)), end]:
        text = line[start:stop]
        blank = len(text) - len(text.lstrip())
        cells.append(GridCell(text.strip().replace("\\|", "|"), start + (blank if text.strip() else 0) + 1))
        start = stop + 1
    return GridRow(number, cells)
