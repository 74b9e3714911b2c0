"""Comma-separated values: a header and a line per row. Absent is empty, flags are `true` and `false`, lists are JSON.

`read` gives the rows back; `origin`, empty for the shipped catalog, is the only text that may be empty.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.query.export import OutColumn

__all__ = ["read", "write"]

EMPTY_TEXT = frozenset({"origin"})
"""Columns in which an empty cell is an empty text."""


class _Lines:
    """What `csv.writer` writes to: ends records with a newline alone."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, record: str) -> int:
        """Write a record."""
        return self.stream.write(record[:-2] + "\n")


def write(columns: Sequence[OutColumn], rows: Iterable[dict[str, Any]], stream: TextIO) -> None:
    """Write the rows."""
    writer = csv.writer(_Lines(stream), lineterminator="\r\n")  # so that a lone carriage return is quoted before Python 3.13, too
    writer.writerow([column.name for column in columns])
    names = [column.name for column in columns]
    for row in rows:
        writer.writerow([_text(row[name]) for name in names])


def read(columns: Sequence[OutColumn], stream: TextIO) -> Iterator[dict[str, Any]]:
    """The rows of a stream that was opened with `newline=""`."""
    for row in csv.DictReader(stream):
        yield {column.name: _value(column, row[column.name]) for column in columns}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value if isinstance(value, str) else repr(value)


def _value(column: OutColumn, text: str) -> Any:
    if column.type == "list":
        return json.loads(text) if text else []
    if not text:
        return "" if column.name in EMPTY_TEXT else None
    if column.type == "flag":
        return text == "true"
    if column.type in {"number", "integer"}:
        return float(text) if any(sign in text for sign in ".en") else int(text)
    return int(text) if column.type == "mixed" and text.isdecimal() and text.isascii() else text
