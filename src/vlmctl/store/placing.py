"""Who stands where on each benchmark.

Effective splits and metrics, the figure chosen under each comparison key, which figures are comparable, and their ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlmctl.choices import EVIDENCE
from vlmctl.store.catalog import COMPARABLE, EXTRA, UNRANKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vlmctl.records import Benchmark, Score

__all__ = ["UNKNOWN_SPLIT", "Figure", "Standing", "effective_metric", "effective_split", "standings"]

UNKNOWN_SPLIT = "?"
"""What a figure counts as whose split isn't stated and can't be told."""


def effective_split(benchmark: Benchmark, score: Score) -> str:
    """The split that a figure counts as: the stated one, else the benchmark's default; '' where it has no splits."""
    if score.split:
        return score.split
    if not benchmark.splits:
        return ""
    default = benchmark.default_split_when_unstated
    return (default.split if default else None) or UNKNOWN_SPLIT


def effective_metric(benchmark: Benchmark, score: Score) -> str:
    """The metric of a figure: the named one, else that of the *stated* split, else the benchmark's.

    A figure whose split isn't stated doesn't take on its default split's metric: what it may be taken for doesn't say
    what was computed.
    """
    if score.metric:
        return score.metric
    if score.split is None and benchmark.metric_without_split:
        return benchmark.metric_without_split
    for split in benchmark.splits or ():
        if split.id == score.split and split.metric:
            return split.metric
    return benchmark.metric


@dataclass(slots=True)
class Figure:
    """A current score with what ranking needs."""

    id: int
    model: str
    split: str
    """What it counts as."""
    merit: float
    """The value, negated where lower is better."""
    protocol: str
    shots: int | None
    variant: str | None
    thinking: bool
    evidence: int
    """Place in `choices.EVIDENCE`."""
    dated: str
    """When its source was published, or else read; '' where neither is known, which counts as oldest."""

    @property
    def reason(self) -> str | None:
        """Why it isn't ranked; None where it is comparable."""
        if self.protocol == "few-shot":
            return f"few-shot ({self.shots})" if self.shots else "few-shot"
        if self.protocol != "generalist":
            return self.protocol
        if self.variant:
            return self.variant
        if EVIDENCE[self.evidence] == "listed":
            return "only in the list"
        if self.split == UNKNOWN_SPLIT:
            return "split not stated"
        return None

    @property
    def preference(self) -> tuple[int, bool, str, int]:
        """Sorts the figures under one key: the chosen one comes last.

        The better evidence, then the figure without thinking, then the newest source, then the later place in the catalog
        (overlays come after what they are laid over). `query/cards/provenance.py` tells people which of these decided.
        """
        return (-self.evidence, not self.thinking, self.dated, self.id)


@dataclass(slots=True)
class Standing:
    """A model's figure in a ranking."""

    figure: Figure
    rank_class: int
    rank: int | None = None
    of: int | None = None


def standings(figures: Iterable[Figure]) -> Iterator[Standing]:
    """The standings of one (benchmark, split, metric): best first among the ranked, then the others."""
    models: dict[str, dict[tuple[str, int | None, str | None], Figure]] = {}
    for figure in figures:
        chosen_of = models.setdefault(figure.model, {})
        key = (figure.protocol, figure.shots, figure.variant)
        before = chosen_of.get(key)
        if before is None or before.preference < figure.preference:
            chosen_of[key] = figure
    ranked: list[Figure] = []
    others: list[Standing] = []
    for chosen_of in models.values():
        chosen = sorted(chosen_of.values(), key=lambda figure: -figure.merit)
        plain = next((figure for figure in chosen if figure.reason is None), None)
        if plain is not None:
            ranked.append(plain)
        first = plain or chosen[0]
        if plain is None:
            others.append(Standing(first, UNRANKED))
        others.extend(Standing(figure, EXTRA) for figure in chosen if figure is not first)
    ranked.sort(key=lambda figure: -figure.merit)
    rank = 0
    merit: float | None = None
    for place, figure in enumerate(ranked, start=1):
        if figure.merit != merit:
            rank, merit = place, figure.merit
        yield Standing(figure, COMPARABLE, rank, len(ranked))
    yield from others
