"""Faults from outside: killed compiles, many first runs at once, full disks, read-only homes, closed streams, odd environments.

`VLMCTL_KILLS=1000` kills so many compiles; without it a few.
"""

from __future__ import annotations

import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from small_catalog import FILES, lay

KILLS = int(os.environ.get("VLMCTL_KILLS", "4"))
FIRST_RUNS = 32

SHIPPED = ["alpha-1b", "alpha-3b", "beta-2b"]

PROGRAM = """
import sys
from pathlib import Path
import vlmctl.store.layers as layers, vlmctl.store.opening as opening
catalog = Path(sys.argv.pop(1))
layers.shipped_directory = lambda: catalog
opening.packaged_file = lambda: None
from vlmctl.__main__ import main
main()
"""


class Program:
    """The command line in a process of its own, over a small catalog, with a cache of its own."""

    def __init__(self, root: Path) -> None:
        self.catalog = lay(root / "shipped", FILES)
        self.cache = root / "cache"
        self.script = root / "program.py"
        self.script.write_text(PROGRAM)
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self.environment = {**kept, "VLMCTL_CACHE_DIR": str(self.cache), "XDG_CONFIG_HOME": str(root / "config")}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.script), str(self.catalog), *arguments]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self.command(*arguments), env=self.environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *arguments: str, around: str = "{}", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run through a shell; `{}` in `around` stands for the command."""
        from shlex import join

        env = {**self.environment, **environment}
        line = around.replace("{}", join(self.command(*arguments)))
        return subprocess.run(["bash", "-c", line], env=env, capture_output=True, timeout=60, text=True, errors="replace")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_many_first_runs_at_once(program: Program) -> None:
    running = [program.start("list", "-q") for _ in range(FIRST_RUNS)]
    answers = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * FIRST_RUNS
    assert {out for out, _ in answers} == {"alpha-1b\nalpha-3b\nbeta-2b\n"}
    assert {err for _, err in answers} == {""}
    assert sorted(path.suffix for path in program.cache.iterdir()) == ["", ".sqlite3", ".sqlite3"]  # the lock, the documents, the catalog


def test_a_compile_that_is_killed_leaves_nothing_wrong(program: Program) -> None:
    """Killed at a random moment; then the next call is right, and the one after that compiles nothing."""
    chance = random.Random(11)
    program.run("list", "-q")
    file = program.catalog / "families" / "alpha.yaml"
    text = file.read_text()
    for number in range(KILLS):
        file.write_text(text.replace("value: 60,", f"value: {number % 90 + 1},"))
        if number % 3 == 0:
            shutil.rmtree(program.cache)
        process = program.start("list", "-q")
        time.sleep(chance.uniform(0.02, 0.9))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        ran = program.run("list", "--columns", "reading", "--no-header", "params=3B")
        assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, str(number % 90 + 1), "")
        left = [path.name for path in program.cache.iterdir() if path.name.endswith(".partial")]
        assert len(left) <= 1
    assert program.run("list", "-q").stdout.split() == SHIPPED


def mounted(directory: Path, options: str, then: str) -> str:
    """A shell line that sees a small file system of its own at a directory."""
    return f"unshare --mount --map-root-user sh -c 'mount -t tmpfs -o {options} tmpfs {directory} && exec {then}'"


def can_mount(directory: Path) -> bool:
    return subprocess.run(["bash", "-c", mounted(directory, "size=64k", "true")], capture_output=True).returncode == 0


@pytest.mark.parametrize("size", ["4k", "40k", "120k"])
def test_a_full_disk_during_a_compile(program: Program, tmp_path: Path, size: str) -> None:
    program.cache.mkdir()
    if not can_mount(program.cache):
        pytest.skip("no file system can be mounted here")
    ran = program.run("list", "-q", around=mounted(program.cache, f"size={size},mode=700", "{}"))
    assert (ran.returncode, ran.stdout.split()) == (0, SHIPPED)
    assert ran.stderr.count("can't be used") == 1
    assert len(ran.stderr.splitlines()) == 1


def test_a_limit_on_the_size_of_files(program: Program) -> None:
    ran = program.run("list", "-q", around="ulimit -f 20; {}")
    assert (ran.returncode, ran.stdout.split()) == (0, SHIPPED)
    assert ran.stderr.count("can't be used") == 1
    assert not list(program.cache.glob("catalog-*"))
    assert program.run("list", "-q").stderr == ""


def test_a_home_that_cannot_be_written_to(program: Program, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    if not can_mount(home):
        pytest.skip("no file system can be mounted here")
    del program.environment["VLMCTL_CACHE_DIR"], program.environment["XDG_CONFIG_HOME"]
    ran = program.run("list", "-q", around=mounted(home, "ro", "{}"), HOME=str(home))
    assert (ran.returncode, ran.stdout.split()) == (0, SHIPPED)
    assert ran.stderr.count("can't be used (") == 1


@pytest.mark.parametrize("home", ["/proc/nonexistent", "", "/dev/null", "relative", None])
def test_a_home_that_is_none(program: Program, tmp_path: Path, home: str | None) -> None:
    del program.environment["VLMCTL_CACHE_DIR"], program.environment["XDG_CONFIG_HOME"]
    if home is None or home == "":
        program.environment["XDG_CACHE_HOME"] = str(tmp_path / "elsewhere")  # or root's own would be used
    ran = program.run("list", "-q", around=f"cd {tmp_path} && {{}}", **({} if home is None else {"HOME": home}))
    assert (ran.returncode, ran.stdout.split()) == (0, SHIPPED)


@pytest.mark.parametrize(
    "shell", ["{} >&-", "{} >&- 2>&-", "{} <&- >&- 2>&-", "{} > /dev/full", "{} > /dev/full 2>&1", "{} --help > /dev/full", "{} --help >&-"]
)
def test_an_answer_that_cannot_be_written(program: Program, shell: str) -> None:
    for line in (["list", "-q"], ["show", "alpha", "--json"], ["export", "csv"]):
        ran = program.run(*line, around=shell)
        assert (ran.returncode, ran.stdout) == (5, "")
        assert "internal" not in ran.stderr


@pytest.mark.parametrize("shell", ["{} <&-", "{} 2>&-", "{} <&- 2>&-", "{} 2>/dev/full"])
def test_streams_that_are_not_needed(program: Program, shell: str) -> None:
    ran = program.run("list", "-q", around=shell)
    assert (ran.returncode, ran.stdout.split()) == (0, SHIPPED)
    assert program.run("show", "nothing", around=shell).returncode == 3


def test_closed_streams_do_not_end_up_in_files(program: Program, tmp_path: Path) -> None:
    """A file that is opened must not get the number of a closed stream: what is printed there would land in it."""
    out = tmp_path / "out.tsv"
    assert program.run("list", "-q", "-o", str(out), "params>0", around="{} <&- >&- 2>&-").returncode == 0
    assert out.read_text().split() == SHIPPED
    program.run("show", "nothing", around="{} <&- >&- 2>&-")
    assert program.run("list", "-q").stdout.split() == SHIPPED


@pytest.mark.parametrize("shell", ["{} | true", "{} | head -c 1", "{} --help | true", "{} --json | head -1"])
def test_a_reader_that_leaves(program: Program, shell: str) -> None:
    ran = program.run("scores", around=shell + '; exit "${PIPESTATUS[0]}"')
    assert (ran.returncode, ran.stderr) == (0, "")


ENVIRONMENTS = (
    {"COLUMNS": "0"}, {"COLUMNS": "-5"}, {"COLUMNS": "garbage"}, {"COLUMNS": "1"}, {"COLUMNS": "999999999999"}, {"TERM": ""}, {"TERM": "\x1b"},
    {"LC_ALL": "C"}, {"LANG": "xx_YY.garbage"}, {"PYTHONIOENCODING": "ascii"}, {"NO_COLOR": "1"}, {"VLMCTL_CATALOG": ":"}, {"TZ": "x"},
)  # fmt: skip


def test_odd_environments(program: Program) -> None:
    lay(
        program.catalog,
        {
            "families/gamma.yaml": FILES["families/beta.yaml"]
            .replace("beta", "gamma")
            .replace("Beta", "Gamma")
            .replace("The second.", "高分辨率 é")
        },
    )
    for variables in ENVIRONMENTS:
        ran = program.run("search", "高分辨率", "--format", "table", **variables)
        assert ran.returncode == 0, ran.stderr
        assert "Gamma" in ran.stdout
        assert "Traceback" not in ran.stderr


def test_a_terminal_of_few_columns(program: Program) -> None:
    """A real one: a pseudo-terminal of one column."""
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 1, 1, 0, 0))
    process = subprocess.Popen(program.command("list"), env=program.environment, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    with os.fdopen(master, "rb", closefd=True) as screen:
        try:
            while part := screen.read1(65536):
                shown += part
        except OSError:
            pass  # the other end is closed
    assert process.wait(timeout=60) == 0
    assert b"Alpha" in shown
