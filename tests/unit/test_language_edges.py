"""The filter language at its borders: what errors quote, the largest numbers, terms that name what the catalog lacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.tiny_store import build
from vlmctl.errors import ExitCode, QueryError
from vlmctl.query import names
from vlmctl.query.expressions.lexer import LONGEST, checked, shown
from vlmctl.query.filters import compile_filter, missing, resolve_field
from vlmctl.store.catalog import Catalog


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    store = build()
    yield store
    store.close()


def test_typed_text_is_shown_short() -> None:
    assert shown("x" * 40) == "x" * 40
    assert shown("x" * 41) == "x" * 39 + "…"
    assert shown("a\x1bb\n") == "a?b?"


def test_the_longest_expression() -> None:
    assert checked("x" * LONGEST) == "x" * LONGEST
    with pytest.raises(QueryError) as error:
        checked("y" * (LONGEST + 500))
    assert (error.value.text, error.value.start) == ("y" * (LONGEST + 1), LONGEST)


@pytest.mark.parametrize(("number", "kind"), [(2**63 - 1, int), (2**63, float), (2**64, float), (10**30, float)])
@pytest.mark.parametrize("sign", ["", "-"])
def test_numbers_past_64_bits_are_bound_as_floats(catalog: Catalog, number: int, kind: type, sign: str) -> None:
    found = compile_filter(catalog, [f"TextVQA>{sign}{number}"])
    assert type(found.params[-1]) is kind
    assert len(list(catalog.rows(f"SELECT m.id FROM model m WHERE {found.sql}", found.params))) == (4 if sign else 0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("llm~phi", [("language_model", "~", ("phi",))]),
        ("license=mit,other and params<4B", [("license", "=", ("mit", "other"))]),
        ("not (license=mit or llm~qwen)", [("license", "=", ("mit",)), ("language_model", "~", ("qwen",))]),
        ("llm!~phi", [("language_model", "~", ("phi",))]),
        ("license!=mit", [("license", "=", ("mit",))]),
        ("params=4B", []),
        ("TextVQA>50 and released=2024", []),
    ],
)
def test_terms_that_name_something_are_kept_to_be_told_of(
    catalog: Catalog, text: str, named: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    found = compile_filter(catalog, [text]).named
    assert [(each.operator, each.values) for each in found] == [each[1:] for each in named]
    for each, (name, *_) in zip(found, named, strict=True):
        assert name in (each.field.name, *each.field.aliases)
        assert each.params
        assert each.sql.count("?") == len(each.params)


def test_what_names_nothing_is_told_once_with_what_there_is(catalog: Catalog) -> None:
    notes = [note for note in missing(catalog, compile_filter(catalog, ["license=mti or license=mit"])) if "mti" in note]
    assert len(notes) == 1
    assert "mit" in notes[0].replace("mti", "")
    assert not [note for note in missing(catalog, compile_filter(catalog, ["license=mit"])) if "mit" in note]


@pytest.mark.parametrize("text", ["txtvqa>5", "parms<4B", "Texttvqa>5"])
def test_an_unknown_field_names_each_near_one_once(catalog: Catalog, text: str) -> None:
    with pytest.raises(QueryError) as error:
        compile_filter(catalog, [text])
    hint = (error.value.hint or "").partition("?")[0]
    assert hint.startswith("did you mean ")
    near = hint.removeprefix("did you mean ").replace(" or ", ", ").split(", ")
    assert len(near) == len(set(near)) <= 3
    assert all(near)


def test_choices_in_words() -> None:
    assert [names.either(tuple(each)) for each in ("", "a", "ab", "abc", "abcd")] == ["", "a", "a or b", "a, b or c", "a, b, c or d"]


def test_an_ambiguous_field_is_pointed_at_whole() -> None:
    store = build()
    for id_ in ("twin-one", "twin-two"):
        store.connection.execute("INSERT INTO name VALUES (?, 'benchmark', ?, ?, 'id')", (id_.replace("-", ""), id_, id_))
    with pytest.raises(QueryError) as error:
        resolve_field(store, "twin")
    assert "could be 2 benchmarks" in error.value.message
    assert (error.value.start, error.value.end) == (0, 4)
    assert error.value.exit_code == ExitCode.NOT_FOUND
    store.close()
