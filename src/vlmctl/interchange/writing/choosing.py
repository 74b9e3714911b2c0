"""Which figures a table with one cell per model and benchmark can show: the plain, current ones, one for each key.

A cell says neither protocol nor variant nor mode: a figure that needs one of them to be understood is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.choices import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vlmctl.interchange.writing import Left

__all__ = ["Key", "chosen", "number"]


class Key(NamedTuple):
    """What a cell is about; `split` is None where it isn't known or there is none."""

    benchmark: str
    split: str | None
    metric: str


def chosen(rows: Iterable[dict[str, Any]], left: Left) -> dict[Key, dict[str, Any]]:
    """A model's plain figures; of several under one key the one that is ranked, else the one with the best evidence."""
    found: dict[Key, dict[str, Any]] = {}
    for row in rows:
        reason = _special(row)
        if reason is not None:
            left[reason] += 1
            continue
        key = Key(row["benchmark"], row["counted_split"], row["metric"])
        other = found.get(key)
        if other is not None:
            left["another source's figure of the same model and benchmark goes before"] += 1
        if other is None or _preference(row) < _preference(other):
            found[key] = row
    return found


def _special(row: dict[str, Any]) -> str | None:
    """Why a figure can't stand in a cell that only says model and benchmark."""
    if row["status"] != "current":
        return "superseded by a newer figure"
    if row["protocol"] != "generalist":
        return f"{row['protocol']}, which the table can't say"
    if row["variant"]:
        return "with a variant, which the table can't say"
    return "reached in thinking mode, which the table can't say" if row["mode"] else None


def _preference(row: dict[str, Any]) -> tuple[bool, int]:
    return not row["comparable"], EVIDENCE.index(row["evidence"])


def number(value: float) -> str:
    """A figure as it was published, without an exponent."""
    from decimal import Decimal

    return format(Decimal(repr(value)), "f")
