"""`db query` from within: what a statement may do, what it gives back, and how a refusal is told."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from unit.told_store import compiled
from vlmctl.errors import CatalogError, UsageError
from vlmctl.query import sql as asking
from vlmctl.query.sql import LONGEST_SQL, MOST_ROWS, database_path, query
from vlmctl.results import Table
from vlmctl.store.catalog import Catalog

COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT {}) SELECT x FROM c"


@pytest.fixture(scope="module")
def store() -> Catalog:
    return compiled()


def refused(store: Catalog, statement: str, **options: Any) -> tuple[str, str | None]:
    with pytest.raises(UsageError) as caught:
        query(store, statement, **options)
    return str(caught.value), caught.value.hint


def test_rows_under_the_statements_own_names(store: Catalog) -> None:
    table = query(store, "SELECT id, params AS size FROM model ORDER BY params DESC LIMIT 2")
    assert table.rows == [{"id": "owl-moe", "size": 30_000_000_000}, {"id": "owl-7b", "size": 7_400_000_000}]
    assert [(column.key, column.title, column.kind) for column in table.columns] == [("id", "id", "text"), ("size", "size", "number")]
    assert [column.importance for column in table.columns] == [0, 1], "those in front stay longest"
    assert (table.name, table.notes) == ("id", [])
    assert [column.key for column in query(store, "SELECT 1 AS a, 2 AS b", columns=["b"]).columns] == ["b"]


def kinds(table: Table) -> list[str]:
    return [column.kind for column in table.columns]


def test_a_column_of_numbers_is_one_even_where_some_are_absent(store: Catalog) -> None:
    assert kinds(query(store, "SELECT NULL AS a, 1.5 AS b UNION ALL SELECT NULL, NULL UNION ALL SELECT NULL, 2")) == ["text", "number"]
    assert kinds(query(store, "SELECT 1 AS a UNION ALL SELECT 'x'")) == ["text"]
    assert kinds(query(store, "SELECT 1 AS a WHERE 0")) == ["text"]


def test_names_that_come_again_are_numbered_and_bytes_are_text(store: Catalog) -> None:
    table = query(store, "SELECT 1 AS a, 2 AS a_2, 3 AS a, 4 AS a, x'0aff' AS b")
    assert table.rows == [{"a": 1, "a_2": 2, "a_3": 3, "a_4": 4, "b": "0aff"}]


@pytest.mark.parametrize(
    ("limit", "rows", "more"), [(3, 3, True), (4, 4, True), (5, 5, False), (6, 5, False), (0, 5, False), (None, 5, False)]
)
def test_a_limit_says_that_there_is_more(store: Catalog, limit: int | None, rows: int, more: bool) -> None:
    table = query(store, COUNT.format(5), limit=limit)
    assert len(table.rows) == rows
    assert table.notes == ([f"there are more than {limit} rows (--limit 0 reads all)"] if more else [])


def test_without_a_limit_rows_are_bounded_and_with_zero_they_are_not(store: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_ROWS == 100_000
    monkeypatch.setattr(asking, "MOST_ROWS", 100)
    assert len(query(store, COUNT.format(101)).rows) == 100
    assert len(query(store, COUNT.format(101), limit=0).rows) == 101


def test_bounds_of_the_statement_and_the_answer(store: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert query(store, "SELECT 1".ljust(LONGEST_SQL)).rows == [{"1": 1}]
    assert refused(store, "SELECT 1".ljust(LONGEST_SQL + 1)) == ("the statement is longer than 100,000 characters", None)
    for half in "\ud800\udbff\udc00\udfff":
        assert refused(store, f"SELECT '{half}'") == ("the statement is not UTF-8", None)
    assert query(store, "SELECT '\ud7ff\ue000' AS a").rows == [{"a": "\ud7ff\ue000"}]
    monkeypatch.setattr(asking, "MOST_TEXT", 10)
    assert query(store, "SELECT 'abcde', 'fghij', 12345").rows
    assert refused(store, "SELECT 'abcde', 'fghijk'") == ("the answer is larger than 0 MB", "ask for fewer rows or columns")
    assert refused(store, "SELECT 'abcdef' UNION ALL SELECT 'ghijk'")[0].startswith("the answer is larger")


def test_a_value_has_at_most_16_mib_and_an_answer_64(store: Catalog) -> None:
    assert query(store, "SELECT length(zeroblob(16777216)) AS n").rows == [{"n": 16777216}]
    assert refused(store, "SELECT length(zeroblob(16777217)) AS n")[0] == "SQLite: string or blob too big"
    whole = (
        "WITH v(t) AS (SELECT hex(zeroblob(8388600))) SELECT t FROM v, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)"
    )
    assert len(query(store, f"{whole} UNION ALL SELECT printf('%064d', 0)").rows) == 5
    assert refused(store, f"{whole} UNION ALL SELECT printf('%065d', 0)") == (
        "the answer is larger than 64 MB",
        "ask for fewer rows or columns",
    )


def test_what_a_statement_runs_in(store: Catalog) -> None:
    query(store, "SELECT 1")
    connection = store.connection
    assert connection.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) == 0
    assert refused(store, "PRAGMA trusted_schema")[0].startswith("the catalog can only be read: ")
    connection.set_authorizer(None)
    assert connection.execute("PRAGMA hard_heap_limit").fetchone()[0] == 256 * 2**20
    assert connection.execute("PRAGMA trusted_schema").fetchone()[0] == 0


def test_an_endless_statement_ends_in_time(store: Catalog) -> None:
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT sum(x) FROM c"
    assert refused(store, endless, seconds=0.05) == (
        "the statement took longer than 0.05 s and was stopped", "--timeout SECONDS allows more",
    )  # fmt: skip
    assert query(store, "SELECT count(*) AS n FROM model", seconds=5).rows == [{"n": 5}]


@pytest.mark.parametrize(
    ("statement", "said", "hint"),
    [
        ("PRAGMA data_version = 1 ;", None, None),
        ("ANALYZE", "the catalog can only be read: not authorized", "db query takes one SELECT"),
        ("SELECT 1; SELECT 2", "more than one statement", "db query takes one SELECT"),
        ("", "the statement answers no rows", "db query takes one SELECT"),
        ("SELECT absent", "SQLite: no such column: absent", "vlmctl db query 'SELECT name, sql FROM sqlite_schema' shows the tables"),
        ("SELECT load_extension('x')", "the catalog can only be read: not authorized to use function: load_extension",
        "db query takes one SELECT"),
        ("SELECT * FROM pragma_journal_mode", "the catalog can only be read: ", "db query takes one SELECT"),
    ],
)  # fmt: skip
def test_refusals(store: Catalog, statement: str, said: str | None, hint: str | None) -> None:
    if said is None:
        assert query(store, statement).rows is not None
        return
    message, given = refused(store, statement)
    assert message.startswith(said)
    assert given == hint


def test_too_little_memory_is_told_with_the_bound() -> None:
    refusal = asking._refusal(MemoryError(), 1, late=False)  # the bound holds for the whole process, so no test lowers it
    assert str(refusal) == "the statement needs more than 256 MB"


@pytest.mark.parametrize("code", [10, 10 | 3 << 8, 11, 11 | 1 << 8, 26])
def test_damage_is_passed_on(code: int) -> None:
    error = sqlite3.DatabaseError("damaged")
    error.sqlite_errorcode = code
    assert asking._refusal(error, 1, late=True) is error


@pytest.mark.parametrize(
    ("code", "late", "said"),
    [
        (9, True, "the statement took longer than 1 s and was stopped"), (9, False, "SQLite: so it is"), (1, True, "SQLite: so it is"),
        (1 | 1 << 8, False, "SQLite: so it is"), (23, False, "the catalog can only be read: so it is"), (None, True, "SQLite: so it is"),
    ],
)  # fmt: skip
def test_anything_else_is_told(code: int | None, late: bool, said: str) -> None:
    error = sqlite3.DatabaseError("so it is")
    if code is not None:
        error.sqlite_errorcode = code
    assert str(asking._refusal(error, 1, late=late)) == said


def test_damage_of_the_file_is_no_users_mistake(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite3"
    whole = compiled()
    copy = sqlite3.connect(path)
    whole.connection.backup(copy)
    copy.close()
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(sqlite3.DatabaseError):
        query(Catalog(sqlite3.connect(path)), "SELECT * FROM score, model, family, standing")


def test_the_path_is_the_files() -> None:
    connection = sqlite3.connect(":memory:")
    assert database_path(Catalog(connection, "/x/y.sqlite3")) == "/x/y.sqlite3"
    with pytest.raises(CatalogError, match="compiled in memory") as caught:
        database_path(Catalog(connection))
    assert "VLMCTL_CACHE_DIR" in (caught.value.hint or "")
