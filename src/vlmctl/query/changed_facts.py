"""Which families, benchmarks, models, components and licenses are new or gone between two catalogs, and which facts have changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlmctl.query.differences import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["changed_things"]

WITHOUT = "'$.id', '$.explains'"
"""No facts: what a record is found by, and which warnings its notes answer."""

DOCUMENT = f"json_remove(document_json, {WITHOUT}) AS document"
ALIASES = (
    "(SELECT json_group_array(exact) FROM (SELECT exact FROM name WHERE kind = 'license' AND name.id = license.id AND form = 'alias' "
    "ORDER BY exact))"
)
KINDS: dict[str, tuple[str, str, str]] = {
    "family": ("family", "1", DOCUMENT),
    "benchmark": ("benchmark", "1", DOCUMENT),
    "model": ("model", "1", f"{DOCUMENT}, family, params, active_params, license, moe, connector, visual_tokens"),
    "language-model": ("component", "kind = 'language-model'", f"{DOCUMENT}, params"),
    "vision-encoder": ("component", "kind = 'vision-encoder'", f"{DOCUMENT}, params"),
    "license": ("license", "1", f"name, commercial, url, note, {ALIASES} AS aliases_json"),
}  # fmt: skip
"""By kind: the table, the rows of it, and the columns with facts. A document's facts are overruled by those of columns."""

NO_FACTS = {"mixture_of_experts"}
"""Of a model: what it is worked out to be (`moe`) is compared."""


def changed_things(old: Catalog, new: Catalog) -> Iterator[Change]:
    """What was added, has gone, or whose facts have changed, kind by kind."""
    for kind in KINDS:
        yield from _things(old, new, kind)


def _things(old: Catalog, new: Catalog, kind: str) -> Iterator[Change]:
    table, rows, facts = KINDS[kind]
    names = f"SELECT id, name FROM {table} WHERE {rows} ORDER BY {'position' if table in {'family', 'benchmark', 'model'} else 'id'}"
    before = {str(row["id"]): str(row["name"]) for row in old.rows(names)}
    after = {str(row["id"]): str(row["name"]) for row in new.rows(names)}
    for key, name in after.items():
        if key not in before:
            yield Change(kind, "added", key, name, family=_family(new, kind, key))
    for key, name in before.items():
        if key not in after:
            yield Change(kind, "gone", key, name, family=_family(old, kind, key))
    sql = f"SELECT {facts} FROM {table} WHERE {rows} AND id = ?"
    for key, name in after.items():
        if key in before:
            yield from _facts(key, name, _facts_of(old, sql, key), _facts_of(new, sql, key))


def _family(catalog: Catalog, kind: str, key: str) -> str | None:
    found = catalog.value("SELECT family FROM model WHERE id = ?", (key,)) if kind == "model" else None
    return None if found is None else str(found)


def _facts_of(catalog: Catalog, sql: str, key: str) -> dict[str, Any]:
    row = catalog.row(sql, (key,))
    assert row is not None
    columns = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row iterates over its values
    if any(isinstance(value, bytes) for value in columns.values()):
        raise ValueError("bytes where a fact belongs")
    facts: dict[str, Any] = json.loads(columns.pop("document", "{}"))
    if "moe" in columns:
        facts = {name: value for name, value in facts.items() if name not in NO_FACTS}
    for name, value in columns.items():
        facts[name.removesuffix("_json")] = (json.loads(value) or None) if name.endswith("_json") else value
    return facts


def _facts(key: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """A change for each fact that differs; of a fact that holds several, for each of these."""
    for fact in dict.fromkeys((*before, *after)):
        old, new = before.get(fact), after.get(fact)
        if old == new:
            continue
        parts = _parts(old), _parts(new)
        if parts[0] is not None and parts[1] is not None:
            yield from _facts(key, name, *({f"{fact}.{part}": value for part, value in side.items()} for side in parts if side is not None))
        else:
            yield Change("fact", "added" if old is None else "gone" if new is None else "changed", key, name, fact, old, new)


def _parts(value: Any) -> Mapping[str, Any] | None:
    """A fact's parts by name: of a mapping, and of a list of things with ids (splits, metrics); None for any other value."""
    if isinstance(value, dict):
        return value
    things: Sequence[Any] = value if isinstance(value, list) else ()
    named = {str(thing["id"]): thing for thing in things if isinstance(thing, dict) and "id" in thing}
    return named if named and len(named) == len(things) else None
