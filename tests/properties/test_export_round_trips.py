"""What is exported reads back equal: for any rows, and for the whole shipped catalog."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vlmctl.interchange.writing import Left, csv_rows, every_eval_ever, jsonl_rows, parquet_file, sqlite_file
from vlmctl.interchange.writing.block_yaml import block_yaml
from vlmctl.query.export import BENCHMARK_COLUMNS, MODEL_COLUMNS, RECORD_KEYS, SCORE_COLUMNS, Extract, Metric, OutColumn
from vlmctl.query.filters import Filter

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ["a,b", 'say "x"', "two\nlines", "\r", "| pipe", "数据", "=1+1", "NULL", "true", "\u202eright", "\x1b[31m", "52.1", "-", " "]
)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9, allow_nan=False)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Nd"]), min_size=1, max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.none() | TEXTS, "integer": st.none() | st.integers(0, 10**15), "number": st.none() | NUMBERS,
    "flag": st.none() | st.booleans(), "list": st.lists(TEXTS, max_size=3), "mixed": st.none() | st.integers(0, 5000) | WORDS,
}  # fmt: skip


def rows_of(columns: tuple[OutColumn, ...]) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = {column.name: st.sampled_from(["", "/over lay"]) if column.name == "origin" else VALUES[column.type] for column in columns}
    return st.lists(st.fixed_dictionaries(row), max_size=3)


COLUMNS = {"scores": SCORE_COLUMNS, "models": MODEL_COLUMNS, "benchmarks": BENCHMARK_COLUMNS}
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("table", COLUMNS)
@SOME
@given(data=st.data())
def test_csv_reads_back_equal(table: str, data: st.DataObject) -> None:
    columns = COLUMNS[table]
    rows = data.draw(rows_of(columns))
    text = io.StringIO(newline="")
    csv_rows.write(columns, rows, text)
    text.seek(0)
    assert list(csv_rows.read(columns, text)) == rows


@pytest.mark.parametrize("table", COLUMNS)
@SOME
@given(data=st.data())
def test_jsonl_reads_back_equal(table: str, data: st.DataObject) -> None:
    columns = COLUMNS[table]
    rows = data.draw(rows_of(columns))
    text = io.StringIO(newline="")
    jsonl_rows.write(columns, rows, text)
    assert list(jsonl_rows.read(columns, io.StringIO(text.getvalue()))) == rows


@pytest.mark.parametrize("table", COLUMNS)
@settings(SOME, max_examples=25)
@given(data=st.data())
def test_parquet_reads_back_equal(table: str, data: st.DataObject, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    columns = COLUMNS[table]
    rows = data.draw(rows_of(columns))
    parquet_file.write(columns, [dict(row) for row in rows], tmp_path / "rows.parquet")
    assert list(parquet_file.read(columns, tmp_path / "rows.parquet")) == rows


def test_parquet_is_read_in_batches_and_written_by_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = MODEL_COLUMNS
    monkeypatch.setattr(parquet_file, "BATCH", 10 * len(columns))
    monkeypatch.setattr(parquet_file, "GROUP", 30 * len(columns))
    written: list[int] = []
    whole = parquet.ParquetWriter.write_table

    def counted(writer: Any, table: Any) -> None:
        written.append(table.num_rows)
        whole(writer, table)

    monkeypatch.setattr(parquet.ParquetWriter, "write_table", counted)
    waiting = []

    def rows() -> Any:
        for number in range(75):
            waiting.append(number + 1 - sum(written))
            yield {column.name: [] if column.type == "list" else None for column in columns} | {"id": f"m{number}", "image_size": number}

    parquet_file.write(columns, rows(), tmp_path / "rows.parquet")
    assert written == [30, 30, 15]
    assert max(waiting) == 30, "no more rows are held than a group has"
    assert parquet.ParquetFile(tmp_path / "rows.parquet").num_row_groups == 3
    assert [row["image_size"] for row in parquet_file.read(columns, tmp_path / "rows.parquet")] == list(range(75))


class Given:
    """Rows that are given, with the extract's ways to ask for them."""

    def __init__(self, **tables: list[dict[str, Any]]) -> None:
        self.tables = tables
        self.where = Filter()

    def __getattr__(self, name: str) -> Any:
        if name not in COLUMNS:
            raise AttributeError(name)
        return lambda: iter(self.tables[name])


