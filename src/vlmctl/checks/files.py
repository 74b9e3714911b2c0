"""Checks of a file's texts, whatever it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.checks.check import Problem, Route, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.subjects import FileSubject

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What nobody sees in a text, but line breaks and tabs: more than renderers escape, as joiners belong in no name or figure."""


def texts(data: Any) -> Iterator[tuple[Route, str, bool]]:
    """Every text of a document with its route, keys included (their last part is True)."""
    stack: list[tuple[Route, Any]] = [((), data)]
    while stack:
        route, value = stack.pop()
        if isinstance(value, str):
            yield route, value, False
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield (*route, key), key, True
                stack.append(((*route, key), inner))
        elif isinstance(value, list):
            stack += [((*route, index), inner) for index, inner in enumerate(value)]


@error("file")
def hidden_characters(file: FileSubject) -> Iterator[Problem]:
    """Characters that nobody sees: controls, terminal escapes, zero-width or direction marks.

    They make two names look alike, turn a line around, or act on a terminal. Remove them; they come along when text is
    copied from a web page or a PDF.
    """
    for route, text, _ in texts(file.file.data):
        match = HIDDEN.search(text)
        if match:
            yield Problem(route, f"holds the hidden character U+{ord(match.group()):04X}", text)


@warning("file")
def stray_space(file: FileSubject) -> Iterator[Problem]:
    """White space at the end or beginning of a text, or two spaces within a name.

    Two spellings of one name follow from it, and quotes that don't match.
    """
    for route, text, _ in texts(file.file.data):
        name = bool(route) and route[-1] in {"id", "name", "series", "hf"}
        if text != text.strip() or (name and "  " in text):
            yield Problem(route, "stray white space", text)


PLACEHOLDERS = frozenset({"todo", "tbd", "fixme", "xxx", "n/a", "na", "unknown", "", "-", "null"})


@warning("file")
def placeholder(file: FileSubject) -> Iterator[Problem]:
    """A text that only holds a place: `TODO`, `TBD`, `FIXME`, `XXX`, `N/A`, `unknown`.

    What isn't known is left out: a reader can't tell a placeholder from a fact.
    """
    for route, text, key in texts(file.file.data):
        kept = not route or key or route[-1] in {"text", "quote"} or "aliases" in route
        if not kept and text.strip(" .:!?…").lower() in PLACEHOLDERS:
            yield Problem(route, "a placeholder is no fact", text, "leave the field out")
