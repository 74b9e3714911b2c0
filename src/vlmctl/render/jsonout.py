"""JSON, indented by two, and JSON Lines; imports only `json`.

Text is UTF-8. Characters that would act on a terminal, and halves of surrogate pairs, are written as JSON's own
escapes, so the data reads back unchanged and the screen stays safe. A table's rows are written one by one.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from vlmctl.render.cells import INVISIBLE, raw
from vlmctl.render.chart import chart_table
from vlmctl.results import Cell, Chart, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vlmctl.results import Result

__all__ = ["json_lines", "json_text"]

_CONSTANTS = {None: "null", True: "true", False: "false"}


class _Encoder:
    """Values as JSON text, with or without indentation."""

    def __init__(self, *, indent: int | None, ascii_only: bool) -> None:
        # `default` meets only what is neither a dict nor a list, so plain rows go through the encoder untouched.
        self._indent = indent
        self._string = json.encoder.encode_basestring_ascii if ascii_only else json.encoder.encode_basestring
        self._encode = json.JSONEncoder(indent=indent, ensure_ascii=ascii_only, allow_nan=False, default=raw).encode
        self._keys: dict[Any, str] = {}  # rows repeat theirs

    def text(self, value: Any) -> str:
        """The value's text. Cells are reduced to their values; NaN and infinity are null."""
        if self._indent and type(value) is dict and value:
            keys, simple = self._keys, self._simple
            return "{\n" + ",\n".join([f"{keys.get(key) or self._key(key)}{simple(each)}" for key, each in value.items()]) + "\n}"
        return self._whole(value)

    def _key(self, key: Any) -> str:
        text = self._keys[key] = f"  {self._simple(key)}: "
        return text

    def _simple(self, value: Any) -> str:
        """What most values of a row are, without the encoder: with indentation it is slow."""
        kind = type(value)
        if kind is str:
            text = self._string(value)
            return text if text.isascii() and "\x7f" not in text else _escaped(text)
        if kind is int or (kind is float and isfinite(value)):
            return repr(value)
        if value is None or kind is bool:
            return _CONSTANTS[value]
        if kind is Cell:
            return self._simple(value.value)
        if kind is list:
            return "[\n    " + ",\n    ".join([self._simple(each).replace("\n", "\n  ") for each in value]) + "\n  ]" if value else "[]"
        return self._whole(value).replace("\n", "\n  ")

    def _whole(self, value: Any) -> str:
        try:
            text = self._encode(value)
        except ValueError:
            text = self._encode(raw(value))
        return _escaped(text)


def _escaped(text: str) -> str:
    """JSON text without a character that would act on a terminal."""
    if text.isprintable():
        return text
    return re.sub(f"[{INVISIBLE}]", lambda match: json.encoder.encode_basestring_ascii(match.group())[1:-1], text)


def _items(result: Result, *, chosen: bool) -> tuple[Any, Iterable[Any] | None]:
    """The result's data whole, or else as the elements of a list."""
    table = chart_table(result) if isinstance(result, Chart) else result
    if isinstance(table, Table) and (table.data is None or chosen):
        return None, _rows(table, chosen=chosen)
    return (None, table.data) if isinstance(table.data, (list, tuple)) else (table.data, None)


def _rows(table: Table, *, chosen: bool) -> Iterator[Mapping[str, Any]]:
    """The rows whole but for what is made for people, or only the columns that were chosen and what marks say beside them."""
    if chosen:
        keys = list(dict.fromkeys([*(column.key for column in table.columns if not column.human), *table.beside]))
        return ({key: row.get(key) for key in keys} for row in table.rows)
    human = {column.key for column in table.columns if column.human}
    if human:
        return ({key: value for key, value in row.items() if key not in human} for row in table.rows)
    return iter(table.rows)


def json_text(result: Result, *, chosen: bool, ascii_only: bool) -> Iterator[str]:
    """One JSON document, in parts."""
    encoder = _Encoder(indent=2, ascii_only=ascii_only)
    whole, items = _items(result, chosen=chosen)
    if items is None:
        yield encoder.text(whole) + "\n"
        return
    before = "[\n  "
    for item in items:
        yield before + encoder.text(item).replace("\n", "\n  ")
        before = ",\n  "
    yield "\n]\n" if before != "[\n  " else "[]\n"


def json_lines(result: Result, *, chosen: bool, ascii_only: bool) -> Iterator[str]:
    """One object a line: a table's rows, the elements of a list, or the one object."""
    encoder = _Encoder(indent=None, ascii_only=ascii_only)
    whole, items = _items(result, chosen=chosen)
    for item in [whole] if items is None else items:
        yield encoder.text(item) + "\n"
