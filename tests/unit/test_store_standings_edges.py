"""Which figure is chosen, which is ranked, and what each counts as: the rules at their borders."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from unit.tiny_store import SCHEMA, insert
from vlmctl.records import Benchmark, Score
from vlmctl.store.catalog import COMPARABLE, EXTRA, UNRANKED
from vlmctl.store.placing import UNKNOWN_SPLIT, Figure, effective_metric, effective_split, standings
from vlmctl.store.writing_standings import write_standings


def figure(id_: int, model: str, merit: float, **other: Any) -> Figure:
    facts: dict[str, Any] = {
        "split": "val", "protocol": "generalist", "shots": None, "variant": None, "thinking": False, "evidence": 0, "dated": "",
    }  # fmt: skip
    return Figure(id=id_, model=model, merit=merit, **{**facts, **other})


def stood(*figures: Figure) -> list[tuple[int, int, int | None, int | None]]:
    return [(each.figure.id, each.rank_class, each.rank, each.of) for each in standings(figures)]


def benchmark(**other: Any) -> Benchmark:
    facts = {
        "id": "b", "name": "B", "summary": "S.", "task": "counting", "metric": "accuracy",
        "metrics": [
            {"id": each, "name": each, "unit": "percent", "min": 0, "max": 100, "higher_is_better": True}
            for each in ("accuracy", "anls", "f1")
        ],
        "splits": [{"id": "val", "name": "val", "primary": True}, {"id": "test", "name": "test", "metric": "anls"}],
    }  # fmt: skip
    return Benchmark.model_validate({**facts, **other})


def score(**other: Any) -> Score:
    return Score.model_validate({"benchmark": "b", "value": 50, "source": "paper", "evidence": "original", **other})


def test_the_split_that_counts() -> None:
    assert effective_split(benchmark(), score(split="test")) == "test"
    assert effective_split(benchmark(), score()) == UNKNOWN_SPLIT
    assert effective_split(benchmark(default_split_when_unstated={"split": "val", "reason": "usual"}), score()) == "val"
    assert effective_split(benchmark(splits=None), score()) == ""


def test_the_metric_that_counts() -> None:
    plain = benchmark(default_split_when_unstated={"split": "test", "reason": "usual"})
    assert effective_metric(plain, score(split="test")) == "anls"
    assert effective_metric(plain, score(split="test", metric="f1")) == "f1"
    assert effective_metric(plain, score(split="val")) == "accuracy"
    assert effective_metric(plain, score()) == "accuracy", "a default split lends no metric"
    own = benchmark(metric_without_split="f1")
    assert effective_metric(own, score()) == "f1"
    assert effective_metric(own, score(split="val")) == "accuracy"


def test_equal_values_share_a_rank_that_the_next_one_counts() -> None:
    figures = [figure(1, "a", 60), figure(2, "b", 70), figure(3, "c", 70), figure(4, "d", 10), figure(5, "e", 10)]
    assert stood(*figures) == [(2, 0, 1, 5), (3, 0, 1, 5), (1, 0, 3, 5), (4, 0, 4, 5), (5, 0, 4, 5)]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"evidence": 1}, {"evidence": 0}),
        ({"evidence": 2, "dated": "2025"}, {"evidence": 1}),
        ({"thinking": True, "dated": "2025"}, {}),
        ({"dated": "2024-01"}, {"dated": "2024-02"}),
        ({"dated": ""}, {"dated": "2024-02"}),
        ({}, {}),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_several_figures_the_preferred_counts_whatever_its_value(worse: dict[str, Any], better: dict[str, Any], turned: bool) -> None:
    figures = [figure(1, "a", 99, **worse), figure(2, "a", 1, **better)]
    assert stood(*(reversed(figures) if turned else figures)) == [(2, COMPARABLE, 1, 1)]


def test_one_figure_is_ranked_and_the_others_stand_beside_it() -> None:
    figures = [
        figure(1, "a", 90, protocol="few-shot", shots=4), figure(2, "a", 95, protocol="few-shot", shots=8), figure(3, "a", 50),
        figure(4, "b", 10, variant="tiled"), figure(5, "b", 20, protocol="task-finetuned"),
    ]  # fmt: skip
    assert stood(*figures) == [
        (3, COMPARABLE, 1, 1),
        (2, EXTRA, None, None),
        (1, EXTRA, None, None),
        (5, UNRANKED, None, None),
        (4, EXTRA, None, None),
    ]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"protocol": "few-shot"}, "few-shot"),
        ({"protocol": "few-shot", "shots": 4, "variant": "tiled"}, "few-shot (4)"),
        ({"protocol": "task-finetuned", "variant": "tiled"}, "task-finetuned"),
        ({"variant": "tiled", "evidence": 3}, "tiled"),
        ({"evidence": 3, "split": "?"}, "only in the list"),
        ({"evidence": 2}, None),
        ({"split": "?"}, "split not stated"),
        ({"split": ""}, None),
        ({"thinking": True}, None),
    ],
)
def test_why_a_figure_is_not_ranked(facts: dict[str, Any], reason: str | None) -> None:
    assert figure(1, "a", 1, **facts).reason == reason


def written(rows: list[tuple[str, str, str, float, str, str]], *, up: bool = True) -> tuple[list[Any], list[Any]]:
    """`standing` and `coverage` of figures: model, split, metric, value, status, protocol."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    for bench, metric, better in (("b", "accuracy", up), ("b", "anls", up), ("b", "error", not up), ("other", "accuracy", not up)):
        insert(connection, "metric", benchmark=bench, id=metric, name=metric, unit="percent", min=0, max=100, higher_is_better=int(better))
    for model, split, metric, value, status, protocol in rows:
        insert(
            connection, "score", model=model, family="f", benchmark="b", split=split, counted_split=split, metric=metric, protocol=protocol,
            value=value, source="paper", evidence="original", evidence_order=0, status=status, origin="",
        )  # fmt: skip
    write_standings(connection, {"b": ("val", "accuracy"), "empty": ("", "accuracy")})
    standing = "SELECT model, split, metric, class, merit, rank, of FROM standing ORDER BY split, metric, class, rank, model"
    return list(connection.execute(standing)), list(connection.execute("SELECT * FROM coverage ORDER BY split, metric"))


