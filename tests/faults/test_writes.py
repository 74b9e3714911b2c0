"""Writing under faults: a failing step, a crash, kill -9, a full disk, a second writer. Nothing is lost, and the next call is right.

`VLMCTL_FAULT_ROUNDS=1000` turns a look into a siege.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import run_cli
from small_catalog import FILES, lay, snapshot
from vlmctl.errors import RefusedError
from vlmctl.source.document import read_document
from vlmctl.source.locking import LOCK_NAME, locked
from vlmctl.source.writing import TEMPORARY, ChangedError, System, read_bytes, replace

ROUNDS = int(os.environ.get("VLMCTL_FAULT_ROUNDS", "60"))
STEPS = ("create", "write", "fsync", "rename")

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="locks, forks and signals of POSIX"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),  # pytest-xdist has threads; the children don't use them
]


class Crash(BaseException):
    """The process is gone: nothing after it runs, not even the cleaning up."""


class Faulty(System):
    """Fails, or crashes, at the n-th step; writes in parts of random size."""

    def __init__(self, chance: random.Random, at: int, fault: BaseException) -> None:
        self.chance, self.left, self.fault = chance, at, fault
        self.crashed = False

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.crashed = isinstance(self.fault, Crash)
            raise self.fault

    def create(self, directory: str, prefix: str) -> tuple[int, str]:
        self.step()
        return super().create(directory, prefix)

    def write(self, descriptor: int, data: memoryview) -> int:
        self.step()
        return super().write(descriptor, data[: self.chance.randint(1, max(1, len(data)))])

    def fsync(self, descriptor: int) -> None:
        self.step()
        super().fsync(descriptor)

    def rename(self, old: str, new: str) -> None:
        self.step()
        super().rename(old, new)

    def unlink(self, path: str) -> None:
        if not self.crashed:
            super().unlink(path)


def temporaries(root: Path) -> list[Path]:
    return [path for path in root.rglob(".*") if path.name.endswith(TEMPORARY)]


def test_a_fault_at_any_step_leaves_the_old_or_the_new_content(tmp_path: Path) -> None:
    file = tmp_path / "models" / "x.yaml"
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        old = read_bytes(file)
        new = bytes(chance.choices(range(256), k=chance.randint(1, 3000)))
        fault: BaseException = (
            Crash() if chance.random() < 0.5 else OSError(chance.choice([errno.ENOSPC, errno.EIO, errno.EDQUOT]), "fault")
        )
        system = Faulty(chance, chance.randint(1, 12), fault)
        note, ended = None, None
        try:
            with locked(tmp_path):
                note = replace(file, new, expected=old, system=system)
        except (RefusedError, Crash) as error:
            ended = error
        found = read_bytes(file)
        assert found in (old, new), seed
        if ended is None:
            assert found == new, seed
        elif isinstance(ended, RefusedError):
            assert found == old, seed
            assert not temporaries(tmp_path), seed
        assert note is None or "is written" in note
    with locked(tmp_path):
        replace(file, b"last", expected=read_bytes(file))
    assert snapshot(tmp_path) == {"models": "folder", "models/x.yaml": b"last"}  # what crashes left is gone


def test_the_flush_of_the_folder_fails_after_the_rename(tmp_path: Path) -> None:
    class NoFolders(System):
        def fsync(self, descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(errno.EIO, "Input/output error")

    note = replace(tmp_path / "x", b"new", expected=None, system=NoFolders())
    assert note is not None
    assert "is written, but" in note
    assert (tmp_path / "x").read_bytes() == b"new"


def test_a_change_by_somebody_else_is_found_before_the_rename(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"old")

    class Interrupted(System):
        def fsync(self, descriptor: int) -> None:  # noqa: ARG002
            file.write_bytes(b"theirs")

    with pytest.raises(ChangedError):
        replace(file, b"mine", expected=b"old", system=Interrupted())
    with pytest.raises(ChangedError):
        replace(file, b"mine", expected=None)
    assert snapshot(tmp_path) == {"x": b"theirs"}


def test_links_are_followed_and_rights_kept(tmp_path: Path) -> None:
    lay(tmp_path, {"real/x.yaml": "old"})
    real, link = tmp_path / "real/x.yaml", tmp_path / "x.yaml"
    real.chmod(0o640)
    link.symlink_to("real/x.yaml")
    replace(link, b"new", expected=b"old")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    usual = os.umask(0o027)
    try:
        replace(tmp_path / "fresh", b"x", expected=None)
    finally:
        os.umask(usual)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o640
    (tmp_path / "dangling").symlink_to("nowhere")
    for odd in ("dangling", "real"):
        with pytest.raises(RefusedError):
            replace(tmp_path / odd, b"new", expected=None)
    (tmp_path / LOCK_NAME).symlink_to("real/x.yaml")
    with pytest.raises(RefusedError), locked(tmp_path):
        pass
    assert real.read_bytes() == b"new"


def test_the_lock_keeps_others_out_and_is_freed_by_whatever_ends_its_owner(tmp_path: Path) -> None:
    inside: list[str] = []

    def other() -> None:
        with locked(tmp_path):
            inside.append("other")

    with locked(tmp_path):
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.1)
        inside.append("first")
    thread.join(10)
    assert inside == ["first", "other"]
    ready, write = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(tmp_path):
            os.write(write, b"x")
            time.sleep(60)
    os.read(ready, 1)
    with pytest.raises(RefusedError, match="another vlmctl is writing"), locked(tmp_path, wait=0.05):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with locked(tmp_path, wait=5):
        pass
    assert snapshot(tmp_path) == {}


# The command itself, in forked processes: the small catalog stands in for the shipped one there, too.


def add(number: int, *more: str) -> int:
    return run_cli(
        "add", "score", "--model", "alpha-1b", "--bench", "Reading@val", "--value", str(number / 100), "--source-title", "our run",
        "--variant", f"run {number}", *more,
    ).code  # fmt: skip


@contextlib.contextmanager
def forked(work: Callable[[], int]) -> Iterator[int]:
    child = os.fork()
    if child == 0:
        status = 99
        with contextlib.suppress(BaseException):
            status = work()
        os._exit(status)
    yield child


def values(file: Path) -> list[int]:
    document = read_document(str(file), file.read_bytes())
    assert not document.findings
    return [round(score["value"] * 100) for score in document.data["scores"]]


def test_kill_at_random_moments_of_an_add(small: Path, tmp_path: Path) -> None:
    root = tmp_path / "config/vlmctl/catalog"
    file = root / "models/alpha-1b.yaml"
    chance = random.Random(4)
    assert add(1) == 0  # compiles, imports
    started = time.monotonic()
    with forked(lambda: add(2)) as child:
        assert os.waitpid(child, 0)[1] == 0
    usual = time.monotonic() - started
    done, killed = [1, 2], 0
    for number in range(3, 3 + max(8, ROUNDS // 8)):
        with forked(lambda number=number: add(number)) as child:  # type: ignore[misc]
            time.sleep(chance.uniform(0, usual))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        found = values(file)
        assert found[: len(done)] == done
        assert found[len(done) :] in ([], [number])
        assert os.WIFSIGNALED(status) or found[-1] == number
        killed += os.WIFSIGNALED(status)
        done = found
    assert killed
    assert add(99) == 0
    assert values(file) == [*done, 99]
    assert sorted(snapshot(root)) == ["models", "models/alpha-1b.yaml"]


def test_kill_at_random_moments_of_an_import(small: Path, tmp_path: Path) -> None:
    """Two models' figures: each file has them, or hasn't; the next import adds its own to both."""
    root = tmp_path / "config/vlmctl/catalog/models"
    chance = random.Random(5)

    def take(number: int) -> int:
        (tmp_path / "t.csv").write_text(f"Model,Reading@test\nAlpha 1B,{number / 100}\nBeta 2B,{number / 100}\n")
        return run_cli("import", str(tmp_path / "t.csv"), "--source-title", f"run {number}", "--source-kind", "run", "--rivals").code

    assert take(3301) == 0
    started = time.monotonic()
    assert take(3302) == 0
    usual = time.monotonic() - started
    done, killed = {name: [3301, 3302] for name in ("alpha-1b", "beta-2b")}, 0
    numbers = (number for number in itertools.count(3303) if number % 10)  # 33.4 would be 33.36 rounded, and so known
    for number in itertools.islice(numbers, max(8, ROUNDS // 8)):
        with forked(lambda number=number: take(number)) as child:  # type: ignore[misc]
            time.sleep(chance.uniform(0, 1.2 * usual))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        for name, before in done.items():
            found = values(root / f"{name}.yaml")
            assert found in (before, [*before, number])
            assert os.WIFSIGNALED(status) or found[-1] == number
            done[name] = found
    assert killed
    assert take(9999) == 0
    assert all(values(root / f"{name}.yaml") == [*before, 9999] for name, before in done.items())
    assert not temporaries(root)


def test_many_writers_at_once_lose_nothing(small: Path, tmp_path: Path) -> None:
    def work(first: int) -> int:
        return max(add(number) for number in range(first, first + 3))

    with contextlib.ExitStack() as stack:
        children = [stack.enter_context(forked(lambda first=first: work(first))) for first in range(0, 40, 10)]  # type: ignore[misc]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)
    found = values(tmp_path / "config/vlmctl/catalog/models/alpha-1b.yaml")
    assert sorted(found) == [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32]


def test_a_writer_that_knows_no_locks_loses_nothing(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(1) == 0
    file = tmp_path / "config/vlmctl/catalog/models/alpha-1b.yaml"
    real, times = System.fsync, [0]

    def meanwhile(self: System, descriptor: int) -> None:
        times[0] += 1
        if times[0] == 1:
            file.write_text(file.read_text() + "note: theirs\n")
        real(self, descriptor)

    monkeypatch.setattr(System, "fsync", meanwhile)
    assert add(2) == 0
    assert values(file) == [1, 2]
    assert "note: theirs\n" in file.read_text()


@pytest.mark.parametrize(("changes", "code"), [(1, 0), (2, 0), (3, 5)])
def test_an_import_starts_anew_where_somebody_else_changes_a_file(
    changes: int, code: int, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what they write nothing is lost; whoever changes it each time has the last word, and the import is refused as a whole."""
    assert add(1) == 0
    models = tmp_path / "config/vlmctl/catalog/models"
    (tmp_path / "t.csv").write_text("Model,Reading@test\nAlpha 1B,30\nBeta 2B,40\n")
    real, left = System.create, [changes]

    def meanwhile(self: System, directory: str, prefix: str) -> tuple[int, str]:
        if prefix.startswith(".alpha-1b") and left[0]:
            left[0] -= 1
            file = models / "alpha-1b.yaml"
            file.write_text(file.read_text() + f"# theirs {left[0]}\n")
        return real(self, directory, prefix)

    monkeypatch.setattr(System, "create", meanwhile)
    ran = run_cli("import", str(tmp_path / "t.csv"), "--source-title", "run 2", "--source-kind", "run")
    assert ran.code == code, ran.err
    taken = code == 0
    assert values(models / "alpha-1b.yaml") == ([1, 3000] if taken else [1])
    assert (models / "alpha-1b.yaml").read_text().count("# theirs") == changes
    assert (models / "beta-2b.yaml").exists() is taken
    assert ("wrote 2 files" in ran.err) is taken
    assert not temporaries(models)


def test_a_full_disk(small: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a small file system can't be mounted here")
    try:
        checkout = lay(disk / "catalog", FILES)
        with (disk / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while ballast.write(b"x" * 512):
                pass
        before = snapshot(disk)
        ran: Any = run_cli(
            "add", "score", "--model", "alpha-1b", "--bench", "Reading@val", "--value", "5", "--source-title", "t", "--note", "n" * 9000,
            "--catalog", str(checkout),
        )  # fmt: skip
        assert (ran.code, ran.out) == (5, "")
        assert "no space left on device" in ran.err
        assert snapshot(disk) == before
        (disk / "ballast").unlink()
        assert run_cli("add", "score", "--model", "alpha-1b", "--bench", "Reading@val", "--value", "5", "--source-title", "t", "--catalog",
                       str(checkout)).code == 0  # fmt: skip
    finally:
        subprocess.run(["umount", str(disk)], check=True)
