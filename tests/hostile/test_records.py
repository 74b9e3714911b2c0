"""Hostile records in an overlay: they are shown or reported, never executed, and the shipped part always answers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hostile.material import ACCEPTED, GOOD, HEAD, REFUSED, acting, evil_overlay, family, run
from small_catalog import lay
from vlmctl.cli.app import COMMANDS

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "markdown")

OUTSIDE = {"init", "add", "edit", "import", "completion", "schema"}
"""Commands that print no catalog text; `test_arguments` has them."""

LINES: dict[str, list[list[str]]] = {
    "list": [["list"], ["list", "--columns", "id,name,reading,memory,org,connector,visual_tokens,series,evilbench"], ["list", "--lang", "zh"]],
    "show": [["show", "evil"], ["show", "evil-1b"], ["show", "evil", "--lang", "zh"], ["show", "evil-"]],
    "compare": [["compare", "evil", "alpha", "--all"], ["compare", "evil-1b", "alpha-1b", "--diff"]],
    "top": [
        ["top", "--bench", "reading"], ["top", "--bench", "evilbench"], ["top", "--bench", "reading", "--protocol", "any", "--bars"],
        ["top", "--bench", "reading", "--bench", "evilbench", "--missing", "pairwise"], ["top", "--bench", "reading", "--by-size"],
        ["top", "--bench", "reading", "--per-family", "--pareto"], ["top", "--bench", "evilbench", "--split", "any"],
    ],
    "pareto": [["pareto", "--x", "params", "--y", "evilbench"], ["pareto", "--x", "memory", "--y", "reading"]],
    "why": [["why", "evil-1b", "reading"], ["why", "evil-1b", "evilbench"]],
    "scores": [["scores"], ["scores", "--model", "evil-1b"]],
    "bench": [["bench", "list"], ["bench", "show", "evilbench"]],
    "families": [["families"], ["families", "--lang", "zh"]],
    "export": [["export", form] for form in ("csv", "jsonl", "markdown-table", "model-index", "eval-results", "every-eval-ever")],
    "diff": [["diff"]],
    "validate": [["validate", "--format", form] for form in ("text", "json", "github", "sarif")],
    "db": [["db", "query", "SELECT * FROM model"], ["db", "query", "SELECT * FROM passage"], ["db", "path"]],
    "memory": [["memory", "evil-1b"]],
    "facets": [["facets", field] for field in ("org", "connector", "series", "family", "benchmark", "language")],
    "search": [["search", "red"], ["search", "click"], ["search", "desrever"], ["search", "]8;;"]],
    "plot": [["plot", "--x", "params", "--y", "reading", "--color", "family"], ["plot", "--x", "params", "--y", "evilbench", "--color", "series"]],
}  # fmt: skip


def test_every_command_is_tried() -> None:
    assert set(LINES) | OUTSIDE == set(COMMANDS)


@pytest.fixture
def evil(small: Path, tmp_path: Path) -> Path:
    return lay(tmp_path / "evil", evil_overlay())


@pytest.mark.parametrize("command", LINES)
def test_nothing_in_a_record_reaches_the_terminal_as_an_escape(evil: Path, small: Path, command: str) -> None:
    for line in LINES[command]:
        for terminal in (True, False):
            for form in FORMATS if command not in {"export", "validate", "diff"} and line != ["db", "path"] else ("",):
                catalog = (
                    [str(small), str(evil)] if command == "diff" else [str(evil)] if command == "validate" else ["--catalog", str(evil)]
                )
                chosen = ["--format", form] if form else []
                styled = ["--color", "always"] if form == "table" else []
                ran = run(*line, *catalog, *chosen, *styled, terminal=terminal)
                assert ran.code in ({0, 3} if line[-1] == "evil-" else {0, 1} if command == "validate" else {0}), (line, form, ran.err)
                assert "Traceback" not in ran.err
                if terminal or form in {"table", "markdown"}:
                    assert not acting(ran, styled=form in {"table", ""}), (line, form, terminal)


def test_a_pipe_gets_the_texts_whole(evil: Path) -> None:
    text = run("show", "evil", "--json", "--catalog", str(evil)).json[0]["summary"]
    assert text.startswith("\x1b[31mred\x1b[0m \x1b]8;;https://evil.example")
    assert "\0nul" in text


def test_no_hyperlink_leads_anywhere_but_to_http(evil: Path) -> None:
    out = run("show", "evil", "--color", "always", "--format", "table", "--catalog", str(evil), terminal=True).out
    assert "evil.example" in out
    assert "\x1b]8;;https://evil.example/\x1b" not in out


@pytest.fixture
def over(small: Path, tmp_path: Path) -> Path:
    return lay(tmp_path / "over", {"families/good.yaml": GOOD})


SHIPPED = ["alpha-1b", "alpha-3b", "beta-2b"]
GIANTS = ("1 MB key", "many numbers", "many empty models")


@pytest.mark.parametrize("name", ACCEPTED)
def test_odd_files_that_are_right(over: Path, name: str) -> None:
    lay(over, {"families/bad.yaml": ACCEPTED[name]})
    ran = run("list", "-q", "--catalog", str(over))
    assert (ran.code, sorted(ran.out.split()), ran.err) == (0, [*SHIPPED[:2], "bad-1b", SHIPPED[2], "good-1b"], ""), name


def test_broken_files_are_reported_and_the_rest_answers(small: Path, tmp_path: Path) -> None:
    """All in one overlay, so that the catalog is compiled once."""
    over = lay(tmp_path / "over", {"families/good.yaml": GOOD})
    for number, content in enumerate(REFUSED.values()):
        lay(over, {f"families/bad{number}.yaml": content})
    start = time.process_time()
    ran = run("list", "-q", "--catalog", str(over))
    found = run("validate", str(over))
    assert time.process_time() - start < 20
    assert (ran.code, sorted(ran.out.split())) == (0, [*SHIPPED, "good-1b"])
    assert found.code == 1
    assert not acting(ran, styled=False) | acting(found, styled=False)
    for number, name in enumerate(REFUSED):
        told = [line for line in ran.err.splitlines() if f"/bad{number}.yaml:" in line]
        assert len(told) == 1, name
        assert len(told[0]) < 1500, name
        errors = [line for line in found.out.splitlines() if f"/bad{number}.yaml:" in line and " error[" in line]
        assert 1 <= len(errors) <= 10_000, name
        assert max(map(len, errors)) < 1500, name
    assert not Path("pwned").exists()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("name", GIANTS)
def test_memory_stays_under_200_megabytes(tmp_path: Path, name: str) -> None:
    """Of a process that does nothing else; the shipped catalog, which lies beneath, included."""
    over = lay(tmp_path / "over", {"families/bad.yaml": REFUSED[name]})
    code = (
        "import sys; from vlmctl.cli.run import run; code = run(sys.argv[1:]);"  # getrusage would count the forking parent's memory
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'));"
        "print(code, int(peak.split()[1]) // 1024, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, "validate", str(over)], capture_output=True, text=True, timeout=60)
    exit_code, megabytes = map(int, done.stderr.split()[-2:])
    assert exit_code == 1
    assert megabytes < 200


def test_a_file_that_grows_without_end_is_not_read_whole(over: Path) -> None:
    with (over / "families" / "bad.yaml").open("wb") as file:
        file.truncate(2**40)  # a sparse file of a terabyte
    ran = run("list", "-q", "--catalog", str(over))
    assert (ran.code, len(ran.out.split())) == (0, 4)
    assert "error[file-size]" in ran.err
    assert run("validate", str(over)).code == 1
    assert run("validate", "/dev/zero").code == 1


def test_what_is_no_file(over: Path) -> None:
    folder = over / "families"
    (folder / "directory.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "circle.yaml").symlink_to("circle.yaml")
    (folder / "nowhere.yaml").symlink_to("/proc/nonexistent/x.yaml")
    (folder / "zero.yaml").symlink_to("/dev/zero")
    ran = run("list", "-q", "--catalog", str(over))
    assert (ran.code, len(ran.out.split())) == (0, 4)
    assert sorted(line.split("/")[-1] for line in ran.err.splitlines()) == [
        f"{name}.yaml: not a file" for name in ("circle", "directory", "nowhere", "pipe", "zero")
    ]
    for name in ("directory", "pipe", "circle", "nowhere", "zero"):
        path = folder / f"{name}.yaml"
        path.rmdir() if name == "directory" else path.unlink()
    assert run("list", "-q", "--catalog", str(over)).err == ""  # and the notes go with their reasons


def test_no_writer_waits_for_a_pipe(over: Path) -> None:
    (over / "models").mkdir()
    os.mkfifo(over / "models" / "alpha-3b.yaml")
    ran = run(
        "add", "score", "--model", "alpha-3b", "--bench", "reading", "--split", "val", "--value", "61", "--source-title", "t",
        "--source-kind", "run", "--catalog", str(over),
    )  # fmt: skip
    assert ran.code in {2, 5}, ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(over: Path) -> None:
    lay(over, {"families/bad.yaml": family()})
    (over / "families" / "bad.yaml").chmod(0)
    ran = run("list", "-q", "--catalog", str(over))
    assert (ran.code, len(ran.out.split())) == (0, 4)
    assert "error[unreadable]" in ran.err


def test_file_names_that_act(over: Path, tmp_path: Path) -> None:
    names = ["new\nline", "esc\x1b[31m", "bidi\u202e", "-x", "a b", "'; DROP TABLE model", "--help", "x" * 240]
    for name in names:
        (over / "families" / f"{name}.yaml").write_text(HEAD.replace("id: bad", "id: -"), "utf-8")
    (over / "families" / os.fsdecode(b"\xff\xfe.yaml")).write_bytes(b"\xff")
    for line in (["list", "-q", "--catalog", str(over)], ["validate", str(over)], ["validate", str(over), "--format", "github"]):
        ran = run(*line, terminal=True)
        assert ran.code in {0, 1}
        assert not acting(ran, styled=True), line
        assert all("DROP" not in part or "'; DROP" in part for part in ran.err.splitlines())
    odd = tmp_path / "odd\n\x1b[31m"
    lay(odd, evil_overlay())
    for line in (["list", "--columns", "id,origin"], ["show", "evil"], ["why", "evil-1b", "reading"]):
        ran = run(*line[:1], *line[1:], "--catalog", str(odd), terminal=True)
        assert not acting(ran, styled=True), line


@pytest.mark.parametrize("place", ["nothing", "file", "pipe", "circle", "root", "nul", "many", "self", "shipped", "empty"])
def test_overlays_at_odd_places(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    odd = tmp_path / "odd"
    chosen = str(odd)
    if place == "file":
        odd.write_text("x")
    elif place == "pipe":
        os.mkfifo(odd)
    elif place == "circle":
        odd.symlink_to(odd)
    elif place in {"root", "nul", "self", "shipped", "many", "empty"}:
        chosen = {
            "root": "/",
            "nul": "/dev/null",
            "self": ".",
            "shipped": str(small),
            "many": os.pathsep.join([str(tmp_path)] * 500),
            "empty": "::",
        }[place]
    monkeypatch.setenv("VLMCTL_CATALOG", chosen)
    ran = run("list", "-q")
    assert (ran.code, ran.out.split()) == (0, SHIPPED)
    assert ("it is left out" in ran.err) == (place in {"nothing", "file", "pipe", "circle", "nul"})


def test_neither_parser_is_led_astray(over: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pure parser, which takes over where the C parser isn't there, refuses the same files."""
    from vlmctl.source import document

    real: Any = document._events
    monkeypatch.setattr(document, "_events", lambda text, *, pure: real(text, pure=True))
    for name, content in REFUSED.items():
        if len(content) < 5_000:
            lay(over, {"families/bad.yaml": content})
            ran = run("validate", str(over))
            assert ran.code == 1, name
            assert not acting(ran, styled=False)
