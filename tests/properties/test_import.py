"""Importers under whatever a file may hold: an answer or a clear error; and tables in which a row has slipped."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import import_catalog
from vlmctl.errors import VlmctlError
from vlmctl.interchange.content import File
from vlmctl.interchange.figures import parse_figures, plain
from vlmctl.interchange.formats import FORMATS, format_of, read_as
from vlmctl.interchange.headings import heading_of
from vlmctl.interchange.identifying import Identifier
from vlmctl.interchange.judging import Rules, judge
from vlmctl.interchange.reading import Reading
from vlmctl.query.vocabulary import Vocabulary
from vlmctl.store.catalog import Catalog

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    from vlmctl.store.compile import compile_memory
    from vlmctl.store.layers import Layers

    found = compile_memory(Layers(import_catalog.write(tmp_path_factory.mktemp("catalog"))))
    yield found
    found.close()


@pytest.fixture(scope="module")
def vocabulary(catalog: Catalog) -> Vocabulary:
    return Vocabulary(catalog)


def survives(form: str, name: str, content: bytes, vocabulary: Vocabulary, catalog: Catalog) -> None:
    """Read and judge; anything but an answer or one of the program's own errors fails the test."""
    try:
        reading = read_as(form, File(name, content), vocabulary)
    except VlmctlError as error:
        assert "\n" not in error.message  # noqa: PT017 - what the error says is what is tested
        return
    report = judge([(reading, Rules())], vocabulary, Identifier(catalog, new_in="ada"))
    assert all(entry.decision in {"taken", "skipped", "flagged"} for entry in report.entries)
    assert all(vocabulary.scale(entry.part).possible(entry.value) for entry in report.of("taken") if entry.part and entry.value is not None)


WORDS = st.sampled_from(
    ["TextVQA", "MMB(T/D)", "MME（P/C）", "MMMU_val", "POPE", "OCRBench", "Model", "Type", "Link", "Ada 3B", "Ada-1B", "55.5",
    "1400/300", "—/5", "N/A",
     "88、87(random/popular)", "https://huggingface.co/lab/Ada-3B", "1e999", "-", "", "|", "\\|", '"', "\x1b[31m", "\u202e",
     "9" * 40, "[x](y)", "<sup>", "55*"]
)  # fmt: skip
CELLS = WORDS | st.text(max_size=12)


@FUZZ
@given(
    rows=st.lists(st.lists(CELLS, max_size=6), max_size=6),
    separator=st.sampled_from(["|", ",", ";", "\t", " | "]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@pytest.mark.parametrize("form", ["markdown-table", "csv"])
def test_tables_of_anything(form: str, rows: list[list[str]], separator: str, end: str, vocabulary: Vocabulary, catalog: Catalog) -> None:
    lines = (
        ["| Model | TextVQA | MME(P/C) |", "|---|---|---|"]
        if form == "markdown-table"
        else [separator.join(["Model", "TextVQA", "MMB(T/D)"])]
    )
    text = end.join([*lines, *(separator.join(row) for row in rows)])
    survives(form, "t", text.encode("utf-8", "surrogatepass"), vocabulary, catalog)


@FUZZ
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@pytest.mark.parametrize("form", FORMATS)
def test_bytes_of_anything(form: str, content: bytes, vocabulary: Vocabulary, catalog: Catalog) -> None:
    survives(form, "a_TextVQA_acc.csv", content, vocabulary, catalog)
    survives(form, "a_TextVQA_score.json", content, vocabulary, catalog)


@FUZZ
@given(
    content=st.binary(max_size=200) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    name=st.text(max_size=20),
)
def test_formats_of_anything(content: bytes, name: str) -> None:
    with contextlib.suppress(VlmctlError):
        assert format_of(File(name or "x", content)) in FORMATS


KEYS = st.sampled_from(
    ["results", "META", "Method", "time", "n-shot", "n-samples", "config", "limit", "model_args", "textvqa_val", "mme",
    "exact_match,none", "mme_percetion_score,none",
     "Overall", "Final Score", "MME", "OCRBench", "Perception", "datasets", "model_name", "metrics", "primary_metric", "original",
     "effective", "", "date"]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["N/A", "20 ± 1", "pretrained=lab/Ada-3B", 10**400])
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5), max_leaves=25
)


@FUZZ
@given(results=JSON, extra=st.dictionaries(KEYS, JSON, max_size=4), meta=JSON)
@pytest.mark.parametrize("form", ["vlmevalkit", "lmms-eval"])
def test_results_of_anything(form: str, results: Any, extra: dict[str, Any], meta: Any, vocabulary: Vocabulary, catalog: Catalog) -> None:
    shapes = [results, {**extra, "results": results}, {"results": {"Ada 3B": {"META": meta, "MME": results}}, **extra},
              {"model_name": meta, "datasets": {"MME": {"metrics": results, **extra}}}, {"results": {"mme": results},
              "n-shot": extra, "config": meta}]  # fmt: skip
    for shape in shapes:
        survives(form, "a_TextVQA_score.json", json.dumps(shape).encode(), vocabulary, catalog)


