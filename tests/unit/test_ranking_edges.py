"""A ranking on one benchmark at its borders: limits among ties and unranked rows, legend, heading, columns, notes."""

from __future__ import annotations

import io
from typing import Any

import pytest

from unit.ranked_store import Bench, Model, build
from unit.tiny_store import insert
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.ranking import Rules, competition_ranks, parts_named, rank
from vlmctl.query.rankings.sizes import View
from vlmctl.query.rankings.standings import coverage, elsewhere, standings
from vlmctl.render import RenderOptions, render
from vlmctl.results import Table
from vlmctl.store.catalog import Catalog

FIGURES = {
    ("a", "A"): 90.0,
    ("b", "A"): 80,
    ("c", "A"): 80,
    ("d", "A"): 85,
    ("e", "A"): 10,
    ("f", "A"): 5,
    ("a", "E"): 0.5,
    ("b", "E"): 0.25,
}
APART = [("a", "A"), ("d", "A"), ("f", "A")]
"""Unranked: above the first, between the second and none, below the last."""


@pytest.fixture(scope="module")
def store() -> Catalog:
    models = {key: Model((place + 1) * 10**9, family="ab" if key in "ab" else key) for place, key in enumerate("abcdefg")}
    return build(models, {"A": Bench(), "E": Bench(0, 1, up=False, unit="error", metric="rate")}, FIGURES, APART)


def asked(store: Catalog, bench: str = "A", where: str = "", **options: Any) -> Table:
    return rank(store, [benchmark_part(store, bench)], compile_filter(store, [where] if where else []), **options)


def rows(table: Table) -> list[tuple[str, int | None]]:
    return [(row["id"], row["rank"]) for row in table.rows]


WHOLE = [("a", None), ("d", None), ("b", 1), ("c", 1), ("e", 3), ("f", None)]


def test_unranked_rows_stand_in_their_place(store: Catalog) -> None:
    table = asked(store)
    assert rows(table) == WHOLE
    assert [row["value"].strong for row in table.rows] == [False, False, True, True, False, False]
    assert [row["comparable"] for row in table.rows] == [False, False, True, True, True, False]
    assert [row["remark"] for row in table.rows] == ["few-shot", "few-shot", "", "", "", "few-shot"]
    assert table.legend == [("–", "not ranked, for the reason beside it")]
    assert table.heading == "A · accuracy, % · higher is better\t6 of 7 models have it"
    assert table.notes == []
    assert table.group is None
    assert isinstance(table.data, list)
    assert "remark" not in table.data[0]


@pytest.mark.parametrize(("limit", "shown"), [(1, 3), (2, 4), (3, 5), (4, 6), (None, 6)])
def test_a_limit_counts_ranked_rows_and_ends_on_one(store: Catalog, limit: int | None, shown: int) -> None:
    table = asked(store, limit=limit)
    assert rows(table) == [row for row in WHOLE[:shown] if limit != 1 or row[0] != "d"], "of the unranked as many as of the ranked"
    more = {1: "2 more are ranked below and 2 are", 2: "1 more is ranked below and 1 is", 3: "1 more is"}.get(limit or 9)
    assert table.notes == ([f"{more} not ranked (--limit 0 shows all)"] if more else [])


def test_a_limit_under_any_protocol_counts_all(store: Catalog) -> None:
    table = asked(store, rules=Rules(any_protocol=True), limit=2)
    assert rows(table) == [("a", 1), ("d", 2)]
    assert table.notes == ["4 more are ranked below (--limit 0 shows all)"]
    assert asked(store, rules=Rules(strict=True), limit=1).notes == ["2 more are ranked below (--limit 0 shows all)"]


def test_ids_are_those_that_are_ranked(store: Catalog) -> None:
    table = asked(store)
    assert table.ids == ["b", "c", "e"]
    assert table.unlisted == ["3 more are not ranked (shown without -q)"]
    assert asked(store, rules=Rules(strict=True)).unlisted == []
    text = io.StringIO()
    told = render(table, text, format="table", options=RenderOptions(80, color=False, quiet=True))
    assert (text.getvalue().split(), told) == (["b", "c", "e"], ["3 more are not ranked (shown without -q)"])


def test_a_limit_holds_for_the_unranked_alone() -> None:
    models = {key: Model(10**9) for key in "abcd"}
    figures = {(key, "A"): place for place, key in enumerate("abcd")}
    table = asked(build(models, {"A": Bench()}, figures, [(key, "A") for key in "abcd"]), limit=1)
    assert rows(table) == [("d", None)]
    assert table.notes == ["3 more are not ranked (--limit 0 shows all)"]
    assert table.ids == []


