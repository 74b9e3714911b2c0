"""The outputs described for people: their keys as tables for the reference page, from the schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.schemas import EXPORTS, RECORDS, names, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["reference"]

OPENING = """# JSON

What `--json` prints, command by command; `vlmctl schema NAME` prints the same as JSON Schemas (draft 2020-12), of records, too.

Keys are only ever added. Absent values are `null`, numbers are plain (`1700000000`), dates are ISO texts as far as they are known
(`2024`, `2024-05`, `2024-05-10`). `--columns` chooses other keys; `--format jsonl` prints the elements of a list, one a line. A key in
italics is there only where its meaning says so. With `--json` an error is an object on stderr.
"""


def reference() -> str:
    """The page, but for its head."""
    outputs = [name for name in names() if name not in (*RECORDS, *EXPORTS)]
    return "\n".join([OPENING, *(_section(name, schema(name)) for name in outputs), _exports()])


def _section(name: str, whole: dict[str, Any]) -> str:
    """A schema as heading, a sentence and its keys."""
    node = _resolved(whole, whole)
    element = _resolved(node["items"], whole) if node.get("type") == "array" else node
    lead = "A list. " if node.get("type") == "array" else "An object. "
    parts = [f"## {whole['title']}\n\n{lead}{whole['description']} Schema: `vlmctl schema {name}`.\n"]
    for variant in element.get("oneOf", [element]):
        parts.append(_table(list(_keys(_resolved(variant, whole), whole))) + "\n")
    return "\n".join(parts)


def _exports() -> str:
    parts = ["## Exported rows\n\n`vlmctl export jsonl --table …`; the columns stand in [the guide](../guide/exporting.md).\n"]
    rows = [[f"`{name}`", schema(name)["title"]] for name in EXPORTS]
    return "\n".join([*parts, _table(rows, ("schema", "of"))]) + "\n"


def _table(rows: list[list[str]], header: tuple[str, ...] = ("key", "value", "meaning")) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows])


def _keys(node: dict[str, Any], whole: dict[str, Any], before: str = "") -> Iterator[list[str]]:
    """A row for each key, those of objects inside it after it."""
    for key, value in node.get("properties", {}).items():
        each = {**_resolved(value, whole), **({"description": value["description"]} if "description" in value else {})}
        shown = f"`{before}{key}`" if key in node.get("required", ()) or before else f"*`{before}{key}`*"
        yield [shown, _value(each, whole), each.get("description", "")]
        if not before:
            inner, sign = _inside(each, whole)
            yield from _keys(inner, whole, f"{key}{sign}.") if inner else ()
    rest = node.get("additionalProperties")
    if isinstance(rest, dict) and not before:
        yield ["*further keys*", _value(rest, whole), rest.get("description", "")]


def _inside(node: dict[str, Any], whole: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The object that a value is, or a list's elements are."""
    if node.get("properties"):
        return node, ""
    items = _resolved(node.get("items", {}), whole)
    return (items, "[]") if items.get("properties") else (None, "")


def _value(node: dict[str, Any], whole: dict[str, Any]) -> str:
    """What a value is, in a word or a few."""
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join("null" if value is None else f"`{value}`" for value in node["enum"])
    for choice in ("oneOf", "anyOf"):
        if choice in node:
            return " or ".join(dict.fromkeys(_value(_resolved(each, whole), whole) for each in node[choice]))
    types = node.get("type", "any")
    names = [types] if isinstance(types, str) else types
    words = {"array": "list", "boolean": "true or false", "string": "text", "integer": "whole number"}
    if node.get("type") == "array" and node.get("items"):
        return f"list of {_value(_resolved(node['items'], whole), whole)}"
    if node.get("type") == "object" and isinstance(node.get("additionalProperties"), dict) and not node.get("properties"):
        return f"object of {_value(_resolved(node['additionalProperties'], whole), whole)} by id"
    return " or ".join(words.get(name, name) for name in names)


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to in its place."""
    while "$ref" in node:
        found: dict[str, Any] = whole["$defs"][node["$ref"].rpartition("/")[2]]
        node = {**found, **{key: value for key, value in node.items() if key not in {"$ref", "$defs"}}}
    return node
