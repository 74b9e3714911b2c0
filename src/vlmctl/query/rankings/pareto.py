"""The best for its size: the models that nothing smaller beats, and by whom the others are beaten (the answer of `pareto`).

One model beats another if it costs no more and is no worse, and is cheaper or better: `x` is a cost (parameters, memory,
the date of release) and less of it is better, unless it is a benchmark; `y` is a benchmark in its own direction. Values
are compared as they are stored, never rounded. Models that are equal in both stay together on the front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.columns import beyond, spelled
from vlmctl.query.fields import Field
from vlmctl.query.filters import missing, of_part, remarks, resolve_field
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.standings import coverage, standings
from vlmctl.results import Cell, Column, Table
from vlmctl.store.catalog import COMPARABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.standings import Standing
    from vlmctl.store.catalog import Catalog

__all__ = ["Span", "beats", "list_marked", "on_front", "pareto"]


class Span(NamedTuple):
    """A model's place: its cost, which may be known only as a span (a month), and its merit (more is better)."""

    low: Any
    high: Any
    merit: float


def beats(one: Span, other: Span) -> bool:
    """Whether `one` surely costs no more and is no worse than `other`, and is surely cheaper or better.

    Spans that overlap tell nothing about which is cheaper; equal spans count as the same cost.
    """
    same = (one.low, one.high) == (other.low, other.high)
    if not (same or one.high <= other.low) or one.merit < other.merit:
        return False
    return one.merit > other.merit or (not same and one.high < other.low)


def on_front(spans: Sequence[Span]) -> list[bool]:
    """Whether nothing beats each; in n log n steps.

    Going up by `low`, `ended` walks by `high`: what is there ended no later than the current span begins.
    """
    by_low = sorted(range(len(spans)), key=lambda i: spans[i].low)
    by_high = sorted(range(len(spans)), key=lambda i: spans[i].high)
    best_of: dict[tuple[Any, Any], float] = {}
    for span in spans:
        key = (span.low, span.high)
        best_of[key] = max(best_of.get(key, span.merit), span.merit)
    marks = [False] * len(spans)
    until = before = float("-inf")  # best merit of what ended no later than, and before, the current `low`
    reached = passed = 0
    for i in by_low:
        low, high, merit = spans[i]
        while reached < len(spans) and spans[by_high[reached]].high <= low:
            until = max(until, spans[by_high[reached]].merit)
            reached += 1
        while passed < len(spans) and spans[by_high[passed]].high < low:
            before = max(before, spans[by_high[passed]].merit)
            passed += 1
        marks[i] = max(until, best_of[low, high]) <= merit and before < merit
    return marks


class _Cost(NamedTuple):
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


def cost_of(catalog: Catalog, name: str) -> _Cost:
    """The axis that a name means: a field whose values have an order, or a benchmark. `UsageError` for other fields."""
    field = resolve_field(catalog, name)
    if field.type not in fields.ORDERED:
        raise UsageError(f"{field.name} has no order", hint="--x takes params, memory, released, another number or a benchmark")
    if field.type == "date":
        wanted = tuple(
            Field(f"{field.name} {end}", "", "text", sql or field.sql, "") for end, sql in (("first", field.first), ("last", field.last))
        )
        return _Cost(field, None, wanted, 1)
    part = benchmark_part(catalog, name) if fields.find(name.strip()) is None else None
    number = field._replace(name=f"{field.name} x", sql=field.match) if field.type == "number" and field.match else field
    return _Cost(field, part, (number,), -1 if part and part.higher_is_better else 1)


