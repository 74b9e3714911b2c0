"""Which libraries a command loads, seen in a fresh interpreter. The start-up time stands and falls with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pydantic", "pydantic_core", "rich", "ruamel", "ruamel.yaml", "_ruamel_yaml", "rapidfuzz")

READING = [
    ["--version"],
    ["list", "--json"],
    ["list", "params<4B", "TextVQA>=50", "--json"],
    ["top", "--bench", "TextVQA", "--json"],
    ["show", "imp-v1.5-3b-phi2", "--json"],
    ["compare", "mobilevlm-v2", "imp-v1.5", "--json"],
    ["scores", "--limit", "5", "--json"],
    ["why", "mgm-7b", "mme", "--json"],
    ["bench", "list", "--json"],
    ["bench", "show", "MME", "--json"],
    ["families", "--json"],
    ["list", "--format", "tsv"],
    ["list", "--format", "markdown"],
]


def loaded(arguments: list[str]) -> set[str]:
    code = (
        "import sys\n"
        "from vlmctl.cli.run import run\n"
        f"code = run({arguments!r})\n"
        "sys.stderr.write('\\n'.join(['loaded:', *sys.modules]))\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("loaded:\n")[2].split("\n"))


@pytest.fixture(scope="module", autouse=True)
def compiled(own_environment: None) -> None:
    from vlmctl import open_catalog

    open_catalog().close()


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_reading_loads_no_heavy_library(arguments: list[str]) -> None:
    assert not loaded(arguments) & set(HEAVY)


def test_a_terminal_table_loads_rich_but_not_its_console() -> None:
    modules = loaded(["list", "--format", "table"])
    assert "rich.cells" in modules
    assert not modules & {"rich.console", "pydantic", "ruamel.yaml", "rapidfuzz"}


def test_version_opens_no_catalog() -> None:
    assert not loaded(["--version"]) & {"sqlite3", "vlmctl.store.opening", "json"}


def test_a_plain_question_does_not_load_the_filter_language() -> None:
    assert not loaded(["list", "--json"]) & {"vlmctl.query.expressions.lexer", "vlmctl.query.expressions.compiling"}
