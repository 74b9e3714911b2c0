"""The writers of foreign formats on rows made up for them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from vlmctl.interchange.writing import FORMATS, Left, hub_results, model_cards, written_by
from vlmctl.interchange.writing.choosing import Key, chosen, number
from vlmctl.interchange.writing.documents import Document
from vlmctl.interchange.writing.list_table import write as write_list
from vlmctl.query.export import SCORE_COLUMNS, Metric


def score(**changed: Any) -> dict[str, Any]:
    """A plain score of one model on TextVQA."""
    plain = dict.fromkeys(column.name for column in SCORE_COLUMNS) | {
        "model": "m", "family": "f", "benchmark": "textvqa", "benchmark_name": "TextVQA", "split": "val", "counted_split": "val",
        "metric": "accuracy", "protocol": "generalist", "value": 50, "status": "current", "evidence": "original", "source": "readme",
        "source_title": "README", "url": "https://example.org", "comparable": False, "assumed": [], "origin": "",
    }  # fmt: skip
    return plain | changed


class OneModel:
    """A model with these scores."""

    def __init__(self, *scores: dict[str, Any], **model: Any) -> None:
        self.rows = list(scores)
        self.model = (
            {"id": "m", "name": "M", "series": "S", "hf": None, "weights_url": None, "language_model_name": None}
            | {"vision_encoder_names": None}
            | model
        )

    def by_model(self) -> Any:
        yield self.model, self.rows

    def benchmarks(self) -> Any:
        yield {"id": "textvqa", "task": "text-vqa"}

    def metrics(self) -> dict[tuple[str, str], Metric]:
        return {("textvqa", name): Metric(name, name, "percent", 0, 100, True) for name in ("accuracy", "anls")}

    def primary(self) -> dict[str, tuple[str | None, str]]:
        return {
            "textvqa": ("val", "accuracy"),
            "mmbench-en": ("dev", "accuracy"),
            "mme": ("perception", "perception-score"),
            "ours": (None, "accuracy"),
        }

    def split_metrics(self) -> dict[tuple[str, str], str]:
        splits = {("textvqa", split): "accuracy" for split in ("val", "test-std")} | {
            ("mmbench-en", split): "accuracy" for split in ("dev", "test")
        }
        return splits | {
            ("mme", "perception"): "perception-score",
            ("mme", "cognition"): "cognition-score",
            ("mme", "total"): "total-score",
        }


def test_the_ranked_figure_goes_before_the_better_evidence() -> None:
    left = Left()
    rows = [score(value=1, evidence="listed"), score(value=2, evidence="copy"), score(value=3, evidence="second-hand", comparable=True)]
    assert {row["value"] for row in chosen(rows, left).values()} == {3}
    assert left.total() == 2
    assert chosen(rows[:2], Left())[Key("textvqa", "val", "accuracy")]["value"] == 2


@pytest.mark.parametrize("special", [{"status": "superseded"}, {"protocol": "few-shot"}, {"variant": "OCR tokens"}, {"mode": "thinking"}])
def test_what_a_cell_cannot_say_is_left_out(special: dict[str, str]) -> None:
    left = Left()
    assert chosen([score(**special)], left) == {}
    assert left.total() == 1
    assert left.notes()[0].startswith("left out: 1 score: ")


@pytest.mark.parametrize(
    ("value", "text"), [(70, "70"), (52.1, "52.1"), (1e-05, "0.00001"), (1e16, "10000000000000000"), (-3.5, "-3.5"), (0, "0")]
)
def test_numbers_have_no_exponent(value: float, text: str) -> None:
    assert number(value) == text


def cells(*scores: dict[str, Any], **model: Any) -> dict[str, str]:
    """The cells of the one row of the list's table, under their headers."""
    text = io.StringIO()
    write_list(OneModel(*scores, **model), text, Left())  # type: ignore[arg-type]
    header, _, *rows = [line.strip()[2:-2].split(" | ") for line in text.getvalue().splitlines()]
    return dict(zip(header, rows[0], strict=True)) if rows else {}


