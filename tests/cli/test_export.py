"""`export`: where it goes, what it says, and that what it writes is what other programs accept."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from vlmctl.interchange import hub_tasks
from vlmctl.interchange.writing import FORMATS, hub_results, model_cards
from vlmctl.query.export import BENCHMARK_COLUMNS, MODEL_COLUMNS, SCORE_COLUMNS


def test_csv_has_the_scores_that_match(vlmctl: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(vlmctl("export", "csv", "params<4B", "--bench", "TextVQA").out)))
    scores = vlmctl("scores", "params<4B", "--bench", "TextVQA", "--json").json
    assert [(row["model"], row["split"], row["value"], row["url"]) for row in rows] == [
        (score["model"], score["split"] or "", repr(score["value"]), score["url"] or "") for score in scores
    ]


def test_comparable_figures_are_those_that_top_ranks(vlmctl: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(vlmctl("export", "csv", "--bench", "TextVQA").out)))
    exported = {(row["model"], row["rank"], row["value"]) for row in rows if row["is_primary"] == "true" and row["comparable"] == "true"}
    top = vlmctl("top", "--bench", "TextVQA", "-n", "0", "--json").json
    assert exported == {(row["id"], str(row["rank"]), repr(row["value"])) for row in top if row["rank"] is not None}


def test_models_without_scores_are_exported_unless_a_score_is_asked_for(vlmctl: Any) -> None:
    whole = [json.loads(line) for line in vlmctl("export", "jsonl", "--table", "models").out.splitlines()]
    assert len(whole) == len(vlmctl("list", "--json").json)
    assert any(row["scores"] == 0 for row in whole)
    asked = [json.loads(line) for line in vlmctl("export", "jsonl", "--table", "models", "evidence=listed").out.splitlines()]
    assert {row["id"] for row in asked} == {row["model"] for row in vlmctl("scores", "evidence=listed", "--json").json}


def test_the_benchmarks_are_those_of_the_scores(vlmctl: Any) -> None:
    every = vlmctl("export", "jsonl", "--table", "benchmarks").out.splitlines()
    assert len(every) == len(vlmctl("bench", "list", "--json", "-n", "0").json)
    one = [json.loads(line) for line in vlmctl("export", "jsonl", "--table", "benchmarks", "--bench", "MME").out.splitlines()]
    assert [(row["id"], row["higher_is_better"]) for row in one] == [("mme", True)]


def test_a_matrix_has_a_row_per_model_and_a_column_per_part(vlmctl: Any) -> None:
    ran = vlmctl("export", "csv", "--table", "matrix", "--model", "mobilevlm-v2")
    rows = {row["model"]: row for row in csv.DictReader(io.StringIO(ran.out))}
    assert rows["mobilevlm-v2-1.7b"]["textvqa@val"] == "52.1"
    assert len(rows) == 3


def test_sqlite_is_a_file_that_stands_alone(vlmctl: Any, tmp_path: Path) -> None:
    path = tmp_path / "vlm.sqlite3"
    ran = vlmctl("export", "sqlite", "--bench", "TextVQA", "-o", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert f"wrote {path}" in ran.err
    connection = sqlite3.connect(path)
    join = "SELECT m.name, s.value FROM scores s JOIN models m ON m.id = s.model"
    sql = f"{join} WHERE s.is_primary AND s.comparable ORDER BY s.value DESC LIMIT 1"
    best = vlmctl("top", "--bench", "TextVQA", "--json").json
    ranked = next(row for row in best if row["rank"] == 1)
    assert connection.execute(sql).fetchone() == (ranked["name"], ranked["value"])
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert dict(connection.execute("SELECT key, value FROM about"))["license"] == "CC-BY-4.0"
    connection.close()


@pytest.mark.parametrize("form", [form.name for form in FORMATS if form.shape == "binary"])
def test_binary_formats_go_to_files_only(vlmctl: Any, form: str) -> None:
    ran = vlmctl("export", form)
    assert (ran.code, ran.out) == (2, "")
    assert "add -o FILE" in ran.err


def test_a_file_is_replaced_whole_and_keeps_its_rights(vlmctl: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    path.chmod(0o640)
    assert vlmctl("export", "csv", "--bench", "TextVQA", "-o", str(path)).code == 0
    assert path.read_text().startswith("model,model_name,")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]


def test_a_refused_export_leaves_the_file_as_it_was(vlmctl: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.yaml"
    path.write_text("old")
    ran = vlmctl("export", "eval-results", "-o", str(path))  # several models, which the format can't tell apart
    assert ran.code == 2
    assert "-o DIR/" in ran.err
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.yaml"]


def test_a_directory_gets_a_file_per_model_and_foreign_files_stay(vlmctl: Any, tmp_path: Path) -> None:
    target = tmp_path / "cards"
    ask = ("export", "model-index", "--family", "mobilevlm-v2", "-o", str(target))
    assert vlmctl(*ask).code == 0
    names = {path.name for path in target.iterdir()}
    assert names == {".vlmctl-export", "mobilevlm-v2-1.7b.md", "mobilevlm-v2-3b.md", "mobilevlm-v2-7b.md"}
    assert vlmctl(*ask).code == 0  # its own files may be written again
    foreign = target / "imp-v1.5-3b-phi2.md"
    foreign.write_text("mine")
    ran = vlmctl("export", "model-index", "--family", "imp-v1.5", "-o", str(target))
    assert ran.code == 5
    assert "nothing was written" in ran.err
    assert foreign.read_text() == "mine"
    assert {path.name for path in target.iterdir()} == {*names, "imp-v1.5-3b-phi2.md"}


def test_a_link_out_of_the_directory_is_refused(vlmctl: Any, tmp_path: Path) -> None:
    target, outside = tmp_path / "out", tmp_path / "outside"
    target.mkdir()
    outside.mkdir()
    (target / "mobilevlm-v2-1.7b").symlink_to(outside)
    ran = vlmctl("export", "every-eval-ever", "--model", "mobilevlm-v2-1.7b", "-o", f"{target}/")
    assert ran.code == 5
    assert "leads out of" in ran.err
    assert list(outside.iterdir()) == []


def test_what_is_left_out_is_counted_by_reason(vlmctl: Any, tmp_path: Path) -> None:
    ran = vlmctl("export", "markdown-table", "--listed")
    assert "left out: 17 scores: task-finetuned" in ran.err
    assert "no place for sources" in ran.err
    total = len(vlmctl("scores", "--json").json)
    mapped = len(vlmctl("scores", "--bench", "olmOCR-bench", "--json").json)
    assert f"left out: {total - mapped:,} scores: no task on the hub is known" in vlmctl("export", "eval-results", "-o", f"{tmp_path}/").err


def test_nothing_that_matches_is_said(vlmctl: Any) -> None:
    for form in ("csv", "jsonl", "model-index", "every-eval-ever", "markdown-table"):
        ran = vlmctl("export", form, "params<1K")
        assert ran.code == 0
        assert "nothing that matches" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cvs",), "is not one of"),
        (("csv", "parms<4B"), "did you mean params"),
        (("markdown-table", "--table", "models"), "--table models goes with csv, jsonl, parquet"),
        (("csv", "-o", "/dev/null/x.csv"), "can't write"),
        ((), "missing argument"),
    ],
)
def test_mistakes_are_usage_errors_with_a_hint(vlmctl: Any, arguments: tuple[str, ...], said: str) -> None:
    ran = vlmctl("export", *arguments)
    assert ran.code in {2, 3}
    assert ran.out == ""
    assert said in ran.err


def test_parquet_without_pyarrow_names_the_extra(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = vlmctl("export", "parquet", "-o", str(tmp_path / "x.parquet"))
    assert ran.code == 2
    assert "vlmctl[parquet]" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_every_column_is_explained_in_the_guide() -> None:
    guide = (ROOT / "docs/guide/exporting.md").read_text("utf-8")
    for columns in (SCORE_COLUMNS, MODEL_COLUMNS, BENCHMARK_COLUMNS):
        for column in columns:
            assert f"| `{column.name}` | {column.type} | {column.help} |" in guide, column.name


def test_the_guide_s_sql_answers(vlmctl: Any, tmp_path: Path) -> None:
    path = tmp_path / "vlm.sqlite3"
    assert vlmctl("export", "sqlite", "-o", str(path)).code == 0
    guide = (ROOT / "docs/guide/exporting.md").read_text("utf-8")
    questions = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    assert len(questions) == 2
    connection = sqlite3.connect(path)
    assert all(len(connection.execute(question).fetchall()) >= 5 for question in questions)
    ranked = vlmctl("top", "--bench", "TextVQA", "params<4B", "-n", "5", "--json").json
    assert [row[0] for row in connection.execute(questions[0])] == [row["name"] for row in ranked if row["rank"]][:5]
    connection.close()


def test_the_entries_of_a_model_card_are_sound(vlmctl: Any) -> None:
    from ruamel.yaml import YAML

    text = vlmctl("export", "model-index", "--model", "mobilevlm-v2-1.7b", "--model", "mm1").out
    assert text.startswith("---\n")
    assert text.endswith("---\n")
    index = YAML(typ="safe").load(text.split("---\n")[1])["model-index"]
    assert all(model_cards.problem(entry) is None for entry in index)
    assert "MobileVLM V2 1.7B" in {entry["name"] for entry in index}
    sources = [result["source"]["url"] for entry in index for result in entry["results"]]
    assert all(url.startswith("https://") for url in sources)
    few = [m["name"] for entry in index for r in entry["results"] for m in r["metrics"] if r["dataset"].get("args", {}).get("protocol")]
    assert any("(few-shot, 8 shots)" in name for name in few)


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "", "results": [1]},
        {"name": "m", "results": [{"task": {}, "dataset": {"type": "t", "name": "n"}, "metrics": [{"type": "a", "value": 1}]}]},
        {"name": "m", "results": [{"task": {"type": "t"}, "dataset": {"type": "t", "name": "n"}, "metrics": [{"type": "a"}]}]},
        {
            "name": "m",
            "results": [
                {
                    "task": {"type": "t"},
                    "dataset": {"type": "t", "name": "n"},
                    "metrics": [{"type": "a", "value": 1}],
                    "source": {"name": "x"},
                }
            ],
        },
    ],
)
def test_a_broken_model_index_is_told(entry: Any) -> None:
    assert model_cards.problem(entry) is not None


@pytest.mark.parametrize(
    "entry",
    [
        {"dataset": {"id": "a/b"}, "value": 1},
        {"dataset": {"id": "a/b", "task_id": "t"}},
        {"dataset": {"id": "a/b", "task_id": "t"}, "value": True},
        {"dataset": {"id": "a/b", "task_id": "t"}, "value": 1, "source": {"name": "x"}},
    ],
)
def test_a_broken_eval_result_is_told(entry: Any) -> None:
    assert hub_results.problem(entry) is not None


def test_the_hub_s_tasks_have_sources_and_parts_of_the_catalog(shipped: Any) -> None:
    for (benchmark, split, metric), task in hub_tasks.TASKS.items():
        assert hub_tasks.SOURCES[task.dataset].startswith("https://")
        assert shipped.value("SELECT 1 FROM metric WHERE benchmark = ? AND id = ?", (benchmark, metric))
        assert not split or shipped.value("SELECT 1 FROM split WHERE benchmark = ? AND id = ?", (benchmark, split))
        assert hub_tasks.part_of_task(*task) == (benchmark, split, metric)


def test_the_hub_s_own_readers_accept_what_is_written(vlmctl: Any) -> None:
    from ruamel.yaml import YAML

    cards = pytest.importorskip("huggingface_hub.repocard_data")
    text = vlmctl("export", "model-index", "--model", "mobilevlm-v2-1.7b").out
    name, results = cards.model_index_to_eval_results(YAML(typ="safe").load(text.split("---\n")[1])["model-index"])
    assert name == "MobileVLM V2 1.7B"
    assert len(results) == len(vlmctl("scores", "--model", "mobilevlm-v2-1.7b", "--json").json)
    reader = getattr(pytest.importorskip("huggingface_hub"), "parse_eval_result_entries", None)
    if reader is not None:
        assert len(reader(YAML(typ="safe").load(vlmctl("export", "eval-results", "--model", "dots.ocr").out))) == 9


def test_every_eval_ever_has_what_its_schema_demands(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    documents = json.loads(vlmctl("export", "every-eval-ever", "--series", "MobileVLM").out)
    assert documents
    for document in documents:
        assert (document["schema_version"], document["retrieved_timestamp"]) == ("0.3.0", "1700000000")
        assert document["source_metadata"]["source_type"] in {"documentation", "evaluation_run"}
        assert document["source_metadata"]["evaluator_relationship"] in {"first_party", "third_party", "collaborative", "other"}
        assert {"deployment_type", "model_availability"} <= document["model_info"]["additional_details"].keys()
        assert {"name", "version"} == document["eval_library"].keys()
        for result in document["evaluation_results"]:
            assert {"lower_is_better", "min_score", "max_score"} <= result["metric_config"].keys()
            assert result["source_data"]["source_type"] == "other" or result["source_data"]["url"]
            details = (
                result["score_details"]["details"],
                document["model_info"]["additional_details"],
                result["source_data"]["additional_details"],
            )
            assert all(isinstance(value, str) for each in details for value in each.values())
    again = vlmctl("export", "every-eval-ever", "--series", "MobileVLM").out
    assert json.loads(again) == documents


@pytest.mark.parametrize("form", ["csv", "jsonl", "markdown-table", "model-index", "every-eval-ever"])
def test_export_reads_the_compiled_file_only(form: str) -> None:
    code = (
        "import sys\nfrom vlmctl.cli.run import run\n"
        f"assert run(['export', {form!r}, '--bench', 'TextVQA']) == 0\n"
        "sys.stderr.write('loaded:' + ' '.join(sys.modules))"
    )
    subprocess.run([sys.executable, "-m", "vlmctl", "list", "-q"], capture_output=True, check=True)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "ruamel", "ruamel.yaml", "rich", "pyarrow", "rapidfuzz"} & set(done.stderr.rpartition("loaded:")[2].split())


def test_head_ends_it_quietly() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m vlmctl export csv | head -n 1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[0].startswith("model,")
    assert done.stdout.splitlines()[1] == "0"
    assert done.stderr == ""


def test_an_export_that_was_cut_off_can_be_repeated(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vlmctl.interchange.writing import model_cards

    target, whole = tmp_path / "cards", model_cards.write
    written: list[str] = []

    def failing(found: Any, stream: Any, *, alone: bool) -> None:
        (document,) = found
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(document.model)
        whole([document], stream, alone=alone)

    command = ("export", "model-index", "--family", "imp-v1.5", "-o", str(target))
    monkeypatch.setattr(model_cards, "write", failing)
    ran = vlmctl(*command)
    assert (ran.code, len(list(target.glob("*.md")))) == (5, 2)
    assert "No space left on device" in ran.err
    monkeypatch.setattr(model_cards, "write", whole)
    assert vlmctl(*command).code == 0
    assert len(list(target.glob("*.md"))) > 2


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX stands in for a full disk")
@pytest.mark.parametrize("room", [2_000, 20_000, 40_000])
def test_a_large_answer_that_finds_no_room_is_told_whatever_was_written_of_it(room: int, shipped: Any) -> None:
    """On its way to stdout it waits in a temporary file, which is full in the midst of a part, at its end, or when it is closed."""
    code = (
        "import resource, sys; from vlmctl.cli import output; from vlmctl.cli.run import run; output.LARGE = 2**14;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY)); sys.exit(run(sys.argv[2:]))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(room), "export", "csv"], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout) == (5, "")
    assert re.fullmatch(r"vlmctl: error: the answer finds no room in .*: File too large\n", ran.stderr)
