"""What nothing beats, of things that have a cost and a merit.

One beats another if it costs no more and is no worse, and is cheaper or better. Values are compared as they are stored,
never rounded. What is equal in both stays together on the front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Span", "beats", "on_front"]


class Span(NamedTuple):
    """A model's place: its cost, which may be known only as a span (a month), and its merit (more is better)."""

    low: Any
    high: Any
    merit: float


def beats(one: Span, other: Span) -> bool:
    """Whether `one` surely costs no more and is no worse than `other`, and is surely cheaper or better.

    Spans that overlap tell nothing about which is cheaper; equal spans count as the same cost.
    """
    same = (one.low, one.high) == (other.low, other.high)
    if not (same or one.high <= other.low) or one.merit < other.merit:
        return False
    return one.merit > other.merit or (not same and one.high < other.low)


def on_front(spans: Sequence[Span]) -> list[bool]:
    """Whether nothing beats each; in n log n steps.

    Going up by `low`, `ended` walks by `high`: what is there ended no later than the current span begins.
    """
    by_low = sorted(range(len(spans)), key=lambda i: spans[i].low)
    by_high = sorted(range(len(spans)), key=lambda i: spans[i].high)
    best_of: dict[tuple[Any, Any], float] = {}
    for span in spans:
        key = (span.low, span.high)
        best_of[key] = max(best_of.get(key, span.merit), span.merit)
    marks = [False] * len(spans)
    until = before = float("-inf")  # best merit of what ended no later than, and before, the current `low`
    reached = passed = 0
    for i in by_low:
        low, high, merit = spans[i]
        while reached < len(spans) and spans[by_high[reached]].high <= low:
            until = max(until, spans[by_high[reached]].merit)
            reached += 1
        while passed < len(spans) and spans[by_high[passed]].high < low:
            before = max(before, spans[by_high[passed]].merit)
            passed += 1
        marks[i] = max(until, best_of[low, high]) <= merit and before < merit
    return marks
