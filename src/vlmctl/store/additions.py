"""A family with what `models/<id>.yaml` files of overlays add to it: new models, facts and scores of models it has.

Decides nothing about rankings: an added score stands beside the family's own, each under its source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.records import Model, ModelAddition, Score, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.records import Family
    from vlmctl.source.layers import Entry

__all__ = ["Assembled", "Placed", "assemble"]

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


def assemble(family: Entry[Family], additions: Iterable[Entry[ModelAddition]]) -> tuple[list[Assembled], dict[str, Source]]:
    """The family's models in order, new ones last, and all sources by key; those of an addition are `<model>/<key>`.

    Additions come lowest layer first. A fact that one states replaces what is below it; aliases and scores are joined.
    """
    sources = dict(family.record.sources or {})
    models = {
        model.id: Assembled(model, family.origin, [Placed(score, score.source, family.origin) for score in model.scores or ()])
        for model in family.record.models
    }
    for addition in additions:
        record = addition.record
        below = models.get(record.id)
        model, origin = _laid_over(below, addition)
        keys = _keys(record, sources)
        scores = [Placed(score, keys.get(score.source, score.source), addition.origin) for score in record.scores or ()]
        models[record.id] = Assembled(model, origin, [*(below.scores if below else ()), *scores])
    return list(models.values()), sources


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


def _laid_over(below: Assembled | None, addition: Entry[ModelAddition]) -> tuple[Model, str]:
    record = addition.record
    facts: dict[str, Any] = {
        name: getattr(record, name) for name in type(record).model_fields if name not in NO_FACTS and getattr(record, name) is not None
    }
    if below is None:
        return Model.model_validate({"id": record.id, **facts}), addition.origin
    if "aliases" in facts:
        facts["aliases"] = list(dict.fromkeys((*(below.model.aliases or ()), *facts["aliases"])))
    new = {name: value for name, value in facts.items() if value != getattr(below.model, name)}
    return (below.model.model_copy(update=new), addition.origin) if new else (below.model, below.origin)
