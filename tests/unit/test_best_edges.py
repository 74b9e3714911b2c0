"""The best for its size, and several benchmarks together, at their borders."""

from __future__ import annotations

import pytest

from unit.ranked_store import Bench, Model, build
from vlmctl.query.filters import Filter
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.pareto import pareto
from vlmctl.query.rankings.ranking import taken
from vlmctl.query.rankings.several import How, entries
from vlmctl.query.rankings.sizes import View, arrange
from vlmctl.results import Cell
from vlmctl.store.catalog import Catalog

G = 10**9
RANKED = [
    {"rank": rank, "id": id_, "params": G, "family": id_} for rank, id_ in ((None, "t"), (1, "a"), (None, "u"), (2, "b"), (None, "v"))
]


@pytest.mark.parametrize(("limit", "ids"), [(1, "ta"), (2, "taub"), (3, "taubv"), (None, "taubv")])
def test_below_the_last_ranked_row_of_a_limit_nothing_is_shown(limit: int | None, ids: str) -> None:
    assert "".join(row["id"] for row in taken(RANKED, limit)) == ids
    assert "".join(row["id"] for row in arrange(RANKED, View(), limit, all_count=True)[0]) == "taubv"[:limit]


def test_one_class_more_than_borders() -> None:
    rows = [{"rank": place, "id": str(place), "params": size * G, "family": "f"} for place, size in ((1, 9), (2, 1), (3, 3))]
    shown, notes = arrange(rows, View(borders=(2 * G, 4 * G)), None)
    assert [(row["size_class"], row["id"], row["rank"]) for row in shown] == [
        ("under 2B", "2", 1), ("2B to under 4B", "3", 1), ("4B and over", "1", 1),
    ]  # fmt: skip
    assert notes == []


@pytest.fixture(scope="module")
def store() -> Catalog:
    models = {key: Model(size * G) for key, size in (("a", 1), ("b", 2), ("c", 3), ("d", 4), ("u", 5), ("w", 6))}
    figures = {
        ("a", "A"): 50.0,
        ("b", "A"): 60,
        ("c", "A"): 55,
        ("d", "A"): 40,
        ("u", "A"): 99,
        ("w", "A"): 98,
        ("b", "B"): 10,
        ("d", "B"): 20,
        ("w", "C"): 1,
    }
    return build(models, {"A": Bench(), "B": Bench(), "C": Bench()}, figures, [("u", "A"), ("w", "A")])


def test_who_beats_whom_in_words(store: Catalog) -> None:
    table = pareto(store, "params", "A", Filter())
    rows = {row["id"]: row for row in table.rows}
    assert {key: row["rival"] for key, row in rows.items()} == {"a": "", "b": "", "c": Cell("B"), "d": Cell("A", mark="+1")}
    assert {key: row["beaten_by"] for key, row in rows.items()} == {"a": [], "b": [], "c": ["b"], "d": ["a", "b"]}
    assert {key: (row["pareto"], row["place"], row["value"].strong) for key, row in rows.items()} == {
        "a": (True, "On the front", True), "b": (True, "On the front", True), "c": (False, "Beaten", False), "d": (False, "Beaten", False),
    }  # fmt: skip
    assert table.aside == ["2 more have only figures that can't be compared (vlmctl top --bench A)"]
    assert table.heading == "A: higher is better · Params: less is better\tnothing beats 2 of 4 models"


def test_one_that_cannot_be_compared_is_one() -> None:
    small = build(
        {"a": Model(G), "u": Model(G), "n": Model(None)}, {"A": Bench()}, {("a", "A"): 1, ("u", "A"): 2, ("n", "A"): 3}, [("u", "A")]
    )
    table = pareto(small, "params", "A", Filter())
    assert "1 more has only figures that can't be compared (vlmctl top --bench A)" in table.aside
    assert "1 more has a figure but no parameter count" in table.notes
    assert pareto(small, "params", "A", Filter(), beaten=0).notes == table.notes


def test_which_columns_people_and_machines_see(store: Catalog) -> None:
    by_params = {column.key: column for column in pareto(store, "params", "A", Filter()).columns}
    assert {key for key, column in by_params.items() if column.machine} == {
        "id", "family", "params", "x_field", "benchmark", "split", "metric", "pareto", "beaten_by", "split_assumed", "mode",
    }  # fmt: skip
    assert {key for key, column in by_params.items() if column.human} == {"rival", "place"}
    by_figure = {column.key: column for column in pareto(store, "B", "A", Filter()).columns}
    assert not by_figure["params"].machine
    assert (by_figure["x"].title, by_figure["value"].title) == ("B", "A")


def test_models_that_lack_some_stand_behind_with_those_that_have_most_first(store: Catalog) -> None:
    parts = [benchmark_part(store, name) for name in "ABC"]
    found, kept = entries(store, parts, How())
    assert kept == parts
    assert [(entry.model, entry.merit, len(entry.figures), sorted(part.name for part in entry.others)) for entry in found] == [
        ("b", None, 2, []), ("d", None, 2, []), ("a", None, 1, []), ("c", None, 1, []), ("w", None, 1, ["A"]), ("u", None, 0, ["A"]),
    ]  # fmt: skip
    assert next(entry for entry in found if entry.model == "u").others[parts[0]] == "few-shot"
