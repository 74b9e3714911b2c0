"""Values as YAML text, in the catalog's manner, and what a plain text means.

Written plain where every reader takes it for the same text, else quoted: wherever YAML 1.1 or 1.2 would read something
else (`no`, `1e3`, `12:30`, `2024`), and wherever a colon, comma or bracket could end it early. Knows nothing about files
and positions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from vlmctl.errors import RefusedError

__all__ = ["block", "flow", "item", "meaning", "scalar"]

_INT = re.compile(r"[-+]?\d{1,300}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d{1,3})?", re.ASCII)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

_PLAIN = re.compile(r"[^\W_][^\n#:,\[\]{}\"'`%&*!|>?@\\]*")
"""What may stand unquoted anywhere: starts with a letter or digit, holds no sign that means something in YAML."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~/?#@&=+%-]*[A-Za-z0-9/_=-]")
"""An address, which block style leaves unquoted."""

_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"])
_NUMBER = re.compile(
    r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(:[0-5]?[0-9])*|[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*"
    r"|([0-9][0-9_]*)?\.?[0-9_]*(e[-+]?[0-9]*)?|\.(inf|nan)|inf|nan)",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{4}-\d\d?-\d\d?([Tt\s].*)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
"""A whole date stays plain, as everywhere in the catalog: whoever reads it as a date writes it the same."""


def meaning(text: str) -> str | int | float | bool | None:
    """What a plain (unquoted) scalar means, by the YAML 1.2 core schema without its rarer forms."""
    if not text:
        return None
    first = text[0]
    if first.isdigit() or first in "+-.":
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text
    if text in _NULL:
        return None
    return _BOOL.get(text, text)


def scalar(value: str | float | bool, *, inside: bool = False) -> str:
    """A value on one line. `inside` brackets or braces an address is quoted too. `RefusedError` for what UTF-8 can't hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        plain = format(Decimal(repr(value)), "f")  # never an exponent: YAML 1.1 reads `1e+16` as a text
        return plain if isinstance(value, int) or "." in plain else f"{plain}.0"
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise RefusedError("the text is not UTF-8")
    if _is_plain(value) or (not inside and _ADDRESS.fullmatch(value)):
        return value
    if any(not c.isprintable() for c in value) or ("'" in value and '"' not in value and "\\" not in value):
        return '"' + "".join(map(_escaped, value)) + '"'
    return "'" + value.replace("'", "''") + "'"


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip() or not text.isprintable():
        return False
    if _DATE.fullmatch(text):
        return True
    return not (text.lower() in _WORDS or _NUMBER.fullmatch(text) or _TIME.fullmatch(text))


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    named = {0x0A: "\\n", 0x09: "\\t", 0x0D: "\\r"}.get(code)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def flow(value: Any) -> str:
    """A value on one line, collections between braces and brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key, inside=True)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, inside=True)


def block(value: Mapping[str, Any], indent: int = 0) -> list[str]:
    """A mapping as lines, a key each, in the catalog's manner: `flow` for short things, lists of records as items.

    `sources` and `scores` hold one record a line; `models`, `metrics`, `splits` and `training` a block each.
    """
    lines: list[str] = []
    for key, part in value.items():
        lines += [" " * indent + line for line in _entry(key, part)]
    return lines


def _entry(key: str, value: Any) -> list[str]:
    name = scalar(key, inside=True)
    if isinstance(value, Mapping) and value:
        if key == "sources":
            return [f"{name}:", *(f"  {scalar(inner, inside=True)}: {flow(part)}" for inner, part in value.items())]
        return [f"{name}:", *block(value, 2)]
    if isinstance(value, Sequence) and not isinstance(value, str) and value and all(isinstance(part, Mapping) and part for part in value):
        return [f"{name}:", *(line for part in value for line in item(part, one_line=key == "scores"))]
    return [f"{name}: {flow(value) if isinstance(value, (Mapping, list, tuple)) else scalar(value)}"]


def item(value: Mapping[str, Any], *, one_line: bool) -> list[str]:
    """A record as the item of a list, indented by two."""
    if one_line:
        return [f"  - {flow(value)}"]
    first, *rest = block(value)
    return [f"  - {first}", *(f"    {line}" for line in rest)]
