"""What is said of a family is answered of a model only where it holds: visual tokens, dates, and what parameters count."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import FINCH, OWL, WREN, compiled, score
from vlmctl.query.cards.details import show
from vlmctl.query.cards.provenance import asked, why
from vlmctl.query.exploring.facets import count_values, facet_named
from vlmctl.query.exploring.plot import scatter
from vlmctl.query.families import list_families
from vlmctl.query.filters import compile_filter
from vlmctl.query.listing import list_models
from vlmctl.query.memory import Settings, configure, estimates
from vlmctl.query.names import Found
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.pareto import pareto
from vlmctl.query.rankings.ranking import rank
from vlmctl.query.rankings.several import How, rank_several
from vlmctl.query.rankings.sizes import View, borders_of
from vlmctl.results import Cell, Facts, Table
from vlmctl.store.catalog import Catalog

ALONE = "the size of the language model alone (params_scope)"


def family(*models: dict[str, Any], released: str | None = None, **architecture: Any) -> dict[str, Any]:
    """A family of these models."""
    made = {"id": "fam", "name": "Fam", "series": "Fam", "organizations": ["Lab"], "summary": "S.", "architecture": architecture}
    named = [{"id": f"m{number}", "name": f"M{number}", **model} for number, model in enumerate(models, start=1)]
    return {**made, "models": named, **({"released": released} if released else {})}


def column(store: Catalog, key: str, *terms: str) -> dict[str, Any]:
    rows = list_models(store, compile_filter(store, terms), columns=["id", key]).rows
    return {row["id"]: row[key] for row in rows}


def of(record: dict[str, Any], key: str, *additions: dict[str, Any]) -> dict[str, Any]:
    return column(compiled((record,), additions=additions), key)


def test_a_familys_visual_tokens_are_those_of_all_its_models_unless_it_says_of_which() -> None:
    sizes: tuple[dict[str, Any], ...] = ({"image_size": 224}, {"image_size": 448}, {}, {"image_size": "dynamic"})
    assert set(of(family(*sizes, visual_tokens=256), "visual_tokens").values()) == {256}
    said_of = of(family(*sizes, visual_tokens=256, visual_tokens_at=224), "visual_tokens")
    assert said_of == {"m1": 256, "m2": None, "m3": None, "m4": None}
    words = of(family(*sizes, visual_tokens="one for each patch", visual_tokens_at="dynamic"), "visual_tokens")
    assert words == {"m1": None, "m2": None, "m3": None, "m4": "one for each patch"}


def test_a_models_own_visual_tokens_go_before_its_familys() -> None:
    own = ({"image_size": 224, "visual_tokens": 64}, {"image_size": 448, "visual_tokens": "1,024 or so"}, {"image_size": 224})
    assert of(family(*own, visual_tokens=256, visual_tokens_at=224), "visual_tokens") == {"m1": 64, "m2": "1,024 or so", "m3": 256}
    assert of(family({"visual_tokens": 7}), "visual_tokens") == {"m1": 7}


def test_an_overlay_states_visual_tokens_and_dates_of_a_model_too() -> None:
    record = family({"image_size": 448}, released="2024-01", visual_tokens=256, visual_tokens_at=224)
    more = {"id": "m1", "family": "fam", "visual_tokens": 1024, "released": "2024-05"}
    other = {"id": "m2", "family": "fam", "name": "M2", "image_size": 224}
    assert of(record, "visual_tokens", more, other) == {"m1": 1024, "m2": 256}
    assert of(record, "released", more, other) == {"m1": "2024-05", "m2": "2024-01"}


def test_visual_tokens_that_nobody_stated_of_a_model_answer_no_filter() -> None:
    store = compiled((family({"image_size": 224}, {"image_size": 896}, visual_tokens=256, visual_tokens_at=224),), additions=())
    table = list_models(store, compile_filter(store, ["visual_tokens<=256"]))
    assert [row["id"] for row in table.rows] == ["m1"]
    assert table.notes == ["1 model states no number of visual tokens"]


def test_unknown_visual_tokens_make_the_memory_a_range_with_the_reason() -> None:
    known = {"language_model": "brain-7b", "params": "7B"}
    record = family({"image_size": 224, **known}, {"image_size": 896, **known}, visual_tokens=256, visual_tokens_at=224)
    store = compiled((record,), additions=())
    configure(store, Settings())
    sure, open_ = estimates(store)
    reason = "how many tokens a picture takes isn't recorded: counted as 0 to"
    assert [any(reason in each for each in one.reasons) for one in (sure, open_)] == [False, True]
    assert (open_.low or 0) < (sure.low or 0) < (sure.high or 0) < (open_.high or 0)


def test_a_model_has_its_own_date_and_else_its_familys() -> None:
    record = family({"released": "2024-12"}, {}, {"released": "2025"}, released="2024-08-29")
    store = compiled((record,), additions=())
    assert column(store, "released") == {"m1": "2024-12", "m2": "2024-08-29", "m3": "2025"}
    assert list(column(store, "id", "released>=2024-12")) == ["m1", "m3"]
    assert list(column(store, "id", "released<2024-09")) == ["m2"]
    assert of(family({"released": "2024-12"}, {}), "released") == {"m1": "2024-12", "m2": None}
    (row,) = list_families(store, compile_filter(store, [])).rows
    assert row["released"] == "2024-08-29"


FIGURES = {"sources": {"paper": {"kind": "paper", "title": "P", "url": "https://example.org/p"}}}


def alike() -> Catalog:
    """Three models on one benchmark; the sizes of the first two are their language models'."""
    models = [
        {"params": size, "scores": [score("reading", value, split="val")], **more}
        for size, value, more in (
            ("1B", 50, {"params_scope": "language-model"}), ("7B", 70, {"params_scope": "language-model"}), ("9B", 80, {}),
        )
    ]  # fmt: skip
    return compiled(({**family(*models, {}), **FIGURES},), additions=())


