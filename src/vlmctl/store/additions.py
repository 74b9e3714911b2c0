"""A family with what `models/<id>.yaml` files of overlays add to it: new models, facts and scores of models it has.

Of the layers with a say about one thing the highest has the last word, whether it speaks in the family's file or in a
model's. Decides nothing about rankings: an added score stands beside the others, each under its source. A score that
repeats one of a lower layer as superseded withdraws it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.records import Model, ModelAddition, Score, Source
from vlmctl.store.placing import effective_metric, effective_split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.records import Benchmark, Family
    from vlmctl.source.layers import Catalog, Entry

__all__ = ["Assembled", "Placed", "assemble", "comparison_key", "same_document"]

NO_FACTS = {"id", "family", "sources", "scores"}


class Placed(NamedTuple):
    """A score, the key of its source among all sources of the family, and the layer it comes from."""

    score: Score
    source: str
    origin: str


class Assembled(NamedTuple):
    """A model as all layers together describe it."""

    model: Model
    origin: str
    """The highest layer that states a fact about it."""
    scores: Sequence[Placed]
    """Those of the lowest layer first."""


class _Part(NamedTuple):
    """What one layer says about a model."""

    record: Model | ModelAddition
    origin: str
    keys: dict[str, str]
    """Where its own sources stand among all of the family."""


def assemble(
    catalog: Catalog, family: Entry[Family], additions: Iterable[Entry[ModelAddition]]
) -> tuple[list[Assembled], dict[str, Source]]:
    """The family's models in order, new ones last, and all sources by key; those of an addition are `<model>/<key>`.

    Additions come lowest layer first; the family's own file stands where its layer does. A fact that a layer states
    replaces what is below it; aliases and scores are joined.
    """
    sources = dict(family.record.sources or {})
    parts: dict[str, list[_Part]] = {model.id: [] for model in family.record.models}
    below = [addition for addition in additions if catalog.level(addition) < catalog.level(family)]
    above = [addition for addition in additions if catalog.level(addition) >= catalog.level(family)]
    for addition in below:
        parts.setdefault(addition.record.id, []).append(_added(addition, sources))
    for model in family.record.models:
        parts[model.id].append(_Part(model, family.origin, {}))
    for addition in above:
        parts.setdefault(addition.record.id, []).append(_added(addition, sources))
    return [Assembled(*_laid(key, layers), _scores(catalog, layers, sources)) for key, layers in parts.items()], sources


def comparison_key(benchmark: Benchmark, score: Score) -> tuple[Any, ...]:
    """What two scores of a model must share to be the same figure, the mode included."""
    split, metric = effective_split(benchmark, score), effective_metric(benchmark, score)
    return (score.benchmark, split, metric, score.protocol, score.shots, score.variant, score.mode)


def same_document(one: Source | None, other: Source | None) -> bool:
    """Whether two sources are one document: the same address and title, or where there is no address the same in all."""
    if one is None or other is None:
        return False
    if one.url or other.url:
        return (one.title, (one.url or "").rstrip("/")) == (other.title, (other.url or "").rstrip("/"))
    return one == other


def _added(addition: Entry[ModelAddition], sources: dict[str, Source]) -> _Part:
    return _Part(addition.record, addition.origin, _keys(addition.record, sources))


def _keys(record: ModelAddition, sources: dict[str, Source]) -> dict[str, str]:
    """Where an addition's own sources stand among all of the family; they are put there. Equal ones are shared."""
    keys = {}
    for own, source in (record.sources or {}).items():
        key, number = f"{record.id}/{own}", 1
        while sources.setdefault(key, source) != source:
            number += 1
            key = f"{record.id}/{own}/{number}"
        keys[own] = key
    return keys


def _laid(key: str, parts: Sequence[_Part]) -> tuple[Model, str]:
    """The facts of all layers in one model, and the highest layer that states one."""
    own = next((part.record for part in parts if isinstance(part.record, Model)), None)
    if own is not None and len(parts) == 1:
        return own, parts[0].origin
    known: dict[str, Any] = {}
    origin = parts[0].origin
    for part in parts:
        facts = _facts(part.record)
        if "aliases" in facts:
            facts["aliases"] = list(dict.fromkeys((*(known.get("aliases") or ()), *facts["aliases"])))
        if "params" in facts and "params_scope" not in facts and known:
            facts["params_scope"] = None  # a number stated anew counts the whole unless it says otherwise
        if any(value != known.get(name) for name, value in facts.items()):
            origin = part.origin
        known |= facts
    return (own.model_copy(update=known) if own else Model.model_validate({"id": key, **known})), origin


def _facts(record: Model | ModelAddition) -> dict[str, Any]:
    return {name: value for name in type(record).model_fields if name not in NO_FACTS and (value := getattr(record, name)) is not None}


def _scores(catalog: Catalog, parts: Sequence[_Part], sources: dict[str, Source]) -> list[Placed]:
    """The scores of all layers; one that a higher layer repeats as superseded is so, and bears that layer's name."""
    found: list[Placed] = []
    for part in parts:
        lower = len(found)
        for score in part.record.scores or ():
            placed = Placed(score, part.keys.get(score.source, score.source), part.origin)
            index = _withdrawn(catalog, placed, found[:lower], sources) if score.status else None
            if index is None:
                found.append(placed)
            else:
                told = {"status": score.status, "note": score.note or found[index].score.note}
                found[index] = Placed(found[index].score.model_copy(update=told), found[index].source, part.origin)
    return found


def _withdrawn(catalog: Catalog, placed: Placed, lower: Sequence[Placed], sources: dict[str, Source]) -> int | None:
    """The place of the lower layers' figure that a superseded one repeats; None where it repeats none."""
    entry = catalog.benchmarks.get(placed.score.benchmark)
    if entry is None:
        return None
    wanted = (placed.score.value, comparison_key(entry.record, placed.score))
    for index, other in enumerate(lower):
        same = other.source == placed.source or same_document(sources.get(other.source), sources.get(placed.source))
        if (
            same
            and other.score.benchmark == placed.score.benchmark
            and (other.score.value, comparison_key(entry.record, other.score)) == wanted
        ):
            return index
    return None
