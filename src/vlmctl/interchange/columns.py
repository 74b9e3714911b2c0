"""A table's columns: what its headings mean, where its models are named, and what stands in the way of trusting them.

Headings may be split over two rows, span several columns, start anew in the middle of a file, or stand under a row that
says "4-shot". What isn't understood makes a column unclear: its figures are left out, with the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.interchange.figures import parse_figures, plain
from vlmctl.interchange.headings import Heading, beneath, heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.interchange.reading import Number
    from vlmctl.query.vocabulary import Vocabulary

__all__ = ["MAX_CELLS", "Columns", "Grid", "GridCell", "GridRow", "benchmark_columns", "cell_text", "columns_of", "parts_of_table"]

MAX_CELLS = 100_000
"""A file with more cells is refused."""

MODEL_WORDS = frozenset(
    {"model", "models", "modelname", "method", "methods", "name", "vlm", "mllm", "lvlm", "checkpoint", "模型", "模型名称", "方法"}
)
FAMILY_WORDS = frozenset({"type", "family", "series", "modelfamily", "modelseries", "系列", "类型", "家族"})
SIZE_WORDS = frozenset({"size", "modelsize", "params", "#params", "parameters", "#param", "param", "参数", "参数量", "variant"})
SHOT_WORDS = frozenset({"shots", "shot", "#shots", "#shot", "n-shot", "nshot", "k-shot", "numshots"})

_APART = re.compile(r"shot|tun(?:ed|ing)|\bft\b|\bval|\btest|\bdev\b|think|\bcot\b|chain", re.IGNORECASE)
_UNIT = re.compile(r"[(\[]([bm])[)\]]$")
_SIZE = re.compile(r"~?\d{1,4}(?:\.\d{1,3})?\s*[BM]", re.ASCII)
_PLAIN = re.compile(r"(?:zero|0)[-\s]?shot", re.IGNORECASE)


class GridCell(NamedTuple):
    """A cell."""

    text: str
    column: int
    """Where it stands in its line, from 1."""
    ref: str = ""
    """Its name in a sheet."""


class GridRow(NamedTuple):
    """A row."""

    line: int
    cells: Sequence[GridCell]


class Grid(NamedTuple):
    """A table as it stands in a file."""

    file: str
    header: GridRow
    rows: Sequence[GridRow]
    title: str = ""
    """The sheet's name."""
    padded: bool = False
    """Rows may end before the header does (sheets)."""
    above: GridRow | None = None
    """The row right above the header."""
    comma: bool = False
    """Figures are printed with a decimal comma."""


class Columns(NamedTuple):
    """What a table's columns are."""

    headings: dict[int, Heading]
    model: int | None
    family: int | None
    size: int | None
    unit: str
    """What the sizes are counted in where their heading says it, `Params (B)`; '' else."""
    shots: int | None
    width: int
    """How many columns the header has."""
    fits: dict[tuple[Number | None, ...], tuple[str, ...]]
    """Headings that some figures would fit, as far as they were asked for."""


def benchmark_columns(vocabulary: Vocabulary, header: GridRow) -> dict[int, Heading]:
    """The columns whose headings name benchmarks."""
    found = ((index, heading_of(vocabulary, cell.text)) for index, cell in enumerate(header.cells))
    return {index: heading for index, heading in found if heading is not None}


def cell_text(cells: Sequence[GridCell], index: int | None) -> str:
    """A cell's text without its dress; '' where there is none."""
    return plain(cells[index].text) if index is not None and index < len(cells) else ""


def parts_of_table(vocabulary: Vocabulary, grid: Grid) -> Iterator[Grid]:
    """The table, cut where another header starts: a row without figures that names benchmarks."""
    known: dict[str, bool] = {}

    def names_one(text: str) -> bool:
        if text not in known:
            known[text] = heading_of(vocabulary, text) is not None
        return known[text]

    headings = set(benchmark_columns(vocabulary, grid.header))
    rows: list[GridRow] = []
    for row in grid.rows:
        texts = any(index < len(row.cells) and parse_figures(row.cells[index].text).kind == "text" for index in headings)
        named = {index for index, cell in enumerate(row.cells) if cell.text and names_one(cell.text)} if texts else set()
        if (named & headings or len(named) > 1) and not _has_figures(row):
            yield grid._replace(rows=rows)
            width = max(number for number, cell in enumerate(row.cells, start=1) if cell.text)
            header = GridRow(row.line, row.cells[:width]) if grid.padded else row
            grid, headings = grid._replace(header=header, above=(rows or [grid.header])[-1]), named
            rows = []
        else:
            rows.append(row)
    yield grid._replace(rows=rows)


