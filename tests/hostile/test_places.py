"""Odd places: pipes, devices, links in circles, giants and foreign files where the program reads or writes."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import vlmctl
from hostile.material import ACTING, no_input, run
from small_catalog import FILES, lay

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and links of POSIX")

SHIPPED = ["alpha-1b", "alpha-3b", "beta-2b"]
ADD = ("add", "score", "--model", "alpha-3b", "--bench", "reading@val", "--value", "61", "--source-title", "t", "--source-kind", "run")

PLACES = (
    "fifo", "circle", "circle/x", "file", "file/x", "giant.yaml", "/dev/null", "/dev/zero", "", ".", "..", "a:b", "new\nline", "~", "x" * 5000,
    "nothing", "\x1b[31m", "/proc", "/proc/self/fd", "/proc/self/mem", "/dev/fd", "/",
)  # fmt: skip
"""What `odd` holds, and what each system has. Nothing writes to the latter: see `written`."""


@pytest.fixture(autouse=True)
def not_forever() -> Iterator[None]:
    """A hang is a failure."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("waits for ever"))
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def odd(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory full of odd things."""
    root = tmp_path / "odd"
    root.mkdir()
    os.mkfifo(root / "fifo")
    (root / "circle").symlink_to("circle")
    (root / "file").write_text("x")
    with (root / "giant.yaml").open("wb") as file:
        file.truncate(2**40)  # a sparse file of a terabyte
    lay(root / "new\nline", {"families/beta.yaml": FILES["families/beta.yaml"]})
    monkeypatch.chdir(root)
    monkeypatch.setenv("EDITOR", "true")
    assert run("list", "-q").code == 0
    return root


def lines(place: str) -> Iterator[list[str]]:
    """Command lines that read what stands at a place."""
    yield ["list", "-q", "--catalog", place]
    yield ["diff", place, place]
    yield ["edit", "--", place]
    yield ["edit", "--", f"{place}/x.yaml"]
    yield [*ADD, "--dry-run", "--catalog", place]
    if place != "fifo":  # one that is named is waited for, as by any program
        yield ["validate", "--", place]
        yield ["import", "--as", "csv", "--source-title", "t", "--source-kind", "run", "--dry-run", "--", place]


def written(place: str) -> Iterator[list[str]]:
    """Command lines that would write there."""
    if place.startswith(("/", "..")) or place in {"", ".", "fifo"}:
        return
    yield ["list", "-o", place]
    yield ["export", "csv", "-o", place]
    yield ["export", "sqlite", "-o", place]
    yield ["export", "model-index", "-o", f"{place}/"]
    yield ["init", place]
    yield [*ADD, "--catalog", place]


@pytest.mark.parametrize("place", PLACES, ids=[str(number) for number in range(len(PLACES))])
def test_every_command_at_odd_places(odd: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    wrong = []
    with no_input():
        for line in (*lines(place), *written(place)):
            ran = run(*line)
            if ran.code not in {0, 1, 2, 3, 4, 5} or ACTING.findall(ran.err):
                wrong.append((line, ran.code, ran.err))
        monkeypatch.setenv("VLMCTL_CATALOG", place)
        ran = run("list", "-q")
    assert not wrong, "\n".join(map(repr, wrong))
    directory = place in {"", ".", "..", "new\nline", "/proc", "/proc/self/fd", "/dev/fd", "/"}
    assert (ran.code, ran.out.split()) == (0, SHIPPED), ran.err
    assert ("it is left out" in ran.err) is not directory
    assert not ACTING.findall(ran.err)


@pytest.mark.parametrize("place", ["fifo", "circle", "file", "/dev/null", "/proc", "x" * 5000, "new\nline", "missing/deep"])
def test_caches_at_odd_places(odd: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("VLMCTL_CACHE_DIR", place)
    for _ in range(2):
        ran = run("list", "-q")
        assert (ran.code, ran.out.split()) == (0, SHIPPED)
    assert ("can't be used" in ran.err) == (place not in {"new\nline", "missing/deep"})
    assert not ACTING.findall(ran.err)
    assert run("__complete", "zsh", "vlmctl", "show", "").code == 0


@pytest.mark.parametrize("kind", ["pipe", "folder", "circle", "device"])
def test_odd_things_within_the_cache(odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """In place of the compiled catalog, the memory of documents and the lock: replaced, or the catalog is compiled in memory."""
    cache = tmp_path / "cache"
    for path in list(cache.iterdir()):
        path.unlink()
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(path.name if kind == "circle" else "/dev/zero")
    assert run("__complete", "zsh", "vlmctl", "show", "").code == 0
    ran = run("list", "-q")
    assert (ran.code, ran.out.split()) == (0, SHIPPED)
    assert ("can't be used" in ran.err) == (kind != "pipe")


def test_a_cache_among_others_files_removes_only_its_own(odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = [tmp_path / "mixed" / name for name in ("catalog-2024.sqlite3", "catalog-of-books.csv", "catalog-", "catalogue.partial", "x")]
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(tmp_path / "mixed"))
    lay(tmp_path / "mixed", {path.name: "mine" for path in mine})
    for number in range(10):
        run("list", "-q", "--catalog", str(lay(tmp_path / f"overlay{number}", {"models/.keep": ""})))
    assert [path.read_text() for path in mine] == ["mine"] * len(mine)
    assert len(list((tmp_path / "mixed").glob("catalog-????????.sqlite3"))) == 8


def test_giants_in_the_way_of_a_writer(odd: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    (over / "models").mkdir(parents=True)
    for name in ("models/alpha-3b.yaml", "README.md", ".vlmctl-export"):
        with (over / name).open("wb") as file:
            file.truncate(2**40)
    for line in ([*ADD, "--catalog", str(over)], ["edit", "alpha-3b", "--catalog", str(over)], ["init", str(over)],
                 ["export", "model-index", "-o", str(over)]):  # fmt: skip
        ran = run(*line)
        assert ran.code == 5, ran.err
        assert "is larger than 32 MiB" in ran.err or "file-size" in ran.err, ran.err


def test_what_is_found_in_a_directory_is_not_waited_for(odd: Path, tmp_path: Path) -> None:
    plain, over = tmp_path / "plain", tmp_path / "over"
    plain.mkdir()
    (over / "families").mkdir(parents=True)
    for path in (plain / "pipe.yaml", over / "families" / "pipe.yaml", over / "README.md", over / ".vlmctl-export"):
        os.mkfifo(path)
    (over / "families" / "nowhere.yaml").symlink_to("/proc/nonexistent/x")
    lay(over, {"models/alpha-3b.yaml": "id: alpha-3b\nfamily: alpha\nnote: Ours.\n"})
    assert "pipe.yaml:1:1: error[unreadable] not a file" in run("validate", str(plain)).out
    found = run("validate", str(over))
    assert found.code == 1
    assert found.out.count("error[unreadable] not a file") == 2, found.out
    for line in (["init", str(over)], ["export", "model-index", "-o", str(over)], ["diff", str(plain / "pipe.yaml"), str(over)]):
        assert run(*line).code in {2, 5}


@pytest.mark.parametrize("form", ["model-index", "eval-results"])
def test_a_list_of_exported_files_that_is_a_link_is_neither_read_nor_written(odd: Path, tmp_path: Path, form: str) -> None:
    """It would be replaced by itself in another order, with names added, wherever it leads."""
    target, out = tmp_path / "target", tmp_path / "out"
    target.write_text("b\na\n")
    out.mkdir()
    (out / ".vlmctl-export").symlink_to(target)
    ran = run("export", form, "-o", str(out))
    assert ran.code == 5
    assert "is a link" in ran.err
    assert target.read_text() == "b\na\n"


def test_an_exported_file_that_became_a_link_is_replaced_itself(odd: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("export", "model-index", "-o", str(out)).code == 0
    card = next(path for path in out.rglob("*.md"))
    target = card.with_name("elsewhere.md")
    target.write_text("theirs")
    card.unlink()
    card.symlink_to(target)
    assert run("export", "model-index", "-o", str(out)).code == 0
    assert not card.is_symlink()
    assert target.read_text() == "theirs"


@pytest.mark.parametrize("form", ["csv", "sqlite"])
def test_no_device_or_pipe_is_replaced_by_a_file(odd: Path, form: str) -> None:
    """Root may put a file in the place of /dev/null."""
    pipe = odd / "fifo"
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    ran = run("export", form, "-o", "fifo")
    os.close(reader)
    assert ran.code == (0 if form == "csv" else 2)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make others' links")
def test_a_link_that_somebody_else_left_in_a_shared_directory_is_not_followed(odd: Path, tmp_path: Path) -> None:
    target, shared = tmp_path / "target.csv", tmp_path / "shared"
    target.write_text("mine")
    shared.mkdir()
    shared.chmod(0o1777)
    trap, own, behind = shared / "trap.csv", shared / "own.csv", tmp_path / "behind.csv"
    for link in (trap, own):
        link.symlink_to(target)
    behind.symlink_to(trap)
    os.lchown(trap, 65534, 65534)
    for link in (trap, behind):
        ran = run("list", "-o", str(link))
        assert ran.code == 2
        assert "somebody else" in ran.err or "Permission denied" in ran.err  # Linux itself may have refused
        assert target.read_text() == "mine"
    assert run("list", "-o", str(own)).code == 0
    assert target.read_text() != "mine"
    assert own.is_symlink()


def test_a_working_directory_that_is_gone(odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    wrong = []
    with no_input():
        for line in (["list", "-q"], ["list", "--catalog", "."], ["list", "-o", "x.csv"], ["validate"], ["validate", "."], ["diff", ".", "."], ["init", "x"],
                     ["edit", "x.yaml"], ["export", "csv", "-o", "x"], ["export", "model-index", "-o", "x/"], ["export", "sqlite", "-o", "x"],
                     [*ADD, "--dry-run"], [*ADD, "--catalog", "x"], ["import", "-", "--as", "eval-results", "--source-title", "t"], ["db", "path"],
                     ["plot", "--x", "params", "--y", "reading"], ["__complete", "zsh", "vlmctl", "list", "--catalog", ""]):  # fmt: skip
            ran = run(*line)
            if ran.code not in {0, 1, 2, 4, 5}:
                wrong.append((line, ran.code, ran.err))
    assert not wrong, "\n".join(map(repr, wrong))


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalog, and a directory to stand in, that other users may enter; `shut` in it is one that they may not."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    lay(root, {f"shipped/{name}": text for name, text in FILES.items()})
    lay(root / "here" / "shut", {"families/beta.yaml": FILES["families/beta.yaml"], "file.yaml": "x", "x.csv": "x"})
    (root / "here" / "shut").chmod(0o700)
    monkeypatch.setattr("vlmctl.store.layers.shipped_directory", lambda: root / "shipped")
    monkeypatch.setattr("vlmctl.store.opening.packaged_file", lambda: None)
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(root / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(root / "config"))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(root / "here")
    yield root
    shutil.rmtree(root)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_directories_that_one_may_not_enter(outside: Path) -> None:
    places = ("shut", "shut/", "shut/x.csv", "shut/x.odd", "shut/file.yaml", "shut/new")
    reading, writing = ([line for place in places for line in each(place)] for each in (lines, written))
    wrong = []
    with no_input():
        for line in (*reading, *writing):
            run(*line)  # imports what it needs, from where others may not be allowed to read
        os.seteuid(65534)
        try:
            places_needed = (vlmctl.__file__, outside)
            if not all(os.access(place, os.R_OK, effective_ids=True) for place in places_needed):
                pytest.skip("others may not read this checkout")
            assert run("list", "-q").out.split() == SHIPPED
            for line in (*reading, *writing):
                ran = run(*line)
                if ran.code not in {2, 5} and (line in writing or ran.code not in {0, 3}):
                    wrong.append((line, ran.code, ran.err))
        finally:
            os.seteuid(0)
    assert not wrong, "\n".join(map(repr, wrong))
