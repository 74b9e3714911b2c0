"""What a foreign file doesn't say, or says in a way that isn't understood, is never taken for the usual: it is flagged, with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from unit.test_import_readers import Importer, catalog, lmms, read, taken, told, workbook  # noqa: F401 - fixtures
from vlmctl.interchange.sourcing import Chosen

RUN = Chosen(retrieved="2024-05-01")
OWN = "source: {name: A page, url: 'https://example.org/page'}"


# --- eval-results


@pytest.mark.parametrize(
    ("dataset", "part", "says"),
    [
        ("{id: lab/textvqa, task_id: val}", ("val", None), ""),
        ("{id: lab/textvqa, task_id: textvqa_val}", ("val", None), ""),
        ("{id: lab/ocrbench, task_id: ocrbench}", (None, None), ""),
        ("{id: lab/textvqa, task_id: x}", None, "the task 'x' names no part of TextVQA"),
        ("{id: lab/textvqa, task_id: default}", None, "the task 'default' names no part of TextVQA"),
        ("{id: lab/textvqa, task_id: mmmu_val}", None, "the task 'mmmu_val' names no part of TextVQA"),
        ("{id: lab/textvqa}", None, "no task_id says which part of TextVQA it is"),
        ("{id: MMMU/MMMU_val, task_id: test}", None, "the task 'test' names no part of MMMU val"),
    ],
)
def test_a_task_that_is_not_known_is_no_part(read: Importer, dataset: str, part: Any, says: str) -> None:  # noqa: F811
    value = 318 if "ocrbench" in dataset else 58.2
    (entry,) = read("ada-3b/.eval_results/r.yaml", f"- {{dataset: {dataset}, value: {value}, {OWN}}}\n", chosen=RUN)
    if part:
        assert [each[2:4] for each in taken([entry])] == [part]
    else:
        assert (entry.decision, entry.reason) == ("flagged", says)


@pytest.mark.parametrize(
    ("notes", "found"),
    [
        ("few-shot, 4 shots", ("few-shot", 4, None, None)),
        ("thinking", ("generalist", None, None, "thinking")),
        ("few-shot, 1 shot, thinking, variant: no splitting, at 448", ("few-shot", 1, "no splitting, at 448", "thinking")),
        ("5-shot CoT", None),
        ("with tools", None),
    ],
)
def test_notes_that_set_a_figure_apart(read: Importer, notes: str, found: Any) -> None:  # noqa: F811
    text = f"- {{dataset: {{id: MMMU/MMMU, task_id: val}}, value: 35.3, notes: '{notes}', {OWN}}}\n"
    (entry,) = read("ada-3b/.eval_results/r.yaml", text, chosen=RUN)
    candidate = entry.candidate
    assert candidate is not None
    if found is None:
        assert (entry.decision, entry.reason) == ("flagged", f"its notes say {notes!r}, which may set it apart")
    else:
        assert entry.decision == "taken"
        assert (candidate.protocol, candidate.shots, candidate.variant, candidate.mode) == found


# --- model cards


def card(dataset: str, *metrics: str) -> str:
    joined = ", ".join(f"{{{metric}}}" for metric in metrics)
    return f"---\nmodel-index:\n- name: Ada 3B\n  results:\n  - dataset: {{{dataset}}}\n    metrics: [{joined}]\n    {OWN}\n---\n"


@pytest.mark.parametrize(
    ("dataset", "metric", "says"),
    [
        ("type: textvqa, name: TextVQA, split: minival", "type: accuracy, value: 55", "the split 'minival' names no part of TextVQA"),
        ("type: textvqa, name: TextVQA val, split: test", "type: accuracy, value: 55", "the split 'test' names no part of TextVQA val"),
        ("type: textvqa, name: TextVQA, config: art", "type: accuracy, value: 55", "the config 'art' names no part of TextVQA"),
        ("type: textvqa, name: MMMU", "type: accuracy, value: 55", "the data set's name means MMMU, its type TextVQA"),
        ("type: textvqa, name: TextVQA, split: val", "type: bleu, value: 55", "the metric 'bleu' is none of TextVQA val"),
        ("type: textvqa, name: TextVQA, split: val", "value: 55", "the metric has no type"),
        ("type: textvqa, name: TextVQA, split: val, args: {max_images: 3}", "type: accuracy, value: 55",
         "the card says max_images, which may set it apart"),
        ("type: textvqa, name: TextVQA, split: val, args: [1]", "type: accuracy, value: 55", "the card says args, which may set it apart"),
        ("type: textvqa, name: TextVQA, split: val", "type: accuracy, value: 55, config: hard",
         "the card says config hard, which may set it apart"),
        ("type: textvqa, name: TextVQA, split: val, args: {num_few_shot: many}", "type: accuracy, value: 55",
         "it can't be told how many examples were in the prompt: ['many']"),
        ("type: textvqa, name: TextVQA, split: val, args: {num_few_shot: 5}", "type: accuracy, value: 55, name: 'x (few-shot, 4 shots)'",
         "it can't be told how many examples were in the prompt: [5]"),
    ],
)  # fmt: skip
def test_what_a_card_says_beyond_what_is_known(read: Importer, dataset: str, metric: str, says: str) -> None:  # noqa: F811
    (entry,) = read("README.md", card(dataset, metric), chosen=RUN)
    assert (entry.decision, entry.reason) == ("flagged", says)


@pytest.mark.parametrize(
    ("dataset", "metric", "part", "apart"),
    [
        ("type: textvqa, name: TextVQA, split: validation, config: default", "type: accuracy, value: 55", ("val", "vqa-accuracy"), {}),
        ("type: textvqa, name: TextVQA, args: {num_few_shot: 0}", "type: accuracy, value: 55", (None, "vqa-accuracy"), {}),
        ("type: textvqa, name: TextVQA, args: {num_few_shot: 5}", "type: accuracy, value: 55", (None, "vqa-accuracy"),
         {"protocol": "few-shot", "shots": 5}),
        ("type: x/y, name: TextVQA, args: {variant: no OCR, mode: thinking}", "type: odd, value: 55, name: accuracy (generalist)",
         (None, "vqa-accuracy"), {"variant": "no OCR", "mode": "thinking"}),
        ("type: pope, name: POPE, split: random", "type: F1 score, value: 85", ("random", "f1"), {}),
    ],
)  # fmt: skip
def test_what_a_card_says_is_understood(read: Importer, dataset: str, metric: str, part: Any, apart: Any) -> None:  # noqa: F811
    (entry,) = read("README.md", card(dataset, metric), chosen=RUN)
    assert (entry.decision, (entry.part or ())[1:]) == ("taken", part)
    assert entry.candidate is not None
    expected = {"protocol": "generalist", "shots": None, "variant": None, "mode": None} | apart
    assert {key: getattr(entry.candidate, key) for key in expected} == expected


def test_several_metrics_of_one_result(read: Importer) -> None:  # noqa: F811
    metrics = ("type: f1, value: 85.1", "type: accuracy, value: 86.2", "type: precision, value: 91", "type: yes_ratio, value: 0.5")
    entries = read("README.md", card("type: pope, name: POPE, split: random", *metrics), chosen=RUN)
    assert taken(entries) == [("ada-3b", "pope", "random", "f1", 85.1), ("ada-3b", "pope", "random", "accuracy", 86.2)]
    assert told(entries, "flagged") == [f"the metric {name!r} is none of POPE random" for name in ("precision", "yes_ratio")]


# --- harnesses


def test_the_leaderboard_has_no_shares(read: Importer) -> None:  # noqa: F811
    content = json.dumps({"results": {"Ada-3B": {"META": {}, "MMMU_VAL": {"Overall": 0.6}}}})
    (entry,) = read("OpenVLM.json", content, chosen=Chosen(url="https://example.org/OpenVLM.json", retrieved="2024-09-12"))
    assert (entry.decision, entry.reason) == ("flagged", "0.6 is a share where MMMU val is given in percent")


def test_a_small_percentage_is_no_share_where_others_are_percentages(read: Importer) -> None:  # noqa: F811
    entries = read("Ada-3B_MMMU_VAL_acc.csv", "split,Overall,Art\nvalidation,0.6,1.2\n", chosen=RUN)
    assert [(entry.decision, entry.value) for entry in entries] == [("flagged", 0.6)], entries
    task = {"exact_match,none": 0.6, "accuracy,none": 1.1}
    entries = read("r.json", lmms(results={"textvqa_val": task}), chosen=RUN)
    assert not taken(entries)


@pytest.mark.parametrize(
    ("name", "row", "split", "says"),
    [
        ("Ada-3B_MMMU_acc.csv", "validation,0.36", "val", ""),
        ("Ada-3B_MMMU_acc.csv", "none,0.36", None, ""),
        ("Ada-3B_MMMU_acc.csv", "Overall,0.36", None, ""),
        ("Ada-3B_POPE_score.csv", "random,86.1", "random", ""),
        ("Ada-3B_POPE_score.csv", "Overall,86.1", None, ""),
        ("Ada-3B_MMMU_VAL_acc.csv", "val,0.36", "val", ""),
        ("Ada-3B_MMMU_VAL_acc.csv", "test,0.36", None, "its row is of the split 'test', which MMMU val isn't"),
        ("Ada-3B_MMMU_acc.csv", "hard,0.36", None, "its row is of the split 'hard', which MMMU isn't"),
    ],
)
def test_the_split_of_a_row(read: Importer, name: str, row: str, split: str | None, says: str) -> None:  # noqa: F811
    entries = read(name, f"split,Overall\n{row}\n", chosen=RUN)
    assert [each[2] for each in taken(entries)] == ([] if says else [split])
    if "POPE" in name:
        assert taken(entries)[0][3] == ("f1" if split else None), "what is overall there is F1, as usual on the whole and not on its parts"
    assert told(entries, "flagged") == ([says] if says else [])


def test_a_data_set_that_is_not_known_is_left_out(read: Importer) -> None:  # noqa: F811
    results = {"Ada-3B": {"META": {}, "MMMU_Pro_10c": {"Overall": 35.7}, "TextVQA_LITE": {"Overall": 60.1}, "MMBench_RU": {"Overall": 61}}}
    entries = read("OpenVLM.json", json.dumps({"results": results}), chosen=Chosen(url="https://e.org/x", retrieved="2024-09-12"))
    assert not taken(entries)
    assert len(told(entries, "skipped")) == 3
    entries = read("r.json", lmms(results={"textvqa_val_lite": {"exact_match,none": 0.5}, "mmmu_val_cot": {"acc,none": 0.3}}), chosen=RUN)
    assert not taken(entries)


@pytest.mark.parametrize(
    ("limit", "says"),
    [(8, "at most 8 questions"), (0.01, "1 % of the questions"), ("8", "at most 8 questions"), (True, "at most True"), (0, "0")],
)
def test_a_limit_of_any_kind_makes_a_run_partial(read: Importer, limit: Any, says: str) -> None:  # noqa: F811
    content = lmms(**{"n-samples": {}, "config": {"limit": limit, "model_args": "pretrained=lab/Ada-3B"}})
    entries = read("r.json", content, chosen=RUN, force=True)
    assert taken(entries)
    assert all(says in str(entry.candidate and entry.candidate.variant) for entry in entries if entry.decision == "taken")


@pytest.mark.parametrize("limit", [None, -1, ""])
def test_no_limit(read: Importer, limit: Any) -> None:  # noqa: F811
    assert taken(read("r.json", lmms(**{"n-samples": {}, "config": {"limit": limit, "model": "Ada 3B"}}), chosen=RUN))


# --- tables: headings


def test_labels_below_a_heading_name_its_parts(read: Importer) -> None:  # noqa: F811
    entries = read(
        "t.md",
        """
