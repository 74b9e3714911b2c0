"""Marks beside benchmarks' figures in tables of models, and what says the same to machines.

`?` stands where the source names no split and the usual one is assumed, `*` where the model reasoned at length (the mode
`thinking`). Loaded only for tables with a benchmark's figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.query.listing import TOLD
from vlmctl.results import Cell, Table
from vlmctl.store.catalog import COMPARABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.query.fields import Field
    from vlmctl.store.catalog import Catalog

__all__ = ["LEGEND", "marked", "ranking_with_marks", "with_marks"]

ASSUMED, THINKING = "?", "*"

LEGEND = (
    (ASSUMED, "the source names no split; the benchmark's usual one is assumed"),
    (THINKING, "the model reasoned at length for it (thinking)"),
)


class _Told(NamedTuple):
    """What there is to say about a model's figure."""

    assumed: bool
    mode: str | None


def marked(catalog: Catalog, rows: Sequence[Mapping[str, Any]], shown: Sequence[Field]) -> list[dict[str, Any]]:
    """The rows (models with their `id`) with marks beside the figures of the benchmarks among `shown`, and with `assumed` and `modes`.

    The figures must be those of `filters.benchmark_field`: comparable ones.
    """
    told = {field.name: _told(catalog, field) for field in shown if field.params}
    return [_row(row, {name: found[row["id"]] for name, found in told.items() if row["id"] in found}) for row in rows]


def with_marks(catalog: Catalog, table: Table, shown: Sequence[Field], *, chosen: bool) -> Table:
    """A table of models with marks beside the figures of the benchmarks among `shown`.

    Unless the columns were chosen, those that say the same to machines come last; chosen or not, JSON has their keys.
    """
    columns = table.columns if chosen else [*table.columns, *TOLD.values()]
    return table._replace(columns=columns, rows=marked(catalog, table.rows, shown), legend=[*table.legend, *LEGEND], beside=tuple(TOLD))


def ranking_with_marks(catalog: Catalog, table: Table, columns: Sequence[str], extra: Sequence[Field]) -> Table:
    """A ranking of which only some columns are shown: it still tells what can't be compared, and what is assumed.

    `columns` are those asked for, `extra` the fields among them.
    """
    rows, notes = table.rows, list(table.notes)
    legend = {sign: meaning for sign, meaning in table.legend if sign != "–" or "rank" in columns}
    if any(field.params for field in extra):
        rows, legend = marked(catalog, rows, extra), legend | dict(LEGEND)
        table = table._replace(beside=tuple(TOLD))
    if "value" not in columns:
        return table._replace(rows=rows, legend=[*legend.items()])
    unranked = sum(row["rank"] is None for row in rows)
    if unranked and not {"rank", "comparable", "reason"} & {*columns}:
        rows = [row if row["rank"] is not None else {**row, "value": _unranked(row["value"])} for row in rows]
        legend["≠"] = "can't be compared with the others (the column reason says why)"
        is_ = "figure isn't" if unranked == 1 else "figures aren't"
        notes.append(f"{unranked} {is_} ranked for want of comparability (--strict leaves them out, the column reason says why)")
    beside = ("comparable", "reason", "split_assumed", "mode", *table.beside)
    return table._replace(rows=rows, notes=notes, legend=[*legend.items()], beside=beside)


def _unranked(entry: Cell) -> Cell:
    return Cell(entry.value, mark=f"≠{entry.mark}", strong=entry.strong)


def _told(catalog: Catalog, field: Field) -> dict[str, _Told]:
    """The models about whose figure there is something to say."""
    benchmark, split, metric = field.params
    sql = (
        "SELECT st.model, sc.split IS NULL AND ?, sc.mode FROM standing st CROSS JOIN score sc ON sc.id = st.score WHERE st.benchmark = ? "
        f"AND st.split = ? AND st.metric = ? AND st.class = {COMPARABLE} AND (sc.mode IS NOT NULL OR sc.split IS NULL)"
    )
    rows = catalog.rows(sql, (split not in ("", "?"), benchmark, split, metric))
    return {model: _Told(bool(assumed), mode) for model, assumed, mode in rows if assumed or mode}


def _row(row: Mapping[str, Any], told: dict[str, _Told]) -> dict[str, Any]:
    cells = {name: Cell(row[name], mark=THINKING * bool(each.mode) + ASSUMED * each.assumed) for name, each in told.items() if name in row}
    assumed = [name for name, each in told.items() if each.assumed]
    return {**row, **cells, "assumed": assumed, "modes": {name: each.mode for name, each in told.items() if each.mode}}
