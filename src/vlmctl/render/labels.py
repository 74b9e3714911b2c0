"""Names beside the points of a chart: where each stands so that none covers another. Units are the caller's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Box", "place_labels"]


_LATER, _MISREAD = 0.003, 0.15
"""What a less readable place costs, and one that is as near to another labelled point, in parts of a label covered."""


class Box(NamedTuple):
    """A rectangle; `right` and `bottom` are beyond it, `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0

    def distance(self, other: Box) -> float:
        """How far apart both are; 0 where they touch."""
        across = max(0.0, other.left - self.right, self.left - other.right)
        down = max(0.0, other.top - self.bottom, self.top - other.bottom)
        return math.hypot(across, down)

    def within(self, other: Box) -> bool:
        """Whether it lies in another one."""
        return self.left >= other.left and self.top >= other.top and self.right <= other.right and self.bottom <= other.bottom


def place_labels(
    anchors: Sequence[Box],
    sizes: Sequence[tuple[float, float]],
    obstacles: Sequence[Box],
    area: Box,
    gap: tuple[float, float],
    reach: int = 3,
) -> list[Box | None]:
    """Where the labels of some points stand; None for one that finds no free place within `area`.

    `anchors` are the points' marks, the most important first, `sizes` the labels' widths and heights, `gap` what stays
    free beside and above a mark; beside a label, too. `reach`
    is how many heights away a label may stand. A label never covers a label or a labelled point, and of `obstacles` (the other
    points, a line) as little as can be: at most a third of itself. It rather stands nearest to its own point.
    """
    taken = list(anchors)
    placed: list[Box | None] = []
    for anchor, (width, height) in zip(anchors, sizes, strict=True):
        best: tuple[float, Box] | None = None
        for order, box in enumerate(_places(anchor, width, height, gap, reach)):
            aired = box._replace(left=box.left - gap[0], right=box.right + gap[0])
            if not box.within(area) or any(aired.overlap(other) for other in taken):
                continue
            covered = sum(box.overlap(other) for other in obstacles) / (width * height)
            own = box.distance(anchor)
            misread = any(box.distance(other) <= own for other in anchors if other != anchor)
            cost = covered + order * _LATER + (_MISREAD if misread else 0)
            if covered <= 1 / 3 and (best is None or cost < best[0]):
                best = cost, box
        if best is None:
            placed.append(None)
            continue
        placed.append(best[1])
        taken.append(best[1])
    return placed


def _places(anchor: Box, width: float, height: float, gap: tuple[float, float], reach: int) -> Iterator[Box]:
    """Places around a mark, the most readable first: beside it, then above and below, close before far."""
    middle = (anchor.top + anchor.bottom - height) // 2
    left, right = anchor.left - gap[0] - width, anchor.right + gap[0]
    yield from (Box(x, middle, x + width, middle + height) for x in (left, right))
    for step in range(reach):
        above, below = anchor.top - gap[1] - height - step * height, anchor.bottom + gap[1] + step * height
        center = (anchor.left + anchor.right - width) // 2
        for y in (above, below):
            for x in (anchor.right - width, anchor.left, center, left, right):
                yield Box(x, y, x + width, y + height)