@settings(SOME, max_examples=25)
@given(data=st.data())
def test_sqlite_reads_back_equal(data: st.DataObject, tmp_path: Path) -> None:
    tables = {}
    for name, columns in COLUMNS.items():
        rows = data.draw(rows_of(columns))
        for index, row in enumerate(rows):  # ids are there, and unlike each other
            row.update({"model": "m", "benchmark": "b"} if name == "scores" else {"id": f"{name} {index}"})
        tables[name] = rows
    path = tmp_path / "export.sqlite3"
    path.unlink(missing_ok=True)
    sqlite_file.write(Given(**tables), path, Left())  # type: ignore[arg-type]
    for name, columns in COLUMNS.items():
        back = list(sqlite_file.read(name, columns, path))
        assert back == tables[name]
        assert [{key: type(value) for key, value in row.items()} for row in back] == [
            {key: type(value) for key, value in row.items()} for row in tables[name]
        ]


class OneModel:
    """A model whose scores are given."""

    def __init__(self, model: dict[str, Any], scores: list[dict[str, Any]]) -> None:
        self.model = model
        self.scores = scores

    def by_model(self) -> Any:
        yield self.model, self.scores

    def benchmarks(self) -> Any:
        yield {"id": "mme", "name": "MME", "summary": None, "url": None}

    def metrics(self) -> dict[tuple[str, str], Metric]:
        return {("mme", metric): Metric(metric, "accuracy", "percent", 0, None, True) for metric in ("accuracy", "a.b")}


@SOME
@given(data=st.data())
def test_every_eval_ever_is_lossless(data: st.DataObject) -> None:
    model = data.draw(rows_of(MODEL_COLUMNS).filter(bool))[0] | {"id": "m", "family": "f", "organizations": ["Acme"]}
    sources = {"readme": ("A readme", "https://example.org"), "run": ("Our run", None)}
    scores = data.draw(rows_of(SCORE_COLUMNS))
    for score in scores:
        key = data.draw(st.sampled_from(sorted(sources)))
        fixed = {"model": "m", "family": "f", "benchmark": "mme", "metric": data.draw(st.sampled_from(["accuracy", "a.b"])), "source": key}
        score.update(fixed, source_title=sources[key][0], url=sources[key][1], source_kind=key, retrieved=None, published=None)
        score.update(value=data.draw(NUMBERS), benchmark_name="MME", evidence=data.draw(st.sampled_from(["original", "listed"])))
    documents = every_eval_ever.documents(OneModel(model, scores), Left())  # type: ignore[arg-type]
    text = io.StringIO()
    every_eval_ever.write(documents, text, alone=False)
    back = list(every_eval_ever.read(json.loads(text.getvalue())))
    assert sorted(map(repr, back)) == sorted(repr({key: score[key] for key in back[0]}) for score in scores)
    assert not back or set(back[0]) == set(RECORD_KEYS)


SCALARS = TEXTS | NUMBERS | st.booleans()
NESTED = st.recursive(
    SCALARS, lambda parts: st.lists(parts, min_size=1, max_size=3) | st.dictionaries(TEXTS, parts, min_size=1, max_size=3), max_leaves=8
)


@SOME
@given(st.dictionaries(TEXTS, NESTED, min_size=1, max_size=3) | st.lists(NESTED, min_size=1, max_size=3))
def test_block_yaml_reads_back_equal(value: Any) -> None:
    from ruamel.yaml import YAML

    assert YAML(typ="safe", pure=True).load(block_yaml(value)) == value


@pytest.mark.parametrize("table", COLUMNS)
def test_the_shipped_catalog_reads_back_equal(table: str, shipped: Any, tmp_path: Path) -> None:
    extract = Extract(shipped, Filter(scores=True))
    columns, rows = extract.table(table)
    expected = list(rows())
    assert len(expected) > 100
    with (tmp_path / "x.csv").open("w+", encoding="utf-8", newline="") as stream:
        csv_rows.write(columns, rows(), stream)
        stream.seek(0)
        assert list(csv_rows.read(columns, stream)) == expected
    with (tmp_path / "x.jsonl").open("w+", encoding="utf-8", newline="") as stream:
        jsonl_rows.write(columns, rows(), stream)
        stream.seek(0)
        assert list(jsonl_rows.read(columns, stream)) == expected
    sqlite_file.write(extract, tmp_path / "x.sqlite3", Left())
    assert list(sqlite_file.read(table, columns, tmp_path / "x.sqlite3")) == expected


def test_every_eval_ever_has_each_shipped_score(shipped: Any) -> None:
    extract = Extract(shipped, Filter(scores=True))
    documents = [document.data for document in every_eval_ever.documents(extract, Left())]
    back = sorted(repr(row) for row in every_eval_ever.read(json.loads(json.dumps(documents))))
    keys = next(iter(every_eval_ever.read(documents))).keys()
    assert back == sorted(repr({key: row[key] for key in keys}) for row in extract.scores())
