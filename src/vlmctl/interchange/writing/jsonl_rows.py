"""JSON Lines: an object per row with every column, absent values null. `read` gives the rows back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.query.export import OutColumn

__all__ = ["read", "write"]


def write(columns: Sequence[OutColumn], rows: Iterable[dict[str, Any]], stream: TextIO) -> None:
    """Write the rows."""
    del columns  # the rows bear their names
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    stream.writelines(encode(row) + "\n" for row in rows)


def read(columns: Sequence[OutColumn], stream: TextIO) -> Iterator[dict[str, Any]]:
    """The rows of a stream."""
    for line in stream:
        row = json.loads(line)
        yield {column.name: row[column.name] for column in columns}