def pareto(
    catalog: Catalog, x: str, y: str, where: Filter, *, columns: Sequence[str] = (), limit: int | None = None, beaten: int | None = None
) -> Table:
    """The front of `y` (a benchmark) over `x`, cheapest first, then the beaten, the strongest first.

    At most `limit` models of the front, and `beaten` of the beaten. `columns` names keys of the rows, or fields and benchmarks.
    """
    cost, part = cost_of(catalog, x), benchmark_part(catalog, y)
    columns = spelled(columns, ROW_KEYS)
    extra = beyond(catalog, columns, ROW_KEYS)
    wanted = tuple(dict.fromkeys([*fields.named(*MODEL_FIELDS), cost.field, *cost.wanted, *extra]))
    found = list(standings(catalog, part, where, wanted, classes=(COMPARABLE,)))
    placed = [(standing, span) for standing in found if (span := cost.span(standing)) is not None]
    marks = on_front([span for _, span in placed])
    front = sorted(
        (pair for pair, mark in zip(placed, marks, strict=True) if mark), key=lambda pair: (pair[1].low, pair[1].high, -pair[1].merit)
    )
    others = [pair for pair, mark in zip(placed, marks, strict=True) if not mark]
    spans = [span for _, span in placed]
    rows = [_row(pair, cost, part, spans, [], extra) for pair in front[:limit]]
    rows += [_row(pair, cost, part, spans, front, extra) for pair in others[:beaten]]
    notes = list(dict.fromkeys([*missing(catalog, where), *remarks(catalog, [cost.field, *extra])]))
    if cost.field.name == "params":
        notes += of_part(catalog, where, [row["id"] for row in rows])
    if unknown := len(found) - len(placed):
        lacking = cost.field.lacking or f"no {cost.field.title}"
        notes.append(f"{unknown} more {'has a figure but' if unknown == 1 else 'have a figure but'} {lacking}")
    if (more := len(front[limit:])) and limit is not None:
        notes.append(f"nothing beats {more} more (--limit 0 shows all)")
    aside = []
    if (more := len(others[beaten:])) and beaten is not None:
        aside.append(f"{more} more {'is' if more == 1 else 'are'} beaten (--limit 0 shows all)")
    if unranked := coverage(catalog, part, where)[1]:
        has = "has" if unranked == 1 else "have"
        aside.append(f"{unranked} more {has} only figures that can't be compared (vlmctl top --bench {part.title})")
    return Table(
        _chosen(_columns(cost, part), columns, extra),
        rows,
        heading=_heading(cost, part, where, len(front), len(placed)),
        legend=[
            ("*", "the model reasoned at length for it (thinking)"),
            ("?", f"the source names no split; taken for {part.split}"),
            ("+", "and so many more of the front"),
        ],
        notes=notes,
        aside=aside,
        data=None if columns else [{key: row[key] for key in ROW_KEYS} for row in rows],
        name="front_id",
        group="place",
        empty=f"no model that matches has both {cost.field.title} and a comparable figure for {part.title}",
        beside=("split_assumed", "mode") if "value" in columns else (),
    )  # fmt: skip


MODEL_FIELDS = ("id", "name", "family", "params", "language_model_name")

ROW_KEYS = (
    "id", "name", "family", "params", "x_field", "x", "benchmark", "split", "metric", "value", "pareto", "beats", "beaten_by",
    "split_assumed", "mode",
)  # fmt: skip
"""What `pareto --json` prints of a row (v1: keys are only ever added)."""


def _row(
    pair: tuple[Standing, Span],
    cost: _Cost,
    part: BenchmarkPart,
    spans: Sequence[Span],
    front: Sequence[tuple[Standing, Span]],
    extra: Sequence[Field],
) -> dict[str, Any]:
    """A model of the front, or a beaten one with those of the front that beat it, the smallest first."""
    standing, span = pair
    model = standing.model
    over = [each.model for each, other in front if beats(other, span)]
    rival = Cell(over[0]["name"], mark=f"+{len(over) - 1}" if len(over) > 1 else "") if over else ""
    assumed = part.assumed(standing.score["split"])
    return {
        **{key: model[key] for key in (*MODEL_FIELDS, *(field.name for field in extra))},
        "x_field": cost.field.name, "x": model[cost.field.name],
        "benchmark": part.benchmark, "split": part.split or None, "metric": part.metric,
        "value": Cell(standing.score["value"], mark=("*" if standing.score["mode"] else "") + ("?" if assumed else ""), strong=not front),
        "pareto": not front, "beats": sum(beats(span, other) for other in spans), "beaten_by": [each["id"] for each in over],
        "place": "Beaten" if front else "On the front", "rival": rival,
        "front_id": None if front else model["id"], "split_assumed": assumed, "mode": standing.score["mode"],
    }  # fmt: skip


