"""How a ranking on one benchmark is laid out: rows, columns, heading, legend, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.query import fields
from vlmctl.query.parts import part_of
from vlmctl.query.rankings.standings import elsewhere
from vlmctl.results import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.standings import Standing
    from vlmctl.store.catalog import Catalog

__all__ = ["ROW_KEYS", "VIEW_KEYS", "columns_of", "data_of", "heading", "legend", "more_notes", "notes_elsewhere", "row_of"]

SHOWN_PARTS = 6

VIEW_KEYS = ("size_class", "pareto")
"""What a view adds to a row."""

ROW_KEYS = (
    "rank", "id", "name", "family", "params", "benchmark", "split", "metric", "protocol", "value", "comparable", "reason", "source",
    "evidence", "shots", "variant", "mode", "split_assumed", "url", "origin",
)  # fmt: skip
"""A row's own columns. `--json` prints them with the rest of `ranking.MODEL_FIELDS` and what a view adds (v1: keys are only ever added)."""


def row_of(part: BenchmarkPart, standing: Standing, rank_: int | None) -> dict[str, Any]:
    """A standing's row; `remark` is for people."""
    score, evidence = standing.score, standing.score["evidence"]
    assumed = part.assumed(score["split"])
    return {
        **standing.model, "rank": rank_, "benchmark": part.benchmark, "split": part.split or None, "metric": part.metric,
        "protocol": score["protocol"], "value": Cell(score["value"], "?" if assumed else "", rank_ == 1), "comparable": standing.comparable,
        "reason": standing.reason, "source": score["source"], "evidence": evidence, "shots": score["shots"],
        "variant": score["variant"], "mode": score["mode"], "split_assumed": assumed, "url": score["url"], "origin": score["score_origin"],
        "remark": " · ".join(filter(None, (standing.reason, score["mode"], evidence == "second-hand" and evidence))),
    }  # fmt: skip


def data_of(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as `--json` prints them: without what is for people."""
    data = [row.copy() for row in rows]
    for each in data:
        del each["remark"]
    return data


def columns_of(parts: Sequence[BenchmarkPart], chosen: Sequence[str], extra: Sequence[Field], *, by_size: bool = False) -> list[Column]:
    """The columns: those chosen, else the usual ones. `parts` are one ranking, or the splits of one benchmark."""
    title = parts[0].name
    own = {
        "size_class": Column("size_class", "Size", importance=1),
        "pareto": Column("pareto", "Pareto", "flag", importance=9),
        "rank": Column("rank", "#", "number", importance=0),
        "id": Column("id", "Id", machine=True, importance=5),
        "name": Column("name", "Model", importance=0),
        "params": Column("params", "Params", "count", importance=10),
        "language_model_name": Column("language_model_name", "Language model", importance=30, shrinks=True, human=True, named=True),
        "benchmark": Column("benchmark", "Benchmark", machine=True, importance=60),
        "split": Column("split", "Split", machine=len(parts) == 1, importance=6),
        "metric": Column("metric", "Metric", machine=True, importance=61),
        "value": Column("value", title, parts[0].kind, importance=0),
        "remark": Column("remark", "", human=True, importance=3),
    }
    if chosen:
        by_name = {field.name: fields.column_of(field) for field in extra}
        return [own.get(name) or by_name.get(_canonical(name, extra)) or _plain(name) for name in chosen]
    order = ["rank", "id", "name", "family", "params", "language_model_name", "benchmark", "split", "metric", "protocol", "value",
             "comparable", "reason", "source", "evidence", "split_assumed", "mode", "remark"]  # fmt: skip
    order = ["size_class", *order] if by_size else order
    return [own.get(key) or _plain(key)._replace(machine=True, importance=70) for key in order]


def _plain(key: str) -> Column:
    return Column(key, key.replace("_", " ").capitalize(), "flag" if key in ("comparable", "split_assumed") else "text")


def _canonical(name: str, extra: Sequence[Field]) -> str:
    found = fields.find(name)
    return found.name if found else next((field.name for field in extra if field.name.casefold() == name.casefold()), name)


def heading(parts: Sequence[BenchmarkPart], where: Filter, counts: Sequence[tuple[int, int, int]], rows: int) -> str:
    """What was asked and how much was found."""
    part = parts[0]
    direction = "higher is better" if part.higher_is_better else "lower is better"
    split = {"?": "split not stated"}.get(part.split, part.split) if len(parts) == 1 else "all splits"
    left = " · ".join(filter(None, (part.name, split, part.measure, direction, where.text)))
    have, total = counts[0][0] + counts[0][1], counts[0][2]
    return f"{left}\t{have} of {total} models have it" if len(parts) == 1 else f"{left}\t{rows} figures"


def legend(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """The marks that occur."""
    legend = []
    if any(row["rank"] is None for row in rows):
        legend.append(("–", "not ranked, for the reason beside it"))
    if any(row["split_assumed"] for row in rows):
        legend.append(("?", f"the source names no split; taken for {next(row['split'] for row in rows if row['split_assumed'])}"))
    if any(row["mode"] for row in rows):
        legend.append(("thinking", "the model reasoned at length for it"))
    if any(row["evidence"] == "second-hand" for row in rows):
        legend.append(("second-hand", "read where somebody quotes the makers"))
    return legend


def more_notes(ranked: int, unranked: int = 0) -> list[str]:
    """A note on so many ranked and unranked rows that aren't shown; none where all are."""
    told = [f"{ranked} more {'is' if ranked == 1 else 'are'} ranked below"] if ranked else []
    told += [f"{unranked} {'' if ranked else 'more '}{'is' if unranked == 1 else 'are'} not ranked"] if unranked else []
    return [f"{' and '.join(told)} (--limit 0 shows all)"] if told else []


def notes_elsewhere(catalog: Catalog, parts: Sequence[BenchmarkPart], where: Filter) -> list[str]:
    """Notes on the models that have the benchmark only elsewhere."""
    if len(parts) > 1:
        return []
    part = parts[0]
    found = elsewhere(catalog, part, where)
    told = [
        _elsewhere(part, split, metric, models, part_of(catalog, part.benchmark, split, metric)) for split, metric, models in found.only
    ]
    if found.several:
        named = [part_of(catalog, part.benchmark, *each).within(part) for each in found.among]
        have = "has several others" if found.several == 1 else "have several others"
        shown = ", ".join(named[:SHOWN_PARTS]) + (" …" if len(named) > SHOWN_PARTS else "")
        told.append(f"{found.several} more {'model' if found.several == 1 else 'models'} {have}: {shown} (--split any)")
    return told


def _elsewhere(part: BenchmarkPart, split: str, metric: str, models: int, other: BenchmarkPart) -> str:
    have = f"{models} more model{'s have' if models != 1 else ' has'}"
    if split == "?":
        return f"{have} it without saying which split (--split unstated)"
    if split == part.split:
        return f"{have} only the metric {metric} (--metric {metric})"
    option = f"--split {split}" if other.usual else f"--split {split} --metric {metric}"
    return f"{have} only the split {split} ({option})"
