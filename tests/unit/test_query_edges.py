"""Borders within `query/` that its larger tests pass by: options together, several terms, lists of columns, spans of counts, bars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from unit import tiny_store
from unit.ranked_store import Bench, Model, build
from unit.told_store import WREN, catalog, compiled
from vlmctl.errors import QueryError, UsageError
from vlmctl.query import doubts as doubting
from vlmctl.query.comparisons.shared import shared_rankings
from vlmctl.query.differences import differences
from vlmctl.query.export import Extract
from vlmctl.query.expressions.lexer import MOST_TERMS
from vlmctl.query.filters import Filter, compile_filter, connector_terms, missing, of_part, option_term, option_terms
from vlmctl.query.known import known_of, models_exactly, near_models
from vlmctl.query.listing import default_columns, list_models
from vlmctl.query.memory import cache
from vlmctl.query.memory.counts import NOTHING_KNOWN, Part, Span, reconciled, stated, together
from vlmctl.query.names import suggestions
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.asking import how_asked, rules_asked, view_asked
from vlmctl.query.rankings.bars import bar, ranking_bars
from vlmctl.query.rankings.ranking import Rules, rank
from vlmctl.query.rankings.scale import FINE, weights_named
from vlmctl.query.rankings.several import How, rank_several
from vlmctl.query.rankings.sizes import BORDERS, View, borders_of
from vlmctl.query.scoring import list_scores
from vlmctl.results import Column, Table
from vlmctl.store.catalog import Catalog

G = 10**9


# --- what options ask for together ---


def parts(*names: str) -> list[Any]:
    return [benchmark_part(catalog(), name) for name in names]


def test_strict_and_any_protocol_do_not_go_together() -> None:
    assert rules_asked(any_protocol=True, strict=False) == Rules(any_protocol=True)
    assert rules_asked(any_protocol=False, strict=True) == Rules(strict=True)
    with pytest.raises(UsageError, match="--strict leaves out what --protocol any ranks"):
        rules_asked(any_protocol=True, strict=True)


def test_each_split_of_one_benchmark_alone() -> None:
    assert how_asked(catalog(), parts("reading@val", "reading@test"), splits="any") is None
    with pytest.raises(UsageError, match="--split any ranks each split of one benchmark on its own"):
        how_asked(catalog(), parts("reading", "halves"), splits="any")
    with pytest.raises(UsageError, match="--split any"):
        how_asked(catalog(), parts("reading"), splits="ANY", missing="strict")
    with pytest.raises(UsageError, match="--min-models goes with --missing common"):
        how_asked(catalog(), parts("reading", "halves"), min_models=3)


def test_as_many_models_as_usual_unless_said_otherwise() -> None:
    for given, wanted in ((None, How().min_models), (3, 3), (0, 0)):
        asked = how_asked(catalog(), parts("reading", "halves"), missing="common", min_models=given)
        assert asked is not None
        assert asked.min_models == wanted
    alone = how_asked(catalog(), parts("reading"), weights=["reading=2"])
    assert alone is not None
    assert alone.missing == "strict"


def test_views() -> None:
    one = parts("reading")
    assert view_asked(one) is None
    assert view_asked(one, columns=["id"]) is None
    assert view_asked(one, columns=["id", "pareto"]) == View(mark=True)
    assert view_asked(one, by_size=True) == View(borders_of(BORDERS))
    assert view_asked(one, by_size=True, borders="4B", per_family=True) == View((4 * G,), per_family=True)
    assert view_asked(one, front=True) == View(front=True)
    two = parts("reading@val", "reading@test")
    with pytest.raises(UsageError, match="take one split at a time"):
        view_asked(two, front=True)
    assert view_asked(two, front=True, several=True) == View(front=True)
    assert view_asked(two) is None
    with pytest.raises(UsageError, match="--borders goes with --by-size"):
        view_asked(one, borders="4B", front=True)


# --- terms together, and what is lacking ---


@pytest.mark.parametrize(
    ("field", "values", "found"),
    [
        ("params", [], ["owl-7b", "owl-moe", "wren", "wren-2", "finch-2b"]),
        ("params", [">1B", "<8B"], ["owl-7b", "finch-2b"]),
        ("params", ["1B..", "..8B"], ["owl-7b", "finch-2b"]),
        ("params", ["2B", "30B"], ["owl-moe", "finch-2b"]),
        ("params", ["2B", "30B", "<8B"], ["finch-2b"]),
        ("params", ["..1B,20B.."], ["owl-moe", "wren"]),
        ("params", ["!=2B", "!=30B"], ["owl-7b", "wren"]),
        ("released", [">=2024-02", "<2024-05"], ["owl-7b", "owl-moe"]),
        ("released", ["2024", "2025"], ["owl-7b", "owl-moe", "finch-2b"]),
        ("org", ["bird", "hedge"], ["owl-7b", "owl-moe", "wren", "wren-2", "finch-2b"]),
        ("license", ["!=MIT", "!=owl-license"], []),
    ],
)
def test_an_option_given_again_means_any_of_its_values_and_all_of_its_bounds(field: str, values: list[str], found: list[str]) -> None:
    where = compile_filter(catalog(), option_terms(field, values))
    assert [row["id"] for row in list_models(catalog(), where).rows] == found


@pytest.fixture(scope="module")
def tiny() -> Iterator[Catalog]:
    """A store in which no score's source is known."""
    store = tiny_store.build()
    store.connection.execute("DELETE FROM source")
    yield store
    store.close()


