"""Everything that goes to stderr: notes, progress, errors. stdout is never touched here."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable

from vlmctl.errors import VlmctlError, printable

__all__ = ["error", "notes", "progress", "say"]


def say(text: str) -> None:
    """One line to stderr; a closed stderr is no error. Characters that it can't show are written as escapes."""
    stream = sys.stderr
    if stream is None:
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except (OSError, ValueError):  # what stays in the buffer would fail once more when the interpreter ends, and change the exit code
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def notes(lines: Iterable[str]) -> None:
    """Notes on an answer, a line each; on a terminal wrapped between words."""
    for line in lines:
        say(_wrapped(printable(line)))


def _wrapped(line: str) -> str:
    if sys.stderr is None or not sys.stderr.isatty():
        return line
    import shutil
    import textwrap

    width = max(20, shutil.get_terminal_size((100, 24)).columns)
    return "\n".join(textwrap.wrap(line, width, subsequent_indent="  ", break_on_hyphens=False)) if len(line) > width else line


def error(problem: VlmctlError, *, as_json: bool) -> None:
    """An error: one line, the place in what was typed, one hint; with `--json` an object."""
    if as_json:
        import json

        text = json.dumps(problem.as_dict(), ensure_ascii=False)
        say("".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text))
        return
    notes([f"vlmctl: error: {problem.message}"])
    for line in problem.detail():
        say(printable(line))
    if problem.hint:
        notes([f"hint: {problem.hint}"])


def progress(what: str) -> Callable[[int, int], None] | None:
    """A line on a terminal that counts up and vanishes when all is done; None where stderr is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        text = f"{what} {done}/{total}" if done < total else ""
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    return tell
