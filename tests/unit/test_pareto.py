"""The Pareto front: dominance, ties, dates known to the month, costs that are benchmarks."""

from __future__ import annotations

import pytest

from unit.ranked_store import Bench, Model, build
from vlmctl.errors import QueryError, UsageError
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.listing import list_models
from vlmctl.query.rankings.front import Span, beats, on_front
from vlmctl.query.rankings.pareto import pareto
from vlmctl.results import Cell, Table
from vlmctl.store.catalog import Catalog

G = 10**9


@pytest.fixture(scope="module")
def store() -> Catalog:
    models = {
        "a": Model(1 * G, released="2024-05"), "b": Model(2 * G, released="2024-05-10"), "c": Model(2 * G, released="2024-05"),
        "d": Model(3 * G, released="2024-06-01"), "e": Model(None, released="2023-01-01"),
        "f": Model(8 * G), "g": Model(8 * G, released="2024-07"),
    }  # fmt: skip
    figures = {("a", "A"): 50, ("b", "A"): 60.0, ("c", "A"): 60, ("d", "A"): 59.999, ("e", "A"): 40, ("f", "A"): 61, ("g", "A"): 61.0001}
    speed = {(model, "E"): value for model, value in (("a", 0.5), ("b", 0.1), ("c", 0.2), ("d", 0.1))}
    return build(models, {"A": Bench(), "E": Bench(0, 1, up=False)}, {**figures, **speed})


def front(table: Table) -> list[str]:
    return [row["id"] for row in table.rows if row["pareto"]]


def test_unrounded_and_ties_kept(store: Catalog) -> None:
    table = pareto(store, "params", "A", Filter())
    assert front(table) == ["a", "b", "c", "g"]
    beaten = {row["id"]: row["beaten_by"] for row in table.data if not row["pareto"]}
    assert beaten == {"f": ["g"], "d": ["b", "c"]}
    assert [row["id"] for row in table.rows if not row["pareto"]] == ["f", "d"], "the strongest beaten first"
    assert {row["id"]: row["beats"] for row in table.data} == {"a": 0, "b": 1, "c": 1, "d": 0, "f": 0, "g": 1}
    assert any(note.startswith("1 more has a figure but no parameter count") for note in table.notes)


def test_limit_counts_the_beaten_and_quiet_prints_the_front(store: Catalog) -> None:
    table = pareto(store, "params", "A", Filter(), beaten=1)
    assert [row["id"] for row in table.rows] == ["a", "b", "c", "g", "f"]
    assert "1 more is beaten (--limit 0 shows all)" in table.aside
    assert [row[table.name] for row in table.rows] == ["a", "b", "c", "g", None]
    assert not any("nothing beats" in note for note in table.notes)
    cut = pareto(store, "params", "A", Filter(), limit=3, beaten=0)
    assert [row[cut.name] for row in cut.rows] == ["a", "b", "c"]
    assert "nothing beats 1 more (--limit 0 shows all)" in cut.notes
    assert "2 more are beaten (--limit 0 shows all)" in cut.aside
    assert cut.rows[0]["beats"] == table.rows[0]["beats"], "a limit changes no answer"


def test_columns_are_keys_fields_or_benchmarks(store: Catalog) -> None:
    table = pareto(store, "params", "A", Filter(), columns=["value", "id", "license", "E", "split_assumed"])
    assert [column.key for column in table.columns] == ["value", "id", "license", "E", "split_assumed"]
    assert table.data is None
    assert {row["id"]: row["E"] for row in table.rows}["a"] == 0.5
    assert set(table.beside) == {"split_assumed", "mode"}


def test_a_filter_makes_a_front_of_its_own(store: Catalog) -> None:
    assert front(pareto(store, "params", "A", compile_filter(store, ["params>2B"]))) == ["d", "g"]


def test_released_earlier_is_better_only_where_it_surely_is(store: Catalog) -> None:
    table = pareto(store, "released", "A", Filter())
    # May 2024 and 10 May can't be told apart, so `b` doesn't beat `a`; `c` has the same month as `a` and beats it.
    assert front(table) == ["e", "c", "b", "g"]
    assert {row["id"]: row["beaten_by"] for row in table.data if not row["pareto"]} == {"a": ["c"], "d": ["c", "b"]}


def test_another_benchmark_as_cost_in_its_own_direction(store: Catalog) -> None:
    assert front(pareto(store, "E", "A", Filter())) == ["b"]
    assert front(pareto(store, "A", "E", Filter())) == ["b"]
    assert front(pareto(store, "params", "E", Filter())) == ["a", "b"]


def test_fields_without_an_order_are_refused(store: Catalog) -> None:
    with pytest.raises(UsageError, match="no order"):
        pareto(store, "family", "A", Filter())
    with pytest.raises(QueryError):
        pareto(store, "zzz", "A", Filter())


def test_mark_as_a_column_of_list(store: Catalog) -> None:
    table = list_models(store, Filter(), columns=["id", "A", "pareto"], sort=["-A"], limit=3)
    assert [(row["id"], row["pareto"]) for row in table.rows] == [("g", True), ("f", False), ("b", True)]
    assert [column.key for column in table.columns] == ["id", "A", "pareto"]
    assert "4 more models match (--limit 0 shows all)" in table.notes
    named = list_models(store, Filter(), columns=["id", "pareto:E"])
    assert {row["id"]: row.get("pareto:E") for row in named.rows} == {
        "a": True, "b": True, "c": False, "d": False, "e": None, "f": None, "g": None,
    }  # fmt: skip
    assert list_models(store, compile_filter(store, ["A>50"]), columns=["pareto"]).rows
    with pytest.raises(UsageError, match="needs a benchmark"):
        list_models(store, Filter(), columns=["id", "pareto"])
    with pytest.raises(QueryError):
        list_models(store, Filter(), columns=["paretos"])


def test_beats_is_strict() -> None:
    one = Span(1, 1, 5)
    assert not beats(one, one)
    assert beats(one, Span(2, 2, 5))
    assert beats(one, Span(1, 1, 4))
    assert not beats(one, Span(0, 0, 4))
    assert not beats(Span(1, 3, 9), Span(2, 2, 1)), "spans that overlap tell nothing"
    assert not beats(Span(1, 2, 5), Span(2, 3, 5)), "may be the same day"
    assert beats(Span(1, 2, 6), Span(2, 3, 5))
    assert on_front([]) == []


def test_values_are_cells_as_published(store: Catalog) -> None:
    row = next(row for row in pareto(store, "params", "A", Filter()).rows if row["id"] == "d")
    assert isinstance(row["value"], Cell)
    assert row["value"].value == 59.999
    assert (row["x_field"], row["x"]) == ("params", 3 * G)
