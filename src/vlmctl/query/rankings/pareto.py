"""The best for its size: the models that nothing smaller beats, and by whom the others are beaten (the answer of `pareto`).

`x` is a cost (parameters, memory, the date of release) and less of it is better, unless it is a benchmark; `y` is a
benchmark in its own direction. What beats what: `front`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.columns import beyond, spelled
from vlmctl.query.fields import Field
from vlmctl.query.filters import resolve_field
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings import pareto_layout as layout
from vlmctl.query.rankings.front import Span, on_front
from vlmctl.query.rankings.standings import standings
from vlmctl.results import Table
from vlmctl.store.catalog import COMPARABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.standings import Standing
    from vlmctl.store.catalog import Catalog

__all__ = ["Cost", "Places", "cost_of", "pareto"]


class Cost(NamedTuple):
    """What `--x` names."""

    field: Field
    part: BenchmarkPart | None
    wanted: tuple[Field, ...]
    """The fields that give the span: one, or a date's first and last day."""
    sign: int
    """-1 where more is better."""

    def span(self, standing: Standing) -> Span | None:
        """The model's place; None where the cost isn't known."""
        ends = [standing.model[field.name] for field in self.wanted]
        if any(end is None for end in ends):
            return None
        low, high = (ends[0], ends[-1]) if self.sign > 0 else (-ends[-1], -ends[0])
        return Span(low, high, standing.merit)


def cost_of(catalog: Catalog, name: str) -> Cost:
    """The axis that a name means: a field whose values have an order, or a benchmark. `UsageError` for other fields."""
    field = resolve_field(catalog, name)
    if field.type not in fields.ORDERED:
        raise UsageError(f"{field.name} has no order", hint="--x takes params, memory, released, another number or a benchmark")
    if field.type == "date":
        wanted = tuple(
            Field(f"{field.name} {end}", "", "text", sql or field.sql, "") for end, sql in (("first", field.first), ("last", field.last))
        )
        return Cost(field, None, wanted, 1)
    part = benchmark_part(catalog, name) if fields.find(name.strip()) is None else None
    number = field._replace(name=f"{field.name} x", sql=field.match) if field.type == "number" and field.match else field
    return Cost(field, part, (number,), -1 if part and part.higher_is_better else 1)


class Places(NamedTuple):
    """Who has both the cost and a comparable figure, with their places."""

    front: list[tuple[Standing, Span]]
    """Those that nothing beats, cheapest first."""
    others: list[tuple[Standing, Span]]
    """The beaten, the strongest first."""
    spans: list[Span]
    """All their places."""
    unplaced: int
    """How many have the figure but not the cost."""


def _places(cost: Cost, found: Sequence[Standing]) -> Places:
    """The front of standings that come best first, and the others."""
    placed = [(standing, span) for standing in found if (span := cost.span(standing)) is not None]
    spans = [span for _, span in placed]
    marks = on_front(spans)
    front = [pair for pair, mark in zip(placed, marks, strict=True) if mark]
    front.sort(key=lambda pair: (pair[1].low, pair[1].high, -pair[1].merit))
    return Places(front, [pair for pair, mark in zip(placed, marks, strict=True) if not mark], spans, len(found) - len(placed))


def pareto(
    catalog: Catalog, x: str, y: str, where: Filter, *, columns: Sequence[str] = (), limit: int | None = None, beaten: int | None = None
) -> Table:
    """The front of `y` (a benchmark) over `x`, cheapest first, then the beaten, the strongest first.

    At most `limit` models of the front, and `beaten` of the beaten. `columns` names keys of the rows, or fields and benchmarks.
    """
    cost, part = cost_of(catalog, x), benchmark_part(catalog, y)
    columns = spelled(columns, layout.ROW_KEYS)
    extra = beyond(catalog, columns, layout.ROW_KEYS)
    wanted = tuple(dict.fromkeys([*fields.named(*layout.MODEL_FIELDS), cost.field, *cost.wanted, *extra]))
    places = _places(cost, list(standings(catalog, part, where, wanted, classes=(COMPARABLE,))))
    rows = [layout.row_of(pair, cost, part, places.spans, [], extra) for pair in places.front[:limit]]
    rows += [layout.row_of(pair, cost, part, places.spans, places.front, extra) for pair in places.others[:beaten]]
    return Table(
        layout.columns_of(cost, part, columns, extra),
        rows,
        heading=layout.heading(cost, part, where, places),
        legend=layout.legend(part),
        notes=layout.notes(catalog, where, cost, places, rows, extra, limit=limit),
        aside=layout.aside(catalog, where, part, places, beaten=beaten),
        data=None if columns else [{key: row[key] for key in layout.ROW_KEYS} for row in rows],
        name="front_id",
        group="place",
        empty=f"no model that matches has both {cost.field.title} and a comparable figure for {part.title}",
        beside=("split_assumed", "mode") if "value" in columns else (),
    )
