"""Models side by side: who leads, ties, noise, what differs, and which model stands for a family."""

from __future__ import annotations

from math import sqrt

import pytest

from unit.ranked_store import Bench, Model, build
from vlmctl.errors import UsageError
from vlmctl.query.comparisons.comparison import compare
from vlmctl.query.comparisons.noise import difference_error, questions_of, within_noise
from vlmctl.query.comparisons.picking import Pick, chosen
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.parts import benchmark_part
from vlmctl.results import Cell, Table
from vlmctl.store.catalog import Catalog

G = 10**9
BENCHMARKS = {
    "A": Bench(questions=1000), "B": Bench(questions=100_000), "T": Bench(), "F": Bench(metric="f1", questions=1000),
    "D": Bench(0, 1, up=False, unit="distance"), "S": Bench(0, 2000, unit="points", questions=10),
}  # fmt: skip
MODELS = {
    "m-1": Model(1 * G, "m"), "m-2": Model(2 * G, "m"), "m-3": Model(3 * G, "m"), "m-x": Model(None, "m"), "n-1": Model(3 * G, "n"),
}  # fmt: skip
FIGURES = {
    ("m-1", "A"): 60, ("m-2", "A"): 61.5, ("n-1", "A"): 70.1,
    ("m-1", "B"): 60.9, ("m-2", "B"): 61.5,
    ("m-1", "T"): 70, ("m-2", "T"): 70.0,
    ("m-1", "F"): 80.3, ("m-2", "F"): 80.2, ("m-3", "F"): 99,
    ("m-1", "D"): 0.3, ("m-2", "D"): 0.1,
    ("m-2", "S"): 1500.25, ("m-1", "S"): 1400.5, ("n-1", "S"): 1000,
    ("m-x", "A"): 99,
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Catalog:
    return build(MODELS, BENCHMARKS, FIGURES, apart=[("m-x", "A")])


def figures(table: Table, model: str) -> dict[str, tuple[object, str]]:
    cells = {row["field"]: row[model] for row in table.rows if row["section"] == "benchmarks"}
    return {name: (cell.value, cell.mark) for name, cell in cells.items() if isinstance(cell, Cell)}


def test_noise_is_the_standard_error_of_a_difference() -> None:
    assert difference_error(50, 50, 5000) == pytest.approx(1.0)
    assert difference_error(100, 0, 7) == 0
    assert difference_error(101, -1, 7) == 0, "out of range is clamped, not an error"
    assert difference_error(60, 70, 1000) == pytest.approx(100 * sqrt(0.6 * 0.4 / 1000 + 0.7 * 0.3 / 1000))
    assert within_noise(50, 51.95, 5000)
    assert not within_noise(50, 51.97, 5000)


@pytest.mark.parametrize(("name", "questions"), [("A", 1000), ("B", 100_000), ("T", None), ("F", None), ("D", None), ("S", None)])
def test_only_means_in_percent_have_noise(store: Catalog, name: str, questions: int | None) -> None:
    assert questions_of(store, benchmark_part(store, name)) == questions


def test_two_models(store: Catalog) -> None:
    table = compare(store, ["m-1", "m-2"])
    assert table.heading == "M-2 leads on 3 of 6 shared benchmarks, M-1 on 1 · 1 tie · 1 within noise"
    assert figures(table, "m-2") == {
        "A": (61.5, "~"), "B": (61.5, "◂"), "T": (70.0, "="), "F": (80.2, ""), "D": (0.1, "◂"), "S": (1500.25, "◂"),
    }  # fmt: skip
    assert figures(table, "m-1")["F"] == (80.3, "◂")
    assert {name: value for name, (value, _) in figures(table, "delta").items()} == {
        "A": "+1.5", "B": "+0.6", "T": "0", "F": "-0.1", "D": "-0.2", "S": "+99.75",
    }  # fmt: skip
    assert table.data["summary"] == {"shared": 6, "leads": {"m-1": 1, "m-2": 3}, "ties": 1, "within_noise": 1}
    by_name = {each["benchmark"]: each for each in table.data["benchmarks"]}
    assert by_name["d"]["delta"] == -0.2, "exact, not -0.19999999999999998"
    assert by_name["a"]["within_noise"] == ["m-1"]
    assert by_name["a"]["best"] == ["m-2"]
    assert by_name["a"]["delta_error"] == pytest.approx(difference_error(60, 61.5, 1000))
    assert by_name["s"]["delta_error"] is None


def test_the_order_of_two_models_turns_the_difference(store: Catalog) -> None:
    table = compare(store, ["m-2", "m-1"])
    assert figures(table, "delta")["S"][0] == "-99.75"
    assert table.heading.startswith("M-2 leads on 3 of 6")


def test_many_models(store: Catalog) -> None:
    table = compare(store, ["m-1", "m-2", "n-1"])
    assert table.heading == "3 models · M-2 leads on 1 of 2 benchmarks that all share, N-1 on 1", "n-1 has no figures on the other four"
    assert table.data["summary"] == {"shared": 2, "leads": {"m-1": 0, "m-2": 1, "n-1": 1}, "ties": 0, "within_noise": 0}
    assert len(table.data["benchmarks"]) == 6
    apart = compare(store, ["m-1", "m-2", "m-x"])
    assert apart.heading == "3 models · no benchmark that all of them share comparably (6 that at least two do)"
    assert figures(table, "m-1")["A"] == (60, "")
    close = compare(store, ["m-1", "m-2", "m-3"])
    assert figures(close, "m-1")["A"] == (60, "~"), "of many, what can't be told from the best is marked"
    assert figures(close, "m-2")["A"] == (61.5, "◂")
    assert "delta" not in {column.key for column in table.columns}
    assert close.data["benchmarks"][0]["delta"] is None
    assert close.data["benchmarks"][0]["delta_error"] is None


def test_what_can_not_be_compared(store: Catalog) -> None:
    table = compare(store, ["m-1", "m-x"])
    assert table.heading == "2 models · no benchmark that both of them share comparably"
    assert figures(table, "m-x") == {"A": (99, "≠")}
    assert figures(table, "delta") == {"A": ("", "")}
    assert compare(store, ["n-1"]).heading == "N-1 alone: name another to compare it with"


def test_only_what_differs(store: Catalog) -> None:
    table = compare(store, ["m-1", "m-2"], differing=True)
    assert [row["field"] for row in table.rows] == ["Parameters", "A", "B", "F", "D", "S"]
    assert "1 row is the same for all (left out by --diff)" in table.aside
    assert [each["field"] for each in table.data["facts"]] == ["params"]
    assert table.data["summary"]["shared"] == 6, "the summary still counts all"


def test_nothing_differs() -> None:
    same = build({"a": Model(G), "b": Model(G)}, {"A": Bench()}, {("a", "A"): 1, ("b", "A"): 1})
    table = compare(same, ["a", "b"], differing=True)
    assert not table.rows
    assert table.empty == "nothing differs"
    assert compare(same, ["a", "b"]).heading == "nobody leads on any of 1 shared benchmark · 1 tie"


@pytest.mark.parametrize(("pick", "model"), [("best", "m-2"), ("largest", "m-3"), ("smallest", "m-1")])
def test_one_model_stands_for_a_family(store: Catalog, pick: Pick, model: str) -> None:
    models, notes = chosen(store, ["m", "n-1"], Filter(), pick=pick)
    assert models == [model, "n-1"]
    assert notes == [f"m: {model}, the {pick} of 4 (--pick all shows them)"]


def test_the_pick_is_made_among_those_that_match(store: Catalog) -> None:
    some = compile_filter(store, ["params<3B"])
    assert chosen(store, ["m"], some, pick="largest")[0] == ["m-2"]
    assert chosen(store, ["m", "m-1"], some)[0] == ["m-1", "m-2"]
    with pytest.raises(UsageError):
        chosen(store, ["n-1"], some)


def test_best_is_not_the_one_that_was_lucky_once(store: Catalog) -> None:
    # m-3 won its only comparison (100 %), m-2 four of six: it stands for the family.
    assert chosen(store, ["m"], compile_filter(store, ["params>=1B"]), pick="best")[0] == ["m-2"]


def test_losses_count_against_the_best() -> None:
    models = {"k-1": Model(G, "k"), "k-2": Model(G, "k"), "k-3": Model(G, "k")}
    figures = {
        ("k-1", "A"): 3, ("k-2", "A"): 1, ("k-3", "A"): 2, ("k-1", "B"): 1, ("k-2", "B"): 3, ("k-3", "B"): 2,
        ("k-1", "T"): 1, ("k-2", "T"): 2, ("k-3", "T"): 2, ("k-1", "F"): 2, ("k-2", "F"): 1,
    }  # fmt: skip
    store = build(models, BENCHMARKS, figures)
    # k-1 wins 3 and loses 4, k-2 wins 3 and loses 3, k-3 wins 3 and loses 2.
    assert chosen(store, ["k"], Filter(), pick="best")[0] == ["k-3"]


def test_of_many_nobody_leads_where_others_are_within_the_noise_of_the_best(store: Catalog) -> None:
    assert compare(store, ["m-1", "m-2", "m-3"]).data["summary"]["leads"] == {"m-1": 0, "m-2": 0, "m-3": 1}
    within = build(MODELS, {"A": BENCHMARKS["A"]}, {("m-1", "A"): 60, ("m-2", "A"): 61.5, ("m-3", "A"): 60})
    answer = compare(within, ["m-1", "m-2", "m-3"])
    assert answer.heading == "3 models · nobody leads on any of 1 benchmark that all share · 1 within noise"
    assert answer.data["summary"] == {"shared": 1, "leads": {"m-1": 0, "m-2": 0, "m-3": 0}, "ties": 0, "within_noise": 1}
    assert answer.data["benchmarks"][0]["best"] == ["m-2"]
    apart = build(MODELS, {"A": BENCHMARKS["A"]}, {("m-1", "A"): 50, ("m-2", "A"): 61.5, ("m-3", "A"): 50})
    assert compare(apart, ["m-1", "m-2", "m-3"]).heading == "3 models · M-2 leads on 1 of 1 benchmark that all share"
