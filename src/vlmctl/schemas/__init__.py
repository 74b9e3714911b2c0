"""JSON Schemas (draft 2020-12): of records, made from their classes; of each command's `--json`, kept here as files; of exported rows.

An output's schema is closed: it tells all that this version prints. Later versions only add keys, so a program that must
live with them takes the schema from the version that it asks, or ignores keys that it doesn't know. `--columns` makes
rows of its own, of which no schema tells.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vlmctl.choices import FILE_KINDS
from vlmctl.errors import NotFoundError
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from vlmctl.query.export import OutColumn

__all__ = ["EXPORTS", "RECORDS", "listing", "names", "schema", "schema_text"]

RECORDS = FILE_KINDS
"""Kinds of records; each is what one file holds."""

EXPORTS = ("export-scores", "export-models", "export-benchmarks", "export-matrix")
"""Rows of `export jsonl`, by table; the other formats have the same columns."""

SAME = {f"add-{kind}": "add" for kind in ("score", "model", "family", "benchmark")}
"""Commands that print what another schema describes."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PARTS = "parts"
ABSENT = "null"
TYPES = {
    "text": ["string"], "integer": ["integer"], "number": ["number"], "flag": ["boolean"], "list": ["array"],
    "mixed": ["integer", "string"],
}  # fmt: skip
"""What the exported types are in JSON."""


def names() -> list[str]:
    """The names of all schemas: records first, then outputs, then exports."""
    return [*RECORDS, *_outputs(), *EXPORTS]


def _outputs() -> list[str]:
    here = files("vlmctl.schemas")
    found = sorted(entry.name.removesuffix(".json") for entry in here.iterdir() if entry.name.endswith(".json"))
    return [name for name in found if name != PARTS]


def schema(name: str) -> dict[str, Any]:
    """A schema by name, whole. Raises `NotFoundError`."""
    name = SAME.get(name, name)
    if name in RECORDS:
        from vlmctl.records.describe import record_schema

        return {"$schema": DIALECT, **record_schema(name)}
    if name in EXPORTS:
        return _exported(name.removeprefix("export-"))
    if name not in _outputs():
        near = tuple(get_close_matches(name, names(), n=3, cutoff=0.5))
        hint = f"did you mean {', '.join(near)}?" if near else "vlmctl schema lists them"
        raise NotFoundError(f"no schema is called {name!r}", hint=hint, candidates=near)
    return _Bundle().of(_read(name))


def schema_text(name: str) -> str:
    """A schema as JSON text."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def listing() -> Table:
    """All schemas: name, what it is of, and a line about it."""
    columns = [
        Column("name", "Schema", importance=0),
        Column("of", "Of", importance=1),
        Column("about", "About", importance=2, shrinks=True),
    ]
    records = [(name, "record", f"a file that holds {'a ' if name in RECORDS[:3] else ''}{name.replace('-', ' ')}") for name in RECORDS]
    outputs = [(name, "output", _read(name)["title"]) for name in _outputs()]
    exports = [(name, "export", _row_title(name.removeprefix("export-"))) for name in EXPORTS]
    rows = [dict(zip(("name", "of", "about"), each, strict=True)) for each in (*records, *outputs, *exports)]
    return Table(columns, rows, heading=f"{len(rows)} JSON Schemas", name="name")


def _read(name: str) -> dict[str, Any]:
    text = files("vlmctl.schemas").joinpath(f"{name}.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


class _Bundle:
    """Puts into a schema what it refers to: parts that several share, and definitions of the records' own schemas."""

    def __init__(self) -> None:
        self.used: dict[str, Any] = {}

    def of(self, document: dict[str, Any]) -> dict[str, Any]:
        """The schema with all that it refers to inside it."""
        whole: dict[str, Any] = self._resolved(document, PARTS)
        return {**whole, "$defs": self.used} if self.used else whole

    def _resolved(self, value: Any, home: str) -> Any:
        """A piece of a schema; `home` is where references without a file lead."""
        if isinstance(value, list):
            return [self._resolved(each, home) for each in value]
        if not isinstance(value, dict):
            return value
        made = {key: self._resolved(each, home) for key, each in value.items()}
        reference = value.get("$ref")
        if isinstance(reference, str):
            file, _, name = reference.partition("#/$defs/")
            made["$ref"] = f"#/$defs/{self._held(file.removesuffix('.json') or home, name)}"
        return made

    def _held(self, home: str, name: str) -> str:
        if name not in self.used:
            self.used[name] = None  # where it refers to itself
            self.used[name] = self._resolved(_definitions(home)[name], home)
        return name


def _definitions(home: str) -> dict[str, Any]:
    if home == PARTS:
        definitions: dict[str, Any] = _read(PARTS)["$defs"]
        return definitions
    from vlmctl.records.describe import record_schema

    return {**record_schema(home)["$defs"]}


def _row_title(table: str) -> str:
    return f"a line of vlmctl export jsonl --table {table}"


def _exported(table: str) -> dict[str, Any]:
    """The schema of an exported row, made from the columns."""
    from vlmctl.query.export import BENCHMARK_COLUMNS, MATRIX_COLUMNS, MODEL_COLUMNS, SCORE_COLUMNS

    tables = {"scores": SCORE_COLUMNS, "models": MODEL_COLUMNS, "benchmarks": BENCHMARK_COLUMNS, "matrix": MATRIX_COLUMNS}
    columns = tables[table]
    rest: Any = False
    if table == "matrix":
        rest = {"type": ["number", ABSENT], "description": "The figure under benchmark@split:metric; null where the model has none."}
    return {
        "$schema": DIALECT,
        "title": _row_title(table),
        "description": "Columns are only ever added. CSV, Parquet and SQLite have the same.",
        "type": "object",
        "properties": {column.name: _property(column) for column in columns},
        "required": [column.name for column in columns],
        "additionalProperties": rest,
    }


def _property(column: OutColumn) -> dict[str, Any]:
    types = [*TYPES[column.type], *([] if column.always or column.type == "list" else [ABSENT])]
    items = {"items": {"type": "string"}} if column.type == "list" else {}
    return {"type": types[0] if len(types) == 1 else types, **items, "description": f"{column.help[:1].upper()}{column.help[1:]}."}
