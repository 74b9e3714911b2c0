"""Which ranking of a benchmark is meant: `TextVQA`, `MMMU@test`, `MME:cognition`, `MMBench@dev:vanilla-accuracy`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import NotFoundError
from vlmctl.names import normalize
from vlmctl.query.names import find, nearest, quoted, same_names

if TYPE_CHECKING:
    from vlmctl.results import Kind
    from vlmctl.store.catalog import Catalog

__all__ = ["BenchmarkPart", "benchmark_part", "part_of"]


class BenchmarkPart(NamedTuple):
    """One ranking of a benchmark: its split and metric."""

    benchmark: str
    """Id."""
    name: str
    split: str
    """Id of the split; '' where the benchmark has none, '?' for figures whose split isn't known."""
    metric: str
    """Id of the metric."""
    metric_name: str
    higher_is_better: bool
    unit: str
    min: float
    max: float | None
    primary: bool
    """Whether this is the benchmark's own choice of split and metric."""
    usual: bool
    """Whether the metric is the one that counts on the split unless another is named."""

    @property
    def title(self) -> str:
        """As it can be typed again: `MMMU`, `MMMU@test`, `MMBench@dev:vanilla-accuracy`."""
        if self.primary:
            return self.name
        split = f"@{self.split}" if self.split else ""
        return f"{self.name}{split}" if self.usual else f"{self.name}{split}:{self.metric}"

    def within(self, other: BenchmarkPart) -> str:
        """What tells it from another part of the same benchmark: a split, a metric, or `split:metric`."""
        split = "unstated" if self.split == "?" else self.split
        if split == other.split:
            return self.metric
        return split if self.usual or self.split == "?" else f"{split}:{self.metric}".lstrip(":")

    @property
    def measure(self) -> str:
        """The metric in a heading, in short and with its unit: `VQA accuracy, %`."""
        short = re.sub(r"\s*\([^()]*\)|, in percent\b|, (higher|lower) is better\b", "", self.metric_name).strip() or self.metric_name
        return f"{short}, %" if self.unit == "percent" else short

    @property
    def kind(self) -> Kind:
        """How a column of its figures is shown."""
        return "percent" if self.unit == "percent" else "number"

    def assumed(self, stated: str | None) -> bool:
        """Whether a figure in this ranking is only taken for its split, since its source states none."""
        return stated is None and self.split not in ("", "?")


def benchmark_part(catalog: Catalog, text: str, *, split: str | None = None, metric: str | None = None) -> BenchmarkPart:
    """The ranking that `NAME`, `NAME@split`, `NAME:metric-or-split` or `NAME@split:metric` names.

    `split` and `metric` stand for those that the text doesn't name. Raises `NotFoundError` with suggestions.
    """
    name, own_split, own_metric = _parts(catalog, text)
    benchmark = find(catalog, name, ("benchmark",), "benchmark").id
    row = catalog.row("SELECT * FROM benchmark WHERE id = ?", (benchmark,))
    assert row is not None
    if own_split is None:
        own_split = catalog.value(
            "SELECT id FROM part_name WHERE benchmark = ? AND kind = 'alias' AND normal = ?", (benchmark, normalize(name))
        )
    own_split, own_metric = own_split or split, own_metric or metric
    chosen_split = row["split"]
    if own_metric and not own_split:
        as_split = _part(catalog, benchmark, "split", own_metric)
        if as_split is not None:
            own_split, own_metric = as_split, None
    if own_split:
        chosen_split = _split(catalog, benchmark, row["name"], own_split)
    chosen_metric = catalog.value("SELECT metric FROM split WHERE benchmark = ? AND id = ?", (benchmark, chosen_split)) or row["metric"]
    if own_metric:
        chosen_metric = _required(catalog, benchmark, row["name"], "metric", own_metric)
        if not own_split:
            chosen_split = _home(catalog, benchmark, chosen_split, chosen_metric)
    elif chosen_split == "?":
        chosen_metric = _usual_metric(catalog, benchmark) or chosen_metric
    return part_of(catalog, benchmark, chosen_split, chosen_metric)


def part_of(catalog: Catalog, benchmark: str, split: str, metric: str) -> BenchmarkPart:
    """The ranking with these ids, which must be the store's."""
    b = catalog.row("SELECT name, split, metric FROM benchmark WHERE id = ?", (benchmark,))
    m = catalog.row("SELECT * FROM metric WHERE benchmark = ? AND id = ?", (benchmark, metric))
    assert b is not None and m is not None
    usual = catalog.value("SELECT metric FROM split WHERE benchmark = ? AND id = ?", (benchmark, split)) or b["metric"]
    return BenchmarkPart(
        benchmark, b["name"], split, metric, m["name"], bool(m["higher_is_better"]), m["unit"], m["min"], m["max"],
        (split, metric) == (b["split"], b["metric"]), metric == usual,
    )  # fmt: skip


def _parts(catalog: Catalog, text: str) -> tuple[str, str | None, str | None]:
    """Name, split and metric as typed. A benchmark whose own name holds `@` or `:` is found whole first."""
    if ("@" in text or ":" in text) and same_names(catalog, text, ("benchmark",)):
        return text, None, None
    name, at, rest = text.partition("@")
    if at:
        split, _, metric = rest.partition(":")
        return name, split or None, metric or None
    name, _, metric = text.partition(":")
    return name, None, metric or None


def _part(catalog: Catalog, benchmark: str, kind: str, text: str) -> str | None:
    sql = "SELECT id FROM part_name WHERE benchmark = ? AND kind = ? AND normal = ?"
    found: str | None = catalog.value(sql, (benchmark, kind, normalize(text)))
    return found


def _split(catalog: Catalog, benchmark: str, name: str, text: str) -> str:
    if normalize(text) in {"?", "unstated", "unknown"}:
        return "?"
    return _required(catalog, benchmark, name, "split", text)


def _required(catalog: Catalog, benchmark: str, name: str, kind: str, text: str) -> str:
    found = _part(catalog, benchmark, kind, text)
    if found is not None:
        return found
    table = "split" if kind == "split" else "metric"
    known = [row["id"] for row in catalog.rows(f"SELECT id FROM {table} WHERE benchmark = ?", (benchmark,))]
    hint = f"{name} has {', '.join(known)}" if known else f"{name} has no {kind}s"
    raise NotFoundError(f"{name} has no {kind} {quoted(text)}", hint=hint, candidates=tuple(nearest(text, known)))


def _home(catalog: Catalog, benchmark: str, split: str, metric: str) -> str:
    """The split on which a metric counts: the primary one, unless only another has it as its own."""
    own = [
        row["id"] for row in catalog.rows("SELECT id FROM split WHERE benchmark = ? AND metric = ? ORDER BY position", (benchmark, metric))
    ]
    return split if not own or split in own else own[0]


def _usual_metric(catalog: Catalog, benchmark: str) -> str | None:
    """The metric that most figures without a known split have."""
    sql = "SELECT metric FROM coverage WHERE benchmark = ? AND split = '?' ORDER BY ranked + unranked DESC, metric LIMIT 1"
    found: str | None = catalog.value(sql, (benchmark,))
    return found
