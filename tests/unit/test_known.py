"""What readers of foreign files and writers of records ask the catalog: models by their very names, spellings, splits, scales."""

from __future__ import annotations

import pytest

from unit.told_store import DRAWING, READING, WREN, catalog, compiled
from vlmctl.query.known import known_of, models_beginning, models_exactly, near_models, size_of, taken_ids, words, words_of
from vlmctl.query.stated import Stated, choices, exists, source_kind, stated, tasks
from vlmctl.query.vocabulary import Part, Scale, Vocabulary


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("owl-7b", ["owl-7b"]), ("Owl 7B", ["owl-7b"]), ("birds/owl-7b", ["owl-7b"]), ("OWL_7b", ["owl-7b"]), ("owlet", ["owl-7b"]),
        ("owl-7", []), ("owl", []), ("Owl", []), ("reading", []), ("", []), ("-", []), ("Jenny", ["wren"]), ("jenny", ["wren"]),
    ],
)  # fmt: skip
def test_a_model_is_found_by_its_whole_name_only(text: str, found: list[str]) -> None:
    assert models_exactly(catalog(), text) == found


def test_a_name_letter_by_letter_goes_before_one_that_is_only_alike() -> None:
    models = [
        {"id": "wren-x", "name": "Wren X"},
        {"id": "wren-y", "name": "wren x"},
        {"id": "wrenx", "name": "W"},
        {"id": "y", "name": "wren-x"},
    ]
    store = compiled(({**WREN, "models": models},), additions=())
    assert models_exactly(store, "wren-x") == ["wren-x"], "the id first"
    assert models_exactly(store, "wren x") == ["wren-y"]
    assert models_exactly(store, "WREN X") == ["wren-x", "wren-y", "wrenx", "y"]


def test_models_that_begin_so_are_a_few() -> None:
    assert models_beginning(catalog(), "Owl") == ["owl-7b", "owl-moe"]
    assert models_beginning(catalog(), "wren2") == ["wren-2"]
    assert models_beginning(catalog(), "wl") == []
    assert models_beginning(catalog(), " - ") == []
    many = [{"id": f"wren-{letter}", "name": f"Wren {letter}"} for letter in "abcdef"]
    assert models_beginning(compiled(({**WREN, "models": many},), additions=()), "wren") == ["wren-a", "wren-b", "wren-c", "wren-d"]


def test_models_that_may_have_been_meant() -> None:
    assert near_models(catalog(), "finch") == ("finch-2b",), "the only one that begins so"
    assert near_models(catalog(), "finsh-2b")[0] == "finch-2b"
    assert near_models(catalog(), "owl") == ("owl-7b", "owl-moe")


def test_what_is_known_of_a_model() -> None:
    owl = known_of(catalog(), "owl-7b")
    assert (owl.id, owl.name, owl.family, len(owl.figures)) == ("owl-7b", "Owl 7B", "owl", 8)
    assert owl.figures[0]._asdict() == {
        "benchmark": "reading", "split": "val", "counted_split": "val", "metric": "accuracy", "value": 61.5, "protocol": "generalist",
        "variant": None, "mode": None, "source": "The Owl", "url": "https://example.org/owl", "status": "current", "listed": None,
    }  # fmt: skip
    assert [(figure.value, figure.status, figure.source) for figure in owl.figures[1:3]] == [
        (60, "superseded", "The Owl"), (59.5, "current", "A site"),
    ]  # fmt: skip
    assert [figure.listed for figure in owl.figures[3:5]] == ["71.0*", None]
    assert [(figure.mode, figure.variant) for figure in owl.figures[4:6]] == [("thinking", None), (None, "with ruler")]
    finch = known_of(catalog(), "finch-2b")
    assert {figure.source for figure in finch.figures} == {"Finches"}, "a key means another document in another family"
    assert known_of(catalog(), "owl-moe").figures[2].counted_split == "?"
    sizes = {model: size_of(catalog(), model) for model in ("owl-7b", "finch-2b", "wren-2", "nobody")}
    assert sizes == {"owl-7b": (7_400_000_000, True), "finch-2b": (2_000_000_000, False), "wren-2": (None, True), "nobody": (None, False)}


