"""Which groups of a chart's points get a mark of their own: those with most of the front, then with most points."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vlmctl.results import Chart

__all__ = ["Group", "groups_of"]


class Group(NamedTuple):
    """Points that look alike."""

    name: str
    points: int
    names: int = 1
    """How many of the chart's groups it stands for: more than one for the rest."""


def groups_of(chart: Chart, most: int) -> tuple[list[Group], dict[str, int]]:
    """At most `most` groups, and the place of each of the chart's group names among them; the rest is the last one.

    One group without a name where the chart has none.
    """
    counts = Counter(point.group for point in chart.points)
    ids = set(chart.front)
    front = Counter(point.group for point in chart.points if point.front or point.id in ids)
    names = sorted(counts, key=lambda name: (-front[name], -counts[name], name))
    if len(names) <= most:
        return [Group(name, counts[name]) for name in names], {name: place for place, name in enumerate(names)}
    own, rest = names[: most - 1], names[most - 1 :]
    groups = [Group(name, counts[name]) for name in own]
    groups.append(Group(f"{len(rest)} others", sum(counts[name] for name in rest), len(rest)))
    return groups, {name: min(place, most - 1) for place, name in enumerate(names)}