def _columns(cost: _Cost, part: BenchmarkPart) -> list[Column]:
    title = cost.part.title if cost.part else cost.field.title
    return [
        Column("id", "Id", machine=True, importance=5), Column("name", "Model", importance=0),
        Column("family", "Family", machine=True, importance=55),
        Column("params", "Params", "count", importance=10, machine=cost.field.name == "params"),
        Column("x_field", "X", machine=True, importance=80), Column("x", title, cost.field.kind, importance=0),
        Column("benchmark", "Benchmark", machine=True, importance=81), Column("split", "Split", machine=True, importance=82),
        Column("metric", "Metric", machine=True, importance=83), Column("value", part.title, part.kind, importance=0),
        Column("pareto", "Pareto", "flag", machine=True, importance=60), Column("beats", "Beats", "number", importance=20),
        Column("beaten_by", "Beaten by", "list", machine=True, importance=61),
        Column("rival", "Beaten by", human=True, shrinks=True, importance=3),
        Column("place", "", human=True, importance=1),
        Column("split_assumed", "Split assumed", "flag", machine=True, importance=84), Column("mode", "Mode", machine=True, importance=85),
    ]  # fmt: skip


def _chosen(columns: Sequence[Column], names: Sequence[str], extra: Sequence[Field]) -> list[Column]:
    """The columns that `--columns` names, of the table's own or of the fields; all where none is named."""
    if not names:
        return list(columns)
    own = {column.key: column for column in columns if not column.human}
    others = iter(extra)
    return list(dict.fromkeys(own[name] if name in ROW_KEYS else fields.column_of(next(others)) for name in names))


def _heading(cost: _Cost, part: BenchmarkPart, where: Filter, front: int, placed: int) -> str:
    if cost.part:
        aim = f"{cost.part.title}: {'higher' if cost.part.higher_is_better else 'lower'} is better"
    else:
        aim = f"{cost.field.title}: {'earlier' if cost.field.type == 'date' else 'less'} is better"
    better = "higher is better" if part.higher_is_better else "lower is better"
    left = " · ".join(filter(None, (f"{part.title}: {better}", aim, where.text)))
    return f"{left}\tnothing beats {front} of {placed} models"


def list_marked(
    catalog: Catalog, where: Filter, *, sort: Sequence[str] = (), columns: Sequence[str] = (), limit: int | None = None
) -> Table:
    """`list` with the column `pareto`: whether no matching model is smaller and as good, or better and no larger.

    `pareto:BENCH` says on which benchmark; plain `pareto` means the first benchmark that a column, the order or the
    filter names. None where the parameters or the figure aren't known.
    """
    from vlmctl.query.listing import TOLD, list_models

    named = {column: _benchmark_of(catalog, column, (*columns, *sort), where) for column in columns if fields.is_pareto(column)}
    plain = [column for column in columns if not fields.is_pareto(column)]
    table = list_models(catalog, where, sort=sort, columns=[*plain, "params", *(part.title for part in named.values())])
    rows = [dict(row) for row in table.rows]
    shown = []
    for column in columns:
        part = named.get(column)
        if part is None:
            shown.append(TOLD.get(column) or fields.column_of(resolve_field(catalog, column)))
            continue
        shown.append(Column(column.strip(), f"Pareto {part.title}", "flag", importance=9))
        _mark(rows, column.strip(), part)
    notes = list(table.notes)
    if limit is not None and len(rows) > limit:
        notes.append(f"{len(rows) - limit} more models match (--limit 0 shows all)")
        rows = rows[:limit]
    notes += of_part(catalog, where, [row["id"] for row in rows])
    return table._replace(columns=list(dict.fromkeys(shown)), rows=rows, notes=notes)


def _mark(rows: list[dict[str, Any]], key: str, part: BenchmarkPart) -> None:
    sign = 1 if part.higher_is_better else -1
    figures = [row[part.title].value if isinstance(row[part.title], Cell) else row[part.title] for row in rows]
    able = [(row, figure) for row, figure in zip(rows, figures, strict=True) if row["params"] is not None and figure is not None]
    marks = on_front([Span(row["params"], row["params"], sign * figure) for row, figure in able])
    for (row, _), mark in zip(able, marks, strict=True):
        row[key] = mark


def _benchmark_of(catalog: Catalog, column: str, names: Sequence[str], where: Filter) -> BenchmarkPart:
    _, colon, bench = column.partition(":")
    if colon:
        return benchmark_part(catalog, bench)
    for name in (part.strip().removeprefix("-") for text in names if not fields.is_pareto(text) for part in text.split(",")):
        if resolve_field(catalog, name) and fields.find(name) is None:
            return benchmark_part(catalog, name)
    for field in where.fields:
        if fields.find(field.name, scores=True) is None:
            return benchmark_part(catalog, field.name)
    raise UsageError("the column pareto needs a benchmark", hint="name it, as in --columns name,params,TextVQA,pareto or pareto:TextVQA")
