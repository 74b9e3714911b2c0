"""Fixtures for all tests: a cache of their own, the shipped catalog, and the command line run in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # so that tests of one kind can share a module

ROOT = Path(__file__).resolve().parent.parent

# Properties are tried on fewer examples than Hypothesis would, and without its clock: the suite is run on busy machines.
# VLMCTL_EXAMPLES=1000 tries harder.
settings.register_profile("house", max_examples=int(os.environ.get("VLMCTL_EXAMPLES", "50")), deadline=None)
settings.load_profile("house")


@dataclass(frozen=True)
class Ran:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


def run_cli(*arguments: str) -> Ran:
    """Run a command line in this process, with stdout and stderr captured (so stdout is no terminal)."""
    from vlmctl.cli.run import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(arguments))
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the user's cache or overlays; parallel workers share one cache."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLMCTL_CACHE_DIR", str(shared / "vlmctl-cache"))
        patch.setenv("XDG_CONFIG_HOME", str(shared / "config"))
        patch.delenv("VLMCTL_CATALOG", raising=False)
        patch.delenv("VLMCTL_RECOMPILE", raising=False)
        patch.setenv("COLUMNS", "100")
        yield


@pytest.fixture
def vlmctl() -> Any:
    """The command line: `vlmctl("list", "--json").json`."""
    return run_cli


@pytest.fixture(scope="session")
def shipped() -> Iterator[Any]:
    """The shipped catalog, compiled and open."""
    from vlmctl import open_catalog

    catalog = open_catalog()
    yield catalog
    catalog.close()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalog in place of the shipped one, a cache and a home of their own; the catalog's directory."""
    from small_catalog import FILES, lay

    root = lay(tmp_path / "shipped", FILES)
    monkeypatch.setattr("vlmctl.store.layers.shipped_directory", lambda: root)
    monkeypatch.setattr("vlmctl.store.opening.packaged_file", lambda: None)
    monkeypatch.setenv("VLMCTL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return root
