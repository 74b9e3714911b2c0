"""The rankings in which some models stand, with the figures of each: what `compare` lays side by side."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.query.comparisons.noise import questions_of, within_noise
from vlmctl.query.parts import BenchmarkPart, part_of
from vlmctl.store.catalog import COMPARABLE, EXTRA, SOURCE_OF_SCORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["ELSEWHERE", "Shared", "shared_rankings"]

ELSEWHERE = {
    "value": None, "comparable": False, "reason": "only on another split or metric", "rank": None, "of": None, "split_assumed": False,
    "mode": None, "evidence": None, "source": None, "url": None,
}  # fmt: skip
"""What stands for the figure of a model that has the benchmark only on another split or metric."""


class Shared(NamedTuple):
    """One ranking in which the models stand, and where each stands."""

    part: BenchmarkPart
    questions: int | None
    """How many questions a figure is the mean over, where that is known; see `noise`."""
    figures: dict[str, dict[str, Any]]
    """Model id -> {value, comparable, reason, rank, of, split_assumed, mode, evidence, source, url}, or `ELSEWHERE`; nothing for a
    model without a figure on the benchmark."""

    def merits(self) -> dict[str, float]:
        """The comparable figures, signed so that more is better."""
        sign = 1 if self.part.higher_is_better else -1
        return {key: sign * each["value"] for key, each in self.figures.items() if each["comparable"]}

    def best(self) -> list[str]:
        """Who has the best comparable figure, where at least two have one."""
        merits = self.merits()
        return [key for key, merit in merits.items() if merit == max(merits.values())] if len(merits) > 1 else []

    def noise(self) -> list[str]:
        """Who has another figure than the best, but within the benchmark's own noise of it."""
        best = self.best()
        if self.questions is None or not best:
            return []
        top = self.figures[best[0]]["value"]
        return [key for key in self.merits() if key not in best and within_noise(self.figures[key]["value"], top, self.questions)]

    def differs(self) -> bool:
        """Whether the models' figures aren't all there, comparable and equal."""
        merits = self.merits()
        return len(merits) < len(self.figures) or len(merits) < 2 or len(set(merits.values())) > 1


def shared_rankings(catalog: Catalog, models: Sequence[str]) -> list[Shared]:
    """All rankings in which any of the models stands, most used benchmarks first, primary splits before others."""
    marks = ", ".join("?" * len(models))
    sql = (
        "SELECT st.*, s.value, s.split AS stated, s.mode, s.evidence, src.title AS source, src.url, b.models AS spread, b.position "
        "FROM standing st CROSS JOIN score s ON s.id = st.score CROSS JOIN benchmark b ON b.id = st.benchmark "
        f"{SOURCE_OF_SCORE} WHERE st.model IN ({marks}) AND st.class < {EXTRA} ORDER BY b.models DESC, b.position, st.split, st.metric"
    )
    found: dict[tuple[str, str, str], Shared] = {}
    has: dict[str, set[str]] = defaultdict(set)
    for row in catalog.rows(sql, tuple(models)):
        key = (row["benchmark"], row["split"], row["metric"])
        shared = found.get(key) or found.setdefault(key, _empty(catalog, key))
        has[row["benchmark"]].add(row["model"])
        shared.figures[row["model"]] = {
            "value": row["value"], "comparable": row["class"] == COMPARABLE, "reason": row["reason"], "rank": row["rank"], "of": row["of"],
            "split_assumed": shared.part.assumed(row["stated"]),
            "mode": row["mode"], "evidence": row["evidence"], "source": row["source"], "url": row["url"],
        }  # fmt: skip
    for (benchmark, _, _), shared in found.items():
        for model in has[benchmark] - set(shared.figures):
            shared.figures[model] = dict(ELSEWHERE)
    by_benchmark: dict[str, list[Shared]] = defaultdict(list)
    for shared in found.values():
        by_benchmark[shared.part.benchmark].append(shared)
    return [each for group in by_benchmark.values() for each in sorted(group, key=lambda one: not one.part.primary)]


def _empty(catalog: Catalog, key: tuple[str, str, str]) -> Shared:
    part = part_of(catalog, *key)
    return Shared(part, questions_of(catalog, part), {})
