"""Decimals as people see them: a column of percentages shows 70.0 beside 72.8, where the catalog has 70.

The catalog keeps a figure's value, not the zeros that were printed behind it. Of the whole percentages whose source is quoted,
472 of 491 were printed with the zero (2026-11), so a zero is put back where the others beside it have one decimal. It isn't
where some have two, which would claim a precision, nor for points, of which seven in eight were printed whole: there
the decimal points stand under one another. Machine formats have the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.render.cells import human, value_of
from vlmctl.results import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vlmctl.results import Column, Row, Table

__all__ = ["with_even_decimals"]

_FIGURE = re.compile(r"[+-]?\d+(?:\.(\d+))?")


def with_even_decimals(table: Table) -> Table:
    """The table with whole percentages as texts with one decimal, where the others of the same benchmark have one.

    In a matrix (`blocks`) a row is a benchmark, elsewhere a column.
    """
    places = [(number, column) for number, row in enumerate(table.rows) for column in table.columns if _is_percent(row, column)]
    if not places:
        return table
    rows = [dict(row) for row in table.rows]
    lines: dict[Any, list[tuple[int, Column]]] = {}
    for number, column in places:
        lines.setdefault(number if table.blocks else column.key, []).append((number, column))
    for line in lines.values():
        if _decimals(rows[number].get(column.key) for number, column in line) == {0, 1}:
            for number, column in line:
                rows[number][column.key] = _evened(rows[number].get(column.key))
    return table._replace(rows=rows)


def _is_percent(row: Row, column: Column) -> bool:
    entry = row.get(column.key)
    return ((entry.kind if isinstance(entry, Cell) else None) or column.kind) == "percent"


def _decimals(entries: Iterable[Any]) -> set[int]:
    """How many decimals the figures have, as they are shown."""
    found = (_FIGURE.fullmatch(human(value_of(entry), "number")) for entry in entries)
    return {len(match[1] or "") for match in found if match}


def _evened(entry: Any) -> Any:
    text = human(value_of(entry), "number")
    match = _FIGURE.fullmatch(text)
    if match is None or match[1]:
        return entry
    if isinstance(entry, Cell):
        return Cell(f"{text}.0", mark=entry.mark, strong=entry.strong, kind=entry.kind, link=entry.link)
    return f"{text}.0"
