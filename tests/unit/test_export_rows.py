"""What `export` reads from the catalog: rows of scores, models and benchmarks, and the part of them that a filter lets through."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import DRAWING, OVERLAY, UNUSED, WREN, catalog, compiled
from vlmctl.query.export import BENCHMARK_COLUMNS, MATRIX_COLUMNS, MODEL_COLUMNS, SCORE_COLUMNS, Extract, Metric
from vlmctl.query.filters import Filter, compile_filter


def extract(*where: str) -> Extract:
    return Extract(catalog(), compile_filter(catalog(), where, scores=True))


def without_nothing(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in (None, [])}


def test_a_score_with_all_that_follows_from_it() -> None:
    rows = list(extract().scores())
    assert len(rows) == 16
    assert without_nothing(rows[0]) == {
        "model": "owl-7b", "model_name": "Owl 7B", "family": "owl", "params": 7_400_000_000, "benchmark": "reading",
        "benchmark_name": "Reading", "split": "val", "counted_split": "val", "metric": "accuracy", "protocol": "generalist", "value": 61.5,
        "is_primary": True, "comparable": True, "rank": 2, "rank_of": 4, "status": "current", "evidence": "original", "source": "paper",
        "source_title": "The Owl", "source_kind": "paper", "url": "https://example.org/owl", "retrieved": "2024-04-01", "place": "table 3",
        "quote": "Owl | 61.5", "train_split_seen": True, "note": "As printed.", "origin": "",
    }  # fmt: skip
    by_value = {row["value"]: row for row in rows}
    assert [by_value[value]["reason"] for value in (60, 59.5, 71, 2.5, 66)] == [
        "superseded", "another source goes before", "few-shot (4)", "with ruler", None,
    ]  # fmt: skip
    assert [by_value[value]["comparable"] for value in (60, 59.5, 71, 2.5, 66)] == [False, False, False, False, True]
    assert (by_value[71]["shots"], by_value[71]["listed_column"], by_value[71]["listed_text"]) == (4, "Read", "71.0*")
    assert (by_value[66]["mode"], by_value[66]["assumed"], by_value[66]["train_split_seen"], by_value[66]["is_primary"]) == (
        "thinking", ["split", "scale"], False, False,
    )  # fmt: skip
    assert (by_value[70.25]["split"], by_value[70.25]["counted_split"]) == (None, "val")
    assert (by_value[1800]["split"], by_value[1800]["counted_split"]) == (None, None), "what can't be told is no split"
    assert (by_value[9.5]["origin"], by_value[9.5]["source"], by_value[9.5]["is_primary"]) == (OVERLAY, "wren/mine", True)
    assert set(rows[0]) == {column.name for column in SCORE_COLUMNS}


def test_a_model_with_its_familys_facts() -> None:
    rows = {row["id"]: row for row in extract().models()}
    assert list(rows) == ["owl-7b", "owl-moe", "wren", "wren-2", "finch-2b"]
    assert without_nothing(rows["owl-7b"]) == {
        "id": "owl-7b", "name": "Owl 7B", "family": "owl", "family_name": "Owl", "series": "Birds",
        "organizations": ["Bird Lab", "Forest"], "released": "2024-03-05", "params": 7_400_000_000, "language_model": "brain-7b",
        "language_model_name": "Brain-7B", "vision_encoders": ["eye-l", "eye-s"], "vision_encoder_names": "Eye-L, Eye-S",
        "connector": "mlp", "image_size": 336, "visual_tokens": 576, "moe": False, "tuning": "full", "license": "MIT",
        "commercial": "allowed", "open": True, "hf": "birds/owl-7b", "weights_url": "https://example.org/owl-weights",
        "languages": ["en", "zh"], "lists": ["big-list", "other-list"], "aliases": ["owlet"], "scores": 8, "summary": "Sees at night.",
        "origin": "", "params_scope": "whole",
    }  # fmt: skip
    assert without_nothing(rows["wren-2"]) == {
        "id": "wren-2", "name": "Wren 2", "family": "wren", "family_name": "Wren", "series": "Birds", "organizations": ["Hedge"],
        "open": False, "scores": 0, "summary": "Small.", "origin": "",
    }  # fmt: skip
    assert set(rows["wren"]) == {column.name for column in MODEL_COLUMNS}


def test_a_benchmark_with_its_scale_and_splits() -> None:
    rows = {row["id"]: row for row in extract().benchmarks()}
    assert list(rows) == ["reading", "drawing", "halves", "unused"]
    assert without_nothing(rows["reading"]) == {
        "id": "reading", "name": "Reading", "full_name": "Reading in Pictures", "task": "text-vqa", "summary": "Words in pictures.",
        "split": "val", "default_split": "val", "metric": "accuracy", "unit": "percent", "min": 0, "max": 100, "higher_is_better": True,
        "splits": ["test", "val"], "url": "https://reading.example.org", "models": 4, "scores": 9, "origin": "",
    }  # fmt: skip
    assert without_nothing(rows["drawing"]) == {
        "id": "drawing", "name": "Drawing", "task": "drawing", "summary": "How far off.", "metric": "error", "unit": "distance", "min": 0,
        "higher_is_better": False, "questions": 40, "models": 4, "scores": 4, "origin": "",
    }  # fmt: skip
    assert set(rows["halves"]) == {column.name for column in BENCHMARK_COLUMNS}


@pytest.mark.parametrize(
    ("where", "scores", "models", "benchmarks"),
    [
        (["params<1B"], 2, ["wren"], ["reading", "drawing"]),
        (["benchmark=halves"], 3, ["owl-7b", "owl-moe"], ["halves"]),
        (["value=61.5 or params=30B"], 5, ["owl-7b", "owl-moe", "finch-2b"], ["reading", "drawing", "halves"]),
        (["id=wren-2"], 0, ["wren-2"], []),
        (["source~finches"], 3, ["finch-2b"], ["reading", "drawing"]),
        (["value>5000"], 0, [], []),
        (["open"], 11, ["owl-7b", "finch-2b"], ["reading", "drawing", "halves"]),
    ],
)
def test_a_filter_lets_through_scores_and_what_they_belong_to(
    where: list[str], scores: int, models: list[str], benchmarks: list[str]
) -> None:
    part = extract(*where)
    assert len(list(part.scores())) == scores
    assert [row["id"] for row in part.models()] == models
    assert [row["id"] for row in part.benchmarks()] == benchmarks
    assert [(model["id"], len(own)) for model, own in part.by_model()] == [
        (model, sum(row["model"] == model for row in part.scores())) for model in models
    ]


def test_rows_by_the_tables_name_are_read_anew_each_time() -> None:
    part = extract("params<1B")
    for name, columns, count in (("scores", SCORE_COLUMNS, 2), ("models", MODEL_COLUMNS, 1), ("benchmarks", BENCHMARK_COLUMNS, 2)):
        found, read = part.table(name)
        assert found == columns
        assert len(list(read())) == len(list(read())) == count
    assert [(column.name, column.type, column.always) for column in MATRIX_COLUMNS] == [("model", "text", True), ("name", "text", True)]
    assert [row["value"] for row in part.scores("wren")] == [40, 9.5]
    assert list(part.scores("owl-7b")) == [], "it doesn't match"
    assert extract("url~x").notes() == ["2 models have scores that state no address of the source"]
    assert extract().notes() == []


def test_metrics_and_splits_for_writers() -> None:
    part = extract()
    assert part.metrics()["reading", "anls"] == Metric("anls", "ANLS", "percent", 0, 100, True)
    assert part.metrics()["drawing", "error"] == Metric("error", "error", "distance", 0, None, False)
    other = compiled(benchmarks=({**DRAWING, "metrics": [{**DRAWING["metrics"][0], "max": 9}]}, UNUSED), families=(WREN,), additions=())
    metrics = Extract(other, Filter()).metrics()
    assert metrics["drawing", "error"] == Metric("error", "error", "distance", 0, 9, False), "the direction is not the end"
    assert part.primary() == {
        "reading": ("val", "accuracy"), "drawing": (None, "error"), "halves": ("first", "first"), "unused": (None, "error"),
    }  # fmt: skip
    assert list(part.split_metrics().items()) == [
        (("halves", "first"), "first"), (("halves", "second"), "second"), (("reading", "test"), "anls"), (("reading", "val"), "accuracy"),
    ]  # fmt: skip
