"""A store of six models and two benchmarks, built from `schema.sql`, so that a new record breaks no test."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import vlmctl
from vlmctl.store.catalog import Catalog

SCHEMA = Path(vlmctl.__path__[0]) / "store" / "schema.sql"


def between(*names: str) -> str:
    """Names as the store keeps them for matching."""
    return "\x1f" + "\x1f".join(name.lower() for name in names) + "\x1f"


# id, name, params, released (text, first, last), language model, license, moe, image size, TextVQA val, MME perception
MODELS: tuple[tuple[Any, ...], ...] = (
    ("ada-1b", "Ada-1B", 1_000_000_000, ("2023", "2023-01-01", "2023-12-31"), "Phi-2", "mit", 0, 224, 50, 1200.5),
    ("bob-2b", "Bob 2B", 2_000_000_000, ("2024-02", "2024-02-01", "2024-02-29"), "Llama-2-7B", "Apache-2.0", 0, 336, 55.1, None),
    ("cy-4b", "Cy_4B", 4_000_000_000, ("2024-02-06", "2024-02-06", "2024-02-06"), "MobileLLaMA 2.7B", "mit", 1, "dynamic", None, 900),
    ("dan-7b", "Dan-v1.5-7B", 7_000_000_000, None, None, None, None, None, 70, None),
    ("eve", "Ève 15B (50%_new)", None, ("2025-01-01", "2025-01-01", "2025-01-01"), "Phi-3.5", "other", None, 448, None, None),
    ("fay", "Fay", 450_000_000, ("2024", "2024-01-01", "2024-12-31"), "Qwen2.5-7B", "MIT", 1, 384, 0, 1500),
)


def build() -> Catalog:
    """The store, in memory."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    for position, row in enumerate(MODELS):
        _model(connection, position, row)
    _benchmark(connection, "textvqa", "TextVQA", ("val", "test"), (("accuracy", "accuracy"),))
    _benchmark(connection, "mme", "MME", (), (("perception", "perception"), ("cognition", "cognition")))
    _benchmark(connection, "llava-bench", "LLaVA-Bench (Wild)", (), (("score", "score"),))
    for id_, *_, textvqa, mme in MODELS:
        _score(connection, id_, "textvqa", "val", "accuracy", textvqa, 0)
        _score(connection, id_, "mme", "", "perception", mme, 0)
    _score(connection, "cy-4b", "textvqa", "val", "accuracy", 99, 1)
    _score(connection, "dan-7b", "textvqa", "test", "accuracy", 71, 0)
    connection.execute("INSERT INTO source VALUES ('family', 'paper', 'paper', 'A paper', 'https://example.org', NULL, NULL)")
    return Catalog(connection)


def insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """Insert a row."""
    marks = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def _model(connection: sqlite3.Connection, position: int, row: tuple[Any, ...]) -> None:
    id_, name, params, released, llm, license_, moe, size, *_ = row
    text, first, last = released or (None, None, None)
    made_by = "Alibaba Cloud (Qwen team)"
    insert(
        connection, "model", id=id_, position=position, name=name, names_text=between(name, id_), family="family", family_name="Family",
        series="Series", organizations_json=json.dumps([made_by]), organizations_text=between(made_by), params=params,
        params_scope=params and "whole",
        language_model=llm and llm.lower(), language_model_name=llm, language_model_text=llm and between(llm),
        vision_encoders_json="[]", image_size=size, moe=moe, license=license_, released=text, released_first=first,
        released_last=last, open=1, lists_json="[]", scores=2, aliases_json="[]", document_json="{}", origin="",
    )  # fmt: skip


def _benchmark(connection: sqlite3.Connection, id_: str, name: str, splits: tuple[str, ...], metrics: tuple[tuple[str, str], ...]) -> None:
    metric = metrics[0][0]
    insert(
        connection,
        "benchmark",
        id=id_,
        position=0,
        name=name,
        task="VQA",
        split=splits[0] if splits else "",
        metric=metric,
        models=1,
        scores=1,
        document_json="{}",
        origin="",
    )
    names = {(id_, "id"), (name, "name")}
    for exact, form in names:
        normal = "".join(c for c in exact.lower() if c not in "-_. ")
        insert(connection, "name", normal=normal, kind="benchmark", id=id_, exact=exact, form=form)
    for place, split in enumerate(splits):
        insert(connection, "split", benchmark=id_, id=split, name=split, metric=metric, position=place)
        insert(connection, "part_name", benchmark=id_, normal=split, kind="split", id=split)
    for key, title in metrics:
        insert(connection, "metric", benchmark=id_, id=key, name=title, unit="%", min=0, max=100, higher_is_better=1)
        insert(connection, "part_name", benchmark=id_, normal=key, kind="metric", id=key)


def _score(connection: sqlite3.Connection, model: str, benchmark: str, split: str, metric: str, value: float | None, kind: int) -> None:
    if value is None:
        return
    cursor = connection.execute(
        "INSERT INTO score (model, family, benchmark, split, counted_split, metric, protocol, value, source, evidence,"
        " evidence_order, status, origin)"
        " VALUES (?, 'family', ?, ?, ?, ?, 'generalist', ?, 'paper', 'original', 0, 'current', '')",
        (model, benchmark, split or None, split, metric, value),
    )
    standing = {"benchmark": benchmark, "split": split, "metric": metric, "class": kind, "merit": value, "model": model}
    insert(connection, "standing", **standing, score=cursor.lastrowid)
