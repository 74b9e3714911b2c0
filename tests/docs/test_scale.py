"""The SQL of docs/scale.md, run by DuckDB on an export of the shipped catalog, answers what `vlmctl` answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, run_cli

duckdb = pytest.importorskip("duckdb")

PAGE = (ROOT / "docs" / "scale.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
TABLES = ("scores", "models", "benchmarks")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A DuckDB connection that finds the page's files in the working directory. Without pyarrow, DuckDB makes them from JSON Lines."""
    place = tmp_path_factory.mktemp("scale")
    form = "parquet" if find_spec("pyarrow") else "jsonl"
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as connection:
        patch.chdir(place)
        for table in TABLES:
            ran = run_cli("export", form, "--table", table, "-o", f"{table}.{form}")
            assert ran.code == 0, ran.err
            if form == "jsonl":
                connection.execute(f"COPY (FROM read_json('{table}.jsonl', sample_size = -1)) TO '{table}.parquet' (FORMAT parquet)")
            assert Path(f"{table}.parquet").stat().st_size > 0
        yield connection


def rows(connection: Any, number: int) -> list[dict[str, Any]]:
    answer = connection.execute(QUERIES[number])
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def test_the_page_exports_what_its_questions_read() -> None:
    assert len(QUERIES) == 3
    for table in TABLES:
        assert f"vlmctl export parquet --table {table} -o {table}.parquet" in PAGE
        assert any(f"'{table}.parquet'" in query for query in QUERIES)


def test_who_leads_on_a_benchmark(exported: Any) -> None:
    shown = [row for row in run_cli("top", "--bench", "TextVQA", "--limit", "10", "--json").json if row["rank"]]
    assert [(row["rank"], row["id"], row["value"], row["source"]) for row in shown] == [tuple(row.values()) for row in rows(exported, 0)]
    assert len(shown) == 10


def test_which_small_models_are_good_at_it(exported: Any) -> None:
    command = ("list", "params<4B", "TextVQA>=55", "--sort", "-TextVQA,id", "--json")
    listed = [(row["id"], row["params"], row["license"], row["TextVQA"]) for row in run_cli(*command).json]
    assert listed == [tuple(row.values()) for row in rows(exported, 1)]
    assert len(listed) > 10


def test_who_is_best_over_three(exported: Any) -> None:
    command = ("top", "--bench", "TextVQA", "--bench", "GQA", "--bench", "POPE", "--limit", "10", "--json")
    ours = [row for row in run_cli(*command).json if row["rank"]]
    theirs = rows(exported, 2)
    assert [row["id"] for row in ours] == [row["model"] for row in theirs]
    assert [row["score"] for row in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-9)
    assert len(ours) == 10
