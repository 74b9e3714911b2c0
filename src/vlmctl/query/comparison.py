"""Models side by side: the answer of `compare`. Facts first, then the benchmarks that at least two of them share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.filters import Filter
from vlmctl.query.listing import rows_of
from vlmctl.query.names import BenchmarkPart, models_named, part_of
from vlmctl.results import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["FACTS", "chosen", "compare"]

FACTS = (
    "params", "active_params", "language_model_name", "vision_encoder_names", "connector", "image_size", "visual_tokens", "moe",
    "tuning", "license", "commercial", "released", "organizations",
)  # fmt: skip
"""The facts that are compared, in this order."""

LABELS = {
    "params": "Parameters", "active_params": "Active parameters", "vision_encoder_names": "Vision encoder", "image_size": "Image size",
    "moe": "Mixture of experts", "license": "Weights license",
}  # fmt: skip

JSON_NAMES = {"language_model_name": "language_model", "vision_encoder_names": "vision_encoders"}


@dataclass(slots=True)
class Shared:
    """One ranking in which the models stand, and where each stands."""

    part: BenchmarkPart
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Model id -> {value, comparable, reason, rank, of, split_assumed, source, url}; value None where it has the benchmark only elsewhere."""
    models_with_benchmark: int = 0

    def merits(self) -> dict[str, float]:
        """The comparable figures, signed so that more is better."""
        sign = 1 if self.part.higher_is_better else -1
        return {key: sign * each["value"] for key, each in self.figures.items() if each["comparable"]}

    def best(self) -> list[str]:
        """Who has the best comparable figure, where at least two have one."""
        merits = self.merits()
        return [key for key, merit in merits.items() if merit == max(merits.values())] if len(merits) > 1 else []


def chosen(catalog: Catalog, names: Sequence[str], where: Filter) -> list[str]:
    """Ids of the models that names stand for, in the order named and without duplicates, those that match a filter."""
    models = list(dict.fromkeys(model for name in names for model in models_named(catalog, name)))
    if where.text:
        matching = {row["id"] for row in catalog.rows(f"SELECT m.id FROM model m WHERE {where.sql}", where.params)}
        models = [model for model in models if model in matching]
    if not models:
        raise UsageError("no model is left to compare", hint="loosen the conditions")
    return models


def compare(catalog: Catalog, models: Sequence[str], *, everything: bool = False) -> Table:
    """Models side by side. `models` are ids, without duplicates; `everything` adds benchmarks that only one has."""
    by_name = {each.name: each for each in fields.FIELDS}
    identity = [by_name["id"], by_name["name"], by_name["family"]]
    wanted = [*identity, *(by_name[key] for key in FACTS)]
    where = Filter(sql=f"m.id IN ({', '.join('?' * len(models))})", params=tuple(models), fields=(), text="")
    rows = {row["id"]: row for row in rows_of(catalog, wanted, where)}
    shared = _shared(catalog, models)
    common = [each for each in shared if sum(1 for f in each.figures.values() if f["value"] is not None) > 1]
    lone = [each for each in shared if each not in common]
    shown = [*common, *lone] if everything else common
    columns = [
        Column("section", "", machine=True, importance=1), Column("field", "", importance=0), Column("split", "", importance=0),
        *(Column(key, rows[key]["name"], importance=50) for key in models),
    ]  # fmt: skip
    if len(models) == 2:
        columns.append(Column("delta", "Difference", "number", importance=50))
    table_rows = [*_facts(rows, models), *(_benchmark(each, models) for each in shown)]
    notes = [f"{len(lone)} more benchmarks that only one has (--all)"] if lone and not everything else []
    return Table(
        columns,
        table_rows,
        heading=_summary(rows, models, common),
        legend=_legend(table_rows),
        notes=notes,
        data=_data(rows, models, shown),
        group="section",
        name="field",
        blocks=True,
    )


