"""Tables as lines: heading, header, rows in groups, legend."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from vlmctl.render.cells import human, value_of, visible
from vlmctl.render.decimals import with_even_decimals
from vlmctl.render.legend import occurring, table_marks
from vlmctl.render.terminal.fit import GAP, Layout, fit, fit_blocks
from vlmctl.render.terminal.lanes import lane_of
from vlmctl.render.terminal.paint import Span
from vlmctl.render.terminal.wrap import width_of, wrap, wrap_clauses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.render import RenderOptions
    from vlmctl.render.terminal.paint import Line
    from vlmctl.results import Column, Legend, Table

MOST_APART = 3
"""Columns of a matrix that are split into blocks beside each other; more are turned."""

__all__ = ["heading_lines", "legend_lines", "table_lines"]


def table_lines(table: Table, options: RenderOptions, narration: list[str], *, indent: int | None = None) -> list[Line]:
    """A table's lines; none if it has no rows. The narration gets what was left out to fit the width.

    A table with an indent is a card's: without its heading, and without columns in which nothing stands.
    """
    if not table.rows:
        return []
    heading, in_card, indent = indent is None, indent is not None, indent or 0
    table = with_even_decimals(table)
    group = _group_column(table, options)
    columns = _columns(table, options, group)
    lanes = [lane_of(column, table.rows) for column in columns]
    lanes = [lane for lane in lanes if not (in_card and lane.empty)]
    room = options.width - indent
    layouts, left_out = fit_blocks(lanes, room) if table.blocks else fit(lanes, room)
    if len(layouts) > 1 and sum(column.importance != 0 for column in columns) > MOST_APART:
        return _turned(table, columns, options, room, heading=heading)
    told = [lane.column for lane in left_out if options.chosen or not lane.empty]
    if told:
        narration.append(_left_out(told, options, in_card=in_card))
    widest = max(layout.total for layout in layouts)
    lines = [*heading_lines(table.heading, room, widest), []] if table.heading and heading else []
    for number, layout in enumerate(layouts):
        lines.extend([[]] if number else [])
        lines.extend(_body(table, layout, group, header=options.header))
    shown = [lane.column for layout in layouts for lane in layout.lanes]
    legend = occurring(table.legend, table_marks(table, shown))
    if legend:
        lines.extend([[], *legend_lines(legend, room)])
    return lines


def _turned(table: Table, columns: Sequence[Column], options: RenderOptions, room: int, *, heading: bool) -> list[Line]:
    """A matrix that doesn't fit side by side."""
    from vlmctl.render.terminal.turned import parts_of

    blocks: list[list[Line]] = []
    for part in parts_of(table, columns, room):
        blocks += [list(part.same)] if part.same else []
        blocks += [list(_body(table._replace(rows=part.rows, group=None), layout, None, header=options.header)) for layout in part.layouts]
    width = max((width_of("".join(span.text for span in line)) for block in blocks for line in block), default=0)
    legend = occurring(table.legend, table_marks(table, columns))
    first = heading_lines(table.heading, room, width) if table.heading and heading else []
    last = list(legend_lines(legend, room)) if legend else []
    return [line for block in filter(None, [first, *blocks, last]) for line in ([], *block)][1:]


def _group_column(table: Table, options: RenderOptions) -> Column | None:
    """The column whose values head the groups of rows instead of being repeated in each."""
    if table.group is None or options.chosen or len(table.columns) == 1:
        return None
    return next((column for column in table.columns if column.key == table.group and not column.machine), None)


def _columns(table: Table, options: RenderOptions, group: Column | None) -> Sequence[Column]:
    shown = [column for column in table.columns if (options.chosen or not column.machine) and column is not group]
    return shown or table.columns


