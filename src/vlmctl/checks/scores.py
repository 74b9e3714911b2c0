"""Checks of single figures: the value, its range, its quote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlmctl.checks.around import Around, plausible
from vlmctl.checks.check import Problem, error, warning
from vlmctl.checks.numbers import holds, numbers, scale_of
from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.subjects import ScoreSubject


def fits(score: ScoreSubject, value: float) -> bool:
    """Whether a value could be a figure of this score's benchmark, split and metric."""
    span = plausible(score)
    if span is not None:
        return span[0] <= value <= span[1]
    return possible(score, value)


def possible(score: ScoreSubject, value: float) -> bool:
    """Whether the metric can have such a value."""
    return score.metric.min <= value and (score.metric.max is None or value <= score.metric.max)


@error("score")
def value_out_of_range(score: ScoreSubject) -> Iterator[Problem]:
    """The value is outside what the metric can be.

    A percentage over 100 or an MME cognition score over 800 stands under the wrong benchmark, split or metric, or is a
    slip of the keyboard. Look at the source again; if the source uses another scale, convert the figure and say so in
    the `note`.
    """
    value = score.record.value
    if not possible(score, value):
        most = "" if score.metric.max is None else f" to {score.metric.max}"
        hint = _other_metrics(score)
        yield Problem(("value",), f"{score.shown}: {score.metric.name} goes from {score.metric.min}{most}", str(value), hint)


def _other_metrics(score: ScoreSubject) -> str | None:
    value = score.record.value
    for metric in score.benchmark.metrics:
        if metric.id != score.metric.id and metric.min <= value and metric.max is not None and value <= metric.max:
            return f"it would fit the metric {metric.id!r}"
    return None


@warning("score")
def implausible_value(score: ScoreSubject) -> Iterator[Problem]:
    """The value is outside the range in which real models lie.

    The benchmark's `plausible` range is where its figures are. One outside it mostly stands under the wrong benchmark,
    split or metric, or on another scale. If the source really says so, let the `note` tell why it can be true, and name
    this check in `explains`.
    """
    value = score.record.value
    span = plausible(score)
    if span is None or span[0] <= value <= span[1] or not possible(score, value):
        return
    hint = None
    for factor, words in ((100, "a fraction"), (10, "a tenth of it")):
        if span[0] <= value * factor <= span[1] and value < 1:
            hint = f"{words}? on this scale it would be {round(value * factor, 6):g}"
            break
    yield Problem(("value",), f"{score.shown}: real figures lie from {span[0]} to {span[1]}", str(value), hint)


@warning("score")
def quote_lacks_value(score: ScoreSubject) -> Iterator[Problem]:
    """The quote doesn't hold the value.

    The quote is what the source prints; without the figure in it nobody can see that the right cell was read. A program's
    output with many more decimals is enough. Quote the cell; if it can't be quoted, let the `note` tell why, and name this
    check in `explains`.
    """
    quote = score.record.quote
    if quote and not holds(quote, score.record.value) and scale_of(quote, score.record.value) is None:
        near = min((number for number in numbers(quote)), key=lambda number: abs(number[1] - score.record.value), default=None)
        hint = f"the nearest number in the quote is {near[0]}" if near else "there is no number in the quote"
        yield Problem(("quote",), f"{score.shown}: the quote doesn't hold {score.record.value}", quote, hint)


@warning("score")
def scale_unexplained(score: ScoreSubject) -> Iterator[Problem]:
    """The value is on another scale than the quote, and nothing says so.

    `0.642` in the source and `64.2` in the record is right where the metric is a percentage, but a reader who follows the
    source must be told. Say it in the `note`, or put `scale` into `assumed` where the source doesn't name its scale.
    """
    record = score.record
    if record.quote and not record.note and "scale" not in (record.assumed or ()) and not holds(record.quote, record.value):
        factor = scale_of(record.quote, record.value)
        if factor is not None:
            yield Problem(("value",), f"{score.shown}: {factor:g} times the figure in the quote", str(record.value))


@warning("score")
def quote_names_other_benchmark(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """The quote puts the value under another benchmark's name.

    In a table with many columns the neighbour's figure is the easiest mistake. If the source's label is a spelling of this
    benchmark that isn't known yet, add it to the benchmark's `aliases`.
    """
    quote = score.record.quote
    if not quote:
        return
    named: set[str] = set()
    for match in re.finditer(r"(?<![\w.])(\d+(?:\.\d+)?)(?![\w.]*\d)", quote):
        if float(match.group(1)) == score.record.value:
            before = re.split(r"[|;,:()]", quote[: match.start()].rstrip(" :=*|"))[-1]
            if "/" not in before:  # a / b / c: 1 / 2 / 3
                named |= _meant(around, before.strip())
    if named and score.benchmark.id not in named:
        names = " or ".join(sorted(named))
        yield Problem(("benchmark",), f"the quote has {score.record.value} under {names}", score.record.benchmark)


def _meant(around: Around, label: str) -> set[str]:
    """The benchmarks that the last words before a figure name: the longest run of words that is a known spelling."""
    words = label.split()
    for first in range(max(0, len(words) - 5), len(words)):
        meant = around.labels.get(normalize(" ".join(words[first:])))
        if meant:
            return meant
    return set()
