"""Each single step of each command that writes: killed there, or failing there. Nothing half-written, nothing lost, the next call right.

A step is one of the system's calls that `source.writing.System` names; a run without a fault tells how many there are.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import run_cli
from faults.test_writes import forked, temporaries
from small_catalog import FILES, lay, snapshot
from vlmctl.source.writing import System

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="forks and signals of POSIX"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),  # pytest-xdist has threads; the children don't use them
]

SOURCE = ("--source-title", "our run", "--source-kind", "run")
TABLE = "Model,Reading@test,Counting\nAlpha 1B,41.5,31.5\nBeta 2B,42.5,32.5\nAlpha 3B,43.5,\n"
MINE = """\
id: alpha-3b
family: alpha  # mine
sources:
  s: {kind: run, title: t}
scores:
  - {benchmark: counting, value: 9, source: s, evidence: original}
"""

COMMANDS: dict[str, tuple[str, ...]] = {
    "a new file": ("add", "score", "--model", "alpha-1b", "--bench", "reading@test", "--value", "51", *SOURCE),
    "a file that is there": ("add", "score", "--model", "alpha-3b", "--bench", "reading@test", "--value", "51", *SOURCE),
    "a family": ("add", "family", "--id", "gamma", "--name", "Gamma", "--series", "Gamma", "--organization", "Us", "--summary", "Ours."),
    "several files": ("import", "table.csv", *SOURCE),
    "an overlay": ("init", "new"),
    "an editor": ("edit", "alpha-3b"),
}  # fmt: skip


class Stop:
    """Stops at the n-th step: the process is killed, or the system reports an error."""

    def __init__(self, at: int, error: int | None) -> None:
        self.at, self.error, self.steps = at, error, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            if self.error is not None:
                raise OSError(self.error, os.strerror(self.error))
            os.kill(os.getpid(), signal.SIGKILL)


def patched(stop: Stop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("create", "write", "fsync", "rename"):
        real = getattr(System, name)

        def step(self: System, *arguments: object, real: Callable[..., object] = real) -> object:
            stop.step()
            return real(self, *arguments)

        monkeypatch.setattr(System, name, step)


@pytest.fixture
def place(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The overlay that is written to, with one file in it, as the working directory; an editor that adds a line."""
    root = lay(tmp_path / "config" / "vlmctl" / "catalog", {"models/alpha-3b.yaml": MINE, "table.csv": TABLE})
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho 'note: ours' >> \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # what an editor's user typed is kept there
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.chdir(root)
    run_cli("list")
    return root


def laid(root: Path, files: dict[str, bytes | str]) -> None:
    """Make a directory what it was."""
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, content in files.items():
        (root / name).mkdir() if isinstance(content, str) else (root / name).write_bytes(content)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_step_of_a_command(place: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = COMMANDS[command]
    before = snapshot(place)
    with monkeypatch.context() as patch:
        counting = Stop(0, None)
        patched(counting, patch)
        assert run_cli(*line).code == 0
    after = snapshot(place)
    assert after != before
    assert counting.steps >= 4
    for at in range(1, counting.steps + 1):
        laid(place, before)
        with monkeypatch.context() as patch:  # killed
            patched(Stop(at, None), patch)
            with forked(lambda: run_cli(*line).code) as child:
                assert os.waitpid(child, 0)[1] == signal.SIGKILL
        found = {name: content for name, content in snapshot(place).items() if not Path(name).name.startswith(".")}
        for name, content in found.items():
            assert content in (before.get(name), after.get(name)), (at, name)
        assert set(before) <= set(found)
        ran = run_cli(*line)
        assert ran.code == 0 or (ran.code in {2, 5} and {**found, **after} == found), (
            at,
            ran.err,
        )  # all was done, and there is no second time
        assert not temporaries(place), at
        assert at % 5 or run_cli("validate", str(place)).code == 0
        if command != "a file that is there":
            assert {**snapshot(place), **after} == snapshot(place) or command == "an editor"
        laid(place, before)
        with monkeypatch.context() as patch:  # failing
            patched(Stop(at, errno.ENOSPC), patch)
            ran = run_cli(*line)
        left = snapshot(place)
        if ran.code == 0:
            assert left == after
            assert "could not flush it to the disk (no space left on device)" in ran.err
        else:
            assert (ran.code, left) == (5, before), (at, ran.err)
            assert "no space left on device" in ran.err


@pytest.mark.parametrize("name", ["os.fsync", "os.replace", "tempfile.mkstemp", "sqlite3.connect", "shelf", "memory"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_every_step_of_a_compile(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: int) -> None:
    """Whatever fails, the answer is right; and the next call, when it is mended, leaves nothing behind."""
    import sqlite3

    real = sqlite3.connect

    def fail(*arguments: object, **_: object) -> object:
        if name == "sqlite3.connect" and not str(arguments[0]).endswith(".partial"):
            return real(*arguments)  # type: ignore[call-overload]
        if name == "sqlite3.connect":
            raise sqlite3.OperationalError("disk I/O error")
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        if name == "shelf":
            patch.setattr("vlmctl.store.compile.MOST_HELD", 0)
            patch.setattr("tempfile.TemporaryFile", fail)
        elif name == "memory":
            patch.setattr("vlmctl.store.compile._Memory.recall", fail)
        else:
            patch.setattr(name, fail)
        ran = run_cli("list", "-q")
    assert (ran.code, ran.out.split()) == (0, ["alpha-1b", "alpha-3b", "beta-2b"]), ran.err
    assert ran.err.count("can't be used") == (name != "shelf"), ran.err
    (small / "families" / "beta.yaml").write_text(FILES["families/beta.yaml"].replace("value: 55", "value: 56"))
    ran = run_cli("list", "--columns", "reading", "--no-header", "params=2B")
    assert (ran.code, ran.out, ran.err) == (0, "56\n", "")
    assert not list((tmp_path / "cache").glob("*.partial"))
