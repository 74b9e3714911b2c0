"""Tables of models and benchmarks, whatever they were written in: from a grid of cells to candidates.

The rule of the house: nothing is guessed. A row whose cells don't match the header is doubted as a whole, and so is one
with a cell that can't belong to its column (a pair under a single heading, a figure that the metric can't have): it
shows that the row has slipped, and then no other cell of it can be trusted either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.interchange.columns import MAX_CELLS, Columns, Grid, GridCell, GridRow, benchmark_columns, cell_text, columns_of, parts_of_table
from vlmctl.interchange.content import refuse_flood
from vlmctl.interchange.figures import Figures, looks_numeric, parse_figures, plain
from vlmctl.interchange.headings import Heading, labelled_parts
from vlmctl.interchange.ranges import impossible, unlikely
from vlmctl.interchange.reading import Candidate, Number, Place, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["MAX_CELLS", "Grid", "GridCell", "GridRow", "benchmark_columns", "read_grid"]

_HF = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/([\w.-]+/[\w.-]+)", re.ASCII)


class _Row(NamedTuple):
    """A row with what is known of it before its figures are looked at."""

    line: int
    cells: Sequence[GridCell]
    model: str
    names: tuple[str, ...]
    link: str
    params: str
    """What it says of the model's size."""
    shots: str | None
    """What it says of examples in the prompt; None where no column is about them."""


def read_grid(vocabulary: Vocabulary, grid: Grid) -> tuple[list[Candidate], list[Remark]]:
    """The candidates of a table and remarks on its rows and columns; nothing where no heading names a benchmark."""
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    if not benchmark_columns(vocabulary, grid.header):
        return candidates, remarks
    for part in parts_of_table(vocabulary, grid):
        columns, table = columns_of(vocabulary, part)
        columns = _without_shares(vocabulary, table, columns)
        remarks += [*_unknown_columns(table, columns), *_unclear(table, columns)]
        for row in _named_rows(table, columns):
            found, remark = _row(vocabulary, table, columns, row)
            candidates += found
            remarks += [remark] if remark else []
            refuse_flood(grid.file, len(candidates))
    return candidates, remarks


def _without_shares(vocabulary: Vocabulary, grid: Grid, columns: Columns) -> Columns:
    """The columns; one whose figures may all be shares or small percentages is unclear."""
    headings = dict(columns.headings)
    for index, heading in headings.items():
        scales = [vocabulary.scale(part) for part in heading.parts]
        if len(scales) != 1 or scales[0].unit != "percent" or not scales[0].likely(0.5):
            continue
        cells = [parse_figures(row.cells[index].text, comma=grid.comma) for row in grid.rows if index < len(row.cells)]
        numbers = [number for figures in cells for number in figures.present]
        if numbers and all(0 <= number <= 1 for number in numbers) and not any(figures.percent for figures in cells):
            headings[index] = heading.doubted("its figures may be shares or percentages")
    return columns._replace(headings=headings)


def _named_rows(grid: Grid, columns: Columns) -> Iterator[_Row]:
    """The rows with the names that they may go by; an empty family cell continues the row above."""
    family = ""
    for row in grid.rows:
        cells = row.cells
        family = cell_text(cells, columns.family) or family
        own = cell_text(cells, columns.model)
        size = cell_text(cells, columns.size)
        size += columns.unit if size[-1:].isdigit() else ""
        if columns.model is None:
            own = f"{family} {size}".strip() if size else cell_text(cells, columns.family)
        links = {match for cell in cells for match in _HF.findall(cell.text)}
        link = links.pop() if len(links) == 1 else ""  # of several none is the model's for certain
        together = (f"{own} {size}", f"{family} {own}") if own else ()
        names = tuple(name for name in dict.fromkeys(together) if name.strip() not in {own, ""})
        shots = cell_text(cells, columns.shots) if columns.shots is not None else None
        yield _Row(row.line, cells, own, names, link, size, shots)


