"""What a check may look at besides its subject: the whole catalog, and indexes over it that are made when first asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vlmctl.checks.subjects import ModelSubject, ScoreSubject, models_of, scores_of
from vlmctl.names import normalize
from vlmctl.store.additions import same_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from vlmctl.records import Benchmark, Metric
    from vlmctl.source.layers import Catalog, Entry

__all__ = ["Around", "plausible", "plausible_range"]


@dataclass
class Around:
    """The catalog around a subject."""

    catalog: Catalog
    today: date

    @cached_property
    def models(self) -> list[ModelSubject]:
        """All models."""
        entries = (*self.catalog.families.values(), *self.catalog.additions)
        return [model for entry in entries for model in models_of(self.catalog, entry)]

    @cached_property
    def scores(self) -> list[ScoreSubject]:
        """All scores."""
        return [score for model in self.models for score in scores_of(self.catalog, model)]

    @cached_property
    def scores_by_model(self) -> Mapping[str, list[ScoreSubject]]:
        """Scores by the model's id, in the order of the records."""
        found: dict[str, list[ScoreSubject]] = defaultdict(list)
        for score in self.scores:
            found[score.model.record.id].append(score)
        return found

    def withdrawn(self, score: ScoreSubject) -> bool:
        """Whether a higher layer repeats a score as superseded, which takes it out of all rankings."""
        level = self.catalog.level(score.entry)
        return any(
            other.record.status
            and (other.key, other.record.value) == (score.key, score.record.value)
            and self.catalog.level(other.entry) > level
            and same_document(other.source, score.source)
            for other in self.scores_by_model[score.model.record.id]
        )

    @cached_property
    def by_figure(self) -> Mapping[tuple[Any, ...], list[ScoreSubject]]:
        """Scores by comparison key and value: the same figure of several models."""
        found: dict[tuple[Any, ...], list[ScoreSubject]] = defaultdict(list)
        for score in self.scores:
            found[*score.key, score.record.value].append(score)
        return found

    @cached_property
    def labels(self) -> Mapping[str, set[str]]:
        """Every spelling of a benchmark, normalized, and the ids that it may mean."""
        found: dict[str, set[str]] = defaultdict(set)
        for entry in self.catalog.benchmarks.values():
            record = entry.record
            for name in (record.id, record.name, *(record.aliases or ())):
                found[normalize(name)].add(record.id)
        return found

    @cached_property
    def used(self) -> set[str]:
        """Ids of the components and licenses that some record names."""
        found: set[str | None] = set()
        for entry in self.catalog.families.values():
            family = entry.record
            if family.architecture:
                found.update(family.architecture.language_models or ())
                found.update(family.architecture.vision_encoders or ())
            if family.license:
                found.update((family.license.code, family.license.weights))
        for model in self.models:
            found.update((model.record.language_model, model.record.license, *(model.record.vision_encoders or ())))
        return {key for key in found if key is not None}

    @cached_property
    def tasks(self) -> Mapping[str, int]:
        """How many benchmarks have each task."""
        found: dict[str, int] = defaultdict(int)
        for entry in self.catalog.benchmarks.values():
            found[entry.record.task] += 1
        return found

    @cached_property
    def scored(self) -> set[str]:
        """Ids of the benchmarks on which some model has a score."""
        return {score.benchmark.id for score in self.scores}

    @cached_property
    def names(self) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
        """By kind and normalized name: what bears it, as (id, form), where the form is `id`, `name`, `alias` or `hf`."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for kind, record in self._named():
            forms = [(record.id, "id"), (getattr(record, "name", None), "name"), (getattr(record, "hf", None), "hf")]
            forms += [(alias, "alias") for alias in getattr(record, "aliases", None) or ()]
            for name, form in forms:
                if name and (record.id, form) not in found[kind, normalize(name)]:
                    found[kind, normalize(name)].append((record.id, form))
        return found

    def _named(self) -> Iterator[tuple[str, Any]]:
        catalog = self.catalog
        groups: tuple[tuple[str, Mapping[str, Entry[Any]]], ...] = (
            ("family", catalog.families), ("benchmark", catalog.benchmarks), ("language model", catalog.language_models),
            ("vision encoder", catalog.vision_encoders), ("license", catalog.licenses),
        )  # fmt: skip
        for kind, entries in groups:
            for entry in entries.values():
                yield kind, entry.record
        for model in self.models:
            yield "model", model.record

    @cached_property
    def spellings(self) -> Mapping[tuple[str, str], dict[str, int]]:
        """By kind and normalized form: the spellings of organizations (makers too) and series in use, with counts."""
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for entry in self.catalog.families.values():
            found["series", normalize(entry.record.series)][entry.record.series] += 1
            for name in entry.record.organizations:
                found["organization", normalize(name)][name] += 1
        components: tuple[Entry[Any], ...] = (*self.catalog.language_models.values(), *self.catalog.vision_encoders.values())
        for component in components:
            if component.record.maker:
                found["organization", normalize(component.record.maker)][component.record.maker] += 1
        return found


def plausible(score: ScoreSubject) -> tuple[float, float] | None:
    """The range in which a real model's figure lies, for the score's metric; None where the benchmark names none."""
    return plausible_range(score.benchmark, score.metric)


def plausible_range(benchmark: Benchmark, metric: Metric) -> tuple[float, float] | None:
    """The same rule as `query.vocabulary` has for imports: the benchmark's range holds on its primary metric's scale."""
    own = (benchmark.plausible_by_metric or {}).get(metric.id)
    primary = next((each for each in benchmark.metrics if each.id == benchmark.metric), None)
    if own is None and primary is not None and (metric.min, metric.max) == (primary.min, primary.max):
        own = benchmark.plausible
    return (own[0], own[1]) if own else None