def test_what_parameters_count_is_a_field() -> None:
    store = alike()
    assert column(store, "params_scope") == {"m1": "language-model", "m2": "language-model", "m3": "whole", "m4": None}
    assert list(column(store, "id", "params_scope=whole")) == ["m3"]
    assert list_models(store, compile_filter(store, ["params_scope=whole"])).notes == ["1 model states no parameter count"]
    assert list_models(store, compile_filter(store, [])).columns[-1].key == "params_scope"


def test_parameters_stated_anew_by_an_overlay_count_the_whole_unless_it_says_otherwise() -> None:
    record = family({"params": "7B", "params_scope": "language-model"})
    assert of(record, "params_scope", {"id": "m1", "family": "fam", "params": "8B"}) == {"m1": "whole"}
    assert of(record, "params_scope", {"id": "m1", "family": "fam", "hf": "a/b"}) == {"m1": "language-model"}
    more = {"id": "m1", "family": "fam", "params": "7.2B", "params_scope": "language-model"}
    assert of(record, "params_scope", more) == {"m1": "language-model"}


@pytest.mark.parametrize(
    ("terms", "note"),
    [
        (["params<=7B"], f"2 of the models that match state {ALONE}"),
        (["params<4B"], f"1 of the models that match states {ALONE}"),
        (["not params<4B", "id~m"], f"1 of the models that match states {ALONE}"),
        (["params>8B"], None),
        (["id~m"], None),
    ],
)
def test_a_filter_by_size_tells_what_counts_a_part(terms: list[str], note: str | None) -> None:
    store = alike()
    told = [line for line in list_models(store, compile_filter(store, terms)).notes if ALONE in line]
    assert told == ([note] if note else [])


def test_answers_that_sizes_decide_tell_what_counts_a_part() -> None:
    store = alike()
    every, part = compile_filter(store, []), benchmark_part(store, "reading")

    def told(answer: Any) -> list[str]:
        return [line for line in answer.notes if ALONE in line]

    two, one = [f"2 of these state {ALONE}"], [f"1 of these states {ALONE}"]
    assert told(rank(store, [part], every, view=View(borders_of("4B")))) == two
    assert told(rank(store, [part], every, view=View(borders_of("8B")), limit=1)) == one, "the 9B is its class's other first"
    assert told(rank(store, [part], every, view=View(front=True))) == two
    assert told(rank(store, [part], every, view=View(per_family=True))) == []
    assert told(rank(store, [part], every)) == []
    assert told(rank_several(store, [part], every, how=How(), view=View(mark=True))) == two
    assert told(rank_several(store, [part], every, how=How())) == []
    assert told(pareto(store, "params", "reading", every)) == two
    assert told(pareto(store, "released", "reading", every)) == []
    assert told(pareto(store, "params", "reading", every, limit=1)) == one, "of those shown"
    assert told(scatter(store, every, x="params", y="reading")) == two
    assert told(scatter(store, every, x="scores", y="reading")) == []
    assert told(list_models(store, every, sort=["-params"])) == two
    assert told(list_models(store, every, sort=["-params"], limit=2)) == one
    assert told(list_models(store, every, columns=["id", "reading", "pareto"])) == two
    assert told(count_values(store, facet_named("size"), every)) == [f"2 of the models that match state {ALONE}"]
    small = compile_filter(store, ["params<=7B"])
    assert told(pareto(store, "params", "reading", small)) == [f"2 of the models that match state {ALONE}"], "once"


