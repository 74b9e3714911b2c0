"""The filter language against a slow and obvious reading of it."""

from __future__ import annotations

import operator as op
import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.tiny_store import MODELS, build
from vlmctl.errors import QueryError
from vlmctl.quantities import parse_count, parse_date, parse_number
from vlmctl.query.expressions.parsing import And, Node, Not, Or, Range, Term, Value, parse, parse_option, written
from vlmctl.query.filters import compile_filter, option_term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.store.catalog import Catalog

VALUES = {
    "params": ["0", "450M", "1B", "2000M", "3.5B", "4B", "7B", "1T"],
    "image_size": ["0", "224", "300", "336.5", "384", "448"],
    "TextVQA": ["0", "50", "55.1", "60%", "70", "99"],
    "MME:perception": ["900", "1200.5", "2000"],
    "released": ["2023", "2024", "2024-02", "2024-02-06", "2024-03", "2025-01-01"],
    "license": ["mit", "MIT", "apache-2.0", "a", "none"],
    "llm": ["phi2", "Phi-2", "phi", "llama-2-7b", "2.7b", "Llama 2.7B", "27", "qwen", "-", "zzz"],
    "id": ["eve", "EVE", "-", "b", "zzz"],
    "moe": ["yes", "no", "True", "FALSE"],
}
ORDERED = ("params", "image_size", "TextVQA", "MME:perception", "released")
FACTS = ("id", "name", "params", "released", "llm", "license", "moe", "image_size", "TextVQA", "MME:perception")
ROWS = [dict(zip(FACTS, row, strict=True)) for row in MODELS]
WORDS = "( ) and or not in params < = ~ ! , .. 4B \" ' \\ x TextVQA @ : moe llm released"
PIECES = st.sampled_from([" ", *WORDS.split()])


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    store = build()
    yield store
    store.close()


def ranges(choices: list[str], size: Any) -> st.SearchStrategy[Range]:
    ends = st.lists(st.sampled_from(choices), min_size=2, max_size=2).map(lambda pair: sorted(pair, key=size))
    drop = st.sampled_from(["low", "high", ""])
    return st.builds(
        lambda pair, without: Range(None if without == "low" else Value(pair[0]), None if without == "high" else Value(pair[1])), ends, drop
    )


