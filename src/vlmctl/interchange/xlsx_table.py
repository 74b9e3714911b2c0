"""Tables in Excel workbooks, read with openpyxl (the extra `xlsx`): values only, no macros, no formulas evaluated.

What a workbook would unpack to, and make the library build, is bounded in `archives` before the library sees it.
"""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.interchange.archives import MAX_PARTS, PART, WORKBOOK, plain_workbook
from vlmctl.interchange.reading import Candidate, Place, Reading, Remark
from vlmctl.interchange.tables import MAX_CELLS, Grid, GridCell, GridRow, benchmark_columns, read_grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.interchange.content import File
    from vlmctl.query.vocabulary import Vocabulary

__all__ = ["is_workbook", "read"]

LEADING = 20

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
"""What a number format prints as it is: a percent sign in it doesn't multiply."""

_SCALED = re.compile(r"[0#?],+(?:[^0#?,]|$)")
"""A number format that shows thousands: the sheet doesn't show the value."""


def is_workbook(content: bytes) -> bool:
    """Whether bytes are an Excel workbook."""
    if content[:2] != b"PK":
        return False
    if content.count(PART) > MAX_PARTS:
        return WORKBOOK.encode() in content  # for `read` to refuse
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read(file: File, vocabulary: Vocabulary, *, comma: bool = False) -> Reading:
    """The figures of all sheets with a row that names benchmarks. `UsageError` where there is none, or it isn't safe."""
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    known = 0
    for title, rows, broken in _sheets(file, plain_workbook(file)):
        grid = _grid(file, vocabulary, title, rows)
        if grid is None:
            continue
        known += 1
        found, said = read_grid(vocabulary, grid._replace(comma=comma))
        candidates += found
        remarks += [*said, *(remark for remark in broken if (remark.place.line or 0) > grid.header.line)]
    if not known:
        raise UsageError(f"{file.name}: no sheet has a row that names benchmarks", hint="one must name them (vlmctl bench list)")
    return Reading(candidates, remarks)


def _sheets(file: File, content: bytes) -> Iterator[tuple[str, list[GridRow], list[Remark]]]:
    """Each sheet's title, its rows, and remarks on formulas whose results the workbook doesn't hold."""
    import warnings

    openpyxl = _openpyxl()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they go to stderr as they are, with texts of the workbook in them
            yield from _read(openpyxl, file, content)
    except UsageError:
        raise
    except Exception as error:  # the library raises whatever a broken workbook makes it stumble over
        raise UsageError(f"{file.name} can't be read: {type(error).__name__}: {str(error)[:200]}", hint="save it as CSV") from error


def _read(openpyxl: Any, file: File, content: bytes) -> Iterator[tuple[str, list[GridRow], list[Remark]]]:
    values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    cells = 0
    for name in values.sheetnames:
        sheet, twin = values[name], formulas[name]
        if not hasattr(sheet, "reset_dimensions"):
            continue  # a chart
        sheet.reset_dimensions()
        twin.reset_dimensions()
        rows: list[GridRow] = []
        broken: list[Remark] = []
        for line, (row, other) in enumerate(zip(sheet.iter_rows(), twin.iter_rows(), strict=True), start=1):
            cells = _counted(file, cells + len(row) + 1)
            rows.append(GridRow(line, [_cell(cell, column) for column, cell in enumerate(row, start=1)]))
            broken += _unsaved(file, name, line, row, other)
        yield name, rows, broken


def _counted(file: File, cells: int) -> int:
    if cells > MAX_CELLS:
        raise UsageError(f"{file.name}: more than {MAX_CELLS} cells")
    return cells


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError as error:
        raise UsageError("reading .xlsx needs openpyxl", hint="pip install 'vlmctl[xlsx]', or save the sheet as CSV") from error
    return openpyxl


def _cell(cell: Any, column: int) -> GridCell:
    return GridCell(_shown(cell), column, getattr(cell, "coordinate", ""))


def _shown(cell: Any) -> str:
    """A cell's value as the sheet shows it: percentages as such, numbers to fifteen digits."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)[:2000].replace("\n", " ").strip()
    exact = Decimal(format(value, ".15g"))
    form = _LITERAL.sub("", str(getattr(cell, "number_format", "")))
    if _SCALED.search(form):
        return f"{_plain(exact)} [{form}]"[:80]  # no figure
    return f"{_plain(exact * 100)}%" if "%" in form else _plain(exact)


def _plain(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > 20:
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unsaved(file: File, sheet: str, line: int, row: Sequence[Any], formulas: Sequence[Any]) -> Iterator[Remark]:
    """A remark for each formula without a saved result, or with an error for one."""
    for column, (cell, formula) in enumerate(zip(row, formulas, strict=False), start=1):
        kinds = getattr(cell, "data_type", ""), getattr(formula, "data_type", "")
        if kinds[0] == "e" or (cell.value is None and kinds[1] == "f"):
            ref = getattr(cell, "coordinate", "")
            reason = f"an error, {cell.value}" if kinds[0] == "e" else "a formula whose result isn't saved in the workbook"
            yield Remark(Place(file.name, line, column, f"{sheet}!{ref}"), "flagged", reason, "", "", str(formula.value)[:80])


def _grid(file: File, vocabulary: Vocabulary, title: str, rows: list[GridRow]) -> Grid | None:
    """The sheet's table: from the row with the most benchmarks among the first ones."""
    known = [(len(benchmark_columns(vocabulary, row)), -index) for index, row in enumerate(rows[:LEADING])]
    most, index = max(known, default=(0, 0))
    if not most:
        return None
    header = rows[-index]
    width = max(number for number, cell in enumerate(header.cells, start=1) if cell.text)
    rest = [row for row in rows[-index + 1 :] if any(cell.text for cell in row.cells)]
    above = rows[-index - 1] if index else None
    return Grid(file.name, GridRow(header.line, header.cells[:width]), rest, title, padded=True, above=above)
