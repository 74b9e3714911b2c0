"""A small catalog that states everything a record can state, compiled in memory from record classes: no file is read or written.

`tiny_store` and `ranked_store` write tables; here the tables are what `store.build` makes of records. `catalog()` is shared and must
not be changed; `compiled(…)` makes another one, of other records.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from vlmctl import records
from vlmctl.choices import FileKind
from vlmctl.source.layers import Catalog as Records
from vlmctl.source.layers import gather
from vlmctl.source.loading import LoadedFile
from vlmctl.store.build import build
from vlmctl.store.catalog import Catalog

LANGUAGE_MODELS: list[dict[str, Any]] = [
    {
        "id": "brain-7b", "name": "Brain-7B", "line": "Brain", "params": "7B", "maker": "Brain Lab", "hf": "brain/brain-7b",
        "aliases": ["Brain7", "Brain-7B"],
        "shape": {
            "layers": 2, "heads": 4, "kv_heads": 2, "head_dim": 64, "hidden_size": 256, "vocab_size": 1000, "attention": "standard",
            "source": "config.json",
        },
    },
    {"id": "brain-moe", "name": "Brain-MoE", "shape": {"layers": 2, "attention": "standard", "moe": {"experts": 8}, "source": "paper"}},
]  # fmt: skip
VISION_ENCODERS: list[dict[str, Any]] = [
    {"id": "eye-l", "name": "Eye-L", "line": "Eye", "params": "300M", "maker": "Eye Lab"},
    {"id": "eye-s", "name": "Eye-S", "aliases": ["Small Eye"]},
]
LICENSES: list[dict[str, Any]] = [
    {"id": "MIT", "name": "MIT License", "commercial": "allowed", "url": "https://example.org/mit", "aliases": ["mit-license"]},
    {"id": "owl-license", "name": "Owl License", "commercial": "not-allowed", "note": "For owls."},
]
READING: dict[str, Any] = {
    "id": "reading", "name": "Reading", "aliases": ["Read it", "Reading (test)"], "alias_splits": {"Reading (test)": "test"},
    "full_name": "Reading in Pictures", "summary": "Words in pictures.", "summary_zh": "图中文字。", "task": "text-vqa",
    "released": "2020-01", "links": {"paper": "https://example.org/reading", "home": "https://reading.example.org"}, "metric": "accuracy",
    "metrics": [
        {"id": "accuracy", "name": "accuracy", "unit": "percent", "min": 0, "max": 100, "higher_is_better": True},
        {"id": "anls", "name": "ANLS", "unit": "percent", "min": 0, "max": 100, "higher_is_better": True, "aliases": ["edit"]},
    ],
    "splits": [
        {"id": "test", "name": "test set", "metric": "anls", "questions": 900},
        {"id": "val", "name": "validation", "aliases": ["dev"], "primary": True, "questions": 5000},
    ],
    "default_split_when_unstated": {"split": "val", "reason": "everybody uses it"}, "train_split": True,
    "comparability": "With and without OCR.", "plausible": [20, 90], "plausible_by_metric": {"anls": [30, 95]}, "notes": "A remark.",
}  # fmt: skip
DRAWING: dict[str, Any] = {
    "id": "drawing", "name": "Drawing", "summary": "How far off.", "task": "drawing", "metric": "error", "questions": 40,
    "metrics": [{"id": "error", "name": "error", "unit": "distance", "min": 0, "higher_is_better": False}],
}  # fmt: skip
HALVES: dict[str, Any] = {
    "id": "halves", "name": "Halves", "summary": "Two parts.", "task": "both", "metric": "total", "metric_without_split": "total",
    "metrics": [
        {"id": "first", "name": "first score", "unit": "points", "min": 0, "max": 2000, "higher_is_better": True},
        {"id": "second", "name": "second score", "unit": "points", "min": 0, "max": 800, "higher_is_better": True},
        {"id": "total", "name": "total score", "unit": "points", "min": 0, "max": 2800, "higher_is_better": True},
    ],
    "splits": [
        {"id": "first", "name": "first part", "metric": "first", "primary": True},
        {"id": "second", "name": "second part", "metric": "second"},
    ],
}  # fmt: skip
UNUSED: dict[str, Any] = {**DRAWING, "id": "unused", "name": "Unused", "task": "Text-VQA"}


def score(benchmark: str, value: float, source: str = "paper", **other: Any) -> dict[str, Any]:
    """A figure read in the makers' paper."""
    return {"benchmark": benchmark, "value": value, "source": source, "evidence": "original", **other}


