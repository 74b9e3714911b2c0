"""What holds for every ranking: no filter changes the order of two models, ranks agree with merits, fronts with their definition."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from unit.ranked_store import Bench, Model, build
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.front import Span, beats, on_front
from vlmctl.query.rankings.ranking import Rules, rank
from vlmctl.query.rankings.several import How, rank_several
from vlmctl.query.rankings.sizes import View
from vlmctl.store.catalog import Catalog

SIZES = st.sampled_from(["500M", "1B", "2B", "3B", "4B", "7B", "8B", "13B", "34B"])
CONDITIONS = st.one_of(
    st.builds(lambda op, size: f"params{op}{size}", st.sampled_from(["<", "<=", ">", ">=", "!="]), SIZES),
    st.sampled_from(
        ["llm~qwen", "llm~phi", "llm~llama", "not llm~vicuna", "moe", "not moe", "license=apache-2.0,mit", "commercial=allowed",
         "released>=2024-06", "released<2024", "encoder~siglip", "open", "TextVQA>=60", "MMMU<45", "scores>20", "series=LLaVA",
         "org~openbmb", "lists~awesome"]
    ),
)  # fmt: skip
FILTERS = st.lists(CONDITIONS, min_size=1, max_size=3).map(lambda terms: " or ".join(terms) if len(terms) == 2 else " and ".join(terms))
BENCHMARKS = st.lists(
    st.sampled_from(["TextVQA", "GQA", "POPE", "MMMU", "MME", "OCRBench", "MMBench", "DocVQA", "AI2D", "OmniDocBench"]),
    min_size=2,
    max_size=4,
    unique=True,
)


def places(rows: Any) -> dict[str, int]:
    return {row["id"]: row["rank"] for row in rows if row["rank"] is not None}


def same_order(whole: dict[str, int], part: dict[str, int]) -> bool:
    """Whether the filtered ranks are those of the whole ranking with the others taken out."""
    kept = sorted((whole[model], model) for model in part)
    expected: dict[str, int] = {}
    for place, (before, model) in enumerate(kept, start=1):
        first = kept[place - 2] if place > 1 else None
        expected[model] = expected[first[1]] if first and first[0] == before else place
    return expected == part


@settings(max_examples=40, deadline=None)
@given(names=BENCHMARKS, text=FILTERS, missing=st.sampled_from(["strict", "common", "pairwise"]), any_protocol=st.booleans())
def test_no_filter_changes_the_order_of_two_models(shipped: Catalog, names: list[str], text: str, missing: Any, any_protocol: bool) -> None:
    parts = [benchmark_part(shipped, name) for name in names]
    rules, how = Rules(any_protocol=any_protocol), How(missing)
    whole = rank_several(shipped, parts, Filter(), how=how, rules=rules)
    part = rank_several(shipped, parts, compile_filter(shipped, [text]), how=how, rules=rules)
    assert same_order(places(whole.data), places(part.data))
    scores = {row["id"]: row["score"] for row in whole.data}
    assert all(row["score"] == scores[row["id"]] for row in part.data)


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(["TextVQA", "MMMU", "MME", "OmniDocBench"]), text=FILTERS)
def test_nor_on_one_benchmark(shipped: Catalog, name: str, text: str) -> None:
    parts = [benchmark_part(shipped, name)]
    whole, part = rank(shipped, parts, Filter()), rank(shipped, parts, compile_filter(shipped, [text]))
    assert same_order(places(whole.rows), places(part.rows))


VALUES = st.one_of(st.integers(0, 4).map(float), st.decimals(0, 100, places=2).map(float))
FIGURES = st.dictionaries(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["A", "B", "D"])), VALUES, min_size=1)
BENCHES = {"A": Bench(), "B": Bench(0, 2800, unit="points"), "D": Bench(0, 100, up=False)}


@settings(max_examples=60, deadline=None)
@given(FIGURES, st.integers(1, 6))
def test_ranks_agree_with_scores_and_limits_with_prefixes(figures: dict[tuple[str, str], float], limit: int) -> None:
    store = build({model: Model() for model in "abcdef"}, BENCHES, figures)
    parts = [benchmark_part(store, name) for name in BENCHES]
    for missing in ("strict", "pairwise"):
        rows = rank_several(store, parts, Filter(), how=How(missing)).data
        ranked = [row for row in rows if row["rank"] is not None]
        assert [row["rank"] for row in ranked] == [1 + sum(other["score"] > row["score"] for other in ranked) for row in ranked]
        assert rows[: len(ranked)] == ranked
        assert rank_several(store, parts, Filter(), how=How(missing), limit=limit).data == rows[:limit]
        assert all(0 <= row["score"] <= 100 for row in ranked)
    store.close()


SPANS = st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 4)).map(lambda each: Span(each[0], each[0] + each[1], each[2]))


@settings(max_examples=200)
@given(st.lists(SPANS, max_size=12))
def test_the_front_is_what_nothing_beats(spans: list[Span]) -> None:
    assert on_front(spans) == [not any(beats(other, span) for other in spans) for span in spans]


@settings(max_examples=200)
@given(SPANS, SPANS, SPANS)
def test_beating_is_an_order(one: Span, two: Span, three: Span) -> None:
    assert not (beats(one, two) and beats(two, one))
    assert not (beats(one, two) and beats(two, three)) or beats(one, three)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5), st.sampled_from("fg")), min_size=1, max_size=6))
def test_views_leave_nobody_out_but_for_what_they_say(models: list[tuple[int, int, str]]) -> None:
    named = {f"m{i}": Model(size * 10**9, family) for i, (size, _, family) in enumerate(models)}
    store = build(named, {"A": Bench()}, {(f"m{i}", "A"): value for i, (_, value, _) in enumerate(models)})
    part = [benchmark_part(store, "A")]
    by_size = rank(store, part, Filter(), view=View(borders=(4 * 10**9, 8 * 10**9))).rows
    assert sorted(row["id"] for row in by_size) == sorted(named)
    best = rank(store, part, Filter(), view=View(per_family=True)).rows
    assert len(best) == len({model.family for model in named.values()})
    top = max(value for _, value, _ in models)
    front = rank(store, part, Filter(), view=View(front=True)).rows
    assert any(row["value"].value == top for row in front)
    store.close()
