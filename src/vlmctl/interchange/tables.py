"""Tables of models and benchmarks, whatever they were written in: from a grid of cells to candidates.

The rule of the house: nothing is guessed. A row whose cells don't match the header is doubted as a whole, and so is one
with a cell that can't belong to its column (a pair under a single heading, a figure that the metric can't have): it
shows that the row has slipped, and then no other cell of it can be trusted either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.interchange.content import refuse_flood
from vlmctl.interchange.figures import Figures, looks_numeric, parse_figures, plain
from vlmctl.interchange.headings import Heading, heading_of, labelled_parts
from vlmctl.interchange.reading import Candidate, Number, Place, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["MAX_CELLS", "Grid", "GridCell", "GridRow", "benchmark_columns", "read_grid"]

MAX_CELLS = 100_000
"""A file with more cells is refused."""

MODEL_WORDS = frozenset(
    {"model", "models", "modelname", "method", "methods", "name", "vlm", "mllm", "lvlm", "checkpoint", "模型", "模型名称", "方法"}
)
FAMILY_WORDS = frozenset({"type", "family", "series", "modelfamily", "modelseries", "系列", "类型", "家族"})
SIZE_WORDS = frozenset({"size", "params", "#params", "parameters", "#param", "param", "参数", "参数量", "variant"})

_HF = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/([\w.-]+/[\w.-]+)", re.ASCII)


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


class _Columns(NamedTuple):
    headings: dict[int, Heading]
    model: int | None
    family: int | None
    size: int | None
    titles: tuple[str, ...]
    fits: dict[tuple[Number | None, ...], tuple[str, ...]]
    """Headings that some figures would fit, as far as they were asked for."""


class _Row(NamedTuple):
    """A row with what is known of it before its figures are looked at."""

    line: int
    cells: Sequence[GridCell]
    model: str
    names: tuple[str, ...]
    link: str


def benchmark_columns(vocabulary: Vocabulary, header: GridRow) -> dict[int, Heading]:
    """The columns whose headings name benchmarks."""
    found = ((index, heading_of(vocabulary, cell.text)) for index, cell in enumerate(header.cells))
    return {index: heading for index, heading in found if heading is not None}


def read_grid(vocabulary: Vocabulary, grid: Grid) -> tuple[list[Candidate], list[Remark]]:
    """The candidates of a table and remarks on its rows and columns; nothing where no heading names a benchmark."""
    headings = benchmark_columns(vocabulary, grid.header)
    if not headings:
        return [], []
    columns = _columns(grid.header, headings)
    candidates: list[Candidate] = []
    remarks = [*_unknown_columns(grid, columns), *_clashes(grid, columns)]
    for row in _named_rows(grid, columns):
        found, remark = _row(vocabulary, grid, columns, row)
        candidates += found
        remarks += [remark] if remark else []
        refuse_flood(grid.file, len(candidates))
    return candidates, remarks


def _columns(header: GridRow, headings: dict[int, Heading]) -> _Columns:
    words = ["".join(plain(cell.text).lower().split()) for cell in header.cells]
    free = [index for index in range(len(words)) if index not in headings]

    def named(wanted: frozenset[str]) -> int | None:
        return next((index for index in free if words[index].replace("_", "") in wanted), None)

    family, size = named(FAMILY_WORDS), named(SIZE_WORDS)
    model = named(MODEL_WORDS)
    if model is None and family is None:
        model = next((index for index in free if index != size), None)
    return _Columns(headings, model, family, size, tuple(cell.text for cell in header.cells), {})


def _named_rows(grid: Grid, columns: _Columns) -> Iterator[_Row]:
    """The rows with the names that they may go by; an empty family cell continues the row above."""
    family = ""
    for row in grid.rows:
        cells = row.cells
        family = _cell(cells, columns.family) or family
        own = _cell(cells, columns.model)
        size = _cell(cells, columns.size)
        if columns.model is None:
            own = f"{family} {size}".strip() if size else _cell(cells, columns.family)
        link = next((match[1] for cell in cells if (match := _HF.search(cell.text))), "")
        together = (f"{family} {own}", f"{own} {size}") if own else ()
        names = tuple(name for name in dict.fromkeys(together) if name.strip() not in {own, ""})
        yield _Row(row.line, cells, own, names, link)


def _cell(cells: Sequence[GridCell], index: int | None) -> str:
    return plain(cells[index].text) if index is not None and index < len(cells) else ""


def _row(vocabulary: Vocabulary, grid: Grid, columns: _Columns, row: _Row) -> tuple[list[Candidate], Remark | None]:
    """A row's candidates; with a remark where the row is doubted as a whole."""
    read = {index: parse_figures(cell.text) for index, cell in enumerate(row.cells) if _counts(columns, index)}
    doubt = _misfit(grid, columns, row, read)
    found = [candidate for index, figures in read.items() for candidate in _candidates(vocabulary, grid, columns, row, index, figures)]
    if doubt is None:
        slipped = [candidate for candidate in found if candidate.slips]
        if slipped:
            doubt = f"the row holds {slipped[0].text!r} under {slipped[0].benchmark!r}, where it can't belong"
    if doubt is None or not found:
        return found, None
    reason = f"{doubt}: none of its figures is taken"
    remark = Remark(_place(grid, row, None), "flagged", reason, row.model)
    return [candidate if candidate.doubt else candidate._replace(doubt=doubt) for candidate in found], remark


