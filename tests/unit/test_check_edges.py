"""Checks of figures and families at their borders, on a family laid over the corpus' small catalog."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from vlmctl.checks.numbers import decimals, holds, numbers, scale_of
from vlmctl.checks.validation import validate

BASE = ROOT / "tests" / "records" / "base"
FAMILY: dict[str, Any] = {
    "id": "example", "name": "Example", "series": "Example", "organizations": ["Example Lab"], "released": "2024-05",
    "summary": "A model that exists only in tests.", "summary_zh": "只存在于测试中的模型。",
    "license": {"code": "Apache-2.0", "weights": "Apache-2.0"},
    "sources": {"paper": {"kind": "paper", "title": "The paper", "url": "https://example.org/paper", "retrieved": "2024-06"}},
}  # fmt: skip


def score(benchmark: str, value: float, **other: Any) -> dict[str, Any]:
    return {"benchmark": benchmark, "value": value, "source": "paper", "where": "table 3", "evidence": "original", **other}


def model(scores: Sequence[dict[str, Any]] = (), name: str = "Example One", **other: Any) -> dict[str, Any]:
    return {"id": name.lower().replace(" ", "-"), "name": name, **({"scores": list(scores)} if scores else {}), **other}


def found(tmp_path: Path, check: str, *models: dict[str, Any], **family: Any) -> list[tuple[str, str | None]]:
    """Message and hint of each finding of a check."""
    path = tmp_path / "example.yaml"
    path.write_text(json.dumps({**FAMILY, **family, "models": list(models) or [model()]}, ensure_ascii=False), "utf-8")
    report = validate([str(path)], [BASE], today=date(2026, 1, 1))
    return [(each.message, each.hint) for each in report.findings if each.check == check]


def reading(value: float, **other: Any) -> dict[str, Any]:
    return score("reading", value, split="val", **other)


@pytest.mark.parametrize(("value", "fires"), [(0, False), (100, False), (100.1, True), (-0.1, True)])
def test_the_ends_of_a_metric_are_possible(tmp_path: Path, value: float, fires: bool) -> None:
    assert bool(found(tmp_path, "value-out-of-range", model([score("puzzles", value)]))) is fires


def test_another_metric_that_would_fit_is_named(tmp_path: Path) -> None:
    def hint(split: str, value: float) -> str | None:
        return found(tmp_path, "value-out-of-range", model([score("halves", value, split=split)]))[0][1]

    assert hint("second", 801) == "it would fit the metric 'first-score'"
    assert hint("second", 2000) == "it would fit the metric 'first-score'"
    assert hint("second", 2001) == "it would fit the metric 'total-score'"
    assert hint("first", 2800) == "it would fit the metric 'total-score'"
    assert hint("first", 2801) is None
    assert hint("first", -1) is None
    assert found(tmp_path, "value-out-of-range", model([score("puzzles", 900)]))[0] == ("Puzzles: accuracy goes from 0 to 100", None)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (20, ""), (60, ""), (19.9, None), (60.1, None), (0.2, "a fraction? on this scale it would be 20"),
        (0.6, "a fraction? on this scale it would be 60"), (0.61, None), (2.5, None), (100, None), (101, ""),
    ],
)  # fmt: skip
def test_the_ends_of_a_plausible_range_are_in_it(tmp_path: Path, value: float, hint: str | None) -> None:
    findings = found(tmp_path, "implausible-value", model([score("puzzles", value)]))
    assert [each[1] for each in findings] == ([] if hint == "" else [hint])


def test_a_quote_without_the_figure_names_the_nearest(tmp_path: Path) -> None:
    def hints(quote: str, value: float = 50.5) -> list[str | None]:
        return [hint for _, hint in found(tmp_path, "quote-lacks-value", model([reading(value, quote=quote)]))]

    assert hints("Example | 10 | 51.5 | 90") == ["the nearest number in the quote is 51.5"]
    assert hints("Example | 10 | 51.50%") == ["the nearest number in the quote is 51.50"], "as it is written"
    assert hints("Example | best") == ["there is no number in the quote"]
    assert hints("Example | 50.5") == hints("Example | 0.505") == []


def test_a_figure_fits_only_the_benchmark_beside_it(tmp_path: Path) -> None:
    def fires(*scores: dict[str, Any]) -> int:
        return len(found(tmp_path, "misplaced-value", model(scores)))

    wrong, right, other = score("puzzles", 75.4), reading(52.1), score("halves", 1200, split="first")
    assert fires(wrong, right) == fires(right, wrong) == fires(other, wrong, right) == 1
    assert fires(wrong, other) == fires(wrong) == 0, "nothing beside it would take it"
    assert fires(wrong, other, right) == 0, "two columns away is not beside it"
    assert fires(right, other, wrong) == 0
    assert fires(score("puzzles", 60), right) == 0, "it fits where it stands"


@pytest.mark.parametrize(("value", "fires"), [(61.25, True), (1234, True), (61.5, False), (999, False), (100, False)])
def test_only_long_figures_are_seldom_equal(tmp_path: Path, value: float, fires: bool) -> None:
    others = reading(value), score("puzzles", value)
    if value > 100:
        others = score("halves", value, split="first"), score("halves", value, split="total")
        assert found(tmp_path, "same-value-elsewhere", model(others)) == [], "two parts of one benchmark are one benchmark"
        return
    assert bool(found(tmp_path, "same-value-elsewhere", model(others))) is fires


FIVE = [
    reading(52.1), score("reading", 50.3, split="test"), score("puzzles", 33.3), score("halves", 1234, split="first"),
    score("halves", 321, split="second"), score("halves", 1555, split="total"),
]  # fmt: skip


def changed(*places: int) -> list[dict[str, Any]]:
    return [{**each, "value": each["value"] + 1} if place in places else each for place, each in enumerate(FIVE)]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (FIVE[:5], FIVE[:5], "5 of 5 figures equal those of 'example-one'"),
        (FIVE[:4], FIVE[:4], None),
        (FIVE, changed(2), "5 of 6 figures equal those of 'example-one'"),
        (FIVE, changed(2, 1), None),
        (FIVE, FIVE[:5], "5 of 5 figures equal those of 'example-one'"),
        (FIVE[:5], [*FIVE[:4], {**FIVE[4], "status": "superseded"}], None),
    ],
)
def test_five_equal_figures_that_are_most_of_a_row(tmp_path: Path, first: Any, second: Any, message: str | None) -> None:
    findings = found(tmp_path, "copied-row", model(first), model(second, "Example Two"))
    assert [each[0] for each in findings] == ([message] if message else []), "told once, of the second"


def test_a_row_of_which_four_fifths_are_equal_is_copied_and_less_is_not(tmp_path: Path) -> None:
    more = [*FIVE, score("puzzles", 41.5, protocol="few-shot", shots=4), reading(61, protocol="few-shot", shots=4)]
    two = [*FIVE[:5], *({**each, "value": each["value"] + 1} for each in more[5:7])]
    assert found(tmp_path, "copied-row", model(more[:7]), model(two, "Example Two")) == [], "5 of 7"
    assert found(tmp_path, "copied-row", model(more[:6]), model(two[:6], "Example Two")) != [], "5 of 6"


@pytest.mark.parametrize(
    ("quote", "fires"),
    [
        ("Example | 33.3", False),
        ("PZL: 33.3", False),
        ("Their table | The row | 33.3", True),
        ("accuracy | Their row | 33.3", False),
        ("A row | ab | 33.3", True),
    ],
)
def test_a_quote_that_names_a_row_is_of_one_model(tmp_path: Path, quote: str, fires: bool) -> None:
    same = score("puzzles", 33.3, quote=quote)
    assert bool(found(tmp_path, "copied-figure", model([same]), model([same], "Example Two"))) is fires
    assert found(tmp_path, "copied-figure", model([same]), model([{**same, "where": "table 4"}], "Example Two")) == []


@pytest.mark.parametrize(("total", "fires"), [(1555, False), (1556, False), (1554, False), (1556.5, True), (1553.9, True)])
def test_a_total_may_be_off_by_rounding(tmp_path: Path, total: float, fires: bool) -> None:
    assert bool(found(tmp_path, "sum-of-parts", model([*FIVE[3:5], score("halves", total, split="total")]))) is fires


def test_pairs_are_swapped_only_when_both_are_wrong(tmp_path: Path) -> None:
    def fires(first: float, second: float) -> int:
        return len(found(tmp_path, "swapped-pair", model([score("halves", first, split="first"), score("halves", second, split="second")])))

    assert fires(320, 1500) == 1
    assert fires(320, 320) == fires(1500, 1500) == fires(1500, 320) == fires(100, 1500) == 0


def test_texts_in_the_wrong_language_are_each_told(tmp_path: Path) -> None:
    def told(**family: Any) -> list[str]:
        return sorted(message for message, _ in found(tmp_path, "wrong-language", **family))

    assert told(summary="只存在于测试") == ["Chinese in an English text"]
    assert told(contributions=["只存在", "Fine."], contributions_zh=["好", "no"]) == [
        "Chinese in an English text",
        "no Chinese character in it",
    ]
    assert told(summary="abcdef只存在") == [], "a third of it may be Chinese"
    assert told(summary="abcde只存在") == ["Chinese in an English text"]


def test_the_whole_may_equal_the_language_model(tmp_path: Path) -> None:
    def fires(params: str, name: str, **other: Any) -> int:
        return len(found(tmp_path, "params-against-name", model(name=name, params=params, params_basis="paper", **other)))

    assert fires("2B", "Example 2B") == fires("2.5B", "Example 2B") == fires("1.5B", "Example 2B") == 0
    assert fires("2.6B", "Example 2B") == fires("1.4B", "Example 2B") == 1
    assert fires("9B", "Example MoE 2B") == 0
    assert fires("1B", "Example MoE 2B") == 1
    assert fires("9B", "Example 2B", active_params="2B") == 0


def test_parts_of_no_model_are_told_only_where_all_name_theirs(tmp_path: Path) -> None:
    architecture = {"vision_encoders": ["encoder-a", "encoder-b"], "language_models": ["small-lm", "another"]}

    def told(*models: dict[str, Any]) -> list[str]:
        return sorted(message for message, _ in found(tmp_path, "part-of-no-model", *models, architecture=architecture))

    parts: dict[str, Any] = {"language_model": "small-lm", "vision_encoders": ["encoder-a"]}
    assert told(model(**parts)) == ["no model has the language model another", "no model has the vision encoder encoder-b"]
    assert told(model(language_model="small-lm")) == ["no model has the language model another"]
    assert told(model(vision_encoders=["encoder-a"])) == ["no model has the vision encoder encoder-b"]
    assert told(model(**parts), model(name="Example Two")) == []


def test_decimals() -> None:
    assert [decimals(value) for value in (5, 5.0, 5.5, 0.25, 1234.5678, 1e-9)] == [0, 0, 1, 2, 4, 9]


@pytest.mark.parametrize("factor", [0.001, 0.01, 0.1, 10, 100, 1000])
def test_each_scale_shifts_what_counts_as_raw(factor: float) -> None:
    assert scale_of(str(round(52.1 / factor, 6)), 52.1) == pytest.approx(factor)
    shift = {0.001: 3, 0.01: 2, 0.1: 1, 10: -1, 100: -2, 1000: -3}[factor]
    for finer in (1, 2, 3):
        own = 1 - shift + finer
        if own < 0:
            continue
        written = f"{(52.1 + 0.4 * 10**-1 if finer > 0 else 52.1) / factor:.{own}f}"
        value = float(written) * factor
        if round(value, 1) == 52.1 and value != 52.1:
            assert holds(written, 52.1, factor) is (finer >= 2), (written, finer)


def test_numbers_as_written() -> None:
    assert dict(numbers("1,523.4 and −0.5 and v2.5 (12,5)"))["1,523.4"] == 1523.4
    assert ("−0.5", -0.5) in list(numbers("−0.5"))
    assert len(list(numbers("7 7 7"))) == 1
    assert holds("52.1449", 52.1)
    assert holds("52.145", 52.1), "two decimals more are a program's output"
    assert holds("52.1500", 52.1)
    assert not holds("52.1501", 52.1)
    assert not holds("52.15", 52.1)


def laid(tmp_path: Path, name: str, records: Any) -> list[tuple[str, str]]:
    """Check and message of each finding in a file of a catalog laid over the corpus' own."""
    path = tmp_path / "over" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(records, ensure_ascii=False), "utf-8")
    return [(each.check, each.message) for each in validate([str(path)], [BASE], today=date(2026, 1, 1)).findings]


