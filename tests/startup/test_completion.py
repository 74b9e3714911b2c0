"""What one completion loads: it waits behind a key press, so no library but SQLite."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASK = """
import sys
from vlmctl.cli.run import run
code = run(sys.argv[1:])
heavy = ("pydantic", "rich", "ruamel", "rapidfuzz", "typer", "click")
print(code, [name for name in heavy if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    "words",
    [
        ["zsh", "vlmctl", ""],
        ["zsh", "vlmctl", "show", "mob"],
        ["zsh", "vlmctl", "list", "params<4B and llm~ph"],
        ["zsh", "vlmctl", "top", "--bench", "TextVQA@"],
        ["bash", "vlmctl list --license ap", "ap"],
    ],
)
def test_a_completion_loads_no_library(words: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-c", ASK, "__complete", *words], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(("values\n", "open\n"))
    assert ran.stderr == "0 []\n"
