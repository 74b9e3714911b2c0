"""`compare` and the published scales at their borders."""

from __future__ import annotations

import pytest

from unit.ranked_store import Bench, Model, build
from unit.tiny_store import insert
from vlmctl.errors import UsageError
from vlmctl.query.comparisons.comparison import compare
from vlmctl.query.comparisons.noise import difference_error, within_noise
from vlmctl.query.comparisons.shared import shared_rankings
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.scale import FINE, scale_of, weights_named
from vlmctl.results import Cell
from vlmctl.store.catalog import Catalog

G = 10**9


@pytest.fixture
def store() -> Catalog:
    """`A` counts on two splits and with two metrics; `L` only one model has."""
    figures = {("a", "B"): 10, ("b", "B"): 20, ("c", "B"): 20, ("a", "L"): 1}
    store = build({key: Model(G, family="f") for key in "abc"}, {"L": Bench(), "B": Bench(), "A": Bench(questions=100)}, figures)
    connection = store.connection
    connection.execute("UPDATE benchmark SET split = 'val', models = 9 WHERE id = 'a'")
    connection.execute("UPDATE benchmark SET models = 3 WHERE id = 'b'")
    insert(connection, "metric", benchmark="a", id="anls", name="ANLS", unit="percent", min=0, max=100, higher_is_better=1)
    for place, (id_, questions) in enumerate((("val", 50), ("test", 70))):
        insert(connection, "split", benchmark="a", id=id_, name=id_, metric="accuracy", position=place, questions=questions)
    rows = [
        ("a", "test", "test", "accuracy", 0), ("b", "test", "test", "accuracy", 0), ("a", None, "val", "accuracy", 0),
        ("b", "val", "val", "accuracy", 0), ("a", "val", "val", "anls", 0), ("b", "val", "val", "anls", 1), ("a", "val", "val", "anls", 2),
    ]  # fmt: skip
    for number, (model, stated, counted, metric, rank_class) in enumerate(rows, start=100):
        score = {"model": model, "family": "f", "benchmark": "a", "split": stated, "counted_split": counted, "metric": metric}
        rest = {"protocol": "generalist", "value": number - 50, "source": "p", "evidence": "original", "evidence_order": 0}
        insert(connection, "score", id=number, **score, **rest, status="current", origin="")
        standing = {"benchmark": "a", "split": counted, "metric": metric, "class": rank_class, "merit": number - 50, "model": model}
        insert(connection, "standing", **standing, score=number)
    return store


def test_rankings_stand_by_use_and_primary_splits_first(store: Catalog) -> None:
    found = shared_rankings(store, ["a", "b"])
    assert [each.part.title for each in found] == ["A", "A@test", "A@val:anls", "B", "L"]
    assert [each.questions for each in found] == [50, 70, 50, None, None]
    assert found[0].figures["a"]["split_assumed"] is True
    assert found[0].figures["b"]["split_assumed"] is False
    assert found[1].figures["a"]["split_assumed"] is False
    assert found[2].figures["a"]["value"] == 54, "what stands only beside a ranked figure isn't shown"
    assert [each.best() for each in found] == [["b"], ["b"], [], ["b"], []]
    assert [each.noise() for each in found] == [["a"], ["a"], [], [], []]
    assert [each.differs() for each in found] == [True, True, True, True, True]
    assert [each.differs() for each in shared_rankings(store, ["b", "c"])][-1] is False


def test_a_model_with_another_split_only_is_said_to_have_it(store: Catalog) -> None:
    store.connection.execute("DELETE FROM standing WHERE model = 'b' AND split = 'val'")
    found = shared_rankings(store, ["a", "b"])
    assert found[0].part.title == "A"
    elsewhere = found[0].figures["b"]
    assert (elsewhere["value"], elsewhere["comparable"], elsewhere["reason"]) == (None, False, "only on another split or metric")
    assert set(elsewhere) == set(found[0].figures["a"]), "the same keys, absent ones null"
    cells = {
        row["field"] + row["split"]: row["b"] for row in compare(store, ["a", "b"], everything=True).rows if row["section"] == "benchmarks"
    }
    assert (cells["Aval"].value, cells["Aval"].mark) == (None, ""), "a cell without a figure has nothing to compare"


