"""From a file's content to a validated record: what the schema finds gets a file, a line and a column."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from vlmctl.source.document import Document, read_document
from vlmctl.source.findings import Finding

__all__ = ["FileKind", "LoadedFile", "load_file"]

FileKind = Literal["family", "benchmark", "model", "language-models", "vision-encoders", "licenses"]
"""What a file holds, told by its place in the catalog's directory."""

Recall = Callable[[bytes], Any]
"""A memory of documents by content: answers the data, or None where it doesn't know the content."""


@dataclass(slots=True)
class LoadedFile:
    """A file of the catalog: its record (or records), or what is wrong with it."""

    path: str
    kind: FileKind
    content: bytes
    records: list[Any] = field(default_factory=list)
    """One family, benchmark or model addition; all components of a component file. Empty where there are errors."""
    findings: list[Finding] = field(default_factory=list)
    data: Any = None
    """The document as plain data, where it could be read."""
    recalled: bool = False
    """The data came from the memory; the file was not parsed."""
    _document: Document | None = None

    @property
    def document(self) -> Document:
        """The document with positions; read again on the first use."""
        if self._document is None:
            self._document = read_document(self.path, self.content, positions=True)
        return self._document


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
            loaded.findings.extend(loaded.document.findings)
            if document.data is None or any(finding.check == "syntax" for finding in document.findings):
                return loaded
    _validate(loaded)
    return loaded


def _adapter(kind: FileKind) -> Any:
    from pydantic import TypeAdapter

    from vlmctl import records

    types: dict[str, Any] = {
        "family": records.Family,
        "benchmark": records.Benchmark,
        "model": records.ModelAddition,
        "language-models": list[records.LanguageModel],
        "vision-encoders": list[records.VisionEncoder],
        "licenses": list[records.License],
    }
    return TypeAdapter(types[kind])


def _validate(loaded: LoadedFile) -> None:
    from pydantic import ValidationError

    try:
        record = _adapter(loaded.kind).validate_python(loaded.data)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=True):
            loaded.findings.append(_finding(loaded, problem))
        return
    if not any(finding.severity == "error" for finding in loaded.findings):
        loaded.records = record if isinstance(record, list) else [record]


def _finding(loaded: LoadedFile, problem: Any) -> Finding:
    route = problem["loc"]
    kind = problem["type"]
    place = loaded.document.locate(route, key=kind == "extra_forbidden")
    steps = [step for step in route if isinstance(step, str) and not step.startswith(("constrained", "function"))]
    name = steps[-1] if steps else "the record"
    given = None if kind == "missing" else _shown(problem.get("input"))
    message, check = _message(kind, name, problem)
    return Finding(place, "error", check, message, text=given, hint=_hint(loaded, route, kind))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def _message(kind: str, name: str, problem: Any) -> tuple[str, str]:
    """A Pydantic error in this project's words, and the check it belongs to."""
    context = problem.get("ctx") or {}
    if kind.endswith("_type") or kind.startswith("model_"):
        expected = problem["msg"].removeprefix("Input should be ").removeprefix("a valid ")
        return f"{name!r} must be {_article(expected)}", "wrong-type"
    known = {
        "extra_forbidden": (f"unknown field {name!r}", "unknown-field"),
        "missing": (f"{name!r} is missing", "missing-field"),
        "literal_error": (f"{name!r} must be {context.get('expected', '')}", "wrong-value"),
        "string_pattern_mismatch": (f"{name!r} has the wrong form (pattern {context.get('pattern', '')})", "wrong-value"),
        "value_error": (f"{name!r}: {context.get('error', problem['msg'])}", "wrong-value"),
    }
    return known.get(kind, (f"{name!r}: {problem['msg'][:1].lower()}{problem['msg'][1:]}", "wrong-value"))


def _article(words: str) -> str:
    plain = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "list": "a list"}
    return plain.get(words, words)


def _hint(loaded: LoadedFile, route: tuple[str | int, ...], kind: str) -> str | None:
    """For an unknown field: the fields that are allowed there, nearest first."""
    if kind != "extra_forbidden":
        return None
    from difflib import get_close_matches

    allowed = _fields_at(_adapter(loaded.kind), route[:-1])
    near = get_close_matches(str(route[-1]), allowed, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else None


def _fields_at(adapter: Any, route: tuple[str | int, ...]) -> list[str]:
    schema = adapter.json_schema()
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
