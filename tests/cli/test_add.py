"""`add` and `init`: what they write, what they refuse, and that a refused write leaves every byte as it was."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from small_catalog import FILES, lay, snapshot
from vlmctl.errors import RefusedError
from vlmctl.source.starting import FILES as STARTED
from vlmctl.source.writing import System

SCORE = (
    *("add", "score", "--model", "alpha-1b", "--bench", "Reading@val", "--value", "57.5"),
    *("--source-title", "our run", "--retrieved", "2025-03-03"),
)


@pytest.fixture
def own(small: Path, tmp_path: Path) -> Path:
    """The user's own overlay, which isn't there yet."""
    return tmp_path / "config/vlmctl/catalog"


def test_a_score_of_a_shipped_model_starts_the_own_overlay(own: Path, vlmctl: Any) -> None:
    ran = vlmctl(*SCORE, "--where", "line 3: the end")
    assert ran.code == 0
    file = own / "models/alpha-1b.yaml"
    assert file.read_text() == (
        "id: alpha-1b\nfamily: alpha\nsources:\n  our-run: {kind: run, title: our run, retrieved: 2025-03-03}\nscores:\n"
        "  - {benchmark: reading, split: val, value: 57.5, source: our-run, where: 'line 3: the end', evidence: original}\n"
    )
    assert ran.out.startswith("--- /dev/null\n+++ b/models/alpha-1b.yaml\n@@ -0,0 +1,6 @@\n+id: alpha-1b\n")
    assert f"wrote {file}" in ran.err
    assert "next: vlmctl why alpha-1b reading" in ran.err
    assert sorted(snapshot(own)) == ["models", "models/alpha-1b.yaml"]  # no lock, no temporary file is left
    again = vlmctl(
        "add", "score", "--model", "Alpha 1B", "--bench", "counting", "--value", "70", "--source-title", "our run", "--json"
    ).json
    assert again == {"file": str(file), "diff": again["diff"], "written": True}
    assert "+  - {benchmark: counting, value: 70, source: our-run, evidence: original}\n" in again["diff"]
    assert file.read_text().count("kind: run") == 1  # the same source is used again
    assert vlmctl("why", "alpha-1b", "counting", "--json").json["figures"][0]["value"] == 70


def test_in_a_checkout_the_familys_own_file_is_changed_and_nothing_else(own: Path, small: Path, vlmctl: Any) -> None:
    before = snapshot(small)
    ran = vlmctl(*SCORE, "--catalog", str(small))
    assert ran.code == 0
    after = snapshot(small)
    assert {name for name in after if after[name] != before.get(name)} == {"families/alpha.yaml"}
    new = "      - {benchmark: reading, split: val, value: 57.5, source: our-run, evidence: original}\n"
    source = "  our-run: {kind: run, title: our run, retrieved: 2025-03-03}\n"
    text = (small / "families/alpha.yaml").read_text()
    assert text.replace(new, "").replace(source, "") == FILES["families/alpha.yaml"]
    assert not own.exists()


def test_the_diff_can_be_applied_with_patch(own: Path, small: Path, tmp_path: Path, vlmctl: Any) -> None:
    copy = lay(tmp_path / "copy", FILES)
    lay(copy, {"families/alpha.yaml": FILES["families/alpha.yaml"].replace("\n", "\r\n").rstrip()})
    lay(small, {"families/alpha.yaml": (copy / "families/alpha.yaml").read_bytes()})
    diff = vlmctl(*SCORE, "--catalog", str(small)).out
    subprocess.run(["patch", "--binary", "-s", "-p1"], cwd=copy, input=diff.encode(), check=True)
    assert snapshot(copy) == snapshot(small)
    assert b"evidence: original}\r\n" in (copy / "families/alpha.yaml").read_bytes()


def test_a_dry_run_writes_nothing_at_all(own: Path, small: Path, vlmctl: Any) -> None:
    before = snapshot(small)
    ran = vlmctl(*SCORE, "--dry-run")
    assert (ran.code, "nothing was written" in ran.err, "+family: alpha" in ran.out) == (0, True, True)
    assert vlmctl(*SCORE, "--dry-run", "--json").json["written"] is False
    assert not own.exists()
    vlmctl(*SCORE, "--dry-run", "--catalog", str(small))
    assert snapshot(small) == before


REFUSED = {
    "value outside its range": ([*SCORE[:6], "--value", "157", "--source-title", "t"], "value-out-of-range"),
    "unknown source": ([*SCORE[:8], "--source", "paprika", "--evidence", "copy"], "unknown source 'paprika'"),
    "few-shot without protocol": ([*SCORE, "--shots", "0"], "wrong-value"),
    "address that is none": ([*SCORE, "--source-url", "javascript:alert(1)"], "wrong-value"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_what_is_not_valid_is_refused_with_its_findings(case: str, own: Path, vlmctl: Any) -> None:
    arguments, message = REFUSED[case]
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (5, "")
    assert message in ran.err
    assert f"{own}/models/alpha-1b.yaml:" in ran.err
    assert not own.exists()
    error = json.loads(vlmctl(*arguments, "--json").err.splitlines()[-1])["error"]
    assert error["exit_code"] == 5
    assert error["findings"][0]["line"] > 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["score"], 2, "missing --model, --bench, --value, --source-title"),
        (["score", "--model", "alpha-1b", "--source", "paper"], 2, "missing --bench, --value"),
        ([*SCORE[1:7], "much", "--source-title", "t"], 2, "'much' is no number"),
        ([*SCORE[1:7], "nan", "--source-title", "t"], 2, "'nan' is no number"),
        (["score", "--model", "alpha", *SCORE[4:]], 2, "stands for 2 models"),
        (["score", "--model", "alpah-1b", *SCORE[4:]], 3, "alpha-1b"),
        ([*SCORE[1:5], "Readin@valu", *SCORE[6:]], 3, "no split"),
        ([*SCORE[1:8], "--source", "paper"], 2, "missing --evidence"),
        ([*SCORE[1:8], "--source", "paper", "--source-url", "https://a.b"], 2, "--source-title"),
        ([*SCORE[1:8], "--source", "paper", "--evidence", "copy", "--retrieved", "2025-01-01"], 2, "--retrieved describes a new source"),
        ([*SCORE[1:8], "--source-title", "t", "--retrieved", "soon"], 2, "--retrieved: not a date"),
        ([*SCORE[1:8], "--source-title", "t", "--retrieved", "2199-01-01"], 2, "--retrieved: 2199-01-01 is in the future"),
        ([*SCORE[1:], "--split", "test"], 2, "--bench Reading@val names the split 'val', --split 'test'"),
        ([*SCORE[1:5], "Reading:anls", *SCORE[6:], "--metric", "accuracy"], 2, "names the metric 'anls', --metric 'the usual one'"),
        ([*SCORE[1:5], "Reading@test:accuracy", *SCORE[6:], "--metric", "ANLS"], 2, "names the metric 'the usual one', --metric 'anls'"),
        ([*SCORE[1:], "--evidence", "listed"], 2, "'listed' is not one of 'original', 'copy', 'second-hand'"),
        ([*SCORE[1:], "--source-kind", "list"], 2, "'list' is not one of"),
        ([*SCORE[1:8], "--source-title", "t", "--source-kind", "web"], 2, "missing --evidence"),
        (["model", "--family", "alpha", "--name", "x", "--params", "3"], 2, "3 is less than a million parameters"),
        (["model", "--family", "alpha", "--name", "x", "--params", "999K"], 2, "999K is less than a million parameters"),
        (["model", "--family", "alpha", "--name", "x", "--params", "3B", "--active-params", "1"], 2, "1 is less than a million"),
        (["model", "--family", "alpha", "--name", "x", "--params", "3X"], 2, "unknown unit X"),
        (["model", "--family", "alpha", "--name", "Alpha 3B"], 5, "there is a model 'alpha-3b' already"),
        (["model", "--family", "alpha", "--name", "x", "--id", "../../x"], 2, "is no id"),
        (["family", "--name", "Beta", "--organization", "x", "--summary", "y"], 5, "there is a family 'beta' already"),
        (["benchmark", "--name", "Reading"], 2, "missing --summary, --task, --metric, --unit"),
        (["nonsense"], 2, "nonsense"),
        ([*SCORE[1:], "--catalog", "nowhere"], 2, "vlmctl init nowhere"),
    ],
)  # fmt: skip
def test_mistakes(arguments: list[str], code: int, message: str, own: Path, vlmctl: Any) -> None:
    ran = vlmctl("add", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert not own.exists()


def test_models_families_and_benchmarks(own: Path, vlmctl: Any) -> None:
    arguments = ["--family", "beta", "--name", "Beta 2.5B Chat", "--params", "2.5B", "--language-model", "Small LLM", "--image-size", "448"]
    assert vlmctl("add", "model", *arguments).code == 0
    assert (own / "models/beta-2.5b-chat.yaml").read_text() == (
        "id: beta-2.5b-chat\nfamily: beta\nname: Beta 2.5B Chat\nparams: 2.5B\nlanguage_model: small-llm\nimage_size: 448\n"
    )
    family = [
        "--name",
        "Our: VLM",
        "--organization",
        "no",
        "--summary",
        "Yes.",
        "--released",
        "2024",
        "--license",
        "MIT",
        "--connector",
        "mlp",
    ]
    assert vlmctl("add", "family", *family, "--params", "7B").code == 0
    assert (own / "families/our-vlm.yaml").read_text() == (
        "id: our-vlm\nname: 'Our: VLM'\nseries: 'Our: VLM'\norganizations: ['no']\nreleased: '2024'\nsummary: Yes.\n"
        "license:\n  weights: MIT\narchitecture:\n  connector:\n    kind: mlp\nmodels:\n"
        "  - id: our-vlm\n    name: 'Our: VLM'\n    params: 7B\n"
    )
    bench = ["--name", "Our Forms", "--summary", "Forms.", "--task", "document", "--metric", "acc", "--unit", "percent"]
    assert vlmctl("add", "benchmark", *bench, "--split", "test", "--split", "dev", "--questions", "500").code == 0
    score = ["--model", "our-vlm", "--bench", "our-forms@test", "--value", "61", "--source-title", "run 1"]
    assert vlmctl("add", "score", *score).code == 0
    assert "  - id: our-vlm\n" in (own / "families/our-vlm.yaml").read_text()  # in the family's file: it stands in this overlay
    rows = vlmctl("top", "--bench", "our-forms", "--json").json
    assert [(row["rank"], row["id"], row["value"]) for row in rows] == [(1, "our-vlm", 61)]
    assert vlmctl("validate", str(own)).code == 0


def test_the_split_is_kept_as_it_was_stated(own: Path, vlmctl: Any) -> None:
    def line(bench: str, *more: str) -> str:
        out: str = vlmctl(
            "add", "score", "--model", "beta-2b", "--bench", bench, "--value", "1", "--source-title", "t", "--dry-run", *more
        ).out
        return out.splitlines()[-1]

    assert line("Reading").startswith("+  - {benchmark: reading, value: 1,")
    assert line("Reading@val").startswith("+  - {benchmark: reading, split: val, value: 1,")
    assert line("Reading:val").startswith("+  - {benchmark: reading, split: val, value: 1,")
    assert line("Reading@test:ANLS").startswith("+  - {benchmark: reading, split: test, metric: anls, value: 1,")
    assert line("Reading", "--split", "test").startswith("+  - {benchmark: reading, split: test, value: 1,")
    assert line("Reading", "--protocol", "few-shot", "--shots", "4").startswith(
        "+  - {benchmark: reading, protocol: few-shot, shots: 4, value: 1,"
    )


def test_a_broken_file_in_the_way_is_not_overwritten(own: Path, vlmctl: Any) -> None:
    lay(own, {"models/alpha-1b.yaml": "id: alpha-1b\nfamily: alpha\nparms: 1\n"})
    before = snapshot(own)
    ran = vlmctl(*SCORE)
    assert ran.code == 5
    assert "exists already" in ran.err
    assert snapshot(own) == before


def test_texts_that_are_no_utf8_are_refused(own: Path, vlmctl: Any) -> None:
    ran = vlmctl(*SCORE, "--note", os.fsdecode(b"caf\xe9"))
    assert (ran.code, ran.err.splitlines()[-1]) == (5, "vlmctl: error: the text is not UTF-8")
    assert not own.exists()


@pytest.mark.parametrize(
    ("step", "number"), [("create", errno.EROFS), ("write", errno.ENOSPC), ("fsync", errno.EIO), ("rename", errno.EACCES)]
)
@pytest.mark.parametrize("where", ["own", "checkout"])
def test_a_failing_step_leaves_everything_as_it_was(
    step: str, number: int, where: str, own: Path, small: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any
) -> None:
    def fail(*_: Any) -> Any:
        raise OSError(number, os.strerror(number))

    before = snapshot(small)
    monkeypatch.setattr(System, step, fail)
    ran = vlmctl(*SCORE, *(() if where == "own" else ("--catalog", str(small))))
    assert (ran.code, ran.out) == (5, "")
    assert f"{os.strerror(number).lower()}; nothing was changed" in ran.err
    assert snapshot(small) == before
    assert not own.exists()


def test_a_read_only_file_or_folder_is_refused(own: Path, small: Path, vlmctl: Any) -> None:
    file = small / "families/alpha.yaml"
    for place, mode in ((file, 0o444), (file.parent, 0o555)):
        usual = place.stat().st_mode
        place.chmod(mode)
        ran = vlmctl(*SCORE, "--catalog", str(small))
        place.chmod(usual)
        assert ran.code == 5
        assert "read-only" in ran.err or "permission denied" in ran.err
    assert file.read_text() == FILES["families/alpha.yaml"]


def test_init_starts_an_overlay_that_validates(small: Path, tmp_path: Path, vlmctl: Any) -> None:
    root = tmp_path / "ours"
    ran = vlmctl("init", str(root))
    assert ran.code == 0
    assert ran.out.split() == [str(root / name) for name in STARTED]
    assert f"next: vlmctl validate {root}" in ran.err
    assert f"vlmctl list --catalog {root}" in ran.err
    lay(small, {"components/licenses.yaml": FILES["components/licenses.yaml"] + "- {id: Apache-2.0, name: Apache, commercial: allowed}\n"})
    checked = vlmctl("validate", str(root), "--json")
    assert checked.code == 0
    assert vlmctl("list", "-q", "--catalog", str(root)).out.split()[-2:] == ["example-vlm-2b", "example-vlm-2b-int4"]
    assert vlmctl("list", "-q", "--catalog", str(root)).err == ""


def test_init_refuses_what_it_does_not_own_and_completes_what_it_does(small: Path, tmp_path: Path, vlmctl: Any) -> None:
    for name, files in {
        "foreign": {"notes.txt": "x"},
        "records": {"families/x.yaml": "id: x\n"},
        "readme": {"README.md": "# Mine\n"},
    }.items():
        root = lay(tmp_path / name, files)
        before = snapshot(root)
        assert vlmctl("init", str(root)).code == 5
        assert snapshot(root) == before
    assert vlmctl("init", str(tmp_path / "foreign/notes.txt")).code == 5
    root = lay(tmp_path / "repository", {".git/HEAD": "ref"})
    assert vlmctl("init", str(root)).code == 0
    (root / "models/example-vlm-2b-int4.yaml").unlink()
    lay(root, {"families/example-vlm.yaml": "# mine now\n"})
    assert vlmctl("init", str(root)).out.split() == [str(root / "models/example-vlm-2b-int4.yaml")]
    assert (root / "families/example-vlm.yaml").read_text() == "# mine now\n"


def test_a_failed_init_takes_back_what_it_wrote(small: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    real = System.rename

    def fail(self: System, old: str, new: str) -> None:
        if new.endswith("example-forms.yaml"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, old, new)

    monkeypatch.setattr(System, "rename", fail)
    assert vlmctl("init", str(tmp_path / "ours")).code == 5
    assert not (tmp_path / "ours").exists()


def test_nothing_is_asked_where_stdin_is_no_terminal(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "vlmctl", "add", "score"], input="alpha\n", capture_output=True, text=True, timeout=60,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "missing --model, --bench, --value, --source-title" in ran.stderr


def test_options_that_agree_with_the_benchmark_are_no_contradiction(own: Path, vlmctl: Any) -> None:
    for bench, more in (
        ("Reading@val", ["--split", "validation"]), ("Reading:ANLS", ["--metric", "anls"]), ("Reading", ["--metric", "accuracy"]),
        ("Reading@test:anls", ["--split", "test", "--metric", "anls"]), ("Reading", ["--split", "test", "--metric", "anls"]),
    ):  # fmt: skip
        ran = vlmctl(*SCORE[:5], bench, *SCORE[6:], *more, "--dry-run")
        assert ran.code == 0, ran.err


def test_a_size_just_large_enough_is_taken(own: Path, vlmctl: Any) -> None:
    ran = vlmctl("add", "model", "--family", "alpha", "--name", "x", "--params", "1M", "--dry-run")
    assert "+params: 1M" in ran.out


def test_a_value_that_its_quote_does_not_hold_is_refused(own: Path, vlmctl: Any) -> None:
    ran = vlmctl(*SCORE, "--quote", "Reading 59.7")
    assert (ran.code, ran.out) == (5, "")
    assert "the quote doesn't hold 57.5: Reading 59.7" in ran.err
    assert "--force" in ran.err
    assert not own.exists()
    for quote in ("Reading 57.5", "Reading .575"):
        assert vlmctl(*SCORE, "--quote", quote, "--dry-run").code == 0
    forced = vlmctl(*SCORE, "--quote", "Reading 59.7", "--force")
    assert forced.code == 0
    assert "warning[quote-lacks-value]" in forced.err


def test_a_source_that_is_there_keeps_its_date_and_another_one_is_refused(own: Path, vlmctl: Any) -> None:
    assert vlmctl(*SCORE).code == 0
    more = ("add", "score", "--model", "alpha-1b", "--bench", "counting", "--value", "7", "--source-title", "our run")
    ran = vlmctl(*more, "--retrieved", "2025-04-04")
    assert (ran.code, ran.out) == (5, "")
    assert "the source 'our-run' is there already, read 2025-03-03; --retrieved would be lost" in ran.err
    paper = (
        "--source-title",
        "The paper: Alpha",
        "--source-kind",
        "paper",
        "--source-url",
        "https://example.org/alpha",
        "--evidence",
        "copy",
    )
    ran = vlmctl(*more[:-2], *paper, "--retrieved", "2025-04-04")
    assert "the source 'paper' is there already, read 2024-04-01" in ran.err
    assert vlmctl(*more, "--retrieved", "2025-03-03").code == 0


COUNTED = ("add", "score", "--model", "alpha-1b", "--bench", "counting", "--value", "7")


def test_another_document_gets_a_key_of_its_own(own: Path, vlmctl: Any) -> None:
    """A title makes the key, with a number where that is taken; by this layer, by the family below, or by a title like it."""
    assert vlmctl(*COUNTED, "--source-title", "Paper!").code == 0  # the family has a source `paper`
    assert vlmctl(*SCORE[:-4], "--source-title", "paper?").code == 0
    assert vlmctl(*SCORE[:6], "--value", "60", "--variant", "long", "--source-title", "☃").code == 0  # makes no key
    text = (own / "models/alpha-1b.yaml").read_text()
    keys = [line.split(":")[0].strip() for line in text.splitlines() if "kind: run" in line]
    assert keys == ["paper-2", "paper-3", "run"]
    assert [line.split("source: ")[1].split(",")[0] for line in text.splitlines() if "value:" in line] == keys
    figures = vlmctl("why", "alpha-1b", "counting", "--json").json["figures"]
    assert [(figure["value"], figure["source"]) for figure in figures] == [(7, "Paper!")]


def test_a_key_that_is_another_documents_is_refused(own: Path, small: Path, vlmctl: Any) -> None:
    """Whether the family below has it, the file that is changed, or both are one."""
    theirs = (*COUNTED, "--source", "paper", "--source-title", "Another paper")
    for where in ((), ("--catalog", str(small))):
        ran = vlmctl(*theirs, *where)
        assert (ran.code, ran.out) == (5, "")
        assert "the source 'paper' is another document: The paper: Alpha" in ran.err
    assert not own.exists()
    assert vlmctl(*SCORE).code == 0
    assert "the source 'paper' is another document" in vlmctl(*theirs).err
    ran = vlmctl(*COUNTED, "--source", "our-run", "--source-title", "Another run")
    assert (ran.code, "the source 'our-run' is another document: our run" in ran.err) == (5, True)
    wanted = vlmctl(*COUNTED, "--source", "second", "--source-title", "Another run", "--json").json["diff"]
    assert "+  second: {kind: run, title: Another run" in wanted
    assert "value: 7, source: second," in wanted


def test_without_a_home_directory_it_must_be_said_where_to_write(small: Path, vlmctl: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(Path, "home", _no_home)
    ran = vlmctl(*SCORE)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no home directory for an overlay of your own" in ran.err
    assert "--catalog DIR says where to write" in ran.err
    assert vlmctl(*SCORE, "--catalog", str(small)).code == 0


def _no_home() -> Path:
    raise RuntimeError("could not determine home directory")


def test_a_model_whose_file_was_left_out_since_is_told(own: Path, small: Path) -> None:
    """It was in the compiled catalog, and no file that can be read has it when the change is worked out."""
    from vlmctl.source.changes import add_score
    from vlmctl.source.layers import Layer, gather, read_layer

    records = gather([("", file) for file in read_layer(Layer(small, ""))])
    with pytest.raises(RefusedError, match="no file has the model 'gone-1b'"):
        add_score(records, str(own), "gone-1b", {"benchmark": "counting", "value": 7, "source": "paper"})


def test_evidence_follows_from_a_run_alone(own: Path, vlmctl: Any) -> None:
    assert vlmctl(*SCORE).code == 0
    more = ("add", "score", "--model", "Alpha 1B", "--bench", "counting", "--value", "7", "--dry-run")
    assert "evidence: original" in vlmctl(*more, "--source", "our-run").out  # the overlay's own source is a run
    assert "missing --evidence" in vlmctl(*more, "--source", "paper").err
    assert "missing --evidence" in vlmctl(*more, "--source", "unknown").err


def test_an_unknown_source_is_told_with_those_that_there_are(own: Path, vlmctl: Any) -> None:
    ran = vlmctl(*SCORE[:8], "--source", "readme", "--evidence", "copy")
    assert "unknown source 'readme' (known: 'paper')" in ran.err


def test_questions_stand_at_the_primary_split(own: Path, vlmctl: Any) -> None:
    bench = ("add", "benchmark", "--name", "Forms", "--summary", "Forms.", "--task", "document", "--metric", "acc", "--unit", "percent")
    ran = vlmctl(*bench, "--split", "test", "--split", "dev", "--questions", "500")
    assert "the 500 questions are those of the primary split, test" in ran.err
    assert "    primary: true\n    questions: 500\n  - id: dev\n    name: dev\n" in (own / "benchmarks/forms.yaml").read_text()
    assert vlmctl("bench", "show", "forms", "--json").json["splits"][0]["questions"] == 500
    ran = vlmctl(*bench[:3], "Others", *bench[4:], "--questions", "500", "--dry-run")
    assert "+questions: 500" in ran.out


def test_a_task_all_but_like_one_that_is_there_is_doubted(vlmctl: Any, tmp_path: Path) -> None:
    bench = ("add", "benchmark", "--name", "Our Forms", "--summary", "Forms.", "--metric", "acc", "--unit", "percent", "--dry-run")
    ran = vlmctl(*bench, "--task", "documents", "--catalog", str(tmp_path))
    assert "warning[task-spelled-anew] no other benchmark has the task 'documents' (did you mean 'document'?)" in ran.err
    assert "task-spelled-anew" not in vlmctl(*bench, "--task", "beekeeping", "--catalog", str(tmp_path)).err
