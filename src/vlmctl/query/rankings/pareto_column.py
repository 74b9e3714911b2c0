"""The column `pareto` of `list`: whether a model is on the front of a benchmark over parameters, among those that match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.filters import of_part, resolve_field
from vlmctl.query.listing import TOLD, list_models
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.front import Span, on_front
from vlmctl.results import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["list_marked"]


def list_marked(
    catalog: Catalog, where: Filter, *, sort: Sequence[str] = (), columns: Sequence[str] = (), limit: int | None = None
) -> Table:
    """`list` with the column `pareto`: whether no matching model is smaller and as good, or better and no larger.

    `pareto:BENCH` says on which benchmark; plain `pareto` means the first benchmark that a column, the order or the
    filter names. None where the parameters or the figure aren't known.
    """
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