def terms_of(field: str) -> st.SearchStrategy[Term]:
    one = st.sampled_from(VALUES[field]).map(Value)
    if field not in ORDERED:
        operators = ["=", "!="] if field == "moe" else ["=", "!=", "~", "!~"]
        listed = st.lists(one, min_size=1, max_size=3).map(tuple)
        term = st.builds(lambda operator, values: Term(Value(field), operator, values), st.sampled_from(operators), listed)
        return st.one_of(term, st.just(Term(Value("moe")))) if field == "moe" else term
    size = {"params": parse_count, "released": lambda text: parse_date(text).first}.get(field, number)
    some = st.lists(st.one_of(one, ranges(VALUES[field], size)), min_size=1, max_size=3).map(tuple)
    single = st.builds(lambda operator, value: Term(Value(field), operator, (value,)), st.sampled_from(["<", "<=", ">", ">="]), one)
    return st.one_of(single, st.builds(lambda op, v: Term(Value(field), op, v), st.sampled_from(["=", "!="]), some))


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    def above(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        parts = st.lists(below, min_size=2, max_size=3).map(tuple)
        return st.one_of(parts.map(And), parts.map(Or), below.map(Not))

    return st.recursive(leaves, above, max_leaves=10)


EXPRESSIONS = trees(st.sampled_from(sorted(VALUES)).flatmap(terms_of))
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


OPERATORS = st.sampled_from(["", "=", "!=", "<", "<=", ">", ">=", "~", "!~"])


def any_term(field: str, operator: str, texts: list[str]) -> Term:
    some = texts[:0] if not operator else texts[:1] if operator[0] in "<>" else texts
    return Term(Value(field), operator, tuple(Value(text) for text in some))


def number(text: str) -> float:
    return float(parse_number(text.removesuffix("%")))


def squeezed(text: str, dropped: str) -> str:
    return "".join(c for c in text.lower() if c not in dropped)


def compared(fact: Any, operator: str, asked: Any) -> bool:
    found: bool = {"=": op.eq, "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}[operator](fact, asked)
    return found


@cache
def days(first: str, last: str) -> tuple[str, ...]:
    """All days of a month or year."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return tuple((start + timedelta(days=count)).isoformat() for count in range((end - start).days + 1))


def dated(fact: Any, operator: str, value: Value | Range) -> bool | None:
    """Whether a date is as asked on whatever day of its month or year it was; None where that hangs on the day."""
    if isinstance(value, Range):
        low = parse_date(value.low.text).first if value.low else ""
        high = parse_date(value.high.text).last if value.high else "9999-12-31"
        found = {low <= day <= high for day in days(*fact[1:])}
    else:
        asked = days(parse_date(value.text).first, parse_date(value.text).last)
        end = asked[0] if operator in ("<", ">=") else asked[-1]
        found = {day in asked if operator == "=" else compared(day, operator, end) for day in days(*fact[1:])}
    return found.pop() if len(found) == 1 else None


def in_order(field: str, fact: Any, operator: str, value: Value | Range) -> bool:
    size = parse_count if field == "params" else number
    if isinstance(value, Range):
        return (value.low is None or fact >= size(value.low.text)) and (value.high is None or fact <= size(value.high.text))
    return compared(fact, operator, size(value.text))


def one(row: dict[str, Any], field: str, operator: str, value: Value | Range) -> bool | None:
    """Whether a stated fact is as asked."""
    fact = row[field]
    if field == "released":
        return dated(fact, operator, value)
    if field in ORDERED:
        return in_order(field, fact, operator, value)
    assert isinstance(value, Value)
    if field == "moe":
        return bool(fact) == (value.text.lower() in ("yes", "true"))
    dropped = ""
    if field == "llm" and re.search("[a-z]", value.text.lower()):
        dropped = "-_ " if operator == "~" and re.search("[0-9][-_. ][0-9]", value.text) else "-_. "
    have, want = squeezed(fact, dropped), squeezed(value.text, dropped)
    return have == want if operator == "=" else want in have


def truth(row: dict[str, Any], node: Node) -> bool | None:
    """Three-valued, as Kleene has it."""
    if isinstance(node, Not):
        inner = truth(row, node.part)
        return None if inner is None else not inner
    if isinstance(node, And | Or):
        found = [truth(row, part) for part in node.parts]
        decisive = isinstance(node, Or)
        return decisive if decisive in found else None if None in found else not decisive
    field = node.field.text
    if row[field] is None or (field == "image_size" and isinstance(row[field], str)):
        return None
    if not node.operator:
        return bool(row[field])
    positive = {"!=": "=", "!~": "~"}.get(node.operator, node.operator)
    found = [one(row, field, positive, value) for value in node.values]
    held = True if True in found else None if None in found else False
    return None if held is None else held == (positive == node.operator)


def answers(catalog: Catalog, *texts: str) -> dict[str, bool | None]:
    found = compile_filter(catalog, texts)
    rows = catalog.rows(f"SELECT m.id, ({found.sql}) FROM model m", found.params)
    return {row[0]: None if row[1] is None else bool(row[1]) for row in rows}


@given(node=EXPRESSIONS)
@settings(max_examples=120, deadline=None)
def test_sql_answers_as_the_slow_evaluator(catalog: Catalog, node: Node) -> None:
    assert answers(catalog, written(node)) == {row["id"]: truth(row, node) for row in ROWS}


@given(node=trees(st.builds(any_term, ANY_TEXT, OPERATORS, st.lists(ANY_TEXT, min_size=1, max_size=3))))
def test_a_tree_is_read_back_as_it_was_written(node: Node) -> None:
    assert parse(written(node)) == node


@given(node=EXPRESSIONS)
def test_an_expression_is_read_back_as_it_was_written(node: Node) -> None:
    assert parse(written(node)) == node


@given(text=st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map(" ".join)))
@settings(max_examples=250)
def test_any_text_is_a_filter_or_a_query_error(catalog: Catalog, text: str) -> None:
    try:
        node = parse(text)
        assert parse(written(node)) == node
        answers(catalog, text)
    except QueryError as error:
        check(error)


def check(error: QueryError) -> None:
    assert 0 <= error.start <= len(error.text)
    assert error.start < error.end <= len(error.text) + 1
    assert all(line.isprintable() for line in (error.message, error.hint or "", *error.detail()))


@given(field=st.sampled_from(sorted(VALUES)), text=st.one_of(st.text(), st.lists(PIECES, max_size=8).map("".join)))
def test_any_option_is_a_filter_or_a_query_error(catalog: Catalog, field: str, text: str) -> None:
    try:
        compile_filter(catalog, [option_term(field, text)])
    except QueryError as error:
        check(error)


@given(text=ANY_TEXT.filter(lambda text: text.strip() == text and text[0] not in "<>=!~"))
def test_an_options_text_is_taken_literally(text: str) -> None:
    term = parse_option("note", text, default="~", lists=False, ranges=False)
    assert term.values == (Value(text),)
    assert parse(written(term)) == term


@given(one=EXPRESSIONS, other=EXPRESSIONS)
@settings(deadline=None)
def test_two_filters_find_the_intersection(catalog: Catalog, one: Node, other: Node) -> None:
    def found(*texts: str) -> set[str]:
        return {model for model, holds in answers(catalog, *texts).items() if holds}

    first, second = written(one), written(other)
    both = found(first) & found(second)
    assert found(first, second) == both
    assert found(written(And((one, other)))) == both
    assert found(f"({first}) or ({second})") == found(first) | found(second)


@given(node=EXPRESSIONS)
@settings(deadline=None)
def test_not_of_not_changes_nothing(catalog: Catalog, node: Node) -> None:
    plain = answers(catalog, written(node))
    assert answers(catalog, written(Not(Not(node)))) == plain
    opposite = answers(catalog, written(Not(node)))
    assert opposite == {model: None if holds is None else not holds for model, holds in plain.items()}