def test_scores_without_a_known_source_are_scores(tiny: Catalog) -> None:
    assert missing(tiny, compile_filter(tiny, ["split=val"], scores=True)) == ["3 models have scores that state no split"]
    assert missing(tiny, compile_filter(tiny, ["url~x"], scores=True))[-1] == "5 models have scores that state no address of the source"
    assert len(list_scores(tiny, Filter()).rows) == len(list(Extract(tiny, Filter()).scores())) == 9
    assert len(known_of(tiny, "ada-1b").figures) == 2
    assert [figure["source"] for each in shared_rankings(tiny, ["ada-1b"]) for figure in each.figures.values()] == [None, None]
    assert differences(tiny, tiny).changes == []
    other = tiny_store.build()
    other.connection.execute("DELETE FROM source")
    other.connection.execute("DELETE FROM score WHERE model = 'ada-1b'")
    assert [each.old_source for each in differences(tiny, other).of("score", "gone")] == ["paper", "paper"]
    assert [row["source"] for row in rank(tiny, [benchmark_part(tiny, "textvqa")], Filter()).data] == [None] * 5


def test_more_than_one_condition_may_exclude_each_other() -> None:
    assert missing(catalog(), compile_filter(catalog(), ["params<1B", "params>2B"])) == [
        "params<1B and params>2B exclude each other: 1 model meets the first, 2 the second", "1 model states no parameter count",
    ]  # fmt: skip
    assert missing(catalog(), compile_filter(catalog(), ["params<1M"])) == ["1 model states no parameter count"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["mlp"], ["owl-7b", "owl-moe"]), (["bridge"], ["owl-7b", "owl-moe"]), (["BRI"], ["owl-7b", "owl-moe"]), (["linear"], ["finch-2b"]),
        (["bri,linear"], ["owl-7b", "owl-moe", "finch-2b"]), (["ridge"], []), (["lin"], []), (["!=mlp"], ["finch-2b"]),
    ],
)  # fmt: skip
def test_a_connector_is_a_kind_or_the_beginning_of_a_name(values: list[str], found: list[str]) -> None:
    where = compile_filter(catalog(), connector_terms(catalog(), values))
    assert [row["id"] for row in list_models(catalog(), where).rows] == found


def test_a_model_is_counted_once_whatever_its_scores() -> None:
    store = compiled()
    store.connection.execute("UPDATE model SET params_scope = 'language-model' WHERE id = 'owl-7b'")
    told = of_part(store, compile_filter(store, ["evidence=original"], scores=True))
    assert told == ["1 of the models that match states the size of the language model alone (params_scope)"]


