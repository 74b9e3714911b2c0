"""`pareto`, `top` over several benchmarks, and the Pareto mark in `list`: what they say beside the order, on the told catalog."""

from __future__ import annotations

from typing import Any

import pytest

from unit.ranked_store import Bench, Model, build
from unit.told_store import ADDITION, FINCH, OWL, WREN, catalog, compiled, score
from vlmctl.errors import UsageError
from vlmctl.query.fields import is_pareto
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.listing import list_models
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.asking import how_asked
from vlmctl.query.rankings.pareto import cost_of, pareto
from vlmctl.query.rankings.ranking import Rules, parts_named
from vlmctl.query.rankings.scale import FINE, weights_named
from vlmctl.query.rankings.several import How, rank_several
from vlmctl.query.rankings.several_layout import key_of
from vlmctl.query.rankings.sizes import View
from vlmctl.results import Cell, Table
from vlmctl.store.catalog import Catalog

G = 10**9


def narrowed(*where: str) -> Filter:
    return compile_filter(catalog(), where) if where else Filter()


def best(x: str, y: str, *where: str, **options: Any) -> Table:
    return pareto(catalog(), x, y, narrowed(*where), **options)


# --- pareto ---


def test_a_row_of_the_front_and_one_that_is_beaten() -> None:
    front, *_, beaten = best("params", "reading").data
    assert {key: front[key] for key in ("id", "name", "family", "params", "x_field", "x", "benchmark", "split", "metric")} == {
        "id": "wren", "name": "Wren", "family": "wren", "params": 450_000_000, "x_field": "params", "x": 450_000_000,
        "benchmark": "reading", "split": "val", "metric": "accuracy",
    }  # fmt: skip
    assert (front["value"].value, front["pareto"], front["beats"], front["beaten_by"]) == (40, True, 0, [])
    assert (beaten["id"], beaten["pareto"], beaten["beats"], beaten["beaten_by"]) == ("owl-7b", False, 0, ["finch-2b"])
    assert best("params", "drawing").data[0]["split"] is None


def test_what_the_heading_says_is_better() -> None:
    assert best("params", "reading").heading == (
        "Reading: higher is better · Params: less is better\tnothing beats 3 of 4 models"
    )  # fmt: skip
    assert best("released", "drawing", "params<8B").heading.startswith(
        "Drawing: lower is better · Released: earlier is better · params<8B\tnothing beats "
    )
    assert best("drawing", "reading").heading.startswith("Reading: higher is better · Drawing: lower is better\t")
    assert best("reading", "drawing").heading.startswith("Drawing: lower is better · Reading: higher is better\t")


def test_those_without_a_cost_are_counted() -> None:
    assert "1 more has a figure but no release date" in best("released", "reading").notes
    assert "3 more have a figure but no separate number of active parameters" in best("active_params", "reading").notes
    assert best("params", "halves", "params>90B").empty == "no model that matches has both Params and a comparable figure for Halves"
    assert "1 more has a figure but no comparable Halves figure" in best("halves", "reading", "family=owl").notes


def test_a_split_that_is_assumed_bears_its_mark() -> None:
    rows = {row["id"]: row for row in best("params", "reading").rows}
    assert [rows[key]["value"].mark for key in ("owl-moe", "owl-7b", "wren")] == ["?", "", ""]
    assert dict(best("params", "reading").legend)["?"] == "the source names no split; taken for val"


def test_costs_with_an_order() -> None:
    assert cost_of(catalog(), "image_size").field.name == "image_size"
    assert best("image_size", "reading").data[0]["x"] == 336
    assert [row["id"] for row in best("image_size", "reading").data] == ["owl-7b"], "a text is no number"
    for name in ("family", "moe", "license"):
        with pytest.raises(UsageError, match=f"^{name} has no order$") as caught:
            cost_of(catalog(), name)
        assert (caught.value.hint or "").startswith("--x takes params, memory, released")


