"""Each reader of a foreign format, and what becomes of its figures, against a catalog of the tests' own."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import import_catalog
from vlmctl.errors import RefusedError, UsageError
from vlmctl.interchange.content import File
from vlmctl.interchange.formats import format_of, read_as
from vlmctl.interchange.importing import Wishes, set_against
from vlmctl.interchange.reading import Entry
from vlmctl.interchange.sourcing import Chosen
from vlmctl.store.catalog import Catalog

SOURCE = Chosen("A survey", "https://example.org/survey", "web", "second-hand", "2024-05-01")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    from vlmctl.store.compile import compile_memory
    from vlmctl.store.layers import Layers

    found = compile_memory(Layers(import_catalog.write(tmp_path_factory.mktemp("catalog"))))
    yield found
    found.close()


class Importer:
    """Imports texts as files."""

    def __init__(self, catalog: Catalog, root: Path) -> None:
        self.catalog, self.root = catalog, root

    def __call__(self, name: str, content: str | bytes, *, chosen: Chosen = SOURCE, **wishes: Any) -> list[Entry]:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(set_against(self.catalog, [str(path)], Wishes(**wishes), chosen).report.entries)


@pytest.fixture
def read(catalog: Catalog, tmp_path: Path) -> Importer:
    return Importer(catalog, tmp_path)


def taken(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return [(e.model, *(e.part or ()), e.value) for e in entries if e.decision == "taken"]


def told(entries: list[Entry], decision: str) -> list[str]:
    return [entry.reason for entry in entries if entry.decision == decision]


# --- tables


def test_a_table_of_all_headings(read: Importer) -> None:
    entries = read("t.md", """
