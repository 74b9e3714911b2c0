"""Changes of a catalog directory, worked out and validated before a byte is written: a score, model, family or benchmark more.

A model of a family whose file stands in the directory goes into that file (a checkout, or an overlay's own family);
else into `models/<id>.yaml`, which adds to a family of another layer.
"""

from __future__ import annotations

import difflib
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import RefusedError
from vlmctl.forms import ID
from vlmctl.source.directory import kind_of
from vlmctl.source.editing import append, new_file, put
from vlmctl.source.layers import gather
from vlmctl.source.loading import load_file
from vlmctl.source.references import dangling, follows, ids_in
from vlmctl.source.writing import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vlmctl.source.findings import Finding
    from vlmctl.source.layers import Catalog
    from vlmctl.source.loading import LoadedFile

__all__ = [
    "Change",
    "InvalidError",
    "add_model",
    "add_record",
    "add_score",
    "after",
    "diff",
    "family_of",
    "file_of",
    "findings_of",
    "free_key",
    "known_key",
    "known_source",
    "put_source",
    "sourced",
]

MOST_SHOWN = 20


class Change(NamedTuple):
    """What a file holds, and what it shall hold."""

    path: str
    before: bytes | None
    """None for a new file."""
    after: bytes


class InvalidError(RefusedError):
    """A change would leave the catalog invalid."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = "1 error" if len(findings) == 1 else f"{len(findings)} errors"
        super().__init__(f"the change is not valid: {count}; nothing was written")
        self.findings = tuple(findings)

    def detail(self) -> tuple[str, ...]:
        """A line for each finding, its hint behind it."""
        lines = [f"  {finding}" + (f" ({finding.hint})" if finding.hint else "") for finding in self.findings[:MOST_SHOWN]]
        more = len(self.findings) - MOST_SHOWN
        return (*lines, f"  and {more} more") if more > 0 else tuple(lines)

    def as_dict(self) -> dict[str, Any]:
        """As the parent's, with the findings."""
        data = super().as_dict()
        data["error"]["findings"] = [each.as_dict() for each in self.findings]
        return data


def add_score(catalog: Catalog, root: str, model: str, score: Mapping[str, Any], source: Mapping[str, Any] | None = None) -> Change:
    """One more figure of a model. `score["source"]` is the source's key; `source` describes it where it is new.

    A source that is there already, whatever its key, is used again.
    """
    family = family_of(catalog, model)
    own, addition = file_of(catalog, root, "family", family), file_of(catalog, root, "model", model)
    place = _model_in(own, model)
    if own is not None and place is not None:
        return _with_score(own, ("models", place, "scores"), {}, score, source)
    shared = catalog.families[family].file.data.get("sources") or {}
    if addition is not None:
        return _with_score(addition, ("scores",), shared, score, source)
    record: dict[str, Any] = {"id": model, "family": family}
    if source is None:
        key = score["source"]
    else:
        key = known_key(shared, source) or free_key(shared, source, score.get("source"))
        record |= {} if key in shared else {"sources": {key: dict(source)}}
    return _new(root, "models", {**record, "scores": [sourced(score, key)]})


def _with_score(
    file: LoadedFile, route: tuple[str | int, ...], shared: Mapping[str, Any], score: Mapping[str, Any], source: Mapping[str, Any] | None
) -> Change:
    """A file with one more figure in the list at `route`; `shared` are the sources of the family that it adds to."""
    if source is None:
        key, content = score["source"], file.content
    else:
        own = file.data.get("sources") or {}
        key, content = put_source(file.path, file.content, source, own=own, shared=shared, wanted=score.get("source"))
    return Change(file.path, file.content, append(file.path, content, route, sourced(score, key)))