def _row(vocabulary: Vocabulary, grid: Grid, columns: Columns, row: _Row) -> tuple[list[Candidate], Remark | None]:
    """A row's candidates; with a remark where the row is doubted as a whole."""
    read = {index: parse_figures(cell.text, comma=grid.comma) for index, cell in enumerate(row.cells) if _counts(columns, index)}
    doubt = _misfit(grid, columns, row, read)
    found = [candidate for index, figures in read.items() for candidate in _candidates(vocabulary, grid, columns, row, index, figures)]
    if doubt is None:
        slipped = [candidate for candidate in found if candidate.slips]
        if slipped:
            doubt = f"the row holds {slipped[0].text!r} under {slipped[0].benchmark!r}, where it can't belong"
    if doubt is None:
        return [_set_apart(candidate, row.shots) for candidate in found], None
    if not found:
        return found, None
    reason = f"{doubt}: none of its figures is taken"
    remark = Remark(_place(grid, row, None), "flagged", reason, row.model)
    return [candidate if candidate.doubt else candidate._replace(doubt=doubt) for candidate in found], remark


def _set_apart(candidate: Candidate, shots: str | None) -> Candidate:
    """The candidate with what its row says of examples in the prompt; doubted where that isn't a number of them."""
    if shots is None or shots.lower() in {"0", "0-shot", "zero-shot"}:
        return candidate
    number = re.fullmatch(r"(\d{1,3})(?:[-\s]shots?)?", shots, re.ASCII | re.IGNORECASE)
    if number is None:
        return candidate if candidate.doubt else candidate._replace(doubt=f"it can't be told how many examples {shots[:40]!r} means")
    return candidate._replace(protocol="few-shot", shots=int(number[1]))


def _counts(columns: Columns, index: int) -> bool:
    """Whether a column's cells are figures: it has a benchmark, or lies past the header."""
    return index in columns.headings or index >= columns.width


def _misfit(grid: Grid, columns: Columns, row: _Row, read: dict[int, Figures]) -> str | None:
    """What is wrong with a row's length."""
    width, cells = columns.width, len(row.cells)
    if cells == width or (grid.padded and cells < width):
        return None
    if grid.padded and not any(read[index].kind != "empty" for index in range(width, cells) if index in read):
        return None
    return f"the row has {cells} cells for {width} headings"


def _candidates(vocabulary: Vocabulary, grid: Grid, columns: Columns, row: _Row, index: int, figures: Figures) -> list[Candidate]:
    """What one cell holds: a candidate for each figure, or a doubted one for the cell."""
    cell = row.cells[index]
    heading = columns.headings.get(index)
    if figures.kind == "empty" or (figures.kind == "text" and not looks_numeric(cell.text)):
        return []
    title = heading.text if heading else ""
    marked = [f"printed as {cell.text}"] if figures.mark else []
    marked += [f"the heading has {heading.signs}"] if heading and heading.signs else []
    base = Candidate(
        row.model, title, None, None, cell.text, _place(grid, row, index), _where(grid, row, cell, title), row.names, row.link,
        numbers=figures.present, note="; ".join(marked) or None, params=row.params, row=row.line,
    )  # fmt: skip
    if heading is None:
        return [_fitting(vocabulary, columns, base, "it stands past the last heading", figures)]
    if figures.kind == "text":
        comma = " (a decimal comma? --decimal-comma)" if re.search(r"\d,\d", cell.text) and not grid.comma else ""
        point = " (a point, where commas are said to be decimal)" if "." in cell.text and grid.comma else ""
        doubt = f"it can't be read as a figure{comma}{point}"
        return [_fitting(vocabulary, columns, base._replace(part=_only(heading)), doubt, figures)]
    if not heading.parts:
        return []
    return _under(vocabulary, columns, base, heading, figures)


def _only(heading: Heading) -> Part | None:
    return heading.parts[0] if len(heading.parts) == 1 else None


