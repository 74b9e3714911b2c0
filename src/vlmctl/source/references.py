"""References between records: every id that a record names exists. Without this a catalog can't be compiled."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from vlmctl.names import normalize
from vlmctl.source.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from vlmctl.records import Benchmark, Model, ModelAddition, Score
    from vlmctl.source.layers import Catalog, Entry
    from vlmctl.source.loading import LoadedFile

__all__ = ["dangling", "follows", "ids_in"]

Route = tuple[str | int, ...]

MOST_NAMED = 12
"""Of so many ids all are named where none is near."""


def dangling(catalog: Catalog) -> Iterator[Finding]:
    """An error for each reference that leads nowhere, and for ids that don't fit their file or their family.

    What an overlay breaks by replacing a record is found in the overlay, never in the records below that relied on it.
    """
    yield from dict.fromkeys(_dangling(catalog))


def follows(finding: Finding, broken: Collection[str]) -> bool:
    """Whether a reference leads nowhere only because the file that defines the id (`ids_in` broken files) has errors itself."""
    return finding.check in {"dangling-reference", "missing-field"} and finding.text in broken


def ids_in(files: Iterable[LoadedFile]) -> frozenset[str]:
    """The ids that files define, as far as they can be read: of records, models, splits, metrics and sources."""
    found: set[str] = set()
    for file in files:
        for record in file.data if isinstance(file.data, list) else [file.data]:
            if not isinstance(record, dict):
                continue
            parts = [record]
            for group in ("splits", "metrics", "models"):
                parts += record[group] if isinstance(record.get(group), list) else []
            found.update(part["id"] for part in parts if isinstance(part, dict) and isinstance(part.get("id"), str))
            found.update(record["sources"] if isinstance(record.get("sources"), dict) else ())
    return frozenset(found)


def _dangling(catalog: Catalog) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for family in sorted(catalog.families.values(), key=catalog.level):
        record = family.record
        architecture = record.architecture
        if architecture:
            yield from _known(
                family, ("architecture", "language_models"), architecture.language_models, catalog.language_models, "language model"
            )
            yield from _known(
                family, ("architecture", "vision_encoders"), architecture.vision_encoders, catalog.vision_encoders, "vision encoder"
            )
        if record.license:
            for key, value in (("code", record.license.code), ("weights", record.license.weights)):
                yield from _license(catalog, family, ("license", key), value)
        for index, model in enumerate(record.models):
            route: Route = ("models", index)
            if model.id in owners:
                yield _finding(family, (*route, "id"), "duplicate-id", f"model {model.id!r} is defined twice", model.id, None)
            owners[model.id] = record.id
            yield from _model(catalog, family, route, model, record.sources or {})
    for addition in catalog.additions:
        yield from _addition(catalog, addition, owners)
    for benchmark in catalog.benchmarks.values():
        yield from _benchmark(benchmark)


def _addition(catalog: Catalog, addition: Entry[ModelAddition], owners: dict[str, str]) -> Iterator[Finding]:
    record = addition.record
    family = catalog.families.get(record.family)
    yield from _one(addition, ("family",), record.family, catalog.families, "family")
    if family is None:
        return
    owner = owners.get(record.id)
    if owner is not None and owner != record.family:
        yield _finding(addition, ("id",), "duplicate-id", f"model {record.id!r} belongs to another family", record.id, None)
    if owner is None and record.name is None:
        message = f"{record.family!r} has no model {record.id!r}: a new model needs a 'name'"
        yield _finding(addition, ("id",), "missing-field", message, record.id, None)
    elif owner is None:
        owners[record.id] = record.family
    yield from _model(catalog, addition, (), record, {**(family.record.sources or {}), **(record.sources or {})})


def _model(
    catalog: Catalog, entry: Entry[object], route: Route, model: Model | ModelAddition, sources: Collection[str]
) -> Iterator[Finding]:
    yield from _one(entry, (*route, "language_model"), model.language_model, catalog.language_models, "language model")
    yield from _known(entry, (*route, "vision_encoders"), model.vision_encoders, catalog.vision_encoders, "vision encoder")
    yield from _license(catalog, entry, (*route, "license"), model.license)
    for index, score in enumerate(model.scores or ()):
        yield from _score(catalog, entry, (*route, "scores", index), score, sources)


def _score(catalog: Catalog, entry: Entry[object], route: Route, score: Score, sources: Collection[str]) -> Iterator[Finding]:
    yield from _one(entry, (*route, "source"), score.source, sources, "source")
    benchmark = catalog.benchmarks.get(score.benchmark)
    if benchmark is None:
        yield from _one(entry, (*route, "benchmark"), score.benchmark, catalog.benchmarks, "benchmark")
        return
    splits = [split.id for split in benchmark.record.splits or ()]
    metrics = [metric.id for metric in benchmark.record.metrics]
    for part, value, known in (("split", score.split, splits), ("metric", score.metric, metrics)):
        if value is not None and value not in known and catalog.level(benchmark) > catalog.level(entry):
            message = f"{part} {value!r} is missing, on which the catalog below has figures"
            yield _finding(benchmark, (f"{part}s",), "dangling-reference", message, value, f"keep the {part} {value!r}")
        else:
            yield from _one(entry, (*route, part), value, known, f"{part} of {benchmark.record.name}")


def _benchmark(entry: Entry[Benchmark]) -> Iterator[Finding]:
    record = entry.record
    metrics = [metric.id for metric in record.metrics]
    splits = [split.id for split in record.splits or ()]
    yield from _one(entry, ("metric",), record.metric, metrics, "metric of this benchmark")
    yield from _one(entry, ("metric_without_split",), record.metric_without_split, metrics, "metric of this benchmark")
    for index, split in enumerate(record.splits or ()):
        yield from _one(entry, ("splits", index, "metric"), split.metric, metrics, "metric of this benchmark")
    primary = sum(split.primary for split in record.splits or ())
    if splits and primary != 1:
        yield _finding(entry, ("splits",), "primary-split", f"{primary} splits are primary; exactly one must be", None, None)
    default = record.default_split_when_unstated
    if default:
        yield from _one(entry, ("default_split_when_unstated", "split"), default.split, splits, "split of this benchmark")
    for alias, split_id in (record.alias_splits or {}).items():
        yield from _one(entry, ("alias_splits", alias), split_id, splits, "split of this benchmark")
    for name in record.plausible_by_metric or {}:
        yield from _one(entry, ("plausible_by_metric", name), name, metrics, "metric of this benchmark")


def _license(catalog: Catalog, entry: Entry[object], route: Route, value: str | None) -> Iterator[Finding]:
    """A license that isn't known, or is known under another spelling."""
    if value is None or value in catalog.licenses:
        return
    for key, known in catalog.licenses.items():
        spellings = (key, known.record.name, *(known.record.aliases or ()))
        if normalize(value) in map(normalize, spellings):
            message = f"the id of the license {value!r} is {key!r}"
            yield _finding(entry, route, "license-spelling", message, value, f"write {key!r}")
            return
    yield from _one(entry, route, value, catalog.licenses, "license")


def _known(entry: Entry[object], route: Route, values: list[str] | None, known: Collection[str], what: str) -> Iterator[Finding]:
    for index, value in enumerate(values or ()):
        yield from _one(entry, (*route, index), value, known, what)


def _one(entry: Entry[object], route: Route, value: str | None, known: Collection[str], what: str) -> Iterator[Finding]:
    if value is not None and value not in known:
        near = get_close_matches(value, list(known), n=1, cutoff=0.65)
        all_of_them = f"known: {', '.join(map(repr, known))}" if 0 < len(known) <= MOST_NAMED else None
        hint = f"did you mean {near[0]!r}?" if near else all_of_them
        yield _finding(entry, route, "dangling-reference", f"unknown {what} {value!r}", value, hint)


def _finding(entry: Entry[object], route: Route, check: str, message: str, text: str | None, hint: str | None) -> Finding:
    return Finding(entry.place(*route), "error", check, message, text=text, hint=hint)