def near(text: str, store: Catalog | None = None) -> str:
    used = store or catalog()
    (note,) = doubting.doubts(used, compile_filter(used, [text]))
    return note


def named(*encoders: str) -> Catalog:
    """A catalog in which as many models have these series."""
    return compiled([{**WREN, "id": f"f{place}", "name": f"F{place}", "series": name, "models": [{"id": f"m{place}", "name": f"M{place}"}]}
                     for place, name in enumerate(encoders)], additions=())  # fmt: skip


def test_a_few_values_are_all_named_where_none_is_near() -> None:
    few = [f"{letter}{letter}{letter}" for letter in "abcdefg"]
    assert near("series~zzz", named(*few[: doubting.FEW])).endswith("did you mean aaa, bbb, ccc, ddd, eee or fff?")
    assert near("series~zzz", named(*few)).endswith("(vlmctl facets series lists what there is)")


def test_words_within_names_are_suggested_unless_they_are_short() -> None:
    organizations = [["Long Word Laboratory"], *([f"{letter * 9}"] for letter in "bcdefgh")]
    store = compiled([{**WREN, "id": f"f{place}", "name": f"F{place}", "organizations": each, "models": [{"id": f"m{place}", "name": "M"}]}
                      for place, each in enumerate(organizations)], additions=())  # fmt: skip
    assert "did you mean Word" in near("org~worrd", store)
    assert "did you mean Long" in near("org~lonng", store), "four letters are enough"
    short = compiled([{**WREN, "id": f"f{place}", "name": f"F{place}", "organizations": each, "models": [{"id": f"m{place}", "name": "M"}]}
                      for place, each in enumerate([["Fox Laboratory"], *organizations[1:]])], additions=())  # fmt: skip
    assert "did you mean Fox" not in near("org~foxx", short), "three are not"


@pytest.mark.parametrize(("count", "paired"), [(doubting.PAIRED, True), (doubting.PAIRED + 1, False)])
def test_many_conditions_are_not_tried_in_pairs(count: int, paired: bool) -> None:
    texts = ["params<1B", "params>2B", *(f"scores>={number}" for number in range(-count + 2, 0))]
    (note,) = doubting.doubts(catalog(), compile_filter(catalog(), texts))
    assert ("exclude each other" in note) is paired
    assert note.startswith("each condition has models that meet it, but none meets all: params<1B (1), ") is not paired


# --- names ---


def test_a_name_of_signs_alone_is_found_letter_by_letter_only() -> None:
    store = compiled(({**WREN, "models": [{"id": "m", "name": "---"}]},), additions=())
    assert models_exactly(store, "---") == ["m"]
    assert models_exactly(store, "__") == models_exactly(store, "") == []


def test_at_most_four_models_may_have_been_meant() -> None:
    models = [{"id": f"wren-{letter}", "name": f"Wren {letter}"} for letter in "abcdef"]
    assert near_models(compiled(({**WREN, "models": models},), additions=()), "wren-") == ("wren-a", "wren-b", "wren-c", "wren-d")


def test_suggestions_name_each_thing_once() -> None:
    models = [{"id": "robin-1", "name": "Robbin 1", "aliases": ["Robin One", "robinn"]}, {"id": "robin-2", "name": "Robin 2"}]
    store = compiled(({**WREN, "models": models},), additions=())
    found = suggestions(store, "robin3", ("model",))
    assert sorted(found) == ["robin-1", "robin-2"]


# --- columns ---


def test_the_columns_of_a_list() -> None:
    columns = default_columns()
    people = [column.key for column in columns if not column.machine]
    assert people == ["name", "params", "language_model_name", "vision_encoder_names", "license", "released", "scores"]
    assert [column.key for column in columns if column.human] == ["language_model_name", "vision_encoder_names"]
    keys = [column.key for column in columns]
    assert keys.index("language_model_name") + 1 == keys.index("language_model")
    assert keys.index("vision_encoder_names") + 1 == keys.index("vision_encoders")


