"""The tools that people would use instead, each installed from the package index into an environment of its own.

Environments are kept in `~/.cache/vlmctl-bench/venvs` and reused. What can't be installed or doesn't run is left out,
with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["ROOT", "Peer", "duckdb_program", "installed", "jq_program", "peers", "version_of", "vlmctl_environment"]

ROOT = Path(__file__).resolve().parent.parent
VENVS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vlmctl-bench" / "venvs"
PIP = ("-q", "--disable-pip-version-check")


class Peer(NamedTuple):
    """A tool, and the command of it that is closest to one of vlmctl's."""

    package: str
    program: str
    arguments: tuple[str, ...]
    also: tuple[str, ...] = ()
    """What must be installed with it."""

    @property
    def name(self) -> str:
        """The command line as it is typed."""
        return " ".join((Path(self.program).name, *(Path(argument).name if "/" in argument else argument for argument in self.arguments)))


def peers(exported: Path) -> list[Peer]:
    """The tools; `exported` is the catalog as a SQLite file (`vlmctl export sqlite`)."""
    return [
        Peer("llm", "llm", ("models", "list")),
        Peer("huggingface_hub", "hf", ("--help",)),
        Peer("sqlite-utils", "sqlite-utils", ("rows", str(exported), "models")),
        Peer("datasette", "datasette", ("--version",)),
        Peer("norwegianblue", "norwegianblue", ("--version",)),
        Peer("whichllm", "whichllm", ("--version",), also=("typer<0.26",)),  # 0.5.21 names a part of Typer that 0.26 dropped
    ]


def installed(package: str, *also: str) -> Path:
    """The directory of programs of an environment that has the package. `CalledProcessError` where it can't be installed."""
    place = VENVS / package
    ready = place / "ready"
    wanted = " ".join((package, *also))
    if not ready.exists() or ready.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([place / "bin" / "pip", "install", *PIP, package, *also], check=True, stderr=subprocess.DEVNULL)
        ready.write_text(wanted)
    return place / "bin"


def version_of(programs: Path, package: str) -> str:
    """The version of a package in an environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([programs / "python", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def vlmctl_environment() -> Path:
    """The directory of programs of an environment with this checkout's wheel, as a user installs it, and pyarrow to export."""
    place = VENVS / "vlmctl"
    if not (place / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin" / "pip"), "install", *PIP]
    subprocess.run([*pip, str(ROOT), "pyarrow"], check=True, stderr=subprocess.DEVNULL)
    subprocess.run([*pip, "--force-reinstall", "--no-deps", str(ROOT)], check=True, stderr=subprocess.DEVNULL)
    return place / "bin"


def duckdb_program() -> tuple[str, str] | None:
    """DuckDB's own program and its version, without the Python script that the package wraps around it."""
    try:
        programs = installed("duckdb-cli")
    except subprocess.CalledProcessError:
        return None
    found = next(programs.parent.glob("lib/python*/site-packages/duckdb_cli/duckdb"), None)
    return (str(found), _first_words([str(found), "--version"])) if found else None


def jq_program() -> tuple[str, str] | None:
    """The jq program and its version, where the machine has it."""
    found = shutil.which("jq")
    return (found, _first_words([found, "--version"])) if found else None


def _first_words(command: Sequence[str]) -> str:
    return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[:1])
