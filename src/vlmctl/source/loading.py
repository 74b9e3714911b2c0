"""From a file's content to a validated record: what the schema finds gets a file, a line and a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vlmctl.forms import ID
from vlmctl.source.document import Document, read_content, read_document
from vlmctl.source.findings import Finding
from vlmctl.source.wording import expected, shown, worded

if TYPE_CHECKING:
    from vlmctl.choices import FileKind
    from vlmctl.source.aside import Shelf

__all__ = ["LoadedFile", "load_file", "validated"]

MOST_PROBLEMS = 10_000
"""Of a file with more that is wrong, only the number is told: Pydantic takes a kilobyte for each."""

MOST_HINTS = 100
"""Hints of one file; nobody reads more, and looking for the nearest of all allowed spellings takes its time."""

Recall = Callable[[bytes], Any]
"""A memory of documents by content: answers the data, or None where it doesn't know the content."""


@dataclass(slots=True)
class LoadedFile:
    """A file of the catalog: its record (or records), or what is wrong with it."""

    path: str
    kind: FileKind
    content: bytes
    records: Sequence[Any] = ()
    """One family, benchmark or model addition; all components of a component file. Empty where there are errors."""
    findings: list[Finding] = field(default_factory=list)
    data: Any = None
    """The document as plain data, where it could be read."""
    recalled: bool = False
    """The data came from the memory; the file was not parsed."""
    _document: Document | None = None
    _schema: Any = None

    @property
    def schema(self) -> Any:
        """The JSON Schema of such a file's records; a tenth of a second on the first use."""
        if self._schema is None:
            self._schema = _adapter(self.kind).json_schema()
        return self._schema

    @property
    def document(self) -> Document:
        """The document with positions; read again on the first use."""
        if self._document is None:
            self._document = read_document(self.path, self.content or _again(self.path), positions=True)
        return self._document

    def set_aside(self, shelf: Shelf) -> None:
        """Keep the record on a shelf and let go of the file's content and data; its document is read anew if need be."""
        self.records, self.content, self.data, self._document = shelf.put(self.records), b"", None, None


def _again(path: str) -> bytes:
    try:
        return read_content(path)
    except OSError:
        return b""  # gone since: what was found in it has no line


def load_file(path: str, kind: FileKind, content: bytes, *, recall: Recall | None = None) -> LoadedFile:
    """Read and validate one file. Whatever is wrong becomes a finding; nothing is raised."""
    loaded = LoadedFile(path, kind, content)
    remembered = recall(content) if recall else None
    if remembered is not None:
        loaded.data, loaded.recalled = remembered, True
    else:
        document = read_document(path, content)
        loaded.data = document.data
        if document.findings:
            loaded.findings.extend(document.findings)
            if document.data is None or any(finding.check in {"syntax", "depth"} for finding in document.findings):
                return loaded
    _validate(loaded)
    return loaded


def _adapter(kind: FileKind) -> Any:
    """What validates a file of this kind: a Pydantic `TypeAdapter`."""
    from pydantic import TypeAdapter

    from vlmctl import records

    types: dict[FileKind, Any] = {
        "family": records.Family,
        "benchmark": records.Benchmark,
        "model": records.ModelAddition,
        "language-models": list[records.LanguageModel],
        "vision-encoders": list[records.VisionEncoder],
        "licenses": list[records.License],
    }
    return TypeAdapter(types[kind])


def validated(kind: FileKind, data: Any) -> tuple[list[Any], list[Any]]:
    """The records that plain data hold, or else Pydantic's account of what is wrong with them."""
    from pydantic import ValidationError

    try:
        record = _adapter(kind).validate_python(data)
    except ValidationError as error:
        if error.error_count() > MOST_PROBLEMS:
            return [], [{"type": "too_many", "loc": (), "msg": f"{error.error_count()} values are wrong; too many to list", "input": None}]
        return [], error.errors(include_url=False, include_context=True)
    return record if isinstance(record, list) else [record], []


def _validate(loaded: LoadedFile) -> None:
    records, problems = validated(loaded.kind, loaded.data)
    loaded.findings.extend(_findings(loaded, problems))
    if not any(finding.severity == "error" for finding in loaded.findings):
        loaded.records = records


def _findings(loaded: LoadedFile, problems: list[Any]) -> list[Finding]:
    """One finding for each place: a value that fits no branch of a union is wrong once."""
    found: dict[tuple[str | int, ...], list[Any]] = {}
    for problem in problems:
        route = problem["loc"] if problem["type"] == "missing" else _within(loaded.data, problem["loc"])
        found.setdefault(route, []).append(problem)
    return [_finding(loaded, route, together, hinted=number < MOST_HINTS) for number, (route, together) in enumerate(found.items())]


def _within(data: Any, route: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The steps that lead through the data; a union's branch and a type's wrapper don't."""
    real: list[str | int] = []
    for step in route:
        inside = (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            data = data[step]
            real.append(step)
    return tuple(real)


def _finding(loaded: LoadedFile, route: tuple[str | int, ...], problems: list[Any], *, hinted: bool = True) -> Finding:
    problem = next(
        (each for each in problems if not each["type"].endswith("_type")), problems[0]
    )  # of a union, the branch that all but fits
    kind = problem["type"]
    place = loaded.document.locate(route, key=kind == "extra_forbidden")
    name = next((step for step in reversed(route) if isinstance(step, str)), "the record")
    given = None if kind in {"missing", "too_many"} else shown(problem.get("input"))
    message, check = worded(name, problem)
    types = list(dict.fromkeys(expected(each) for each in problems if each["type"].endswith("_type")))
    if len(types) > 1 and kind.endswith("_type"):
        types = [words for words in types if not (words == "a whole number" and "a number" in types)]
        message, check = f"{name!r} must be {' or '.join(types)}", "wrong-type"
    return Finding(place, "error", check, message, text=given, hint=_hint(loaded, route, problem) if hinted else None)


def _hint(loaded: LoadedFile, route: tuple[str | int, ...], problem: Any) -> str | None:
    """The nearest of what is allowed there: a field for an unknown one, a word for a wrong one, an id for a misspelled one."""
    from difflib import get_close_matches

    context = problem.get("ctx") or {}
    given, kind = problem.get("input"), problem["type"]
    if kind == "extra_forbidden":
        given, allowed = str(route[-1]), _fields_at(loaded.schema, route[:-1])
    elif kind == "literal_error" and isinstance(given, str):
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    elif kind == "string_pattern_mismatch" and isinstance(given, str) and context.get("pattern") == ID:
        made = ".".join(part.strip("-") for part in re.sub(r"[^a-z0-9.]+", "-", given.lower()).split(".") if part.strip("-"))
        return f"write {made!r}" if made else None
    elif kind == "string_type" and isinstance(given, (bool, int, float)):
        return f"quote it: '{shown(given)}'"
    else:
        return None
    near = get_close_matches(given, allowed, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else None


def _fields_at(schema: Any, route: tuple[str | int, ...]) -> list[str]:
    definitions = schema.get("$defs", {})
    here = schema
    for step in route:
        here = _resolved(here, definitions)
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            here = here.get("properties", {}).get(step) or here.get("additionalProperties") or {}
    return list(_resolved(here, definitions).get("properties", {}))


def _resolved(schema: Any, definitions: Any) -> Any:
    for branch in schema.get("anyOf", ()) if isinstance(schema, dict) else ():
        if branch.get("type") != "null":
            schema = branch
            break
    if isinstance(schema, dict) and "$ref" in schema:
        return definitions[schema["$ref"].rsplit("/", 1)[-1]]
    return schema if isinstance(schema, dict) else {}
