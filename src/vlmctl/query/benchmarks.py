"""Benchmarks: the answers of `bench list` and `bench show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlmctl.errors import NotFoundError
from vlmctl.query.columns import choose, known_key, sorted_by
from vlmctl.query.filters import Filter
from vlmctl.query.names import either, nearest, suggestions
from vlmctl.query.rankings.ranking import rank
from vlmctl.results import Block, Card, Column, Fact, Facts, Prose, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["list_benchmarks", "show_benchmark"]

BENCH_KEYS = ("id", "name", "task", "split", "metric", "unit", "higher_is_better", "min", "max", "models", "scores")
"""What `bench list --json` prints (v1: keys are only ever added)."""

SELECT = "SELECT b.*, m.unit, m.min, m.max, m.higher_is_better FROM benchmark b JOIN metric m ON m.benchmark = b.id AND m.id = b.metric"

UNSTATED = {"?": "not stated"}
"""How people read the split of figures whose source names none."""


def list_benchmarks(
    catalog: Catalog,
    *,
    task: str | None = None,
    text: str | None = None,
    sort: Sequence[str] = ("-models",),
    limit: int | None = None,
    columns: Sequence[str] = (),
) -> Table:
    """The benchmarks of a task, or whose name holds a text; those with the most models first. `NotFoundError` for a task that none has."""
    if task is not None:
        _known_task(catalog, task)
    sql = (
        f"{SELECT} WHERE (? IS NULL OR lower(b.task) = lower(?)) AND (? IS NULL OR EXISTS "
        "(SELECT 1 FROM name n WHERE n.kind = 'benchmark' AND n.id = b.id AND instr(lower(n.exact), lower(?)))) ORDER BY b.position"
    )
    rows = [_row(row) for row in catalog.rows(sql, (task, task, text, text))]
    for name in reversed([name.strip() for several in sort for name in several.split(",") if name.strip()]):
        rows = sorted_by(rows, known_key(name.removeprefix("-"), BENCH_KEYS, "field"), descending=name.startswith("-"))
    found = len(rows)
    notes = [f"{found - limit} more (--limit 0 shows all)"] if limit is not None and limit < found else []
    shown = choose(_columns(), columns)
    tasks = sorted({row["task"] for row in rows}) if task is None else [task]
    heading = (
        f"{found} benchmark{'' if found == 1 else 's'}"
        + (f" · {task}" if task else "")
        + (f" · {text}" if text else "")
        + (f"\t{len(tasks)} task{'' if len(tasks) == 1 else 's'}" if not task else "")
    )
    return Table(shown, rows[:limit], heading, notes=notes, empty=_none(catalog, text))


def _known_task(catalog: Catalog, task: str) -> None:
    known = [row["task"] for row in catalog.rows("SELECT DISTINCT task FROM benchmark ORDER BY task")]
    if task.casefold() not in {each.casefold() for each in known}:
        near = nearest(task, known)
        hint = f"did you mean {either(near)}?" if near else f"tasks: {', '.join(known)}"
        raise NotFoundError(f"no benchmark has the task {task!r}", hint=hint, candidates=tuple(near))


def _none(catalog: Catalog, text: str | None) -> str:
    """What to tell where no benchmark matches."""
    near = suggestions(catalog, text, ("benchmark",)) if text else []
    return f"no benchmark matches; did you mean {either(near)}?" if near else "no benchmark matches"


def _row(row: Any) -> dict[str, Any]:
    found = {key: row[key] for key in BENCH_KEYS}
    return {**found, "split": row["split"] or None, "higher_is_better": bool(row["higher_is_better"])}


def _columns() -> list[Column]:
    return [
        Column("id", "Id", importance=0),
        Column("name", "Name", importance=1, shrinks=True),
        Column("task", "Task", importance=2),
        Column("split", "Split", importance=4),
        Column("metric", "Metric", importance=5),
        Column("unit", "Unit", importance=20),
        Column("higher_is_better", "Higher is better", "flag", importance=30, machine=True),
        Column("min", "Min", "number", importance=40, machine=True),
        Column("max", "Max", "number", importance=41, machine=True),
        Column("models", "Models", "number", importance=3),
        Column("scores", "Scores", "number", importance=6),
    ]


def show_benchmark(catalog: Catalog, part: BenchmarkPart, *, lang: str = "en", head: int | None = 10) -> Card:
    """One benchmark: what it asks, its splits and metrics with coverage, the rules of comparison, and who leads."""
    row = catalog.row("SELECT * FROM benchmark WHERE id = ?", (part.benchmark,))
    assert row is not None
    document = json.loads(row["document_json"])
    summary = (lang == "zh" and row["summary_zh"]) or row["summary"]
    coverage = _coverage(catalog, part.benchmark)
    ranking = rank(catalog, [part], Filter(), limit=head)
    data = {
        **_row(catalog.row(f"{SELECT} WHERE b.id = ?", (part.benchmark,))),
        "full_name": row["full_name"],
        "summary": summary,
        "released": document.get("released"),
        "aliases": document.get("aliases", []),
        "links": document.get("links", {}),
        "splits": document.get("splits", []),
        "metrics": document["metrics"],
        "default_split_when_unstated": document.get("default_split_when_unstated"),
        "comparability": document.get("comparability"),
        "train_split": document.get("train_split"),
        "plausible": document.get("plausible"),
        "notes": document.get("notes"),
        "coverage": coverage,
        "top": ranking.data,
        "origin": row["origin"],
    }
    return Card(
        f"{row['name']}\tbenchmark · {part.benchmark}",
        _blocks(data, ranking),
        data,
        name=[part.benchmark],
        legend=ranking.legend,
        notes=ranking.notes,
    )


def _coverage(catalog: Catalog, benchmark: str) -> list[dict[str, Any]]:
    sql = "SELECT split, metric, ranked, unranked, only_here FROM coverage WHERE benchmark = ? ORDER BY ranked DESC, unranked DESC"
    return [
        {"split": row["split"] or None, "metric": row["metric"], "ranked": row["ranked"], "unranked": row["unranked"]}
        for row in catalog.rows(sql, (benchmark,))
    ]


def _blocks(data: dict[str, Any], ranking: Table) -> list[Block]:
    default = data["default_split_when_unstated"] or {}
    unstated = f"counts as {default['split']}: {default['reason']}" if default.get("split") else None
    measure = next(each["name"] for each in data["metrics"] if each["id"] == data["metric"])
    facts = [
        Fact("full_name", "Full name", data["full_name"]),
        Fact("task", "Task", data["task"]),
        Fact("released", "Released", data["released"]),
        Fact("primary", "Ranked by", " · ".join(filter(None, (data["split"], data["metric"])))),
        Fact("measure", "Measure", measure if measure.casefold() != data["metric"] else None),
        Fact("unstated", "Split not stated", unstated),
        Fact("comparability", "Keep apart", data["comparability"]),
        Fact("plausible", "Plausible", " to ".join(str(value) for value in data["plausible"]) if data["plausible"] else None),
        Fact("aliases", "Also written", data["aliases"] or None, "list"),
        Fact("notes", "Notes", data["notes"]),
        *(Fact(key, key.capitalize(), url, "link") for key, url in data["links"].items()),
    ]
    columns = [
        Column("split", "Split", importance=0),
        Column("metric", "Metric", importance=0),
        Column("ranked", "Ranked", "number", importance=0),
        Column("unranked", "Not ranked", "number", importance=1),
    ]
    return [
        Prose([data["summary"]], key="summary"),
        Facts([fact for fact in facts if fact.value is not None]),
        Table(
            columns,
            [{**row, "split": UNSTATED.get(row["split"], row["split"])} for row in data["coverage"]],
            heading="Figures by split and metric",
            name="split",
        ),
        Table(ranking.columns, ranking.rows, heading="Best: " + ranking.heading, legend=()),
    ]
