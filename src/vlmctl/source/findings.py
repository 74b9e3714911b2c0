"""A finding: something wrong at a place in a file. What can't be read is a finding too, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Finding", "Place", "Severity"]

Severity = Literal["error", "warning"]

LONGEST = 1000
"""Characters of a message or an offending text; files may hold keys of megabytes."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or doubtful."""

    place: Place
    severity: Severity
    check: str
    """Id of the check that found it; a heading of the reference page."""
    message: str
    """One line, without a full stop."""
    text: str | None = None
    """The offending text."""
    hint: str | None = None
    """The nearest allowed value, or what to do."""

    def __post_init__(self) -> None:
        for name in ("message", "text"):
            value = getattr(self, name)
            if value is not None and len(value) > LONGEST:
                object.__setattr__(self, name, value[: LONGEST - 1] + "…")

    def as_dict(self) -> dict[str, Any]:
        """The finding as `--json` prints it."""
        return {
            "path": self.place.path, "line": self.place.line, "column": self.place.column, "severity": self.severity, "check": self.check,
            "message": self.message, "text": self.text, "hint": self.hint,
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}[{self.check}] {self.message}"
