"""Choosing columns by name, where a table has a fixed set of them (`--columns`, `--sort`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.errors import QueryError, UsageError
from vlmctl.query.names import either, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.query.fields import Field
    from vlmctl.results import Column
    from vlmctl.store.catalog import Catalog

__all__ = ["beyond", "choose", "known_key", "sorted_by", "spelled"]


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
        raise UsageError(f"unknown {what} {name!r}", hint=f"did you mean {either(near)}? {known}" if near else known)
    return found


def sorted_by(rows: Sequence[Mapping[str, Any]], key: str, *, descending: bool) -> list[Any]:
    """The rows by one of their entries, texts whatever their case, lists by what they say; absent ones last either way."""

    def value(row: Mapping[str, Any]) -> Any:
        entry = row[key]
        return entry if isinstance(entry, (int, float)) else (", ".join(entry) if isinstance(entry, list) else str(entry)).casefold()

    there = sorted((row for row in rows if row[key] not in (None, [])), key=value, reverse=descending)
    return [*there, *(row for row in rows if row[key] in (None, []))]


def spelled(names: Sequence[str], keys: Sequence[str]) -> list[str]:
    """The names as typed, but those of a table's own keys as the keys are spelled, whatever their case."""
    folded = {key.casefold(): key for key in keys}
    return [folded.get(name.strip().casefold().replace("-", "_"), name) for name in names]


def beyond(catalog: Catalog, names: Sequence[str], keys: Sequence[str], *, scores: bool = False) -> list[Field]:
    """The fields and benchmarks that names mean which are none of a table's own keys; an error names those keys, too."""
    from vlmctl.query.filters import resolve_field

    found = []
    for name in names:
        if name in keys:
            continue
        try:
            found.append(resolve_field(catalog, name, scores=scores))
        except QueryError as error:
            near = nearest(name, keys)
            own = f"columns of this table: {', '.join(keys)}"
            hint = f"did you mean {either(near)}? {own}, and fields" if near else f"{own}; {error.hint}"
            raise type(error)(error.message, text=error.text, start=error.start, end=error.end, hint=hint) from error
    return found