def test_a_list_sorted_by_what_is_text_in_some_models() -> None:
    for sort in ("image_size", "-image_size", "memory", "-memory"):
        assert list_models(catalog(), Filter(), sort=[sort]).rows[0]["id"] == "owl-7b", "no other has a number"
    table = list_models(compiled(), Filter(), columns=["id", "memory"])
    assert sum(row["memory"] is not None for row in table.rows) == 1
    assert any(note.startswith("memory is the high end of an estimate") for note in table.notes)
    store = compiled()
    low = list_models(store, compile_filter(store, ["memory_low<80GB"]))
    assert [note.partition(" of an")[0] for note in low.notes if "an estimate" in note] == ["memory_low is the low end"]


@pytest.mark.parametrize("name", ["scores", "models", "benchmarks"])
def test_what_an_export_always_has_is_what_the_store_can_not_lack(name: str) -> None:
    columns, read = Extract(catalog(), Filter()).table(name)
    present = {column.name for column in columns if all(row[column.name] is not None for row in read())}
    lists = {column.name for column in columns if column.type == "list"}
    by_luck = {"scores": {"params", "source_title", "source_kind"}, "models": {"summary"}, "benchmarks": {"summary", "min"}}[name]
    always = {column.name for column in columns if column.always}
    assert present - lists == always | by_luck


# --- spans of counts, caches, bars ---


def test_a_printed_count_of_ten_billions_has_all_digits_before_the_last_nine() -> None:
    assert stated(10 * G) == Span(10 * G * 0.95, 10 * G * 1.10)
    assert stated(9 * G) == Span(9 * G * 0.95, 9 * G * 1.20)
    assert stated(5 * G).high == 5 * G * 1.20
    assert stated(4 * G).high == 4 * G * 1.30


def three(language: Span, encoder: Span, connector: Span) -> list[Part]:
    return [Part("language_model", language, (4, 5)), Part("vision_encoder", encoder, (16, 16)), Part("connector", connector, (16, 16))]


def test_parts_that_are_just_the_total_leave_no_rest() -> None:
    found, total, note = reconciled(three(Span(1, 5), Span(1, 2), Span(0, 1)), Span(8, 9))
    assert (total, note) == (Span(8, 9), None)
    assert [part.params for part in found] == [(5, 5), (2, 2), (1, 1)]
    found, total, note = reconciled(three(Span(1, 5), Span(1, 2), Span(0, 1)), Span(8.5, 9))
    assert note is not None
    assert note.startswith("its parts add up to less than the number")
    assert found[-1].params == (1.5, 7)
    assert found[-1].bits == (4, 16), "the rest may be quantized like the language model"
    inside = [*three(Span(1, 5), Span(1, 2), Span(0, 1))[:2], Part("connector", Span(0, 1), (4, 16))]
    assert reconciled(inside, Span(8.5, 9))[0][-1].bits == (4, 16), "or not at all"
    assert together(found, total).low == pytest.approx((1 * 4 + 1 * 16 + 1.5 * 4 + 5 * 4) / 8)


def test_parts_that_are_more_than_the_total_take_from_the_language_model() -> None:
    found, total, note = reconciled(three(Span(6, 9), Span(3, 3), Span(0, 1)), Span(7, 8))
    assert [part.params for part in found] == [(5, 9), (3, 3), (0, 1)]
    assert total is None
    assert note == "its parts add up to more than the number of parameters stated for the whole"
    assert reconciled(three(Span(1, 9), Span(9, 9), Span(0, 1)), Span(7, 8))[0][0].params.low == 0
    assert reconciled(three(Span(6, 9), Span(2, 3), Span(0, 1)), Span(7, 8))[1] == Span(7, 8), "just as much is no more"
    assert reconciled(three(Span(6, 9), Span(3, 3), Span(0, 1)), None) == (three(Span(6, 9), Span(3, 3), Span(0, 1)), None, None)
    assert reconciled(three(Span(6, 9), Span(3, 3), Span(0, 1)), NOTHING_KNOWN)[1:] == (None, None)