def _shared(catalog: Catalog, models: Sequence[str]) -> list[Shared]:
    """All rankings in which any of the models stands, most used benchmarks first, primary splits before others."""
    marks = ", ".join("?" * len(models))
    sql = (
        "SELECT st.*, s.value, s.split AS stated, s.mode, s.evidence, src.title AS source, src.url, b.models AS spread, b.position "
        "FROM standing st CROSS JOIN score s ON s.id = st.score CROSS JOIN benchmark b ON b.id = st.benchmark "
        "LEFT JOIN source src ON src.family = s.family AND src.key = s.source "
        f"WHERE st.model IN ({marks}) AND st.class < 2 ORDER BY b.models DESC, b.position, st.split, st.metric"
    )
    found: dict[tuple[str, str, str], Shared] = {}
    has: dict[str, set[str]] = defaultdict(set)
    for row in catalog.rows(sql, tuple(models)):
        key = (row["benchmark"], row["split"], row["metric"])
        shared = found.get(key) or found.setdefault(key, Shared(part_of(catalog, *key)))
        has[row["benchmark"]].add(row["model"])
        shared.figures[row["model"]] = {
            "value": row["value"], "comparable": row["class"] == 0, "reason": row["reason"], "rank": row["rank"], "of": row["of"],
            "split_assumed": bool(row["split"]) and row["split"] != "?" and row["stated"] is None,
            "mode": row["mode"], "evidence": row["evidence"], "source": row["source"], "url": row["url"],
        }  # fmt: skip
    for (benchmark, _, _), shared in found.items():
        for model in has[benchmark] - set(shared.figures):
            shared.figures[model] = {"value": None, "comparable": False, "reason": "only on another split or metric"}
    by_benchmark: dict[str, list[Shared]] = defaultdict(list)
    for shared in found.values():
        by_benchmark[shared.part.benchmark].append(shared)
    return [each for group in by_benchmark.values() for each in sorted(group, key=lambda one: not one.part.primary)]


def _facts(rows: dict[str, dict[str, Any]], models: Sequence[str]) -> list[dict[str, Any]]:
    facts = []
    for key in FACTS:
        values = {model: rows[model][key] for model in models}
        if all(value is None or value == [] for value in values.values()):
            continue
        one = next(each for each in fields.FIELDS if each.name == key)
        cells = {model: Cell(value, kind=fields.column_of(one).kind) for model, value in values.items()}
        facts.append({"section": "facts", "field": LABELS.get(key, one.title), "split": "", **cells})
    return facts


def _benchmark(shared: Shared, models: Sequence[str]) -> dict[str, Any]:
    best = shared.best()
    row: dict[str, Any] = {"section": "benchmarks", "field": shared.part.name, "split": _split(shared.part)}
    for model in models:
        figure = shared.figures.get(model)
        if figure is None:
            row[model] = Cell(None, kind="number")
            continue
        mark = ("◂" if model in best else "") if figure["comparable"] else "≠"
        row[model] = Cell(figure["value"], mark=mark + ("?" if figure.get("split_assumed") else ""), strong=model in best, kind="number")
    if len(models) == 2:
        row["delta"] = Cell(_delta(shared, models), kind="number")
    return row


def _split(part: BenchmarkPart) -> str:
    split = {"?": "not stated", "": ""}.get(part.split, part.split)
    return split if part.usual else f"{split} {part.metric}".strip()


def _delta(shared: Shared, models: Sequence[str]) -> float | None:
    """Second minus first, in the decimals of the figures; None where they can't be compared."""
    from decimal import Decimal

    first, second = (shared.figures.get(model) for model in models)
    if not (first and second and first["comparable"] and second["comparable"]):
        return None
    difference = Decimal(repr(second["value"])) - Decimal(repr(first["value"]))
    return int(difference) if difference == difference.to_integral_value() else float(difference)


def _summary(rows: dict[str, dict[str, Any]], models: Sequence[str], common: Sequence[Shared]) -> str:
    """Who leads on how many; ties lead together."""
    contested = [each for each in common if each.best()]
    if not contested:
        return f"{len(models)} models · no benchmark that two of them share comparably"
    leads: dict[str, int] = defaultdict(int)
    for each in contested:
        for model in each.best():
            leads[model] += 1
    top = max(leads.values())
    who = [rows[model]["name"] for model in models if leads[model] == top]
    names = " and ".join(who) if len(who) < 3 else f"{len(who)} models"
    return f"{len(models)} models · {names} lead{'s' if len(who) == 1 else ''} on {top} of {len(contested)} shared benchmarks"


def _legend(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    marks = "".join(cell.mark for row in rows for cell in row.values() if isinstance(cell, Cell))
    meanings = (
        ("◂", "best"),
        ("≠", "can't be compared: another protocol, variant, split or metric, or only in the list (vlmctl why)"),
        ("?", "the source names no split; the benchmark's usual one is assumed"),
    )
    return [(mark, meaning) for mark, meaning in meanings if mark in marks]


def _data(rows: dict[str, dict[str, Any]], models: Sequence[str], shown: Sequence[Shared]) -> dict[str, Any]:
    facts = [{"field": JSON_NAMES.get(key, key), "values": {model: rows[model][key] for model in models}} for key in FACTS]
    benchmarks = [
        {
            "benchmark": each.part.benchmark, "split": each.part.split or None, "metric": each.part.metric,
            "higher_is_better": each.part.higher_is_better,
            "values": {model: each.figures[model] for model in models if model in each.figures}, "best": each.best(),
        }
        for each in shown
    ]  # fmt: skip
    identity = [
        {"id": model, "name": rows[model]["name"], "family": rows[model]["family"], "params": rows[model]["params"]} for model in models
    ]
    return {"models": identity, "facts": facts, "benchmarks": benchmarks}
