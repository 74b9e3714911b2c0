"""Writes docs/benchmarks.md from what was measured. What stands below the line `<!-- by hand -->` is kept."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import growth as growing
from measuring import Cost

from startup import BASE, BUDGETS

__all__ = ["Measured", "write"]

BY_HAND = "<!-- by hand -->\n"
PEAK = 60
"""MB: budget of any question at any size."""

COMPILING = (
    ("first", "first run in a checkout, with the C parser", 6.0),
    ("pure parser", "the same with the pure parser", 15.0),
    ("after an edit", "after one family file changed", 1.5),
    ("unchanged", "nothing changed (`list -q`, whole command)", None),
    ("yaml", f"{growing.YAML_SCORES:,} scores in YAML, written by `benchmarks/synthetic.py`", None),
    ("validate", "`validate` on one file (whole command)", 1.0),
)


class Measured(NamedTuple):
    """Everything that the page shows."""

    versions: Mapping[str, str]
    """Of the tools that ran."""
    own: Mapping[str, Cost]
    """Start-up: this program's commands and the bases."""
    peers: Mapping[str, Cost]
    left_out: Sequence[str]
    """Peers that couldn't be measured, each with the reason."""
    compiling: Mapping[str, Cost]
    growth: growing.Growth | None
    rounds: int
    seconds: float


def write(path: Path, measured: Measured) -> None:
    """Rewrite the page above the line."""
    by_hand = path.read_text("utf-8").partition(BY_HAND)[2] if path.exists() else ""
    parts = [_head(measured), _startup(measured), _compiling(measured.compiling)]
    if measured.growth:
        parts += [_growth(measured.growth), _peers_growth(measured.growth)]
    path.write_text("\n\n".join(parts) + "\n\n" + BY_HAND + by_hand, "utf-8")


def _head(measured: Measured) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in measured.versions.items())
    return f"""# Benchmarks

Written by `python benchmarks/run.py` on {dt.datetime.now(dt.UTC):%Y-%m-%d} in {measured.seconds / 60:.1f} minutes. Only the last chapter is by hand.

- Machine: {os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.machine()}; load at the end {os.getloadavg()[0]:.1f}, of which 1 is this program's.
- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}.
- {versions}.

vlmctl is the wheel built from this checkout, installed like each of the others into an environment of its own. Times are
**CPU time** (user and system) of whole commands, from the start of the process to its end, stdout thrown away: medians of {measured.rounds}
runs, taken in turns so that a noisy moment hits all alike. Milliseconds depend on the machine, so budgets are ratios."""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor() or "unknown")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    aligned = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, aligned, *rows))


def _met(value: float, budget: float | None) -> str:
    return "" if budget is None else "met" if value <= budget else "**not met**"


def _startup(measured: Measured) -> str:
    base = measured.own[BASE].cpu
    rows = []
    for name, each in measured.own.items():
        budget, ratio = BUDGETS.get(name), each.cpu / base
        title = f"`vlmctl {name}`" if name in BUDGETS else f"`{name}`" if name != BASE else '`python -c "import typer"`'
        rows.append([title, _ms(each), f"{ratio:.2f}", f"≤ {budget}" if budget else "", _met(ratio, budget)])
    peers = [[f"`{name}`", _ms(each), f"{each.cpu / base:.2f}", "", ""] for name, each in measured.peers.items()]
    left_out = "".join(f"\n- Not measured: {reason}." for reason in measured.left_out)
    return f"""## Start-up

{_table(["command", "CPU ms", "× `import typer`", "budget", ""], rows)}

What people would use instead, in the same run: each tool's shortest command or the one closest to ours; `jq` and `duckdb` are asked
for the ranking that `vlmctl top --bench TextVQA` prints, over the exported scores (`vlmctl export jsonl`, `parquet`).

{_table(["command", "CPU ms", "× `import typer`", "", ""], peers)}
{left_out}""".rstrip()


def _ms(each: Cost | None) -> str:
    if each is None:
        return "–"
    return f"{each.cpu * 1000:,.0f}" if not each.code else f"failed ({each.code})"


