"""Completion as the shells' scripts ask for it, and the command that prints the scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import Ran
from vlmctl.cli.completion import grammar

SHELLS = ["bash", "zsh", "fish"]


def lines(vlmctl: Any, *words: str) -> list[str]:
    ran = vlmctl("__complete", "zsh", "vlmctl", *words)
    assert ran.code == 0
    assert ran.err == ""
    return [line.partition("\t")[0] for line in ran.out.splitlines()]


@pytest.mark.usefixtures("shipped")
def test_each_kind_of_word(vlmctl: Any) -> None:
    assert {"values", "list", "show", "bench", "completion"} <= {*lines(vlmctl, "")}
    assert lines(vlmctl, "bench", "") == ["values", "list", "show"]
    assert lines(vlmctl, "list", "--fam") == ["values", "--family"]
    assert lines(vlmctl, "list", "--lang", "") == ["values", "en", "zh"]
    assert lines(vlmctl, "top", "--bench", "TextV") == ["values", "textvqa"]
    assert "TextVQA@val" in lines(vlmctl, "top", "--bench", "TextVQA@")
    assert "mobilevlm-v2-1.7b" in lines(vlmctl, "show", "mobilevlm-v2")
    assert {"mme", "textvqa"} <= {*lines(vlmctl, "why", "mgm-7b", "")}
    assert lines(vlmctl, "list", "params")[:2] == ["open", "params="]
    assert "awesome-list-of-llm-vlms" in lines(vlmctl, "list", "--list", "a")
    assert "Apache-2.0" in lines(vlmctl, "list", "--license", "ap")
    assert "clip-vit-l-14-336" in lines(vlmctl, "list", "--encoder", "clip")
    assert lines(vlmctl, "list", "--connector=ldpv") == ["values", "--connector=ldpv2"]
    assert lines(vlmctl, "list", "-o", "x") == ["files"]
    assert lines(vlmctl, "list", "--catalog", "x") == ["directories"]
    assert "document" in lines(vlmctl, "bench", "list", "--task", "d")


def test_the_grammar_is_that_of_the_app() -> None:
    assert grammar.FILE.read_text(encoding="utf-8") == grammar.describe(), "run: python -m vlmctl.cli.completion.grammar"


def test_what_selects_models_completes_everywhere() -> None:
    """A new command that lists models needs no word about completion."""
    known = {"-w": "expression", "--family": "list:family", "--org": "values:organizations", "--lang": "choice:en zh", "--sort": ""}
    rows = [line.split("\t") for line in grammar.describe().splitlines()[1:]]
    paths = {row[0] for row in rows if row[2].endswith("-w")}
    assert {"list", "top", "compare", "families", "scores"} <= paths
    for path, kind, spellings, value, *_ in rows:
        wanted = [known[each] for each in spellings.split(" ") if kind == "option" and path in paths and each in known]
        assert all(value and value.endswith(each) for each in wanted), (path, spellings)


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    "arguments",
    [
        [], ["bash"], ["bash", "vlmctl show"], ["bash", "vlmctl nonsense ", ""], ["bash", "vlmctl show zzz", "zzz"],
        ["bash", "vlmctl show x", "unrelated"], ["bash", "vlmctl list 'a\nb", "a\nb"],
        ["fish", "vlmctl"], ["fish", "vlmctl", "show", "'\\"],
        ["zsh"], ["zsh", "vlmctl"], ["zsh", "vlmctl", "show", "a\nb"], ["zsh", "vlmctl", "top", "--bench", "a\nb@"],
        ["zsh", "vlmctl", "list", "llm~'a\nb"], ["zsh", "vlmctl", "show", "\x00"], ["zsh", "vlmctl", "show", "\udcff"],
        ["zsh", "vlmctl", "list", "(" * 5000], ["zsh", "vlmctl", "show", "x" * 100_000], ["zsh", "vlmctl", "show", "' OR 1=1 --"],
        ["tcsh", "vlmctl", "nonsense", ""],
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_answered_by_silence(vlmctl: Any, arguments: list[str]) -> None:
    assert vlmctl("__complete", *arguments) == Ran(0, "", "")


@pytest.mark.usefixtures("shipped")
def test_bash_gets_only_the_part_that_it_replaces(vlmctl: Any) -> None:
    def ask(line: str, replaced: str) -> list[str]:
        out: str = vlmctl("__complete", "bash", line, replaced).out
        return out.splitlines()

    assert ask("vlmctl top --bench TextVQA@va", "@va") == ["values", "@val"]
    assert ask("vlmctl top --format=cs", "cs") == ["values", "csv"]
    assert ask("vlmctl list --org Z.a", "Z.a") == ["values", "Z.ai\\ \\(Zhipu\\ AI\\)"]
    assert ask("vlmctl list --org 'Z.a", "Z.a") == ["values", "Z.ai (Zhipu AI)"]
    assert ask("vlmctl list params", "params")[:3] == ["open", "'params=", "'params<"]
    assert ask("vlmctl list 'params", "params")[:3] == ["open", "params=", "params<"]


def test_nothing_compiled_nothing_offered(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(tmp_path / "cache"))
    if (Path(grammar.__file__).parent.parent / "catalog.sqlite3").exists():
        pytest.skip("this installation brings the compiled catalog")
    assert lines(vlmctl, "show", "mob") == []
    assert lines(vlmctl, "list", "--fam") == ["values", "--family"]
    assert list(tmp_path.iterdir()) == []


def test_an_overlay_that_is_nowhere(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    without = lines(vlmctl, "show", "mob")
    assert without
    monkeypatch.setenv("VLMCTL_CATALOG", "/nowhere/at/all")
    assert lines(vlmctl, "show", "mob") == without
    assert lines(vlmctl, "sho") == ["values", "show"]
    monkeypatch.delenv("VLMCTL_CATALOG")
    assert lines(vlmctl, "show", "--catalog", "/nowhere/at/all", "mob") == []


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_catalog(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    from vlmctl.store.cache import compiled_path
    from vlmctl.store.layers import Layers

    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("vlmctl.store.opening.packaged_file", lambda: None)
    path = compiled_path((Layers.find().shipped,))
    path.write_bytes(content)
    assert lines(vlmctl, "show", "mob") == []
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_record_says_never_steers_the_terminal(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from unit.tiny_store import build

    store = build()
    hostile = ["ada-1b\nrm", "ada-1b\tx", "ada-\x1b[31m", "ada-\u202ex", "ada-$(touch x)"]
    for position, id_ in enumerate(hostile):
        store.connection.execute("UPDATE model SET id = ?, name = ? WHERE position = ?", (id_, "\x1b]0;\n" * 99, position))
    monkeypatch.setattr("vlmctl.cli.completion.answers._compiled", lambda overlays: store)
    ran = vlmctl("__complete", "zsh", "vlmctl", "show", "ada")
    assert ran.out.splitlines() == ["values", "ada-$(touch x)\t" + ran.out.splitlines()[1].partition("\t")[2]]
    assert "\x1b" not in ran.out
    assert len(ran.out) < 130


def test_bash_gets_signs_that_it_would_expand_behind_a_backslash(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from unit.tiny_store import build

    store = build()
    store.connection.execute("UPDATE model SET id = 'ada-$(touch x)`y`!;' WHERE position = 0")
    monkeypatch.setattr("vlmctl.cli.completion.answers._compiled", lambda overlays: store)
    ran = vlmctl("__complete", "bash", "vlmctl show ada", "ada")
    assert ran.out.splitlines() == ["values", "ada-\\$\\(touch\\ x\\)\\`y\\`\\!\\;"]


def test_a_reader_that_leaves_gets_no_message() -> None:
    program = [sys.executable, "-m", "vlmctl", "__complete", "zsh", "vlmctl", ""]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts(vlmctl: Any, shell: str) -> None:
    ran = vlmctl("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert f"vlmctl completion {shell}" in ran.out
    assert f"__complete {shell} " in ran.out


def test_the_shell_is_the_login_shell(vlmctl: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert vlmctl("completion").out == vlmctl("completion", "fish").out
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    refused = vlmctl("completion")
    assert refused.code == 2
    assert refused.err.splitlines()[0] == "vlmctl: error: name the shell: bash, zsh or fish"
    assert vlmctl("completion", "tcsh").code == 2


def test_the_question_is_no_command(vlmctl: Any) -> None:
    assert "__complete" not in vlmctl("--help").out
    assert os.environ.get("VLMCTL_RECOMPILE") is None
