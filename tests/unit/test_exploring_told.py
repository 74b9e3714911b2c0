"""`facets`, `plot` and `search` in full: headings, notes, units, labels and snippets, on the told catalog."""

from __future__ import annotations

import math
import sqlite3
from datetime import date
from typing import Any

import pytest

from unit.ranked_store import Bench, Model, build
from unit.told_store import DRAWING, READING, WREN, catalog, compiled
from vlmctl.errors import UsageError
from vlmctl.query.exploring import words as looking
from vlmctl.query.exploring.facets import count_values, facet_named, list_facets
from vlmctl.query.exploring.plot import MOST_NAMES, scatter
from vlmctl.query.exploring.search import search, snippet
from vlmctl.query.exploring.words import LONGEST, MOST_WORDS, words_of
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.memory.settings import Settings, configure
from vlmctl.results import Chart, Table
from vlmctl.store.catalog import Catalog

G = 10**9


def facets(name: str, *where: str, **options: Any) -> Table:
    return count_values(catalog(), facet_named(name), compile_filter(catalog(), where) if where else Filter(), **options)


def counted(table: Table) -> list[tuple[Any, ...]]:
    return [(row["label"], row["value"], row["models"], row["share"]) for row in table.rows]


# --- facets ---


def test_values_with_their_names_and_shares() -> None:
    assert counted(facets("llm")) == [
        ("Brain-7B", "brain-7b", 2, 40.0), ("Brain-MoE", "brain-moe", 1, 20.0), ("not stated", None, 2, 40.0),
    ]  # fmt: skip
    assert counted(facets("license")) == [
        ("MIT License", "MIT", 2, 40.0), ("Owl License", "owl-license", 1, 20.0), ("not stated", None, 2, 40.0),
    ]  # fmt: skip
    assert counted(facets("family")) == [("Owl", "owl", 2, 40.0), ("Wren", "wren", 2, 40.0), ("Finch", "finch", 1, 20.0)]
    assert counted(facets("llm_line")) == [("Brain", "Brain", 2, 40.0), ("not stated", None, 3, 60.0)]
    assert [row["name"] for row in facets("llm").rows] == ["Brain-7B", "Brain-MoE", None]
    assert [row["name"] for row in facets("year").rows] == [None] * 3


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("encoder", [("Eye-L", 1), ("Eye-S", 1), ("not stated", 4)]), ("encoder_line", [("Eye", 1), ("not stated", 4)]),
        ("connector", [("mlp", 2), ("linear", 1), ("not stated", 2)]), ("commercial", [("allowed", 2), ("not-allowed", 1),
        ("not stated", 2)]),
        ("org", [("Bird Lab", 3), ("Forest", 2), ("Hedge", 2)]), ("series", [("Birds", 4), ("Finches", 1)]),
        ("list", [("big-list", 2), ("other-list", 2), ("not stated", 3)]), ("year", [("2024", 2), ("2025", 1), ("not stated", 2)]),
        ("moe", [("no", 2), ("yes", 1), ("not stated", 2)]), ("tuning", [("full", 1), ("not stated", 4)]),
        ("image_size", [("336", 1), ("dynamic", 1), ("not stated", 3)]), ("language", [("en", 2), ("zh", 2), ("not stated", 3)]),
        ("open", [("no", 2), ("yes", 2), ("not stated", 1)]),
        ("size", [("under 1B", 1), ("2B to under 4B", 1), ("4B to under 8B", 1), ("20B and over", 1), ("not stated", 1)]),
    ],
)  # fmt: skip
def test_every_facet(name: str, found: list[tuple[str, int]]) -> None:
    assert [(row["label"], row["models"]) for row in facets(name).rows] == found


