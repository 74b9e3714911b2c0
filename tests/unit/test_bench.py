"""`bench show`: what a benchmark asks, how it is ranked, what there is of it, and who leads."""

from __future__ import annotations

from typing import Any

from unit.told_store import READING, catalog
from vlmctl.query.benchmarks import show_benchmark
from vlmctl.query.parts import benchmark_part
from vlmctl.results import Card, Facts, Prose, Table


def bench(name: str, **options: Any) -> Card:
    return show_benchmark(catalog(), benchmark_part(catalog(), name), **options)


def facts(card: Card) -> dict[str, Any]:
    (block,) = (each for each in card.blocks if isinstance(each, Facts))
    return {fact.label: fact.value for fact in block.items}


def tables(card: Card) -> list[Table]:
    return [each for each in card.blocks if isinstance(each, Table)]


def test_what_is_stated_of_it() -> None:
    card = bench("reading")
    assert card.heading == "Reading\tbenchmark · reading"
    assert card.name == ["reading"]
    assert facts(card) == {
        "Full name": "Reading in Pictures", "Task": "text-vqa", "Released": "2020-01", "Ranked by": "val · accuracy",
        "Split not stated": "counts as val: everybody uses it", "Keep apart": "With and without OCR.", "Plausible": "20 to 90",
        "Also written": ["Read it", "Reading (test)"], "Notes": "A remark.", "Paper": "https://example.org/reading",
        "Home": "https://reading.example.org",
    }  # fmt: skip
    summary = card.blocks[0]
    assert isinstance(summary, Prose)
    assert list(summary.lines) == ["Words in pictures."]
    (chinese, *_) = bench("reading", lang="zh").blocks
    assert isinstance(chinese, Prose)
    assert list(chinese.lines) == ["图中文字。"]
    (english, *_) = bench("drawing", lang="zh").blocks
    assert isinstance(english, Prose)
    assert list(english.lines) == ["How far off."]


def test_what_is_not_stated_is_not_shown() -> None:
    assert facts(bench("drawing")) == {"Task": "drawing", "Ranked by": "error"}


def test_its_figures_by_split_and_metric_the_most_first() -> None:
    table = tables(bench("reading"))[0]
    assert [(row["split"], row["metric"], row["ranked"], row["unranked"]) for row in table.rows] == [
        ("val", "accuracy", 4, 0), ("test", "anls", 2, 0),
    ]  # fmt: skip
    assert [row["split"] for row in tables(bench("halves"))[0].rows][2] == "not stated", "for people"
    assert [row["split"] for row in tables(bench("drawing"))[0].rows] == [None]
    assert [column.title for column in table.columns] == ["Split", "Metric", "Ranked", "Not ranked"]


def test_who_leads() -> None:
    card = bench("reading", head=2)
    best = tables(card)[1]
    assert best.heading == "Best: Reading · val · accuracy, % · higher is better\t4 of 5 models have it"
    assert [(row["rank"], row["id"]) for row in best.rows] == [(1, "owl-moe"), (2, "finch-2b")]
    assert card.notes == ["2 more are ranked below (--limit 0 shows all)"]
    assert card.legend == [("?", "the source names no split; taken for val")]
    assert [row["id"] for row in tables(bench("drawing"))[1].rows] == ["finch-2b", "owl-moe", "owl-7b", "wren"]


def test_another_part_is_shown_with_its_own_ranking() -> None:
    card = bench("reading@test")
    assert [row["id"] for row in tables(card)[1].rows] == ["owl-7b", "finch-2b"]
    assert facts(card)["Ranked by"] == "val · accuracy", "that is the benchmark's own choice"


def test_as_json() -> None:
    data = bench("reading").data
    assert {key: data[key] for key in ("id", "name", "task", "split", "metric", "unit", "min", "max", "models", "scores", "full_name")} == {
        "id": "reading", "name": "Reading", "task": "text-vqa", "split": "val", "metric": "accuracy", "unit": "percent", "min": 0,
        "max": 100, "models": 4, "scores": 9, "full_name": "Reading in Pictures",
    }  # fmt: skip
    for key in ("released", "aliases", "links", "comparability", "train_split", "plausible", "notes", "default_split_when_unstated"):
        assert data[key] == READING[key]
    assert [each["id"] for each in data["splits"]] == ["test", "val"]
    assert [each["id"] for each in data["metrics"]] == ["accuracy", "anls"]
    assert [row["id"] for row in data["top"]] == ["owl-moe", "finch-2b", "owl-7b", "wren"]
    assert data["higher_is_better"] is True
    bare = bench("unused").data
    assert [bare[key] for key in ("released", "comparability", "train_split", "plausible", "notes")] == [None] * 5
    assert (bare["aliases"], bare["links"], bare["splits"], bare["coverage"], bare["top"]) == ([], {}, [], [], [])
    assert bare["higher_is_better"] is False
