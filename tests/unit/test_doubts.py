"""What is doubtful about a filter that can be read, on the tiny store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.tiny_store import build
from vlmctl.errors import ExitCode, QueryError, UnknownNameError
from vlmctl.query.doubts import CLOSED, doubts
from vlmctl.query.filters import compile_filter, option_term, require_names
from vlmctl.store.catalog import Catalog

COUNTED = (
    "params>=2B or id=ada-1b (4), moe or id=ada-1b (3), params<4B and not moe or id=cy-4b (3), id!=ada-1b or params>4B (5), id!=cy-4b (5)"
)


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    store = build()
    for model in ("ada-1b", "bob-2b", "cy-4b"):
        store.connection.execute("INSERT INTO name VALUES (?, 'model', ?, ?, 'id')", (model.replace("-", ""), model, model))
    yield store
    store.close()


def found(catalog: Catalog, *texts: str) -> str:
    where = compile_filter(catalog, texts)
    return " ".join(row["id"] for row in catalog.rows(f"SELECT m.id FROM model m WHERE {where.sql} ORDER BY m.position", where.params))


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        ("license=mitt", "mitt", "did you mean mit?"),
        ("license!=mitt", "mitt", "did you mean mit?"),
        ("not license in (mit, mitt) or params<4B", "mitt", "did you mean mit?"),
        ("family=famly", "famly", "vlmctl facets family lists what there is"),
        ("llm=phi-22", "phi-22", "did you mean phi-2 or phi-3.5?"),
        ("name='Ada 1C'", "Ada 1C", "did you mean ada-1b"),
        ("id=ada-1c", "ada-1c", "did you mean ada-1b"),
        ("series=zzzz", "zzzz", "did you mean Series?"),
    ],
)
def test_a_name_that_nothing_bears_is_an_error_at_its_place(catalog: Catalog, text: str, name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        require_names(catalog, compile_filter(catalog, [text]))
    assert error.value.exit_code == ExitCode.NOT_FOUND
    assert text[error.value.start : error.value.end] == name
    assert (error.value.hint or "").startswith(hint), error.value.hint
    assert error.value.as_dict()["error"]["kind"] == "not-found"


@pytest.mark.parametrize(
    "text", ["license=mit", "license~mitt", "llm~zzzz", "id~zz", "params<4B", "llm=phi2", "hf=x", 'origin=""', "moe=no"]
)
def test_what_the_catalog_has_or_a_text_may_miss_is_no_error(catalog: Catalog, text: str) -> None:
    where = compile_filter(catalog, [text])
    assert require_names(catalog, where) is where


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("status=superseded", ""), ("mode=Thinking", ""), ("evidence=second-hand", ""), ("protocol=few-shot", ""), ("tuning=lora", ""),
        ("commercial=conditional", ""), ("status=supersede", "superseded"), ("evidence=orignal", "original"), ("tuning=lorra", "lora"),
    ],
)  # fmt: skip
def test_a_value_that_a_field_can_have_is_known_even_where_nothing_has_it(catalog: Catalog, text: str, near: str) -> None:
    where = compile_filter(catalog, [text], scores=True)
    if not near:
        assert require_names(catalog, where) is where
        return
    with pytest.raises(UnknownNameError) as error:
        require_names(catalog, where)
    assert error.value.hint == f"did you mean {near}?"


def test_the_values_that_fields_can_have_are_those_of_the_records() -> None:
    from typing import get_args, get_type_hints

    from vlmctl.records import Model, Score
    from vlmctl.records.component import License

    for name, record in (
        ("protocol", Score),
        ("evidence", Score),
        ("status", Score),
        ("mode", Score),
        ("tuning", Model),
        ("commercial", License),
    ):
        allowed = {value for part in (get_type_hints(record)[name], *get_args(get_type_hints(record)[name])) for value in get_args(part)}
        named = {value for value in allowed if isinstance(value, str)}
        assert named == {*CLOSED[name]} - {"current"}, name


def test_names_of_scores_are_looked_for_among_scores(catalog: Catalog) -> None:
    require_names(catalog, compile_filter(catalog, ["split=val", "bench=TextVQA", "license=mit"], scores=True))
    with pytest.raises(UnknownNameError, match="split=vall"):
        require_names(catalog, compile_filter(catalog, ["split=vall"], scores=True))
    with pytest.raises(UnknownNameError) as error:
        require_names(catalog, compile_filter(catalog, ["bench=textvqaa"], scores=True))
    assert error.value.hint == "did you mean textvqa?"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("llm~fhi", "nothing matches language_model~fhi; did you mean "),
        ("org~alibbaa", "nothing matches organizations~alibbaa; did you mean Alibaba"),
        ("llm!~zzzz", "nothing matches language_model~zzzz; did you mean phi-2, llama-2-7b, "),
        ("name~zzzz", "nothing matches name~zzzz (vlmctl list -q lists the models)"),
        ("license~xyz", "nothing matches license~xyz; did you mean "),
        ("hf~x", "nothing matches hf~x"),
    ],
)
def test_a_text_that_nothing_holds_is_told_with_what_there_is(catalog: Catalog, text: str, note: str) -> None:
    notes = doubts(catalog, compile_filter(catalog, [text]))
    assert len(notes) == 1
    assert notes[0].startswith(note)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("TextVQA>0.55", ["TextVQA is scored 0 to 100; did you mean 55?"]),
        ("TextVQA=0.5..0.6", ["TextVQA is scored 0 to 100; did you mean 50?", "TextVQA is scored 0 to 100; did you mean 60?"]),
        ("TextVQA<1", ["TextVQA is scored 0 to 100; did you mean 100?"]),
        ("not TextVQA>550", ["TextVQA is scored 0 to 100"]),
        ("TextVQA>-1", ["TextVQA is scored 0 to 100"]),
        ("TextVQA>55", []),
        ("TextVQA>=0", []),
        ("TextVQA<=100", []),
        ("TextVQA>1.5", []),
        ("TextVQA>0.5%", []),
        ("params<1B", []),
    ],
)
def test_a_bound_on_another_scale_is_told(catalog: Catalog, text: str, notes: list[str]) -> None:
    assert doubts(catalog, compile_filter(catalog, [text])) == notes


def test_a_percentage_of_a_thousand_is_told() -> None:
    store = build()
    store.connection.execute("UPDATE metric SET max = 1000 WHERE benchmark = 'textvqa'")
    assert doubts(store, compile_filter(store, ["TextVQA>80"])) == ["TextVQA is scored 0 to 1000; did you mean 800?"]
    assert doubts(store, compile_filter(store, ["TextVQA>0.8"])) == ["TextVQA is scored 0 to 1000; did you mean 800?"]
    store.connection.execute("UPDATE metric SET max = NULL WHERE benchmark = 'textvqa'")
    assert doubts(store, compile_filter(store, ["TextVQA>0.8"])) == []
    store.close()


@pytest.mark.parametrize(
    ("texts", "notes"),
    [
        (["params<=1B", "params>2B"], ["params<=1B and params>2B exclude each other: 2 models meet the first, 2 the second"]),
        (["params<=1B and params>2B"], ["params<=1B and params>2B exclude each other: 2 models meet the first, 2 the second"]),
        (["moe", "params>4B", "image_size>0"], ["moe and params>4B exclude each other: 2 models meet the first, 1 the second"]),
        (["params>4B", "params>1T"], ["no model meets params>1T"]),
        (
            ["params<2B", "license=mit", "image_size>300", "released<2024"],
            ["image_size>300 and released<2024 exclude each other: 3 models meet the first, 1 the second"],
        ),
        (
            ["params>=2B or id=ada-1b", "moe or id=ada-1b", "params<4B and not moe or id=cy-4b", "id!=ada-1b or params>4B", "id!=cy-4b"],
            [f"each condition has models that meet it, but none meets all: {COUNTED}"],
        ),
        (["params<=1B", "license=mit"], []),
        (["params>1T"], []),
        (["params<=1B or params>2B"], []),
    ],
)
def test_conditions_that_exclude_each_other_are_named(catalog: Catalog, texts: list[str], notes: list[str]) -> None:
    assert doubts(catalog, compile_filter(catalog, texts)) == notes


def test_options_are_conditions_too(catalog: Catalog) -> None:
    where = compile_filter(catalog, [option_term("params", "..1B"), option_term("params", "4B..")])
    assert doubts(catalog, where) == ["params=..1B and params=4B.. exclude each other: 2 models meet the first, 2 the second"]
    scores = compile_filter(catalog, ["value>90", "bench=mme", "params<1B"], scores=True)
    assert doubts(catalog, scores) == []
    scores = compile_filter(catalog, ["value<1", "bench=mme"], scores=True)
    assert doubts(catalog, scores) == ["value<1 and bench=mme exclude each other: 1 score meets the first, 3 the second"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("commercial", "commercial=allowed"),
        ("not commercial", "not commercial=allowed"),
        ("commercial=yes", "commercial=allowed"),
        ("commercial=TRUE", "commercial=allowed"),
        ("commercial!=1", "commercial!=allowed"),
        ("commercial in (yes, conditional)", "commercial=allowed,conditional"),
        ("commercial and params<4B", "commercial=allowed and params<4B"),
        ("moe=1", "moe"),
        ("moe=0", "not moe"),
        ("moe=True and params<1B", "moe and params<1B"),
    ],
)
def test_yes_and_no_in_all_spellings(text: str, same: str) -> None:
    store = build()
    allowed = {"ada-1b": "allowed", "bob-2b": "conditional", "cy-4b": "not-allowed", "dan-7b": "allowed"}
    for model, commercial in allowed.items():
        store.connection.execute("UPDATE model SET commercial = ? WHERE id = ?", (commercial, model))
    assert found(store, text) == found(store, same) != ""
    require_names(store, compile_filter(store, [text]))
    assert compile_filter(store, [text]).text.startswith(text.partition(" ")[0])
    store.close()


@pytest.mark.parametrize("text", ["commercial=no", "commercial=false", "commercial!=0", "commercial in (allowed, no)"])
def test_no_is_no_single_value_of_commercial(catalog: Catalog, text: str) -> None:
    with pytest.raises(QueryError, match="no single value") as error:
        compile_filter(catalog, [text])
    assert text[error.value.start : error.value.end] in ("no", "false", "0")
    assert "not commercial" in (error.value.hint or "")


@pytest.mark.parametrize(
    ("text", "hint"), [("ada-1b", "ada-1b is a model: write name=ada-1b"), ("phi-2>3", "phi-2 is a"), ("fam", "fam is a")]
)
def test_a_value_where_a_field_belongs(text: str, hint: str) -> None:
    store = build()
    for kind, name in (("language-model", "phi-2"), ("family", "fam"), ("model", "ada-1b")):
        store.connection.execute("INSERT INTO name VALUES (?, ?, ?, ?, 'id')", (name.replace("-", ""), kind, name, name))
    with pytest.raises(QueryError) as error:
        compile_filter(store, [text])
    assert (error.value.hint or "").startswith(hint)
    assert error.value.exit_code == ExitCode.USAGE
    store.close()


def test_a_split_that_is_not_there_has_one_code_everywhere(catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError) as error:
        compile_filter(catalog, ["params<4B and TextVQA@vall>50"])
    assert (error.value.exit_code, error.value.text[error.value.start : error.value.end]) == (ExitCode.NOT_FOUND, "vall")
