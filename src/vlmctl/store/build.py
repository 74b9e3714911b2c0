"""Compiling: from validated records to the tables of `schema.sql`. Reads no files and decides nothing about caches."""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any

from vlmctl.choices import EVIDENCE
from vlmctl.names import BETWEEN_NAMES, normalize
from vlmctl.quantities import parse_date
from vlmctl.store import placing
from vlmctl.store.additions import Assembled, Placed, assemble
from vlmctl.store.catalog import FORMAT
from vlmctl.store.derived import is_mixture, is_open, params_scope, visual_tokens
from vlmctl.store.passages import of_benchmark, of_family, of_model
from vlmctl.store.writing_standings import write_standings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from vlmctl.records import Benchmark, Family, LanguageModel, Model, ModelAddition, VisionEncoder
    from vlmctl.source.layers import Catalog, Entry

__all__ = ["build"]


def build(
    catalog: Catalog, connection: sqlite3.Connection, meta: Mapping[str, str] | None = None, families: Iterable[Entry[Family]] | None = None
) -> None:
    """Fill an empty database with a catalog's records. The records must be valid and free of dangling references.

    `families` stands for the catalog's own where they come one by one and shall not all be in memory.
    """
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(files("vlmctl.store").joinpath("schema.sql").read_text("utf-8"))
    writer = _Writer(catalog, connection)
    writer.components()
    writer.benchmarks()
    writer.families(catalog.families.values() if families is None else families)
    write_standings(connection, {entry.record.id: _primary(entry.record) for entry in catalog.benchmarks.values()})
    writer.counted_benchmarks()
    writer.insert("meta", sorted((meta or {}).items()))
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.commit()
    connection.execute("ANALYZE")
    connection.commit()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _dump(record: Any, *, without: Iterable[str] = ()) -> dict[str, Any]:
    dumped: dict[str, Any] = record.model_dump(exclude_none=True, exclude=set(without))
    return dumped


def _between(names: Iterable[str | None]) -> str | None:
    known = [name.lower() for name in names if name]
    return BETWEEN_NAMES + BETWEEN_NAMES.join(dict.fromkeys(known)) + BETWEEN_NAMES if known else None


def _spellings(components: Iterable[LanguageModel | VisionEncoder]) -> str | None:
    return _between(name for c in components for name in (c.name, c.id, *(c.aliases or ()), c.line))


def _dates(text: str | None) -> tuple[str | None, str | None, str | None]:
    if text is None:
        return None, None, None
    span = parse_date(text)
    return span.text, span.first, span.last


