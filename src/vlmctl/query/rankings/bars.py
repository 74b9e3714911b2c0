"""Bars made of block characters, as a column for people beside a column of numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from vlmctl.results import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.query.parts import BenchmarkPart

__all__ = ["WIDTH", "bar", "ranking_bars", "with_bars"]

WIDTH = 20
"""Characters of a full bar."""

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(value: float, low: float, high: float, width: int = WIDTH) -> str:
    """A bar from `low` (nothing) to `high` (`width` characters), exact to an eighth of a character.

    Values beyond an end are drawn at it. What is above `low` is never drawn as nothing.
    """
    if high <= low or not math.isfinite(value) or value <= low:
        return ""
    eighths = max(1, round(min(1.0, (value - low) / (high - low)) * width * 8))
    whole, rest = divmod(eighths, 8)
    return _EIGHTHS[8] * whole + (_EIGHTHS[rest] if rest else "")


def ranking_bars(table: Table, parts: Sequence[BenchmarkPart]) -> Table:
    """A ranking with bars: the figure on the benchmark's published range, or the score over several on 0 to 100."""
    if any(column.key == "score" for column in table.columns):
        return with_bars(table, "score", 0, 100)
    return with_bars(table, "value", parts[0].min, parts[0].max)


def with_bars(table: Table, key: str, low: float = 0, high: float | None = None) -> Table:
    """The table with a column of bars right after the column `key`, for people only.

    `low` and `high` are the range of the bars: for a benchmark its published one, so that a filter changes no bar.
    Without `high` the longest bar is the largest value's.
    """
    values = [_number(row.get(key)) for row in table.rows]
    top = max((value for value in values if value is not None), default=low) if high is None else high
    name = f"{key}_bar"
    rows: list[Mapping[str, Any]] = [
        {**row, name: "" if value is None else bar(value, low, top)} for row, value in zip(table.rows, values, strict=True)
    ]
    columns = list(table.columns)
    place = next((number for number, column in enumerate(columns, start=1) if column.key == key), len(columns))
    columns.insert(place, Column(name, "", human=True, importance=25))
    return table._replace(columns=columns, rows=rows)


def _number(entry: Any) -> float | None:
    value = entry.value if isinstance(entry, Cell) else entry
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