YAML_KEYS = st.sampled_from(
    ["model-index", "name", "results", "dataset", "metrics", "value", "type", "split", "source", "url", "id", "task_id", "notes"]
)
YAML = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(YAML_KEYS, inner, max_size=5), max_leaves=20)


@FUZZ
@given(data=YAML)
def test_cards_of_anything(data: Any, vocabulary: Vocabulary, catalog: Catalog) -> None:
    text = json.dumps(data)  # JSON is YAML
    survives("eval-results", "a/.eval_results/x.yaml", text.encode(), vocabulary, catalog)
    for card in (f"---\nmodel-index: {text}\n---\n", '---\nmodel-index: [{"name": "Ada 3B", "results": ' + text + "}]\n---\n"):
        survives("model-index", "README.md", card.encode(), vocabulary, catalog)


@cache
def a_workbook() -> bytes:
    """A sheet, the same bytes for all examples of a run: openpyxl writes the time into it."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Model", "TextVQA"])
    book.active.append(["Ada 3B", 55.5])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@FUZZ
@given(data=st.data())
def test_broken_workbooks(data: st.DataObject, vocabulary: Vocabulary, catalog: Catalog) -> None:
    pytest.importorskip("openpyxl")
    workbook = a_workbook()
    content = bytearray(workbook)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives("xlsx", "t.xlsx", bytes(content), vocabulary, catalog)
    parts = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(parts, "w") as new:
        for name in old.namelist():
            inside = old.read(name)
            at = data.draw(st.integers(0, len(inside)))
            new.writestr(name, inside[:at] + data.draw(st.binary(max_size=8)) + inside[at:])
    survives("xlsx", "t.xlsx", parts.getvalue(), vocabulary, catalog)


@FUZZ
@given(text=st.text(max_size=250))
def test_cells_and_headings_of_anything(text: str, vocabulary: Vocabulary) -> None:
    assert parse_figures(text).kind in {"empty", "figures", "text"}
    assert isinstance(plain(text), str)
    heading_of(vocabulary, text)


FIGURES = {
    "TextVQA": st.integers(160, 919).map(lambda n: f"{n / 10}"), "MMMU_val": st.integers(200, 900).map(lambda n: f"{n / 10}"),
    "MMB(T/D)": st.integers(300, 900).map(lambda n: f"{n / 10}/{n / 10 + 1}"), "OCRBench": st.integers(201, 949).map(str),
    "MME(P/C)": st.integers(900, 1700).map(lambda n: f"{n}/{n // 5 + 20}"),
}  # fmt: skip


@FUZZ
@given(columns=st.permutations(list(FIGURES)), data=st.data())
def test_a_row_that_lost_or_gained_a_cell_gives_nothing(
    columns: list[str], data: st.DataObject, vocabulary: Vocabulary, catalog: Catalog
) -> None:
    row = ["Ada 3B", *(data.draw(FIGURES[column] | st.just("")) for column in columns)]
    whole = read_rows(columns, row, vocabulary, catalog)
    assert len(whole) == sum(len([part for part in cell.split("/") if part]) for cell in row[1:])
    at = data.draw(st.integers(1, len(columns)))
    slipped = [*row[:at], *row[at + 1 :]] if data.draw(st.booleans()) else [*row[:at], "", *row[at:]]
    assert read_rows(columns, slipped, vocabulary, catalog) == []


@FUZZ
@given(columns=st.permutations(list(FIGURES)), data=st.data())
def test_cells_that_changed_places_are_not_taken(columns: list[str], data: st.DataObject, vocabulary: Vocabulary, catalog: Catalog) -> None:
    """As many cells as headings, but a pair and a single figure in each other's place."""
    row = ["Ada 3B", *(data.draw(FIGURES[column]) for column in columns)]
    pair = 1 + columns.index(data.draw(st.sampled_from(["MMB(T/D)", "MME(P/C)"])))
    single = 1 + columns.index(data.draw(st.sampled_from(["TextVQA", "OCRBench"])))
    row[pair], row[single] = row[single], row[pair]
    assert read_rows(columns, row, vocabulary, catalog) == []


def read_rows(columns: list[str], row: list[str], vocabulary: Vocabulary, catalog: Catalog) -> list[Any]:
    lines = [f"| Model | {' | '.join(columns)} |", "|" + "---|" * (len(columns) + 1), f"| {' | '.join(row)} |"]
    reading: Reading = read_as("markdown-table", File("t.md", "\n".join(lines).encode()), vocabulary)
    return judge([(reading, Rules())], vocabulary, Identifier(catalog)).of("taken")
