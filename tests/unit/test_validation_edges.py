"""What a validation reports and what it leaves out: files beneath, broken files, long texts, the day it is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from unit.test_check_edges import BASE, FAMILY, laid, model, reading, score
from vlmctl.checks import running, validation
from vlmctl.checks.validation import validate

TODAY = date(2026, 1, 1)


def written(path: Path, data: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return str(path)


def test_errors_and_warnings_are_counted(tmp_path: Path) -> None:
    family = {**FAMILY, "languages": ["English"], "models": [model([reading(101), score("puzzles", 75.4)])]}
    report = validate([written(tmp_path / "example.yaml", family)], [BASE], today=TODAY)
    by_severity = [each.severity for each in report.findings]
    assert (report.errors, report.warnings, report.asked) == (by_severity.count("error"), by_severity.count("warning"), 1)
    assert report.errors == 1
    assert report.warnings >= 2
    less = validate([str(tmp_path / "example.yaml")], [BASE], today=TODAY, ignore={"value-out-of-range"})
    assert (less.errors, less.warnings) == (0, report.warnings)
    assert list(report.findings) == sorted(report.findings, key=lambda each: (each.place, each.check, each.message))


@pytest.mark.parametrize(("extra", "shown"), [(0, "x" * 200), (1, "x" * 199 + "…"), (50, "x" * 199 + "…")])
def test_a_long_text_is_cut(extra: int, shown: str) -> None:
    assert running._shortened("x" * (200 + extra)) == shown
    assert running._shortened(None) is None


def test_today_is_the_latest_day_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        hour_now = 9

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(2026, 1, 1, cls.hour_now, 59, tzinfo=tz)

    monkeypatch.setattr(validation, "datetime", Clock)
    assert validation._today() == date(2026, 1, 1)
    Clock.hour_now = 10
    assert validation._today() == date(2026, 1, 2), "at 14 hours ahead the next day has begun"
    monkeypatch.undo()
    assert validation._today() == (datetime.now(UTC) + timedelta(hours=14)).date()


def test_only_what_was_asked_about_is_reported(tmp_path: Path) -> None:
    below = tmp_path / "below"
    written(below / "families" / "other.yaml", {**FAMILY, "id": "other", "name": "Other", "models": [model([reading(101)], "Other One")]})
    asked = written(tmp_path / "example.yaml", {**FAMILY, "models": [model([reading(102)])]})
    out = [each for each in validate([asked], [BASE, below], today=TODAY).findings if each.check == "value-out-of-range"]
    assert [Path(each.place.path).name for each in out] == ["example.yaml"]
    both = [each for each in validate([], [BASE, below], today=TODAY).findings if each.check == "value-out-of-range"]
    assert [Path(each.place.path).name for each in both] == ["other.yaml"]


def test_what_a_broken_file_defines_is_not_missing(tmp_path: Path) -> None:
    over = tmp_path / "over"
    written(over / "benchmarks" / "fresh.yaml", {"id": "fresh", "name": "Fresh", "splits": [{"id": "one"}, "no split"], "metrics": 3})
    family = {**FAMILY, "models": [model([score("fresh", 50), score("gone", 50)])]}
    written(over / "families" / "example.yaml", family)
    findings = validate([str(over)], [BASE], today=TODAY).findings
    assert [each.text for each in findings if each.check == "dangling-reference"] == ["gone"]
    assert [each for each in findings if Path(each.place.path).name == "fresh.yaml"] != []


def test_a_broken_file_is_checked_as_far_as_it_goes(tmp_path: Path) -> None:
    family = {**FAMILY, "surprise": 1, "models": [model([reading(101)])]}
    checks = {each.check for each in validate([written(tmp_path / "example.yaml", family)], [BASE], today=TODAY).findings}
    assert {"unknown-field", "value-out-of-range"} <= checks
    below = tmp_path / "below"
    written(below / "families" / "example.yaml", family)
    other = written(tmp_path / "new.yaml", {**FAMILY, "id": "new", "name": "New", "models": [model([reading(50.5)], "New One")]})
    assert all(Path(each.place.path).name == "new.yaml" for each in validate([other], [BASE, below], today=TODAY).findings)


def test_a_name_that_two_bear_is_told_once_of_each_other(tmp_path: Path) -> None:
    records = [{"id": "small-x", "name": "Small-LM", "aliases": ["small.lm", "Smaller"]}]
    told = [message for check, message in laid(tmp_path, "components/language-models.yaml", records) if check == "name-collision"]
    assert len(told) == 1
    assert told[0].startswith("'Small-LM' is also the ")
