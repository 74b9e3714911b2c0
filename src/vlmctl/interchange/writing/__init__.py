"""The foreign formats that are written: one module each, and what each of them can and can't carry.

A writer gets an `Extract` of plain rows and a `Left` to count what it has to leave out; it asks the store nothing.
"""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vlmctl.interchange.writing.documents import Document
    from vlmctl.query.export import Extract, OutColumn

__all__ = ["FORMATS", "TABLES", "Form", "Left", "checked_table", "documents_of", "rows_of", "written_by"]

T = TypeVar("T")

TABLES = ("scores", "models", "benchmarks", "matrix")
"""What the formats for tables hold: a row each, or (`matrix`) a row per model and a column per benchmark."""


class Form(NamedTuple):
    """A format."""

    name: str
    module: str
    """The module of this package that writes it."""
    shape: Literal["text", "binary", "documents"]
    """`text` goes to a stream; `binary` to a file only; `documents` are one text, or one file each in a directory."""
    suffix: str
    lacks: str = ""
    """What of the figures it carries has no place in it."""
    tables: tuple[str, ...] = ()
    """Which of `TABLES` it can hold, the first unless told otherwise."""
    apart: bool = False
    """Its documents don't name their model: several can't stand in one text."""


FORMATS = (
    Form("csv", "csv_rows", "text", ".csv", tables=TABLES),
    Form("jsonl", "jsonl_rows", "text", ".jsonl", tables=TABLES),
    Form("parquet", "parquet_file", "binary", ".parquet", tables=TABLES),
    Form("sqlite", "sqlite_file", "binary", ".sqlite3"),
    Form(
        "markdown-table",
        "list_table",
        "text",
        ".md",
        "sources, evidence, quotes or notes, and nothing that isn't a figure under its 22 headings",
    ),
    Form("model-index", "model_cards", "documents", ".md", "evidence, place, quote, the list's cell, what was assumed, or notes"),
    Form(
        "eval-results",
        "hub_results",
        "documents",
        ".yaml",
        "metric, evidence, place, quote, the list's cell, or what was assumed",
        apart=True,
    ),
    Form("every-eval-ever", "every_eval_ever", "documents", ".json"),
)


class Left(Counter[str]):
    """What a format couldn't carry: how many scores, by reason."""

    carried = 0
    """How many rows or documents were written."""

    def counted(self, things: Iterable[T]) -> Iterator[T]:
        """Rows or documents, counted as they go by."""
        for each in things:
            self.carried += 1
            yield each

    def notes(self) -> list[str]:
        """A line for each reason, the most frequent first."""
        ordered = sorted(self.items(), key=lambda entry: (-entry[1], entry[0]))
        return [f"left out: {count:,} score{'' if count == 1 else 's'}: {reason}" for reason, count in ordered if count]


def written_by(form: Form) -> Any:
    """The module that writes a format."""
    return import_module(f"vlmctl.interchange.writing.{form.module}")


def rows_of(form: Form, extract: Extract, table: str | None, left: Left) -> tuple[tuple[OutColumn, ...], Iterator[dict[str, Any]]]:
    """The columns and rows of a table that a format holds. `UsageError` where it can't."""
    name = checked_table(form, table)
    if name == "matrix":
        from vlmctl.interchange.writing.matrix import matrix

        columns, found = matrix(extract, left)
    else:
        columns, rows = extract.table(name)
        found = rows()
    return columns, left.counted(found)


def checked_table(form: Form, table: str | None) -> str:
    """The table that is meant; `UsageError` for a format that holds none of that name."""
    if table is None:
        return form.tables[0] if form.tables else ""
    if table not in form.tables:
        able = ", ".join(each.name for each in FORMATS if table in each.tables)
        raise UsageError(f"{form.name} has no table to choose", hint=f"--table {table} goes with {able}")
    return table


def documents_of(form: Form, extract: Extract, left: Left) -> Iterator[Document]:
    """The documents of a format that has some, one by one."""
    return left.counted(written_by(form).documents(extract, left))