def test_a_heading_says_what_was_counted() -> None:
    assert facets("org").heading == "models by organization\t3 values, 5 models"
    assert facets("series", "params=2B").heading == "models by series · params=2B\t1 value, 1 model"
    assert facets("benchmark").heading == "comparable figures by benchmark\t3 values, 5 models"
    assert facets("org", limit=1).heading.endswith("3 values, 5 models")
    assert facets("tuning", "params=2B").empty == "no model states it"
    empty = facets("tuning", "params=3B")
    assert (empty.empty, list(empty.rows), empty.heading) == ("no model matches", [], "models by tuning · params=3B\t0 values, 0 models")


def test_shares_of_several_values_add_up_to_more_and_a_note_says_so() -> None:
    several = "a model may have several: the shares add up to more than 100 %"
    assert facets("org").notes == facets("list").notes == [several]
    assert facets("encoder").notes == [several], "those that state none are models, too"
    assert facets("series").notes == []
    assert facets("org", "family=finch").notes == [], "here none has"
    assert facets("encoder", "family=finch").notes == []


def test_benchmarks_with_any_figure_beside_those_that_can_be_compared() -> None:
    table = facets("benchmark")
    assert [(row["label"], row["value"], row["models"], row["scored"]) for row in table.rows] == [
        ("Reading", "reading", 4, 4), ("Drawing", "drawing", 3, 4), ("Halves", "halves", 1, 2), ("none of them", None, 1, None),
    ]  # fmt: skip
    assert [column.key for column in table.columns][-1] == "scored"
    some = facets("benchmark", "params>=7B")
    assert [(row["value"], row["models"], row["scored"]) for row in some.rows] == [("reading", 2, 2), ("drawing", 1, 2), ("halves", 1, 2)]
    assert "scored" not in facets("llm").rows[-1]
    other = compiled((WREN, {**WREN, "id": "w", "models": [{"id": "w-1", "name": "W"}]}), (READING, DRAWING), ())
    table = count_values(other, facet_named("benchmark"), Filter())
    assert [(row["label"], row["models"]) for row in table.rows] == [("none of them", 3)]


def test_bars_are_of_the_largest_share() -> None:
    shown = {row["value"]: row["share_bar"] for row in facets("org").rows}
    assert (shown["Bird Lab"], shown["Hedge"]) == ("█" * 20, "█" * 13 + "▍")


def test_the_list_of_facets_counts_values_and_models() -> None:
    table = list_facets(catalog(), compile_filter(catalog(), ["family=owl"]))
    rows = {row["field"]: row for row in table.rows}
    assert {key: (rows[key]["values"], rows[key]["models"]) for key in ("encoder", "org", "tuning", "year", "benchmark", "size")} == {
        "encoder": (2, 1), "org": (2, 2), "tuning": (1, 1), "year": (1, 2), "benchmark": (3, 2), "size": (2, 2),
    }  # fmt: skip
    assert table.heading == "fields that can be counted: vlmctl facets FIELD\t2 models"
    assert rows["llm"]["aliases"] == ["language_model"]
    assert [column.key for column in table.columns if column.machine] == ["aliases"]
    assert [column.key for column in table.columns if column.shrinks] == ["help"]
    by_size = {row["field"]: row["values"] for row in list_facets(catalog(), Filter(), borders="1B").rows}
    assert by_size["size"] == 2


def test_unknown_facets_name_the_nearest_and_all() -> None:
    for name, message, hint in (
        ("lisence", "unknown field 'lisence'", "did you mean license or list? fields: llm, llm_line, "),
        ("§", "unknown field '§'", "fields: llm, "),
        ("name", "the values of name aren't counted", "fields: llm, "), ("x" * 61, f"unknown field '{'x' * 60}'", "fields: llm, "),
    ):  # fmt: skip
        with pytest.raises(UsageError) as caught:
            facet_named(name)
        assert str(caught.value) == message
        assert (caught.value.hint or "").startswith(hint)


# --- plot ---


def plot(*where: str, store: Catalog | None = None, **options: Any) -> Chart:
    used = store or catalog()
    return scatter(used, compile_filter(used, where) if where else Filter(), **options)


