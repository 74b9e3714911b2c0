"""The whole shipped catalog out into each foreign format that `import` reads, and back: what the format carries is the same."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from vlmctl.interchange import csv_table, eval_results, model_index
from vlmctl.interchange.content import File
from vlmctl.interchange.hub_tasks import TASKS
from vlmctl.interchange.identifying import Identifier
from vlmctl.interchange.reading import Candidate
from vlmctl.interchange.writing import Left, csv_rows, hub_results, model_cards, parquet_file
from vlmctl.interchange.writing.choosing import chosen
from vlmctl.interchange.writing.matrix import matrix
from vlmctl.query.export import Extract
from vlmctl.query.filters import Filter
from vlmctl.query.vocabulary import Vocabulary

APART = ("protocol", "shots", "variant", "mode")


@pytest.fixture(scope="module")
def extract(shipped: Any) -> Extract:
    return Extract(shipped, Filter(scores=True))


@pytest.fixture(scope="module")
def names(shipped: Any) -> tuple[Vocabulary, Identifier]:
    return Vocabulary(shipped), Identifier(shipped)


def texts(writer: Any, extract: Extract, left: Left) -> Iterable[tuple[str, str]]:
    """The path and text of each document."""
    for document in writer.documents(extract, left):
        text = io.StringIO(newline="")
        writer.write([document], text, alone=True)
        yield "/".join(document.path), text.getvalue()


def told(
    vocabulary: Vocabulary, identifier: Identifier, found: Iterable[Candidate], source: Callable[[Candidate], tuple[Any, ...]]
) -> Counter[Any]:
    """What was read back, as the export's rows have it."""
    back: Counter[Any] = Counter()
    for each in found:
        assert each.part is not None
        assert each.doubt is None or " lie" in each.doubt or "is a share" in each.doubt, each  # unlikely, but the catalog's own
        model = identifier.identify(each.model, each.names, each.link).model
        apart = tuple(getattr(each, key) for key in APART)
        back[model, each.part.benchmark, each.part.split, vocabulary.metric(each.part), *apart, each.value, *source(each)] += 1
    return back


def test_model_cards(extract: Extract, names: tuple[Vocabulary, Identifier]) -> None:
    left, found = Left(), list[Candidate]()
    for path, text in texts(model_cards, extract, left):
        reading = model_index.read(File(path, text.encode()), names[0])
        assert not reading.remarks
        found += reading.candidates
    back = told(*names, found, lambda each: (each.origin and each.origin.title, each.origin and each.origin.url))
    rows = [row for row in extract.scores() if row["status"] == "current"]
    out = Counter(
        (row["model"], row["benchmark"], row["split"], row["metric"], *(row[key] for key in APART), row["value"],
         row["source_title"] if row["url"] else None, row["url"])
        for row in rows
    )  # fmt: skip
    assert back.total() == len(rows) - left["a second figure of one benchmark, metric and source"]
    # A card can't leave the metric open where the split is: what the catalog counts there is then the metric's only split.
    assert {key for key in back - out if key[2] is None} == {key for key in out - back if key[2] is None}
    differing = [(key, row) for key in back - out for row in out - back if key[:2] == row[:2] and key[3:] == row[3:]]
    assert len(differing) == (back - out).total(), "but for splits that follow from the metric all is the same"


def test_results_of_the_hub(extract: Extract, names: tuple[Vocabulary, Identifier], tmp_path: Path) -> None:
    left, found = Left(), list[Candidate]()
    for path, text in texts(hub_results, extract, left):
        reading = eval_results.read(File(path, text.encode()), names[0])
        assert not reading.remarks
        found += reading.candidates
    back = told(*names, found, lambda each: (each.origin and each.origin.url,))
    parts = {part[:3] for part in TASKS}
    out = Counter(
        (row["model"], row["benchmark"], row["counted_split"], row["metric"], *(row[key] for key in APART), row["value"], row["url"])
        for row in extract.scores()
        if (row["benchmark"], row["counted_split"], row["metric"]) in parts and row["status"] == "current"
    )
    assert out
    assert back == out


def test_a_table_of_models_and_benchmarks(extract: Extract, names: tuple[Vocabulary, Identifier]) -> None:
    text = io.StringIO(newline="")
    csv_rows.write(*matrix(extract, Left()), text)
    reading = csv_table.read(File("matrix.csv", text.getvalue().encode()), names[0])
    assert not reading.remarks
    back = told(*names, reading.candidates, lambda each: ())
    out: Counter[Any] = Counter()
    for model, rows in extract.by_model():
        for key, row in chosen(rows, Left()).items():
            out[model["id"], *key, "generalist", None, None, None, row["value"]] += 1
    assert back == out


def test_parquet(extract: Extract, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    for table in ("scores", "models", "benchmarks"):
        columns, rows = extract.table(table)
        parquet_file.write(columns, rows(), tmp_path / "x.parquet")
        assert list(parquet_file.read(columns, tmp_path / "x.parquet")) == list(rows())
