"""A matrix too wide for the screen, turned: what stood side by side stands under one another, and its rows become columns.

So every block holds all of the things compared, and a mark for the best has the others in sight. What is the same for all
is said once.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.render.cells import human, is_missing, value_of, visible
from vlmctl.render.terminal.fit import Layout, squeeze, wrapped
from vlmctl.render.terminal.lanes import Lane, lane_of
from vlmctl.render.terminal.paint import Span
from vlmctl.render.terminal.wrap import wrap
from vlmctl.results import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.render.terminal.paint import Line
    from vlmctl.results import Row, Table

__all__ = ["Part", "parts_of"]

_READABLE = 22
"""Cells that shortened text keeps before a block of its own begins."""
_NAME = "name"


class Part(NamedTuple):
    """A group of the matrix's rows, turned."""

    same: Sequence[Line]
    """What all have in common."""
    rows: Sequence[Row]
    layouts: Sequence[Layout]
    """Blocks, each with the names of what is compared."""


def parts_of(table: Table, columns: Sequence[Column], room: int) -> Iterator[Part]:
    """The groups of rows of a matrix, turned. `columns` are those shown; those of importance 0 are the labels of its rows."""
    labels = [column for column in columns if column.importance == 0]
    others = [column for column in columns if column.importance != 0]
    for _, some in groupby(table.rows, key=lambda row: repr(value_of(row.get(table.group or ""))) if table.group else ""):
        group = list(some)
        common = [row for row in group if _is_same(row, others)]
        apart = [row for row in group if row not in common]
        titles = [_title(row, labels) for row in apart]
        turned = [{_NAME: column.title, **{str(i): row.get(column.key) for i, row in enumerate(apart)}} for column in others]
        lanes = [lane_of(_column(str(i), title, apart[i], others), turned) for i, title in enumerate(titles)]
        names = lane_of(Column(_NAME, "", importance=0), turned)
        yield Part(_said_once(common, labels, others, room), turned, list(_blocks(names, lanes, room)) if lanes else [])


def _title(row: Row, labels: Sequence[Column]) -> str:
    return " ".join(text for label in labels if (text := human(row.get(label.key), label.kind, "")))


def _is_same(row: Row, others: Sequence[Column]) -> bool:
    """Whether a row says the same of all, without any mark."""
    entries = [row.get(column.key) for column in others]
    values = [value_of(entry) for entry in entries]
    marked = any(isinstance(entry, Cell) and entry.mark for entry in entries)
    return not marked and not is_missing(values[0]) and all(type(value) is type(values[0]) and value == values[0] for value in values)


def _column(key: str, title: str, row: Row, others: Sequence[Column]) -> Column:
    """A row as a column, of the kind that its entries have."""
    entries: list[Any] = [row.get(column.key) for column in others]
    kinds = [(entry.kind if isinstance(entry, Cell) else None) or column.kind for entry, column in zip(entries, others, strict=True)]
    kind = kinds[0] if len(set(kinds)) == 1 else "text"
    return Column(key, title, kind, importance=50, shrinks=True)


def _said_once(rows: Sequence[Row], labels: Sequence[Column], others: Sequence[Column], room: int) -> list[Line]:
    if not rows:
        return []
    told = (f"{_title(row, labels)}: {human(row.get(others[0].key), others[0].kind)}" for row in rows)
    return [[Span(line)] for line in wrap(visible(f"The same for all: {' · '.join(told)}"), room)]


def _blocks(names: Lane, lanes: Sequence[Lane], room: int) -> Iterator[Layout]:
    """The columns in as few blocks as hold them, about as many in each."""
    for count in range(1, len(lanes) + 1):
        size = -(-len(lanes) // count)
        blocks = [lanes[start : start + size] for start in range(0, len(lanes), size)]
        widths = [_widths([names, *block], room) for block in blocks]
        if all(widths) or size == 1:
            for block, found in zip(blocks, widths, strict=True):
                yield Layout([names, *block], found) if found else wrapped([names, *block], room)
            return


def _widths(lanes: Sequence[Lane], room: int) -> list[int] | None:
    floors = [lane.folded if lane.right else lane.shortened(min(max(lane.body, lane.folded_title), _READABLE)) for lane in lanes]
    return squeeze([lane.folded for lane in lanes], floors, room)
