"""How the front and those it beats are laid out: rows, columns, heading, legend, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.query import fields
from vlmctl.query.filters import missing, of_part, remarks
from vlmctl.query.rankings.front import beats
from vlmctl.query.rankings.standings import coverage
from vlmctl.results import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.front import Span
    from vlmctl.query.rankings.pareto import Cost, Places
    from vlmctl.query.rankings.standings import Standing
    from vlmctl.store.catalog import Catalog

__all__ = ["MODEL_FIELDS", "ROW_KEYS", "aside", "columns_of", "heading", "legend", "notes", "row_of"]

MODEL_FIELDS = ("id", "name", "family", "params", "language_model_name")

ROW_KEYS = (
    "id", "name", "family", "params", "x_field", "x", "benchmark", "split", "metric", "value", "pareto", "beats", "beaten_by",
    "split_assumed", "mode",
)  # fmt: skip
"""What `pareto --json` prints of a row (v1: keys are only ever added)."""


def row_of(
    pair: tuple[Standing, Span],
    cost: Cost,
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


def columns_of(cost: Cost, part: BenchmarkPart, names: Sequence[str], extra: Sequence[Field]) -> list[Column]:
    """The columns that `--columns` names, of the table's own or of the fields; all where none is named."""
    title = cost.part.title if cost.part else cost.field.title
    columns = [
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
    if not names:
        return columns
    own = {column.key: column for column in columns if not column.human}
    others = iter(extra)
    return list(dict.fromkeys(own[name] if name in ROW_KEYS else fields.column_of(next(others)) for name in names))


def heading(cost: Cost, part: BenchmarkPart, where: Filter, places: Places) -> str:
    """What was asked, and how many models nothing beats."""
    if cost.part:
        aim = f"{cost.part.title}: {'higher' if cost.part.higher_is_better else 'lower'} is better"
    else:
        aim = f"{cost.field.title}: {'earlier' if cost.field.type == 'date' else 'less'} is better"
    better = "higher is better" if part.higher_is_better else "lower is better"
    left = " · ".join(filter(None, (f"{part.title}: {better}", aim, where.text)))
    return f"{left}\tnothing beats {len(places.front)} of {len(places.spans)} models"


def legend(part: BenchmarkPart) -> list[tuple[str, str]]:
    """All marks; only those that occur are shown."""
    return [
        ("*", "the model reasoned at length for it (thinking)"),
        ("?", f"the source names no split; taken for {part.split}"),
        ("+", "and so many more of the front"),
    ]


def notes(
    catalog: Catalog,
    where: Filter,
    cost: Cost,
    places: Places,
    rows: Sequence[dict[str, Any]],
    extra: Sequence[Field],
    *,
    limit: int | None,
) -> list[str]:
    """What the filter left out, what costs are estimated for, who has none, and how much of the front isn't shown."""
    told = list(dict.fromkeys([*missing(catalog, where), *remarks(catalog, [cost.field, *extra])]))
    if cost.field.name == "params":
        told += of_part(catalog, where, [row["id"] for row in rows])
    if unknown := places.unplaced:
        lacking = cost.field.lacking or f"no {cost.field.title}"
        told.append(f"{unknown} more {'has a figure but' if unknown == 1 else 'have a figure but'} {lacking}")
    if (more := len(places.front[limit:])) and limit is not None:
        told.append(f"nothing beats {more} more (--limit 0 shows all)")
    return told


def aside(catalog: Catalog, where: Filter, part: BenchmarkPart, places: Places, *, beaten: int | None) -> list[str]:
    """How many of the beaten aren't shown, and how many models have only figures that don't count."""
    told = []
    if (more := len(places.others[beaten:])) and beaten is not None:
        told.append(f"{more} more {'is' if more == 1 else 'are'} beaten (--limit 0 shows all)")
    if unranked := coverage(catalog, part, where)[1]:
        has = "has" if unranked == 1 else "have"
        told.append(f"{unranked} more {has} only figures that can't be compared (vlmctl top --bench {part.title})")
    return told
