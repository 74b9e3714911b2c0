"""Models × benchmarks: a row per model and a column per benchmark, split and metric, named as filters name them.

`textvqa@val`, `pope@average:accuracy`; `vlmctl import` reads such a table back. Only plain, current figures stand in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.interchange.writing import Left
from vlmctl.interchange.writing.choosing import Key, chosen
from vlmctl.query.export import MATRIX_COLUMNS, OutColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.export import Extract

__all__ = ["matrix"]


def matrix(extract: Extract, left: Left) -> tuple[tuple[OutColumn, ...], Iterator[dict[str, Any]]]:
    """The columns and rows. The scores are read twice: once for the columns, once for the rows."""
    headings = _headings(extract)
    columns = (*MATRIX_COLUMNS, *(OutColumn(heading, "number", "", "") for heading in headings.values()))
    return columns, _rows(extract, headings, left)


def _headings(extract: Extract) -> dict[Key, str]:
    """The columns that any model has a figure for, in the order of the benchmarks and their splits."""
    keys = {key for _, rows in extract.by_model() for key in chosen(rows, Left())}
    benchmarks = list(extract.primary())
    split_metrics = extract.split_metrics()
    splits = [split for _, split in split_metrics]
    ordered = sorted(keys, key=lambda k: (benchmarks.index(k.benchmark), k.split is not None and splits.index(k.split), k.metric))
    primary = extract.primary()
    return {key: _heading(key, split_metrics.get((key.benchmark, key.split or "")) or primary[key.benchmark][1]) for key in ordered}


def _heading(key: Key, usual: str) -> str:
    split = f"@{key.split}" if key.split else ""
    return f"{key.benchmark}{split}" + (f":{key.metric}" if key.metric != usual else "")


def _rows(extract: Extract, headings: dict[Key, str], left: Left) -> Iterator[dict[str, Any]]:
    for model, rows in extract.by_model():
        figures = chosen(rows, left)
        if figures:
            cells = {heading: figures[key]["value"] if key in figures else None for key, heading in headings.items()}
            yield {"model": model["id"], "name": model["name"], **cells}
