"""`vlmctl import` as it is typed: what it writes, prints and refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import import_catalog
from conftest import ROOT

SURVEY = ["--source-title", "A survey", "--source-kind", "web", "--source-url", "https://example.org/survey", "--evidence", "second-hand"]
TABLE = "| Model | MMMU_val | TextVQA |\n|---|---|---|\n| Ada 3B | 30.1 | |\n| Ada 1B | 31.2* | 70 |\n"
HEADING = [
    "file", "line", "column", "cell", "name", "model", "under", "benchmark", "split", "metric", "value", "text", "decision",
    "reason", "fits",
]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small catalog in the place of the shipped one."""
    root = import_catalog.write(tmp_path / "shipped")
    monkeypatch.setattr("vlmctl.store.layers.shipped_directory", lambda: root)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.md"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


@pytest.fixture
def overlay(tmp_path: Path, small: None) -> Path:
    path = tmp_path / "overlay"
    path.mkdir()
    return path


def test_figures_go_into_an_overlay_with_their_source(vlmctl: Any, table: str, overlay: Path) -> None:
    ran = vlmctl("import", table, *SURVEY, "--catalog", str(overlay), "--json")
    assert ran.code == 0, ran.err
    assert [(row["model"], row["benchmark"], row["value"]) for row in ran.json if row["decision"] == "taken"] == [
        ("ada-3b", "mmmu", 30.1), ("ada-1b", "mmmu", 31.2),
    ]  # fmt: skip
    assert list(ran.json[0]) == HEADING
    assert "wrote 2 files" in ran.err
    figure = next(each for each in vlmctl("why", "ada-1b", "MMMU", "--catalog", str(overlay), "--json").json["figures"] if each["origin"])
    assert (figure["value"], figure["source"], figure["evidence"], figure["note"]) == (31.2, "A survey", "second-hand", "printed as 31.2*")
    assert figure["where"] == "line 4, column MMMU_val"
    assert vlmctl("validate", str(overlay)).code == 0


def test_a_second_import_brings_nothing_new(vlmctl: Any, table: str, overlay: Path) -> None:
    assert vlmctl("import", table, *SURVEY, "--catalog", str(overlay)).code == 0
    before = {path.name: path.read_bytes() for path in overlay.rglob("*.yaml")}
    again = vlmctl("import", table, *SURVEY, "--catalog", str(overlay), "--json")
    assert not [row for row in again.json if row["decision"] == "taken"]
    assert {path.name: path.read_bytes() for path in overlay.rglob("*.yaml")} == before


def test_a_source_that_is_there_is_used_again(vlmctl: Any, table: str, overlay: Path) -> None:
    assert vlmctl("import", table, *SURVEY, "--catalog", str(overlay)).code == 0
    Path(table).write_text("| Model | OCRBench |\n|---|---|\n| Ada 3B | 500 |\n", encoding="utf-8")
    assert vlmctl("import", table, *SURVEY, "--catalog", str(overlay)).code == 0
    text = (overlay / "models" / "ada-3b.yaml").read_text(encoding="utf-8")
    assert (text.count("title: A survey"), text.count("source: a-survey,")) == (1, 2)


def test_an_addition_that_is_there_keeps_its_bytes(vlmctl: Any, table: str, overlay: Path) -> None:
    path = overlay / "models" / "ada-1b.yaml"
    path.parent.mkdir()
    old = (
        "# ours\nid: ada-1b\nfamily: ada\nsources:\n  run: {kind: run, title: 'Our run'}  # in May\nscores:\n"
        "  - {benchmark: ocrbench, value: 400, source: run, evidence: original}   # doubtful\n"
    )
    path.write_text(old, encoding="utf-8")
    assert vlmctl("import", table, *SURVEY, "--catalog", str(overlay)).code == 0
    new = path.read_text(encoding="utf-8")
    lines = new.splitlines()
    assert [line for line in old.splitlines() if line not in lines] == []
    assert len(lines) == len(old.splitlines()) + 2
    assert vlmctl("validate", str(overlay)).code == 0


def test_a_dry_run_writes_nothing(vlmctl: Any, table: str, overlay: Path) -> None:
    ran = vlmctl("import", table, *SURVEY, "--catalog", str(overlay), "--dry-run")
    assert ran.code == 0
    assert "would write" in ran.err
    assert list(overlay.iterdir()) == []


