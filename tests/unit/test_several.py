"""Rankings over several benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from unit.ranked_store import Bench, Model, build
from vlmctl.errors import NotFoundError, UsageError
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.parts import BenchmarkPart, benchmark_part
from vlmctl.query.rankings.asking import how_asked, view_asked
from vlmctl.query.rankings.ranking import Rules
from vlmctl.query.rankings.scale import weights_named
from vlmctl.query.rankings.several import How, rank_several
from vlmctl.query.rankings.sizes import View
from vlmctl.results import Table
from vlmctl.store.catalog import Catalog

BENCHMARKS = {"A": Bench(), "B": Bench(0, 2000, unit="points"), "D": Bench(0, 1, up=False, unit="distance"), "C": Bench(high=None)}
MODELS = {
    "one": Model(1_000_000_000, "f"), "two": Model(2_000_000_000, "f"), "three": Model(7_000_000_000, "g"), "four": Model(None, "h"),
    "five": Model(900_000_000, "g"),
}  # fmt: skip
FIGURES = {
    ("one", "A"): 50, ("one", "B"): 1000, ("one", "D"): 0.5,
    ("two", "A"): 60, ("two", "B"): 1000, ("two", "D"): 0.25, ("two", "C"): 120,
    ("three", "A"): 50, ("three", "B"): 1200, ("three", "C"): 90,
    ("four", "A"): 99, ("four", "B"): 100,
    ("five", "A"): 70,
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Catalog:
    return build(MODELS, BENCHMARKS, FIGURES, apart=[("four", "B")])


def parts(store: Catalog, *names: str) -> list[BenchmarkPart]:
    return [benchmark_part(store, name) for name in names]


def ranking(store: Catalog, names: Sequence[str], where: Filter = Filter(), **options: Any) -> Table:  # noqa: B008
    how = options.pop("how", How())
    return rank_several(store, parts(store, *names), where, how=how, **options)


def brief(table: Table) -> list[tuple[Any, ...]]:
    return [(row["rank"], row["id"], row["score"]) for row in table.data]


def test_strict_scales_each_by_its_published_range(store: Catalog) -> None:
    table = ranking(store, ["A", "B"])
    assert brief(table)[:3] == [(1, "three", 55.0), (1, "two", 55.0), (3, "one", 50.0)]


def test_lower_is_better_counts_from_the_top(store: Catalog) -> None:
    table = ranking(store, ["A", "D"])
    assert brief(table)[:2] == [(1, "two", 67.5), (2, "one", 50.0)]


def test_models_that_lack_some_come_after_with_what_they_lack(store: Catalog) -> None:
    rows = ranking(store, ["A", "B"]).data
    assert [(row["id"], row["rank"], row["missing"], row["reasons"]) for row in rows[3:]] == [
        ("five", None, ["b"], {}),
        ("four", None, ["b"], {"b": "few-shot"}),
    ]
    assert rows[4]["values"] == {"a": 99, "b": None}
    assert rows[4]["coverage"] == 1


def test_any_protocol_lets_other_figures_stand_in(store: Catalog) -> None:
    table = ranking(store, ["A", "B"], rules=Rules(any_protocol=True))
    assert ("four", 52.0) in [(row["id"], row["score"]) for row in table.data]
    assert next(row for row in table.rows if row["id"] == "four")["B"].mark == "≠"


def test_strict_flag_leaves_the_unranked_out(store: Catalog) -> None:
    assert len(ranking(store, ["A", "B"], rules=Rules(strict=True)).rows) == 3


def test_limits_are_prefixes_and_counts_are_told(store: Catalog) -> None:
    whole = brief(ranking(store, ["A", "B"]))
    for limit in range(1, 6):
        assert brief(ranking(store, ["A", "B"], limit=limit)) == whole[:limit]
    notes = ranking(store, ["A", "B"], limit=2).notes
    assert "1 more is ranked below (--limit 0 shows all)" in notes
    assert any(note.startswith("2 more have some but not all: 2 lack B") for note in notes)


def test_weights(store: Catalog) -> None:
    how = How(weights=weights_named(store, ["B=3"], parts(store, "A", "B")))
    assert brief(ranking(store, ["A", "B"], how=how))[:3] == [(1, "three", 57.5), (2, "two", 52.5), (3, "one", 50.0)]


@pytest.mark.parametrize("text", ["B", "B=", "=2", "B=0", "B=-1", "B=nan", "B=inf", "B=x", "C=1", "B=1e99", "B=1e-99"])
def test_weights_that_make_no_sense(store: Catalog, text: str) -> None:
    with pytest.raises(UsageError):
        weights_named(store, [text], parts(store, "A", "B"))


def test_weights_of_unknown_benchmarks(store: Catalog) -> None:
    with pytest.raises(NotFoundError):
        weights_named(store, ["Z=1"], parts(store, "A", "B"))


def test_sums_are_exact() -> None:
    benchmarks = {"A": Bench(), "B": Bench(), "C": Bench()}
    figures = {("m", "A"): 0.1, ("m", "B"): 0.2, ("m", "C"): 0.3, ("n", "A"): 0.3, ("n", "B"): 0.2, ("n", "C"): 0.1}
    assert (0.1 + 0.2) + 0.3 != (0.3 + 0.2) + 0.1
    table = ranking(build({"m": Model(), "n": Model()}, benchmarks, figures), ["A", "B", "C"])
    assert brief(table) == [(1, "m", 0.2), (1, "n", 0.2)]


def test_without_a_maximum_there_is_no_scale(store: Catalog) -> None:
    with pytest.raises(UsageError, match="no highest possible value") as caught:
        ranking(store, ["A", "C"])
    assert "pairwise" in (caught.value.hint or "")
    assert ranking(store, ["A", "C"], how=How("pairwise")).rows


def test_pairwise_counts_wins_over_the_whole_catalog(store: Catalog) -> None:
    rows = {row["id"]: row for row in ranking(store, ["A", "B"], how=How("pairwise")).data}
    # A: 99 four, 70 five, 60 two, 50 one and three; B: 1200 three, 1000 one and two
    assert {id_: (row["wins"], row["ties"], row["comparisons"]) for id_, row in rows.items()} == {
        "four": (4, 0, 4), "five": (3, 0, 4), "two": (2, 1, 6), "three": (2, 1, 6), "one": (0, 2, 6),
    }  # fmt: skip
    assert rows["two"]["score"] == pytest.approx(100 * 2.5 / 6, rel=1e-15)
    assert [rows[id_]["rank"] for id_ in ("four", "five", "three", "two", "one")] == [1, 2, 3, 3, 5]
    some = compile_filter(store, ["params<=2B"])
    for row in ranking(store, ["A", "B"], some, how=How("pairwise")).data:
        assert row["score"] == rows[row["id"]]["score"]


def test_pairwise_follows_the_direction(store: Catalog) -> None:
    rows = ranking(store, ["D"], how=How("pairwise")).data
    assert [(row["id"], row["score"]) for row in rows] == [("two", 100.0), ("one", 0.0)]


def test_pairwise_weighs_comparisons(store: Catalog) -> None:
    how = How("pairwise", weights_named(store, ["B=2"], parts(store, "A", "B")))
    rows = {row["id"]: row["score"] for row in ranking(store, ["A", "B"], how=how).data}
    assert rows["three"] == pytest.approx(100 * (0.5 + 2 * 2) / (4 + 2 * 2))


def test_common_drops_until_enough_have_all(store: Catalog) -> None:
    table = ranking(store, ["A", "B", "D"], how=How("common", min_models=3))
    assert list(table.data[0]["values"]) == ["a", "b"]
    assert any("dropped D" in note for note in table.notes)
    few = ranking(store, ["A", "B", "D"], how=How("common", min_models=4))
    assert list(few.data[0]["values"]) == ["a"]
    assert list(ranking(store, ["D", "A"], how=How("common", min_models=99)).data[0]["values"]) == ["a"]


def test_common_drops_the_last_named_of_equals() -> None:
    figures = {("m", "A"): 1, ("n", "B"): 2}
    store = build({"m": Model(), "n": Model()}, {"A": Bench(), "B": Bench()}, figures)
    for names, kept in ((["A", "B"], "a"), (["B", "A"], "b")):
        assert list(ranking(store, names, how=How("common", min_models=1)).data[0]["values"]) == [kept]


def test_common_decides_over_the_whole_catalog(store: Catalog) -> None:
    none_left = compile_filter(store, ["params>=7B"])
    table = ranking(store, ["A", "B", "D"], none_left, how=How("common", min_models=2))
    assert [row["id"] for row in table.data if row["rank"]] == []
    assert list(table.data[0]["values"]) == ["a", "b", "d"]


def test_views_rank_anew(store: Catalog) -> None:
    table = ranking(store, ["A"], view=View(borders=(1_000_000_000, 4_000_000_000)))
    assert [(row["size_class"], row["rank"], row["id"]) for row in table.data] == [
        ("under 1B", 1, "five"), ("1B to under 4B", 1, "two"), ("1B to under 4B", 2, "one"), ("4B and over", 1, "three"),
    ]  # fmt: skip
    best = ranking(store, ["A"], view=View(per_family=True))
    assert [(row["rank"], row["id"]) for row in best.data] == [(1, "four"), (2, "five"), (3, "two")]
    front = ranking(store, ["A"], view=View(front=True))
    assert [(row["rank"], row["id"], row["pareto"]) for row in front.data] == [(2, "five", True)]


def test_columns_can_be_chosen(store: Catalog) -> None:
    table = ranking(store, ["A", "B"], columns=["rank", "a", "D", "score", "missing", "license"])
    assert [column.key for column in table.columns] == ["rank", "A", "D", "score", "missing", "license"]
    assert all(column.key in table.rows[0] for column in table.columns)


@pytest.mark.parametrize(
    "options", [{"min_models": 3}, {"missing": "strict", "min_models": 3}, {"missing": "pairwise", "splits": "any"}, {"splits": "any"}]
)
def test_options_that_contradict(store: Catalog, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        how_asked(store, parts(store, "A", "B"), **options)


def test_one_benchmark_is_ranked_alone_unless_asked(store: Catalog) -> None:
    assert how_asked(store, parts(store, "A")) is None
    how = how_asked(store, parts(store, "A"), missing="pairwise")
    assert how is not None
    assert how.missing == "pairwise"
    with pytest.raises(UsageError):
        view_asked(parts(store, "A"), borders="4B")
