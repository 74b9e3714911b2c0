"""JSON Schemas (draft 2020-12): of records, made from their classes, and of each command's `--json`, kept here as files.

An output's schema requires every key that is promised; further keys may come, so none is closed.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

from vlmctl.errors import NotFoundError
from vlmctl.results import Column, Table

__all__ = ["RECORDS", "listing", "names", "schema", "schema_text"]

RECORDS = ("family", "benchmark", "model", "language-models", "vision-encoders", "licenses")
"""Kinds of records; each is what one file holds."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PARTS = "parts"


def names() -> list[str]:
    """The names of all schemas: records first, then outputs."""
    here = files("vlmctl.schemas")
    outputs = sorted(entry.name.removesuffix(".json") for entry in here.iterdir() if entry.name.endswith(".json"))
    return [*RECORDS, *(name for name in outputs if name != PARTS)]


def schema(name: str) -> dict[str, Any]:
    """A schema by name, whole. Raises `NotFoundError`."""
    if name not in names():
        near = tuple(get_close_matches(name, names(), n=3, cutoff=0.5))
        hint = f"did you mean {', '.join(near)}?" if near else "vlmctl schema lists them"
        raise NotFoundError(f"no schema is called {name!r}", hint=hint, candidates=near)
    if name in RECORDS:
        from vlmctl.records.describe import record_schema

        return {"$schema": DIALECT, **record_schema(name)}
    return _bundled(_read(name))


def schema_text(name: str) -> str:
    """A schema as JSON text."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def listing() -> Table:
    """All schemas: name, what it is for, and a line about it."""
    columns = [
        Column("name", "Schema", importance=0),
        Column("of", "Of", importance=1),
        Column("about", "About", importance=2, shrinks=True),
    ]
    rows = []
    for name in names():
        record = name in RECORDS
        about = f"a file that holds {'a ' if name in RECORDS[:3] else ''}{name.replace('-', ' ')}" if record else _read(name)["title"]
        rows.append({"name": name, "of": "record" if record else "output", "about": about})
    return Table(columns, rows, heading=f"{len(rows)} JSON Schemas", name="name")


def _read(name: str) -> dict[str, Any]:
    text = files("vlmctl.schemas").joinpath(f"{name}.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _bundled(document: dict[str, Any]) -> dict[str, Any]:
    """A schema with the parts that it refers to inside it."""
    parts = _read(PARTS)["$defs"]
    used: dict[str, Any] = {}

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(each) for each in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref", "")
        if isinstance(reference, str) and reference.startswith(f"{PARTS}.json#/$defs/"):
            name = reference.rpartition("/")[2]
            if name not in used:
                used[name] = None
                used[name] = resolve(parts[name])
            return {"$ref": f"#/$defs/{name}"}
        return {key: resolve(each) for key, each in value.items()}

    whole: dict[str, Any] = resolve(document)
    return {**whole, "$defs": used} if used else whole
