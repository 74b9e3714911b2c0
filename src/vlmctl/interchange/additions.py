"""From a report's taken figures to changes of a catalog directory: one file for each model, whole and valid or not at all."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.source.changes import Change, add_record, free_key, known_key, put_source, sourced
from vlmctl.source.document import read_document
from vlmctl.source.editing import append
from vlmctl.source.scalars import flow

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
        "variant": candidate.variant, "mode": candidate.mode, "value": entry.value, "where": candidate.where or None,
        "evidence": source.evidence,
        "assumed": list(candidate.assumed) or None, "quote": text or None,
        "listed": {"column": candidate.benchmark, "text": text} if is_list and text else None, "note": candidate.note,
    }  # fmt: skip
    return {key: value for key, value in record.items() if value is not None}


def planned(records: Catalog, root: str, additions: Sequence[Addition]) -> list[Change]:
    """The changes under `root`, one for each file."""
    changes: dict[str, Change] = {}
    files = {
        (file.kind, record.id): file for _, file in records.files if str(Path(file.path).parent.parent) == root for record in file.records
    }
    families = {model.id: key for key, entry in records.families.items() for model in entry.record.models}
    families |= {entry.record.id: entry.record.family for entry in records.additions}
    for addition in additions:
        family = addition.family or families[addition.model]
        own, file = files.get(("family", family)), files.get(("model", addition.model))
        if own is not None:
            change = _in_family(changes.get(own.path) or Change(own.path, own.content, own.content), addition)
        elif file is not None:
            change = _edited(Change(file.path, file.content, file.content), addition, (), records.families[family].file.data)
        else:
            change = add_record(root, "models", _record(records, family, addition))
        changes[change.path] = change
    return list(changes.values())


def _in_family(change: Change, addition: Addition) -> Change:
    """A family's own file with a model's figures, and with the model where it is new."""
    content = change.after
    if addition.name is not None:
        content = append(change.path, content, ("models",), _facts(addition), before=("notes",))
    models = read_document(change.path, content).data["models"]
    place = next(index for index, model in enumerate(models) if model["id"] == addition.model)
    return _edited(change._replace(after=content), addition, ("models", place), {})


def _edited(change: Change, addition: Addition, route: tuple[str | int, ...], family: Mapping[str, Any]) -> Change:
    """A file that is there with further figures in the list at `route`, its other bytes as they were."""
    path, content = change.path, change.after
    document = read_document(path, content).data
    shared, own = family.get("sources") or {}, dict(document.get("sources") or {})
    scores = []
    for score, source in addition.scores:
        key, content = put_source(path, content, source, own=own, shared=shared)
        if key not in shared:
            own[key] = source
        scores.append(sourced(score, key))
    return change._replace(after=_appended(path, content, (*route, "scores"), scores))


def _appended(path: str, content: bytes, route: tuple[str | int, ...], scores: Sequence[dict[str, Any]]) -> bytes:
    """The file with several figures more: the first is put in by `append`, the others as lines below it where that is proven right."""
    content = append(path, content, route, scores[0])
    line = re.search(rb"(?m)^[ \t]*- " + re.escape(flow(scores[0]).encode()) + rb"(?=\r?$)", content)
    if line:
        wanted = _scores(path, content, route) + list(scores[1:])
        margin = line[0][: line[0].index(b"-") + 2]
        ending = b"\r\n" if content[line.end() : line.end() + 1] == b"\r" else b"\n"
        rest = b"".join(ending + margin + flow(score).encode() for score in scores[1:])
        joined = content[: line.end()] + rest + content[line.end() :]
        if _scores(path, joined, route) == wanted:
            return joined
    for score in scores[1:]:
        content = append(path, content, route, score)
    return content


def _scores(path: str, content: bytes, route: tuple[str | int, ...]) -> list[Any]:
    here = read_document(path, content).data
    for step in route:
        here = here[step]
    return list(here)


def _facts(addition: Addition) -> dict[str, Any]:
    facts = {"id": addition.model, "name": addition.name, "hf": addition.hf}
    return {key: value for key, value in facts.items() if value is not None}


def _record(records: Catalog, family: str, addition: Addition) -> dict[str, Any]:
    """A model addition with all its sources and scores. A document that the family cites already is used again."""
    shared: dict[str, Any] = records.families[family].file.data.get("sources") or {}
    sources: dict[str, Any] = {}
    scores = []
    for score, source in addition.scores:
        key = known_key({**shared, **sources}, source)
        if key is None:
            key = free_key({**shared, **sources}, source)
            sources[key] = source
        scores.append(sourced(score, key))
    facts = _facts(addition)
    return {"id": facts.pop("id"), "family": family, **facts, **({"sources": sources} if sources else {}), "scores": scores}
