"""From a report's taken figures to changes of a catalog directory: one file for each model, whole and valid or not at all."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.source.changes import Change, add_model, add_record, add_score, after, file_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.interchange.reading import Entry
    from vlmctl.interchange.sourcing import Sourced
    from vlmctl.source.layers import Catalog

__all__ = ["Addition", "grouped", "planned"]

LONGEST_TEXT = 2000


class Addition(NamedTuple):
    """The figures that a model gets."""

    model: str
    family: str
    name: str | None
    """For a new model; None for one that the catalog has."""
    hf: str | None
    scores: Sequence[tuple[dict[str, Any], dict[str, Any]]]
    """Each score with its source."""


def grouped(taken: Sequence[tuple[Entry, Sourced]], new: Mapping[str, str], new_in: str | None) -> list[Addition]:
    """The taken figures by model, in the report's order. `new` has the names of new models of the family `new_in`."""
    scores: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
    links: dict[str, str] = {}
    for entry, source in taken:
        assert entry.model is not None
        assert entry.candidate is not None
        scores[entry.model].append((_score(entry, source), source.record))
        if entry.candidate.link:
            links.setdefault(entry.model, entry.candidate.link)
    return [
        Addition(model, new_in or "" if model in new else "", new.get(model), links.get(model) if model in new else None, found)
        for model, found in scores.items()
    ]


def _score(entry: Entry, source: Sourced) -> dict[str, Any]:
    """A score's record, without its source; what is left out is the default."""
    candidate, part = entry.candidate, entry.part
    assert candidate is not None
    assert part is not None
    text = candidate.text[:LONGEST_TEXT].strip()
    is_list = source.record["kind"] == "list"
    record = {
        "benchmark": part.benchmark, "split": part.split, "metric": part.metric,
        "protocol": None if candidate.protocol == "generalist" else candidate.protocol, "shots": candidate.shots,
        "variant": candidate.variant, "value": entry.value, "where": candidate.where or None, "evidence": source.evidence,
        "assumed": list(candidate.assumed) or None, "quote": text or None,
        "listed": {"column": candidate.benchmark, "text": text} if is_list and text else None, "note": candidate.note,
    }  # fmt: skip
    return {key: value for key, value in record.items() if value is not None}


def planned(records: Catalog, root: str, additions: Sequence[Addition], origin: str) -> tuple[list[Change], Catalog]:
    """The changes under `root`, one for each file, and the records as they are with them."""
    changes: dict[str, Change] = {}
    for addition in additions:
        for change in _changes(records, root, addition):
            records = after(records, change, origin)
            first = changes.get(change.path, change)
            changes[change.path] = Change(change.path, first.before, change.after)
            for score, source in _left(addition, change):
                change = add_score(records, root, addition.model, score, source)  # noqa: PLW2901
                records = after(records, change, origin)
                first = changes.get(change.path, change)
                changes[change.path] = Change(change.path, first.before, change.after)
    return list(changes.values()), records


def _changes(records: Catalog, root: str, addition: Addition) -> list[Change]:
    """The first change for a model: a whole new file where there is none yet, else its first figure."""
    family = addition.family or _family_of(records, addition.model)
    if file_of(records, root, "family", family) is not None:
        if addition.name is None:
            return [add_score(records, root, addition.model, *addition.scores[0])]
        return [add_model(records, root, family, _facts(addition))]
    if file_of(records, root, "model", addition.model) is not None:
        return [add_score(records, root, addition.model, *addition.scores[0])]
    return [add_record(root, "models", _record(records, family, addition))]


def _left(addition: Addition, change: Change) -> Sequence[tuple[dict[str, Any], dict[str, Any]]]:
    """The figures that the first change hasn't brought."""
    if change.before is None:
        return ()
    return addition.scores[1:] if addition.name is None else addition.scores


def _facts(addition: Addition) -> dict[str, Any]:
    facts = {"id": addition.model, "name": addition.name, "hf": addition.hf}
    return {key: value for key, value in facts.items() if value is not None}


def _family_of(records: Catalog, model: str) -> str:
    for entry in records.families.values():
        if any(each.id == model for each in entry.record.models):
            return entry.record.id
    return next(entry.record.family for entry in records.additions if entry.record.id == model)


def _record(records: Catalog, family: str, addition: Addition) -> dict[str, Any]:
    """A model addition with all its sources and scores. A document that the family cites already is used again."""
    shared: dict[str, Any] = records.families[family].file.data.get("sources") or {}
    sources: dict[str, Any] = {}
    scores = []
    for score, source in addition.scores:
        key = _key(shared, source) or _key(sources, source)
        if key is None:
            key = _free(shared | sources, source)
            sources[key] = source
        scores.append(_with_source(score, key))
    facts = _facts(addition)
    return {"id": facts.pop("id"), "family": family, **facts, **({"sources": sources} if sources else {}), "scores": scores}


def _with_source(score: dict[str, Any], key: str) -> dict[str, Any]:
    """The score with its source behind the value, as the catalog writes it."""
    record: dict[str, Any] = {}
    for name, value in score.items():
        record[name] = value
        if name == "value":
            record["source"] = key
    return record


def _key(known: Mapping[str, Any], source: Mapping[str, Any]) -> str | None:
    same = ("kind", "title", "url")
    return next((key for key, each in known.items() if all(each.get(name) == source.get(name) for name in same)), None)


def _free(known: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    wanted = re.sub(r"[^a-z0-9]+", "-", source["title"].lower())[:48].strip("-") or source["kind"]
    return next(key for key in (wanted, *(f"{wanted}-{number}" for number in range(2, len(known) + 3))) if key not in known)
