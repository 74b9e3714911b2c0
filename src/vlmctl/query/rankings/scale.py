"""Figures of several benchmarks on one scale: 0 to 100 between the ends of each benchmark's own published range.

The range is the metric's, never that of the rows at hand, so a model's score depends on nothing but its own figures. Sums
are exact whole numbers: figures count to the ninth decimal, and what is equal on paper is equal here.
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query.parts import benchmark_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["Scale", "scale_of", "weights_named"]

FINE = 10**9
"""Figures and weights are counted in billionths."""
LARGEST_WEIGHT = 1_000_000


class Scale(NamedTuple):
    """How figures of some benchmarks become one score."""

    parts: tuple[tuple[int, int, int], ...]
    """For each benchmark: factor, the worst value in billionths, and 1, or -1 where lower is better."""
    whole: int
    """The sum of a model that is best possible on all of them."""

    def merit(self, values: Sequence[float]) -> int:
        """The weighted sum of the scaled figures, as a whole number: more is better. One value for each benchmark."""
        pairs = zip(self.parts, values, strict=True)
        return sum(factor * sign * (round(value * FINE) - worst) for (factor, worst, sign), value in pairs)

    def score(self, merit: int) -> float:
        """The weighted mean as 0 to 100, rounded once."""
        return 100 * merit / self.whole


def scale_of(parts: Sequence[BenchmarkPart], weights: Mapping[BenchmarkPart, int]) -> Scale:
    """The scale of these benchmarks. `UsageError` if one has no published maximum.

    `score = 100 * sum(w * (value - min) / (max - min)) / sum(w)`; with `max - value` where lower is better.
    """
    for part in parts:
        if part.max is None or part.max <= part.min:
            raise UsageError(
                f"{part.title} ({part.metric_name}) has no highest possible value, so it can't be put on a scale",
                hint="leave it out, or rank by wins: --missing pairwise",
            )
    ranges = [round((part.max or 0) * FINE) - round(part.min * FINE) for part in parts]
    common = lcm(*ranges)
    found = tuple(
        (
            weights[part] * (common // span),
            round((part.min if part.higher_is_better else part.max or 0) * FINE),
            1 if part.higher_is_better else -1,
        )
        for part, span in zip(parts, ranges, strict=True)
    )
    return Scale(found, common * sum(weights[part] for part in parts))


def weights_named(catalog: Catalog, texts: Sequence[str], parts: Sequence[BenchmarkPart]) -> dict[BenchmarkPart, int]:
    """Weights as typed (`TextVQA=2,GQA=1`), in billionths; what isn't named weighs 1. `UsageError` for anything else."""
    weights = dict.fromkeys(parts, FINE)
    for text in (each.strip() for many in texts for each in many.split(",") if each.strip()):
        name, equals, number = text.rpartition("=")
        if not equals or not name.strip():
            raise UsageError(f"--weights {text}: no weight", hint="write BENCH=NUMBER, as in --weights TextVQA=2,GQA=1")
        weights[_part(catalog, name.strip(), parts)] = _weight(text, number)
    return weights


def _part(catalog: Catalog, name: str, parts: Sequence[BenchmarkPart]) -> BenchmarkPart:
    named = benchmark_part(catalog, name)
    same = [part for part in parts if part.benchmark == named.benchmark]
    if named in parts or len(same) == 1:
        return named if named in parts else same[0]
    raise UsageError(
        f"--weights {name}: it isn't among the benchmarks to rank by", hint=f"they are {', '.join(part.title for part in parts)}"
    )


def _weight(text: str, number: str) -> int:
    from decimal import Decimal, InvalidOperation

    try:
        weight = Decimal(number.strip())
    except InvalidOperation:
        weight = Decimal(0)
    if not weight.is_finite() or not Decimal(1) / FINE <= weight <= LARGEST_WEIGHT:
        raise UsageError(f"--weights {text}: a weight is a number above 0", hint="leave a benchmark out that is to count nothing")
    return int(weight * FINE)