def test_axes_say_what_they_measure() -> None:
    chart = plot(x="params", y="reading")
    assert (chart.x_title, chart.x_unit, chart.x_kind, chart.y_title, chart.y_unit, chart.y_kind) == (
        "Parameters", "", "count", "Reading", "val, accuracy, %", "number",
    )  # fmt: skip
    assert chart.heading == "Reading by parameters\t4 of 5 models have both"
    assert chart.smaller_x
    active = plot(x="active_params", y="drawing")
    assert (active.x_title, active.y_unit) == ("Active parameters", "error")
    test = plot("params<8B", x="released", y="reading@test")
    assert (test.x_title, test.x_kind, test.y_title, test.y_unit) == ("Released", "date", "Reading@test", "ANLS, %")
    assert test.heading == "Reading@test by date of release · params<8B\t2 of 3 models have both"
    size = plot(x="image_size", y="reading")
    assert (size.x_title, size.x_unit, size.heading.partition("\t")[0]) == ("Image", "pixels", "Reading by image")
    both = plot(x="drawing", y="reading")
    assert (both.x_title, both.x_unit, both.smaller_x, both.heading.partition("\t")[0]) == ("Drawing", "error", True, "Reading by Drawing")
    assert not plot(x="reading", y="drawing").smaller_x
    own = compiled()
    configure(own, Settings("int8"))
    assert plot(store=own, x="memory", y="reading").x_unit == "int8, 4,096 tokens of context, 1 image"


def test_points_from_left_to_right_and_the_front() -> None:
    chart = plot(x="params", y="reading", color="family", line=True)
    assert [(point.id, point.label, point.x, point.y, point.group, point.front) for point in chart.points] == [
        ("wren", "Wren", 450_000_000, 40, "Wren", True), ("finch-2b", "Finch 2B", 2 * G, 61.5, "Finch", True),
        ("owl-7b", "Owl 7B", 7_400_000_000, 61.5, "Owl", False), ("owl-moe", "Owl MoE", 30 * G, 70.25, "Owl", True),
    ]  # fmt: skip
    assert chart.front == ["wren", "finch-2b", "owl-moe"]
    assert (chart.line, chart.group_title) == (True, "Family")
    plain = plot(x="params", y="reading")
    assert (plain.line, plain.group_title, {point.group for point in plain.points}) == (False, "", {""})
    drawing = plot(x="params", y="drawing")
    assert drawing.front == ["wren", "finch-2b"], "less is better"


def test_the_best_bears_its_name_first_then_the_ends_of_the_front() -> None:
    assert plot(x="params", y="reading").labels == ["owl-moe", "wren", "finch-2b"]
    assert plot(x="params", y="drawing").labels == ["finch-2b", "wren"]
    assert plot(x="params", y="reading", log=("x",)).labels == ["owl-moe", "wren", "finch-2b"]
    assert plot("params=3B", x="params", y="reading").labels == []
    many = {f"m{number:03}": Model(number * G) for number in range(1, MOST_NAMES + 5)}
    store = build(many, {"A": Bench()}, {(name, "A"): place for place, name in enumerate(many)})
    labels = plot(store=store, x="params", y="A").labels
    assert len(labels) == MOST_NAMES
    assert labels[:4] == [f"m{MOST_NAMES + 4:03}", "m001", f"m{MOST_NAMES + 3:03}", f"m{MOST_NAMES + 2:03}"]
    assert plot(store=store, x="A", y="params").points[0].id == "m001"


def test_dates_cover_their_days() -> None:
    chart = plot(x="released", y="reading")
    assert [(point.id, point.x, point.stated) for point in chart.points] == [
        ("owl-7b", date(2024, 3, 5).toordinal(), "2024-03-05"), ("owl-moe", date(2024, 3, 5).toordinal(), "2024-03-05"),
        ("finch-2b", date(2025, 1, 1).toordinal(), "2025"),
    ]  # fmt: skip
    assert chart.notes == ["1 model has Reading but states no release date, and can't be drawn"]
    assert {point.stated for point in plot(x="params", y="reading").points} == {None}