def _counts(columns: _Columns, index: int) -> bool:
    """Whether a column's cells are figures: it has a benchmark, or lies past the header."""
    return index in columns.headings or index >= len(columns.titles)


def _misfit(grid: Grid, columns: _Columns, row: _Row, read: dict[int, Figures]) -> str | None:
    """What is wrong with a row's length."""
    width, cells = len(columns.titles), len(row.cells)
    if cells == width or (grid.padded and cells < width):
        return None
    if grid.padded and not any(read[index].kind != "empty" for index in range(width, cells) if index in read):
        return None
    return f"the row has {cells} cells for {width} headings"


def _candidates(vocabulary: Vocabulary, grid: Grid, columns: _Columns, row: _Row, index: int, figures: Figures) -> list[Candidate]:
    """What one cell holds: a candidate for each figure, or a doubted one for the cell."""
    cell = row.cells[index]
    heading = columns.headings.get(index)
    if figures.kind == "empty" or (figures.kind == "text" and not looks_numeric(cell.text)):
        return []
    title = plain(columns.titles[index]) if heading else ""
    base = Candidate(
        row.model, title, None, None, cell.text, _place(grid, row, index), _where(grid, row, cell, title), row.names, row.link,
        numbers=figures.present, note=f"printed as {cell.text}" if figures.mark else None,
    )  # fmt: skip
    if heading is None:
        return [_fitting(vocabulary, columns, base, "it stands past the last heading", figures)]
    if figures.kind == "text":
        return [_fitting(vocabulary, columns, base._replace(part=_only(heading)), "it can't be read as a figure", figures)]
    if heading.clash:
        return []
    return _under(vocabulary, columns, base, heading, figures)


def _only(heading: Heading) -> Part | None:
    return heading.parts[0] if len(heading.parts) == 1 else None


def _under(vocabulary: Vocabulary, columns: _Columns, base: Candidate, heading: Heading, figures: Figures) -> list[Candidate]:
    parts = heading.parts
    if figures.labels:
        parts = labelled_parts(vocabulary, heading.parts[0], figures.labels) if len(parts) == 1 else ()
        if not parts:
            return [_fitting(vocabulary, columns, base, f"its label {'/'.join(figures.labels)!r} names no part of the benchmark", figures)]
    numbers = figures.numbers
    if len(numbers) != len(parts):
        base = base._replace(part=_only(heading), slips=True)
        return [_fitting(vocabulary, columns, base, _arity(len(numbers), len(parts)), figures)]
    given = [(part, number) for part, number in zip(parts, numbers, strict=True) if number is not None]
    for part, number in given:
        scale = vocabulary.scale(part)
        if not scale.possible(number):
            reason = f"{_shown(number)} is outside {_range(scale.low, scale.high)}, the range of {vocabulary.title(part)}"
            return [_fitting(vocabulary, columns, base._replace(slips=True), reason + _reversed(vocabulary, parts, numbers), figures)]
    doubt = None
    for part, number in given:
        plausible = vocabulary.scale(part).plausible
        if doubt is None and plausible and not vocabulary.scale(part).likely(number):
            doubt = f"{_shown(number)} is outside {_range(*plausible)}, where figures of {vocabulary.title(part)} lie"
    turned = _reversed(vocabulary, parts, numbers) if doubt else ""
    if doubt and turned:
        return [_fitting(vocabulary, columns, base._replace(slips=True), doubt + turned, figures)]
    return [_fitting(vocabulary, columns, base._replace(part=part, value=number), doubt, figures) for part, number in given]


