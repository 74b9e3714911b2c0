"""Choosing columns by name, where a table has a fixed set of them (`--columns`, `--sort`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.query.names import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.results import Column

__all__ = ["choose", "known_key", "sorted_by"]


def choose(columns: Sequence[Column], names: Sequence[str]) -> list[Column]:
    """The named columns in the order named; all that are there where none is named. `UsageError` for an unknown one."""
    by_key = {column.key: column for column in columns}
    return [by_key[known_key(name, list(by_key), "column")] for name in names] if names else list(columns)


def known_key(name: str, keys: Sequence[str], what: str) -> str:
    """The key that `name` means, whatever its case; `UsageError` with the nearest ones otherwise."""
    folded = {key.casefold(): key for key in keys}
    found = folded.get(name.strip().casefold().replace("-", "_"))
    if found is None:
        near = nearest(name, keys)
        known = f"{what}s: {', '.join(keys)}"
        raise UsageError(f"unknown {what} {name!r}", hint=f"did you mean {' or '.join(near)}? {known}" if near else known)
    return found


def sorted_by(rows: Sequence[Mapping[str, Any]], key: str, *, descending: bool) -> list[Any]:
    """The rows by one of their entries, texts whatever their case, lists by what they say; absent ones last either way."""

    def value(row: Mapping[str, Any]) -> Any:
        entry = row[key]
        return entry if isinstance(entry, (int, float)) else (", ".join(entry) if isinstance(entry, list) else str(entry)).casefold()

    there = sorted((row for row in rows if row[key] not in (None, [])), key=value, reverse=descending)
    return [*there, *(row for row in rows if row[key] in (None, []))]
