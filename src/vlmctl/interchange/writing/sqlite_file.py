"""A SQLite file of its own with the tables `models`, `benchmarks`, `scores` and `about`, for any tool that reads SQLite.

Lists are JSON arrays, flags 0 and 1. `value` has no declared type, so that 70 stays 70 and 52.1 stays 52.1.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from vlmctl import __version__
from vlmctl.query.export import BENCHMARK_COLUMNS, MODEL_COLUMNS, SCORE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from vlmctl.interchange.writing import Left
    from vlmctl.query.export import Extract, OutColumn

__all__ = ["read", "write"]

TYPES = {"text": "TEXT", "integer": "INTEGER", "number": "", "flag": "INTEGER", "list": "TEXT", "mixed": ""}
KEYS = {
    ("models", "id"): "PRIMARY KEY", ("benchmarks", "id"): "PRIMARY KEY",
    ("scores", "model"): "NOT NULL REFERENCES models (id)", ("scores", "benchmark"): "NOT NULL REFERENCES benchmarks (id)",
}  # fmt: skip
INDEXES = ("CREATE INDEX scores_model ON scores (model)", "CREATE INDEX scores_benchmark ON scores (benchmark, counted_split, metric)")


def write(extract: Extract, path: Path, left: Left) -> None:
    """Write the file; `path` is empty or doesn't exist."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        _fill(connection, "models", MODEL_COLUMNS, left.counted(extract.models()))
        _fill(connection, "benchmarks", BENCHMARK_COLUMNS, extract.benchmarks())
        _fill(connection, "scores", SCORE_COLUMNS, extract.scores())
        for sql in INDEXES:
            connection.execute(sql)
        about = {
            "program": f"vlmctl {__version__}", "license": "CC-BY-4.0", "filter": extract.where.text or "none",
            "models": "one row per model", "benchmarks": "one row per benchmark", "scores": "one row per published figure, with its source",
        }  # fmt: skip
        connection.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT)")
        connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        connection.commit()
    finally:
        connection.close()


def read(table: str, columns: Sequence[OutColumn], path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table of the file."""
    connection = sqlite3.connect(path)
    try:
        names = ", ".join(_quoted(column.name) for column in columns)
        for row in connection.execute(f"SELECT {names} FROM {_quoted(table)} ORDER BY rowid"):  # noqa: S608 - this module's own names
            yield {column.name: _value(column, value) for column, value in zip(columns, row, strict=True)}
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, table: str, columns: Sequence[OutColumn], rows: Iterable[dict[str, Any]]) -> None:
    declared = ", ".join(f"{_quoted(c.name)} {TYPES[c.type]} {KEYS.get((table, c.name), '')}".strip() for c in columns)
    connection.execute(f"CREATE TABLE {table} ({declared})")
    marks = ", ".join("?" * len(columns))
    names = [column.name for column in columns]
    connection.executemany(
        f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 - this module's own names
        ([_stored(row[name]) for name in names] for row in rows),
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _value(column: OutColumn, value: Any) -> Any:
    if column.type == "list":
        return json.loads(value)
    return bool(value) if column.type == "flag" and value is not None else value