def _arity(figures: int, places: int) -> str:
    if places == 1:
        return f"{figures} figures in a cell whose heading names one"
    return f"{'one figure' if figures == 1 else f'{figures} figures'} in a cell whose heading names {places}"


def _range(low: float, high: float | None) -> str:
    return f"{low:g} to {high:g}" if high is not None else f"{low:g} and more"


def _shown(number: Number) -> str:
    return f"{number:.12g}"


def _reversed(vocabulary: Vocabulary, parts: Sequence[Part], numbers: Sequence[Number | None]) -> str:
    """A word about it where the figures would fit the other way round."""
    turned = list(zip(parts, reversed(numbers), strict=True))
    if len(parts) < 2 or not all(number is None or vocabulary.scale(part).likely(number) for part, number in turned):
        return ""
    return "; the other way round the figures would fit"


def _fitting(vocabulary: Vocabulary, columns: _Columns, candidate: Candidate, doubt: str | None, figures: Figures) -> Candidate:
    """A candidate with the other headings under which its cell would fit, and why it is doubted."""
    numbers = figures.numbers
    if numbers and numbers not in columns.fits:
        found = [
            plain(heading.text)
            for heading in columns.headings.values()
            if len(heading.parts) == len(numbers)
            and all(n is None or vocabulary.scale(p).likely(n) for p, n in zip(heading.parts, numbers, strict=True))
        ]
        columns.fits[numbers] = tuple(dict.fromkeys(found))
    fits = tuple(heading for heading in columns.fits.get(numbers, ()) if heading != candidate.benchmark)
    return candidate._replace(doubt=doubt, fits=fits)


def _unknown_columns(grid: Grid, columns: _Columns) -> Iterator[Remark]:
    """A remark for each heading that names no benchmark though figures stand under it."""
    known = {columns.model, columns.family, columns.size, *columns.headings}
    for index, cell in enumerate(grid.header.cells):
        if index in known:
            continue
        texts = [row.cells[index].text for row in grid.rows if index < len(row.cells)]
        kinds = [figures.kind for figures in map(parse_figures, texts) if figures.kind != "empty"]
        if kinds and 2 * kinds.count("figures") > len(kinds):
            reason = f"no benchmark is named {plain(cell.text)!r}; its {kinds.count('figures')} figures are left out"
            yield Remark(_place(grid, grid.header, index), "skipped", reason, "", plain(cell.text))


def _clashes(grid: Grid, columns: _Columns) -> Iterator[Remark]:
    for index, heading in columns.headings.items():
        if heading.clash:
            reason = f"{plain(heading.text)!r} could be {' or '.join(heading.clash)}; its figures are left out"
            yield Remark(_place(grid, grid.header, index), "flagged", reason, "", plain(heading.text), heading.text)


def _place(grid: Grid, row: _Row | GridRow, index: int | None) -> Place:
    if index is None:
        return Place(grid.file, row.line, None, grid.title)
    cell = row.cells[index]
    return Place(grid.file, row.line, cell.column, f"{grid.title}!{cell.ref}" if grid.title and cell.ref else cell.ref)


def _where(grid: Grid, row: _Row, cell: GridCell, title: str) -> str:
    place = f"{grid.title}!{cell.ref}" if cell.ref else f"line {row.line}"
    return f"{place}, column {title}" if title else place