def test_words_of_names() -> None:
    assert words_of(catalog(), "owl-7b") == {"owl", "7b", "owlet", "birds"}
    assert words(["Pali-Gemma_3B pt.224", "v1.5", "..", "高分 x"]) == {"pali", "gemma", "3b", "pt.224", "v1.5", "高分", "x"}


def test_ids_that_are_taken() -> None:
    assert taken_ids(catalog()) == {"owl", "owl-7b", "owl-moe", "wren", "wren-2", "finch", "finch-2b"}


# --- the vocabulary ---


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(catalog())


def test_a_benchmark_is_known_by_every_spelling(vocabulary: Vocabulary) -> None:
    for text in ("reading", "Reading", "READ-IT", "Read it"):
        assert vocabulary.named(text) == [Part("reading")]
    assert vocabulary.named("Reading (test)") == vocabulary.named("reading_(TEST)") == [Part("reading", "test")], (
        "an alias may name a split"
    )
    assert vocabulary.named("read") == vocabulary.named("") == vocabulary.named("-") == []
    assert set(vocabulary.names()) >= {"reading", "Reading", "Read it", "Drawing", "halves"}


def test_a_spelling_of_two_benchmarks_is_both_unless_one_is_spelled_just_so() -> None:
    other = {**DRAWING, "id": "other", "name": "READING"}
    vocabulary = Vocabulary(compiled((WREN,), (READING, other), ()))
    assert vocabulary.named("read-ing") == [Part("other"), Part("reading")]
    assert vocabulary.named("Reading") == [Part("reading")]
    assert vocabulary.named("READING") == [Part("other")]


def test_a_label_narrows_a_part(vocabulary: Vocabulary) -> None:
    reading, halves = Part("reading"), Part("halves")
    assert vocabulary.labelled(reading, "Dev") == Part("reading", "val")
    assert vocabulary.labelled(reading, "edit") == Part("reading", "test", "anls"), "only the test split has it for its own"
    assert vocabulary.labelled(reading, "accuracy") == Part("reading", None, "accuracy")
    assert vocabulary.labelled(Part("reading", "val"), "edit") == Part("reading", "val", "anls")
    assert vocabulary.labelled(Part("reading", "val"), "test") is None, "two splits at once"
    assert vocabulary.labelled(Part("reading", "val"), "val") == Part("reading", "val")
    assert vocabulary.labelled(Part("reading", None, "anls"), "accuracy") is None
    assert vocabulary.labelled(Part("reading", None, "anls"), "anls") == Part("reading", "test", "anls")
    assert vocabulary.labelled(reading, "total") is None
    assert vocabulary.labelled(halves, "total") == Part("halves", None, "total"), "no split has it for its own"
    assert vocabulary.labelled(halves, "second") == Part("halves", "second")
    assert vocabulary.labelled(halves, "second part") == Part("halves", "second")


def test_metrics_and_titles_of_parts(vocabulary: Vocabulary) -> None:
    assert [vocabulary.metric(part) for part in (Part("reading"), Part("reading", "test"), Part("reading", "val"), Part("halves"))] == [
        "accuracy", "anls", "accuracy", "total",
    ]  # fmt: skip
    assert vocabulary.metric(Part("reading", "test", "accuracy")) == "accuracy"
    assert vocabulary.title(Part("reading", "test")) == vocabulary.title(Part("reading", "test", "anls")) == "Reading test"
    assert vocabulary.title(Part("reading", "test", "accuracy")) == "Reading test accuracy"
    assert vocabulary.title(Part("reading")) == "Reading"
    assert vocabulary.title(Part("halves", None, "first")) == "Halves first"


def test_ranges_of_figures(vocabulary: Vocabulary) -> None:
    assert vocabulary.scale(Part("reading")) == Scale("percent", 0, 100, (20, 90))
    assert vocabulary.scale(Part("reading", "test")) == Scale("percent", 0, 100, (30, 95)), "a metric's own range goes before"
    assert vocabulary.scale(Part("drawing")) == Scale("distance", 0, None, None)
    assert vocabulary.scale(Part("halves", "second")).high == 800