def test_those_that_can_not_be_drawn_are_counted() -> None:
    assert plot(x="active_params", y="reading").notes == [
        "3 models have Reading but state no separate number of active parameters, and can't be drawn",
    ]  # fmt: skip
    assert plot(x="halves", y="reading").notes == ["3 models have Reading but have no comparable Halves figure, and can't be drawn"]
    assert plot(x="reading", y="halves").notes == []
    assert plot("family=owl", x="halves", y="reading").notes == [
        "1 model has Reading but has no comparable Halves figure, and can't be drawn",
    ]  # fmt: skip
    zero = build({"a": Model(G), "b": Model(2 * G), "c": Model(3 * G)}, {"A": Bench(-5)}, {("a", "A"): 0, ("b", "A"): -1, ("c", "A"): 1})
    assert plot(store=zero, x="params", y="A", log=("y",)).notes == ["2 points at zero or below can't stand on a logarithmic axis"]
    assert plot(store=zero, x="A", y="params", log=("x",)).notes == ["2 points at zero or below can't stand on a logarithmic axis"]
    assert [point.id for point in plot(store=zero, x="params", y="A", log=("y",)).points] == ["c"]


SPREAD = "most points crowd on the left (--log x spreads them)"


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([1, 2, 3, 4, 100], True), ([1, 2, 3, 100], False), ([1, 2, 21, 22, 100], False), ([1, 2, 20, 22, 100], True),
        ([1, 2, 60, 80, 100], False), ([5, 5, 5, 5, 5], True),
    ],
)  # fmt: skip
def test_points_that_crowd_on_the_left_are_worth_a_word(sizes: list[int], told: bool) -> None:
    models = {f"m{place}": Model(size * G) for place, size in enumerate(sizes)}
    store = build(models, {"A": Bench()}, {(name, "A"): 50 for name in models})
    assert (SPREAD in plot(store=store, x="params", y="A").notes) is told
    assert SPREAD not in plot(store=store, x="params", y="A", log=("x",)).notes


def test_axes_that_could_have_no_logarithm_are_not_told_to_have_one() -> None:
    figures = {(f"m{place}", name): value for name in "AB" for place, value in enumerate([0, 1, 2, 3, 100])}
    store = build({f"m{place}": Model(G, released="2024-01") for place in range(5)}, {"A": Bench(), "B": Bench()}, figures)
    assert SPREAD not in plot(store=store, x="A", y="B").notes
    assert SPREAD not in plot(store=store, x="released", y="B").notes


def test_groups_that_points_can_not_have() -> None:
    for name, hint in (
        ("licens", "did you mean license? groups: family, series, "),
        ("§", "groups: family, series, "),
        ("params", "groups: "),
    ):
        with pytest.raises(UsageError, match="points can't be grouped by") as caught:
            plot(x="params", y="reading", color=name)
        assert (caught.value.hint or "").startswith(hint)
    with pytest.raises(UsageError, match="family is no number that an axis could show") as caught:
        plot(x="family", y="reading")
    assert (caught.value.hint or "").startswith("axes: params, active_params, image_size, ")


# --- search ---


def searched(text: str, *where: str, **options: Any) -> Table:
    return search(catalog(), text, compile_filter(catalog(), where) if where else Filter(), **options)


def places(table: Table) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["id"], row["place"]) for row in table.rows]


def test_what_is_found_is_counted_by_kind() -> None:
    table = searched("owl")
    assert places(table) == [("family", "owl", "name"), ("model", "owl-moe", "name"), ("model", "owl-7b", "name")]
    assert table.heading == "owl\t1 family, 2 models"
    assert searched("reading").heading == "reading\t1 benchmark"
    assert searched("wren").heading == "wren\t1 family, 2 models"
    assert searched("birds").heading == "birds\t2 families, 1 model"
    assert searched("  two   words ").heading == "two words"
    assert searched("owl", "params<8B").heading == "owl · params<8B\t1 family, 1 model"
    assert [row["name"] for row in table.rows] == ["Owl", "Owl MoE", "Owl 7B"]


