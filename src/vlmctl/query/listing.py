"""Which models match: the answer of `list`, and how a model's row is read for every command that shows models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vlmctl.query import fields
from vlmctl.query.fields import Field
from vlmctl.query.filters import Filter, missing, of_part, remarks, resolve_field
from vlmctl.results import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlmctl.store.catalog import Catalog

__all__ = ["MODEL_KEYS", "Order", "list_models", "model_reader", "order_by", "read_fields", "resolve_order", "rows_of"]

MODEL_KEYS = (
    "id", "name", "family", "series", "organizations", "params", "active_params", "language_model", "vision_encoders",
    "connector", "image_size", "visual_tokens", "moe", "license", "released", "hf", "lists", "scores", "params_scope",
)  # fmt: skip
"""What `list --json` prints of a model, in this order (v1: keys are only ever added)."""

SHOWN = ("name", "params", "language_model_name", "vision_encoder_names", "license", "released", "scores")
"""What a terminal shows of a model unless `--columns` says otherwise."""

TOLD = {key: Column(key, title, "list", machine=True, importance=90) for key, title in (("assumed", "Split assumed"), ("modes", "Modes"))}
"""Columns that say what the marks beside benchmarks' figures say; see `marks`."""

Order = Sequence[tuple[Field, bool]]
"""Fields to sort by, each with whether it descends."""


def read_fields(wanted: Sequence[Field]) -> tuple[str, tuple[Any, ...]]:
    """The SELECT list for fields (`f0`, `f1`, …) and the values bound to it."""
    sql = ", ".join(f"({field.sql}) AS f{index}" for index, field in enumerate(wanted))
    return sql, tuple(value for field in wanted for value in field.params)


def model_reader(wanted: Sequence[Field]) -> Callable[[Sequence[Any]], dict[str, Any]]:
    """What makes of a row, whose last columns were selected with `read_fields`, the fields' values as `--json` prints them."""
    names = [field.name for field in wanted]
    lists = [field.name for field in wanted if field.is_json]
    flags = [field.name for field in wanted if field.type == "flag"]
    parsed: dict[str, list[Any]] = {}  # lists repeat from model to model

    def read(row: Sequence[Any]) -> dict[str, Any]:
        found = dict(zip(names, row[len(row) - len(names) :], strict=True))
        for name in lists:
            text = found[name]
            if text is not None:
                if text not in parsed:
                    parsed[text] = json.loads(text)
                found[name] = parsed[text].copy()
        for name in flags:
            if found[name] is not None:
                found[name] = bool(found[name])
        return found

    return read


def resolve_order(catalog: Catalog, sort: Sequence[str], *, scores: bool = False) -> Order:
    """`--sort` values: fields or benchmarks, comma-separated, `-` before one that descends."""
    names = [name.strip() for text in sort for name in text.split(",") if name.strip()]
    return [(resolve_field(catalog, name.removeprefix("-"), scores=scores), name.startswith("-")) for name in names]


def order_by(order: Order, last: str) -> tuple[str, tuple[Any, ...]]:
    """An ORDER BY expression: absent facts come last whichever way a field runs; ties keep the catalog's order."""
    parts: list[str] = []
    params: list[Any] = []
    for field, descending in order:
        sql = field.first or (field.match if field.type == "number" and field.match else field.sql)
        if field.type in {"text", "choice", "names"}:
            sql = f"lower({sql})"
        parts += [f"({sql}) IS NULL", f"({sql}) {'DESC' if descending else 'ASC'}"]
        params += [*field.params, *field.params]
    return ", ".join([*parts, last]), tuple(params)


def rows_of(catalog: Catalog, wanted: Sequence[Field], where: Filter, order: Order = (), limit: int | None = None) -> list[dict[str, Any]]:
    """The models that match, each with the wanted fields."""
    select, select_params = read_fields(wanted)
    by, by_params = order_by(order, "m.position")
    sql = f"SELECT {select} FROM model m WHERE {where.sql} ORDER BY {by} LIMIT ?"
    params = (*select_params, *where.params, *by_params, -1 if limit is None else limit)
    return [*map(model_reader(wanted), catalog.rows(sql, params))]


def default_columns() -> list[Column]:
    """The columns of `list`: all keys for machines, a few for people."""
    keys = list(MODEL_KEYS)
    keys.insert(keys.index("language_model"), "language_model_name")
    keys.insert(keys.index("vision_encoders"), "vision_encoder_names")
    shown = {field.name: fields.column_of(field) for field in fields.named(*keys)}
    return [column._replace(machine=key not in SHOWN, human=key not in MODEL_KEYS, named=True) for key, column in shown.items()]


def list_models(
    catalog: Catalog, where: Filter, *, sort: Sequence[str] = (), columns: Sequence[str] = (), limit: int | None = None
) -> Table:
    """The models that match, as a table; `columns` names fields or benchmarks instead of the usual ones."""
    if any(map(fields.is_pareto, columns)):
        from vlmctl.query.rankings.pareto_column import list_marked

        return list_marked(catalog, where, sort=sort, columns=columns, limit=limit)
    order = resolve_order(catalog, sort)
    if columns:
        named = {name: resolve_field(catalog, name) for name in columns if name not in TOLD}
        wanted = list(dict.fromkeys(named.values()))
        shown = list(dict.fromkeys(fields.column_of(named[name]) if name in named else TOLD[name] for name in columns))
    else:
        asked = _asked(order, where)
        shown = [*default_columns(), *(fields.column_of(field)._replace(importance=1) for field in asked)]
        names = {field.name: field for field in (*fields.FIELDS, *asked)}
        wanted = [names[column.key] for column in shown]
    (identity,) = fields.named("id")
    rows = rows_of(catalog, [*wanted, identity] if identity not in wanted else wanted, where, order, limit)
    found = len(rows)
    if found == limit:
        found = catalog.value(f"SELECT count(*) FROM model m WHERE {where.sql}", where.params)
    notes = missing(catalog, where)
    if any(field.name == "params" for field, _ in order):
        notes = [*notes, *of_part(catalog, where, [row["id"] for row in rows])]
    if limit is not None and limit < found:
        notes = [*notes, f"{found - limit} more models match (--limit 0 shows all)"]
    notes = list(dict.fromkeys([*notes, *remarks(catalog, wanted)]))
    total = catalog.value("SELECT count(*) FROM model")
    heading = f"{found} of {total} models" + (f" · {where.text}" if where.text else "")
    table = Table(shown, rows, heading, notes=notes, empty="no model matches")
    if any(field.params for field in wanted):
        from vlmctl.query.marks import with_marks

        return with_marks(catalog, table, wanted, chosen=bool(columns))
    return table


def _asked(order: Order, where: Filter) -> list[Field]:
    """Fields that the order or a benchmark's condition names beyond the usual ones: whoever asks by them wants to see them."""
    named = [*(field for field, _ in order), *(field for field in where.fields if field.params)]
    return [field for field in dict.fromkeys(named) if field.name not in {*MODEL_KEYS, *SHOWN}]
