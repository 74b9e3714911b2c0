"""Completion by the shells themselves: a line is typed into a real bash or zsh on a pseudo-terminal, TAB is pressed, and
a key that is bound to write the line down shows what has become of it. fish tells its completions without a terminal.
"""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vlmctl.cli.completion import grammar

SCRIPTS = Path(grammar.__file__).with_name("scripts")
PATIENCE = 20.0

SETUP = {
    # The empty INPUTRC and -f keep the user's settings out. A lone ^G writes the line down; ^X^G marks that all is set up.
    "bash": """PS1='> '; dump() {{ printf '%s' "$READLINE_LINE|" > {line}.new; mv {line}.new {line}; }}
bind -x '"\\C-g": dump'; bind 'set bell-style none'; bind 'set completion-query-items 0'; bind 'set page-completions off'
source {script}
touch {ready}
""",
    "zsh": """PS1='> '; autoload -Uz compinit; compinit -u -D; source {script}; LISTMAX=100000; unsetopt beep
dump() {{ print -rn -- "$BUFFER|" > {line}.new; command mv {line}.new {line} }}; zle -N dump; bindkey '^G' dump
touch {ready}
""",
}
START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}

COMPLETED = [
    ("vlmctl compl", "vlmctl completion "),
    ("A=1 vlmctl bench sh", "A=1 vlmctl bench show "),
    ("echo | vlmctl list --comm", "echo | vlmctl list --commercial "),
    ("vlmctl top --bench Textv", "vlmctl top --bench textvqa "),
    ("vlmctl top --bench TextVQA@va", "vlmctl top --bench TextVQA@val "),
    ("vlmctl top --bench MME:cog", "vlmctl top --bench MME:cognition-score "),
    ("vlmctl list --format=cs", "vlmctl list --format=csv "),
    ("vlmctl list --org Z.a", "vlmctl list --org Z.ai\\ \\(Zhipu\\ AI\\) "),
    ("vlmctl list --org 'Z.a", "vlmctl list --org 'Z.ai (Zhipu AI)' "),
    ('vlmctl list --org "Z.a', 'vlmctl list --org "Z.ai (Zhipu AI)" '),
    ("vlmctl list --columns id,para", "vlmctl list --columns id,params"),
    ("vlmctl list 'para", "vlmctl list 'params"),
    ('vlmctl list -w "moe and para', 'vlmctl list -w "moe and params'),
    ("vlmctl list 'moe' -w 'license=BUS", "vlmctl list 'moe' -w 'license=BUSL-1.1' "),
    ("vlmctl list 'org~\"Z.ai (Z", "vlmctl list 'org~\"Z.ai (Zhipu AI)\"' "),
    ('vlmctl list \'org="Meta FAIR" or license=BUS', "vlmctl list 'org=\"Meta FAIR\" or license=BUSL-1.1' "),
    ("vlmctl show mobilevlm-v2-1", "vlmctl show mobilevlm-v2-1.7b "),
    ("vlmctl show MILVLG/imp-v1-", "vlmctl show MILVLG/imp-v1-3b "),
    ("vlmctl show MobileVLM\\ V2\\ 1", "vlmctl show MobileVLM\\ V2\\ 1.7B "),
    ("vlmctl why mgm-7b mm-v", "vlmctl why mgm-7b mm-vet "),
    ("vlmctl show 中", "vlmctl show 中"),
    ("vlmctl list -o READ", "vlmctl list -o READING.txt "),
    ("vlmctl list --catalog over", "vlmctl list --catalog overlay/"),
    ("vlmctl nonsense comp", "vlmctl nonsense comp"),
]
"""What is typed, and what one TAB makes of it."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with a file, a folder, and a `vlmctl` on the search path."""
    folder = tmp_path_factory.mktemp("shells")
    (folder / "READING.txt").touch()
    (folder / "overlay").mkdir()
    program = folder / "bin" / "vlmctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m vlmctl "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def environment(place: Path) -> dict[str, str]:
    own = {"PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(place), "INPUTRC": os.devnull, "TERM": "xterm"}
    return {**os.environ, **own, "LC_ALL": "C.UTF-8", "HISTFILE": os.devnull}


class Session:
    """A shell on a pseudo-terminal."""

    def __init__(self, shell: str, place: Path) -> None:
        import pty

        self.line = place / f"{shell}.line"
        ready = place / f"{shell}.ready"
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(place)
            os.execvpe(START[shell][0], START[shell], environment(place))  # noqa: S606
        setup = place / f"{shell}.setup"
        setup.write_text(SETUP[shell].format(line=self.line, script=SCRIPTS / f"vlmctl.{shell}", ready=ready), encoding="utf-8")
        self.type(f"source {setup}\n")
        self.wait(ready)

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def wait(self, path: Path) -> None:
        """Read what the shell prints, lest it stand still, until it has written a file."""
        end = time.monotonic() + PATIENCE
        while not path.exists():
            assert time.monotonic() < end, "the shell doesn't answer"
            if select.select([self.terminal], [], [], 0.02)[0]:
                with contextlib.suppress(OSError):
                    os.read(self.terminal, 65536)

    def completed(self, line: str) -> str:
        """What TAB makes of a line."""
        self.line.unlink(missing_ok=True)
        self.type(line + "\t\x07")
        self.wait(self.line)
        self.type("\x15")  # ^U: start anew
        return self.line.read_text(encoding="utf-8").removesuffix("|")

    def close(self) -> None:
        os.close(self.terminal)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


@pytest.fixture(scope="module", params=["bash", "zsh"])
def session(request: pytest.FixtureRequest, place: Path) -> Iterator[Session]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals")
    from vlmctl import open_catalog

    open_catalog().close()
    opened = Session(request.param, place)
    yield opened
    opened.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # forkpty in a process with threads: the child does nothing but exec
def test_lines_become_whole(session: Session) -> None:
    became = {line: session.completed(line) for line, _ in COMPLETED}
    assert became == dict(COMPLETED)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_cursor_may_stand_within_the_line(session: Session) -> None:
    assert session.completed("vlmctl top --bench Textv --json" + "\x02" * 7).split() == ["vlmctl", "top", "--bench", "textvqa", "--json"]


@pytest.fixture
def fish() -> str:
    found = shutil.which("fish")
    if found is None:
        pytest.skip("fish is not installed")
    from vlmctl import open_catalog

    open_catalog().close()
    return found


def test_fish_offers_values_with_help(fish: str, place: Path) -> None:
    asked = [
        "vlmctl compl", "vlmctl top --bench Textv", "vlmctl top --bench TextVQA@va", "vlmctl list --org Z.a", "vlmctl list --org 'Z.a",
        "vlmctl list 'moe and params", "vlmctl list --format=cs", "vlmctl list -o READ", "vlmctl list --catalog over",
        "A=1 vlmctl bench sh", "vlmctl nonsense ", "vlmctl show MobileVLM\\ V2\\ 1",
    ]  # fmt: skip
    ask = "".join(f"complete -C {fish_quoted(line)}; echo ---; " for line in asked)
    script = f"source {SCRIPTS / 'vlmctl.fish'}; {ask}"
    ran = subprocess.run([fish, "--no-config", "-c", script], cwd=place, env=environment(place), capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    answers = dict(
        zip(asked, ([line.split("\t") for line in part.split("\n") if line] for part in ran.stdout.split("---\n")), strict=False)
    )
    assert answers["vlmctl compl"][0][0] == "completion"
    assert answers["vlmctl compl"][0][1].startswith("Print the script")
    assert answers["vlmctl top --bench Textv"] == [["textvqa", "TextVQA · Towards VQA Models That Can Read"]]
    assert answers["vlmctl top --bench TextVQA@va"] == [["TextVQA@val", "validation"]]
    assert answers["vlmctl list --org Z.a"] == answers["vlmctl list --org 'Z.a"] == [["Z.ai (Zhipu AI)"]]
    assert [each[0] for each in answers["vlmctl list 'moe and params"]][:2] == ["moe and params<", "moe and params<="]
    assert answers["vlmctl list --format=cs"] == [["--format=csv"]]
    assert answers["vlmctl list -o READ"][0][0] == "READING.txt"
    assert answers["vlmctl list --catalog over"][0][0] == "overlay/"
    assert answers["A=1 vlmctl bench sh"][0][0] == "show"
    assert answers["vlmctl nonsense "] == []
    assert [each[0] for each in answers["vlmctl show MobileVLM\\ V2\\ 1"]] == ["MobileVLM V2 1.7B"]


def fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