def test_what_is_not_found_is_told_by_the_number_of_words() -> None:
    assert searched("nothing").empty == "nothing in the catalog holds this text"
    assert searched("nothing here").empty == "nothing in the catalog holds all of these words"


@pytest.mark.parametrize(
    ("limit", "more"), [(1, "2 more match (--limit 0 shows all)"), (2, "1 more match (--limit 0 shows all)"), (3, None), (None, None)]
)
def test_a_limit_says_how_many_more_match(limit: int | None, more: str | None) -> None:
    table = searched("owl", limit=limit)
    assert places(table) == places(searched("owl"))[:limit]
    assert list(table.notes) == ([more] if more else [])


def test_only_some_kinds_and_conditions_that_leave_benchmarks_out() -> None:
    assert [kind for kind, *_ in places(searched("e", kinds=("benchmark",)))] == ["benchmark"] * 3
    table = searched("halves", "params>1M")
    assert "1 benchmark is left out: the conditions are about models" in table.notes
    assert {kind for kind, *_ in places(table)} <= {"family", "model"}
    both = search(catalog(), "a", compile_filter(catalog(), ["params>1M"]))
    assert "4 benchmarks are left out: the conditions are about models" in both.notes
    assert not any("left out" in note for note in searched("owl", "params>1M").notes)


def test_bounds_of_a_search() -> None:
    assert words_of("x" * LONGEST) == ["x" * LONGEST]
    assert len(words_of(" ".join(f"w{number}" for number in range(MOST_WORDS)))) == MOST_WORDS
    with pytest.raises(UsageError, match=r"^the text to search for is too long: 1,001 characters, at most 1,000$"):
        words_of("x" * (LONGEST + 1))
    with pytest.raises(UsageError, match=rf"^too many words to search for: {MOST_WORDS + 1}, at most {MOST_WORDS}$"):
        words_of(" ".join(f"w{number}" for number in range(MOST_WORDS + 1)))
    assert words_of('One "two three" one TWO') == ["one", "two three", "TWO"], "each once, as it was typed last"


def test_the_whole_name_comes_before_a_name_that_holds_it() -> None:
    names = [{"id": f"bird-{key}", "name": name} for key, name in (("a", "Robin Robin Robin"), ("b", "Robin"))]
    store = compiled(({**WREN, "models": names},), (DRAWING,), ())
    assert [row["id"] for row in search(store, "robin", Filter()).rows] == ["bird-b", "bird-a"]
    assert search(store, " ROBIN ", Filter()).rows[0]["id"] == "bird-b"


def test_a_word_that_comes_more_often_in_a_shorter_text_tells_more() -> None:
    def order(*texts: str, word: str) -> list[str]:
        families = [{**WREN, "id": f"f{place}", "name": f"N{place}", "contributions": [text],
        "models": [{"id": f"m{place}", "name": f"M{place}"}]}
                    for place, text in enumerate(texts)]  # fmt: skip
        store = compiled(families, (DRAWING,), ())
        return [row["id"] for row in search(store, word, Filter()).rows]

    for word in ("眼睛", "qz"):  # words too short for the index are weighed likewise
        often, once = f"{word} and {word} again", f"{word} and other things"
        assert order(once, often, "nothing", "nothing", word=word) == ["f1", "f0"]
        assert order(once + " with many more words behind", once, "nothing", "nothing", word=word) == ["f1", "f0"]


def test_scores_are_positive_and_rounded_and_more_is_better() -> None:
    for text in ("owl", "夜"):
        rows = searched(text).rows
        assert rows
        assert all(row["score"] > 0 and row["score"] == round(row["score"], 4) for row in rows)
    assert searched("夜").rows[0]["text"] == "夜视。"


