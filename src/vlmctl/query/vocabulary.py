"""What the catalog calls its benchmarks: spellings of names, splits and metrics, and the ranges of their figures.

For readers of foreign files, which ask it about every header: loaded once, whole, from the store. Nothing is fuzzy.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["Part", "Scale", "Vocabulary"]


class Part(NamedTuple):
    """What a heading says of the figures under it: ids; None where it doesn't say."""

    benchmark: str
    split: str | None = None
    metric: str | None = None


class Scale(NamedTuple):
    """The range of a metric's figures."""

    unit: str
    low: float
    """The lowest possible value."""
    high: float | None
    """The highest possible value, None where there is none."""
    plausible: tuple[float, float] | None
    """Where a real model's figure lies; None where the catalog doesn't say."""

    def possible(self, value: float) -> bool:
        """Whether a figure can have this value at all."""
        return self.low <= value and (self.high is None or value <= self.high)

    def likely(self, value: float) -> bool:
        """Whether a real model's figure would have this value."""
        return self.possible(value) and (self.plausible is None or self.plausible[0] <= value <= self.plausible[1])


class _Benchmark(NamedTuple):
    name: str
    metric: str
    without_split: str | None
    splits: dict[str, str | None]
    scales: dict[str, Scale]


class Vocabulary:
    """The benchmarks' spellings and scales, in memory."""

    def __init__(self, catalog: Catalog) -> None:
        self.exact: dict[str, set[str]] = {}
        self.folded: dict[str, set[str]] = {}
        for row in catalog.rows("SELECT exact, normal, id FROM name WHERE kind = 'benchmark'"):
            self.exact.setdefault(row["exact"], set()).add(row["id"])
            self.folded.setdefault(row["normal"], set()).add(row["id"])
        self.parts = {
            (row["benchmark"], row["kind"], row["normal"]): str(row["id"])
            for row in catalog.rows("SELECT benchmark, kind, normal, id FROM part_name")
        }
        self.benchmarks = {row["id"]: _benchmark(row["document_json"]) for row in catalog.rows("SELECT id, document_json FROM benchmark")}

    def named(self, text: str) -> list[Part]:
        """The benchmarks of this very name or alias, with the split that the alias names; several where it is ambiguous."""
        folded = normalize(text)
        ids = self.exact.get(text) or self.folded.get(folded) or ()
        return [Part(each, self.parts.get((each, "alias", folded))) for each in sorted(ids)] if folded else []

    def labelled(self, part: Part, label: str) -> Part | None:
        """A benchmark's part narrowed by a label that names a split or a metric of it; None where it names neither."""
        folded = normalize(label)
        split = self.parts.get((part.benchmark, "split", folded))
        if split is not None and part.split in {None, split}:
            return part._replace(split=split)
        metric = self.parts.get((part.benchmark, "metric", folded))
        if metric is None or part.metric not in {None, metric}:
            return None
        return part._replace(metric=metric, split=part.split or self._home(part.benchmark, metric))

    def _home(self, benchmark: str, metric: str) -> str | None:
        """The only split that has a metric for its own (MME's perception score), if there is one."""
        homes = [split for split, own in self.benchmarks[benchmark].splits.items() if own == metric]
        return homes[0] if len(homes) == 1 else None

    def title(self, part: Part) -> str:
        """A part for people: `MMMU val`, `MME perception`, `POPE accuracy`."""
        named = self.benchmarks[part.benchmark]
        return " ".join(
            filter(None, (named.name, part.split, part.metric if part.metric != self.metric(part._replace(metric=None)) else None))
        )

    def metric(self, part: Part) -> str:
        """The metric of a part's figures: the stated one, else the split's, else the benchmark's."""
        named = self.benchmarks[part.benchmark]
        if part.metric is not None:
            return part.metric
        if part.split is None:
            return named.without_split or named.metric
        return named.splits.get(part.split) or named.metric

    def scale(self, part: Part) -> Scale:
        """The range of a part's figures."""
        return self.benchmarks[part.benchmark].scales[self.metric(part)]

    def names(self) -> Sequence[str]:
        """All names and aliases, for suggestions."""
        return list(self.exact)


def _benchmark(document: str) -> _Benchmark:
    record = json.loads(document)
    by_metric = record.get("plausible_by_metric") or {}
    primary = next((m for m in record.get("metrics", ()) if m["id"] == record["metric"]), None)
    scales = {}
    for metric in record.get("metrics", ()):
        plausible = by_metric.get(metric["id"])
        if plausible is None and primary is not None and (metric["min"], metric.get("max")) == (primary["min"], primary.get("max")):
            plausible = record.get("plausible")
        bounds = (float(plausible[0]), float(plausible[1])) if plausible else None
        scales[metric["id"]] = Scale(metric["unit"], metric["min"], metric.get("max"), bounds)
    splits = {split["id"]: split.get("metric") for split in record.get("splits") or ()}
    return _Benchmark(record["name"], record["metric"], record.get("metric_without_split"), splits, scales)