def test_what_a_shape_must_tell_of_its_cache() -> None:
    whole = {"layers": 2, "attention": "standard", "kv_heads": 2, "head_dim": 64}
    tokens = Span(10, 10)
    assert cache.kv_cache(whole, tokens) == (2 * 2 * 2 * 64 * 10 * 2,) * 2
    for absent in ("kv_heads", "head_dim"):
        assert cache.kv_cache({key: value for key, value in whole.items() if key != absent}, tokens) is None
    indexed = cache.kv_cache({**whole, "indexer": {"head_dim": 8}}, tokens)
    assert indexed is not None
    assert (indexed.high or 0) - indexed.low == 2 * 1 * 8 * 10 * 2, "one head in every layer, unless stated"
    assert cache.cache_doubts({"indexer": {"head_dim": 8}}) == ["which layers keep keys for its indexer isn't recorded: none to all"]
    assert cache.cache_doubts(whole) == []
    assert cache.state_doubts({"conv": {"layers": 2, "dim": 4}}) == ["the size of its conv state isn't recorded"]
    assert cache.state_doubts({"conv": {"layers": 2, "conv_L_cache": 4}}) == ["the size of its conv state isn't recorded"]
    assert cache.state_doubts({"conv": {"layers": 2, "dim": 4, "conv_L_cache": 3}}) == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("up to 100 x (9+1) per image", 1, 1000), ("up to 100 x (4 + 2) tokens per image", 1, 600), ("4 to 9 per image", 4, 9)],
)
def test_tokens_of_a_picture_in_words(text: str, low: int, high: int) -> None:
    assert cache.image_tokens(text, None)[0] == (low, high)


def test_bars_of_a_ranking_are_on_its_published_range() -> None:
    store = build({"a": Model(G), "b": Model(G)}, {"A": Bench(), "B": Bench(500, 2500, unit="points")}, {("a", "A"): 50, ("b", "B"): 1500})
    for name in "AB":
        part = benchmark_part(store, name)
        table = ranking_bars(rank(store, [part], Filter()), [part])
        assert [row["value_bar"] for row in table.rows] == ["█" * 10]
    scored = Table([Column("score", "Score", "number")], [{"score": 50.0}, {"score": 100.0}, {"score": 0.0}])
    assert [row["score_bar"] for row in ranking_bars(scored, []).rows] == ["█" * 10, "█" * 20, ""]
    assert bar(5, 5, 5) == bar(6, 5, 5) == "", "a range without extent has no bars"


# --- weights, several benchmarks ---


def weights(*texts: str, of: str = "reading@test halves") -> list[float]:
    ranked = parts(*of.split())
    return [weight / FINE for weight in weights_named(catalog(), texts, ranked).values()]


def test_a_weight_names_a_benchmark_or_the_part_of_it_that_is_ranked() -> None:
    assert weights("reading@test=3") == weights("reading=3") == weights("reading@val=3") == [3, 1], "only one part of it is ranked"
    both = "reading@val reading@test"
    assert weights("reading@test=3", of=both) == [1, 3]
    assert weights("reading=3", of=both) == [3, 1], "that is the usual one"
    with pytest.raises(UsageError, match="--weights reading:anls: it isn't among the benchmarks to rank by") as caught:
        weights("reading:anls=3", of="reading@val reading@val:anls")
    assert caught.value.hint == "they are Reading, Reading@val:anls"
    with pytest.raises(UsageError, match="isn't among"):
        weights("drawing=2")


def over(*names: str, **options: Any) -> Table:
    return rank_several(catalog(), parts(*names), options.pop("where", Filter()), **{"how": How(), **options})


def test_classes_of_size_are_groups_of_a_ranking_over_several() -> None:
    assert over("reading", view=View(borders=(G,))).group == "size_class"
    assert over("reading", view=View(front=True)).group is None
    nothing = compile_filter(catalog(), ["params>900B"])
    assert over("reading", "halves", where=nothing).empty == "no model that matches has all of the benchmarks"
    assert over("reading", where=nothing, how=How("pairwise")).empty == "no model that matches has any of the benchmarks"