OWL: dict[str, Any] = {
    "id": "owl", "name": "Owl", "series": "Birds", "aliases": ["The Owl"], "lists": ["big-list", "other-list"],
    "organizations": ["Bird Lab", "Forest"], "released": "2024-03-05", "summary": "Sees at night.", "summary_zh": "夜视。",
    "contributions": ["Big eyes.", "Quiet."], "contributions_zh": ["大眼睛。"], "languages": ["en", "zh"],
    "license": {"code": "Apache-2.0", "weights": "MIT", "note": "Ask first."},
    "links": {"paper": "https://example.org/owl", "weights": "https://example.org/owl-weights"},
    "architecture": {
        "vision_encoders": ["eye-l", "eye-s"], "language_models": ["brain-7b", "brain-moe"],
        "connector": {"kind": "mlp", "name": "Bridge", "detail": "two layers"}, "visual_tokens": 576, "high_resolution": "tiles",
        "mixture_of_experts": {"experts": 8, "active": 2, "where": "in the large one"},
    },
    "training": [
        {"stage": "align", "data": "captions", "trained": ["connector"], "frozen": ["encoder", "language model"]}, {"stage": "tune"},
    ],
    "deployment": ["40 tokens per second."], "notes": ["Paper and site differ."],
    "sources": {
        "paper": {"kind": "paper", "title": "The Owl", "url": "https://example.org/owl", "retrieved": "2024-04-01"},
        "site": {"kind": "web", "title": "A site"},
    },
    "models": [
        {
            "id": "owl-7b", "name": "Owl 7B", "aliases": ["owlet"], "hf": "birds/owl-7b", "params": "7.4B",
            "params_basis": "paper, table 1", "language_model": "brain-7b",
            "vision_encoders": ["eye-l", "eye-s"], "image_size": 336, "tuning": "full", "note": "The first.",
            "mixture_of_experts": False,
            "scores": [
                score("reading", 61.5, split="val", where="table 3", quote="Owl | 61.5", note="As printed.", train_split_seen=True),
                score("reading", 60, split="val", status="superseded"),
                score("reading", 59.5, "site", split="val", evidence="second-hand"),
                score("reading", 71, split="val", protocol="few-shot", shots=4, listed={"column": "Read", "text": "71.0*"}),
                score("reading", 66, metric="anls", split="test", mode="thinking", assumed=["split", "scale"], train_split_seen=False),
                score("drawing", 2.5, variant="with ruler"),
                score("halves", 1500, split="first"), score("halves", 300, split="second"),
            ],
        },
        {
            "id": "owl-moe", "name": "Owl MoE", "params": "30B", "active_params": "3B", "language_model": "brain-moe",
            "image_size": "dynamic", "license": "owl-license",
            "scores": [score("reading", 70.25), score("drawing", 1), score("halves", 1800)],
        },
    ],
}  # fmt: skip
WREN: dict[str, Any] = {
    "id": "wren", "name": "Wren", "series": "Birds", "organizations": ["Hedge"], "summary": "Small.",
    "models": [{"id": "wren", "name": "Wren", "params": "450M"}, {"id": "wren-2", "name": "Wren 2"}],
}  # fmt: skip
FINCH: dict[str, Any] = {
    "id": "finch", "name": "Finch", "series": "Finches", "organizations": ["Bird Lab"], "released": "2025", "summary": "Eats seeds.",
    "license": {"weights": "MIT"}, "links": {"weights": "https://example.org/finch"}, "architecture": {"connector": {"kind": "linear"}},
    "sources": {"paper": {"kind": "paper", "title": "Finches", "url": "https://example.org/finches", "retrieved": "2025-02"}},
    "models": [
        {
            "id": "finch-2b", "name": "Finch 2B", "params": "2B", "language_model": "brain-7b",
            "scores": [score("reading", 61.5, split="val"), score("drawing", 1), score("reading", 58, split="test")],
        },
    ],
}  # fmt: skip
ADDITION: dict[str, Any] = {
    "id": "wren", "family": "wren", "aliases": ["Jenny"],
    "sources": {"mine": {"kind": "run", "title": "Our own run", "retrieved": "2026-01-02"}},
    "scores": [score("reading", 40, "mine", split="val"), score("drawing", 9.5, "mine")],
}  # fmt: skip
OVERLAY = "/over"


def gathered(
    families: Sequence[Mapping[str, Any]] = (OWL, WREN, FINCH),
    benchmarks: Sequence[Mapping[str, Any]] = (READING, DRAWING, HALVES, UNUSED),
    additions: Sequence[Mapping[str, Any]] = (ADDITION,),
    language_models: Sequence[Mapping[str, Any]] = LANGUAGE_MODELS,
) -> Records:
    """The records, laid over each other; additions come from the overlay `/over`."""

    def file(kind: FileKind, *found: Any) -> LoadedFile:
        return LoadedFile(f"{kind}-{id(found)}.yaml", kind, b"", found)

    below = [
        file("language-models", *map(records.LanguageModel.model_validate, language_models)),
        file("vision-encoders", *map(records.VisionEncoder.model_validate, VISION_ENCODERS)),
        file("licenses", *map(records.License.model_validate, LICENSES)),
        *(file("benchmark", records.Benchmark.model_validate(each)) for each in benchmarks),
        *(file("family", records.Family.model_validate(each)) for each in families),
    ]
    over = [file("model", records.ModelAddition.model_validate(each)) for each in additions]
    return gather([*(("", each) for each in below), *((OVERLAY, each) for each in over)])


def compiled(*arguments: Any, **changed: Any) -> Catalog:
    """A catalog of these records, as `gathered` takes them."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    build(gathered(*arguments, **changed), connection, {"version": "1", "notes": ""})
    return Catalog(connection)


@cache
def catalog() -> Catalog:
    """The whole of it."""
    return compiled()
