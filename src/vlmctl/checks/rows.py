"""Checks of figures beside each other: two under one key, misplaced ones, pairs the wrong way round, copied rows."""

from __future__ import annotations

import re
from math import isclose
from typing import TYPE_CHECKING

from vlmctl.checks.around import Around, plausible
from vlmctl.checks.check import Problem, error, warning
from vlmctl.checks.scores import fits, possible
from vlmctl.names import normalize
from vlmctl.store.additions import same_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.subjects import ModelSubject, ScoreSubject

MANY = 5
"""Equal figures of two models, from one source, that are more than chance."""


def _siblings(score: ScoreSubject, around: Around) -> list[ScoreSubject]:
    """The scores of the same model from the same source, in the order of the record, this one included."""
    ours = around.scores_by_model[score.model.record.id]
    return [other for other in ours if other.record.source == score.record.source and other.model.entry is score.model.entry]


def _is(score: ScoreSubject, other: ScoreSubject) -> bool:
    return score.record is other.record


@error("score")
def duplicate_score(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """Two current figures of a model under one comparison key from the same source.

    Only one can be the figure of that benchmark, split, metric, protocol, number of shots, variant and mode. If both are
    right, something sets them apart: name the metric, the split, or a `variant`. If the makers corrected a figure, the
    older one is `status: superseded`.

    It holds across layers: an overlay's figure mustn't contradict one that ships in the name of the same document. If
    the figure below is wrong, the overlay repeats it with `status: superseded`, which withdraws it, and has its own
    beside it; if the figure was read elsewhere, it names that source.
    """
    if score.record.status:
        return
    for other in around.scores_by_model[score.model.record.id]:
        same = other.key == score.key and not other.record.status and not _is(score, other) and _same_document(score, other)
        if same and not around.withdrawn(other) and _after(score, other, around):
            message = f"{score.shown}: a second figure under the same key from {score.record.source!r}"
            yield Problem(("value",), message, str(score.record.value), _way_out(score, other))
            return


def _after(score: ScoreSubject, other: ScoreSubject, around: Around) -> bool:
    """Whether a score stands behind another: in a higher layer, or further down in the same."""
    ours, theirs = around.catalog.level(score.entry), around.catalog.level(other.entry)
    if ours != theirs:
        return ours > theirs
    scores = around.scores_by_model[score.model.record.id]
    first = next(each for each in scores if _is(each, score) or _is(each, other))
    return _is(first, other)


def _same_document(score: ScoreSubject, other: ScoreSubject) -> bool:
    """Whether two scores were read in one document; in two files it may stand under two keys."""
    same_key = score.entry is other.entry and score.record.source == other.record.source
    return same_key or (score.entry is not other.entry and same_document(score.source, other.source))


def _way_out(score: ScoreSubject, other: ScoreSubject) -> str:
    """Where the other figure is, and what to do if both are right or one is wrong."""
    value, equal = other.record.value, other.record.value == score.record.value
    if score.entry is other.entry:
        line = other.entry.place(*other.route).line
        there, wrong = f"line {line} has {value}", f"correct line {line}"
    else:
        there = f"{other.entry.origin or 'the catalog'} has {value}"
        wrong = f"repeat the {value} with status: superseded, which withdraws it"
    if equal:
        return f"{there}, too: leave one out, or name another source or a variant"
    return f"{there}; if both are right, name another source or a variant; if that is wrong, {wrong}"


@warning("score")
def misplaced_value(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """The value can't belong here, but would fit the benchmark beside it.

    A row that slipped by one column puts every figure under its neighbour's name. Compare the whole row with the source's
    header.
    """
    value = score.record.value
    if fits(score, value):
        return
    ours = _siblings(score, around)
    place = next(index for index, other in enumerate(ours) if _is(score, other))
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(ours):
            other = ours[beside]
            same = other.benchmark.id == score.benchmark.id
            if not same and plausible(other) and fits(other, value) and other.record.value != value:
                yield Problem(("value",), f"{score.shown}: {value} would fit {other.shown}, which stands beside it", str(value))
                return


@warning("score")
def swapped_pair(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """Two parts of one benchmark stand the wrong way round.

    Sources print MME as perception/cognition or the other way round. Perception goes to 2000 and cognition to 800: when
    neither figure fits its own part and both fit the other's, they are swapped.
    """
    for other in _siblings(score, around):
        if _is(score, other):
            return
        apart = other.benchmark.id == score.benchmark.id and other.metric.id != score.metric.id
        if apart and not fits(score, score.record.value) and not fits(other, other.record.value):
            crossed = fits(score, other.record.value) and fits(other, score.record.value)
            if crossed:
                message = f"{score.shown} and {other.shown} seem to be swapped"
                yield Problem(("value",), message, f"{other.record.value} and {score.record.value}", "exchange the two values")


@warning("score")
def sum_of_parts(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """A total isn't the sum of its parts.

    MME's total is perception plus cognition. Where a source's own sum doesn't add up, keep its figures, say so in the
    `note`, and name this check in `explains`.
    """
    if score.split != "total" or score.record.status:
        return
    parts = {split.id for split in score.benchmark.splits or ()} - {"total"}
    plain = [o for o in _siblings(score, around) if o.benchmark.id == score.benchmark.id and not o.record.status and o.split in parts]
    ours = [
        o
        for o in plain
        if (o.record.variant, o.record.mode, o.record.protocol) == (score.record.variant, score.record.mode, score.record.protocol)
    ]
    if {other.split for other in ours} == parts and len(ours) == len(parts) and _adds_up(score, ours):
        total = sum(other.record.value for other in ours)
        if abs(total - score.record.value) > 1.01:
            terms = " + ".join(str(other.record.value) for other in ours)
            yield Problem(("value",), f"{score.shown}: {terms} is {total:g}", str(score.record.value))


def _adds_up(total: ScoreSubject, parts: list[ScoreSubject]) -> bool:
    """Whether the total's scale is the sum of the parts' scales: an average isn't."""
    highest = [part.metric.max for part in parts]
    return None not in highest and sum(filter(None, highest)) == total.metric.max


@warning("score")
def copied_figure(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """Two models have the same figure with the same quote.

    One quote shows one cell. If it shows a row in which both models really have the figure, quote each model's own cell.
    """
    record = score.record
    if not record.quote or record.status:
        return
    for other in around.by_figure[*score.key, record.value]:
        if _is(score, other):
            return
        theirs = other.record
        same_place = theirs.quote == record.quote and theirs.where == record.where and _url(other) == _url(score)
        if other.model.record.id != score.model.record.id and same_place and not theirs.status and _names_row(score, around):
            message = f"{score.shown}: {other.model.record.id!r} has the same figure with the same quote"
            yield Problem(("quote",), message, record.quote)
            return


def _url(score: ScoreSubject) -> str | None:
    source = score.source
    return (source.url or source.title) if source else None


def _names_row(score: ScoreSubject, around: Around) -> bool:
    """Whether the quote has more than the benchmark's label and the figure, such as the model's name in the table."""
    quote = re.sub(r"[-+]?[\d.,]+%?", " ", score.record.quote or "")
    known = {normalize(name) for metric in score.benchmark.metrics for name in (metric.id, metric.name, *(metric.aliases or ()))}
    rest = [word for word in re.split(r"[|:;=]", quote) if normalize(word) and normalize(word) not in known]
    return any(normalize(word) not in around.labels and len(normalize(word)) > 2 for word in rest) and len(rest) > 1


@warning("model")
def copied_row(model: ModelSubject, around: Around) -> Iterator[Problem]:
    """Most figures of two models are equal.

    Two models measured on the same benchmarks don't agree in every digit: one row was copied and not filled in, or both
    names mean one model. If the source really prints the same, say so in the `note`.
    """
    ours = [score for score in around.scores_by_model[model.record.id] if not score.record.status and score.entry is model.entry]
    equal: dict[str, int] = {}
    for score in ours:
        others = {other.model.record.id for other in around.by_figure[*score.key, score.record.value] if not other.record.status}
        for key in others - {model.record.id}:
            equal[key] = equal.get(key, 0) + 1
    mine = {score.key for score in ours}
    for key, count in equal.items():
        theirs = {score.key for score in around.scores_by_model[key] if not score.record.status}
        shared = len(mine & theirs)
        first = list(around.scores_by_model)
        if count >= MANY and count >= 0.8 * shared and first.index(key) < first.index(model.record.id):
            yield Problem(("id",), f"{count} of {shared} figures equal those of {key!r}", model.record.id)


@warning("score")
def same_value_elsewhere(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """The same long figure stands under two benchmarks.

    A figure with two decimals or four digits seldom occurs twice in one row: one of the two was pasted into the wrong line.
    """
    value = score.record.value
    if len(f"{value:g}".replace(".", "")) < 4:
        return
    for other in _siblings(score, around):
        if _is(score, other):
            return
        if isclose(other.record.value, value) and other.benchmark.id != score.benchmark.id and possible(other, value):
            yield Problem(("value",), f"{score.shown} and {other.shown} have the same figure", str(value))
            return
