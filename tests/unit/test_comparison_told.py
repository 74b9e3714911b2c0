"""`compare` on the told catalog: facts and figures side by side, their marks and sources; which model stands for a family."""

from __future__ import annotations

from typing import Any

import pytest

from unit.ranked_store import Bench, Model, build
from unit.told_store import catalog
from vlmctl.errors import UsageError
from vlmctl.query.comparisons.comparison import compare
from vlmctl.query.comparisons.picking import MOST, Pick, chosen
from vlmctl.query.comparisons.shared import shared_rankings
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.results import Cell, Table

G = 10**9


def rows(table: Table, section: str) -> dict[str, dict[str, Any]]:
    return {f"{row['field']} {row['split']}".strip(): dict(row) for row in table.rows if row["section"] == section}


def cell(value: Any) -> tuple[Any, str]:
    assert isinstance(value, Cell)
    return value.value, value.mark


def test_facts_side_by_side() -> None:
    table = compare(catalog(), ["owl-7b", "owl-moe"])
    facts = {name: (row["owl-7b"].value, row["owl-moe"].value) for name, row in rows(table, "facts").items()}
    assert facts == {
        "Parameters": (7_400_000_000, 30_000_000_000), "Active parameters": (None, 3_000_000_000), "Tuning": ("full", None),
        "Organizations": (["Bird Lab", "Forest"], ["Bird Lab", "Forest"]), "Commercial use": ("allowed", "not-allowed"),
        "Language model": ("Brain-7B", "Brain-MoE"),
        "Vision encoder": ("Eye-L, Eye-S", None),
        "Connector": ("mlp", "mlp"), "Image size": (336, "dynamic"), "Visual tokens": (576, 576), "Mixture of experts": (False, True),
        "Released": ("2024-03-05", "2024-03-05"), "Weights license": ("MIT", "owl-license"),
    }  # fmt: skip
    assert rows(table, "facts")["Image size"]["owl-7b"].kind == "text", "only figures line up at the decimal point"
    assert rows(table, "facts")["Parameters"]["owl-7b"].kind == "count"
    assert [(column.key, column.title) for column in table.columns if not column.machine] == [
        ("field", ""), ("split", ""), ("owl-7b", "Owl 7B"), ("owl-moe", "Owl MoE"), ("delta", "Difference"),
    ]  # fmt: skip
    assert (table.group, table.ids, table.blocks) == ("section", ["owl-7b", "owl-moe"], True)
    assert list(rows(compare(catalog(), ["wren", "wren-2"]), "facts")) == ["Parameters", "Organizations"]


def test_figures_side_by_side_with_what_their_marks_say() -> None:
    table = compare(catalog(), ["owl-7b", "owl-moe"])
    found = rows(table, "benchmarks")
    assert {name: (cell(row["owl-7b"]), cell(row["owl-moe"])) for name, row in found.items()} == {
        "Reading val": ((61.5, ""), (70.25, "◂?")), "Drawing": ((2.5, "≠"), (1, "")),
    }  # fmt: skip
    reading, drawing = found["Reading val"], found["Drawing"]
    assert (reading["best"], reading["split_assumed"], reading["not_comparable"], reading["within_noise"]) == (
        ["owl-moe"],
        ["owl-moe"],
        [],
        [],
    )
    assert (drawing["best"], drawing["not_comparable"]) == ([], ["owl-7b"])
    assert (cell(reading["delta"])[0], cell(drawing["delta"])[0]) == ("+8.75", "")
    assert table.legend[0] == ("◂", "better")
    assert table.legend[2] == ("~", "better, but within the benchmark's own noise")
    three = compare(catalog(), ["owl-7b", "owl-moe", "finch-2b"])
    assert three.legend[0] == ("◂", "best")
    assert three.legend[2] == ("~", "within the benchmark's own noise of the best")
    equal = rows(compare(catalog(), ["owl-7b", "finch-2b"]), "benchmarks")
    assert (cell(equal["Reading val"]["owl-7b"]), cell(equal["Reading val"]["finch-2b"])) == ((61.5, "="), (61.5, "="))
    noisy = rows(three, "benchmarks")["Reading test"]
    assert cell(noisy["owl-7b"]) == (66, "◂*")
    assert noisy["not_comparable"] == []
    assert cell(noisy["owl-moe"]) == (None, ""), "it has another split"
    assert "Halves" not in " ".join(rows(three, "benchmarks")), "only one has it"


def test_as_json_figures_name_their_sources() -> None:
    data = compare(catalog(), ["owl-7b", "owl-moe"], everything=True).data
    by_part = {(each["benchmark"], each["split"], each["metric"]): each for each in data["benchmarks"]}
    assert by_part["reading", "val", "accuracy"]["values"]["owl-7b"] == {
        "value": 61.5, "comparable": True, "reason": None, "rank": 2, "of": 4, "split_assumed": False, "mode": None, "evidence": "original",
        "source": "The Owl", "url": "https://example.org/owl",
    }  # fmt: skip
    assert by_part["drawing", None, "error"]["values"]["owl-7b"]["reason"] == "with ruler"
    assert by_part["drawing", None, "error"]["higher_is_better"] is False
    assert by_part["reading", "test", "anls"]["values"]["owl-7b"]["mode"] == "thinking"
    assert by_part["halves", "?", "total"]["values"]["owl-moe"]["split_assumed"] is False, "what can't be told isn't assumed"
    assert by_part["reading", "val", "accuracy"]["questions"] == 5000
    assert data["models"][0] == {"id": "owl-7b", "name": "Owl 7B", "family": "owl", "params": 7_400_000_000}
    finch = shared_rankings(catalog(), ["finch-2b"])
    assert {each.figures["finch-2b"]["source"] for each in finch} == {"Finches"}, "a key means another document in another family"


