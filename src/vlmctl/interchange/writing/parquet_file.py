"""Apache Parquet, through pyarrow (the extra `parquet`): read in batches and written by row groups, so that size costs no memory.

The only module that imports pyarrow. Numbers are 64 bits wide; what may be a number or a word is a text.
"""

from __future__ import annotations

from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from vlmctl.query.export import OutColumn

__all__ = ["read", "write"]

BATCH = 100_000
"""Cells that are read at a time: as Python's objects each takes up to a hundred bytes."""

GROUP = 1_500_000
"""Cells in a row group: as Arrow's columns a tenth of that. Engines read larger groups faster, and they pack better."""


def write(columns: Sequence[OutColumn], rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Write the rows to a file. `UsageError` where pyarrow is missing."""
    arrow, parquet = _arrow()
    schema = arrow.schema([arrow.field(column.name, _type(arrow, column)) for column in columns], metadata={"license": "CC-BY-4.0"})
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        held: list[Any] = []
        for batch in _batches(columns, rows):
            held.append(arrow.Table.from_pylist(batch, schema=schema))
            if sum(table.num_rows for table in held) * len(columns) >= GROUP:
                writer.write_table(arrow.concat_tables(held))
                held.clear()
        if held:
            writer.write_table(arrow.concat_tables(held))


def _batches(columns: Sequence[OutColumn], rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows in lists of a bounded number of cells; what may be a number or a word is a text in them."""
    rows, mixed = iter(rows), [column.name for column in columns if column.type == "mixed"]
    while batch := list(islice(rows, max(1, BATCH // len(columns)))):
        for name in mixed:
            for row in batch:
                row[name] = None if row[name] is None else str(row[name])
        yield batch


def read(columns: Sequence[OutColumn], path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file."""
    _, parquet = _arrow()
    mixed = [column.name for column in columns if column.type == "mixed"]
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches():
            for row in batch.to_pylist():
                for name in mixed:
                    if row[name] is not None and row[name].isdecimal() and row[name].isascii():
                        row[name] = int(row[name])
                yield row


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError("parquet needs pyarrow", hint="pip install 'vlmctl[parquet]'; sqlite and csv need nothing more") from error


def _type(arrow: Any, column: OutColumn) -> Any:
    return {
        "text": arrow.string(), "mixed": arrow.string(), "integer": arrow.int64(), "number": arrow.float64(), "flag": arrow.bool_(),
        "list": arrow.list_(arrow.string()),
    }[column.type]  # fmt: skip