def test_a_name_in_another_spelling_counts_by_how_much_of_it_was_typed() -> None:
    rows = searched("birdsowl").rows
    assert [(row["id"], row["place"], row["text"], row["score"]) for row in rows] == [("owl-7b", "name", "birds/owl-7b", round(8 / 10, 4))]
    assert searched("owl7b").rows[0]["score"] >= searched("owl7").rows[0]["score"] > 0
    assert searched("7 b").rows == searched("b 7").rows
    assert [row["id"] for row in searched("wl.7b").rows] == ["owl-7b"]
    assert searched("l.7b").rows == [], "three letters and digits stand in too many names"
    dated = compiled(({**WREN, "models": [{"id": "m", "name": "Tit 2024-05"}]},), (DRAWING,), ())
    assert [row["id"] for row in search(dated, "t 2024", Filter()).rows] == ["m"]
    assert search(dated, "2.024", Filter()).rows == [], "nor is a number a spelling of another one"


def test_a_name_that_holds_the_word_as_it_is_counts_once() -> None:
    held = looking.passages_holding(catalog(), "owl 7b")["model", "owl-7b"]
    assert [(each.order, type(each.text)) for each in held] == [(0, int)], "by the index"
    other = looking.passages_holding(catalog(), "o.w.l7b")["model", "owl-7b"]
    assert {(each.order, type(each.text)) for each in other} == {(0, str)}, "by its spelling"
    told = {thing: {each.order for each in passages} for thing, passages in looking.passages_holding(catalog(), "wren").items()}
    assert told == {("family", "wren"): {0}, ("model", "wren"): {0}, ("model", "wren-2"): {0}}
    lab = compiled(({**WREN, "organizations": ["Wren Lab"], "name": "W", "id": "w"},), (DRAWING,), ())
    places = {(each.order, each.place, type(each.text)) for each in looking.passages_holding(lab, "lab")["family", "w"]}
    assert places == {(1, "organizations", int)}
    both = looking.passages_holding(compiled(({**WREN, "organizations": ["Titmouse"], "name": "Tit-Mouse"},), (DRAWING,), ()), "titmouse")
    assert {(each.order, type(each.text)) for each in both["family", "wren"]} == {(0, str), (1, int)}, "the maker is no name"


def test_words_of_three_characters_are_indexed_and_shorter_ones_are_found_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(looking, "_scanned", never)
    assert searched("owl").rows
    with pytest.raises(AssertionError):
        searched("ow")
    monkeypatch.undo()
    monkeypatch.setattr(looking, "_indexed", never)
    assert searched("ow").rows
    with pytest.raises(AssertionError):
        searched("owl")


def test_snippets() -> None:
    assert snippet("a needle", "needle") == "a needle"
    long = "x" * 200
    assert snippet(long, "y") == "x" * 160 + "…"
    assert snippet("one two three four five six needle", "NEEDLE") == "…four five six needle"
    assert snippet("0123456789012345678901234567890 needle", "needle") == "…needle", "no word is cut"
    assert snippet("夜" * 40 + "鹰", "鹰") == "…" + "夜" * 18 + "鹰", "where there are no spaces"
    assert snippet("word " * 3 + "needle" + " end" * 60, "needle").startswith("word word word needle end")
    assert len(snippet("word " * 10 + "needle" + " end" * 60, "needle")) == 162


def test_machines_get_the_whole_text() -> None:
    columns = searched("owl").columns
    assert [column.key for column in columns if column.machine] == ["id", "text", "score"]
    assert [column.key for column in columns if column.human] == ["snippet"]
    assert [column.key for column in columns if column.shrinks] == ["text", "snippet"]


