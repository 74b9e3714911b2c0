"""What somebody says about a figure's benchmark: the parts that were named, as records keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import NotFoundError
from vlmctl.query.names import models_named, normalize
from vlmctl.query.parts import benchmark_part

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["Stated", "choices", "exists", "source_kind", "stated", "tasks"]


class Stated(NamedTuple):
    """A benchmark with the split and metric that were named; None for what was not."""

    benchmark: str
    name: str
    split: str | None
    metric: str | None
    counts_as: str | None
    """For a figure without a stated split: the split that it counts as; None where that can't be told, or there are no splits."""
    splits: tuple[str, ...]
    """All splits of the benchmark, the primary one first."""
    min: float
    """The metric's lowest figure."""
    max: float | None
    """Its highest; None where there is none."""


def stated(catalog: Catalog, text: str, *, split: str | None = None, metric: str | None = None) -> Stated:
    """What `NAME`, `NAME@split`, `NAME:metric-or-split` or `NAME@split:metric` states; `NotFoundError` with suggestions.

    Unlike a question, a record leaves out what its source doesn't say, so the benchmark's usual split is not filled in.
    """
    part = benchmark_part(catalog, text, split=split, metric=metric)
    row = catalog.row("SELECT split, default_split FROM benchmark WHERE id = ?", (part.benchmark,))
    assert row is not None
    usual = row["split"]
    named = bool(split) or "@" in text or part.split != usual or _names_split(catalog, part.benchmark, text)
    ids = [row["id"] for row in catalog.rows("SELECT id FROM split WHERE benchmark = ? ORDER BY position", (part.benchmark,))]
    return Stated(
        part.benchmark,
        part.name,
        part.split if named and part.split not in {"", "?"} else None,
        None if part.usual else part.metric,
        row["default_split"],
        tuple(sorted(ids, key=lambda each: each != usual)),
        part.min,
        part.max,
    )


def _names_split(catalog: Catalog, benchmark: str, text: str) -> bool:
    """Whether the name itself (`TextVQA (val)`), or what stands behind its colon, is a split."""
    sql = "SELECT 1 FROM part_name WHERE benchmark = ? AND normal = ? AND kind = ?"
    behind = text.rpartition(":")[2] if ":" in text else ""
    return bool(
        catalog.value(sql, (benchmark, normalize(text), "alias"))
        or (behind and catalog.value(sql, (benchmark, normalize(behind), "split")))
    )


def choices(catalog: Catalog, kind: str) -> list[str]:
    """Names and ids of all records of a kind, for completion; of spellings that differ only in case, one."""
    sql = "SELECT exact FROM name WHERE kind = ? AND form IN ('id', 'name') ORDER BY exact DESC"
    return sorted({row["exact"].casefold(): row["exact"] for row in catalog.rows(sql, (kind,))}.values())


def tasks(catalog: Catalog) -> list[str]:
    """What benchmarks test, each word once."""
    return [row["task"] for row in catalog.rows("SELECT DISTINCT task FROM benchmark ORDER BY task")]


def exists(catalog: Catalog, kind: str, key: str) -> bool:
    """Whether there is a record of a kind with exactly this id."""
    return bool(catalog.value("SELECT 1 FROM name WHERE kind = ? AND id = ?", (kind, key)))


def source_kind(catalog: Catalog, model: str | None, key: str | None) -> str | None:
    """The kind of a source that scores of a model may name by `key`; None where there is no such source or model."""
    try:
        ids = models_named(catalog, model) if model and key else []
    except NotFoundError:
        return None
    sql = "SELECT s.kind FROM model m JOIN source s ON s.family = m.family AND s.key IN (?, ?) WHERE m.id = ?"
    kind = catalog.value(sql, (key, f"{ids[0]}/{key}", ids[0])) if ids else None
    return None if kind is None else str(kind)