def test_the_report_is_the_answer_in_all_formats(vlmctl: Any, table: str, overlay: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    common = ["import", table, *SURVEY, "--catalog", str(overlay), "--dry-run"]
    rows = vlmctl(*common, "--json", "--report", str(report)).json
    with report.open(encoding="utf-8", newline="") as stream:
        assert [row["reason"] for row in csv.DictReader(stream)] == [row["reason"] or "" for row in rows]
    assert vlmctl(*common).out.splitlines()[0].split("\t") == HEADING
    assert "Ada 3B" in vlmctl(*common, "--format", "markdown").out
    assert [json.loads(line)["decision"] for line in vlmctl(*common, "--format", "jsonl").out.splitlines()] == [r["decision"] for r in rows]
    flagged = vlmctl(*common, "--only", "flagged", "--json").json
    assert flagged == [row for row in rows if row["decision"] == "flagged"]
    assert flagged


def test_the_public_list(vlmctl: Any) -> None:
    source = ["--source-title", "The list", "--source-kind", "list", "--source-url", "https://example.org/list"]
    ran = vlmctl("import", str(ROOT / "tests/fixtures/benchmark-table.md"), *source, "--json")
    assert ran.code == 0
    assert "no figure was taken" in ran.err
    assert {row["decision"] for row in ran.json} == {"skipped", "flagged"}


def test_new_models(vlmctl: Any, tmp_path: Path, overlay: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Model,TextVQA\nOurs: 7B #1,61.5\n", encoding="utf-8")
    skipped = vlmctl("import", str(path), *SURVEY, "--catalog", str(overlay), "--json").json
    assert [(row["decision"], row["model"]) for row in skipped] == [("skipped", None)]
    ran = vlmctl("import", str(path), *SURVEY, "--catalog", str(overlay), "--new-models-in", "Ada")
    assert ran.code == 0, ran.err
    (shown,) = vlmctl("show", "ours-7b-1", "--catalog", str(overlay), "--json").json
    assert (shown["name"], shown["family"], shown["scores"][0]["value"]) == ("Ours: 7B #1", "ada", 61.5)


def test_a_partial_run_is_refused(vlmctl: Any, tmp_path: Path, overlay: Path) -> None:
    run = {"results": {"textvqa_val": {"exact_match,none": 0.58}}, "n-shot": {}, "config": {"model_args": "pretrained=lab/Ada-3B"},
           "n-samples": {"textvqa_val": {"original": 5000, "effective": 8}}}  # fmt: skip
    path = tmp_path / "r.json"
    path.write_text(json.dumps(run), encoding="utf-8")
    refused = vlmctl("import", str(path), "--catalog", str(overlay))
    assert (refused.code, refused.out) == (5, "")
    assert "textvqa_val ran 8 of 5000 questions" in refused.err
    assert list(overlay.iterdir()) == []
    assert vlmctl("import", str(path), "--catalog", str(overlay), "--force").code == 0
    figures = vlmctl("why", "ada-3b", "TextVQA", "--catalog", str(overlay), "--json").json["figures"]
    own = next(figure for figure in figures if figure["origin"])
    assert (own["variant"], own["standing"] == "ranked") == ("partial run, 8 of 5000 questions", False)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["{table}"], 2, "--source-title is missing"),
        (["{table}", "--as", "exel"], 2, "exel"),
        (["{table}", *SURVEY, "--as", "lmms-eval"], 2, "not JSON"),
        (["{dir}/none.md", *SURVEY], 2, "no such file"),
        (["{dir}", *SURVEY], 2, "is a directory"),
        (["{table}", *SURVEY, "--model", "no-such-model"], 3, "no model named"),
        (["{table}", *SURVEY, "--new-models-in", "no-such-family"], 3, "no family named"),
        (["{table}", *SURVEY, "--catalog", "{dir}/none"], 2, "no such directory"),
        (["{table}", *SURVEY, "--catalog", "{dir}", "--catalog", "{dir}"], 2, "more than once"),
        ([], 2, "missing argument"),
    ],
)
def test_errors(vlmctl: Any, small: None, table: str, tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    ran = vlmctl("import", *(each.format(table=table, dir=tmp_path) for each in arguments))
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_writing_that_is_refused(vlmctl: Any, table: str, overlay: Path) -> None:
    broken = overlay / "models" / "ada-3b.yaml"
    broken.parent.mkdir()
    broken.write_text("id: ada-3b\nfamily: [", encoding="utf-8")
    ran = vlmctl("import", table, *SURVEY, "--catalog", str(overlay))
    assert ran.code == 5
    assert "ada-3b.yaml exists already" in ran.err
    assert [path.name for path in overlay.rglob("*.yaml")] == ["ada-3b.yaml"]


def test_standard_input(vlmctl: Any, overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TABLE.encode())))
    ran = vlmctl("import", "-", *SURVEY, "--catalog", str(overlay), "--dry-run", "--json")
    assert ran.code == 0
    assert ran.json[0]["file"] == "<stdin>"


def test_a_checkouts_own_family_gets_the_figures(vlmctl: Any, small: None, tmp_path: Path) -> None:
    table = tmp_path / "t.md"
    table.write_text(
        "| Model | TextVQA | MMMU_val |\n|---|---|---|\n| Ada 3B | 55.5 | 36 |\n| Ada 3B Chat | 56 | |\n| Bob 9B | 60 | 40 |\n"
    )
    root = tmp_path / "shipped"
    ran = vlmctl("import", str(table), *SURVEY, "--catalog", str(root), "--new-models-in", "ada")
    assert ran.code == 0, ran.err
    assert "wrote 1 file" in ran.err
    assert not (root / "models").exists()
    text = (root / "families" / "ada.yaml").read_text(encoding="utf-8")
    assert text.startswith(import_catalog.FAMILY.lstrip().split("models:", 1)[0].rstrip("\n"))
    scores = vlmctl("scores", "--json").json
    assert [(s["model"], s["benchmark"], s["value"]) for s in scores if s["source"] == "A survey"] == [
        ("ada-3b", "textvqa", 55.5), ("ada-3b", "mmmu", 36), ("ada-3b-chat", "textvqa", 56), ("bob-9b", "textvqa", 60),
        ("bob-9b", "mmmu", 40),
    ]  # fmt: skip
    assert vlmctl("validate", str(root)).code == 0