def _compiling(compiling: Mapping[str, Cost]) -> str:
    rows = [
        [
            title,
            f"{compiling[key].cpu:.2f}",
            f"≤ {budget:g}" if budget else "",
            _met(compiling[key].cpu, budget),
            f"{compiling[key].peak:.0f}",
        ]
        for key, title, budget in COMPILING
    ]
    return f"""## Compiling the shipped catalog

Whole commands, one run each. From a wheel nothing is ever compiled.

{_table(["what", "CPU s", "budget", "", "peak MB"], rows)}"""


def _growth(growth: growing.Growth) -> str:
    keys = list(growth.counts)
    largest = keys[-1]
    counts = []
    for key in keys:
        count, taken = growth.counts[key], growth.compile.get(key)
        title = f"{count['scores']:,}" + (" (shipped)" if key == growing.SHIPPED else "")
        cost = [f"{taken.cpu:.1f}", f"{taken.peak:.0f}"] if taken else ["", ""]
        counts.append([title, f"{count['models']:,}", f"{count['bytes'] / 1e6:.1f}", *cost])
    head = ["question", *(f"{growth.counts[key]['scores']:,}" + ("*" if key == growing.SHIPPED else "") for key in keys)]
    times, peaks = [], []
    for question in growing.QUESTIONS:
        costs = growth.asked[question.name]
        ratio = costs[largest].cpu / costs[growing.SHIPPED].cpu
        budget = f"≤ {question.limit}" if question.limit else ""
        times.append([question.name, *(_ms(costs[key]) for key in keys), f"{ratio:.2f}", budget, _met(ratio, question.limit)])
        peak = max(each.peak for each in costs.values())
        peaks.append([question.name, *(f"{costs[key].peak:.0f}" for key in keys), f"≤ {PEAK}", _met(peak, PEAK)])
    asked = "\n".join(f"- {each.name}: `vlmctl {_typed(each.synthetic)}`" for each in growing.QUESTIONS)
    return f"""## Growth

Synthetic catalogs, made through the record classes with a fixed seed (`benchmarks/synthetic.py`: 20 scores a model, 8 models a family, the shipped
benchmarks) and streamed into the store; compiling includes making and validating the records.

{_table(["scores", "models", "file MB", "compile CPU s", "compile peak MB"], counts)}

CPU milliseconds by number of scores (* the shipped catalog), and the largest as a multiple of the shipped one:

{_table([*head, "ratio", "budget", ""], times)}

Peak memory in MB:

{_table([*head, "budget", ""], peaks)}

The questions:

{asked}"""


def _typed(arguments: Sequence[str]) -> str:
    return " ".join(f"'{each}'" if set(each) & set(' <>"') else each for each in arguments)


def _peers_growth(growth: growing.Growth) -> str:
    keys = [key for key in growth.counts if key != growing.SHIPPED]
    rows = []
    for name in [name for name in growth.asked if name in growth.duckdb or name in growth.jq]:
        for tool, costs in (("vlmctl", growth.asked[name]), ("duckdb", growth.duckdb.get(name)), ("jq", growth.jq.get(name))):
            if costs:
                rows.append([f"{name}: {tool}", *(_ms(costs.get(key)) for key in keys), f"{max(costs[key].peak for key in keys):,.0f}"])
    files = [
        [form, *(f"{growth.counts[key].get(form, 0) / 1e6:,.1f}" for key in keys)]
        for form in ("bytes", "parquet", "jsonl")
        if form in growth.counts[keys[0]]
    ]
    files[0][0] = "compiled"
    return f"""## The same questions with DuckDB and jq

DuckDB's own program over the exported Parquet, jq over the exported JSON Lines, read line by line (at a million scores jq is asked once).
They answer with rows; `vlmctl` adds places, reasons and counts of what is missing. CPU milliseconds by number of scores, and the highest
peak in MB:

{_table(["question", *(f"{growth.counts[key]['scores']:,}" for key in keys), "peak MB"], rows)}

Sizes of the files in MB:

{_table(["file", *(f"{growth.counts[key]['scores']:,}" for key in keys)], files)}"""