def _left_out(columns: Sequence[Column], options: RenderOptions, *, in_card: bool) -> str:
    """By the names that `--columns` takes where it does; a card has no such option, and what is made for people no such name."""
    made = [column.title or column.key for column in columns if column.human and not column.named]
    keys = [column.key for column in columns if not column.human or column.named]
    in_files = "" if any(column.human for column in columns) else "--format tsv has all"
    if in_card or options.chosen:
        hints = ["a wider terminal has room", in_files]
    else:
        hints = ["--columns takes these names" if keys else "", in_files if keys else "a wider terminal has room"]
    return f"left out to fit {options.width} columns: {', '.join([*keys, *made])} ({'; '.join(filter(None, hints))})"


def heading_lines(heading: str, width: int, content: int) -> list[Line]:
    """What was asked, and after a tab what was found: at the content's right edge, above what doesn't fit into the line.

    Below where there is no room beside.
    """
    left, _, right = heading.partition("\t")
    left, right = visible(left), visible(right)
    if not right:
        return [[Span(line, "bold")] for line in wrap_clauses(left, width)]
    beside = width - GAP - width_of(right)
    if beside < width // 2 and width_of(left) > beside:
        return [
            *([Span(line, "bold")] for line in wrap_clauses(left, width)),
            *([Span(line, "dim")] for line in wrap_clauses(right, width)),
        ]
    first, *rest = wrap_clauses(left, beside)
    used = width_of(first) + width_of(right)
    edge = width if rest else min(width, content)
    gap = max(GAP + 1, edge - used) if used + GAP < width else GAP
    return [[Span(first, "bold"), Span(" " * gap), Span(right, "dim")], *([Span(line, "bold")] for line in rest)]


def legend_lines(legend: Legend, width: int) -> list[Line]:
    """Marks and meanings, several in a line, none torn apart where it fits a line of its own."""
    lines: list[Line] = []
    used = 0
    for sign, meaning in legend:
        size = width_of(visible(sign)) + 1 + width_of(visible(meaning))
        entry = [Span(visible(sign), "bold"), Span(f" {visible(meaning)}", "dim")]
        if lines and used + 3 + size <= width:
            lines[-1].extend([Span(" · ", "dim"), *entry])
            used += 3 + size
        elif size <= width:
            lines.append(entry)
            used = size
        else:
            texts = wrap(f"{visible(sign)} {visible(meaning)}", width)
            lines.extend([Span(text, "dim")] for text in texts)
            used = width_of(texts[-1])
    return lines


def _body(table: Table, layout: Layout, group: Column | None, *, header: bool) -> Iterator[Line]:
    """The header and the rows."""
    pairs = list(zip(layout.lanes, layout.widths, strict=True))
    if header and any(lane.title for lane in layout.lanes):
        yield from _side_by_side([lane.header(width) for lane, width in pairs], layout.widths, bottom=True)
    previous = None
    for number, row in enumerate(table.rows):
        if table.group is not None:
            value = value_of(row.get(table.group))
            starts = not number or value != previous
            if starts and (number or group):
                yield []
            if starts and group:
                yield [Span(visible(human(row.get(table.group), group.kind)), "bold")]
            previous = value
        yield from _side_by_side([lane.lines(number, width, wrapped=layout.wrapped) for lane, width in pairs], layout.widths)


def _side_by_side(cells: Sequence[list[Line]], widths: Sequence[int], *, bottom: bool = False) -> Iterator[Line]:
    """Cells of one or more lines in a row; titles stand on its lowest line."""
    if all(len(lines) == 1 for lines in cells):
        yield _joined([lines[0] for lines in cells])
        return
    height = max(map(len, cells))
    if bottom:
        cells = [[[]] * (height - len(lines)) + lines for lines in cells]
    for parts in zip_longest(*cells, fillvalue=[]):
        yield _joined([part or [Span(" " * width)] for part, width in zip(parts, widths, strict=True)])


def _joined(parts: Sequence[Line]) -> Line:
    line = list(parts[0])
    for part in parts[1:]:
        line.append(Span(" " * GAP))
        line.extend(part)
    return line