def test_equal_models_stay_together_and_come_cheapest_first() -> None:
    figures = {("a", "A"): 5, ("b", "A"): 5, ("c", "A"): 9, ("d", "A"): 4}
    store = build({"c": Model(3 * G), "b": Model(G), "a": Model(G), "d": Model(G)}, {"A": Bench()}, figures)
    table = pareto(store, "params", "A", Filter())
    assert [(row["id"], row["pareto"]) for row in table.data] == [("a", True), ("b", True), ("c", True), ("d", False)]
    assert table.data[3]["beaten_by"] == ["a", "b"], "they beat it by the figure alone"
    assert [row["beats"] for row in table.data] == [1, 1, 0, 0]


# --- the mark in a list ---


def listed(*columns: str, where: tuple[str, ...] = (), **options: Any) -> Table:
    return list_models(catalog(), narrowed(*where), columns=columns, **options)


def test_the_mark_says_of_each_model_whether_it_is_on_the_front() -> None:
    table = listed("id", "reading", "pareto")
    assert [column.key for column in table.columns] == ["id", "Reading", "pareto"]
    assert [(row["id"], row.get("pareto")) for row in table.rows] == [
        ("owl-7b", False), ("owl-moe", True), ("wren", True), ("wren-2", None), ("finch-2b", True),
    ]  # fmt: skip
    assert {column.title for column in table.columns if column.kind == "flag"} == {"Pareto Reading"}
    drawn = {row["id"]: row.get("pareto:drawing") for row in listed("id", "pareto:drawing").rows}
    assert drawn == {"owl-7b": None, "owl-moe": False, "wren": True, "wren-2": None, "finch-2b": True}, "lower is better"


def test_which_benchmark_a_plain_mark_means() -> None:
    assert listed("id", "pareto", sort=["-drawing"]).columns[-1].title == "Pareto Drawing"
    assert listed("id", "pareto", sort=["params,-drawing"]).columns[-1].title == "Pareto Drawing"
    assert listed("id", "pareto", where=("halves>0",)).columns[-1].title == "Pareto Halves"
    assert listed("id", "pareto", "drawing", sort=["reading"]).columns[1].title == "Pareto Drawing", "a column goes before the order"
    assert listed("PARETO:reading@test").columns[0].title == "Pareto Reading@test"
    with pytest.raises(UsageError, match=r"^the column pareto needs a benchmark$"):
        listed("id", "pareto", where=("params>1B",))
    assert [is_pareto(name) for name in ("pareto", " Pareto:x", "paretos", "x:pareto")] == [True, True, False, False]


def test_a_limit_cuts_after_marking() -> None:
    table = listed("id", "pareto:reading", limit=2)
    assert [row["id"] for row in table.rows] == ["owl-7b", "owl-moe"]
    assert "3 more models match (--limit 0 shows all)" in table.notes
    assert table.rows[0]["pareto:reading"] is False, "against all that match"
    assert not any("more models" in note for note in listed("id", "pareto:reading", limit=5).notes)


# --- several benchmarks ---


def together(*names: str, where: tuple[str, ...] = (), store: Catalog | None = None, how: How | None = None, **options: Any) -> Table:
    used = store or catalog()
    parts = parts_named(used, names)
    narrow = compile_filter(used, where) if where else Filter()
    return rank_several(used, parts, narrow, how=how or How(), **options)


def test_a_row_over_several_benchmarks() -> None:
    table = together("reading", "reading@test")
    first, second, *rest = table.data
    assert {key: first[key] for key in ("rank", "id", "score", "coverage", "values", "missing", "reasons", "assumed", "modes")} == {
        "rank": 1, "id": "owl-7b", "score": 63.75, "coverage": 2, "values": {"reading": 61.5, "reading@test": 66}, "missing": [],
        "reasons": {}, "assumed": [], "modes": {"reading@test": "thinking"},
    }  # fmt: skip
    assert (second["id"], second["score"]) == ("finch-2b", 59.75)
    assert [(row["id"], row["rank"], row["missing"], row["assumed"]) for row in rest] == [
        ("owl-moe", None, ["reading@test"], ["reading"]), ("wren", None, ["reading@test"], []),
    ]  # fmt: skip
    assert "wins" not in first
    assert "size_class" not in first