| Type | Model | Link | TextVQA_val | MMB(T/D) | MME（P/C） | POPE |
| :-: | --- | --- | ---: | --- | --- | --- |
| Ada | Ada 3B | | **55.5** | 64.0/63.5 | 1400.5/310 | 88.00、86.63、85.67(random/popular/adversarial) |
| | Ada 3B Chat | | 56 | -/65.5 | —/320 | |
""")  # fmt: skip
    assert taken(entries) == [
        ("ada-3b", "textvqa", "val", None, 55.5),
        ("ada-3b", "mmbench-en", "test", None, 64.0), ("ada-3b", "mmbench-en", "dev", None, 63.5),
        ("ada-3b", "mme", "perception", None, 1400.5), ("ada-3b", "mme", "cognition", None, 310),
        ("ada-3b", "pope", "random", None, 88.0), ("ada-3b", "pope", "popular", None, 86.63),
        ("ada-3b", "pope", "adversarial", None, 85.67),
        ("ada-3b-chat", "textvqa", "val", None, 56), ("ada-3b-chat", "mmbench-en", "dev", None, 65.5),
        ("ada-3b-chat", "mme", "cognition", None, 320),
    ]  # fmt: skip
    first = entries[0].place
    assert (first.line, first.column) == (4, 20)


def test_an_empty_family_cell_continues_the_row_above(read: Importer) -> None:
    entries = read("t.md", "| Family | Size | TextVQA |\n|---|---|---|\n| Ada | 3B | 55 |\n| | 1B | 51 |\n", rivals=True)
    assert [(e.model, e.value) for e in entries] == [("ada-3b", 55), ("ada-1b", 51)]


def test_a_name_without_its_family(read: Importer) -> None:
    assert taken(read("t.md", "| Series | Model | TextVQA |\n|---|---|---|\n| Ada | 3B Chat | 55 |\n")) == [
        ("ada-3b-chat", "textvqa", None, None, 55)
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("| Ada 3B | 55.5 | 1400/300 |", "3 cells for 4"),
        ("| Ada 3B | 55.5 | 1400/300 | 36 | 7 |", "5 cells for 4"),
        ("| Ada 3B | 55.5 | 36 | 37 |", "one figure in a cell whose heading names 2"),
        ("| Ada 3B | 1400/300 | | 36 |", "2 figures in a cell whose heading names one"),
        ("| Ada 3B | 155.5 | | 36 |", "outside 0 to 100"),
        ("| Ada 3B | 55.5 | 300/1400 | 36 |", "the other way round"),
        ("| Ada 3B | 55.5 | 300/700 | 36 |", "outside 800 to 1800"),
        ("| Ada 3B | 55.5 | —/1302.8 | 36 |", "the other way round"),
    ],
)
def test_nothing_is_taken_from_a_row_that_has_slipped(read: Importer, row: str, says: str) -> None:
    entries = read("t.md", f"| Model | TextVQA | MME(P/C) | MMMU_val |\n|---|---|---|---|\n{row}\n| Ada 3B Chat | 60 | | |\n")
    slipped = [entry for entry in entries if entry.place.line == 3]
    if "300/700" in row:  # an unlikely pair is doubted, and nothing but it
        slipped = [entry for entry in slipped if entry.benchmark == "MME(P/C)"]
    assert {entry.decision for entry in slipped} == {"flagged"}
    assert any(says in entry.reason for entry in slipped)
    assert ("ada-3b-chat", "textvqa", None, None, 60) in taken(entries)


def test_a_doubted_cell_names_the_columns_that_it_would_fit(read: Importer) -> None:
    entries = read(
        "t.md", "| Model | TextVQA | MME(P/C) | MMB(T/D) | OCRBench |\n|---|---|---|---|---|\n| Ada 3B | 1400/300 | | 512 | 63/62 |\n"
    )
    assert {entry.text: entry.fits for entry in entries if entry.text} == {
        "1400/300": ("MME(P/C)",),
        "512": ("OCRBench",),
        "63/62": ("MMB(T/D)",),
    }


def test_the_catalog_tells_where_a_figure_belongs(read: Importer) -> None:
    entries = read("t.md", "| Model | TextVQA | MMB_ZH | MMB |\n|---|---|---|---|\n| Ada 1B | 50.5 | 61.5 | |\n")
    assert [(entry.decision, entry.fits) for entry in entries] == [("skipped", ()), ("flagged", ("MMB",))]
    assert "the catalog has 61.5 as MMBench dev" in entries[1].reason


def test_figures_that_differ_from_the_catalog_are_taken_only_as_rivals(read: Importer) -> None:
    table = "| Model | TextVQA |\n|---|---|\n| Ada 1B | 53.5 |\n"
    assert told(read("t.md", table), "flagged") == ["the catalog has 50.5 (TextVQA val, The Ada paper)"]
    assert taken(read("t.md", table, rivals=True)) == [("ada-1b", "textvqa", None, None, 53.5)]


def test_a_rounded_figure_is_the_same_figure(read: Importer) -> None:
    assert told(read("t.md", "| Model | MME-P |\n|---|---|\n| Ada 1B | 1300.49 |\n"), "skipped") == [
        "already in the catalog as 1300.5 (The Ada paper)"
    ]
    assert told(read("t.md", "| Model | MME-P |\n|---|---|\n| Ada 1B | 1300 |\n"), "flagged")


def test_an_unlikely_figure_is_doubted_alone(read: Importer) -> None:
    entries = read("t.md", "| Model | TextVQA | MMMU_val |\n|---|---|---|\n| Ada 3B | 0.555 | 36 |\n")
    assert [(entry.value, entry.decision) for entry in entries] == [(0.555, "flagged"), (36, "taken")]


def test_two_columns_of_one_benchmark_that_disagree(read: Importer) -> None:
    entries = read("t.md", "| Model | TextVQA | VQA-T | MMB | MMBench |\n|---|---|---|---|---|\n| Ada 3B | 55 | 56 | 64 | 64 |\n")
    assert [entry.decision for entry in entries] == ["flagged", "flagged", "taken", "skipped"]


def test_unknown_columns_are_named_once_and_texts_passed_over(read: Importer) -> None:
    entries = read(
        "t.md",
        "| Model | LLM | Average | TextVQA |\n|---|---|---|---|\n| Ada 3B | Phi-2 | 50.1 | 55 |\n| Ada 3B Chat | Phi-2 | 51 | 56 |\n",
    )
    assert [(e.place.line, e.benchmark, e.reason) for e in entries if e.decision == "skipped"] == [
        (1, "Average", "no benchmark is named 'Average'; its 2 figures are left out")
    ]


def test_signs_are_kept_in_a_note(read: Importer) -> None:
    (entry,) = read("t.md", "| Model | TextVQA |\n|---|---|\n| Ada 3B | 55* |\n")
    assert entry.candidate is not None
    assert (entry.value, entry.candidate.note) == (55, "printed as 55*")


# --- names


@pytest.mark.parametrize(
    ("name", "link", "model"),
    [
        ("Ada 1B", "", "ada-1b"), ("ADA_1b", "", "ada-1b"), ("lab/Ada-1B", "", "ada-1b"), ("Ada small", "", "ada-1b"),
        ("Ada 1", "", None), ("Ada", "", None), ("Ada 2B", "", None), ("Ada 1B v2", "", None), ("", "", None),
        ("Ada Chat", "https://huggingface.co/lab/Ada-3B-chat-v2", "ada-3b-chat"),
        ("Ada Chat (ours)", "https://huggingface.co/lab/Ada-3B-chat-v2", None),
        ("Ada 3B lora", "https://huggingface.co/lab/Ada-3B", None),
        ("Ada 1B", "https://huggingface.co/someone/else", "ada-1b"),
        ("Ada-1B/ada-one-b", "https://huggingface.co/lab/Ada-1B", "ada-1b"),
    ],
)  # fmt: skip
def test_models_are_found_by_their_very_names(read: Importer, name: str, link: str, model: str | None) -> None:
    (entry,) = read("t.md", f"| Model | Link | MMMU_val |\n|---|---|---|\n| {name} | {link} | 36 |\n")
    assert entry.model == model
    assert entry.decision == ("taken" if model else "flagged" if "says more" in entry.reason else "skipped")


def test_a_name_of_two_models_is_none(read: Importer) -> None:
    (entry,) = read("t.md", "| Model | MMMU_val |\n|---|---|\n| lab/Ada-7B-hf | 36 |\n")
    assert (entry.decision, entry.model, entry.reason) == ("skipped", None, "'lab/Ada-7B-hf' could be ada-7b, ada-7b-v1.1")


def test_name_and_link_that_contradict_each_other(read: Importer) -> None:
    (entry,) = read("t.md", "| Model | Link | MMMU_val |\n|---|---|---|\n| Ada 1B | https://huggingface.co/lab/Ada-3B | 36 |\n")
    assert (entry.decision, entry.reason) == ("flagged", "its name says ada-1b, its link ada-3b")


def test_new_models_go_into_a_family_that_is_named(read: Importer, catalog: Catalog) -> None:
    table = "| Model | TextVQA |\n|---|---|\n| Bert: 9B (x) | 55 |\n| Ada | 56 |\n| ada | 57 |\n"
    entries = read("t.md", table, new_in="Ada")
    assert taken(entries) == [("bert-9b-x", "textvqa", None, None, 55)]


# --- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters(read: Importer, delimiter: str) -> None:
    text = "Title of the export\n\nModel,TextVQA,MMMU_val\nAda 3B,55.5,36\n".replace(",", delimiter)
    assert taken(read("t.csv", text)) == [("ada-3b", "textvqa", None, None, 55.5), ("ada-3b", "mmmu", "val", None, 36)]


def test_csv_quotes_line_breaks_and_places(read: Importer) -> None:
    entries = read("t.csv", '"Model","Note","TextVQA"\r\n"Ada 3B","two\r\nlines","55.5"\r\n"Ada 3B Chat","","56"\r\n')
    assert [(e.place.line, e.place.column) for e in entries] == [(2, 3), (4, 3)]


def test_csv_rows_of_another_length(read: Importer) -> None:
    entries = read("t.csv", "Model,TextVQA,MMMU_val\nAda 3B,36\n")
    assert told(entries, "flagged")[0] == "the row has 2 cells for 3 headings: none of its figures is taken"
    assert not taken(entries)


def test_a_decimal_comma_is_not_guessed(read: Importer) -> None:
    assert told(read("t.csv", "Model;TextVQA\nAda 3B;55,5\n"), "flagged")[0].startswith("it can't be read as a figure")


@pytest.mark.parametrize(("encoding", "named"), [("utf-8-sig", None), ("utf-16", None), ("gb18030", "gb18030"), ("cp1252", "cp1252")])
def test_encodings(read: Importer, encoding: str, named: str | None) -> None:
    title = "模型" if encoding != "cp1252" else "Modèle"
    content = f"{title},TextVQA\nAda 3B,55\n".encode(encoding)
    assert taken(read("t.csv", content, form="csv", encoding=named)) == [("ada-3b", "textvqa", None, None, 55)]


def test_an_encoding_is_not_guessed(read: Importer) -> None:
    with pytest.raises(UsageError, match=r"t\.csv:2: not UTF-8") as error:
        read("t.csv", "Model,TextVQA\n模型,55\n".encode("gb18030"))
    assert error.value.hint
    with pytest.raises(UsageError, match="unknown encoding"):
        read("t.csv", "Model,TextVQA\n", form="csv", encoding="no-such")


# --- sheets


def workbook(rows: list[list[Any]], *, formats: dict[str, str] | None = None) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Results"
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    book.create_sheet("Empty")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_sheets(read: Importer) -> None:
    content = workbook([["Our results"], [], ["Type", "Model", "TextVQA", "MME(P/C)", "MMMU_val"], ["Ada", "Ada 3B", 55.5, "1400/300",
    0.363],
                        [None, "Ada 3B Chat", 52.099999999999994, None, "=C4"]], formats={"E4": "0.0%"})  # fmt: skip
    entries = read("t.xlsx", content)
    assert taken(entries) == [
        ("ada-3b", "textvqa", None, None, 55.5), ("ada-3b", "mme", "perception", None, 1400), ("ada-3b", "mme", "cognition", None, 300),
        ("ada-3b", "mmmu", "val", None, 36.3), ("ada-3b-chat", "textvqa", None, None, 52.1),
    ]  # fmt: skip
    assert entries[0].place.cell == "Results!C4"
    assert [(e.place.cell, e.reason) for e in entries if e.decision == "flagged"] == [
        ("Results!E5", "a formula whose result isn't saved in the workbook")
    ]


def test_a_sheet_with_figures_past_its_header(read: Importer) -> None:
    entries = read("t.xlsx", workbook([["Model", "TextVQA"], ["Ada 3B", 55.5, 61]]))
    assert not taken(entries)
    assert told(entries, "flagged")[0].startswith("the row has 3 cells for 2 headings")


def test_a_workbook_that_would_unpack_to_too_much(read: Importer) -> None:
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (60 * 2**20))
    with pytest.raises(UsageError, match="unpacks to"):
        read("t.xlsx", stream.getvalue())


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0 old", b""])
def test_what_is_no_workbook(read: Importer, content: bytes) -> None:
    with pytest.raises(UsageError, match="is no workbook"):
        read("t.xlsx", content, form="xlsx")


# --- model cards


CARD = """---
license: ~
model-index:
- name: Ada 3B
  results:
  - task: {type: visual-question-answering}
    dataset: {type: textvqa, name: TextVQA, split: val}
    metrics: [{type: accuracy, value: "55.5 ± 0.4", name: "accuracy (few-shot, 4 shots)"}]
    source: {name: A page, url: "https://github.com/lab/ada"}
  - dataset: {type: lab/unknown, name: x}
    metrics: [{type: accuracy, value: 1}]
    source: {name: A page, url: "https://github.com/lab/ada"}