def test_the_cards_mark_a_number_that_counts_a_part() -> None:
    store = alike()
    (block,) = (each for each in show(store, Found("model", "m1")).blocks if isinstance(each, Facts) and not each.title)
    assert {fact.key: fact.value for fact in block.items}["params_scope"] == "the language model alone, not the whole model"
    (block,) = (each for each in show(store, Found("model", "m3")).blocks if isinstance(each, Facts) and not each.title)
    assert "params_scope" not in {fact.key for fact in block.items}
    card = show(store, Found("family", "fam"))
    (table,) = (each for each in card.blocks if isinstance(each, Table))
    marks = [row["params"].mark if isinstance(row["params"], Cell) else None for row in table.rows]
    assert marks == ["*", "*", None, None]
    assert card.legend == [("*", "the size of the language model alone")]
    assert [model["params_scope"] for model in card.data["models"]] == ["language-model", "language-model", "whole", None]
    assert show(compiled((OWL, WREN, FINCH)), Found("family", "owl")).legend == []


def test_a_familys_card_says_of_which_models_its_visual_tokens_are() -> None:
    def shown(**architecture: Any) -> Any:
        store = compiled((family({"image_size": 224}, {"image_size": "dynamic"}, **architecture),), additions=())
        (block,) = (each for each in show(store, Found("family", "fam")).blocks if isinstance(each, Facts) and each.title == "Architecture")
        return {fact.key: fact.value for fact in block.items}["visual_tokens"]

    assert shown(visual_tokens=256) == 256
    assert shown(visual_tokens=256, visual_tokens_at=224) == "256 (models with pictures of 224 pixels)"
    assert shown(visual_tokens=9, visual_tokens_at="dynamic") == "9 (models with pictures of dynamic)"


def told_of(first: dict[str, Any], second: dict[str, Any], sources: dict[str, Any], *additions: dict[str, Any]) -> list[tuple[Any, str]]:
    """What `why` says of two figures under one key: the value, and its rank or why it has none."""
    model = {"scores": [score("reading", 1, "a", split="val", **first), score("reading", 2, "b", split="val", **second)]}
    made = {key: {"kind": "paper", "title": key, "url": f"https://example.org/{key}", **facts} for key, facts in sources.items()}
    store = compiled(({**family(model), "sources": made},), additions=additions)
    card = why(store, "m1", asked(store, "m1", "reading")[1], one_split=False)
    found = {figure["value"]: figure["reason"] for figure in card.data["figures"]}
    ranks = [fact.value for block in card.blocks if isinstance(block, Facts) for fact in block.items if fact.key == "standing"]
    assert [f"not ranked: {reason}" if reason else "1 of 1" for reason in found.values()] == ranks
    return list(found.items())


BARE: dict[str, Any] = {"a": {}, "b": {}}


@pytest.mark.parametrize(
    ("first", "second", "sources", "reasons"),
    [
        ({}, {}, BARE, [None, "an equally founded figure stands later in the record"]),
        ({}, {}, {"a": {"published": "2024-05"}, "b": {"published": "2024-02"}},
         [None, "a rival figure's source is newer (2024-05; this one's is of 2024-02)"]),
        ({}, {}, {"a": {"published": "2024-05"}, "b": {}}, [None, "a rival figure's source is newer (2024-05; this one's has no date)"]),
        ({}, {}, {"a": {"retrieved": "2026-01"}, "b": {"published": "2024-02", "retrieved": "2026-02"}},
         [None, "a rival figure's source is newer (2026-01; this one's is of 2024-02)"]),
        ({}, {"evidence": "copy"}, {"a": {}, "b": {"published": "2025"}}, [None, "a rival figure is better founded"]),
        ({}, {"mode": "thinking"}, {"a": {}, "b": {"published": "2025"}}, [None, "the figure without thinking counts"]),
    ],
)  # fmt: skip
def test_why_a_figure_yields_to_another_is_told_truly(
    first: dict[str, Any], second: dict[str, Any], sources: dict[str, Any], reasons: list[str | None]
) -> None:
    assert [reason for _, reason in told_of(first, second, sources)] == reasons


def test_a_figure_that_yields_to_an_overlays_says_so() -> None:
    sources = {"mine": {"kind": "run", "title": "Ours"}}
    more = {"id": "m1", "family": "fam", "sources": sources, "scores": [score("reading", 3, "mine", split="val")]}
    found = told_of({}, {}, BARE, more)
    assert found == [
        (3, None), (1, "an equally founded figure stands in an overlay"), (2, "an equally founded figure stands in an overlay"),
    ]  # fmt: skip
