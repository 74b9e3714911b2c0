"""Benchmarks: what is asked, how it is scored, and which figures may be compared."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vlmctl.choices import Unit
from vlmctl.records.common import Explains, Id, Links, Natural, Number, PartialDate, Record, Text

__all__ = ["Benchmark", "DefaultSplit", "Metric", "Split"]

Range = Annotated[list[Number], Field(min_length=2, max_length=2)]


class Metric(Record):
    """What is computed."""

    id: Text
    """The metric's id within the benchmark."""
    name: Text
    """How it is called in full."""
    unit: Unit
    """The figure's unit."""
    min: Number
    """The lowest possible value."""
    max: Number | None = None
    """The highest possible value; left out where there is none."""
    higher_is_better: bool
    """The direction."""
    aliases: list[Text] | None = None
    """Spellings that sources use."""


class Split(Record):
    """A part of the benchmark that is scored on its own."""

    id: Text
    """The split's id within the benchmark."""
    name: Text
    """How it is called in full."""
    aliases: list[Text] | None = None
    """Spellings that sources use."""
    primary: bool = False
    """The split that rankings use unless told otherwise; exactly one is."""
    metric: Text | None = None
    """The metric that counts on this split, where it isn't the benchmark's."""
    questions: Natural | None = None
    """How many questions it has, for the benchmark's own noise."""


class DefaultSplit(Record):
    """What a figure may be taken for when its source names no split."""

    split: Text | None = None
    """The split it counts as; left out where it can't be told."""
    reason: Text
    """Why."""


class Benchmark(Record):
    """A test set with its rules."""

    id: Id
    """Equals the file's name."""
    name: Text
    """As it is usually written."""
    aliases: list[Text] | None = None
    """Spellings that sources use."""
    alias_splits: dict[Text, Text] | None = None
    """Aliases that name a split as well."""
    full_name: Text | None = None
    """The paper's title or the name in full."""
    summary: Text
    """What is asked and how it is scored, in a sentence or two."""
    summary_zh: Text | None = None
    """The same in Chinese."""
    task: Text
    """What it tests: `text-vqa`, `document`, `math` …"""
    released: PartialDate | None = None
    """When it was published."""
    links: Links | None = None
    """Where readers go on."""
    metric: Text
    """The primary metric."""
    metrics: Annotated[list[Metric], Field(min_length=1)]
    """All metrics in use."""
    metric_without_split: Text | None = None
    """The metric of a figure without a split, where the split decides the metric (MME)."""
    splits: list[Split] | None = None
    """Its splits; left out where there is one set."""
    questions: Natural | None = None
    """How many questions it has, where it has no splits."""
    default_split_when_unstated: DefaultSplit | None = None
    """What a figure without a stated split counts as."""
    train_split: bool | None = None
    """Whether it has a training split that models may have seen."""
    comparability: Text | None = None
    """What must be kept apart."""
    plausible: Range | None = None
    """The range in which a real model's figure lies, in `metric` and in metrics on the same scale; outside it a figure is doubted."""
    plausible_by_metric: dict[Text, Range] | None = None
    """The same for single metrics, by id."""
    notes: Text | None = None
    """Further remarks."""
    explains: Explains | None = None
    """Ids of the checks whose warnings about this benchmark the notes explain."""
