"""`db path` and `db query`: the compiled catalog asked in SQL, with no way to write, wait or fill the memory."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT {} FROM c"


def test_path_is_that_of_the_compiled_file(vlmctl: Any) -> None:
    path = Path(vlmctl("db", "path").out.rstrip("\n"))
    assert path.read_bytes()[:15] == b"SQLite format 3"


def test_path_without_a_cache_says_so(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLMCTL_CACHE_DIR", "/dev/null/no")
    ran = vlmctl("db", "path")
    assert (ran.code, ran.out) == (4, "")
    assert "VLMCTL_CACHE_DIR" in ran.err


def test_query_answers_in_every_format(vlmctl: Any) -> None:
    sql = "SELECT id, params FROM model WHERE id = 'mobilevlm-v2-1.7b'"
    assert vlmctl("db", "query", sql, "--json").json == [{"id": "mobilevlm-v2-1.7b", "params": 1_700_000_000}]
    assert vlmctl("db", "query", sql).out == "id\tparams\nmobilevlm-v2-1.7b\t1700000000\n"
    assert vlmctl("db", "query", sql, "--format", "csv").out == "id,params\nmobilevlm-v2-1.7b,1700000000\n"
    assert vlmctl("db", "query", sql, "-q").out == "mobilevlm-v2-1.7b\n"
    assert "| mobilevlm-v2-1.7b | 1700000000 |" in vlmctl("db", "query", sql, "--format", "markdown").out
    assert vlmctl("db", "query", sql, "--columns", "params", "--json").json == [{"params": 1_700_000_000}]


def test_odd_values_and_names_come_through(vlmctl: Any) -> None:
    rows = vlmctl("db", "query", "SELECT 1 AS a, 2 AS a, x'00ff' AS b, 9e999 AS c, NULL AS d, char(27) AS e", "--json").json
    assert rows == [{"a": 1, "a_2": 2, "b": "00ff", "c": None, "d": None, "e": "\x1b"}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM passage WHERE passage MATCH 'connector'",
        "SELECT name FROM pragma_table_info('model')",
        "PRAGMA table_info(model)",
        "SELECT j.value FROM model m, json_each(m.lists_json) j",
        "WITH c AS (SELECT max(params) AS p FROM model) SELECT * FROM c",
        "EXPLAIN QUERY PLAN SELECT * FROM score",
        "VALUES (1), (2)",
    ],
)
def test_reading_of_every_kind_is_allowed(vlmctl: Any, sql: str) -> None:
    ran = vlmctl("db", "query", sql, "--json")
    assert ran.code == 0, ran.err
    assert ran.json


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH '{path}' AS x",
        "DETACH main",
        "DELETE FROM score",
        "UPDATE model SET name = ''",
        "INSERT INTO meta VALUES ('a', 'b')",
        "INSERT INTO passage (passage) VALUES ('optimize')",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t AS SELECT 1",
        "CREATE VIRTUAL TABLE t USING fts5 (x)",
        "DROP TABLE score",
        "VACUUM INTO '{path}'",
        "REINDEX",
        "ANALYZE",
        "BEGIN IMMEDIATE",
        "PRAGMA journal_mode = WAL",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA temp_store_directory = '/tmp'",
        "PRAGMA hard_heap_limit = 0",
        "SELECT * FROM pragma_journal_mode('wal')",
        "SELECT load_extension('{path}')",
        "SELECT writefile('{path}', 'x')",
        "SELECT 1; DELETE FROM score",
        "",
        "-- nothing",
        "SELECT ?",
        "SELEC 1",
        "SELECT " + "(" * 2000 + "1" + ")" * 2000,
        "SELECT '" + "x" * 100_000 + "'",
        "SELECT hex(zeroblob(100000000))",
        "SELECT \0",
    ],
)
def test_nothing_else_is(vlmctl: Any, sql: str, tmp_path: Path) -> None:
    compiled = Path(vlmctl("db", "path").out.rstrip("\n"))
    before = hashlib.sha256(compiled.read_bytes()).digest()
    ran = vlmctl("db", "query", sql.replace("{path}", str(tmp_path / "made")))
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert ran.err.startswith("vlmctl: error: ")
    assert "internal" not in ran.err
    assert list(tmp_path.iterdir()) == []
    assert hashlib.sha256(compiled.read_bytes()).digest() == before


def test_time_is_bounded(vlmctl: Any) -> None:
    began = time.monotonic()
    ran = vlmctl("db", "query", ENDLESS.format("sum(x)"), "--timeout", "0.2")
    assert ran.code == 2
    assert "took longer than 0.2 s" in ran.err
    assert time.monotonic() - began < 3


def test_rows_are_bounded(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlmctl.query.sql.MOST_ROWS", 1000)
    ran = vlmctl("db", "query", ENDLESS.format("x"), "--json")
    assert len(ran.json) == 1000
    assert "more than 1,000 rows" in ran.err
    assert len(vlmctl("db", "query", "SELECT id FROM score", "--limit", "0", "--json").json) > 5000
    assert len(vlmctl("db", "query", "SELECT id FROM score", "--limit", "7", "--json").json) == 7


def test_size_is_bounded(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlmctl.query.sql.MOST_TEXT", 2**20)
    ran = vlmctl("db", "query", ENDLESS.format("printf('%.*c', 10000, 'x')"), "--limit", "0")
    assert ran.code == 2
    assert "larger than 1 MB" in ran.err


def test_no_row_is_an_answer(vlmctl: Any) -> None:
    ran = vlmctl("db", "query", "SELECT id FROM model WHERE 0", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "no rows" in ran.err