# --- which model stands for a family ---


def family(*models: tuple[int | None, int]) -> Any:
    """A family `k` of models `k-1`, `k-2` … with these parameters (in billions) and numbers of scores."""
    names = [f"k-{number}" for number in range(1, len(models) + 1)]
    store = build({name: Model(None if size is None else size * G, "k") for name, (size, _) in zip(names, models, strict=True)}, {}, {})
    for name, (_, scores) in zip(names, models, strict=True):
        store.connection.execute("UPDATE model SET scores = ? WHERE id = ?", (scores, name))
    return store


@pytest.mark.parametrize(
    ("models", "largest", "smallest"),
    [
        ([(2, 0), (3, 0), (1, 0)], "k-2", "k-3"), ([(2, 1), (2, 5), (2, 3)], "k-2", "k-2"), ([(2, 4), (2, 4)], "k-1", "k-1"),
        ([(None, 9), (1, 0), (2, 0)], "k-3", "k-2"), ([(None, 1), (None, 2)], "k-2", "k-2"), ([(None, 0), (None, 0)], "k-1", "k-1"),
    ],
)  # fmt: skip
def test_of_equals_the_one_with_most_scores_then_the_first(models: list[Any], largest: str, smallest: str) -> None:
    store = family(*models)
    assert chosen(store, ["k"], Filter(), pick="largest")[0] == [largest]
    assert chosen(store, ["k"], Filter(), pick="smallest")[0] == [smallest]


def test_without_any_comparison_the_best_has_most_scores() -> None:
    assert chosen(family((1, 2), (9, 3)), ["k"], Filter(), pick="best")[0] == ["k-2"]
    assert chosen(family((1, 2), (None, 2)), ["k"], Filter(), pick="best")[0] == ["k-1"]


@pytest.mark.parametrize("pick", ["best", "largest", "smallest"])
def test_what_is_one_already_needs_no_pick(pick: Pick) -> None:
    store = family((1, 0), (2, 0))
    assert chosen(store, ["k-1", "k-2"], Filter(), pick=pick) == (["k-1", "k-2"], [])
    assert chosen(store, ["k"], compile_filter(store, ["params>1B"]), pick=pick) == (["k-2"], [])


def test_a_model_without_figures_goes_behind_one_that_has_won() -> None:
    models = {key: Model(2 * G, family="k") for key in ("k-1", "k-2", "k-3")}
    store = build(models, {"A": Bench()}, {("k-2", "A"): 60, ("k-3", "A"): 50})
    store.connection.execute("UPDATE model SET scores = 1")
    assert chosen(store, ["k"], Filter(), pick="best")[0] == ["k-2"]
    store = build(models, {"A": Bench()}, {("k-1", "A"): 60, ("k-2", "A"): 60, ("k-3", "A"): 50})
    assert chosen(store, ["k"], Filter(), pick="best")[0] == ["k-1"], "of equals the first"


def test_what_does_not_match_is_told() -> None:
    store = family((1, 0), (2, 0), (None, 0))
    some = compile_filter(store, ["params>=2B"])
    assert chosen(store, ["k-1", "k-2"], some) == (["k-2"], ["k-1 doesn't match"])
    assert chosen(store, ["k"], some)[1] == ["1 model states no parameter count"]
    with pytest.raises(UsageError, match=r"^nothing is left to compare: k-1 doesn't match params>=2B$") as caught:
        chosen(store, ["k-1"], some)
    assert caught.value.hint == "loosen the conditions"
    with pytest.raises(UsageError, match=r"none of the 3 models of k matches params>9B$") as caught:
        chosen(store, ["k"], compile_filter(store, ["params>9B"]))
    assert caught.value.hint == "1 model states no parameter count"
    with pytest.raises(UsageError, match="nothing is left to compare") as caught:
        chosen(store, ["k"], compile_filter(store, ["params>9B", "image_size>9000", "license=none", "hf=x"]))
    assert (caught.value.hint or "").count(";") == 1, "two reasons are enough"


def test_models_that_are_not_named_must_fit_side_by_side() -> None:
    store = family(*((number, 0) for number in range(1, MOST + 2)))
    assert len(chosen(store, [], compile_filter(store, ["params>1B"]))[0]) == MOST
    assert chosen(store, [], compile_filter(store, ["params<3B"])) == (["k-1", "k-2"], [])
    with pytest.raises(UsageError, match=rf"^{MOST + 1} models match params>=1B, and at most {MOST} are compared"):
        chosen(store, [], compile_filter(store, ["params>=1B"]))
    with pytest.raises(UsageError, match=r"^nothing to compare: no model matches params>99B$"):
        chosen(store, [], compile_filter(store, ["params>99B"]))
    with pytest.raises(UsageError, match=r"^compare needs models"):
        chosen(store, [], Filter())


def test_the_better_of_two_is_strong_unless_it_may_be_chance() -> None:
    figures = {("a", "A"): 60.0, ("b", "A"): 70.0, ("a", "N"): 60.0, ("b", "N"): 61.0}
    store = build({"a": Model(G), "b": Model(G)}, {"A": Bench(questions=5000), "N": Bench(questions=50)}, figures)
    found = rows(compare(store, ["a", "b"]), "benchmarks")
    assert [(cell(found[name]["b"])[1], found[name]["b"].strong, found[name]["within_noise"]) for name in "AN"] == [
        ("◂", True, []), ("~", False, ["b"]),
    ]  # fmt: skip
    assert not found["A"]["a"].strong
