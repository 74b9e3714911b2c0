"""Answers that can't be written: every command in every format, to a full disk, to a reader that has left, and with `-o`.

In this process, so that all can be tried; `test_faults` does the same to a few commands in processes of their own.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from hostile.material import no_input
from hostile.test_records import FORMATS, LINES
from small_catalog import FILES, lay

MORE: tuple[list[str], ...] = (
    ["--version"], ["--help"], [], ["list", "--help"], ["schema"], ["schema", "list"], ["completion", "bash"], ["init", "new"], ["validate", "--list-checks"],
    ["add", "score", "--dry-run", "--model", "alpha-1b", "--bench", "reading", "--value", "51", "--source-title", "t"],
    ["add", "score", "--dry-run", "--json", "--model", "alpha-1b", "--bench", "reading", "--value", "51", "--source-title", "t"],
    ["import", "table.csv", "--source-title", "t", "--source-kind", "run", "--dry-run"],
)  # fmt: skip
TABLE = "Model,Reading\nAlpha 1B,51.5\n"


def command_lines() -> list[list[str]]:
    """Every command's lines over the small catalog, with something to print: the first in each format, others in one of them."""
    found = [list(line) for line in MORE]
    alike = {"evilbench": "counting", "evil-1b": "beta-2b", "evil": "beta", "evil-": "beta-", "memory": "released"}
    for command, lines in LINES.items():
        for number, line in enumerate(lines):
            more = ["alpha"] if command == "search" else [",".join(alike.get(part, part) for part in word.split(",")) for word in line[1:]]
            plain = [command, *(["shipped", "other"] if command == "diff" else more)]
            forms = FORMATS if number == 0 else FORMATS[number % len(FORMATS) :][:1]
            formless = command in {"export", "validate"} or line == ["db", "path"]
            found += [plain] if formless else [[*plain, "--format", form] for form in forms]
    return found


@contextlib.contextmanager
def stdout(stream: TextIO) -> Iterator[io.StringIO]:
    """Another stdout; what is said on stderr."""
    before, said = sys.stdout, io.StringIO()
    sys.stdout = stream
    try:
        with contextlib.redirect_stderr(said), no_input():
            yield said
    finally:
        sys.stdout = before
        if not isinstance(stream, io.StringIO):
            with contextlib.suppress(OSError):
                stream.close()


def ran(line: list[str], stream: TextIO) -> tuple[int, str]:
    from vlmctl.cli.run import run

    with stdout(stream) as said:
        code = run(line)
    return code, said.getvalue()


@pytest.fixture
def ready(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small catalog compiled, and the working directory one with what the lines name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text(TABLE)
    lay(tmp_path / "other", {**FILES, "families/beta.yaml": FILES["families/beta.yaml"].replace("value: 55", "value: 56")})
    assert ran(["list"], io.StringIO())[0] == 0
    return tmp_path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_no_answer_to_a_full_disk_looks_like_success(ready: Path) -> None:
    wrong = []
    for line in command_lines():
        code, said = ran(line, os.fdopen(os.open("/dev/full", os.O_WRONLY), "w"))
        if line != ["init", "new"] and (code != 5 or "can't write the answer: No space left on device" not in said):
            wrong.append((line, code, said))
    assert not wrong, "\n".join(map(repr, wrong))


def test_readers_that_have_left(ready: Path) -> None:
    wrong = []
    for line in command_lines():
        reading, writing = os.pipe()
        os.close(reading)
        code, said = ran(line, os.fdopen(writing, "w"))
        if code != 0 or {"internal", "Traceback", "Broken"} & {*said.split()}:
            wrong.append((line, code, said))
    assert not wrong, "\n".join(map(repr, wrong))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_no_file_on_a_full_device(ready: Path) -> None:
    wrong = []
    for line in command_lines():
        if {"--help", "--version", "completion", "schema", "validate", "add", "init", "path"} & {*line} or not line:
            continue
        out = io.StringIO()
        code, said = ran([*line, "-o", "/dev/full"], out)
        if (code, out.getvalue()) != (5, "") or "can't write /dev/full: No space left on device" not in said:
            wrong.append((line, code, said))
    assert not wrong, "\n".join(map(repr, wrong))