# --- the language of filters ---


def test_an_option_may_have_as_many_values_as_an_expression_terms() -> None:
    assert len(option_term("license", ",".join(["mit"] * MOST_TERMS)).values) == MOST_TERMS
    with pytest.raises(QueryError, match=f"more than {MOST_TERMS} terms") as caught:
        option_term("license", ",".join(["mit"] * (MOST_TERMS + 1)))
    assert caught.value.text[caught.value.start :] == "mit", "it points at the first too many"


def matching(tiny: Catalog, term: str) -> list[str]:
    return [row["id"] for row in list_models(tiny, compile_filter(tiny, [term])).rows]


def test_a_span_of_one_day_holds_that_day(tiny: Catalog) -> None:
    assert matching(tiny, "released=2024-02-06..2024-02-06") == ["cy-4b"]
    assert matching(tiny, "released=2024-02..2024-02") == ["bob-2b", "cy-4b"]
    assert matching(tiny, "released=2024-02-06..2024-02") == ["cy-4b"], "it ends with its month"
    for term in ("released=2024-02-07..2024-02-06", "released=2024-03..2024-02", "params=4B..2B"):
        with pytest.raises(QueryError, match="the range runs from high to low") as caught:
            compile_filter(tiny, [term])
        low, high = term.partition("=")[2].split("..")
        assert caught.value.hint == f"write {high}..{low}"
    assert matching(tiny, "params=2B..2B") == ["bob-2b"]


def test_looking_for_no_text_is_an_error(tiny: Catalog) -> None:
    for term in ('hf~""', "id!~''", 'llm~""'):
        with pytest.raises(QueryError, match="there is no text to look for"):
            compile_filter(tiny, [term])
    assert matching(tiny, 'hf=""') == []


def test_alternatives_within_a_conjunction_keep_together(tiny: Catalog) -> None:
    assert matching(tiny, "(id=ada-1b or id=cy-4b) and params>2B") == ["cy-4b"]
    assert matching(tiny, "params>2B and (id=ada-1b or id=cy-4b)") == ["cy-4b"]
    both = compile_filter(tiny, ["id=ada-1b or id=cy-4b", "params>2B"])
    assert [row["id"] for row in list_models(tiny, both).rows] == ["cy-4b"]
    assert both.text == "(id=ada-1b or id=cy-4b) and params>2B"
    assert compile_filter(tiny, ["id=ada-1b or id=cy-4b"]).text == "id=ada-1b or id=cy-4b"
    counted = tiny.value(f"SELECT count(*) FROM model m WHERE 0 AND {compile_filter(tiny, ['id=ada-1b or id=cy-4b']).sql}",
                         compile_filter(tiny, ["id=ada-1b or id=cy-4b"]).params)  # fmt: skip
    assert counted == 0, "it can be joined by AND"


def test_terms_of_all_texts_count_together(tiny: Catalog) -> None:
    half = " or ".join(["moe"] * (MOST_TERMS // 2))
    assert len(compile_filter(tiny, [half, half]).conditions) == 2
    with pytest.raises(QueryError, match=f"the filter has more than {MOST_TERMS} terms"):
        compile_filter(tiny, [half, half, "open"])


@pytest.mark.parametrize(
    ("bound", "meant"), [("0.8", "800"), ("1", "1000"), ("1.5", "15"), ("80", "800"), ("100", "1000"), ("101", None), ("1000", None)]
)
def test_bounds_on_a_scale_to_a_thousand(bound: str, meant: str | None) -> None:
    store = build({"a": Model(G)}, {"A": Bench(high=1000, unit="points")}, {("a", "A"): 500})
    told = doubting.doubts(store, compile_filter(store, [f"A>={bound}"]))
    assert told == ([f"A is scored 0 to 1000; did you mean {meant}?"] if meant else [])
