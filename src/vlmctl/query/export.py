"""What is exported: plain rows of scores, models and benchmarks under fixed columns, read as they are asked for.

The columns are a contract with whoever reads the files: they are only ever added. Writers of foreign formats get these
rows and meet no SQL.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from vlmctl.names import BETWEEN_NAMES
from vlmctl.query.filters import missing
from vlmctl.store.catalog import COMPARABLE, SOURCE_OF_SCORE, STANDING_OF_SCORE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from vlmctl.query.filters import Filter
    from vlmctl.store.catalog import Catalog

__all__ = ["BENCHMARK_COLUMNS", "MATRIX_COLUMNS", "MODEL_COLUMNS", "RECORD_KEYS", "SCORE_COLUMNS", "Extract", "Metric", "OutColumn", "Rows"]

Type = Literal["text", "integer", "number", "flag", "list", "mixed"]
"""`list` holds texts; `mixed` a number of pixels or tokens, or a word such as `dynamic`."""

Rows = tuple["tuple[OutColumn, ...]", "Callable[[], Iterator[dict[str, Any]]]"]
"""Columns, and the rows each time they are asked for."""


class OutColumn(NamedTuple):
    """A column of an exported table."""

    name: str
    type: Type
    sql: str
    """Its value in the store; a list is JSON there, between U+001F signs, or NULL."""
    help: str
    always: bool = False
    """Whether every row has it: a list, perhaps empty, is never absent anyway."""


SCORE_COLUMNS = (
    OutColumn("model", "text", "s.model", "the model's id", True),
    OutColumn("model_name", "text", "m.name", "its name", True),
    OutColumn("family", "text", "s.family", "id of its family", True),
    OutColumn("params", "integer", "m.params", "its parameters"),
    OutColumn("benchmark", "text", "s.benchmark", "the benchmark's id", True),
    OutColumn("benchmark_name", "text", "b.name", "its name", True),
    OutColumn("split", "text", "s.split", "the split, as the source states it"),
    OutColumn("counted_split", "text", "nullif(nullif(s.counted_split, '?'), '')", "what it counts as: the stated one, else the usual"),
    OutColumn("metric", "text", "s.metric", "what was computed", True),
    OutColumn("protocol", "text", "s.protocol", "generalist, task-finetuned or few-shot", True),
    OutColumn("shots", "integer", "s.shots", "examples in the prompt (few-shot)"),
    OutColumn("variant", "text", "s.variant", "what else sets the figure apart"),
    OutColumn("mode", "text", "s.mode", "`thinking` where the model reasoned at length"),
    OutColumn("value", "number", "s.value", "the figure, as published", True),
    OutColumn("is_primary", "flag", "s.counted_split = b.split AND s.metric = b.metric", "whether on the primary split and metric", True),
    OutColumn("comparable", "flag", f"coalesce(st.class = {COMPARABLE}, 0)", "whether it is ranked", True),
    OutColumn("rank", "integer", "st.rank", "its rank among the comparable figures of that split and metric"),
    OutColumn("rank_of", "integer", "st.of", "how many those are"),
    OutColumn(
        "reason", "text",
        "CASE WHEN s.status = 'superseded' THEN 'superseded' WHEN st.class IS NULL THEN 'another source goes before' ELSE st.reason END",
        "why it isn't ranked",
    ),
    OutColumn("status", "text", "s.status", "current or superseded", True),
    OutColumn("evidence", "text", "s.evidence", "original, copy, second-hand or listed", True),
    OutColumn("source", "text", "s.source", "the source's key within the family", True),
    OutColumn("source_title", "text", "src.title", "title of the document in which it was read"),
    OutColumn("source_kind", "text", "src.kind", "paper, repository, model-card, web, list, leaderboard or run"),
    OutColumn("url", "text", "src.url", "address of the document"),
    OutColumn("retrieved", "text", "src.retrieved", "when it was read"),
    OutColumn("published", "text", "src.published", "when that version of it was published"),
    OutColumn("place", "text", "s.place", "the place in the document"),
    OutColumn("quote", "text", "s.quote", "the cell or row as the document prints it"),
    OutColumn("listed_column", "text", "s.listed_column", "the public list's header under which it stands"),
    OutColumn("listed_text", "text", "s.listed_text", "the list's cell"),
    OutColumn("assumed", "list", "s.assumed_json", "what the source left open and the catalog filled in"),
    OutColumn("train_split_seen", "flag", "s.train_split_seen", "whether the weights saw the benchmark's training split"),
    OutColumn("note", "text", "s.note", "a remark"),
    OutColumn("origin", "text", "s.origin", "the overlay it comes from; empty for the shipped catalog", True),
)  # fmt: skip

RECORD_KEYS = (
    "model", "family", "benchmark", "split", "counted_split", "metric", "protocol", "shots", "variant", "mode", "value", "status",
    "evidence", "source", "source_title", "source_kind", "url", "retrieved", "published", "place", "quote", "listed_column",
    "listed_text", "assumed", "train_split_seen", "note", "origin",
)  # fmt: skip
"""The columns of a score that are its record; the others follow from it and the rest of the catalog."""

MODEL_COLUMNS = (
    OutColumn("id", "text", "m.id", "the model's id", True),
    OutColumn("name", "text", "m.name", "its name", True),
    OutColumn("family", "text", "m.family", "id of its family", True),
    OutColumn("family_name", "text", "m.family_name", "name of its family", True),
    OutColumn("series", "text", "m.series", "the line of families", True),
    OutColumn("organizations", "list", "m.organizations_json", "who made it"),
    OutColumn("released", "text", "m.released", "when, as far as known: 2024, 2024-05 or 2024-05-20"),
    OutColumn("params", "integer", "m.params", "parameters: all of them, or those that params_scope names"),
    OutColumn("active_params", "integer", "m.active_params", "parameters active per token"),
    OutColumn("language_model", "text", "m.language_model", "component id of the language model"),
    OutColumn("language_model_name", "text", "m.language_model_name", "its name"),
    OutColumn("vision_encoders", "list", "m.vision_encoders_json", "component ids of the vision encoders"),
    OutColumn("vision_encoder_names", "text", "m.vision_encoder_names", "their names"),
    OutColumn("connector", "text", "m.connector", "kind of the connector"),
    OutColumn("image_size", "mixed", "m.image_size", "pixels, or a word"),
    OutColumn("visual_tokens", "mixed", "m.visual_tokens", "per image, or a sentence"),
    OutColumn("moe", "flag", "m.moe", "a mixture of experts"),
    OutColumn("tuning", "text", "m.tuning", "full or lora"),
    OutColumn("license", "text", "m.license", "license of the weights"),
    OutColumn("commercial", "text", "m.commercial", "commercial use: allowed, conditional or not-allowed"),
    OutColumn("open", "flag", "m.open", "whether the weights can be downloaded"),
    OutColumn("hf", "text", "m.hf", "id on Hugging Face"),
    OutColumn("weights_url", "text", "json_extract(f.document_json, '$.links.weights')", "where the family's weights are"),
    OutColumn("languages", "list", "m.languages_text", "languages that the makers name"),
    OutColumn("lists", "list", "m.lists_json", "public lists that name the family"),
    OutColumn("aliases", "list", "m.aliases_json", "other spellings of the name"),
    OutColumn("scores", "integer", "m.scores", "how many scores the catalog has", True),
    OutColumn("summary", "text", "f.summary", "what the family is"),
    OutColumn("origin", "text", "m.origin", "the overlay it comes from; empty for the shipped catalog", True),
    OutColumn("params_scope", "text", "m.params_scope", "what params counts: whole or language-model"),
)

_SPLITS = "(SELECT json_group_array(id) FROM (SELECT id FROM split WHERE benchmark = b.id ORDER BY position))"

BENCHMARK_COLUMNS = (
    OutColumn("id", "text", "b.id", "the benchmark's id", True),
    OutColumn("name", "text", "b.name", "its name", True),
    OutColumn("full_name", "text", "b.full_name", "its name in full"),
    OutColumn("task", "text", "b.task", "what it tests", True),
    OutColumn("summary", "text", "b.summary", "what is asked and how it is scored"),
    OutColumn("split", "text", "nullif(b.split, '')", "the primary split"),
    OutColumn("default_split", "text", "b.default_split", "what a figure without a split counts as"),
    OutColumn("metric", "text", "b.metric", "the primary metric", True),
    OutColumn("unit", "text", "me.unit", "its unit", True),
    OutColumn("min", "number", "me.min", "the lowest possible value"),
    OutColumn("max", "number", "me.max", "the highest possible value"),
    OutColumn("higher_is_better", "flag", "me.higher_is_better", "the direction", True),
    OutColumn("questions", "integer", "b.questions", "how many questions it has"),
    OutColumn("splits", "list", _SPLITS, "its splits"),
    OutColumn("url", "text", "coalesce(json_extract(b.document_json, '$.links.home'), json_extract(b.document_json, '$.links.code'), "
              "json_extract(b.document_json, '$.links.paper'))", "where to read more"),
    OutColumn("models", "integer", "b.models", "how many models have a score", True),
    OutColumn("scores", "integer", "b.scores", "how many scores there are", True),
    OutColumn("origin", "text", "b.origin", "the overlay it comes from; empty for the shipped catalog", True),
)  # fmt: skip

MATRIX_COLUMNS = (OutColumn("model", "text", "", "the model's id", True), OutColumn("name", "text", "", "its name", True))
"""The columns of `matrix` before those of the figures."""

_SCORES = f"score s CROSS JOIN model m ON m.id = s.model CROSS JOIN benchmark b ON b.id = s.benchmark {SOURCE_OF_SCORE} {STANDING_OF_SCORE}"
_MATCHING = f"model m LEFT JOIN score s ON s.model = m.id {SOURCE_OF_SCORE}"


class Metric(NamedTuple):
    """What is computed on a benchmark."""

    id: str
    name: str
    unit: str
    low: float
    high: float | None
    higher_is_better: bool


class Extract:
    """The part of a catalog that a filter lets through. Rows are read one by one, each time anew."""

    def __init__(self, catalog: Catalog, where: Filter) -> None:
        """`where` may look at models and scores (`scores=True`)."""
        self.catalog = catalog
        self.where = where

    def scores(self, model: str | None = None) -> Iterator[dict[str, Any]]:
        """The scores, in the catalog's order; those of one model where it is named. Rows have `SCORE_COLUMNS`."""
        narrowed, more = (" AND s.model = ?", (model,)) if model is not None else ("", ())
        sql = f"SELECT {_select(SCORE_COLUMNS)} FROM {_SCORES} WHERE ({self.where.sql}){narrowed} ORDER BY s.id"
        return self._rows(SCORE_COLUMNS, sql, (*self.where.params, *more))

    def models(self) -> Iterator[dict[str, Any]]:
        """The models that have a matching score, or match without one. Rows have `MODEL_COLUMNS`."""
        matching = f"SELECT m.id FROM {_MATCHING} WHERE {self.where.sql}"
        source = "model m LEFT JOIN family f ON f.id = m.family"
        sql = f"SELECT {_select(MODEL_COLUMNS)} FROM {source} WHERE m.id IN ({matching}) ORDER BY m.position"
        return self._rows(MODEL_COLUMNS, sql, self.where.params)

    def benchmarks(self) -> Iterator[dict[str, Any]]:
        """The benchmarks of matching scores; all where nothing is asked for. Rows have `BENCHMARK_COLUMNS`."""
        asked = f"SELECT s.benchmark FROM {_MATCHING} WHERE {self.where.sql}"
        matching = "SELECT id FROM benchmark" if self.where.unconditional else asked
        sql = (
            f"SELECT {_select(BENCHMARK_COLUMNS)} FROM benchmark b LEFT JOIN metric me ON me.benchmark = b.id AND me.id = b.metric "
            f"WHERE b.id IN ({matching}) ORDER BY b.position"
        )
        return self._rows(BENCHMARK_COLUMNS, sql, self.where.params)

    def by_model(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each matching model with its matching scores."""
        for model in self.models():
            yield model, list(self.scores(model["id"]))

    def table(self, name: str) -> Rows:
        """The columns and rows of `scores`, `models` or `benchmarks`."""
        tables: dict[str, Rows] = {
            "scores": (SCORE_COLUMNS, self.scores),
            "models": (MODEL_COLUMNS, self.models),
            "benchmarks": (BENCHMARK_COLUMNS, self.benchmarks),
        }
        return tables[name]

    def metrics(self) -> dict[tuple[str, str], Metric]:
        """What is computed, by benchmark and metric."""
        rows = self.catalog.rows("SELECT benchmark, id, name, unit, min, max, higher_is_better FROM metric")
        return {(row[0], row[1]): Metric(row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in rows}

    def primary(self) -> dict[str, tuple[str | None, str]]:
        """The primary split and metric of each benchmark."""
        rows = self.catalog.rows("SELECT id, split, metric FROM benchmark")
        return {row["id"]: (row["split"] or None, row["metric"]) for row in rows}

    def split_metrics(self) -> dict[tuple[str, str], str]:
        """The metric that counts on a split, by benchmark and split; splits in their order."""
        rows = self.catalog.rows("SELECT benchmark, id, metric FROM split ORDER BY benchmark, position")
        return {(row["benchmark"], row["id"]): row["metric"] for row in rows}

    def notes(self) -> list[str]:
        """Notes on the models that were left out because they lack a fact."""
        return missing(self.catalog, self.where)

    def _rows(self, columns: tuple[OutColumn, ...], sql: str, params: tuple[object, ...]) -> Iterator[dict[str, Any]]:
        for row in self.catalog.rows(sql, params):
            yield _row(columns, row)


def _select(columns: tuple[OutColumn, ...]) -> str:
    return ", ".join(column.sql for column in columns)


def _row(columns: tuple[OutColumn, ...], row: sqlite3.Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, value in zip(columns, row, strict=True):
        if column.type == "list":
            found[column.name] = _list(value)
        elif column.type == "flag" and value is not None:
            found[column.name] = bool(value)
        else:
            found[column.name] = value
    return found


def _list(value: str | None) -> list[str]:
    if not value:
        return []
    return json.loads(value) if value.startswith("[") else value.strip(BETWEEN_NAMES).split(BETWEEN_NAMES)