def test_headings_and_legends_over_several() -> None:
    table = together("reading", "reading@test")
    assert table.heading == "Reading + Reading@test · mean on the published scales, 0–100\t2 of 4 models with any of them have all"
    assert [sign for sign, _ in table.legend] == ["–", "≠", "?", "thinking"]
    assert dict(table.legend)["?"] == "the source names no split; taken for Reading val"
    parts = parts_named(catalog(), ["reading", "reading@test"])
    weighted = together("reading", "reading@test", how=How(weights=weights_named(catalog(), ["reading=2.5"], parts)))
    assert weighted.heading.startswith("Reading × 2.5 + Reading@test × 1 · mean")
    pairwise = together("reading", "drawing", where=("params>1B",), how=How("pairwise"))
    assert pairwise.heading == "Reading + Drawing · share of comparisons won, against all models · params>1B\t3 models ranked"
    plain = together("reading@test", where=("family=finch",), how=How("pairwise"))
    assert [sign for sign, _ in plain.legend] == ["≠"], "all are ranked, nothing is assumed, nobody thought"


def test_who_lacks_what_is_counted() -> None:
    notes = together("reading", "reading@test").notes
    assert any(note.startswith("2 more have some but not all: 2 lack Reading@test") for note in notes)
    one = together("reading", "reading@test", where=("params>8B",)).notes
    assert any(note.startswith("1 more has some but not all: 1 lacks Reading@test") for note in one)
    none = compiled(additions=[{**ADDITION, "scores": [score("reading", 40, "mine", split="val", protocol="few-shot", shots=2)]}])
    few = together("reading", "reading@test", store=none).notes
    assert any("; 1 more has only figures that can't be compared" in note for note in few)
    weighted = together("reading", store=none, how=How(weights=weights_named(none, ["reading=2"], [benchmark_part(none, "reading")]))).notes
    assert any(note.startswith("1 more has only figures that can't be compared") for note in weighted)
    assert not any("some but not all" in note for note in weighted)
    halves = together("reading", store=none, how=How("pairwise")).notes
    assert "1 more has only figures that can't be compared" in halves
    shots = {"protocol": "few-shot", "shots": 2}
    more = compiled(additions=[
        {**ADDITION, "id": key, "scores": [score("reading", 40, "mine", split="val", **shots)]} for key in ("wren", "wren-2")
    ])  # fmt: skip
    assert "2 more have only figures that can't be compared" in together("reading", store=more, how=How("pairwise")).notes
    hidden = together("reading", "reading@test", limit=2).notes
    assert any(note.endswith("(--limit 0 lists them)") for note in hidden)
    partly = together("reading", "reading@test", limit=3).notes
    assert any(note.endswith("(1 of them not shown; --limit 0 shows all)") for note in partly)


def test_figures_elsewhere_are_told_for_each_benchmark() -> None:
    family = {**OWL, "models": [
        {"id": "a", "name": "A", "scores": [score("reading", 50, split="val")]},
        {"id": "b", "name": "B", "scores": [score("reading", 50, split="test")]},
        {"id": "c", "name": "C", "scores": [score("reading", 50, split="val", metric="anls")]},
    ]}  # fmt: skip
    store = compiled((family, WREN, FINCH), additions=())
    notes = together("reading", "drawing", store=store, how=How("pairwise")).notes
    assert "Reading: 1 more only as Reading@test, 1 as Reading@val:anls" in notes
    assert "Reading@test: 2 more only as Reading" in together("reading", "reading@test").notes
    assert "Halves: 1 more only as Halves@unstated" in together("drawing", "halves", how=How("pairwise")).notes


def test_pairwise_rows_say_how_often_they_won() -> None:
    rows = {row["id"]: row for row in together("reading", "drawing", how=How("pairwise")).data}
    assert {key: (row["wins"], row["ties"], row["comparisons"]) for key, row in rows.items()} == {
        "owl-moe": (4, 1, 5), "finch-2b": (2, 2, 5), "owl-7b": (1, 1, 3), "wren": (0, 0, 5),
    }  # fmt: skip
    assert [rows[key]["rank"] for key in ("owl-moe", "finch-2b", "owl-7b", "wren")] == [1, 2, 3, 4]
    table = together("reading", "drawing", how=How("pairwise"))
    assert {"comparisons", "score", "coverage"} <= {column.key for column in table.columns}
    assert next(column for column in table.columns if column.key == "score").title == "Wins %"
    scale = together("reading", "reading@test")
    assert "comparisons" not in {column.key for column in scale.columns}
    assert next(column for column in scale.columns if column.key == "score").title == "Score"


