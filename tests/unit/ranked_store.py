"""Small stores for rankings, made of models, benchmarks and figures as a test needs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unit.tiny_store import SCHEMA, between, insert
from vlmctl.store.catalog import Catalog


class Bench(NamedTuple):
    """A benchmark with one ranking."""

    low: float = 0
    high: float | None = 100
    up: bool = True
    unit: str = "percent"
    metric: str = "accuracy"
    questions: int | None = None


class Model(NamedTuple):
    """A model."""

    params: int | None = None
    family: str = "family"
    released: str | None = None


Figures = Mapping[tuple[str, str], float]
"""(model, benchmark) -> value."""


def build(models: Mapping[str, Model], benchmarks: Mapping[str, Bench], figures: Figures, apart: Sequence[tuple[str, str]] = ()) -> Catalog:
    """The store, in memory. The figures of `apart` can't be compared (few-shot)."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    for position, (id_, model) in enumerate(models.items()):
        _model(connection, position, id_, model, sum(key[0] == id_ for key in figures))
    for position, (name, bench) in enumerate(benchmarks.items()):
        _benchmark(connection, position, name, bench)
    for (model_id, name), value in figures.items():
        _score(connection, model_id, name, benchmarks[name], value, 1 if (model_id, name) in apart else 0)
    counts = "sum(class = 0), sum(class = 1), 0"
    connection.execute(f"INSERT INTO coverage SELECT benchmark, split, metric, {counts} FROM standing GROUP BY 1, 2, 3")
    return Catalog(connection)


def _model(connection: sqlite3.Connection, position: int, id_: str, model: Model, scores: int) -> None:
    insert(
        connection, "model", id=id_, position=position, name=id_.upper(), names_text=between(id_), family=model.family,
        family_name=model.family, series="Series", organizations_json="[]", organizations_text="", params=model.params,
        vision_encoders_json="[]", released=model.released, released_first=model.released and f"{model.released}-01"[:10],
        released_last=model.released and (model.released if len(model.released) == 10 else f"{model.released}-28"), lists_json="[]",
        scores=scores, aliases_json="[]", document_json="{}", origin="",
    )  # fmt: skip
    for kind, name in (("model", id_), ("family", model.family)):
        connection.execute("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, 'id')", (name.replace("-", ""), kind, name, name))


def _benchmark(connection: sqlite3.Connection, position: int, name: str, bench: Bench) -> None:
    id_ = name.lower()
    insert(
        connection, "benchmark", id=id_, position=position, name=name, task="VQA", split="", metric=bench.metric, questions=bench.questions,
        models=1, scores=1, document_json="{}", origin="",
    )  # fmt: skip
    insert(
        connection, "metric", benchmark=id_, id=bench.metric, name=bench.metric, unit=bench.unit, min=bench.low, max=bench.high,
        higher_is_better=int(bench.up),
    )  # fmt: skip
    insert(connection, "name", normal=id_, kind="benchmark", id=id_, exact=name, form="name")


def _score(connection: sqlite3.Connection, model: str, name: str, bench: Bench, value: float, rank_class: int) -> None:
    cursor = connection.execute(
        "INSERT INTO score (model, family, benchmark, split, counted_split, metric, protocol, value, source, evidence, evidence_order,"
        " status, origin) VALUES (?, 'family', ?, NULL, '', ?, ?, ?, 'paper', 'original', 0, 'current', '')",
        (model, name.lower(), bench.metric, "few-shot" if rank_class else "generalist", value),
    )
    merit = value if bench.up else -value
    row = {"benchmark": name.lower(), "split": "", "metric": bench.metric, "class": rank_class, "merit": merit, "model": model}
    insert(connection, "standing", **row, score=cursor.lastrowid, reason="few-shot" if rank_class else None)
