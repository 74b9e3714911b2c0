"""Apache Parquet, through pyarrow (the extra `parquet`): a row group at a time, so that size costs no memory.

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

GROUP = 50_000
"""Rows in a row group."""


def write(columns: Sequence[OutColumn], rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Write the rows to a file. `UsageError` where pyarrow is missing."""
    arrow, parquet = _arrow()
    schema = arrow.schema([arrow.field(column.name, _type(arrow, column)) for column in columns], metadata={"license": "CC-BY-4.0"})
    rows = iter(rows)
    mixed = [column.name for column in columns if column.type == "mixed"]
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(rows, GROUP)):
            for name in mixed:
                for row in group:
                    row[name] = None if row[name] is None else str(row[name])
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))


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
