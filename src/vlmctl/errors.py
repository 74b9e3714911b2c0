"""Errors that reach the user, and the exit codes they carry. Imports nothing of this package.

Every error is one line without a full stop, with at most one hint that names the command or the spelling to try.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

__all__ = [
    "AmbiguousNameError",
    "CatalogError",
    "ExitCode",
    "NotFoundError",
    "QueryError",
    "RefusedError",
    "UnknownNameError",
    "UsageError",
    "VlmctlError",
    "WriteError",
    "printable",
]


def printable(text: str) -> str:
    """A message, path or name on one line, with escapes for what a terminal would act upon: it may come from anywhere."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ExitCode(IntEnum):
    """What the program's exit status says."""

    DONE = 0
    """Done; an empty answer is an answer."""
    FINDINGS = 1
    """`validate` found errors."""
    USAGE = 2
    """The command line can't be understood, or a place that it names can't be read or written."""
    NOT_FOUND = 3
    """No model, family, benchmark … of that name."""
    CATALOG = 4
    """The catalog is missing or invalid."""
    REFUSED = 5
    """A change was refused and nothing was written, or the system had no room for the answer."""
    INTERNAL = 70
    """An internal error: a bug, with a line that says where to send it."""
    INTERRUPTED = 130
    """Interrupted from the keyboard."""


class VlmctlError(Exception):
    """An error with a message for the user, an optional hint, and an exit code."""

    exit_code = ExitCode.USAGE
    kind = "error"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def detail(self) -> tuple[str, ...]:
        """Lines that stand between the message and the hint, such as a caret under what was typed."""
        return ()

    def as_dict(self) -> dict[str, Any]:
        """The error as `--json` prints it on stderr: `{"error": {kind, message, hint, exit_code}}`."""
        return {"error": {"kind": self.kind, "message": self.message, "hint": self.hint, "exit_code": int(self.exit_code)}}


class UsageError(VlmctlError):
    """The command line, or a value on it, can't be understood."""

    kind = "usage"


class QueryError(UsageError):
    """A filter can't be understood; points at the place in what was typed."""

    kind = "query"

    def __init__(self, message: str, *, text: str, start: int, end: int | None = None, hint: str | None = None) -> None:
        """`text` is the whole expression as typed; `start` and `end` are character offsets into it."""
        super().__init__(message, hint=hint)
        self.text = text
        self.start = start
        self.end = start + 1 if end is None else max(end, start + 1)

    def detail(self) -> tuple[str, ...]:
        """The expression, and a caret line under the offending part. A long expression is shown around the place."""
        first = max(0, self.start - 60)
        shown = "".join(c if c.isprintable() else "?" for c in self.text[first : first + 120])
        width = min(self.end, first + 120) - self.start
        return ("    " + shown, "    " + " " * (self.start - first) + "^" * max(1, width))

    def as_dict(self) -> dict[str, Any]:
        """As the parent's, with the expression and the place."""
        data = super().as_dict()
        data["error"].update(text=self.text, start=self.start, end=self.end)
        return data


class UnknownNameError(QueryError):
    """A filter can be understood, but nothing in the catalog bears a name in it (or several things do): `NotFoundError` with a place."""

    exit_code = ExitCode.NOT_FOUND
    kind = "not-found"


class NotFoundError(VlmctlError):
    """Nothing in the catalog bears that name, or several things do."""

    exit_code = ExitCode.NOT_FOUND
    kind = "not-found"

    def __init__(self, message: str, *, hint: str | None = None, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.candidates = candidates

    def as_dict(self) -> dict[str, Any]:
        """As the parent's, with the candidates."""
        data = super().as_dict()
        data["error"]["candidates"] = list(self.candidates)
        return data


class AmbiguousNameError(NotFoundError):
    """Several things bear that name, or begin with it."""


class CatalogError(VlmctlError):
    """The catalog is missing, damaged beyond repair, or invalid."""

    exit_code = ExitCode.CATALOG
    kind = "catalog"


class WriteError(VlmctlError):
    """The system doesn't take the answer: the disk is full, the device fails. The command line was right."""

    exit_code = ExitCode.REFUSED
    kind = "write"


class RefusedError(VlmctlError):
    """A change was refused; every byte is as it was."""

    exit_code = ExitCode.REFUSED
    kind = "refused"