def test_rules(store: Catalog) -> None:
    assert rows(asked(store, rules=Rules(strict=True))) == [("b", 1), ("c", 1), ("e", 3)]
    assert asked(store, rules=Rules(strict=True)).legend == []
    every = asked(store, rules=Rules(any_protocol=True))
    assert rows(every) == [("a", 1), ("d", 2), ("b", 3), ("c", 3), ("e", 5), ("f", 6)]
    assert [row["comparable"] for row in every.rows] == [False, False, True, True, True, False]
    assert (Rules().classes, Rules(any_protocol=True, strict=True).classes, Rules(strict=True).classes) == ((0, 1), (0, 1, 2), (0,))


def test_lower_is_better(store: Catalog) -> None:
    table = asked(store, "E")
    assert rows(table) == [("b", 1), ("a", 2)]
    assert table.heading == "E · rate · lower is better\t2 of 7 models have it"
    assert [row["value"].value for row in table.rows] == [0.25, 0.5]


def test_a_filter_stands_in_the_heading_and_counts(store: Catalog) -> None:
    table = asked(store, where="params<=4B")
    assert rows(table) == WHOLE[:4]
    assert table.heading == "A · accuracy, % · higher is better · params<=4B\t4 of 4 models have it"
    assert rows(asked(store, where="params>100B")) == []
    assert coverage(store, benchmark_part(store, "A"), compile_filter(store, ["params>100B"])) == (0, 0, 0)
    assert coverage(store, benchmark_part(store, "A"), compile_filter(store, ["params<=4B"])) == (2, 2, 4)
    assert coverage(store, benchmark_part(store, "A"), compile_filter(store, ["params<=3B"])) == (2, 1, 3)
    assert coverage(store, benchmark_part(store, "A"), Filter()) == (3, 3, 7)


def test_columns(store: Catalog) -> None:
    own = {column.key: column for column in asked(store).columns}
    assert list(own) == [
        "rank", "id", "name", "family", "params", "language_model_name", "benchmark", "split", "metric", "protocol", "value", "comparable",
        "reason", "source", "evidence", "split_assumed", "mode", "remark",
    ]  # fmt: skip
    assert {key for key, column in own.items() if column.machine} == {
        "id", "family", "benchmark", "split", "metric", "protocol", "comparable", "reason", "source", "evidence",
        "split_assumed", "mode",
    }  # fmt: skip
    assert {key for key, column in own.items() if column.human} == {"language_model_name", "remark"}
    assert [key for key, column in own.items() if column.importance == 0] == ["rank", "name", "value"]
    assert own["comparable"].kind == own["split_assumed"].kind == "flag"
    chosen = asked(store, columns=["value", "license", "reason"])
    assert [(column.key, column.title) for column in chosen.columns] == [("value", "A"), ("license", "License"), ("reason", "Reason")]
    assert chosen.data is None


def test_size_classes_come_first_and_group(store: Catalog) -> None:
    table = asked(store, view=View(borders=(3 * 10**9,)))
    assert table.columns[0].key == "size_class"
    assert table.group == "size_class"
    assert rows(table) == [("a", None), ("b", 1), ("d", None), ("c", 1), ("e", 2), ("f", None)]
    assert asked(store, view=View(per_family=True)).group is None


def test_competition_ranks() -> None:
    assert competition_ranks([]) == []
    assert competition_ranks([9, 9, 8, 7, 7, 7, 1]) == [1, 1, 3, 4, 4, 4, 7]
    assert competition_ranks(iter([0.0, -0.0, -1.5])) == [1, 1, 3]


def test_standings_merge_classes_best_first_and_ranked_before_unranked(store: Catalog) -> None:
    part = benchmark_part(store, "A")
    found = [(each.merit, each.rank_class, each.comparable) for each in standings(store, part, Filter())]
    assert found == [(90, 1, False), (85, 1, False), (80, 0, True), (80, 0, True), (10, 0, True), (5, 1, False)]
    assert [each.rank_class for each in standings(store, part, Filter(), classes=(1,))] == [1, 1, 1]


@pytest.fixture
def split() -> Catalog:
    """A benchmark with splits: some models have it only on another split or metric, or without saying which."""
    store = build({key: Model(10**9) for key in "abcdef"}, {"A": Bench()}, {})
    connection = store.connection
    connection.execute("UPDATE benchmark SET split = 'val'")
    insert(connection, "metric", benchmark="a", id="anls", name="ANLS", unit="percent", min=0, max=100, higher_is_better=1)
    for metric in ("accuracy", "anls"):
        insert(connection, "part_name", benchmark="a", normal=metric, kind="metric", id=metric)
    for place, (id_, metric) in enumerate((("val", "accuracy"), ("test", "anls"))):
        insert(connection, "split", benchmark="a", id=id_, name=id_, metric=metric, position=place)
        insert(connection, "part_name", benchmark="a", normal=id_, kind="split", id=id_)
    figures = [
        ("a", "val", "val", "accuracy"), ("b", None, "val", "accuracy"), ("c", "test", "test", "anls"), ("d", "test", "test", "anls"),
        ("a", "test", "test", "anls"), ("e", None, "?", "accuracy"), ("f", "test", "test", "accuracy"), ("f", "val", "val", "anls"),
    ]  # fmt: skip
    for number, (model, stated, counted, metric) in enumerate(figures):
        score = {"model": model, "family": "family", "benchmark": "a", "split": stated, "counted_split": counted, "metric": metric}
        rest = {"protocol": "generalist", "value": 50 - number, "source": "p", "evidence": "original", "evidence_order": 0}
        insert(connection, "score", id=number + 1, **score, **rest, status="current", origin="")
        standing = {"benchmark": "a", "split": counted, "metric": metric, "class": 0, "merit": 50 - number, "model": model}
        insert(connection, "standing", **standing, score=number + 1)
    counts = "SELECT benchmark, split, metric, count(*), 0, sum(model NOT IN ('a', 'b')) FROM standing GROUP BY 1, 2, 3"
    connection.execute(f"INSERT INTO coverage {counts}")
    return store


