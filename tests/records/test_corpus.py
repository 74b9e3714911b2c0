"""The corpus: a file (or catalog directory) per check that must fire, and a near miss that must not.

`invalid/<check>.yaml` or `invalid/<check>--<what>.yaml` gives that finding and no other, but for those that its first
line names (`# also: …`); in `valid/` nothing is found. A new file is a new test. `base/` is the catalog beneath.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from vlmctl.checks.registry import checks
from vlmctl.checks.validation import Report, validate

HERE = Path(__file__).parent
BASE = HERE / "base"
INVALID = sorted(path for path in (HERE / "invalid").iterdir() if not path.name.startswith("."))
VALID = sorted(path for path in (HERE / "valid").iterdir() if not path.name.startswith("."))
ELSEWHERE = {"unreadable", "file-size"}
"""Checks that no file in a repository can show; tests/cli/test_validate.py has them."""


def report(path: Path) -> Report:
    return validate([str(path)], [BASE], today=date(2026, 1, 1))


def also(path: Path) -> Iterator[str]:
    first = "" if path.is_dir() else path.read_bytes().split(b"\n")[0].decode("utf-8", "replace")
    if first.startswith("# also: "):
        yield from first.removeprefix("# also: ").split(", ")


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.name)
def test_fires(path: Path) -> None:
    wanted = path.name.removesuffix(".yaml").partition("--")[0]
    found = report(path).findings
    assert {finding.check for finding in found} == {wanted, *also(path)}, [str(finding) for finding in found]
    for finding in found:
        assert finding.severity == checks()[finding.check].severity
        assert finding.place.line >= 1
        assert finding.place.column >= 1
        assert "\n" not in finding.message
        assert not finding.message.endswith(".")


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_near_miss(path: Path) -> None:
    assert [str(finding) for finding in report(path).findings] == []


def test_base_is_valid() -> None:
    assert [str(finding) for finding in validate([], [BASE], today=date(2026, 1, 1)).findings] == []


@pytest.mark.parametrize("check", sorted(set(checks()) - ELSEWHERE))
def test_every_check_has_both(check: str) -> None:
    assert any(path.name.removesuffix(".yaml").partition("--")[0] == check for path in INVALID)
    assert any(path.name.removesuffix(".yaml") == f"near-{check}" for path in VALID)


def test_no_file_without_check() -> None:
    assert {path.name.removesuffix(".yaml").partition("--")[0] for path in INVALID} <= set(checks())