def _has_figures(row: GridRow) -> bool:
    return any(parse_figures(cell.text).kind == "figures" for cell in row.cells)


def columns_of(vocabulary: Vocabulary, grid: Grid) -> tuple[Columns, Grid]:
    """The columns, and the table without the rows that belong to its header."""
    headings = benchmark_columns(vocabulary, grid.header)
    words = ["".join(plain(cell.text).lower().split()) for cell in grid.header.cells]
    free = [index for index in range(len(words)) if index not in headings]

    def named(wanted: frozenset[str]) -> int | None:
        return next((index for index in free if _UNIT.sub("", words[index]).replace("_", "") in wanted), None)

    family, size, shots = named(FAMILY_WORDS), named(SIZE_WORDS), named(SHOT_WORDS)
    model = named(MODEL_WORDS)
    if size is None:
        size = next((index for index in free if index not in (family, model, shots) and _has_sizes(grid.rows, index)), None)
    if model is None and family is None:
        model = next((index for index in free if index not in (size, shots)), None)
    rows = list(grid.rows)
    while rows and _continues_header(rows[0], headings, (model, family)):
        headings = _narrowed(vocabulary, headings, rows.pop(0), words)
    headings = _spanning(headings, rows, words)
    if grid.above is not None and not _has_figures(grid.above):
        headings = {index: _under(heading, grid.above, index, min(headings)) for index, heading in headings.items()}
    unit = _UNIT.search(words[size]) if size is not None else None
    columns = Columns(
        headings, model, family, size, unit[1].upper() if unit else "", shots, max(len(grid.header.cells), max(headings) + 1), {}
    )
    return columns, grid._replace(rows=rows)


def _has_sizes(rows: Sequence[GridRow], index: int) -> bool:
    """Whether most of a column's cells are numbers of parameters, `7B`, whatever its heading says."""
    texts = [text for row in rows if (text := cell_text(row.cells, index))]
    return 2 * sum(_SIZE.fullmatch(text) is not None for text in texts) > len(texts)


def _continues_header(row: GridRow, headings: dict[int, Heading], names: Sequence[int | None]) -> bool:
    """Whether a row below the header belongs to it: it names no model, holds no figure, and has a text at or behind a heading."""
    if any(cell_text(row.cells, index) for index in names) or _has_figures(row):
        return False
    return any(parse_figures(cell.text).kind == "text" for cell in row.cells[min(headings) :])


def _narrowed(vocabulary: Vocabulary, headings: dict[int, Heading], row: GridRow, words: Sequence[str]) -> dict[int, Heading]:
    """The headings with the labels below them; a heading goes on over empty cells to its right."""
    found = dict(headings)
    for index in range(min(headings), len(row.cells)):
        label = cell_text(row.cells, index)
        owner = index
        while owner > min(headings) and owner not in headings and (owner >= len(words) or not words[owner]):
            owner -= 1
        if label and owner in headings:
            found[index] = beneath(vocabulary, headings[owner], label)
    return found


def _spanning(headings: dict[int, Heading], rows: Sequence[GridRow], words: Sequence[str]) -> dict[int, Heading]:
    """The headings; one with figures in columns to its right that have none may be theirs as well: it is unclear."""
    found = dict(headings)
    for index, heading in headings.items():
        beside = index + 1
        if beside >= len(words) or words[beside] or beside in headings:
            continue
        if any(parse_figures(row.cells[beside].text).kind == "figures" for row in rows if beside < len(row.cells)):
            found[index] = heading.doubted("the column beside it has no heading: it may stand over both")
    return found


def _under(heading: Heading, above: GridRow, index: int, first: int) -> Heading:
    """The heading, unclear where what stands above it, perhaps over several columns, sets its figures apart."""
    texts = [cell_text(above.cells, place) for place in range(index, first - 1, -1)]
    over = next((text for text in texts if text), "")
    if len(over) > 80 or not _APART.search(_PLAIN.sub("", over)):
        return heading
    return heading.doubted(f"{over[:60]!r} stands above it")
