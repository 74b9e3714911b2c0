"""A benchmark's own noise: how far apart two figures must lie before the number of its questions can tell them apart.

A figure that is the mean of `n` per-question scores between 0 and 1 has, as a fraction `p`, a standard error of at most
`sqrt(p * (1 - p) / n)`: exactly that for right-or-wrong answers, less where answers earn part of a point (VQA accuracy,
ANLS), since a score between 0 and 1 is never below its square, so its variance is at most `p - p * p`. Two figures are
taken as independent; as both models answered the same questions, the true error of their difference is usually smaller.
So what is called a difference is one; what is called noise may still be a small difference.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["MEANS", "difference_error", "questions_of", "within_noise"]

MEANS = frozenset(
    {
        "accuracy", "vanilla-accuracy", "vqa-accuracy", "relaxed-accuracy", "anls", "exact-match", "a-acc", "accuracy-iou-0.5",
        "single-accuracy", "success-rate", "pass-at-1",
    }
)  # fmt: skip
"""Metrics that are means over questions of scores between 0 and 1. F1, CIDEr, sums, judges' ratings and means of
subtasks' means are not."""

SURE = 1.96
"""Standard errors that two figures of one true value stay within 95 times in 100."""


def difference_error(one: float, other: float, questions: int) -> float:
    """The standard error, in percentage points, of the difference of two figures in percent on so many questions each."""
    shares = [min(max(value / 100, 0.0), 1.0) for value in (one, other)]
    return 100 * sqrt(sum(share * (1 - share) for share in shares) / questions)


def within_noise(one: float, other: float, questions: int) -> bool:
    """Whether two figures in percent lie within 1.96 standard errors of their difference."""
    return abs(one - other) <= SURE * difference_error(one, other, questions)


def questions_of(catalog: Catalog, part: BenchmarkPart) -> int | None:
    """How many questions a figure is the mean over; None where it isn't known or the metric is no such mean."""
    if part.unit != "percent" or part.metric not in MEANS:
        return None
    if part.split:
        sql = "SELECT questions FROM split WHERE benchmark = ? AND id = ?"
        found: int | None = catalog.value(sql, (part.benchmark, part.split))
        return found
    whole: int | None = catalog.value("SELECT questions FROM benchmark WHERE id = ?", (part.benchmark,))
    return whole