def sourced(score: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The score with its source's key behind its value, where records have it."""
    fields = [(name, value) for name, value in score.items() if name != "source"]
    behind = next((index for index, (name, _) in enumerate(fields, start=1) if name == "value"), len(fields))
    return dict([*fields[:behind], ("source", key), *fields[behind:]])


def add_model(catalog: Catalog, root: str, family: str, record: Mapping[str, Any]) -> Change:
    """One more model of a family."""
    own = file_of(catalog, root, "family", family)
    if own is not None:
        return Change(own.path, own.content, append(own.path, own.content, ("models",), record, before=("notes",)))
    facts = {key: value for key, value in record.items() if key != "id"}
    return _new(root, "models", {"id": record["id"], "family": family, **facts})


def add_record(root: str, folder: str, record: Mapping[str, Any]) -> Change:
    """A new family or benchmark; `folder` is `families` or `benchmarks`."""
    return _new(root, folder, record)


def file_of(catalog: Catalog, root: str, kind: str, key: str) -> LoadedFile | None:
    """The file directly under a catalog directory that holds a record."""
    for _, file in catalog.files:
        if file.kind == kind and os.path.dirname(os.path.dirname(file.path)) == root and any(each.id == key for each in file.records):
            return file
    return None


def family_of(catalog: Catalog, model: str) -> str:
    """The id of the family that a model belongs to."""
    for entry in catalog.families.values():
        if any(each.id == model for each in entry.record.models):
            return entry.record.id
    for addition in catalog.additions:
        if addition.record.id == model:
            return addition.record.family
    raise RefusedError(f"no file has the model {model!r}", hint="vlmctl validate tells which files can't be read")


def _model_in(file: LoadedFile | None, model: str) -> int | None:
    if file is None:
        return None
    return next((index for index, each in enumerate(file.records[0].models) if each.id == model), None)


def put_source(
    path: str, content: bytes, source: Mapping[str, Any], *, own: Mapping[str, Any], shared: Mapping[str, Any], wanted: str | None = None
) -> tuple[str, bytes]:
    """The key of a source, and the file's content with that source in it, unless it is among its `own` or the family's `shared` ones."""
    known = known_key(own, source) or known_key({key: each for key, each in shared.items() if key not in own}, source)
    if known:
        return known, content
    key = free_key({**shared, **own}, source, wanted)
    if own:
        return key, put(path, content, ("sources",), key, dict(source))
    return key, put(path, content, (), "sources", {key: dict(source)}, before=("models", "scores", "notes"))


def known_source(catalog: Catalog, root: str, model: str, source: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """The key and record of a source of a model that is the same document, for a score that is written under `root`."""
    shared = catalog.families[family_of(catalog, model)].file.data.get("sources") or {}
    addition = file_of(catalog, root, "model", model)
    own = (addition.data.get("sources") or {}) if addition is not None else {}
    known = {**own, **{key: each for key, each in shared.items() if key not in own}}
    key = known_key(known, source)
    return None if key is None else (key, known[key])


def known_key(known: Mapping[str, Any], source: Mapping[str, Any]) -> str | None:
    """The key of a source that is the same document; when it was read doesn't matter."""
    same = ("kind", "title", "url")
    return next((key for key, each in known.items() if all(each.get(name) == source.get(name) for name in same)), None)


def free_key(known: Mapping[str, Any], source: Mapping[str, Any], wanted: str | None = None) -> str:
    """A key for a new source: the wanted one, else one made from its title, with a number behind it where that is taken.

    Raises `RefusedError` where the wanted one is taken.
    """
    if wanted is not None and wanted in known:
        raise RefusedError(f"the source {wanted!r} is another document: {known[wanted].get('title')}")
    first = wanted or re.sub(r"[^a-z0-9]+", "-", source["title"].lower())[:48].strip("-") or str(source["kind"])
    key, number = first, 1
    while key in known:
        number += 1
        key = f"{first}-{number}"
    return key


def _new(root: str, folder: str, record: Mapping[str, Any]) -> Change:
    path = os.path.join(root, folder, f"{record['id']}.yaml")
    if not re.fullmatch(ID, str(record["id"])):
        raise RefusedError(f"{record['id']!r} is no id", hint="ids are lower case, with digits, hyphens and dots: mobilevlm-v2-1.7b")
    before = read_bytes(path)
    if before is not None:
        raise RefusedError(f"{path} exists already", hint=f"vlmctl edit {path}")
    return Change(path, None, new_file(record))


def after(catalog: Catalog, changes: Iterable[Change], origin: str) -> Catalog:
    """The catalog as it is when the changes are made; `origin` is that of the directory which is written to."""
    changed = {change.path: _loaded(change) for change in changes}
    files = [(layer, changed.get(file.path, file)) for layer, file in catalog.files]
    there = {file.path for _, file in files}
    return gather([*files, *((origin, file) for path, file in changed.items() if path not in there)])


def _loaded(change: Change) -> LoadedFile:
    kind = kind_of(change.path)
    if kind is None:
        raise RefusedError(f"{change.path} is no place for a record", hint="records stand in families/, models/, benchmarks/, components/")
    return load_file(change.path, kind, change.after)


def findings_of(catalog: Catalog) -> list[Finding]:
    """What makes a catalog invalid: errors of single files, and references that lead nowhere but into those files."""
    broken = ids_in(file for _, file in catalog.files if file.findings)
    references = [finding for finding in dangling(catalog) if not follows(finding, broken)]
    return [finding for finding in (*catalog.findings, *references) if finding.severity == "error"]


def diff(change: Change, root: str) -> str:
    """The change as a unified diff, with paths below `root`, as `patch -p1` takes it."""
    name = os.path.relpath(change.path, root).replace(os.sep, "/")
    old = [] if change.before is None else _lines(change.before)
    head = ("/dev/null" if change.before is None else f"a/{name}", f"b/{name}")
    lines: list[str] = []
    for line in difflib.unified_diff(old, _lines(change.after), *head):
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _lines(content: bytes) -> list[str]:
    """Lines with their breaks; only a line feed ends one, as for `patch`."""
    parts = content.decode("utf-8", "replace").split("\n")
    return [part + "\n" for part in parts[:-1]] + parts[-1:] * bool(parts[-1])
