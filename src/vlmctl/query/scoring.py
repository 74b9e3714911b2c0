"""Scores as they are read for every command that shows single figures: `scores`, `show`, `why`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlmctl.query import fields
from vlmctl.query.columns import beyond, spelled
from vlmctl.query.filters import Filter, missing
from vlmctl.query.listing import model_reader, order_by, read_fields, resolve_order
from vlmctl.query.names import models_named
from vlmctl.query.parts import benchmark_part
from vlmctl.results import Cell, Column, Table
from vlmctl.store.catalog import SOURCE_OF_SCORE, STANDING_OF_SCORE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["list_scores", "narrowed", "score_row", "scores_of"]

SCORE_KEYS = (
    "model", "family", "benchmark", "split", "metric", "protocol", "shots", "value", "source", "url", "where", "evidence",
    "status", "quote", "listed", "note", "variant", "mode", "counted_split", "assumed", "train_split_seen", "origin",
)  # fmt: skip
"""What `scores --json` prints of a figure (v1: keys are only ever added)."""

SHOWN = ("model_name", "benchmark", "split", "value", "protocol", "evidence", "source")

COLUMNS = (
    "s.id AS score_id, s.model, s.family, s.benchmark, s.split, s.counted_split, s.metric, s.protocol, s.shots, s.variant, s.mode, "
    "s.value, s.place, s.evidence, s.quote, s.status, s.listed_column, s.listed_text, s.assumed_json, "
    "s.train_split_seen, s.note, s.origin, "
    "src.title AS source, src.kind AS source_kind, src.url, coalesce(src.published, src.retrieved) AS dated, "
    "m.name AS model_name, b.name AS benchmark_name"
)
FROM = f"FROM score s CROSS JOIN model m ON m.id = s.model CROSS JOIN benchmark b ON b.id = s.benchmark {SOURCE_OF_SCORE}"


def score_row(row: sqlite3.Row) -> dict[str, Any]:
    """A figure as `--json` prints it."""
    listed = None if row["listed_text"] is None else {"column": row["listed_column"], "text": row["listed_text"]}
    return {
        "model": row["model"], "family": row["family"], "benchmark": row["benchmark"], "split": row["split"], "metric": row["metric"],
        "protocol": row["protocol"], "shots": row["shots"], "value": row["value"], "source": row["source"], "url": row["url"],
        "where": row["place"], "evidence": row["evidence"], "status": row["status"], "quote": row["quote"], "listed": listed,
        "note": row["note"], "variant": row["variant"], "mode": row["mode"],
        "counted_split": None if row["counted_split"] in {"", "?"} else row["counted_split"],
        "assumed": json.loads(row["assumed_json"]) if row["assumed_json"] else [],
        "train_split_seen": None if row["train_split_seen"] is None else bool(row["train_split_seen"]), "origin": row["origin"],
    }  # fmt: skip


def scores_of(catalog: Catalog, model: str, benchmark: str | None = None) -> Iterator[sqlite3.Row]:
    """All figures of a model (on one benchmark), superseded ones included, with their standing: class, reason, rank, of."""
    sql = (
        f"SELECT {COLUMNS}, st.class, st.reason, st.rank, st.of {FROM} {STANDING_OF_SCORE} "
        "WHERE s.model = ? AND (? IS NULL OR s.benchmark = ?) ORDER BY b.models DESC, b.position, s.id"
    )
    yield from catalog.rows(sql, (model, benchmark, benchmark))


def narrowed(
    catalog: Catalog, where: Filter, *, models: Sequence[str] = (), benchmarks: Sequence[str] = (), listed: bool = False
) -> Filter:
    """A filter that also asks for any of the named models, any of the named benchmarks (or their parts), and the list's figures."""
    sql, params, texts = [where.sql], [*where.params], [where.text]
    if models:
        ids = list(dict.fromkeys(model for name in models for model in models_named(catalog, name)))
        sql.append(f"s.model IN ({', '.join('?' * len(ids))})")
        params += ids
        texts.append(f"model {', '.join(models)}")
    if benchmarks:
        parts = [(benchmark_part(catalog, name), "@" in name or ":" in name) for name in benchmarks]
        either = []
        for part, one in parts:
            either.append("(s.benchmark = ? AND s.counted_split = ? AND s.metric = ?)" if one or not part.primary else "s.benchmark = ?")
            params += [part.benchmark, part.split, part.metric] if one or not part.primary else [part.benchmark]
        sql.append(f"({' OR '.join(either)})")
        texts.append(f"on {', '.join(benchmarks)}")
    if listed:
        sql.append("s.listed_text IS NOT NULL")
        texts.append("in the list")
    return where._replace(sql=" AND ".join(sql), params=tuple(params), text=" · ".join(filter(None, texts)), scores=True)