def test_standings_and_coverage_are_written_for_each_ranking() -> None:
    rows = [
        ("a", "val", "accuracy", 60.0, "current", "generalist"),
        ("b", "val", "accuracy", 70.0, "current", "generalist"),
        ("c", "val", "accuracy", 99.0, "superseded", "generalist"),
        ("c", "val", "accuracy", 80.0, "current", "few-shot"),
        ("a", "test", "accuracy", 50.0, "current", "generalist"),
        ("d", "test", "accuracy", 40.0, "current", "generalist"),
        ("d", "val", "anls", 30.0, "current", "generalist"),
    ]
    standing, coverage = written(rows)
    assert standing == [
        ("a", "test", "accuracy", 0, 50.0, 1, 2),
        ("d", "test", "accuracy", 0, 40.0, 2, 2),
        ("b", "val", "accuracy", 0, 70.0, 1, 2),
        ("a", "val", "accuracy", 0, 60.0, 2, 2),
        ("c", "val", "accuracy", 1, 80.0, None, None),
        ("d", "val", "anls", 0, 30.0, 1, 1),
    ]
    assert coverage == [("b", "test", "accuracy", 2, 0, 1), ("b", "val", "accuracy", 2, 1, 0), ("b", "val", "anls", 1, 0, 1)]


def test_a_figure_with_thinking_yields_to_one_without_and_a_source_read_later_wins() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    insert(connection, "metric", benchmark="b", id="accuracy", name="accuracy", unit="percent", min=0, max=100, higher_is_better=1)
    for key, retrieved in (("old", "2024-01"), ("new", "2024-06"), ("undated", None)):
        connection.execute("INSERT INTO source VALUES ('f', ?, 'paper', ?, NULL, NULL, ?)", (key, key, retrieved))
    rows = [
        ("a", "plain", None, "old", 10), ("a", "thinking", "thinking", "new", 20), ("b", "new", None, "new", 30),
        ("b", "old", None, "old", 40),
        ("c", "old", None, "old", 50), ("c", "undated", None, "undated", 60), ("c", "unknown", None, "nowhere", 70),
    ]  # fmt: skip
    for model, _, mode, source, value in rows:
        insert(
            connection, "score", model=model, family="f", benchmark="b", counted_split="", metric="accuracy", protocol="generalist",
            mode=mode, value=value, source=source, evidence="original", evidence_order=0, status="current", origin="",
        )  # fmt: skip
    write_standings(connection, {"b": ("", "accuracy")})
    assert list(connection.execute("SELECT model, merit FROM standing ORDER BY model, merit")) == [("a", 10), ("b", 30), ("c", 50)]


def test_where_lower_is_better_the_least_is_first() -> None:
    rows = [("a", "val", "accuracy", 60.0, "current", "generalist"), ("b", "val", "accuracy", 70.0, "current", "generalist")]
    assert [row[:1] + row[4:6] for row in written(rows, up=False)[0]] == [("a", -60.0, 1), ("b", -70.0, 2)]


def test_each_metric_has_its_own_direction() -> None:
    rows = [(model, "val", "error", value, "current", "generalist") for model, value in (("a", 60.0), ("b", 70.0))]
    assert [row[:1] + row[4:6] for row in written(rows)[0]] == [("a", -60.0, 1), ("b", -70.0, 2)], "the benchmark's first goes up"