def test_scores_for_people_are_rounded_half_up_to_two_decimals() -> None:
    figures = {("a", "A"): 50.125, ("b", "A"): 50.135, ("c", "A"): 50}
    store = build({key: Model(G) for key in "abc"}, {"A": Bench()}, figures)
    table = together("A", store=store)
    assert [row["shown"].value for row in table.rows] == ["50.14", "50.13", "50.00"]
    assert [row["shown"].strong for row in table.rows] == [True, False, False]
    assert [row["score"] for row in table.data] == [50.135, 50.125, 50.0]


def test_columns_of_several_benchmarks_by_name() -> None:
    table = together(
        "reading", "drawing", how=How("pairwise"), columns=["rank", "name", "Reading", "values", "license", "ENCODER", "released"]
    )
    assert [column.key for column in table.columns] == ["rank", "name", "Reading", "values", "license", "vision_encoders", "released"]
    assert table.data is None
    by_size = together("reading", view=View(borders=(7 * G,)))
    assert (by_size.columns[0].key, by_size.group) == ("size_class", "size_class")
    assert together("reading").group is None
    assert "size_class" not in {column.key for column in together("reading").columns}
    assert {column.key for column in together("reading", "reading@test").columns if column.human} >= {"shown", "remark"}
    assert {column.key for column in together("reading", "reading@test").columns if column.machine} >= {"id", "family", "score", "missing"}


def test_dropped_benchmarks_are_named_with_the_reason() -> None:
    notes = together("reading", "reading@test", "halves@first", how=How("common", min_models=2)).notes
    assert "dropped Halves: fewer than 2 models of the whole catalog have all 3 benchmarks (--min-models)" in notes
    assert not any("dropped" in note for note in together("reading", "reading@test", how=How("common", min_models=2)).notes)


def test_a_model_that_is_left_unranked_says_what_it_lacks() -> None:
    rows = {row["id"]: row for row in together("reading", "drawing", how=How("pairwise")).rows}
    assert rows["owl-7b"]["remark"] == "lacks Drawing (with ruler)"
    assert rows["wren"]["remark"] == ""
    strict = {row["id"]: row for row in together("reading", "reading@test").rows}
    assert strict["owl-moe"]["remark"] == "lacks Reading@test"
    assert strict["owl-7b"]["remark"] == "thinking"
    every = {row["id"]: row for row in together("reading", "drawing", how=How("pairwise"), rules=Rules(any_protocol=True)).rows}
    assert isinstance(every["owl-7b"]["Drawing"], Cell)
    assert every["owl-7b"]["Drawing"].mark == "≠"


def test_how_and_parts_as_asked() -> None:
    parts = [benchmark_part(catalog(), name) for name in ("reading", "drawing")]
    asked = how_asked(catalog(), parts, missing="common", min_models=3)
    assert asked is not None
    assert (asked.missing, asked.min_models, list((asked.weights or {}).values())) == ("common", 3, [FINE, FINE])
    with pytest.raises(UsageError, match=r"^reading@val names a split, and so does --split test$"):
        parts_named(catalog(), ["reading@val"], split="test")
    assert [part.title for part in parts_named(catalog(), ["reading", " drawing , reading"])] == ["Reading", "Drawing"]
    with pytest.raises(UsageError, match="has no highest possible value"):
        together("reading", "drawing")


def test_a_key_names_what_it_takes_to_tell_a_part() -> None:
    keys = [
        key_of(benchmark_part(catalog(), name))
        for name in ("reading", "reading@test", "reading@test:accuracy", "reading@val:anls", "drawing")
    ]
    assert keys == ["reading", "reading@test", "reading@test:accuracy", "reading@val:anls", "drawing"]