def test_who_stands_only_elsewhere_is_told(split: Catalog) -> None:
    table = asked(split)
    assert table.heading.startswith("A · val · accuracy, % · higher is better\t2 of 6")
    assert sorted(table.notes) == [
        "1 more model has it without saying which split (--split unstated)",
        "1 more model has several others: test:accuracy, anls (--split any)",
        "2 more models have only the split test (--split test)",
    ]
    assert [(row["split"], row["value"].mark, row["split_assumed"]) for row in table.rows] == [("val", "", False), ("val", "?", True)]
    assert table.legend == [("?", "the source names no split; taken for val")]


def test_with_a_filter_the_same_is_counted_anew(split: Catalog) -> None:
    part, every = benchmark_part(split, "A"), compile_filter(split, ["params<4B"])
    assert elsewhere(split, part, every) == elsewhere(split, part, Filter())
    assert elsewhere(split, part, Filter()).only[0] == ("test", "anls", 2), "most models first"
    other = elsewhere(split, benchmark_part(split, "A@test"), every)
    assert sorted(other.only) == [("?", "accuracy", 1), ("val", "accuracy", 1)]
    assert (other.several, sorted(other.among)) == (1, [("test", "accuracy"), ("val", "anls")]), "each model is counted once"
    unstated = asked(split, "A@?")
    assert [row["split_assumed"] for row in unstated.rows] == [False]


def test_all_splits_stand_one_after_the_other(split: Catalog) -> None:
    parts = parts_named(split, ["A"], split="any")
    assert [(part.split, part.metric) for part in parts][:2] == [("test", "anls"), ("val", "accuracy")], "those with most figures first"
    assert [part.metric for part in parts_named(split, ["A"], split="ANY", metric="anls")] == ["anls", "anls"]
    table = rank(split, parts, Filter(), limit=1)
    assert table.group == "split"
    assert table.heading == f"A · all splits · ANLS, % · higher is better\t{len(parts)} figures"
    assert len(table.rows) == len(parts)
    ranked = 3 + 2 + 1 + 1 + 1
    assert table.notes == [f"{ranked - len(parts)} more are ranked below (--limit 0 shows all)"]
    assert parts_named(split, ["A,a@val", "A@test"]) == [benchmark_part(split, "A"), benchmark_part(split, "A@test")]


def test_figures_with_thinking_are_explained(split: Catalog) -> None:
    assert "thinking" not in dict(asked(split).legend)
    split.connection.execute("UPDATE score SET mode = 'thinking' WHERE id = 1")
    table = asked(split)
    assert table.legend[-1] == ("thinking", "the model reasoned at length for it")
    assert [row["remark"] for row in table.rows] == ["thinking", ""]


def test_figures_read_where_others_quote_the_makers_say_so(split: Catalog) -> None:
    assert "second-hand" not in dict(asked(split).legend)
    split.connection.execute("UPDATE score SET mode = 'thinking', evidence = 'second-hand' WHERE id = 1")
    table = asked(split)
    assert table.legend[-1] == ("second-hand", "read where somebody quotes the makers")
    assert [row["remark"] for row in table.rows] == ["thinking · second-hand", ""]
    shown = io.StringIO()
    render(table, shown, format="markdown", options=RenderOptions(100, color=False))
    assert "second-hand read where somebody quotes the makers" in shown.getvalue()
    assert "thinking the model reasoned at length for it" in shown.getvalue()


def test_several_benchmarks_tell_which_figures_name_no_split(split: Catalog) -> None:
    from vlmctl.query.rankings.several import read_figures

    found = {title: read_figures(split, benchmark_part(split, title)) for title in ("A", "A@test", "A@?")}
    assert {title: {model: figure.assumed for model, figure in figures.items()} for title, figures in found.items()} == {
        "A": {"a": False, "b": True},
        "A@test": {"c": False, "d": False, "a": False},
        "A@?": {"e": False},
    }