def _under(vocabulary: Vocabulary, columns: Columns, base: Candidate, heading: Heading, figures: Figures) -> list[Candidate]:
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
        reason = impossible(vocabulary, part, number)
        if reason:
            return [_fitting(vocabulary, columns, base._replace(slips=True), reason + _reversed(vocabulary, parts, numbers), figures)]
    doubt = None
    if figures.percent and any(vocabulary.scale(part).unit != "percent" for part, _ in given):
        doubt = f"it is given in percent, which {vocabulary.title(given[0][0])} isn't"
    for part, number in given:
        doubt = doubt or unlikely(vocabulary, part, number)
    turned = _reversed(vocabulary, parts, numbers) if doubt else ""
    if doubt and turned:
        return [_fitting(vocabulary, columns, base._replace(slips=True), doubt + turned, figures)]
    return [_fitting(vocabulary, columns, base._replace(part=part, value=number), doubt, figures) for part, number in given]


def _arity(figures: int, places: int) -> str:
    if places == 1:
        return f"{figures} figures in a cell whose heading names one"
    return f"{'one figure' if figures == 1 else f'{figures} figures'} in a cell whose heading names {places}"


def _reversed(vocabulary: Vocabulary, parts: Sequence[Part], numbers: Sequence[Number | None]) -> str:
    """A word about it where the figures would fit the other way round."""
    turned = list(zip(parts, reversed(numbers), strict=True))
    if len(parts) < 2 or not all(number is None or vocabulary.scale(part).likely(number) for part, number in turned):
        return ""
    return "; the other way round the figures would fit"


def _fitting(vocabulary: Vocabulary, columns: Columns, candidate: Candidate, doubt: str | None, figures: Figures) -> Candidate:
    """A candidate with the other headings under which its cell would fit, and why it is doubted."""
    numbers = figures.numbers
    if numbers and numbers not in columns.fits:
        found = [
            heading.text
            for heading in columns.headings.values()
            if len(heading.parts) == len(numbers)
            and all(n is None or vocabulary.scale(p).likely(n) for p, n in zip(heading.parts, numbers, strict=True))
        ]
        columns.fits[numbers] = tuple(dict.fromkeys(found))
    fits = tuple(heading for heading in columns.fits.get(numbers, ()) if heading != candidate.benchmark)
    return candidate._replace(doubt=doubt, fits=fits)


def _unknown_columns(grid: Grid, columns: Columns) -> Iterator[Remark]:
    """A remark for each heading that names no benchmark though figures stand under it."""
    known = {columns.model, columns.family, columns.size, columns.shots, *columns.headings}
    for index, cell in enumerate(grid.header.cells):
        if index in known:
            continue
        texts = [row.cells[index].text for row in grid.rows if index < len(row.cells)]
        kinds = [figures.kind for figures in map(parse_figures, texts) if figures.kind != "empty"]
        if kinds and 2 * kinds.count("figures") > len(kinds):
            reason = f"no benchmark is named {plain(cell.text)!r}; its {kinds.count('figures')} figures are left out"
            yield Remark(_place(grid, grid.header, index), "skipped", reason, "", plain(cell.text))


def _unclear(grid: Grid, columns: Columns) -> Iterator[Remark]:
    """A remark for each heading that names a benchmark though it can't be told which figures stand under it."""
    for index, heading in columns.headings.items():
        if heading.unclear:
            place = _place(grid, grid.header, index) if index < len(grid.header.cells) else Place(grid.file, grid.header.line)
            reason = f"{heading.text!r}: {heading.unclear}; its figures are left out"
            yield Remark(place, "flagged", reason, "", heading.text)


def _place(grid: Grid, row: _Row | GridRow, index: int | None) -> Place:
    if index is None:
        return Place(grid.file, row.line, None, grid.title)
    cell = row.cells[index]
    return Place(grid.file, row.line, cell.column, f"{grid.title}!{cell.ref}" if grid.title and cell.ref else cell.ref)


def _where(grid: Grid, row: _Row, cell: GridCell, title: str) -> str:
    place = f"{grid.title}!{cell.ref}" if cell.ref else f"line {row.line}"
    return f"{place}, column {title}" if title else place
