"""Which points a scatter plot has: the answer of `plot`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.filters import Filter, missing, of_part, remarks, resolve_field
from vlmctl.query.listing import rows_of
from vlmctl.query.parts import part_of
from vlmctl.results import Chart, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.rankings.front import Span
    from vlmctl.results import Kind
    from vlmctl.store.catalog import Catalog

__all__ = ["GROUPS", "scatter"]

GROUPS = {
    "family": "m.family_name", "series": "m.series",
    "organizations": "(SELECT group_concat(value, ', ') FROM json_each(m.organizations_json))",
    "language_model": "m.language_model_name", "vision_encoders": "m.vision_encoder_names", "connector": "m.connector",
    "license": "m.license", "commercial": "m.commercial", "released": "substr(m.released, 1, 4)", "tuning": "m.tuning",
    "moe": "CASE m.moe WHEN 1 THEN 'mixture of experts' WHEN 0 THEN 'dense' END",
    "open": "CASE m.open WHEN 1 THEN 'open weights' WHEN 0 THEN 'closed' END",
}  # fmt: skip
"""What points can be told apart by, and the name of a model's group as SQL."""

NOT_STATED = "not stated"
"""The group of models that lack the fact."""
MOST_NAMES = 40
"""Points that bear their name."""
SKEWED = 0.2
"""Where the middle point lies left of this part of the axis, a logarithmic one is worth a word."""


class Axis(NamedTuple):
    """What an axis shows."""

    field: Field
    """Its SQL gives a number, or for dates the first day."""
    title: str
    unit: str
    kind: Kind
    rising: bool
    """Whether more is better: only benchmarks say so. Of parameters and memory less is better, of dates the earlier (as in `pareto`)."""
    log: bool


def scatter(
    catalog: Catalog, where: Filter, *, x: str, y: str, color: str | None = None, log: Sequence[str] = (), line: bool = False
) -> Chart:
    """The models that match and have both figures, as points; `x` and `y` are fields with numbers, or benchmarks.

    `color` is a field that sorts them into groups; `log` names the logarithmic axes (`x`, `y`); `line` draws the
    Pareto front. Benchmarks count with their comparable figures, as in filters.
    """
    across, up = _axis(catalog, x, log="x" in log), _axis(catalog, y, log="y" in log)
    group, group_title = _group(color)
    rows = rows_of(catalog, _fields(across, up, group), where)
    both = [row for row in rows if _number(row["x"]) is not None and _number(row["y"]) is not None]
    drawn = [row for row in both if _drawable(row, across, up)]
    points, front = _marked(drawn, across, up)
    notes = [*missing(catalog, where), *_lacking(rows, across, up), *_not_drawn(len(both) - len(drawn))]
    notes = list(dict.fromkeys([*notes, *remarks(catalog, (across.field, up.field))]))
    if "params" in (across.field.name, up.field.name):
        notes += of_part(catalog, where, [point.id for point in points])
    notes += _skewed([point.x for point in points], across)
    asked = " · ".join(filter(None, (f"{up.title} by {_in_a_sentence(across)}", where.text)))
    return Chart(
        points, across.title, up.title, across.kind, up.kind, log_x=across.log, log_y=up.log,
        heading=f"{asked}\t{len(points)} of {len(rows)} models have both", notes=notes, front=front, x_unit=across.unit, y_unit=up.unit,
        labels=_important(points, front, up), line=line, smaller_x=not across.rising, group_title=group_title,
    )  # fmt: skip


def _axis(catalog: Catalog, name: str, *, log: bool) -> Axis:
    field = resolve_field(catalog, name)
    if field.type not in fields.ORDERED:
        known = ", ".join(each.name for each in fields.FIELDS if each.type in fields.ORDERED)
        raise UsageError(f"{field.name} is no number that an axis could show", hint=f"axes: {known}, or any benchmark")
    sql = field.first if field.type == "date" else field.match if field.type == "number" and field.match else field.sql
    plain = field._replace(sql=sql or field.sql)
    if field.params:
        part = part_of(catalog, *map(str, field.params))
        unit = ", ".join(filter(None, (part.split if part.primary else "", part.measure)))
        return Axis(plain, field.title, unit, "number", part.higher_is_better, log)
    if log and field.type == "date":
        raise UsageError("an axis of dates can't be logarithmic")
    title = "Parameters" if field.name == "params" else "Active parameters" if field.name == "active_params" else field.title
    return Axis(plain, title, _unit(catalog, field), field.kind, rising=False, log=log)


def _unit(catalog: Catalog, field: Field) -> str:
    """What the axis of a field says beside its title: for an estimate, what it was made for."""
    if field.type == "bytes":
        from vlmctl.query.memory.settings import settings_of

        return settings_of(catalog).text
    return "pixels" if field.name == "image_size" else ""