class _Writer:
    """Writes the tables one after the other; what later ones need of earlier ones is kept here."""

    def __init__(self, catalog: Catalog, connection: sqlite3.Connection) -> None:
        self.catalog = catalog
        self.connection = connection
        self.ids = count(1)
        self.positions = count(1)

    def insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        sql = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"
        self.connection.execute(sql, first)
        self.connection.executemany(sql, rows)

    def name(self, kind: str, key: str, name: str, aliases: Iterable[str] | None = (), hf: str | None = None) -> None:
        """Names of a thing; of several forms with one spelling the first stays: id before name before alias."""
        forms = [(key, "id"), (name, "name"), *((alias, "alias") for alias in aliases or ())]
        forms += [(hf, "hf"), (hf.rpartition("/")[2], "repo")] if hf else []
        self.connection.executemany(
            "INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, ?)", [(normalize(exact), kind, key, exact, form) for exact, form in forms]
        )

    def components(self) -> None:
        rows: list[tuple[Any, ...]] = []
        groups: tuple[tuple[str, Iterable[Entry[Any]]], ...] = (
            ("language-model", self.catalog.language_models.values()),
            ("vision-encoder", self.catalog.vision_encoders.values()),
        )
        for kind, entries in groups:
            for entry in entries:
                r = entry.record
                shape = getattr(r, "shape", None)
                rows.append((r.id, kind, r.name, r.line, r.maker, r.params, r.hf, _json(_dump(shape)) if shape else None, _json(_dump(r))))
                self.name(kind, r.id, r.name, r.aliases, r.hf)
        self.insert("component", rows)
        self.insert("license", ((r.id, r.name, r.commercial, r.url, r.note) for r in (e.record for e in self.catalog.licenses.values())))
        for entry in self.catalog.licenses.values():
            self.name("license", entry.record.id, entry.record.name, entry.record.aliases)

    def benchmarks(self) -> None:
        """Metrics, splits and their spellings; the benchmark rows follow with the standings, which count."""
        for entry in self.catalog.benchmarks.values():
            r = entry.record
            self.name("benchmark", r.id, r.name, r.aliases)
            self.insert("passage", of_benchmark(r))
            self.insert("metric", ((r.id, m.id, m.name, m.unit, m.min, m.max, m.higher_is_better) for m in r.metrics))
            self.insert("split", ((r.id, s.id, s.name, s.metric or r.metric, i, s.questions) for i, s in enumerate(r.splits or ())))
            self.insert("part_name", sorted({row[:3]: row for row in _part_names(r)}.values()))

    def families(self, entries: Iterable[Entry[Family]]) -> None:
        additions: dict[str, list[Entry[ModelAddition]]] = defaultdict(list)
        for addition in self.catalog.additions:
            additions[addition.record.family].append(addition)
        for position, entry in enumerate(entries, start=1):
            family = entry.record
            self.insert("family", [_family_row(family, position, entry.origin)])
            self.name("family", family.id, family.name, family.aliases)
            self.name("series", family.series, family.series)
            self.insert("passage", of_family(family))
            models, sources = assemble(self.catalog, entry, additions[family.id])
            self.insert("source", ((family.id, key, s.kind, s.title, s.url, s.published, s.retrieved) for key, s in sources.items()))
            for each in models:
                self.model(family, each)

    def model(self, family: Family, each: Assembled) -> None:
        """One model and its scores."""
        model = each.model
        self.name("model", model.id, model.name, model.aliases, model.hf)
        self.insert("passage", of_model(model))
        self.insert("model", [self.model_row(family, model, len(each.scores), each.origin)])
        self.insert("score", (self.score_row(family, model.id, placed) for placed in each.scores))

    def model_row(self, family: Family, model: Model, scores: int, origin: str) -> tuple[Any, ...]:
        language = self.catalog.language_models.get(model.language_model or "")
        encoders = [self.catalog.vision_encoders[key].record for key in model.vision_encoders or ()]
        architecture = family.architecture
        connector = architecture.connector if architecture else None
        license_id = model.license or (family.license.weights if family.license else None)
        terms = self.catalog.licenses.get(license_id or "")
        return (
            model.id, next(self.positions), model.name, _between((model.name, model.id, *(model.aliases or ()), model.hf)),
            family.id, family.name, family.series,
            _json(family.organizations), _between(family.organizations),
            model.params, params_scope(model), model.active_params,
            model.language_model, language.record.name if language else None,
            _spellings([language.record]) if language else None,
            _json(model.vision_encoders or []), ", ".join(e.name for e in encoders) or None,
            _spellings(encoders),
            connector.kind if connector else None, _between((connector.kind, connector.name)) if connector else None,
            model.image_size, visual_tokens(family, model),
            is_mixture(family, model, language.record.shape if language else None),
            model.tuning, license_id, terms.record.commercial if terms else None,
            *_dates(model.released or family.released), model.hf, is_open(family, model),
            _between(family.languages or ()), _json(family.lists or []), _between(family.lists or ()),
            scores, _json(model.aliases or []), _json(_dump(model, without={"scores"})), origin,
        )  # fmt: skip

    def score_row(self, family: Family, model: str, placed: Placed) -> tuple[Any, ...]:
        score = placed.score
        benchmark = self.catalog.benchmarks[score.benchmark].record
        split = placing.effective_split(benchmark, score)
        metric = placing.effective_metric(benchmark, score)
        key = next(self.ids)
        listed = score.listed
        return (
            key, model, family.id, score.benchmark, score.split, split, metric, score.protocol, score.shots, score.variant,
            score.mode, score.value, placed.source, score.where, score.evidence, EVIDENCE.index(score.evidence),
            score.quote, score.status or "current", listed.column if listed else None, listed.text if listed else None,
            _json(score.assumed) if score.assumed else None, score.train_split_seen, score.note, placed.origin,
        )  # fmt: skip

    def counted_benchmarks(self) -> None:
        """The benchmarks, now that their scores are there to be counted."""
        counted = "SELECT count(DISTINCT model), count(*) FROM score WHERE benchmark = ?"
        self.insert(
            "benchmark",
            (
                _benchmark_row(entry.record, position, self.connection.execute(counted, (entry.record.id,)).fetchone(), entry.origin)
                for position, entry in enumerate(self.catalog.benchmarks.values(), start=1)
            ),
        )


def _primary(benchmark: Benchmark) -> tuple[str, str]:
    for split in benchmark.splits or ():
        if split.primary:
            return split.id, split.metric or benchmark.metric
    return "", benchmark.metric


def _part_names(benchmark: Benchmark) -> Iterator[tuple[str, str, str, str]]:
    for split in benchmark.splits or ():
        for name in (split.id, split.name, *(split.aliases or ())):
            yield benchmark.id, normalize(name), "split", split.id
    for metric in benchmark.metrics:
        for name in (metric.id, metric.name, *(metric.aliases or ())):
            yield benchmark.id, normalize(name), "metric", metric.id
    for alias, split_id in (benchmark.alias_splits or {}).items():
        yield benchmark.id, normalize(alias), "alias", split_id


def _benchmark_row(r: Benchmark, position: int, counts: tuple[int, int], origin: str) -> tuple[Any, ...]:
    default = r.default_split_when_unstated
    return (
        r.id, position, r.name, r.full_name, r.task, r.summary, r.summary_zh, *_primary(r), default.split if default else None,
        r.questions, *counts, _json(_dump(r)), origin,
    )  # fmt: skip


def _family_row(family: Family, position: int, origin: str) -> tuple[Any, ...]:
    return (
        family.id, position, family.name, family.series, family.summary, family.summary_zh, *_dates(family.released),
        _json(family.organizations), _json(family.lists or []), _json(_dump(family, without={"models"})), origin,
    )  # fmt: skip
