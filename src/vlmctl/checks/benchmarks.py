"""Checks of benchmarks: ranges, splits, metrics and their spellings."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from vlmctl.checks.check import Problem, Route, error, warning
from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.around import Around
    from vlmctl.checks.subjects import RecordSubject


@error("benchmark")
def range_reversed(benchmark: RecordSubject) -> Iterator[Problem]:
    """A range whose ends are the wrong way round.

    Nothing lies between them, so every figure would be wrong.
    """
    record = benchmark.record
    for index, metric in enumerate(record.metrics):
        if metric.max is not None and metric.min >= metric.max:
            yield Problem(("metrics", index, "max"), f"{metric.id}: from {metric.min} to {metric.max}", str(metric.max))
    ranges: dict[Route, list[float] | None] = {("plausible",): record.plausible}
    ranges |= {("plausible_by_metric", key): span for key, span in (record.plausible_by_metric or {}).items()}
    for route, span in ranges.items():
        if span and span[0] >= span[1]:
            yield Problem(route, f"from {span[0]} to {span[1]}", str(span))


@error("benchmark")
def plausible_impossible(benchmark: RecordSubject) -> Iterator[Problem]:
    """The plausible range leaves the metric's range.

    Real figures can't lie where no figure can.
    """
    record = benchmark.record
    metrics = {metric.id: metric for metric in record.metrics}
    ranges: dict[Route, tuple[str, list[float] | None]] = {("plausible",): (record.metric, record.plausible)}
    ranges |= {("plausible_by_metric", key): (key, span) for key, span in (record.plausible_by_metric or {}).items()}
    for route, (key, span) in ranges.items():
        metric = metrics.get(key)
        if span and metric and (span[0] < metric.min or (metric.max is not None and span[1] > metric.max)):
            yield Problem(route, f"{key} goes from {metric.min} to {metric.max}", str(span))


@error("benchmark")
def part_twice(benchmark: RecordSubject) -> Iterator[Problem]:
    """Two splits or two metrics of a benchmark bear the same name.

    `NAME@split` would mean two things. Compared without case, `-`, `_`, `.` and spaces.
    """
    record = benchmark.record
    for group, parts in (("splits", record.splits or ()), ("metrics", record.metrics)):
        seen: dict[str, str] = {}
        for index, part in enumerate(parts):
            names: list[tuple[Route, str]] = [(("id",), part.id), (("name",), part.name)]
            names += [(("aliases", place), alias) for place, alias in enumerate(part.aliases or ())]
            for route, name in names:
                first = seen.setdefault(normalize(name), part.id)
                if first != part.id or (route == ("id",) and part.id in [other.id for other in parts[:index]]):
                    yield Problem((group, index, *route), f"{name!r} is also a name of {first!r}", name)


@warning("benchmark")
def split_of_no_alias(benchmark: RecordSubject) -> Iterator[Problem]:
    """`alias_splits` names a spelling that isn't among the aliases.

    It tells which split a spelling stands for (`TextVQA_VAL`: `val`); nobody can type a spelling that isn't one. Add it to
    `aliases`.
    """
    record = benchmark.record
    known = {normalize(name) for name in (record.id, record.name, *(record.aliases or ()))}
    for alias in record.alias_splits or {}:
        if normalize(alias) not in known:
            yield Problem(("alias_splits", alias), f"{alias!r} is no alias", alias, "add it to aliases")


@warning("benchmark")
def questions_twice(benchmark: RecordSubject) -> Iterator[Problem]:
    """The number of questions stands at the benchmark and at its splits.

    It belongs to the splits where there are some. One of the two numbers will be forgotten when the other changes.
    """
    record = benchmark.record
    if record.questions and any(split.questions for split in record.splits or ()):
        yield Problem(("questions",), "the splits have their own", str(record.questions), "leave it out here")


@warning("benchmark")
def unused_benchmark(benchmark: RecordSubject, around: Around) -> Iterator[Problem]:
    """No model has a score on the benchmark.

    It can't rank anybody yet. Often it is another spelling of one that exists.
    """
    if benchmark.key not in around.scored:
        yield Problem(("id",), "no model has a score on it", benchmark.key)


@warning("benchmark")
def task_spelled_anew(benchmark: RecordSubject, around: Around) -> Iterator[Problem]:
    """A task that no other benchmark has, and that is all but one that others have.

    `documents` beside `document` would be two tasks in every filter and count. Use the word that is there.
    """
    task = benchmark.record.task
    if around.tasks[task] == 1:
        near = get_close_matches(task, [other for other, count in around.tasks.items() if other != task and count > 1], n=1, cutoff=0.8)
        for other in near:
            yield Problem(("task",), f"no other benchmark has the task {task!r}", task, f"did you mean {other!r}?")


@warning("benchmark")
def no_plausible_range(benchmark: RecordSubject) -> Iterator[Problem]:
    """A benchmark without a plausible range.

    The range in which real figures lie is what finds a figure under the wrong benchmark. Take it from the figures there
    are, with room on both sides.
    """
    record = benchmark.record
    if record.plausible is None and not record.plausible_by_metric:
        yield Problem(("id",), "no 'plausible' range", benchmark.key)