def _in_a_sentence(axis: Axis) -> str:
    if axis.kind == "date":
        return "date of release"
    return axis.title if axis.field.params else axis.title[:1].lower() + axis.title[1:]


def _group(color: str | None) -> tuple[Field | None, str]:
    if color is None:
        return None, ""
    field = fields.find(color)
    if field is None or field.name not in GROUPS:
        from vlmctl.query.names import nearest

        near = nearest(color[:60], GROUPS)
        known = f"groups: {', '.join(GROUPS)}"
        raise UsageError(f"points can't be grouped by {color[:60]!r}", hint=f"did you mean {' or '.join(near)}? {known}" if near else known)
    return field._replace(name="group", type="text", sql=GROUPS[field.name], is_json=False), field.title


def _fields(across: Axis, up: Axis, group: Field | None) -> list[Field]:
    id_, name, released = fields.named("id", "name", "released")
    last = across.field._replace(name="x_last", sql=across.field.last or across.field.sql)
    wanted = [id_, name, released._replace(name="stated"), across.field._replace(name="x"), last]
    return [*wanted, up.field._replace(name="y"), *([group] if group else [])]


def _number(value: Any) -> float | None:
    """A coordinate: a number, or a date's day counted from the year 1."""
    if isinstance(value, str):
        from datetime import date

        return float(date.fromisoformat(value).toordinal())
    return value if isinstance(value, (int, float)) and math.isfinite(value) else None


def _drawable(row: dict[str, Any], across: Axis, up: Axis) -> bool:
    return not (across.log and row["x"] <= 0) and not (up.log and row["y"] <= 0)


def _point(row: dict[str, Any]) -> Point:
    x, y = _number(row["x"]), _number(row["y"])
    assert x is not None and y is not None
    stated = row["stated"] if isinstance(row["x"], str) else None
    return Point(row["id"], row["name"], x, y, (row["group"] or NOT_STATED) if "group" in row else "", stated=stated)


def _marked(rows: Sequence[dict[str, Any]], across: Axis, up: Axis) -> tuple[list[Point], list[str]]:
    """The points from left to right, with those of the Pareto front marked, and the front's ids."""
    from vlmctl.query.rankings.front import on_front

    points = [_point(row) for row in rows]
    marks = on_front([_span(point, row, across, up) for point, row in zip(points, rows, strict=True)])
    placed = [point._replace(front=mark) for point, mark in zip(points, marks, strict=True)]
    placed.sort(key=lambda point: (point.x, point.y))
    return placed, [point.id for point in placed if point.front]


def _span(point: Point, row: dict[str, Any], across: Axis, up: Axis) -> Span:
    """A model's place as `pareto` has it; a month or year covers its days."""
    from vlmctl.query.rankings.front import Span

    last = _number(row["x_last"])
    assert last is not None
    low, high = (-last, -point.x) if across.rising else (point.x, last)
    return Span(low, high, point.y if up.rising else -point.y)


def _important(points: Sequence[Point], front: Sequence[str], up: Axis) -> list[str]:
    """Ids of the best point, the front's ends, then the rest of the front from the best down."""
    if not points:
        return []
    sign = 1 if up.rising else -1
    best = max(points, key=lambda point: sign * point.y).id
    rest = sorted((point for point in points if point.front), key=lambda point: -sign * point.y)
    return list(dict.fromkeys([best, *front[:1], *front[-1:], *(point.id for point in rest)]))[:MOST_NAMES]


def _lacking(rows: Sequence[dict[str, Any]], across: Axis, up: Axis) -> list[str]:
    """A note on the models that have the figure of y and lack that of x: they are what a reader would look for."""
    count = sum(_number(row["x"]) is None and _number(row["y"]) is not None for row in rows)
    if not count or not across.field.lacking:
        return []
    verb = {True: "has", False: "have"} if across.field.params else {True: "states", False: "state"}
    models = "model has" if count == 1 else "models have"
    return [f"{count} {models} {up.title} but {verb[count == 1]} {across.field.lacking}, and can't be drawn"]


def _not_drawn(count: int) -> list[str]:
    return [f"{count} {'point' if count == 1 else 'points'} at zero or below can't stand on a logarithmic axis"] if count else []


def _skewed(values: Sequence[float], across: Axis) -> list[str]:
    if across.log or across.kind == "date" or len(values) < 5 or values[0] <= 0:
        return []
    middle = (values[len(values) // 2] - values[0]) / ((values[-1] - values[0]) or 1)
    return ["most points crowd on the left (--log x spreads them)"] if middle < SKEWED else []