def default_columns() -> list[Column]:
    """The columns of `scores`."""
    own = {
        "model_name": Column("model_name", "Model", human=True, importance=0),
        "model": Column("model", "Model", machine=True, importance=0),
        "family": Column("family", "Family", machine=True),
        "value": Column("value", "Value", "number", importance=0),
        "benchmark": Column("benchmark", "Benchmark", importance=0),
    }
    by_name = {field.name: fields.column_of(field) for field in fields.SCORE_FIELDS}
    columns = [own["model_name"]]
    for key in SCORE_KEYS:
        column = own.get(key) or by_name.get(key) or Column(key, key)
        columns.append(column if key in SHOWN else Column(key, column.title, column.kind, machine=True, importance=column.importance))
    return columns


def list_scores(
    catalog: Catalog,
    where: Filter,
    *,
    sort: Sequence[str] = (),
    columns: Sequence[str] = (),
    limit: int | None = None,
    notes: Sequence[str] = (),
) -> Table:
    """The scores that match, one row each, in the catalog's order unless sorted; `notes` come first."""
    keys = (*SCORE_KEYS, "model_name")
    columns = spelled(columns, keys)
    extra = beyond(catalog, columns, keys, scores=True)
    named = dict(zip([name for name in columns if name not in keys], extra, strict=True))
    order, order_params = order_by(resolve_order(catalog, sort, scores=True), "s.id")
    select, select_params = read_fields(extra)
    sql = f"SELECT {COLUMNS}{', ' + select if select else ''} {FROM} WHERE {where.sql} ORDER BY {order} LIMIT ?"
    count_sql = f"SELECT count(*) {FROM} WHERE {where.sql}"
    found = catalog.value(count_sql, where.params)
    bound = (*select_params, *where.params, *order_params, -1 if limit is None else limit)
    rows, read = [], model_reader(extra)
    for row in catalog.rows(sql, bound):
        figure = {**score_row(row), **read(row), "model_name": row["model_name"]}
        figure["value"] = Cell(row["value"], mark="†" if row["status"] == "superseded" else "")
        rows.append(figure)
    notes = [*notes, *missing(catalog, where)]
    if limit is not None and limit < found:
        notes = [*notes, f"{found - limit} more scores match (--limit 0 shows all)"]
    legend = [("†", "superseded by a newer figure")] if any(row["status"] == "superseded" for row in rows) else []
    heading = f"{found} of {catalog.value('SELECT count(*) FROM score')} scores" + (f" · {where.text}" if where.text else "")
    by_key = {column.key: column for column in default_columns()} | {name: fields.column_of(field) for name, field in named.items()}
    shown = [by_key[name] for name in columns] if columns else default_columns()
    data = None if columns else [{key: row[key] for key in SCORE_KEYS} for row in rows]
    return Table(
        shown,
        rows,
        heading,
        legend=legend,
        notes=notes,
        data=data,
        name="model",
        ids=list(dict.fromkeys(row["model"] for row in rows)),
        empty="no score matches",
        beside=("status",) if "value" in columns else (),
    )
