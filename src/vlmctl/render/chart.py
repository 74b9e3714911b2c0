"""Charts in formats that have no pictures: the points as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from vlmctl.results import Chart, Kind

__all__ = ["chart_table"]


def _exact(value: float, kind: Kind) -> float:
    """A coordinate as the value it stands for: parameters and bytes are whole numbers."""
    return int(value) if kind in ("count", "bytes") and value == int(value) else value


def chart_table(chart: Chart) -> Table:
    """A chart's points, a row each: id, name, x, y, group, and whether it is on the Pareto front."""
    front = set(chart.front)
    columns = [
        Column("id", "Id", machine=True),
        Column("name", "Name", importance=0),
        Column("x", chart.x_title, chart.x_kind, importance=0),
        Column("y", chart.y_title, chart.y_kind, importance=0),
        Column("pareto", "On the front", "flag", importance=20),
    ]
    if any(point.group for point in chart.points):
        columns.insert(-1, Column("group", "Group", importance=30, shrinks=True))
    rows = [
        {
            "id": point.id,
            "name": point.label,
            "x": _exact(point.x, chart.x_kind) if point.stated is None else point.stated,
            "y": _exact(point.y, chart.y_kind),
            "group": point.group or None,
            "pareto": point.front or point.id in front,
        }
        for point in chart.points
    ]
    return Table(columns, rows, heading=chart.heading, notes=chart.notes, data=chart.data)
