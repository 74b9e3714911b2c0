"""What the schema finds wrong is said in the project's words, never in Pydantic's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vlmctl.source.loading import load_file

SCORE = {"benchmark": "reading", "value": 50, "source": "paper", "evidence": "original"}
FAMILY: dict[str, Any] = {
    "id": "x", "name": "X", "series": "X", "organizations": ["Us"], "summary": "S.",
    "models": [{"id": "x", "name": "X", "scores": [SCORE]}],
}  # fmt: skip
BENCHMARK: dict[str, Any] = {
    "id": "b", "name": "B", "summary": "S.", "task": "t", "metric": "a",
    "metrics": [{"id": "a", "name": "a", "unit": "percent", "min": 0, "max": 100, "higher_is_better": True}],
}  # fmt: skip


def found(kind: Any, record: dict[str, Any]) -> tuple[str, str, str | None]:
    (only,) = load_file("x.yaml", kind, json.dumps(record).encode()).findings
    return only.check, only.message, only.hint


def with_score(**fields: Any) -> dict[str, Any]:
    return {**FAMILY, "models": [{"id": "x", "name": "X", "scores": [{**SCORE, **fields}]}]}


@pytest.mark.parametrize(
    ("record", "check", "message", "hint"),
    [
        ({**FAMILY, "organizations": []}, "wrong-value", "'organizations' must not be empty", None),
        ({**FAMILY, "models": []}, "wrong-value", "'models' must not be empty", None),
        ({**FAMILY, "name": ""}, "wrong-value", "'name' must not be empty", None),
        ({**FAMILY, "name": "x" * 20_001}, "wrong-value", "'name' must have at most 20000 characters", None),
        ({**FAMILY, "released": 2024}, "wrong-type", "'released' must be a text", "quote it: '2024'"),
        ({**FAMILY, "name": 7.5}, "wrong-type", "'name' must be a text", "quote it: '7.5'"),
        ({**FAMILY, "name": True}, "wrong-type", "'name' must be a text", "quote it: 'true'"),
        ({**FAMILY, "name": ["x"]}, "wrong-type", "'name' must be a text", None),
        ({**FAMILY, "organizations": "Us"}, "wrong-type", "'organizations' must be a list", None),
        ({**FAMILY, "sources": {"A B": {"kind": "run", "title": "t"}}}, "wrong-value",
         "'A B' must be a key: lower case, digits, hyphens, dots and underscores", None),
        (with_score(shots=0), "wrong-value", "'shots' must be greater than 0", None),
        (with_score(shots=1001), "wrong-value", "'shots' must be at most 1000", None),
        (with_score(value=10**16), "wrong-value", "'value' must be less than 1000000000000000", None),
        (with_score(value="50"), "wrong-type", "'value' must be a number", None),
        (with_score(shots=1.5), "wrong-type", "'shots' must be a whole number", None),
        (with_score(evidence="orignal"), "wrong-value",
         "'evidence' must be 'original', 'copy', 'second-hand' or 'listed'", "did you mean 'original'?"),
    ],
)  # fmt: skip
def test_a_familys_errors(record: dict[str, Any], check: str, message: str, hint: str | None) -> None:
    assert found("family", record) == (check, message, hint)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({**BENCHMARK, "plausible": [1]}, "'plausible' must have at least 2 entries"),
        ({**BENCHMARK, "plausible": [1, 2, 3]}, "'plausible' must have at most 2 entries"),
        ({**BENCHMARK, "metrics": []}, "'metrics' must not be empty"),
        ({**BENCHMARK, "questions": 0}, "'questions' must be greater than 0"),
        ({**BENCHMARK, "links": {"home": "example.org"}}, "'home' must be an address that starts with http:// or https://"),
    ],
)
def test_a_benchmarks_errors(record: dict[str, Any], message: str) -> None:
    assert found("benchmark", record)[:2] == ("wrong-value", message)


def test_a_kind_of_error_that_nobody_foresaw_is_told_all_the_same() -> None:
    from vlmctl.source.wording import worded

    assert worded("x", {"type": "new", "msg": "Input should be a valid thing"}) == ("'x' must be thing", "wrong-value")
    assert worded("x", {"type": "new", "msg": "Something odd"}) == ("'x': something odd", "wrong-value")
