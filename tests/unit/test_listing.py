"""`list`: what a limit leaves, and what is read only once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.tiny_store import build
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.listing import list_models
from vlmctl.store.catalog import Catalog

SIX = 6
EVERYTHING = Filter()


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    tiny = build()
    yield tiny
    tiny.close()


@pytest.mark.parametrize(("limit", "more"), [(1, 5), (5, 1), (SIX, 0), (7, 0), (None, 0)])
def test_a_limit_says_how_many_more_match(catalog: Catalog, limit: int | None, more: int) -> None:
    table = list_models(catalog, EVERYTHING, limit=limit)
    assert len(table.rows) == SIX - more
    assert table.heading == "6 of 6 models"
    assert list(table.notes) == ([f"{more} more models match (--limit 0 shows all)"] if more else [])


def test_a_limit_counts_only_what_matches(catalog: Catalog) -> None:
    where = compile_filter(catalog, ["params<=4B"])
    table = list_models(catalog, where, limit=2)
    assert table.heading.startswith("4 of 6 models")
    assert "2 more models match (--limit 0 shows all)" in table.notes
    assert [row["id"] for row in list_models(catalog, where).rows][:2] == [row["id"] for row in table.rows]


def test_a_limit_cuts_after_sorting(catalog: Catalog) -> None:
    assert [row["id"] for row in list_models(catalog, EVERYTHING, sort=["-params"], limit=1).rows] == ["dan-7b"]


def test_no_more_rows_are_read_than_shown(catalog: Catalog) -> None:
    asked: list[str] = []
    catalog.connection.set_trace_callback(asked.append)
    list_models(catalog, EVERYTHING, limit=3)
    read = [sql for sql in asked if "AS f0" in sql]
    assert len(read) == 1
    assert read[0].endswith("LIMIT 3")


def test_rows_do_not_share_their_lists(catalog: Catalog) -> None:
    rows = list_models(catalog, EVERYTHING).rows
    same = [row["organizations"] for row in rows if row["organizations"] == rows[0]["organizations"]]
    assert len(same) > 1
    assert len({id(each) for each in same}) == len(same)
