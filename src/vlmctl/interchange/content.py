"""Foreign files' content, bounded: bytes, text, JSON and YAML. What can't be read is a `UsageError` that says why.

No file, whatever it holds, may exhaust memory or the stack, or end in a traceback.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.source.document import Document

__all__ = ["MAX_BYTES", "File", "json_of", "lines_of", "read_file", "refuse_flood", "text_of", "yaml_of"]

MAX_BYTES = 32 * 2**20
"""A larger file is refused: decoded, it may take four times as much."""

MAX_LINES = 1_000_000
"""A text of more lines is refused; each is looked at."""

MAX_JSON_PARTS = 500_000
"""JSON with more values is refused: each takes up to a hundred bytes."""

IGNORED_FINDINGS = frozenset({"null"})
"""What the records' reader minds and foreign files may have. Anchors, aliases and tags stay refused."""

MAX_FIGURES = 30_000
"""A file with more figures is refused: in the report each takes a few kilobytes. The largest leaderboard has half as many."""

MAX_YAML_BYTES = 2**18
"""A larger front matter or results file is refused: the YAML reader is slow, and such files are a few kilobytes."""


def refuse_flood(file: str, figures: int) -> None:
    """Raise `UsageError` for more figures than a report can hold."""
    if figures > MAX_FIGURES:
        raise UsageError(f"{file} holds more than {MAX_FIGURES} figures", hint="import it in parts")


class File:
    """A foreign file: its name for messages, and its bytes."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.path = Path(name)


def read_file(path: str) -> File:
    """A file's bytes; `-` is standard input. `UsageError` where it can't be read or is too large."""
    try:
        if path == "-":
            return File("<stdin>", _bounded("<stdin>", sys.stdin.buffer.read(MAX_BYTES + 1)))
        with Path(path).open("rb") as stream:
            return File(path, _bounded(path, stream.read(MAX_BYTES + 1)))
    except (OSError, ValueError) as error:
        raise UsageError(f"can't read {path}: {(getattr(error, 'strerror', None) or str(error)).lower()}") from error


def _bounded(name: str, content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise UsageError(f"{name} is larger than {MAX_BYTES // 2**20} MiB")
    return content


def text_of(file: File, encoding: str | None = None) -> str:
    """A file's text: in the named encoding, else by its byte order mark, else UTF-8; it is never guessed."""
    content = file.content
    chosen = encoding or ("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    try:
        text = content.decode(chosen)
    except LookupError as error:
        raise UsageError(f"unknown encoding {chosen!r}", hint="such as utf-8, gb18030, cp1252 or shift_jis") from error
    except UnicodeError as error:
        line = content[: getattr(error, "start", 0)].count(b"\n") + 1
        hint = "name its encoding: --encoding gb18030, cp1252 …" if encoding is None else None
        raise UsageError(f"{file.name}:{line}: not {encoding or chosen.removesuffix('-sig').upper()}", hint=hint) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UsageError(f"{file.name}:{line}: holds a NUL character; is it a text file?")
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise UsageError(f"{file.name} has more than {MAX_LINES} lines")
    return text


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text without their ends, one by one: no list of millions is made."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end].rstrip("\r")
        start = end + 1


def json_of(file: File) -> Any:
    """A JSON document. Not-a-numbers, duplicate keys and deep nesting are refused."""
    import json

    if sum(map(file.content.count, (b",", b"[", b"{"))) > MAX_JSON_PARTS:
        raise UsageError(f"{file.name} holds more than {MAX_JSON_PARTS} values")
    text = text_of(file)
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UsageError(f"{file.name}:{error.lineno}:{error.colno}: not JSON: {error.msg.lower()}") from error
    except RecursionError as error:
        raise UsageError(f"{file.name} is nested too deeply") from error
    except ValueError as error:
        raise UsageError(f"{file.name}: {str(error)[:200]}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for index, key in enumerate(keys) if key in keys[:index])
        raise ValueError(f"the key {twice[:60]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def yaml_of(file: File, content: bytes) -> Document:
    """A YAML document with positions, read as strictly as records are, but for nulls. `UsageError` names the place."""
    from vlmctl.source.document import read_document

    if len(content) > MAX_YAML_BYTES:
        raise UsageError(f"{file.name}: its YAML is larger than {MAX_YAML_BYTES // 2**10} KiB")
    document = read_document(file.name, content, positions=True)
    for finding in document.findings:
        if finding.check not in IGNORED_FINDINGS:
            raise UsageError(f"{finding.place}: {finding.message}")
    return document
