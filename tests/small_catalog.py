"""A catalog of two families and two benchmarks that stands in for the shipped one: compiled in no time, and no new record breaks a test."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "components/language-models.yaml": """\
- id: small-llm
  name: Small LLM
  params: 1.5B
""",
    "components/vision-encoders.yaml": """\
- id: small-encoder
  name: Small Encoder
""",
    "components/licenses.yaml": """\
- id: MIT
  name: MIT License
  commercial: allowed
""",
    "benchmarks/reading.yaml": """\
id: reading
name: Reading
aliases: [Read it]
summary: Words in pictures.
task: text-vqa
metric: accuracy
metrics:
  - {id: accuracy, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true}
  - {id: anls, name: ANLS, unit: percent, min: 0, max: 100, higher_is_better: true}
splits:
  - {id: val, name: validation, primary: true}
  - {id: test, name: test}
default_split_when_unstated: {split: val, reason: everybody uses it}
""",
    "benchmarks/counting.yaml": """\
id: counting
name: Counting
summary: How many there are.
task: counting
metric: accuracy
metrics:
  - {id: accuracy, name: accuracy, unit: percent, min: 0, max: 100, higher_is_better: true}
""",
    "families/alpha.yaml": """\
# The first family.
id: alpha
name: Alpha
series: Alpha
organizations: [One Lab]
released: 2024-03
summary: The first.
license: {weights: MIT}
sources:
  paper: {kind: paper, title: 'The paper: Alpha', url: 'https://example.org/alpha', retrieved: 2024-04-01}
models:
  - id: alpha-1b
    name: Alpha 1B
    params: 1B
    language_model: small-llm
    scores:
      - {benchmark: reading, split: val, value: 50.5, source: paper, where: table 1, evidence: original, quote: '50.5'}  # checked
      # a remark behind the last score
  - id: alpha-3b
    name: "Alpha 3B"
    params: 3B
    scores:
      - {benchmark: reading, split: val, value: 60, source: paper, evidence: copy}
      - {benchmark: counting, value: 70.1, source: paper, evidence: copy}
notes:
  - A note at the end.
""",
    "families/beta.yaml": """\
id: beta
name: Beta
series: Beta
organizations: [Two Lab]
summary: The second.
sources:
  readme: {kind: repository, title: Beta's README, url: 'https://example.org/beta'}
models:
  - id: beta-2b
    name: Beta 2B
    params: 2B
    scores:
      - {benchmark: reading, split: val, value: 55, source: readme, evidence: second-hand}
""",
}


def lay(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files under a directory."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def snapshot(root: Path) -> dict[str, bytes | str]:
    """Everything under a directory: files with their bytes, folders and links as such."""
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        found[name] = "link" if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
    return found


def noted(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """Which databases are opened from now on, and which of them are closed again: two lists that grow."""
    opened: list[str] = []
    closed: list[str] = []
    connect = sqlite3.connect

    class Noting(sqlite3.Connection):
        name = ""

        def close(self) -> None:
            closed.append(self.name)
            super().close()

    def noting(name: Any, *arguments: Any, **options: Any) -> Noting:
        connection: Noting = connect(name, *arguments, factory=Noting, **options)
        connection.name = str(name)
        opened.append(connection.name)
        return connection

    monkeypatch.setattr(sqlite3, "connect", noting)
    return opened, closed
