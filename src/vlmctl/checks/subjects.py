"""What checks look at: one subject per record, model and score, each with what it needs of its surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlmctl.store.additions import comparison_key
from vlmctl.store.placing import effective_metric, effective_split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vlmctl.checks.check import Route
    from vlmctl.records import Benchmark, Family, Metric, Model, ModelAddition, Score, Source
    from vlmctl.source.layers import Catalog, Entry
    from vlmctl.source.loading import LoadedFile

__all__ = ["FileSubject", "ModelSubject", "RecordSubject", "ScoreSubject", "Subject", "models_of", "scores_of", "subjects"]


@dataclass(frozen=True, slots=True)
class RecordSubject:
    """A whole record: a family, benchmark, component or license."""

    entry: Entry[Any]
    record: Any
    route: Route = ()

    @property
    def key(self) -> str:
        """The record's id."""
        key: str = self.record.id
        return key


@dataclass(frozen=True, slots=True)
class FileSubject:
    """A file, whatever it holds."""

    file: LoadedFile
    route: Route = ()


@dataclass(frozen=True, slots=True)
class ModelSubject:
    """A model, in its family's file or in one of its own."""

    entry: Entry[Any]
    record: Model | ModelAddition
    family: Family | None
    """None where the family isn't known."""
    route: Route = ()

    @property
    def name(self) -> str:
        """The name to show."""
        return self.record.name or self.record.id

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources that its scores may name."""
        own = getattr(self.record, "sources", None) or {}
        return {**((self.family.sources if self.family else None) or {}), **own}


@dataclass(frozen=True, slots=True)
class ScoreSubject:
    """A score of a model."""

    model: ModelSubject
    record: Score
    benchmark: Benchmark
    split: str
    """What the split counts as: stated, the benchmark's default, '' for none, '?' for not known."""
    metric: Metric
    """What was computed."""
    route: Route = ()

    @property
    def entry(self) -> Entry[Any]:
        """The record's entry."""
        return self.model.entry

    @property
    def source(self) -> Source | None:
        """The document in which it was read."""
        return self.model.sources.get(self.record.source)

    @property
    def key(self) -> tuple[Any, ...]:
        """The comparison key, with the mode."""
        return comparison_key(self.benchmark, self.record)

    @property
    def shown(self) -> str:
        """Benchmark, split and metric as people write them."""
        split = f"@{self.record.split}" if self.record.split else ""
        return f"{self.benchmark.name}{split}"


Subject = RecordSubject | FileSubject | ModelSubject | ScoreSubject


def models_of(catalog: Catalog, entry: Entry[Any]) -> Iterator[ModelSubject]:
    """The models that stand in an entry's file."""
    if entry.file.kind == "family":
        for index, model in enumerate(entry.record.models):
            yield ModelSubject(entry, model, entry.record, ("models", index))
    elif entry.file.kind == "model":
        family = catalog.families.get(entry.record.family)
        yield ModelSubject(entry, entry.record, family.record if family else None)


def scores_of(catalog: Catalog, model: ModelSubject) -> Iterator[ScoreSubject]:
    """The scores of a model whose benchmark and metric are known."""
    for index, score in enumerate(model.record.scores or ()):
        entry = catalog.benchmarks.get(score.benchmark)
        if entry is None:
            continue
        benchmark = entry.record
        name = effective_metric(benchmark, score)
        metric = next((metric for metric in benchmark.metrics if metric.id == name), None)
        if metric is not None:
            yield ScoreSubject(model, score, benchmark, effective_split(benchmark, score), metric, (*model.route, "scores", index))


def subjects(catalog: Catalog, entry: Entry[Any]) -> Iterator[tuple[str, RecordSubject | ModelSubject | ScoreSubject]]:
    """All subjects in an entry, each with what kind it is."""
    kinds = {"family": "family", "benchmark": "benchmark", "licenses": "license"}
    if entry.file.kind != "model":
        yield kinds.get(entry.file.kind, "component"), RecordSubject(entry, entry.record)
    for model in models_of(catalog, entry):
        yield "model", model
        for score in scores_of(catalog, model):
            yield "score", score