BENCH: dict[str, Any] = {
    "id": "new", "name": "New", "summary": "S.", "summary_zh": "测试。", "task": "test", "metric": "accuracy",
    "metrics": [{"id": "accuracy", "name": "accuracy", "unit": "points", "min": 0, "max": 50, "higher_is_better": True}],
}  # fmt: skip


@pytest.mark.parametrize(("low", "high", "fires"), [(10, 20, False), (20, 20, True), (20, 10, True)])
@pytest.mark.parametrize("key", ["plausible", "plausible_by_metric", "metrics"])
def test_a_range_has_two_ends(tmp_path: Path, low: int, high: int, fires: bool, key: str) -> None:
    metric = {**BENCH["metrics"][0], "min": low, "max": high}
    other: Any = {"plausible": [low, high], "plausible_by_metric": {"accuracy": [low, high]}, "metrics": [metric]}[key]
    findings = [each for each in laid(tmp_path, "benchmarks/new.yaml", {**BENCH, key: other}) if each[0] == "range-reversed"]
    words = f"accuracy: from {low} to {high}" if key == "metrics" else f"from {low} to {high}"
    assert len(findings) == fires
    assert all(message.startswith(words) for _, message in findings)


@pytest.mark.parametrize(("params", "fires"), [("1.2B", False), ("1.19B", True), ("3.2B", False), ("3.21B", True), ("2B", False)])
def test_a_components_size_may_be_off_by_less_than_two(tmp_path: Path, params: str, fires: bool) -> None:
    found = laid(tmp_path, "components/language-models.yaml", [{"id": "new-2b", "name": "New 2B", "params": params}])
    assert ("component-params-against-name" in {check for check, _ in found}) is fires
    found = laid(tmp_path, "components/language-models.yaml", [{"id": "new-moe-2b", "name": "New MoE 2B", "params": params}])
    assert "component-params-against-name" not in {check for check, _ in found}


@pytest.mark.parametrize(
    ("field", "text", "fires"),
    [
        ("name", "New ", True),
        ("name", " New", True),
        ("name", "Two  spaces", True),
        ("summary", "Two  spaces.", False),
        ("summary", "End. ", True),
        ("name", "A B", False),
    ],
)
def test_stray_spaces(tmp_path: Path, field: str, text: str, fires: bool) -> None:
    assert ("stray-space" in {check for check, _ in laid(tmp_path, "benchmarks/new.yaml", {**BENCH, field: text})}) is fires


@pytest.mark.parametrize(
    ("text", "fires"), [("TODO", True), (" tbd. ", True), ("n/a", True), ("unknown", True), ("todos", False), ("Unknown words", False)]
)
def test_placeholders(tmp_path: Path, text: str, fires: bool) -> None:
    assert ("placeholder" in {check for check, _ in laid(tmp_path, "benchmarks/new.yaml", {**BENCH, "summary": text})}) is fires
    assert "placeholder" not in {check for check, _ in laid(tmp_path, "benchmarks/new.yaml", {**BENCH, "aliases": [text.strip()]})}
