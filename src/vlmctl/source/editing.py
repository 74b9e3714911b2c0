"""Textual edits of records' files: a record is put in at its place, every other byte stays as it was.

The place comes from the positions of the parsed document, the form from the neighbours. Each edit is proven by reading
the result again: it must hold the old data with the addition, nothing more and nothing less.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from vlmctl.errors import RefusedError
from vlmctl.source.document import Document, Position, read_document
from vlmctl.source.scalars import block, flow, item, scalar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["append", "new_file", "put"]

_BREAK = re.compile(r"\r\n|\n|\r")
_MARK = b"\xef\xbb\xbf"

Route = tuple[str | int, ...]


def new_file(record: Mapping[str, Any]) -> bytes:
    """A file that holds one record."""
    return ("\n".join(block(record)) + "\n").encode("utf-8")


def append(path: str, content: bytes, route: Route, record: Mapping[str, Any], *, before: Collection[str] = ()) -> bytes:
    """The file with a record after the last one of the list at `route`; where there is no list, one is made.

    `before` names the fields that a new list goes before. Raises `RefusedError` where the file's layout has no place for it.
    """
    document, text = _read(path, content)
    here = _position(document, route)
    if here is None:
        return put(path, content, route[:-1], str(route[-1]), [record], before=before)
    wanted = copy.deepcopy(document.data)
    _value(wanted, route).append(dict(record))
    last = list(here.children.values())[-1] if here.children else None
    if here.flow or last is None:
        return _proven(path, content, _inside(text, here, last, flow(record)), wanted)
    start = _line_start(text, last.start)
    margin, dash, gap = text[start : last.start].partition("-")
    if margin.strip(" ") or not dash or gap.strip(" "):
        raise _no_place(path)
    first, *rest = item(record, one_line=last.flow)
    lines = [margin + dash + gap + first[4:], *(margin + " " * (1 + len(gap)) + line[4:] for line in rest)]
    return _proven(path, content, _after(text, last.end, lines), wanted)


def put(path: str, content: bytes, route: Route, key: str, value: Any, *, before: Collection[str] = ()) -> bytes:
    """The file with a new field in the mapping at `route`: in front of the fields named in `before`, else the last one.

    A record among records takes their form. Raises `RefusedError` where the file's layout has no place for it.
    """
    document, text = _read(path, content)
    here = _position(document, route)
    if here is None or key in here.children:
        raise _no_place(path)
    wanted = copy.deepcopy(document.data)
    _value(wanted, route)[key] = value
    children = list(here.children.items())
    if here.flow or not children:
        last = children[-1][1] if children else None
        return _proven(path, content, _inside(text, here, last, f"{scalar(key, inside=True)}: {flow(value)}"), wanted)
    behind = next((index for index, (name, _) in enumerate(children) if name in before), len(children)) or len(children)
    neighbor = children[behind - 1][1]
    one_line = isinstance(value, dict) and neighbor.flow
    lines = [f"{scalar(key, inside=True)}: {flow(value)}"] if one_line else block({key: value})
    margin = " " * (neighbor.key_column - 1)
    return _proven(path, content, _after(text, neighbor.end, [margin + line for line in lines]), wanted)


def _read(path: str, content: bytes) -> tuple[Document, str]:
    document = read_document(path, content, positions=True)
    if document.findings:
        raise RefusedError(f"the file has errors: {document.findings[0]}", hint=f"vlmctl validate {path}")
    return document, content.decode("utf-8-sig")


def _position(document: Document, route: Sequence[str | int]) -> Position | None:
    here = document.root
    for step in route:
        here = here.children.get(step) if here else None
    return here


def _value(data: Any, route: Sequence[str | int]) -> Any:
    for step in route:
        data = data[step]
    return data


def _inside(text: str, here: Position, last: Position | None, addition: str) -> str:
    """An addition between brackets or braces, behind the last part."""
    if last is None:
        return text[: here.start + 1] + addition + text[here.start + 1 :]
    return f"{text[: last.end]}, {addition}{text[last.end :]}"


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _after(text: str, offset: int, lines: Sequence[str]) -> str:
    """The text with lines after the line in which a value ends, with this file's line breaks."""
    found = _BREAK.search(text)
    line_break = found.group() if found else "\n"
    if text[offset - 1 : offset] in {"\n", "\r"}:  # a literal block ends with its last line's break
        at = offset - (2 if text[offset - 2 : offset] == "\r\n" else 1)
    else:
        found = _BREAK.search(text, offset)
        at = found.start() if found else len(text)
    return text[:at] + "".join(line_break + line for line in lines) + text[at:]


def _proven(path: str, before: bytes, text: str, wanted: Any) -> bytes:
    """The text as bytes, if it reads as the wanted data."""
    content = (_MARK if before.startswith(_MARK) else b"") + text.encode("utf-8")
    read = read_document(path, content)
    if read.findings or json.dumps(read.data, sort_keys=True) != json.dumps(wanted, sort_keys=True):
        raise _no_place(path)
    return content


def _no_place(path: str) -> RefusedError:
    return RefusedError(f"{path} is laid out in a way that can't be added to", hint=f"vlmctl edit {path}")