---
# Ada
"""


def test_a_model_card(read: Importer, catalog: Catalog, tmp_path: Path) -> None:
    entries = read("README.md", CARD, chosen=Chosen(retrieved="2024-05-01"))
    assert taken(entries) == [("ada-3b", "textvqa", "val", "vqa-accuracy", 55.5)]
    entry = entries[0]
    assert entry.candidate is not None
    assert (entry.candidate.protocol, entry.candidate.shots, entry.place.line) == ("few-shot", 4, 8)
    found = set_against(catalog, [str(tmp_path / "README.md")], Wishes(), Chosen(retrieved="2024-05-01")).taken[0][1]
    assert found.record == {"kind": "repository", "title": "A page", "url": "https://github.com/lab/ada", "retrieved": "2024-05-01"}
    assert found.evidence == "second-hand"
    assert told(entries, "skipped") == ["no benchmark is named 'x'"]


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("---\nmodel-index: &a\n- name: x\n---\n", r":2:14: anchor &a"),
        ("---\nmodel-index:\n- name: !!python/object x\n---\n", r":3:9: tag"),
        ("---\nmodel-index: []\nmodel-index: []\n---\n", "duplicate key"),
        ("---\nmodel-index: 3\n---\n", "no list model-index"),
        ("no front matter", "no front matter"),
        ("---\nnever closed: 1\n", "no front matter"),
        ("---\nmodel-index: " + "[" * 100 + "\n---\n", "nested deeper"),
    ],
)
def test_cards_are_read_as_strictly_as_records(read: Importer, card: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read("README.md", card, form="model-index")


def test_eval_results(read: Importer) -> None:
    text = (
        "- {dataset: {id: MMMU/MMMU, task_id: val}, value: 35.3}\n- {dataset: {id: lab/textvqa, task_id: val}, value: 0.58}\n"
        "- {dataset: {}, value: 3}\n- 7\n"
    )
    entries = read("ada-3b/.eval_results/r.yaml", text)
    assert taken(entries) == [("ada-3b", "mmmu", "val", None, 35.3)]
    assert told(entries, "flagged")[0] == "0.58 is a share where TextVQA val is given in percent"
    assert len(told(entries, "flagged")) == 3


# --- harnesses


LEADERBOARD = {
    "time": "20240912101010",
    "results": {
        "Ada-3B": {
            "META": {"Method": ["Ada-3B", "https://huggingface.co/lab/Ada-3B"], "Parameters": ""},
            "MMMU_VAL": {"Overall": 35.7, "Art": 3}, "OCRBench": {"Final Score": 318, "Final Score Norm": 31.8},
            "MME": {"Perception": 1506.2, "Cognition": 302.1, "Overall": 1808.3, "OCR": 100},
            "HallusionBench": {"aAcc": 48.3, "qAcc": 20, "fAcc": "N/A", "Overall": 27.6},
            "Unknown": {"Overall": 3}, "TextVQA_VAL": {"Overall": "N/A"},
        },
        "Ada-9B": {"META": {}, "MMMU_VAL": {"Overall": 35}, "Unknown": {"Overall": 3}},
    },
}  # fmt: skip


def test_the_open_vlm_leaderboard(read: Importer, catalog: Catalog, tmp_path: Path) -> None:
    chosen = Chosen(url="https://example.org/OpenVLM.json", retrieved="2024-09-12")
    entries = read("OpenVLM.json", json.dumps(LEADERBOARD), chosen=chosen)
    assert taken(entries) == [
        ("ada-3b", "mmmu", "val", None, 35.7), ("ada-3b", "ocrbench", None, None, 318), ("ada-3b", "mme", "total", None, 1808.3),
        ("ada-3b", "mme", "perception", None, 1506.2), ("ada-3b", "mme", "cognition", None, 302.1),
        ("ada-3b", "hallusionbench", None, None, 27.6),
        ("ada-3b", "hallusionbench", None, "a-acc", 48.3),
    ]  # fmt: skip
    assert any("no benchmark is named 'Unknown' (2 figures)" in reason for reason in told(entries, "skipped"))
    assert entries[0].place.cell.startswith("results.Ada-3B.")
    source = set_against(catalog, [str(tmp_path / "OpenVLM.json")], Wishes(), chosen).taken[0][1]
    assert (source.record["kind"], source.record["title"], source.evidence) == (
        "leaderboard",
        "OpenVLM leaderboard (VLMEvalKit), 2024-09-12",
        "second-hand",
    )


def test_runs_of_vlmevalkit(read: Importer) -> None:
    run = Chosen(retrieved="2024-05-01")
    assert taken(read("Ada-3B_MMBench_EN_acc.csv", '"split","Overall","AR"\n"dev","0.643","0.7"\n', chosen=run)) == [
        ("ada-3b", "mmbench-en", "dev", None, 64.3)
    ]
    assert taken(read("Ada-3B_OCRBench_score.json", '{"Final Score": 318, "x": 3}', chosen=run)) == [
        ("ada-3b", "ocrbench", None, None, 318)
    ]
    status = {"schema_version": "1.0", "model_name": "Ada-3B", "datasets": {
        "MMMU_VAL": {"status": "done", "metrics": {"acc": 0.333333}, "primary_metric": ["acc"]},
        "POPE": {"status": "skipped", "skip_reason": "no judge", "metrics": None}, "TextVQA_VAL": 3,
    }}  # fmt: skip
    entries = read("status.json", json.dumps(status), chosen=run)
    assert taken(entries) == [("ada-3b", "mmmu", "val", None, 33.33)]
    assert told(entries, "skipped") == ["no figure: no judge"]


def lmms(**changes: Any) -> str:
    return json.dumps({
        "results": {
            "textvqa_val": {"alias": "x", "exact_match,none": 0.582134, "exact_match_stderr,none": "N/A", "submission,none": []},
            "mme": {"mme_percetion_score,none": 1510.7271, "mme_cognition_score,none": 355.714},
            "pope": {"pope_accuracy,none": 0.87, "pope_f1_score,none": 0.858, "pope_yes_ratio,none": 0.5}, "newbench": {"acc,none": 0.4},
        },
        "n-shot": {"textvqa_val": 4, "mme": 0}, "n-samples": {"textvqa_val": {"original": 5000, "effective": 5000}},
        "config": {"model": "llava", "model_args": "pretrained=lab/Ada-3B,device=cuda", "limit": None}, "date": "20240512_1015", **changes,
    })  # fmt: skip


def test_runs_of_lmms_eval(read: Importer) -> None:
    entries = read("r.json", lmms(), chosen=Chosen(retrieved="2024-05-01"))
    assert taken(entries) == [
        ("ada-3b", "textvqa", "val", "vqa-accuracy", 58.21), ("ada-3b", "mme", "perception", "perception-score", 1510.73),
        ("ada-3b", "mme", "cognition", "cognition-score", 355.71), ("ada-3b", "pope", None, "accuracy", 87),
        ("ada-3b", "pope", None, "f1", 85.8),
    ]  # fmt: skip
    first = next(entry.candidate for entry in entries if entry.candidate)
    assert (first.protocol, first.shots, first.assumed, first.text) == ("few-shot", 4, ("scale",), "0.582134")


@pytest.mark.parametrize(
    "changes",
    [
        {"n-samples": {"textvqa_val": {"original": 5000, "effective": 8}}},
        {"n-samples": {}, "config": {"limit": 8, "model_args": "pretrained=lab/Ada-3B"}},
        {"n-samples": {}, "config": {"limit": 0.01, "model_args": "pretrained=lab/Ada-3B"}},
    ],
)
def test_a_partial_run_is_refused_unless_forced(read: Importer, changes: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="partial run"):
        read("r.json", lmms(**changes), chosen=Chosen(retrieved="2024-05-01"))
    entries = read("r.json", lmms(**changes), chosen=Chosen(retrieved="2024-05-01"), force=True)
    first = next(entry.candidate for entry in entries if entry.decision == "taken")
    assert first is not None
    assert first.variant is not None
    assert first.variant.startswith("partial run, ")


def test_measured_figures_stand_beside_the_catalog(read: Importer) -> None:
    run = Chosen("Our run", None, "run", None, "2024-05-01")
    entries = read("Ada-1B_TextVQA_VAL_acc.csv", "split,Overall\nval,0.611\n", chosen=run)
    assert told(entries, "taken") == ["a rival of 50.5 (The Ada paper)"]


# --- formats and sources


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("x.md", "| a | b |\n|---|---|\n", "markdown-table"), ("x.csv", "a,b", "csv"), ("x.tsv", "a\tb", "csv"),
        ("a_b_acc.csv", "a", "vlmevalkit"),
        ("x", CARD, "model-index"), (".eval_results/a.yaml", "- x: 1", "eval-results"), ("x.json", json.dumps(LEADERBOARD), "vlmevalkit"),
        ("x.json", lmms(), "lmms-eval"), ("s.json", '{"model_name": "x", "datasets": {}}', "vlmevalkit"),
    ],
)  # fmt: skip
def test_formats_are_told_from_the_content(name: str, content: str, form: str) -> None:
    assert format_of(File(name, content.encode())) == form


@pytest.mark.parametrize("content", [CARD + "| a | b |\n|---|---|\n", "just text", '{"a": 1}', ""])
def test_an_uncertain_format_is_not_guessed(content: str) -> None:
    with pytest.raises(UsageError) as error:
        format_of(File("x", content.encode()))
    assert "--as FORMAT" in (error.value.hint or "")


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (Chosen(), "--source-title is missing"), (Chosen("T"), "--source-kind is missing"), (Chosen("T", None, "web"),
        "--source-url is missing"),
        (Chosen("T", "https://e.org", "web"), "--evidence is missing"), (Chosen("T", "file:///etc", "web", "copy"), "no http"),
        (Chosen("T", "https://e.org/a b", "web", "copy"), "no http"),
    ],
)  # fmt: skip
def test_nothing_is_imported_without_a_source(read: Importer, chosen: Chosen, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read("t.md", "| Model | TextVQA |\n|---|---|\n| Ada 3B | 55 |\n", chosen=chosen)


# --- hostile files


@pytest.mark.parametrize(
    ("form", "content", "says"),
    [
        ("lmms-eval", b'{"a": NaN}', "no JSON number"), ("lmms-eval", b'{"a": 1, "a": 2}', "stands twice"),
        ("vlmevalkit", b"[" * 100_000, "nested too deeply"),
        ("lmms-eval", b'{"a": ' + b"9" * 5000 + b"}", "digits"), ("vlmevalkit", b"{", "not JSON"),
        ("lmms-eval", b"\xff\xfe\x00", "not UTF-16"),
        ("csv", b"a\0b", "NUL"), ("markdown-table", b"\xff", "not UTF-8"),
        ("csv", b'TextVQA,"never closed\n1,2\n', "unexpected end of data"),
        ("vlmevalkit", b"[" + b"1," * 1_100_000 + b"1]", "more than 500000 values"), ("markdown-table", b"no table", "no Markdown table"),
        ("markdown-table", b"| TextVQA |\n|-|\n" + b"|" * 250_000, "a line of more than"),
        ("markdown-table", b"| a | b |\n|-|-|\n| 1 | 2 |\n", "none of its 1 tables"), ("eval-results", b"a: 1", "no list of results"),
        ("csv", b"TextVQA\n" + b"1,1,1,1,1,1,1,1\n" * 30_000, "more than 100000 cells"),
    ],
)  # fmt: skip
def test_hostile_files_end_in_a_clear_error(form: str, content: bytes, says: str, catalog: Catalog) -> None:
    from vlmctl.query.vocabulary import Vocabulary

    with pytest.raises(UsageError, match=says):
        read_as(form, File("a_TextVQA_acc", content), Vocabulary(catalog))


def test_without_openpyxl_the_error_says_what_to_install(read: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    content = workbook([["Model", "TextVQA"], ["Ada 3B", 55.5]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError, match="needs openpyxl") as error:
        read("t.xlsx", content)
    assert "vlmctl[xlsx]" in (error.value.hint or "")