def test_rows_and_what_is_left_out(store: Catalog) -> None:
    table = compare(store, ["a", "b"], notes=["as asked"])
    rows = [(row["field"], row["split"]) for row in table.rows if row["section"] == "benchmarks"]
    assert rows == [("A", "val"), ("A", "test"), ("A", "val anls"), ("B", "")]
    assert (table.notes, table.aside) == (["as asked"], ["1 more benchmark that only one has (--all)"])
    every = compare(store, ["a", "b"], everything=True)
    assert [row["field"] for row in every.rows if row["section"] == "benchmarks"][-1] == "L"
    assert every.notes == []
    assert compare(store, ["b", "c"]).aside[-1] == "3 more benchmarks that only one has (--all)"
    facts = {row["field"]: row for row in table.rows if row["section"] == "facts"}
    assert list(facts) == ["Parameters"]
    assert isinstance(facts["Parameters"]["a"], Cell)
    assert (facts["Parameters"]["a"].value, facts["Parameters"]["a"].kind, facts["Parameters"]["delta"].value) == (G, "count", "")
    assert [column.importance for column in table.columns][:6] == [1, 0, 0, 50, 50, 50]
    assert table.group == "section"


def test_only_the_first_of_two_equal_facts_counts_as_the_same(store: Catalog) -> None:
    store.connection.execute("UPDATE model SET params = 2000000000 WHERE id = 'c'")
    assert [row["field"] for row in compare(store, ["a", "b", "c"], differing=True).rows if row["section"] == "facts"] == ["Parameters"]
    same = compare(store, ["a", "b"], differing=True)
    assert [row for row in same.rows if row["section"] == "facts"] == []
    assert "1 row is the same for all (left out by --diff)" in same.aside
    store.connection.execute("UPDATE model SET params = NULL WHERE id = 'b'")
    assert [row for row in compare(store, ["a", "b"], differing=True).rows if row["section"] == "facts"] == [], "not known is no difference"


def test_the_border_belongs_to_noise() -> None:
    assert difference_error(0, 0, 10) == 0
    assert within_noise(0, 0, 10), "equal figures are within any noise"
    assert within_noise(100, 100, 1)
    assert not within_noise(0, 100, 10)


def weights(store: Catalog, *texts: str) -> list[int]:
    parts = [benchmark_part(store, name) for name in "BL"]
    return list(weights_named(store, texts, parts).values())


def test_weights_from_a_billionth_to_a_million(store: Catalog) -> None:
    assert weights(store, "B=0.000000001") == [1, FINE]
    assert weights(store, " B = 1000000 , , L=2.5") == [10**6 * FINE, 5 * FINE // 2]
    assert weights(store, "B=2", "B=3") == [3 * FINE, FINE]
    for number in ("0", "-1", "0.0000000009", "1000000.1", "nan", "inf", "x", ""):
        with pytest.raises(UsageError, match="a weight is a number above 0"):
            weights(store, f"B={number}")
    for text in ("B", "=2", " =2"):
        with pytest.raises(UsageError, match="no weight"):
            weights(store, text)
    with pytest.raises(UsageError, match="isn't among the benchmarks"):
        weights(store, "A=2")


def test_scales_are_exact() -> None:
    low = build({"a": Model(G)}, {"A": Bench(), "D": Bench(-1, 1, up=False, unit="distance"), "P": Bench(500, 2500, unit="points")}, {})
    parts = [benchmark_part(low, name) for name in "ADP"]
    scale = scale_of(parts, dict.fromkeys(parts, FINE))
    assert scale.score(scale.merit([100, -1, 2500])) == 100
    assert scale.score(scale.merit([0, 1, 500])) == 0
    assert scale.score(scale.merit([50, 0, 1500])) == 50
    assert scale.score(scale.merit([100, 1, 500])) == pytest.approx(100 / 3)
    weighted = scale_of(parts, {parts[0]: 2 * FINE, parts[1]: FINE, parts[2]: FINE})
    assert weighted.score(weighted.merit([100, 1, 500])) == 50
    debt = build({"a": Model(G)}, {"N": Bench(-10, 0, unit="points")}, {})
    part = benchmark_part(debt, "N")
    below = scale_of([part], {part: FINE})
    assert [below.score(below.merit([value])) for value in (-10, -5, 0)] == [0, 50, 100]
    assert scale.merit([0.1 + 0.2, 0, 500]) == scale.merit([0.3, 0, 500])


@pytest.mark.parametrize(("low", "high"), [(5, 5), (5, 4), (0, None)])
def test_a_range_without_extent_is_no_scale(low: float, high: float | None) -> None:
    one = build({"a": Model(G)}, {"A": Bench(low, high)}, {})
    part = benchmark_part(one, "A")
    with pytest.raises(UsageError, match="no highest possible value"):
        scale_of([part], {part: FINE})
