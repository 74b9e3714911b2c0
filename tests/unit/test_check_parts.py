"""The parts that checks are made of: numbers in quotes, sizes in names, kinds guessed, broken records made whole."""

from __future__ import annotations

from typing import Any

import pytest

from vlmctl.checks.models import sizes_in
from vlmctl.checks.numbers import holds, scale_of
from vlmctl.checks.salvage import STAND_IN, salvaged
from vlmctl.checks.targets import guessed_kind
from vlmctl.source.loading import load_file


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("TextVQA 52.1", 52.1), ("MME 1,523.4/316", 1523.4), ("1341/312", 312), ("86.9 85.7 41.7", 85.7), ("POPE 88.0", 88),
        ("Accuracy: 64.89%", 64.89), ("79.2*", 79.2), ("total score: 1658.3683", 1658.4), ("88.00、86.63、85.67", 86.63), (".5", 0.5),
        ("-0.0391", -0.0391), ("62,4", 4),
    ],
)  # fmt: skip
def test_quote_holds_the_value(quote: str, value: float) -> None:
    assert holds(quote, value)


LACKING = [("TextVQA 52.1", 51.2), ("v1.5 won", 2), ("52", 52.3), ("52.14", 52.1), ("1658.36", 1658.3), ("", 1), ("0.521", 52.1)]


@pytest.mark.parametrize(("quote", "value"), LACKING)
def test_quote_lacks_the_value(quote: str, value: float) -> None:
    assert not holds(quote, value)


@pytest.mark.parametrize(
    ("quote", "value", "factor"),
    [("0.642", 64.2, 100), ("62.4", 624, 10), ("0.75", 750, 1000), ("0.6203147", 62.03, 100), ("51.2", 52.1, None)],
)
def test_scale_between_quote_and_value(quote: str, value: float, factor: float | None) -> None:
    assert scale_of(quote, value) == factor


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("MobileVLM V2 1.7B", [1_700_000_000]), ("SmolVLM-256M-Instruct", [256_000_000]), ("MGM-8x7B", []),
        ("Qwen3-VL-30B-A3B", [30 * 10**9, 3 * 10**9]),
        ("Gemma 4 E2B", []), ("LLaVA-1.5", []), ("ViT-L/14", []),
    ],
)  # fmt: skip
def test_sizes_in_a_name(name: str, sizes: list[int]) -> None:
    assert sizes_in(name) == sizes


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"id": "a", "models": []}, "family"), ({"id": "a", "metrics": []}, "benchmark"),
        ({"id": "a", "family": "b", "scores": []}, "model"),
        ([{"id": "a", "commercial": "allowed"}], "licenses"), ([{"id": "a", "patch_size": 14}], "vision-encoders"),
        ([{"id": "a", "shape": {}}], "language-models"), ({}, None), ([], None), ("models", None), (None, None), ([1, "a"], None),
    ],
)  # fmt: skip
def test_kind_guessed_from_the_fields(data: Any, kind: str | None) -> None:
    assert guessed_kind(data) == kind


FAMILY = b"""
id: a
name: A
series: A
organizations: [X]
summary: S.
colour: blue
released: tomorrow
models:
  - id: a-1
    name: A 1
    image_size: [1]
    scores:
      - {benchmark: x, value: lots, source: s, evidence: original}
      - {benchmark: y, value: 2, source: s, evidence: original}
"""


def test_broken_record_is_made_whole() -> None:
    file = load_file("a.yaml", "family", FAMILY)
    assert not file.records
    whole = salvaged(file)
    assert whole is not None
    (family,) = whole.records
    (model,) = family.models
    assert (family.released, model.image_size) == (None, None)
    assert [score.benchmark for score in model.scores] == [STAND_IN, "y"]
    assert file.data["colour"] == "blue"  # the file's own data stay as they are


def test_for_references_a_broken_score_keeps_what_of_its_own_can_be_read() -> None:
    score = b"{benchmark: x, split: val, metric: 3, value: lots, source: s, evidence: original}"
    other = b"{benchmark: X Y, split: val, value: 3, source: '*', evidence: origina}"
    content = FAMILY.replace(b"{benchmark: x, value: lots, source: s, evidence: original}", score)
    content = content.replace(b"{benchmark: y, value: 2, source: s, evidence: original}", other)
    whole = salvaged(load_file("a.yaml", "family", content), referring=True)
    assert whole is not None
    first, second = whole.records[0].models[0].scores
    assert (first.benchmark, first.split, first.metric, first.value, first.source) == ("x", "val", None, 0, "s")
    assert (second.benchmark, second.split, second.value, second.source) == (STAND_IN, "val", 0, STAND_IN)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b"name: A\n", b""), (b"released: tomorrow\n", b"sources: {s: {kind: wib, title: S}}\n"),
        (b"released: tomorrow\n", b"sources: {s: {title: S}}\n"),
    ],
)  # fmt: skip
def test_for_references_what_a_record_needs_is_made_up(written: bytes, instead: bytes) -> None:
    content = FAMILY.replace(written, instead, 1)
    assert salvaged(load_file("a.yaml", "family", content)) is None
    whole = salvaged(load_file("a.yaml", "family", content), referring=True)
    assert whole is not None
    assert [score.benchmark for score in whole.records[0].models[0].scores] == ["x", "y"]


@pytest.mark.parametrize("content", [b"[", b"3", b"id: a", b"id: a\nmodels: 3", b"- 1", FAMILY.replace(b"name: A\n", b"", 1)])
def test_what_is_no_record_is_given_up(content: bytes) -> None:
    assert salvaged(load_file("a.yaml", "family", content)) is None
