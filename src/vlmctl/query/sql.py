"""One SQL statement asked of the compiled catalog by the user: read-only, bounded in time, rows and memory.

The authorizer lets a statement read and nothing else: no ATTACH, no writing, no PRAGMA but those that describe tables.
"""

from __future__ import annotations

import sqlite3
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

from vlmctl.errors import CatalogError, UsageError
from vlmctl.query.columns import choose
from vlmctl.results import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["MOST_ROWS", "TIME_LIMIT", "database_path", "query"]

TIME_LIMIT = 10.0
"""Seconds after which a statement is stopped unless told otherwise."""

MOST_ROWS = 100_000
"""More rows than this are not read unless asked for."""

MOST_BYTES = 256 * 2**20
"""What SQLite may allocate for a statement."""

MOST_TEXT = 64 * 2**20
"""An answer with more characters is refused."""

LONGEST_VALUE = 16 * 2**20
LONGEST_SQL = 100_000
STEPS = 20_000
"""Instructions of SQLite's machine between two looks at the clock: about a millisecond."""

DESCRIBING = frozenset(
    {"table_list", "table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list", "data_version"}
)
"""PRAGMAs that only describe (`data_version` is asked by the full-text index itself)."""

VIRTUAL = ("passage", "pragma_table_list", "pragma_table_info", "pragma_table_xinfo", "pragma_index_list", "json_each", "json_tree")
"""Virtual tables that a statement may read."""

UNSAFE = frozenset({"load_extension", "fts3_tokenizer", "fts5", "edit", "readfile", "writefile"})

DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})


def database_path(catalog: Catalog) -> str:
    """Where the compiled catalog lies. `CatalogError` where it is only in memory."""
    if catalog.path is None:
        raise CatalogError(
            "the catalog was compiled in memory; there is no file", hint="VLMCTL_CACHE_DIR names a directory that can be written to"
        )
    return catalog.path


def query(catalog: Catalog, sql: str, *, limit: int | None = None, seconds: float = TIME_LIMIT, columns: Sequence[str] = ()) -> Table:
    """The rows of one statement. `UsageError` where SQLite refuses it, it would write, or it takes longer than `seconds`."""
    if len(sql) > LONGEST_SQL:
        raise UsageError(f"the statement is longer than {LONGEST_SQL:,} characters")
    if any("\ud800" <= character <= "\udfff" for character in sql):
        raise UsageError("the statement is not UTF-8")
    until = time.monotonic() + seconds
    _fence(catalog.connection, until)
    most = MOST_ROWS if limit is None else limit or None
    try:
        cursor = catalog.connection.execute(sql)
        if cursor.description is None:
            raise UsageError("the statement answers no rows", hint="db query takes one SELECT")
        names = list(_unique([each[0] for each in cursor.description]))
        found = list(_bounded(cursor, most))
        more = most is not None and cursor.fetchone() is not None
    except (sqlite3.Error, sqlite3.Warning, MemoryError) as error:
        raise _refusal(error, seconds, late=time.monotonic() >= until) from error
    rows = [dict(zip(names, row, strict=True)) for row in found]
    notes = [f"there are more than {most:,} rows (--limit 0 reads all)"] if more else []
    every = [Column(name, name, _kind(row[index] for row in found), importance=index) for index, name in enumerate(names)]
    return Table(choose(every, columns), rows, notes=notes, name=names[0], empty="no rows")


def _bounded(cursor: Iterable[Sequence[Any]], most: int | None) -> Iterator[list[Any]]:
    """At most so many rows. `UsageError` where they hold too much text."""
    size = 0
    for row in islice(cursor, most):
        values = [_plain(value) for value in row]
        size += sum(len(value) for value in values if isinstance(value, str))
        if size > MOST_TEXT:
            raise UsageError(f"the answer is larger than {MOST_TEXT // 2**20} MB", hint="ask for fewer rows or columns")
        yield values


def _fence(connection: sqlite3.Connection, until: float) -> None:
    connection.set_authorizer(None)  # a statement before this one set it
    connection.execute(f"PRAGMA hard_heap_limit = {MOST_BYTES}")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_progress_handler(lambda: int(time.monotonic() >= until), STEPS)
    for virtual in VIRTUAL:  # connecting one declares its columns, which the authorizer takes for making a table
        connection.execute(f"SELECT 1 FROM {virtual} LIMIT 0")
    connection.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if (second or "").lower() in UNSAFE else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in DESCRIBING:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _refusal(error: Exception, seconds: float, *, late: bool) -> Exception:
    """What to tell; damage of the file is passed on, to be mended."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in DAMAGE:
        return error
    if code == sqlite3.SQLITE_INTERRUPT and late:
        return UsageError(f"the statement took longer than {seconds:g} s and was stopped", hint="--timeout SECONDS allows more")
    if isinstance(error, MemoryError):
        return UsageError(f"the statement needs more than {MOST_BYTES // 2**20} MB")
    if "one statement" in str(error):
        return UsageError("more than one statement", hint="db query takes one SELECT")
    if code == sqlite3.SQLITE_AUTH or "not authorized" in str(error) or "prohibited" in str(error):
        return UsageError(f"the catalog can only be read: {error}", hint="db query takes one SELECT")
    return UsageError(f"SQLite: {error}", hint="vlmctl db query 'SELECT name, sql FROM sqlite_schema' shows the tables")


def _unique(names: Sequence[str]) -> Iterator[str]:
    """The columns' names, those that come again numbered."""
    taken: set[str] = set()
    for name in names:
        again, number = name, 1
        while again in taken:
            number += 1
            again = f"{name}_{number}"
        taken.add(again)
        yield again


def _plain(value: Any) -> Any:
    """A value that every format has: bytes as hexadecimal text."""
    return value.hex() if isinstance(value, bytes) else value


def _kind(values: Iterator[Any]) -> Kind:
    known = [value for value in values if value is not None]
    return "number" if known and all(isinstance(value, (int, float)) for value in known) else "text"