| Model | MMBench | | MME | | TextVQA | POPE |
|---|---|---|---|---|---|---|
| | test | dev | P | C | Val | hard |
| Ada 3B | 64 | 63.5 | 1400 | 310 | 55 | 86 |
""",
    )
    assert taken(entries) == [
        ("ada-3b", "mmbench-en", "test", None, 64), ("ada-3b", "mmbench-en", "dev", None, 63.5),
        ("ada-3b", "mme", "perception", None, 1400), ("ada-3b", "mme", "cognition", None, 310), ("ada-3b", "textvqa", "val", None, 55),
    ]  # fmt: skip
    assert told(entries, "flagged") == ["'POPE hard': 'hard' below it names no part of it; its figures are left out"]


def test_a_heading_that_may_stand_over_two_columns(read: Importer) -> None:  # noqa: F811
    entries = read("t.md", "| Model | MMBench | | TextVQA |\n|---|---|---|---|\n| Ada 3B | 64 | 63.5 | 55 |\n")
    assert taken(entries) == [("ada-3b", "textvqa", None, None, 55)]
    assert told(entries, "flagged") == ["'MMBench': the column beside it has no heading: it may stand over both; its figures are left out"]
    assert taken(read("t.csv", "Model,TextVQA,\nAda 3B,55,\n")), "an empty column is none"


@pytest.mark.parametrize("above", ["4-shot", "Fine-tuned", "test-dev", "w/ CoT", "Few-shot (4)", "thinking"])
def test_what_stands_above_headings_sets_their_figures_apart(read: Importer, above: str) -> None:  # noqa: F811
    text = f"Model,General,,{above},\n,TextVQA,MMMU_val,POPE,MMB\nAda 3B,55,36,86,64\n"
    entries = read("t.csv", text)
    assert [each[1] for each in taken(entries)] == ["textvqa", "mmmu"]
    assert [reason.split(": ", 1)[1] for reason in told(entries, "flagged")] == [f"{above!r} stands above it; its figures are left out"] * 2


def test_a_title_above_or_a_category_is_nothing_against_a_heading(read: Importer) -> None:  # noqa: F811
    for above in ("Our test results,,", ",Zero-shot,", ",Text,Knowledge"):
        assert len(taken(read("t.csv", f"{above}\nModel,TextVQA,MMMU_val\nAda 3B,55,36\n"))) == 2


@pytest.mark.parametrize("name", ["t.csv", "t.md", "t.xlsx"])
def test_another_header_starts_another_table(read: Importer, name: str) -> None:  # noqa: F811
    rows: list[list[Any]] = [["Model", "TextVQA", "POPE"], ["Ada 3B", 55, 86], ["Model", "POPE", "TextVQA"], ["Ada 3B Chat", 87, 56]]
    if name == "t.xlsx":
        content: Any = workbook(rows)
    elif name == "t.csv":
        content = "".join(",".join(map(str, row)) + "\n" for row in rows)
    else:
        content = "".join(
            f"| {' | '.join(map(str, row))} |\n" + ("|---|---|---|\n" if not number else "") for number, row in enumerate(rows)
        )
    assert taken(read(name, content)) == [
        ("ada-3b", "textvqa", None, None, 55), ("ada-3b", "pope", None, None, 86),
        ("ada-3b-chat", "pope", None, None, 87), ("ada-3b-chat", "textvqa", None, None, 56),
    ]  # fmt: skip


def test_a_repeated_header_changes_nothing(read: Importer) -> None:  # noqa: F811
    text = "Model,TextVQA\nAda 3B,55\n,,\nModel,TextVQA\nAda 3B Chat,56\n"
    assert [each[-1] for each in taken(read("t.csv", text))] == [55, 56]


def test_signs_in_headings_are_told(read: Importer) -> None:  # noqa: F811
    (entry,) = read("t.md", "| Model | TextVQA† ↑ |\n|---|---|\n| Ada 3B | 55 |\n")
    assert (entry.decision, entry.reason) == ("taken", "the heading has †")
    (entry,) = read("t.md", "| Model | TextVQA |\n|---|---|\n| Ada 3B | 55* |\n")
    assert (entry.decision, entry.reason) == ("taken", "printed as 55*")


# --- tables: rows


@pytest.mark.parametrize(
    ("shots", "found"),
    [("0", ("generalist", None)), ("4", ("few-shot", 4)), ("32-shot", ("few-shot", 32)), ("", None), ("4/8", None), ("some", None)],
)
def test_a_column_of_shots(read: Importer, shots: str, found: Any) -> None:  # noqa: F811
    (entry,) = read("t.md", f"| Model | Shots | TextVQA |\n|---|---|---|\n| Ada 3B | {shots} | 55 |\n")
    assert entry.candidate is not None
    if found:
        assert (entry.candidate.protocol, entry.candidate.shots, entry.decision) == (*found, "taken")
    else:
        assert (entry.decision, entry.reason) == ("flagged", f"it can't be told how many examples {shots!r} means")


@pytest.mark.parametrize(
    ("row", "model", "says"),
    [
        ("Ada 3B | 3B", "ada-3b", ""),
        ("Ada 3B | 3.2B", "ada-3b", ""),
        ("Ada 3B | 7B", "ada-3b", "its size is said to be 7B, but ada-3b has 3B"),
        ("Ada small | 7B", "ada-1b", "its size is said to be 7B, but ada-1b has 1B"),
        ("Ada | 3B", "ada-3b", ""),
        ("Ada 3B | Chat", "ada-3b-chat", ""),
        ("Ada 3B | big", "ada-3b", ""),
    ],
)
def test_a_size_that_another_model_of_the_family_has(read: Importer, row: str, model: str, says: str) -> None:  # noqa: F811
    read.catalog.connection.execute("UPDATE model SET params = 3000000000 WHERE id = 'ada-3b'")
    read.catalog.connection.execute("UPDATE model SET params = 1000000000 WHERE id = 'ada-1b'")
    (entry,) = read("t.md", f"| Model | Size | MMMU_val |\n|---|---|---|\n| {row} | 36 |\n")
    assert (entry.model, entry.decision, entry.reason) == (model, "flagged" if says else "taken", says)


@pytest.mark.parametrize(
    ("heading", "size"), [("Größe", "7B"), ("Params (B)", "7.1"), ("#Params [B]", "7"), ("规模", "~7B"), ("Model size", "7 B")]
)
def test_sizes_under_any_heading(read: Importer, heading: str, size: str) -> None:  # noqa: F811
    read.catalog.connection.execute("UPDATE model SET params = 3000000000 WHERE id = 'ada-3b'")
    (entry,) = read("t.md", f"| Model | {heading} | MMMU_val |\n|---|---|---|\n| Ada 3B | {size} | 36 |\n")
    assert entry.reason.startswith("its size is said to be ")


def test_rows_of_one_model_that_differ_are_of_different_settings(read: Importer) -> None:  # noqa: F811
    rows = "| Ada 3B | 224 | 55 | |\n| Ada 3B | 448 | 60 | 36 |\n| Ada 3B Chat | 1 | 56 | 35 |\n"
    table = f"| Model | Res. | TextVQA | MMMU_val |\n|---|---|---|---|\n{rows}"
    entries = read("t.md", table)
    assert taken(entries) == [("ada-3b-chat", "textvqa", None, None, 56), ("ada-3b-chat", "mmmu", "val", None, 35)]
    assert any("the row of line 3 has other figures of the same model" in reason for reason in told(entries, "flagged"))
    shots = "| Model | Shots | TextVQA |\n|---|---|---|\n| Ada 3B | 0 | 55 |\n| Ada 3B | 4 | 60 |\n"
    assert len(taken(read("t.md", shots))) == 2, "the column says in what they differ"


def test_a_model_that_is_said_but_another_that_is_named(read: Importer) -> None:  # noqa: F811
    table = "| Model | TextVQA |\n|---|---|\n| Ada 3B | 55 |\n| Ada 3B Chat | 56 |\n| ours | 57 |\n"
    entries = read("t.md", table, model="ada-3b")
    assert [entry.decision for entry in entries] == ["flagged"] * 3
    assert "the file names ada-3b-chat, --model says ada-3b" in entries[1].reason
    (entry,) = read("t.md", "| Model | TextVQA |\n|---|---|\n| ours | 57 |\n", model="ada-3b")
    assert (entry.model, entry.decision) == ("ada-3b", "taken")


# --- tables: cells


@pytest.mark.parametrize(
    ("heading", "cell", "says"),
    [
        ("TextVQA", "~~55~~", "it can't be read as a figure"),
        ("TextVQA", "<del>55</del>", "it can't be read as a figure"),
        ("TextVQA", "55 (ours)", "its label 'ours' names no part of the benchmark"),
        ("TextVQA", ">= 55 points", "it can't be read as a figure"),
        ("TextVQA", "55,5", "it can't be read as a figure (a decimal comma? --decimal-comma)"),
        ("TextVQA", "55.5 (57.1)", "it can't be read as a figure"),
        ("TextVQA", "1,523", "it can't be read as a figure (a decimal comma? --decimal-comma)"),
        ("OCRBench", "318%", "it is given in percent, which OCRBench isn't"),
    ],
)
def test_cells_that_can_be_read_in_two_ways(read: Importer, heading: str, cell: str, says: str) -> None:  # noqa: F811
    (entry,) = read("t.md", f"| Model | {heading} |\n|---|---|\n| Ada 3B | {cell} |\n")
    assert (entry.decision, entry.reason) == ("flagged", says)


def test_what_is_commented_out_is_not_there(read: Importer) -> None:  # noqa: F811
    old = "| Model | TextVQA |\n|---|---|\n| Ada 3B | 12 |\n"
    entries = read("t.md", f"<!-- withdrawn\n{old}-->\n\n| Model | TextVQA |\n|---|---|\n| Ada 3B | 55 |\n")
    assert [(entry.place.line, entry.value) for entry in entries] == [(9, 55)]


def test_decimal_commas_where_they_are_said_to_be(read: Importer) -> None:  # noqa: F811
    text = 'Model;TextVQA;MMMU_val;MME(P/C);OCRBench\nAda 3B;55,5;"36";1400,5/310;1.318\nAda 3B Chat;56.1;"36,0 ± 0,3";;\n'
    entries = read("t.csv", text, comma=True)
    assert [each[1:] for each in taken(entries)] == [
        ("textvqa", None, None, 55.5), ("mmmu", "val", None, 36), ("mme", "perception", None, 1400.5), ("mme", "cognition", None, 310),
        ("mmmu", "val", None, 36.0),
    ]  # fmt: skip
    assert [entry.text for entry in entries if entry.decision == "flagged"] == ["1.318", "56.1"]


def test_a_column_of_shares_where_small_percentages_are_possible(read: Importer) -> None:  # noqa: F811
    from vlmctl.interchange.columns import Grid, GridCell, GridRow
    from vlmctl.interchange.tables import read_grid
    from vlmctl.query.vocabulary import Vocabulary

    vocabulary = Vocabulary(read.catalog)
    scales = vocabulary.benchmarks["mmmu"].scales
    scales["accuracy"] = scales["accuracy"]._replace(plausible=(0.0, 100.0))

    def rows(*figures: str) -> list[GridRow]:
        lines = (["Model", "MMMU"], *(["Ada 3B", figure] for figure in figures))
        return [GridRow(number, [GridCell(text, 1) for text in line]) for number, line in enumerate(lines, start=1)]

    def read_rows(*figures: str) -> tuple[int, list[str]]:
        header, *rest = rows(*figures)
        candidates, remarks = read_grid(vocabulary, Grid("t", header, rest))
        return len(candidates), [remark.reason for remark in remarks]

    assert read_rows("0.4", "0.55") == (0, ["'MMMU': its figures may be shares or percentages; its figures are left out"])
    assert read_rows("0.4", "5.5") == (2, [])
    assert read_rows("0.4 %", "0.5 %") == (2, [])


# --- sheets


def test_number_formats_errors_and_dates(read: Importer) -> None:  # noqa: F811
    import datetime as dt

    rows: list[list[Any]] = [
        ["Model", "TextVQA", "MMMU_val", "OCRBench", "POPE", "MMB"],
        ["Ada 3B", 0.555, 36.5, 318000, dt.date(2024, 5, 12), "#N/A"],
        ["Ada 3B Chat", 0.561, 0.363, 0.318, 86.5, 64],
    ]
    formats = {"B2": "0%", "C2": '0.0"%"', "D2": "0,", "F2": "0", "B3": "[Red]0.0%;-0.0%", "D3": "0%"}  # fmt: skip
    entries = read("t.xlsx", workbook(rows, formats=formats))
    found = {entry.place.cell.partition("!")[2]: (entry.decision, entry.value, entry.reason) for entry in entries}
    assert found["B2"] == ("taken", 55.5, "")
    assert found["C2"] == ("taken", 36.5, "")
    assert found["D2"][0] == "flagged"
    assert found["E2"] == ("flagged", None, "it can't be read as a figure")
    assert found["F2"] == ("flagged", None, "an error, #N/A")
    assert found["B3"] == ("taken", 56.1, "")
    assert found["C3"] == ("flagged", 0.363, "0.363 is outside 18 to 92, where figures of MMMU val lie")
    assert found["D3"][0] == "flagged"


def test_merged_cells(read: Importer) -> None:  # noqa: F811
    import io

    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Family", "Model", "MMB", None, "TextVQA"], [None, None, "test", "dev", None], ["Ada", "3B", 64, 63.5, 55],
                [None, "3B Chat", 65, 66, 56]):  # fmt: skip
        sheet.append(row)
    for merged in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "A3:A4"):
        sheet.merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    assert taken(read("t.xlsx", stream.getvalue())) == [
        ("ada-3b", "mmbench-en", "test", None, 64), ("ada-3b", "mmbench-en", "dev", None, 63.5), ("ada-3b", "textvqa", None, None, 55),
        ("ada-3b-chat", "mmbench-en", "test", None, 65), ("ada-3b-chat", "mmbench-en", "dev", None, 66),
        ("ada-3b-chat", "textvqa", None, None, 56),
    ]  # fmt: skip


# --- VLMEvalKit's metrics


@pytest.mark.parametrize(
    ("bench", "metrics", "primary", "found"),
    [
        ("MMMU_VAL", {"acc": 0.333}, ["acc"], [("val", None, 33.3)]),
        ("POPE", {"acc": 0.87}, "acc", [(None, "accuracy", 87)]),
        ("POPE", {"acc": 0.87, "f1": 0.86}, "f1", [(None, None, 86)]),
        ("TextVQA_VAL", {"f1": 0.6}, "f1", []),
        ("OCRBench", {"acc": 0.6}, None, []),
        ("MMMU_VAL", {"Overall": 0.35, "f1": 0.2}, "f1", [("val", None, 35)]),
        ("HallusionBench", {"aAcc": 0.483, "fAcc": 0.2}, ["aAcc", "fAcc"], [(None, "a-acc", 48.3)]),
    ],
)
def test_the_metric_of_a_run(read: Importer, bench: str, metrics: Any, primary: Any, found: Any) -> None:  # noqa: F811
    state = {"status": "done", "metrics": metrics, "primary_metric": primary}
    content = json.dumps({"schema_version": "1.0", "model_name": "Ada-3B", "datasets": {bench: state}})
    entries = read("status.json", content, chosen=RUN)
    assert [each[2:] for each in taken(entries)] == found
    assert len(entries) - len(found) == len([entry for entry in entries if "has no metric or split" in entry.reason])


def test_figures_of_a_run_that_failed(read: Importer) -> None:  # noqa: F811
    state = {"status": "failed", "metrics": {"Overall": 0.35}, "error_message": "out of memory"}
    entries = read("status.json", json.dumps({"model_name": "Ada-3B", "datasets": {"MMMU_VAL": state}}), chosen=RUN)
    assert told(entries, "flagged") == ["figures of a run that failed: out of memory"]


def test_of_several_links_none_says_which_model_it_is(read: Importer) -> None:  # noqa: F811
    links = "[a](https://huggingface.co/lab/Ada-3B) [b](https://huggingface.co/lab/Ada-3B-chat-v2)"
    (entry,) = read("t.md", f"| Model | TextVQA | Weights |\n|---|---|---|\n| 3B | 55 | {links} |\n")
    assert (entry.decision, entry.model) == ("skipped", None)
