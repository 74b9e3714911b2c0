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
        ("Ada-3B_MMMU_VAL_acc.csv", "val,0.36", "val", ""),
        ("Ada-3B_MMMU_VAL_acc.csv", "test,0.36", None, "its row is of the split 'test', which MMMU val isn't"),
        ("Ada-3B_MMMU_acc.csv", "hard,0.36", None, "its row is of the split 'hard', which MMMU isn't"),
    ],
)
def test_the_split_of_a_row(read: Importer, name: str, row: str, split: str | None, says: str) -> None:  # noqa: F811
    entries = read(name, f"split,Overall\n{row}\n", chosen=RUN)
    assert [each[2] for each in taken(entries)] == ([] if says else [split])
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
