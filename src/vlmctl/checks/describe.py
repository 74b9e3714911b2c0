"""The checks described: a table for `validate --list-checks`, and the reference page."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from vlmctl.checks.registry import checks
from vlmctl.errors import UsageError
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["known_checks", "listing", "reference"]


def known_checks(ids: Iterable[str]) -> frozenset[str]:
    """Ids of checks as typed; commas separate several. Raises `UsageError` for one that doesn't exist."""
    found: set[str] = set()
    for text in ids:
        for key in filter(None, map(str.strip, text.split(","))):
            if key not in checks():
                near = get_close_matches(key, checks(), n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}?" if near else "vlmctl validate --list-checks names them all"
                raise UsageError(f"no check is called {key!r}", hint=hint)
            found.add(key)
    return frozenset(found)


def listing() -> Table:
    """All checks: id, severity, what they look at, and what they find."""
    columns = [
        Column("id", "Check", importance=0), Column("severity", "Severity", importance=1), Column("on", "Looks at", machine=True),
        Column("title", "Finds", importance=2, shrinks=True),
    ]  # fmt: skip
    rows = [
        {"id": check.id, "severity": check.severity, "on": ", ".join(check.on), "title": check.title, "text": check.doc}
        for check in checks().values()
    ]
    return Table(columns, rows, heading=f"{len(rows)} checks")


GROUPS = {
    "reading": ("What reading finds", "The reader and the schema find these before any other check runs."),
    "file": ("Files", "Any file's texts."),
    "family": ("Families", "A family as a whole; some look at other records in the same way."),
    "model": ("Models", "One set of weights."),
    "score": ("Scores", "One figure."),
    "benchmark": ("Benchmarks", "A benchmark's record."),
    "component": ("Components", "Language models, vision encoders and licenses."),
    "license": ("Licenses", "`components/licenses.yaml`."),
}


def reference() -> str:
    """The reference page in Markdown: a heading for each check, which is its id."""
    return "\n".join(_reference()) + "\n"


def _reference() -> Iterator[str]:
    errors = sum(check.severity == "error" for check in checks().values())
    yield "# Checks"
    yield ""
    yield f"`vlmctl validate` runs {len(checks())} checks. {errors} find errors, which make it exit with 1; the others find warnings,"
    yield "which do so with `--strict`. A finding reads `file:line:column: severity[check] message`; the check's id is its heading here."
    yield ""
    yield "A warning that is right as it stands is explained where it arises: the record's `note` (in a family or benchmark, `notes`)"
    yield "tells why, and `explains: [check]` beside it names the check. Such warnings are counted, and `--explained` shows them. An"
    yield "explanation of nothing is a warning itself. Errors can't be explained. `--ignore CHECK` leaves a check out of one run."
    before = ""
    for check in checks().values():
        if check.on[0] != before:
            before = check.on[0]
            title, text = GROUPS[before]
            yield from ("", f"## {title}", "", text)
        yield from ("", f"### {check.id}", "", f"*{check.severity}*{_kinds(check.on)}", "", check.doc)


def _kinds(on: tuple[str, ...]) -> str:
    return "" if on[0] == "reading" else f" · looks at: {', '.join(on)}"
