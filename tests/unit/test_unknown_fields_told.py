"""What is said of a word that stands where a field belongs: what it may have been meant for, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from unit.told_store import WREN, catalog, compiled
from vlmctl.errors import QueryError, UnknownNameError
from vlmctl.query.filters import compile_filter
from vlmctl.store.catalog import Catalog


def refused(term: str, *, scores: bool = False, store: Catalog | None = None) -> QueryError | UnknownNameError:
    with pytest.raises((QueryError, UnknownNameError)) as caught:
        compile_filter(store or catalog(), [term], scores=scores)
    return caught.value


def meant(word: str, *, scores: bool = False, store: Catalog | None = None) -> str:
    """What is said before all fields are named."""
    error = refused(f"{word}=1", scores=scores, store=store)
    assert error.message == f"unknown field {word}"
    assert (error.text, error.start, error.end) == (f"{word}=1", 0, len(word))
    return (error.hint or "").partition("fields: ")[0].rstrip("; ")


@pytest.mark.parametrize(
    ("word", "of_models", "of_scores"),
    [
        ("owl", "owl is a family: --family owl, or the term family=owl", "owl is a family: --model owl, or the term family=owl"),
        ("wren-2", "wren-2 is a model: write name=wren-2", "wren-2 is a model: --model wren-2, or the term name=wren-2"),
        ("Birds", "Birds is a series: --series Birds, or the term series=Birds",
         "Birds is a series: --model Birds, or the term series=Birds"),
        ("brain-7b", "brain-7b is a language model: --llm brain-7b, or the term llm=brain-7b", None),
        ("eye-l", "eye-l is a vision encoder: --encoder eye-l, or the term encoder=eye-l", None),
        ("mit", "mit is a license: --license MIT, or the term license=MIT", None),
        ("brain", "it begins the names of several language models: --llm brain, or the term llm~brain", None),
        ("eye", "it begins the names of several vision encoders: --encoder eye, or the term encoder~eye", None),
        ("ow", "it begins the names of several models: write name~ow",
         "it begins the names of several models: --model NAME, or the term name~ow"),
        ("bird", "to look for a maker, write --org bird, or the term org~bird", None),
        ("fo", "to look for a maker, write --org fo, or the term org~fo", None),
        ("f", "", None),
        ("fin", "to look for it, write name~fin", None),
        ("lab", "to look for it, write org~lab", None),
        ("dg", "to look for it, write org~dg", None),
        ("g", "", None),
        ("in7", "to look for it, write llm~in7", None),
        ("mall", "to look for it, write encoder~mall", None),
        ("licens", "did you mean license?", None),
        ("rai", "did you mean Read it, Reading or Drawing?", None),
        ("evidenc", "", "did you mean evidence?"),
        ("owlett", "", None),
        ("zzzz", "", None),
    ],
)  # fmt: skip
def test_what_a_word_may_be_meant_for(word: str, of_models: str, of_scores: str | None) -> None:
    assert meant(word) == of_models
    assert meant(word, scores=True) == (of_models if of_scores is None else of_scores)


def test_the_fields_there_are_come_last_where_nothing_is_sure() -> None:
    of_models, of_scores = (refused("zzzz=1", scores=scores).hint or "" for scores in (False, True))
    assert of_models.startswith("fields: id, name, params, ")
    assert of_models.endswith(", or any benchmark")
    assert "evidence" not in of_models
    assert of_scores.startswith("fields: benchmark, split, ")
    assert " params, " in of_scores
    assert of_scores.count(" evidence,") == 1
    assert "fields: " not in (refused("owl=1").hint or "")


@pytest.mark.parametrize(
    ("term", "message", "start", "end"),
    [
        ("reading@va=1", "Reading has no split 'va'", 8, 10), ("reading@val:foo=1", "Reading has no metric 'foo'", 12, 15),
        ("reading@foo:bar=1", "Reading has no split 'foo'", 8, 11), ("moe and reading:foo>1", "Reading has no metric 'foo'", 16, 19),
        ("@x=1", "unknown field @x", 0, 2), ("' '=1", "the field has no name", 1, 2),
        ("pareto:x=1", "pareto is a column of list and top, not a field", 0, 8),
        ("moe and pareto:x=1", "pareto is a column of list and top, not a field", 8, 16),
    ],
)  # fmt: skip
def test_the_part_that_is_wrong_is_pointed_at(term: str, message: str, start: int, end: int) -> None:
    error = refused(term)
    assert (error.message, error.start, error.end) == (message, start, end)


def test_a_beginning_of_several_benchmarks_may_be_something_else_as_well() -> None:
    def named(name: str) -> Catalog:
        benches: list[dict[str, Any]] = [
            {"id": key, "name": key, "summary": "S.", "task": "t", "metric": "a", "metrics": [
                {"id": "a", "name": "a", "unit": "percent", "min": 0, "max": 100, "higher_is_better": True}]}
            for key in ("count-one", "count-two")
        ]  # fmt: skip
        return compiled(({**WREN, "name": name},), benches, ())

    plain = refused("count=1", store=named("Wren"))
    assert plain.message == "'count' could be 2 benchmarks: count-one, count-two"
    assert (plain.start, plain.end) == (0, 5)
    other = refused("count=1", store=named("Count"))
    assert other.message == plain.message
    assert other.hint == f"{plain.hint}; count is a family: --family wren, or the term family=wren"
