"""What a validation reports and what it leaves out: files beneath, broken files, long texts, the day it is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from unit.test_check_edges import BASE, BENCH, FAMILY, laid, model, reading, score
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


def findings(root: Path, files: dict[str, Any], *paths: str, beneath: Path | None = None) -> list[tuple[str, str, str]]:
    """File, check and message of each finding; files are laid in a directory, which is checked whole unless paths are named."""
    for name, data in files.items():
        written(root / name, data)
    layers = [beneath or BASE] if paths else [beneath or BASE, root]
    report = validate([str(root / path) for path in paths] or [str(root)], layers, today=TODAY)
    return [(Path(each.place.path).name, each.check, each.message) for each in report.findings]


def test_texts_of_files_beneath_are_not_looked_at(tmp_path: Path) -> None:
    below = tmp_path / "below"
    written(
        below / "families" / "other.yaml", {**FAMILY, "id": "other", "name": "Other", "summary": "Two. ", "models": [model(name="O 1")]}
    )
    asked = written(tmp_path / "example.yaml", {**FAMILY, "models": [model()]})
    report = validate([asked], [BASE, below], today=TODAY)
    assert "stray-space" not in {each.check for each in report.findings}
    assert "stray-space" in {each.check for each in validate([str(below)], [BASE], today=TODAY).findings}


def explained(tmp_path: Path, **family: Any) -> tuple[list[tuple[str, str | None]], list[tuple[str, str]]]:
    """What notes explain, with the note, and what is said of explanations."""
    report = validate([written(tmp_path / "example.yaml", {**FAMILY, **family})], [BASE], today=TODAY)
    told = [(each.message, each.hint or "") for each in report.findings if each.check in {"needless-explanation", "implausible-value"}]
    return [(each.check, each.hint) for each in report.explained], told


def test_a_warning_is_explained_by_the_note_beside_it(tmp_path: Path) -> None:
    wrong = score("puzzles", 5, note="So the paper says.", explains=["implausible-value"])
    assert explained(tmp_path, models=[model([wrong])]) == ([("implausible-value", "So the paper says.")], [])
    size = model(name="Example 2B", params="9B", params_basis="paper", note="Twice.", explains=["params-against-name"])
    assert explained(tmp_path, models=[size])[0] == [("params-against-name", "Twice.")]
    whole = {"notes": ["One thing.", "Another."], "explains": ["params-against-name"]}
    bare = {key: value for key, value in size.items() if key not in {"note", "explains"}}
    assert explained(tmp_path, models=[bare], **whole) == ([("params-against-name", "One thing. · Another.")], [])
    both = explained(tmp_path, models=[size], **whole)
    assert both == ([("params-against-name", "Twice.")], [("'params-against-name' finds nothing here", "remove it")])


def test_an_explanation_holds_for_its_own_record_only(tmp_path: Path) -> None:
    wrong, other = score("puzzles", 5, note="So it is.", explains=["implausible-value"]), score("puzzles", 6, variant="x")
    given, told = explained(tmp_path, models=[model([wrong, other])])
    assert given == [("implausible-value", "So it is.")]
    assert [message for message, _ in told] == ["Puzzles: real figures lie from 20 to 60"]
    above = model([other], note="A note.", explains=["implausible-value"])
    assert len(explained(tmp_path, models=[above])[1]) == 2, "a model's note says nothing of its scores"


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("implausible-valu", "no check is called 'implausible-valu'", "did you mean 'implausible-value'?"),
        ("zzz", "no check is called 'zzz'", ""),
        ("value-out-of-range", "'value-out-of-range' is an error; errors are mended, not explained", ""),
        ("quote-lacks-value", "'quote-lacks-value' finds nothing here", "remove it"),
    ],
)
def test_explanations_of_nothing(tmp_path: Path, key: str, message: str, hint: str) -> None:
    figure = reading(50, note="A note.", explains=[key])
    assert explained(tmp_path, models=[model([figure])])[1] == [(message, hint)]
    path = written(tmp_path / "example.yaml", {**FAMILY, "models": [model([figure])]})
    (place,) = (each.place for each in validate([path], [BASE], today=TODAY).findings if each.check == "needless-explanation")
    assert (place.line, place.column > 300) == (1, True), "it points at the id"
    skipped = validate([path], [BASE], today=TODAY, ignore={"quote-lacks-value"}).findings
    assert ("needless-explanation" in {each.check for each in skipped}) is (key != "quote-lacks-value"), "nobody looked for it"


def test_explanations_in_a_list_of_components(tmp_path: Path) -> None:
    records = [
        {"id": "x", "name": "X"},
        {"id": "y-2b", "name": "Y 2B", "params": "9B", "note": "N.", "explains": ["component-params-against-name", "zzz"]},
    ]
    path = written(tmp_path / "over" / "components" / "language-models.yaml", records)
    report = validate([path], [BASE], today=TODAY)
    assert [(each.check, each.hint) for each in report.explained] == [("component-params-against-name", "N.")]
    assert [each.message for each in report.findings if each.check == "needless-explanation"] == ["no check is called 'zzz'"]


def test_the_sources_of_a_family_are_those_of_what_is_laid_over_it(tmp_path: Path) -> None:
    sources = {"list": {"kind": "list", "title": "L", "url": "https://example.org/l"}}
    family = {**FAMILY, "sources": sources, "models": [model()]}
    addition = {
        "id": "example-one",
        "family": "example",
        "scores": [reading(50, source="list", evidence="copy", listed={"column": "R", "text": "50"})],
    }
    found = findings(tmp_path / "over", {"families/example.yaml": family, "models/example-one.yaml": addition})
    assert ("example-one.yaml", "evidence-against-source", "ReadQA@val: read in a list, so the evidence is 'listed'") in found


def test_what_a_broken_family_defines_is_not_missing(tmp_path: Path) -> None:
    broken = {
        **FAMILY,
        "id": "broken",
        "organizations": 3,
        "sources": {"own": {"kind": "web", "title": "O"}},
        "models": [model(name="Broken One")],
    }
    addition = {"id": "broken-one", "family": "broken", "scores": [reading(50, source="own")]}
    other = {**FAMILY, "models": [model([reading(51, source="nowhere")])]}
    files = {"families/broken.yaml": broken, "models/broken-one.yaml": addition, "families/example.yaml": other}
    found = findings(tmp_path / "over", files)
    assert [name for name, check, _ in found if check == "dangling-reference"] == ["example.yaml"]


def test_a_broken_score_is_no_hindrance_for_the_others(tmp_path: Path) -> None:
    broken: list[Any] = [reading(5) | {"value": "many"}, "no score", 7, None, {"value": 3}, reading(5, source="A B"), reading(5, source=3)]
    figures = [*broken[:3], reading(101), *broken[3:]]
    found = findings(tmp_path / "over", {"families/example.yaml": {**FAMILY, "models": [model(figures)]}}, "families/example.yaml")
    checks = [check for _, check, _ in found]
    assert "value-out-of-range" in checks
    assert "dangling-reference" not in checks, "what stands in for a broken score has no benchmark to miss"
    assert "wrong-type" in checks


def test_files_of_one_directory_that_is_no_catalog(tmp_path: Path) -> None:
    family = {**FAMILY, "models": [model([reading(101)])]}
    written(tmp_path / "some" / "one.yaml", family)
    written(tmp_path / "some" / ".hidden.yaml", {**family, "id": "hidden"})
    written(tmp_path / "some" / "notes.txt", family)
    report = validate([str(tmp_path / "some")], [BASE], today=TODAY)
    assert report.asked == 1
    assert {Path(each.place.path).name for each in report.findings} == {"one.yaml"}


def test_of_a_broken_file_everything_is_told_in_one_run(tmp_path: Path) -> None:
    odd = [model([{**reading(50), "valu": 1}, reading(101)], f"Example {place}", surprise=place) for place in range(6)]
    found = findings(tmp_path / "over", {"families/example.yaml": {**FAMILY, "surprise": 1, "models": odd}}, "families/example.yaml")
    told = [check for _, check, _ in found]
    assert (told.count("unknown-field"), told.count("value-out-of-range")) == (1 + 6 + 6, 6)


def test_of_a_broken_score_nothing_else_is_said(tmp_path: Path) -> None:
    figures = [{**reading(101), "valu": 1}, reading(102, variant="x")]
    found = findings(tmp_path / "over", {"families/example.yaml": {**FAMILY, "models": [model(figures)]}}, "families/example.yaml")
    assert sorted(check for _, check, _ in found) == ["unknown-field", "value-out-of-range"], (
        "its other fields may be wrong for the same reason"
    )


def test_what_could_not_be_read_to_its_end_is_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "over" / "families" / "example.yaml"
    text = json.dumps({**FAMILY, "models": [model([reading(101)])]})
    for more, told in (("", {"value-out-of-range"}), ("\n}", {"syntax"})):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + more, "utf-8")
        assert {each.check for each in validate([str(path)], [BASE], today=TODAY).findings} == told


# --- references ---


def test_a_reference_that_what_is_laid_over_breaks_is_told_beneath(tmp_path: Path) -> None:
    below, over = tmp_path / "below", tmp_path / "over"
    bare = {key: value for key, value in FAMILY.items() if key != "license"}
    own = {"own": {"kind": "web", "title": "Own", "url": "https://example.org/own"}}
    written(below / "families" / "example.yaml", {**bare, "sources": own, "models": [model()]})
    written(below / "benchmarks" / "new.yaml", BENCH)
    addition = {"id": "example-one", "family": "example", "scores": [score("new", 40, source="own")]}
    added = written(below / "models" / "example-one.yaml", addition)
    asked = written(over / "families" / "example.yaml", {**bare, "models": [model()]})
    gone = {**bare, "id": "other", "name": "Other", "models": [model([score("gone", 1)], "Other One")]}
    written(over / "families" / "other.yaml", gone)

    def told(*paths: str) -> list[tuple[str, str | None]]:
        report = validate(list(paths), [below], today=TODAY)
        return [(Path(each.place.path).name, each.text) for each in report.findings if each.check == "dangling-reference"]

    assert told() == []
    assert told(asked) == [("example-one.yaml", "own")], "the neighbor laid over was not asked about"
    assert told(asked, added) == [("example-one.yaml", "own")], "told once"
    assert sorted(told(str(over))) == [("example-one.yaml", "own"), ("other.yaml", "gone")]
