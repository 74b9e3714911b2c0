"""`edit`: what the editor gets, what is saved, and that nothing typed is lost."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from small_catalog import FILES, lay, snapshot


@pytest.fixture
def own(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own overlay, which isn't there yet; temporary files in a place of their own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.delenv("VISUAL", raising=False)
    return tmp_path / "config/vlmctl/catalog"


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> Path:
    """Make `code` the editor: Python with `path`, the file's path, and `text`, its content. A copy of what it got is kept."""
    script = tmp_path / "the editor.py"
    seen = tmp_path / "seen"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n"
        f"text = path.read_bytes().decode()\npathlib.Path({str(seen)!r}).write_text(text)\n{code}\n"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} '{script}'")
    return seen


ADD = "path.write_text(text + 'params: 1.2B\\n')"


def test_a_shipped_model_gets_an_addition(own: Path, small: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    seen = editor(monkeypatch, tmp_path, ADD)
    before = snapshot(small)
    ran = vlmctl("edit", "Alpha 1B")
    assert ran.code == 0
    assert "id: alpha-1b\nfamily: alpha\n" in seen.read_text()
    file = own / "models/alpha-1b.yaml"
    assert file.read_text() == seen.read_text() + "params: 1.2B\n"
    assert ran.out.startswith("--- /dev/null\n+++ b/models/alpha-1b.yaml\n")
    assert f"wrote {file}" in ran.err
    assert snapshot(small) == before
    assert vlmctl("show", "alpha-1b", "--json").json[0]["params"] == 1_200_000_000
    editor(monkeypatch, tmp_path, "path.write_text(text.replace('1.2B', '1.3B'))")
    assert vlmctl("edit", "alpha-1b", "--json").json["written"] is True
    assert vlmctl("show", "alpha-1b", "--json").json[0]["params"] == 1_300_000_000
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_shipped_family_or_benchmark_is_copied_as_a_whole(own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    for name, path in (("family:alpha", "families/alpha.yaml"), ("Reading", "benchmarks/reading.yaml")):
        seen = editor(monkeypatch, tmp_path, "path.write_text('# ours\\n' + text)")
        ran = vlmctl("edit", name)
        assert ran.code == 0
        assert "replaces the whole" in ran.err
        assert seen.read_text() == FILES[path]
        assert (own / path).read_text() == "# ours\n" + FILES[path]


def test_a_shipped_component_is_copied_alone_beside_others(own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    lay(own, {"components/language-models.yaml": "# ours\n- {id: our-llm, name: Our LLM}\n"})
    editor(monkeypatch, tmp_path, "path.write_text(text.replace('1.5B', '1.6B'))")
    assert vlmctl("edit", "Small LLM").code == 0
    assert (own / "components/language-models.yaml").read_text() == (
        "# ours\n- {id: our-llm, name: Our LLM}\n- {id: small-llm, name: Small LLM, params: 1.6B}\n"
    )


def test_in_a_checkout_the_record_itself_is_opened(own: Path, small: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    editor(monkeypatch, tmp_path, "path.write_text(text.replace('50.5', '51.5'))")
    assert vlmctl("edit", "alpha-1b", "--catalog", str(small)).code == 0
    assert (small / "families/alpha.yaml").read_text() == FILES["families/alpha.yaml"].replace("50.5", "51.5")
    assert not own.exists()
    monkeypatch.chdir(small)
    editor(monkeypatch, tmp_path, "path.write_text(text.replace('51.5', '50.5'))")
    assert vlmctl("edit", "families/alpha.yaml").code == 0
    assert (small / "families/alpha.yaml").read_text() == FILES["families/alpha.yaml"]


def test_what_does_not_validate_is_not_saved_and_not_lost(own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    seen = editor(monkeypatch, tmp_path, "path.write_text(text + 'parms: 1.2B\\n')")
    ran = vlmctl("edit", "alpha-1b")
    assert (ran.code, ran.out) == (5, "")
    assert "error[unknown-field] unknown field 'parms' (did you mean 'params'?)" in ran.err
    kept = re.search(r"hint: what you typed is kept in (.+)", ran.err)
    assert kept
    assert Path(kept[1]).read_text() == seen.read_text() + "parms: 1.2B\n"
    assert not own.exists()


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [("pass", 0, "no change; nothing was written"), ("sys.exit(3)", 5, "the editor ended with status 3"), ("path.unlink()", 5, "gone")],
)
def test_no_change_and_a_failing_editor_write_nothing(
    code: str, status: int, message: str, own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any
) -> None:
    editor(monkeypatch, tmp_path, code)
    ran = vlmctl("edit", "alpha-1b")
    assert (ran.code, ran.out) == (status, "")
    assert message in ran.err
    assert "kept" not in ran.err
    assert not own.exists()


def test_a_failing_editor_keeps_what_was_typed(own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    editor(monkeypatch, tmp_path, ADD + "; sys.exit(1)")
    ran = vlmctl("edit", "alpha-1b")
    assert ran.code == 5
    assert "what you typed is kept in" in ran.err


def test_an_editor_that_is_not_there(own: Path, vlmctl: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    ran = vlmctl("edit", "alpha-1b")
    assert ran.code == 5
    assert "'no-such-editor' can't be started" in ran.err
    monkeypatch.setenv("VISUAL", "an 'unclosed quote")
    assert vlmctl("edit", "alpha-1b").code == 2


def test_a_second_writer_is_not_overwritten(own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    file = own / "models/alpha-1b.yaml"
    theirs = "id: alpha-1b\nfamily: alpha\nnote: theirs\n"
    editor(
        monkeypatch, tmp_path, f"{ADD}\nother = pathlib.Path({str(file)!r})\nother.parent.mkdir(parents=True)\nother.write_text({theirs!r})"
    )
    ran = vlmctl("edit", "alpha-1b")
    assert ran.code == 5
    assert "made by another program in the meantime" in ran.err
    assert "what you typed is kept in" in ran.err
    assert file.read_text() == theirs


def test_a_dry_run_and_names_that_are_none(own: Path, tmp_path: Path, vlmctl: Any, monkeypatch: Any) -> None:
    editor(monkeypatch, tmp_path, ADD)
    ran = vlmctl("edit", "alpha-1b", "--dry-run")
    assert (ran.code, "+params: 1.2B" in ran.out, own.exists()) == (0, True, False)
    assert vlmctl("edit", "alpha-9").code == 3
    assert vlmctl("edit", "no/such/file.yaml").code == 2


def talk(arguments: list[str], answers: list[tuple[str, str]], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command on a terminal of its own; whenever a text appears, the answer is typed. Exit code and all output."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "vlmctl", *arguments], stdin=child, stdout=child, stderr=child, env=environment, close_fds=True
    )
    os.close(child)
    seen, place, until = "", 0, time.monotonic() + 60
    waiting = list(answers)
    while time.monotonic() < until:
        ready, _, _ = select.select([parent], [], [], 0.1)
        try:
            data = os.read(parent, 4096) if ready else b""
        except OSError:
            break
        seen += data.decode("utf-8", "replace")
        if waiting and waiting[0][0] in seen[place:]:
            place = len(seen)
            os.write(parent, waiting.pop(0)[1].encode())
        if not ready and process.poll() is not None:
            break
    os.close(parent)
    return process.wait(10), seen


@pytest.fixture
def terminal(tmp_path: Path, shipped: Any) -> dict[str, str]:
    """The environment of a session with the shipped catalog, compiled already, and an own overlay."""
    return {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "TERM": "xterm", "NO_COLOR": "1", "TMPDIR": str(tmp_path)}


def test_questions_on_a_terminal(tmp_path: Path, terminal: dict[str, str]) -> None:
    answers = [
        ("Model:", "imp-v1.5-3b-phi\t\r"), ("Benchmark", "TextVQA@val\r"), ("Value:", "lots\r"), ("is no number", "184\r"),
        ("TextVQA goes from 0 to 100, not 184", "57.5\r"),
        ("Title", "our run\r"), ("Kind of source [run]", "\r"), ("Address", "\r"), ("or second-hand) [original]:", "\r"),
        ("Place", "\r"), ("As the source", "\r"), ("Write it? (y/n) [y]", "y\r"),
    ]  # fmt: skip
    code, seen = talk(["add", "score"], answers, terminal)
    assert code == 0, seen
    text = (tmp_path / "vlmctl/catalog/models/imp-v1.5-3b-phi2.yaml").read_text()
    assert "{benchmark: textvqa, split: val, value: 57.5, source: our-run, evidence: original}" in text


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--bench", "TextVQA@val", "--value", "184"), 5, "TextVQA goes from 0 to 100, not 184"),
        (("--bench", "MME:cognition", "--value", "-1"), 5, "MME goes from 0 to 800, not -1"),
        (("--bench", "TextVQA", "--source-url", "nowhere"), 2, "--source-url: an address starts with http:// or https://"),
        (("--value", "57", "--quote", "58"), 5, "the quote doesn't hold 57: 58"),
    ],
)
def test_what_was_given_is_checked_before_anything_is_asked(
    terminal: dict[str, str], options: tuple[str, ...], code: int, message: str
) -> None:
    found, seen = talk(["add", "score", *options], [], terminal)
    assert (found, message in seen, "Enter takes" in seen) == (code, True, False), seen


def test_a_dry_run_on_a_terminal_shows_the_change_that_is_made_without_it(tmp_path: Path, terminal: dict[str, str]) -> None:
    answers = [
        ("Model:", "imp-v1.5-3b-phi2\r"), ("Benchmark", "TextVQA@val\r"), ("Value:", "57.5\r"), ("Title", "a page\r"),
        ("Kind", "web\r"), ("Address", "example.org\r"), ("starts with http", "https://example.org/x\r"), ("How", "\r"),
        ("--evidence is needed", "copy\r"), ("Place", "table 2\r"), ("As the source", "TextVQA 75.5\r"),
        ("the quote doesn't hold 57.5", "TextVQA 57.5\r"), ("Write it?", "y\r"),
    ]  # fmt: skip
    code, dry = talk(["add", "score", "--dry-run"], answers, terminal)
    assert (code, "nothing was written" in dry) == (0, True), dry
    assert not (tmp_path / "vlmctl").exists()
    code, seen = talk(["add", "score"], answers, terminal)
    assert code == 0, seen
    text = (tmp_path / "vlmctl/catalog/models/imp-v1.5-3b-phi2.yaml").read_text()
    for line in text.splitlines():
        assert f"+{line}" in dry
    assert "a-page: {kind: web, title: a page, url: https://example.org/x, " in text.replace("'", "")
    assert "source: a-page, where: table 2, evidence: copy, quote: TextVQA 57.5}" in text


def test_answers_are_checked_at_once_and_told_again_when_the_change_is_refused(tmp_path: Path, terminal: dict[str, str]) -> None:
    answers = [
        ("Name,", "Our VLM\r"), ("Id [our-vlm]", "\r"), ("Who made it", " , \r"), ("who made it?", "Our lab, Other lab\r"),
        ("What it is", "A model for forms.\r"), ("Released", "May 2025\r"), ("not a date", "2199\r"), ("in the future", "2025-05\r"),
        ("Parameters", "3\r"), ("less than a million", "3B\r"), ("Write it?", "y\r"),
    ]  # fmt: skip
    code, seen = talk(["add", "family", "--license", "no-such"], answers[:-1], terminal)
    assert code == 5, seen
    told = "your answers, as options: --name 'Our VLM' --id our-vlm --organization 'Our lab, Other lab' --summary 'A model for forms.'"
    assert f"{told} --released 2025-05 --params 3B" in " ".join(seen.split())
    code, seen = talk(["add", "family"], answers, terminal)
    assert code == 0, seen
    assert "organizations: [Our lab, Other lab]\nreleased: 2025-05\n" in (tmp_path / "vlmctl/catalog/families/our-vlm.yaml").read_text()


def test_no_and_the_end_of_input_write_nothing(tmp_path: Path, terminal: dict[str, str]) -> None:
    given = ["add", "score", "--model", "imp-v1.5-3b-phi2", "--bench", "TextVQA@val", "--value", "5", "--source-title", "t"]
    code, seen = talk(given[:-2], [("Title", "\x04")], terminal)
    assert code == 130, seen
    answers = [("Title", "t\r"), ("Kind", "\r"), ("Address", "\r"), ("How", "\r"), ("Place", "\r"), ("As the", "\r"), ("Write it?", "n\r")]
    code, seen = talk(given[:-2], answers, terminal)
    assert code == 0, seen
    assert "nothing was written" in seen
    assert not (tmp_path / "vlmctl").exists()


def test_on_a_terminal_a_bad_edit_can_be_opened_again(tmp_path: Path, terminal: dict[str, str]) -> None:
    script = tmp_path / "ed.py"
    script.write_text(
        "import pathlib, sys\np = pathlib.Path(sys.argv[-1])\nt = p.read_text()\n"
        "p.write_text(t.replace('parms', 'params') if 'parms' in t else t + 'parms: 3.1B\\n')\n"
    )
    environment = {**terminal, "EDITOR": f"{sys.executable} {script}"}
    code, seen = talk(["edit", "imp-v1.5-3b-phi2"], [("Open it again? (y/n) [y]", "\r")], environment)
    assert code == 0, seen
    assert "params: 3.1B" in (tmp_path / "vlmctl/catalog/models/imp-v1.5-3b-phi2.yaml").read_text()
