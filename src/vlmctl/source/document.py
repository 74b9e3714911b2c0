"""Reading one YAML file into plain data, with the line and column of everything in it on demand.

The parser (ruamel's C parser where it is there, the pure one otherwise) only delivers events; what a plain scalar means
is decided here, by the YAML 1.2 core schema without its rarer forms. So both parsers give the same document, nothing is
ever constructed from a tag, and anchors and aliases are refused before they can multiply anything.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from vlmctl.source.findings import Finding, Place
from vlmctl.source.scalars import meaning
from vlmctl.source.writing import at_once

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MOST_REREAD", "Document", "Position", "read_content", "read_document"]

MAX_BYTES = 4 * 2**20
"""A larger file is refused unread."""

MAX_DEPTH = 30
"""Deeper nesting is refused; records need 8."""

MAX_VALUES = 60_000
"""Of a file with more, the rest isn't read; the largest record has 5,000. Wrong ones take a kilobyte each."""

MOST_REREAD = 2**17
"""What the C parser refuses is read by the pure parser in a file up to this size, which takes it a second.

The former knows YAML 1.1, which refuses an unquoted `{url: https://…}`. In a larger file the address has to be quoted.
"""

_DIVERGING = re.compile(r"\t|[|>][-+0-9]*#")
"""What only the C parser may let pass; the pure one decides."""

MOST_FINDINGS = 1000
"""After so many errors the rest of a file isn't read."""

LONGEST_SHOWN = 120
"""Characters of a line that isn't YAML."""

Route = Sequence[str | int]
"""Keys and indices from the top of a document to a value."""


@dataclass(slots=True)
class Position:
    """Where a value starts, where its key starts, and the positions inside it."""

    line: int
    column: int
    key_line: int = 0
    key_column: int = 0
    end_line: int = 0
    start: int = 0
    end: int = 0
    """Offsets in characters: where the value starts, and what lies right behind it (behind its last part, for a block)."""
    flow: bool = False
    """Written between brackets or braces."""
    children: dict[str | int, Position] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """A file's content as plain data (dict, list, str, int, float, bool), and what was wrong with it."""

    path: str
    data: Any
    findings: list[Finding]
    root: Position | None = None
    """Positions, where they were asked for."""

    def locate(self, route: Route, *, key: bool = False) -> Place:
        """The place of a value (or its key); of the nearest enclosing one where the route leads nowhere."""
        here = self.root or Position(1, 1)
        at_key = False
        for step in route:
            child = here.children.get(step)
            if child is None:
                continue  # a part that isn't in the document, such as the name of a union's branch
            here, at_key = child, isinstance(step, str)
        if key and at_key:
            return Place(self.path, here.key_line, here.key_column)
        return Place(self.path, here.line, here.column)


def read_document(path: str, content: bytes, *, positions: bool = False, pure: bool = False) -> Document:
    """The document in `content`; `path` is only for its findings. Never raises for anything that `content` holds."""
    document = Document(path, None, [])
    if len(content) > MAX_BYTES:
        document.findings.append(_refused(path, "file-size", f"larger than {MAX_BYTES // 2**20} MiB; not read"))
        return document
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        document.findings.append(_refused(path, "encoding", "not UTF-8", line, column))
        return document
    small = len(content) <= MOST_REREAD
    pure = pure or (small and _DIVERGING.search(text) is not None)
    builder = _Builder(document, text, positions=positions)
    builder.run(_events(text, pure=pure))
    if builder.refused and small and not pure:
        return read_document(path, content, positions=positions, pure=True)
    return document


def read_content(path: str, *, named: bool = False) -> bytes:
    """What a file holds, or as much of it as shows that it is too large. Raises `OSError`, also for what is no file.

    One that a user `named` may be a pipe or a device; one that was found in a directory would only be waited for.
    """
    with open(path, "rb", opener=None if named else at_once) as file:
        if not named and not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a file")
        return file.read(MAX_BYTES + 1)


def _refused(path: str, check: str, message: str, line: int = 1, column: int = 1) -> Finding:
    return Finding(Place(path, line, column), "error", check, message)


def _events(text: str, *, pure: bool) -> Iterator[Any]:
    from ruamel.yaml import YAML

    # An empty document is none to the C parser and an empty scalar to the pure one.
    return iter(YAML(typ="safe", pure=pure).parse(text))


class _Stop(Exception):
    """Reading can't go on."""


