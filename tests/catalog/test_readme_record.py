"""`catalog/README.md`: its example is a valid catalog, its table of fields is that of the record classes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vlmctl.checks.validation import validate
from vlmctl.records.describe import field_tables
from vlmctl.source.directory import list_files
from vlmctl.source.loading import load_file
from vlmctl.store.layers import shipped_directory

README = shipped_directory() / "README.md"
BLOCK = re.compile(r"^`([a-z]+/[\w.-]+\.yaml)`[^\n]*\n\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FIELDS = re.compile(r"<!-- generated: fields -->\n(.*)<!-- end of generated: fields -->", re.DOTALL)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("readme")
    for path, text in BLOCK.findall(README.read_text("utf-8")):
        file = root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return root


def test_has_a_record_of_each_kind(example: Path) -> None:
    kinds = {file.kind for file in list_files(example)}
    assert kinds == {"family", "benchmark", "model", "language-models", "vision-encoders"}


def test_is_valid_without_a_warning(example: Path) -> None:
    report = validate([str(example)], [shipped_directory()])
    assert [str(finding) for finding in report.findings] == []
    assert {finding.check for finding in report.explained} == {"implausible-value"}


def test_shows_every_field_of_families_and_scores(example: Path) -> None:
    from vlmctl.records import Architecture, Benchmark, Family, Model, Score

    data = load_file("x", "family", (example / "families/example-vlm.yaml").read_bytes()).data
    assert set(data) == set(Family.model_fields) - {"explains"}
    assert set(data["architecture"]) == set(Architecture.model_fields)
    assert {key for model in data["models"] for key in model} == set(Model.model_fields) - {"explains"}
    assert {key for model in data["models"] for score in model["scores"] for key in score} == set(Score.model_fields)
    files = [file for file in list_files(example) if file.kind == "benchmark"]
    keys = {key for file in files for key in load_file(file.path, "benchmark", Path(file.path).read_bytes()).data}
    assert keys == set(Benchmark.model_fields) - {"explains", "notes", "questions", "metric_without_split"}


def test_fields_are_those_of_the_records() -> None:
    found = FIELDS.search(README.read_text("utf-8"))
    assert found is not None
    assert found.group(1).strip() == field_tables().strip(), "python -m vlmctl.records.describe writes the table"


def test_every_field_is_explained() -> None:
    rows = [line for line in field_tables().splitlines() if line.startswith("| ") and not line.startswith(("| field", "| ---"))]
    assert len(rows) > 100
    assert [row for row in rows if row.rstrip().endswith("|  |") or "| any |" in row] == []
