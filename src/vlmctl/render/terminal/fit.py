"""How wide each column of a table gets, and which are left out where the screen is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlmctl.render.terminal.wrap import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.render.terminal.lanes import Lane

__all__ = ["GAP", "Layout", "fit", "fit_blocks", "squeeze", "wrapped"]

GAP = 2
"""Cells between columns."""
_NARROWEST = 6
"""Cells that text keeps when there is no room even for its words."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns side by side."""

    lanes: Sequence[Lane]
    widths: Sequence[int]
    wrapped: bool = False
    """Long text goes on in the next line; otherwise it is shortened."""

    @property
    def total(self) -> int:
        """Cells of a line."""
        return sum(self.widths) + GAP * (len(self.widths) - 1)


def squeeze(naturals: Sequence[int], floors: Sequence[int], room: int) -> list[int] | None:
    """Widths between the floors and the natural ones that fit into `room` with gaps: the widest give way first.

    `None` if even the floors don't fit.
    """
    room -= GAP * (len(naturals) - 1)
    if sum(floors) > room:
        return None
    low, high = 0, max(naturals, default=0)
    while low < high:
        level = (low + high + 1) // 2
        if sum(_levelled(naturals, floors, level)) <= room:
            low = level
        else:
            high = level - 1
    return _levelled(naturals, floors, low)


def _levelled(naturals: Sequence[int], floors: Sequence[int], level: int) -> list[int]:
    return [max(floor, min(natural, level)) for natural, floor in zip(naturals, floors, strict=True)]


def fit(lanes: Sequence[Lane], room: int) -> tuple[list[Layout], list[Lane]]:
    """The columns that fit, and those left out: first those without any value, then text is shortened, then titles are wrapped.

    After that the least important columns go. Those of importance 0 always stay; if they alone are too wide, their text is
    wrapped.
    """
    kept = list(lanes)
    left_out: list[Lane] = []
    if Layout(kept, [lane.natural for lane in kept]).total > room:
        left_out = [lane for lane in kept if lane.empty]
        kept = [lane for lane in kept if not lane.empty] or [left_out.pop(0)]
    while True:
        widths = _fitting(kept, room)
        if widths:
            return [Layout(kept, widths)], sorted(left_out, key=list(lanes).index)
        last = max(range(len(kept)), key=lambda number: (kept[number].column.importance, number))
        if kept[last].column.importance == 0 or len(kept) == 1:
            return [wrapped(kept, room)], sorted(left_out, key=list(lanes).index)
        left_out.append(kept.pop(last))


def _fitting(lanes: Sequence[Lane], room: int) -> list[int] | None:
    """Widths with which the columns fit, the names among them whole if that may be."""
    naturals = [lane.natural for lane in lanes]
    return (
        squeeze(naturals, [lane.shortened(width_of(lane.title), names=False) for lane in lanes], room)
        or squeeze(naturals, [lane.shortened(width_of(lane.title)) for lane in lanes], room)
        or squeeze([lane.folded for lane in lanes], [lane.shortened(lane.folded_title) for lane in lanes], room)
    )


def wrapped(lanes: Sequence[Lane], room: int) -> Layout:
    """All columns, with their text wrapped. Only where words and numbers don't fit, lines get longer than `room`."""
    least = [lane.least for lane in lanes]
    tightest = [max(1, lane.tightest) for lane in lanes]
    narrowest = [lane.body if lane.right else min(lane.tightest, _NARROWEST) for lane in lanes]
    widths = squeeze([lane.folded for lane in lanes], least, room) or squeeze(least, tightest, room)
    return Layout(lanes, widths or squeeze(least, narrowest, room) or narrowest, wrapped=True)


def fit_blocks(lanes: Sequence[Lane], room: int) -> tuple[list[Layout], list[Lane]]:
    """A matrix as one or more blocks, each with the label columns (importance 0) and as many others as fit.

    Nothing is ever left out; the second list is empty, as `fit` has it.
    """
    whole = Layout(lanes, [lane.natural for lane in lanes])
    if whole.total <= room:
        return [whole], []
    labels = [lane for lane in lanes if lane.column.importance == 0]
    others = [lane for lane in lanes if lane.column.importance != 0]
    for count in range(1, len(others) + 1):
        size = -(-len(others) // count)
        blocks = [_block(labels, others[start : start + size], room) for start in range(0, len(others), size)]
        fitting = [block for block in blocks if block]
        if len(fitting) == len(blocks):
            return fitting, []
    return [wrapped([*labels, lane], room) for lane in others] or [wrapped(labels, room)], []


def _block(labels: Sequence[Lane], others: Sequence[Lane], room: int) -> Layout | None:
    """Labels as they are where there is room for the other columns, else wrapped."""
    lanes = [*labels, *others]
    naturals = [lane.natural for lane in lanes]
    for label_floors in ([lane.natural for lane in labels], [lane.comfortable for lane in labels]):
        widths = squeeze(naturals, [*label_floors, *(lane.comfortable for lane in others)], room)
        if widths:
            return Layout(lanes, widths, wrapped=True)
    return None