class _Builder:
    """Builds a document's data from parser events, iteratively: no nesting can exhaust the stack."""

    def __init__(self, document: Document, text: str, *, positions: bool) -> None:
        self.document = document
        self.text = text
        self.positions = positions
        self.stack: list[tuple[Any, Position | None]] = []
        self.key: list[Any] = []
        self.key_mark: list[Any] = []
        self.documents = 0
        self.values = 0
        self.refused = False
        """The parser couldn't go on."""

    def run(self, events: Iterator[Any]) -> None:
        from ruamel.yaml.error import YAMLError

        try:
            for event in events:
                self.take(event)
        except _Stop:
            pass
        except YAMLError as error:
            self.refused = True
            self.syntax_error(error)
        except (ValueError, RecursionError, OverflowError) as error:
            self.find("syntax", f"can't be parsed: {type(error).__name__}", None)
        if not self.documents and not self.document.findings:
            self.find("syntax", "the file is empty", None)

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self.refuse_extras(event)
            self.scalar(event)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self.refuse_extras(event)
            self.open({} if kind == "MappingStartEvent" else [], event)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            _, position = self.stack.pop()
            self.key.pop()
            self.key_mark.pop()
            if position is not None:
                position.end_line = event.start_mark.line + 1
                behind = event.end_mark.index
                position.end = behind if position.flow else max((part.end for part in position.children.values()), default=behind)
        elif kind == "AliasEvent":
            self.find("anchor", f"alias *{event.anchor}: anchors and aliases are not allowed; write the value out", event)
            if self.at_key():
                self.take_key(f"*{event.anchor}", event)
            else:
                self.place(f"*{event.anchor}", event)
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self.find("syntax", "a second document in the file", event)
                raise _Stop

    def refuse_extras(self, event: Any) -> None:
        if event.anchor:
            self.find("anchor", f"anchor &{event.anchor}: anchors and aliases are not allowed; write the value out", event)
        tag = event.tag
        if tag is not None and str(tag) != "":
            self.find("tag", f"tag {tag}: tags are not allowed", event)

    def scalar(self, event: Any) -> None:
        text = event.value
        if self.at_key():
            self.take_key(text, event)  # a key is a text, whatever it looks like
            return
        plain = event.implicit[0] and event.style in {None, ""}
        value = meaning(text) if plain else text
        if value is None:
            self.find("null", "null is never written; leave the field out", event)
        self.place(value, event)

    def at_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], dict) and self.key[-1] is None

    def take_key(self, text: str, event: Any) -> None:
        container = self.stack[-1][0]
        if text == "<<":
            self.find("merge-key", "merge keys (<<) are not allowed; write the fields out", event)
        if text in container:
            self.find("duplicate-key", f"duplicate key {text!r}", event)
        self.key[-1] = text
        self.key_mark[-1] = event.start_mark

    def open(self, container: Any, event: Any) -> None:
        if self.at_key():
            self.find("syntax", "a key must be a text", event)
            raise _Stop
        if len(self.stack) >= MAX_DEPTH:
            self.find("depth", f"nested deeper than {MAX_DEPTH} levels", event)
            raise _Stop
        position = self.place(container, event)
        self.stack.append((container, position))
        self.key.append(None)
        self.key_mark.append(None)

    def place(self, value: Any, event: Any) -> Position | None:
        self.values += 1
        if self.values > MAX_VALUES:
            self.find("syntax", f"more than {MAX_VALUES} values; the rest is not read", event)
            raise _Stop
        position = None
        if self.positions:
            mark = event.start_mark
            end = event.end_mark
            position = Position(mark.line + 1, mark.column + 1, end_line=end.line + 1, start=mark.index, end=end.index)
            position.flow = bool(getattr(event, "flow_style", False))
        if not self.stack:
            self.document.data = value
            self.document.root = position
            return position
        container, parent = self.stack[-1]
        step: str | int
        if isinstance(container, list):
            step = len(container)
            container.append(value)
        else:
            step = self.key[-1]
            container.setdefault(step, value)
            self.key[-1] = None
        if position is not None and parent is not None:
            if isinstance(container, dict):
                position.key_line, position.key_column = self.key_mark[-1].line + 1, self.key_mark[-1].column + 1
            parent.children.setdefault(step, position)
        return position

    def find(self, check: str, message: str, event: Any) -> None:
        mark = None if event is None else event.start_mark
        place = Place(self.document.path) if mark is None else Place(self.document.path, mark.line + 1, mark.column + 1)
        self.document.findings.append(Finding(place, "error", check, message))
        if len(self.document.findings) == MOST_FINDINGS:
            self.find("syntax", f"more than {MOST_FINDINGS} errors; the rest is not read", event)
            raise _Stop

    def syntax_error(self, error: Any) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "can't be parsed"
        if mark is not None:
            line, column = mark.line + 1, mark.column + 1
        else:  # a character that YAML doesn't allow: the reader tells only its offset
            before = self.text[: getattr(error, "position", 0)]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        place = Place(self.document.path, line, column)
        lines = self.text.split("\n", line)
        shown = lines[line - 1].strip() if line <= len(lines) else ""
        hint = "in braces and brackets quote what holds a colon, such as an address" if problem == "found unexpected ':'" else None
        self.document.findings.append(
            Finding(place, "error", "syntax", " ".join(str(problem).split()), shown[:LONGEST_SHOWN] or None, hint)
        )