def test_the_benchmarks_plausible_range_holds_for_metrics_on_the_same_scale_only() -> None:
    metrics = [*READING["metrics"], {**READING["metrics"][0], "id": "ratio", "max": 1}, {**READING["metrics"][0], "id": "low", "min": -100}]
    record = {**READING, "metrics": metrics, "plausible_by_metric": None}
    vocabulary = Vocabulary(compiled((WREN,), (record,), ()))
    found = {metric: vocabulary.scale(Part("reading", None, metric)).plausible for metric in ("accuracy", "anls", "ratio", "low")}
    assert found == {"accuracy": (20, 90), "anls": (20, 90), "ratio": None, "low": None}


@pytest.mark.parametrize(
    ("value", "possible", "likely"),
    [(-0.1, False, False), (0, True, False), (19.9, True, False), (20, True, True), (90, True, True),
     (90.1, True, False), (100, True, False), (101, False, False)],
)  # fmt: skip
def test_the_ends_of_a_range_are_in_it(value: float, possible: bool, likely: bool) -> None:
    scale = Scale("percent", 0, 100, (20, 90))
    assert (scale.possible(value), scale.likely(value)) == (possible, likely)
    assert scale._replace(plausible=None).likely(value) is possible
    assert scale._replace(high=None).possible(value) is (value >= 0)


# --- what is stated of a benchmark ---


@pytest.mark.parametrize(
    ("text", "split", "metric"),
    [
        ("reading", None, None), ("reading@val", "val", None), ("reading@dev", "val", None), ("reading@test", "test", None),
        ("Reading (test)", "test", None), ("reading:val", "val", None), ("reading:test", "test", None), ("reading:anls", "test", None),
        ("reading:accuracy", None, None), ("reading@test:accuracy", "test", "accuracy"), ("reading@?", None, None),
    ],
)  # fmt: skip
def test_only_what_was_named_is_stated(text: str, split: str | None, metric: str | None) -> None:
    assert stated(catalog(), text) == Stated("reading", "Reading", split, metric, "val", ("val", "test"), 0, 100)


def test_options_state_as_well() -> None:
    assert stated(catalog(), "reading", split="val").split == "val"
    assert stated(catalog(), "reading", split="val", metric="anls") == Stated(
        "reading", "Reading", "val", "anls", "val", ("val", "test"), 0, 100
    )
    assert stated(catalog(), "drawing") == Stated("drawing", "Drawing", None, None, None, (), 0, None)
    assert stated(catalog(), "halves").splits == ("first", "second")


def test_choices_for_completion() -> None:
    assert choices(catalog(), "benchmark") == ["Drawing", "Halves", "Reading", "Unused"], "of spellings that differ in case, one"
    assert choices(catalog(), "model") == [
        "Finch 2B", "Owl 7B", "Owl MoE", "Wren", "Wren 2", "finch-2b", "owl-7b", "owl-moe", "wren-2",
    ]  # fmt: skip
    assert tasks(catalog()) == ["Text-VQA", "both", "drawing", "text-vqa"]
    assert exists(catalog(), "model", "owl-7b")
    assert not exists(catalog(), "model", "Owl 7B")
    assert not exists(catalog(), "family", "owl-7b")
    again = compiled((WREN,), (READING, {**DRAWING, "task": READING["task"]}), ())
    assert tasks(again) == ["text-vqa"], "each once"


@pytest.mark.parametrize(
    ("model", "key", "kind"),
    [
        ("owl-7b", "site", "web"), ("Owl 7B", "paper", "paper"), ("finch-2b", "paper", "paper"), ("finch-2b", "site", None),
        ("wren", "mine", "run"), ("wren-2", "mine", None), ("wren-2", "wren/mine", "run"), ("wren", "paper", None),
        ("family:wren", "mine", "run"), ("series:Birds", "site", "web"),
        ("nobody", "paper", None), (None, "paper", None), ("owl-7b", None, None), ("owl-7b", "", None), (None, None, None),
    ],
)  # fmt: skip
def test_the_kind_of_a_source_that_a_model_has(model: str | None, key: str | None, kind: str | None) -> None:
    """A model's own sources, which an addition brings, go by the model's id; of a family or series the first model's count."""
    assert source_kind(catalog(), model, key) == kind
