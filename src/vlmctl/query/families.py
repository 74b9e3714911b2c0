"""Families: the answer of `families`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlmctl.query.columns import choose, known_key, sorted_by
from vlmctl.query.filters import Filter, missing
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["list_families"]

FAMILY_KEYS = (
    "id",
    "name",
    "series",
    "organizations",
    "released",
    "models",
    "min_params",
    "max_params",
    "license",
    "lists",
    "scores",
    "summary",
)
"""What `families --json` prints (v1: keys are only ever added)."""


def list_families(
    catalog: Catalog, where: Filter, *, sort: Sequence[str] = (), limit: int | None = None, columns: Sequence[str] = (), lang: str = "en"
) -> Table:
    """The families of the models that match, each with how many of them; `sort` as `listing.resolve_order` takes it, over these keys."""
    sql = (
        "SELECT f.*, count(*) AS models, min(m.params) AS min_params, max(m.params) AS max_params, sum(m.scores) AS scores, "
        "group_concat(DISTINCT m.license) AS licenses FROM model m JOIN family f ON f.id = m.family "
        f"WHERE {where.sql} GROUP BY f.id ORDER BY f.position"
    )
    rows = [_row(row, lang) for row in catalog.rows(sql, where.params)]
    for name in reversed([name.strip() for text in sort for name in text.split(",") if name.strip()]):
        rows = sorted_by(rows, known_key(name.removeprefix("-"), FAMILY_KEYS, "field"), descending=name.startswith("-"))
    found = len(rows)
    notes = missing(catalog, where)
    if limit is not None and limit < found:
        notes = [*notes, f"{found - limit} more families match (--limit 0 shows all)"]
    shown = choose(_columns(), columns)
    total = catalog.value("SELECT count(*) FROM family")
    heading = f"{found} of {total} families" + (f" · {where.text}" if where.text else "")
    return Table(shown, rows[:limit], heading, notes=notes, empty="no family matches")


def _row(row: Any, lang: str) -> dict[str, Any]:
    licenses = (row["licenses"] or "").split(",") if row["licenses"] else []
    return {
        "id": row["id"],
        "name": row["name"],
        "series": row["series"],
        "organizations": json.loads(row["organizations_json"]),
        "released": row["released"],
        "models": row["models"],
        "min_params": row["min_params"],
        "max_params": row["max_params"],
        "license": ", ".join(sorted(licenses)) or None,
        "lists": json.loads(row["lists_json"]),
        "scores": row["scores"],
        "summary": (lang == "zh" and row["summary_zh"]) or row["summary"],
    }


def _columns() -> list[Column]:
    return [
        Column("id", "Id", importance=0),
        Column("name", "Family", importance=1, shrinks=True),
        Column("series", "Series", importance=30, machine=True),
        Column("models", "Models", "number", importance=2),
        Column("min_params", "From", "count", importance=3),
        Column("max_params", "To", "count", importance=3),
        Column("released", "Released", "date", importance=5),
        Column("organizations", "Organizations", "list", importance=20, shrinks=True),
        Column("license", "License", importance=25, shrinks=True),
        Column("lists", "Lists", "list", machine=True, importance=80),
        Column("scores", "Scores", "number", importance=15),
        Column("summary", "Summary", importance=40, shrinks=True),
    ]
