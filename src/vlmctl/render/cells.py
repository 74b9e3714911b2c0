"""Values as text: for people (`1.7B`, `yes`) and for machines (`1700000000`, `true`). Imports no renderer.

`human` and `machine` give the text as it is; whoever writes it escapes it for where it goes (`visible` for a
terminal).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vlmctl.results import Cell

if TYPE_CHECKING:
    from vlmctl.results import Kind

__all__ = ["INVISIBLE", "MISSING", "human", "is_missing", "is_number", "machine", "raw", "safe_link", "value_of", "visible"]

MISSING = "–"
"""What people see where there is no value."""

INVISIBLE = (
    "\x7f-\x9f"  # control characters: delete, C1
    "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # invisible, or turns the reading direction
    "\u2028\u2029\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f"  # line separators, half characters, tags
)
"""What acts on a terminal or hides in it, beside C0 (tab and newline among it): the inside of a regular expression's `[…]`."""

_HIDDEN = f"[\x00-\x1f{INVISIBLE}]"


def value_of(entry: Any) -> Any:
    """The value of a row's entry, which may be a `Cell` or the value itself."""
    return entry.value if isinstance(entry, Cell) else entry


def is_number(value: Any) -> bool:
    """Whether a value is a number; a flag is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def is_missing(value: Any) -> bool:
    """Whether there is nothing to show: no value, an empty list, not a number."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return value is None or ((_is_list(value) or isinstance(value, Mapping)) and not value)


def raw(value: Any) -> Any:
    """A value reduced to what JSON has: cells to their values, any mapping to a dict, NaN and infinity to null."""
    value = value_of(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): raw(entry) for key, entry in value.items()}
    return [raw(entry) for entry in value] if _is_list(value) else value


def machine(value: Any) -> str:
    """A value as a delimited format has it: whole, without units; absent is empty.

    The elements of a list are joined by `, `, those that hold a comma in quotes; a mapping, or a list that holds one, is
    compact JSON. Empty ones are empty.
    """
    value = value_of(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_missing(value):
        return ""
    if _is_list(value):
        elements = [value_of(element) for element in value]
        if not any(isinstance(element, Mapping) or _is_list(element) for element in elements):
            return ", ".join(_quoted(machine(element)) for element in elements)
    if isinstance(value, Mapping) or _is_list(value):
        import json

        return json.dumps(raw(value), ensure_ascii=False, separators=(",", ":"))
    return repr(value)


def _quoted(text: str) -> str:
    """An element of a list; in quotes where it holds the comma that would part it in two."""
    return f'"{text}"' if ", " in text else text


def _number(value: float) -> str:
    """A number as published: the shortest text that reads back as it, without an exponent where that stays short."""
    text = repr(value)
    if "e" not in text:
        return text
    from decimal import Decimal

    plain = format(Decimal(text), "f")
    return plain if len(plain) <= len("0.000000000001") else text


def _quantity(value: float, kind: Kind) -> str:
    """A flag, or a number in the unit of its kind."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    from vlmctl import quantities

    if kind == "bytes":
        return quantities.format_size(value)
    return quantities.format_count(int(value)) if kind == "count" and value >= 0 and value == int(value) else _number(value)


def human(value: Any, kind: Kind = "text", missing: str = MISSING) -> str:
    """A value as people read it. A cell's own kind goes before `kind`; the text still has to be escaped."""
    if isinstance(value, Cell):
        kind, value = value.kind or kind, value.value
    if isinstance(value, str):
        return value
    if is_missing(value):
        return missing
    if isinstance(value, (int, float)):
        return _quantity(value, kind)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {human(entry, kind, missing)}" for key, entry in value.items())
    return ", ".join(human(element, kind, missing) for element in value)


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def visible(text: str) -> str:
    r"""A text with escapes in place of what would act on a terminal or hide in it: `\x1b`, `\u202e`, `\n`."""
    return text if text.isprintable() else re.sub(_HIDDEN, _escape, text)


def safe_link(address: Any) -> str | None:
    """The address if it is a plain http(s) one, else `None`."""
    return address if isinstance(address, str) and re.fullmatch(r"https?://[!-~]+", address, re.ASCII | re.IGNORECASE) else None
