"""Every example of every help page runs: what a command tells people to type must answer.

What an example reads is laid out in the working directory; what writes to a catalog gets `--dry-run`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, run_cli
from vlmctl.cli.app import COMMANDS, EXAMPLES

SHELL = ("|", ">", "<(", "$(", "EDITOR=", "source ")
"""What only a shell understands."""

DRY = {"add", "edit", "import"}
EXTRAS = {"export parquet": "pyarrow", "plot": "matplotlib"}
"""What an optional library is needed for, where the example writes a file."""


def examples() -> Iterator[str]:
    """The examples of all commands, those of groups included, each once."""
    found = dict.fromkeys(EXAMPLES)
    for module in sorted(set(COMMANDS.values())):
        for name, value in vars(import_module(f"vlmctl.cli.{module}")).items():
            if name.endswith("_command"):
                found.update(dict.fromkeys(getattr(value, "examples", ())))
    yield from found


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory, shipped: Any) -> Path:
    """A directory with the files that the examples name."""
    root = tmp_path_factory.mktemp("examples")
    (root / "catalog").symlink_to(ROOT / "catalog")
    for version in ("old", "new"):
        (root / version).mkdir()
        (root / version / "catalog").symlink_to(ROOT / "catalog")
    (root / "families").mkdir()
    shutil.copy(ROOT / "catalog/families/imp-v1.5.yaml", root / "families")
    shutil.copy(ROOT / "catalog/families/imp-v1.5.yaml", root / "draft.yaml")
    for name in ("my-catalog", "my-overlay"):
        assert run_cli("init", str(root / name)).code == 0
    (root / "overlay").mkdir()
    (root / "table.md").write_text("| Model | TextVQA |\n| --- | --- |\n| Imp-v1.5-3B-Phi2 | 57.5 |\n")
    (root / "results.csv").write_text("model,TextVQA\nimp-v1.5-3b-phi2,57.5\n")
    with zipfile.ZipFile(root / "vlmctl-0.1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vlmctl/catalog.sqlite3", shipped.connection.serialize())  # the cache may have let go of the file
    (root / "bin").mkdir()
    (root / "bin/code").write_text("#!/bin/sh\nexit 0\n")
    (root / "bin/code").chmod(0o755)
    (root / ".config/fish/completions").mkdir(parents=True)
    lmms = {"results": {"textvqa_val": {"alias": "textvqa_val", "exact_match,none": 0.575}}, "configs": {}, "n-samples": {}}
    (root / "results.json").write_text(json.dumps(lmms))
    openvlm = {"time": "2025-01-01", "results": {"Imp-v1.5-3B-Phi2": {"META": {"Method": ["imp-v1.5-3b-phi2", ""]}}}}
    (root / "OpenVLM.json").write_text(json.dumps(openvlm))
    return root


@pytest.mark.parametrize("line", list(examples()))
def test_the_example_answers(line: str, laid_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "asks, on a terminal" in line:
        pytest.skip("tests/cli/test_edit.py answers the questions")
    words = shlex.split(line, comments=True)
    for start, library in EXTRAS.items():
        if f"vlmctl {start}" in line and " -o " in line and importlib.util.find_spec(library) is None:
            pytest.skip(f"needs {library}")
    if "sqlite3 " in line.partition("vlmctl")[0] and shutil.which("sqlite3") is None:
        pytest.skip("needs the program sqlite3")
    monkeypatch.chdir(laid_out)
    monkeypatch.setenv("HOME", str(laid_out))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("EDITOR", "true")
    if not any(sign in line for sign in SHELL):
        assert words[0] == "vlmctl"
        more = ["--dry-run"] if words[1] in DRY and "--dry-run" not in words else []
        ran = run_cli(*(word.replace("~", str(laid_out)) if word.startswith("~/") else word for word in words[1:]), *more)
        assert ran.code == 0, ran.err
        return
    path = os.pathsep.join([str(laid_out / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    line += " --dry-run" if "vlmctl edit" in line else ""
    done = subprocess.run(
        ["bash", "-c", line], cwd=laid_out, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=60
    )
    failed = done.returncode != 0 and "zsh" not in line  # a script for another shell than this one
    assert not failed, done.stderr