def test_a_figure_on_another_split_is_labelled() -> None:
    assert cells(score())["TextVQA"] == "50"
    assert cells(score(split=None))["TextVQA"] == "50"
    assert cells(score(split="test-std", counted_split="test-std"))["TextVQA"] == "50(test-std)"
    assert cells(score(), score(split="test-std", counted_split="test-std", value=48.5))["TextVQA"] == "50/48.5(val/test-std)"


def test_a_pair_has_a_dash_for_what_is_missing() -> None:
    dev = {"benchmark": "mmbench-en", "split": "dev", "counted_split": "dev"}
    test = dev | {"split": "test", "counted_split": "test"}
    assert cells(score(**dev))["MMB(T/D)"] == "-/50"
    assert cells(score(**dev), score(**test, value=49))["MMB(T/D)"] == "49/50"
    assert cells(score(**dev | {"split": None, "counted_split": None}))["MMB"] == "50"
    cognition = {"benchmark": "mme", "split": "cognition", "counted_split": "cognition", "metric": "cognition-score", "value": 300}
    assert cells(score(**cognition))["MME（P/C）"] == "-/300"
    total = {"benchmark": "mme", "split": "total", "counted_split": "total", "metric": "total-score"}
    assert cells(score(**total)) == {}


def test_texts_cannot_break_the_table() -> None:
    row = cells(score(), name="a | b\nc\\", series="S|T")
    assert (row["Type"], row["Model"]) == ("S\\|T", "a \\| b c\\\\")


def test_figures_of_different_sources_are_different_results() -> None:
    rows = [
        score(),
        score(metric="anls", value=60),
        score(source="paper", url="https://example.org/paper", value=51),
        score(url=None, source="note", split="test"),
    ]
    (document,) = model_cards.documents(OneModel(*rows), Left())  # type: ignore[arg-type]
    results = document.data["results"]
    assert [[metric["value"] for metric in result["metrics"]] for result in results] == [[50, 60], [51], [50]]
    assert [result.get("source", {}).get("url") for result in results] == ["https://example.org", "https://example.org/paper", None]
    assert model_cards.problem(document.data) is None


def test_what_sets_a_figure_apart_stands_in_args_and_name() -> None:
    rows = [score(protocol="few-shot", shots=1, mode="thinking", variant="OCR tokens")]
    (document,) = model_cards.documents(OneModel(*rows), Left())  # type: ignore[arg-type]
    (result,) = document.data["results"]
    assert result["dataset"]["args"] == {"protocol": "few-shot", "shots": 1, "variant": "OCR tokens", "mode": "thinking"}
    assert result["metrics"][0]["name"] == "accuracy (few-shot, 1 shot)"


def test_eval_results_have_one_entry_per_task_and_notes_for_what_is_special() -> None:
    olmocr = {"benchmark": "olmocr-bench", "split": "tables", "counted_split": "tables", "metric": "pass-rate"}
    rows = [score(**olmocr, value=1), score(**olmocr, value=2, comparable=True), score(**olmocr, value=3, variant="no OCR"), score()]
    left = Left()
    (document,) = hub_results.documents(OneModel(*rows), left)  # type: ignore[arg-type]
    assert document.path == ("m", ".eval_results", "olmocr-bench.yaml")
    assert [(entry["value"], entry.get("notes")) for entry in document.data] == [(2, None), (3, "variant: no OCR")]
    assert {entry["dataset"]["task_id"] for entry in document.data} == {"table_tests"}
    assert left.total() == 2


@pytest.mark.parametrize("form", [form.name for form in FORMATS if form.shape == "documents"])
def test_no_document_is_a_valid_text(form: str) -> None:
    text = io.StringIO()
    written_by(next(each for each in FORMATS if each.name == form)).write([], text, alone=False)
    assert text.getvalue() in {"[]\n", "---\nmodel-index: []\n---\n"}


def test_a_document_that_breaks_the_rules_is_not_written() -> None:
    for module, data in ((hub_results, [{"dataset": {"id": "a/b"}, "value": 1}]), (model_cards, {"name": "m", "results": []})):
        text = io.StringIO()
        with pytest.raises(ValueError, match="m: "):
            module.write([Document("m", ("x",), data)], text, alone=True)
        assert text.getvalue() == ""