def test_the_more_telling_place_comes_first() -> None:
    plain = {**WREN, "organizations": ["Lab"], "summary": "S.", "name": "N", "series": "N"}
    said: list[dict[str, Any]] = [
        {"id": "d", "contributions": ["Zebra."]}, {"id": "e", "contributions": ["N."], "contributions_zh": ["斑马 Zebra。"]},
        {"id": "c", "summary_zh": "斑马 Zebra。"}, {"id": "b", "organizations": ["Zebra"]}, {"id": "a", "series": "Zebra"},
    ]  # fmt: skip
    store = compiled([{**plain, **each, "models": [{"id": f"m{place}", "name": "M"}]} for place, each in enumerate(said)], (DRAWING,), ())
    rows = search(store, "zebra", Filter()).rows
    assert [row["place"] for row in rows][:3] == ["name", "organizations", "summary_zh"]
    assert {row["place"] for row in rows[3:]} == {"contributions", "contributions_zh"}


def test_a_short_word_is_weighed_as_the_index_would() -> None:
    """BM25 with k1 1.2 and b 0.75: of 4 texts with 5 characters each on average two hold the word, once in 4 and twice in 8 characters."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE passage (kind, id, place, text)")
    connection.execute("CREATE TABLE name (kind, id, exact, normal)")
    for place, text in enumerate(["qz a", "qz b qzc", "abcd", "abcd"]):
        connection.execute("INSERT INTO passage VALUES ('family', ?, 'summary', ?)", (f"f{place}", text))
    more = [("family", f"g{number}", "summary", "abcde") for number in range(6)]
    connection.executemany("INSERT INTO passage VALUES (?, ?, ?, ?)", more)
    found = looking.passages_holding(Catalog(connection), "QZ")
    # ten texts, of five characters on average
    rarity = math.log((10 - 2 + 0.5) / (2 + 0.5))
    one, two = (found["family", key][0] for key in ("f0", "f1"))
    assert -one.unlike == pytest.approx(rarity * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / 5)))
    assert -two.unlike == pytest.approx(rarity * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 8 / 5)))
    assert (one.order, two.place) == (2, "summary")
    assert looking.passages_holding(Catalog(connection), "zz") == {}
    connection.execute("INSERT INTO passage VALUES ('family', 'g', 'summary', 'ΑΣ')")
    (greek,) = looking.passages_holding(Catalog(connection), "Σ")["family", "g"]
    rarity = math.log((11 - 1 + 0.5) / (1 + 0.5))
    assert -greek.unlike == pytest.approx(rarity * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / (52 / 11)))), "once, though its case folds apart"
    connection.execute("DELETE FROM passage WHERE id <> 'f0'")
    (alone,) = looking.passages_holding(Catalog(connection), "qz")["family", "f0"]
    assert 0 < -alone.unlike < 1e-5, "what every text holds tells nothing"


def test_the_whole_name_goes_before_a_text_that_tells_more() -> None:
    names = [
        {"id": "bird-a", "name": "Robin Robin"},
        {"id": "bird-b", "name": "Robin", "aliases": ["a name of many words that has nothing to do with the other one"]},
    ]
    store = compiled(({**WREN, "models": names},), (DRAWING,), ())
    assert [row["id"] for row in search(store, "robin", Filter()).rows] == ["bird-b", "bird-a"]
    assert looking.bearing(store, "-_ ") == looking.bearing(store, "\udcff") == set()
    assert looking.bearing(compiled(({**WREN, "models": [{"id": "m", "name": "---"}]},), (DRAWING,), ()), "-_ ") == set()
    assert looking.bearing(store, " ro-bin ") == {("model", "bird-b")}


def test_a_limit_that_is_just_enough_says_nothing() -> None:
    assert facets("org", limit=3).notes == ["a model may have several: the shares add up to more than 100 %"]
    assert facets("series", limit=2).notes == []
    assert [row["label"] for row in facets("llm", limit=1).rows] == ["Brain-7B", "not stated"]
    assert [column.key for column in facets("llm").columns if column.machine] == ["value", "name"]
    assert [column.key for column in facets("llm").columns if column.human] == ["label", "share_bar"]
