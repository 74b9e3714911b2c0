"""Records described: their JSON Schemas, and the table of fields for `catalog/README.md`, both from the docstrings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, TypeAdapter

from vlmctl import forms
from vlmctl.records.benchmark import Benchmark, DefaultSplit, Metric, Split
from vlmctl.records.common import Links
from vlmctl.records.component import LanguageModel, LayerGroup, License, Shape, VisionEncoder
from vlmctl.records.family import (
    Architecture,
    Connector,
    Family,
    LicenseTerms,
    Listed,
    MixtureOfExperts,
    Model,
    ModelAddition,
    Score,
    Source,
    TrainingStage,
)

__all__ = ["field_tables", "record_schema"]

KINDS: dict[str, tuple[Any, str]] = {
    "family": (Family, "A family: the file families/<id>.yaml"),
    "benchmark": (Benchmark, "A benchmark: the file benchmarks/<id>.yaml"),
    "model": (ModelAddition, "A model, or further scores of one, laid over a family: the file models/<id>.yaml"),
    "language-models": (list[LanguageModel], "The language models: the file components/language-models.yaml"),
    "vision-encoders": (list[VisionEncoder], "The vision encoders: the file components/vision-encoders.yaml"),
    "licenses": (list[License], "The licenses: the file components/licenses.yaml"),
}

GROUPS: tuple[tuple[str, str, tuple[type[BaseModel], ...]], ...] = (
    (
        "Families",
        "`families/<id>.yaml`",
        (Family, LicenseTerms, Links, Architecture, Connector, MixtureOfExperts, TrainingStage, Source, Model, Score, Listed),
    ),
    ("Models laid over a family", "`models/<id>.yaml`", (ModelAddition,)),
    ("Benchmarks", "`benchmarks/<id>.yaml`", (Benchmark, Metric, Split, DefaultSplit)),
    (
        "Components",
        "`components/language-models.yaml`, `vision-encoders.yaml`, `licenses.yaml`",
        (LanguageModel, Shape, LayerGroup, VisionEncoder, License),
    ),
)


SIZE = "size such as `1.7B`"


def record_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of what a file of a kind holds, for editors and other programs."""
    type_, title = KINDS[kind]
    made: dict[str, Any] = _written(TypeAdapter(type_).json_schema(mode="validation"))
    return {**made, "title": title}


def _written(schema: Any) -> Any:
    """A schema of what may be written: `null` never is, so an optional field is simply left out."""
    if isinstance(schema, list):
        return [_written(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _written(value) for key, value in schema.items() if not (key == "default" and value is None)}
    branches = [branch for branch in made.get("anyOf", ()) if branch != {"type": "null"}]
    if "anyOf" in made:
        made["anyOf"] = branches
        if len(branches) == 1:
            del made["anyOf"]
            made = {**branches[0], **made}
    return made


def field_tables() -> str:
    """All fields of all records as Markdown tables: name, what it takes, what it means. In bold: needed."""
    return "\n".join(_tables())


def _tables() -> Iterator[str]:
    for title, where, classes in GROUPS:
        yield from (f"### {title}", "", f"{where}. Fields in bold are needed; all others are left out where nothing is known.", "")
        for record in classes:
            yield from (f"**{_heading(record)}** {record.__doc__ and record.__doc__.strip().partition(chr(10))[0]}", "")
            yield from ("| field | value | meaning |", "| --- | --- | --- |")
            schema = record.model_json_schema(mode="validation")
            for name in record.model_fields:
                needed = name in schema.get("required", ())
                shown = f"**`{name}`**" if needed else f"`{name}`"
                value = _value(_written(schema["properties"][name]), schema.get("$defs", {}))
                yield f"| {shown} | {value} | {record.model_fields[name].description or ''} |"
            yield ""


def _heading(record: type[BaseModel]) -> str:
    words = [record.__name__[0]]
    for letter in record.__name__[1:]:
        words.append(f" {letter.lower()}" if letter.isupper() else letter)
    return "".join(words) + "."


def _value(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """What a field takes, in a few words."""
    if "anyOf" in schema:
        branches = list(dict.fromkeys(_value(branch, definitions) for branch in schema["anyOf"]))
        implied = {"number", SIZE} & set(branches)  # a whole number is a number; a size may be written in full
        return " or ".join(branch for branch in branches if not (implied and branch == "whole number"))
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _heading(type(name, (), {})).rstrip(".").lower()
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    plain = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    kind = str(schema.get("type"))
    inside: dict[str, Any] = schema.get("items") or schema.get("additionalProperties") or {}
    if kind == "array":
        return f"list of {_value(inside, definitions)}"
    if kind == "object":
        inside = inside or next(iter(schema.get("patternProperties", {}).values()), {})
        return f"{_value(inside, definitions)} by name"
    return _text(str(schema.get("pattern", ""))) if kind == "string" else plain.get(kind, "any")


def _text(pattern: str) -> str:
    return {forms.ID: "id", forms.ADDRESS: "address", forms.SIZE: SIZE, forms.DATE: "date"}.get(pattern, "text")
