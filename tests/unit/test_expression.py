from __future__ import annotations

import pytest

from vlmctl.errors import QueryError
from vlmctl.query.expressions.lexer import DEEPEST, LONGEST, MOST_TERMS, spelled
from vlmctl.query.expressions.parsing import parse, parse_option
from vlmctl.query.expressions.tree import And, Node, Not, Or, Range, Term, Value, term_count, written


def term(field: str, operator: str = "", *values: str | Range) -> Term:
    return Term(Value(field), operator, tuple(Value(v) if isinstance(v, str) else v for v in values))


def between(low: str, high: str) -> Range:
    return Range(Value(low) if low else None, Value(high) if high else None)


A, B, C = term("a"), term("b"), term("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("params<4B", term("params", "<", "4B")),
        ("  params  <=  4B ", term("params", "<=", "4B")),
        ("params==4B", term("params", "=", "4B")),
        ("llm!~phi", term("llm", "!~", "phi")),
        ("MMMU@test>40", term("MMMU@test", ">", "40")),
        ("MME:cognition>=-300.5%", term("MME:cognition", ">=", "-300.5%")),
        ("released=2024-05-10", term("released", "=", "2024-05-10")),
        ('"LLaVA-Bench (Wild)">=60', term("LLaVA-Bench (Wild)", ">=", "60")),
        (r'name="a \"b\" \\ \c"', term("name", "=", r'a "b" \ \c')),
        (r"name='it\'s \"so\"'", term("name", "=", r"it's \"so\"")),
        ("name~O'Brien", term("name", "~", "O'Brien")),
        ("name~模型", term("name", "~", "模型")),
        ('name="and"', term("name", "=", "and")),
        ('name=""', term("name", "=", "")),
        ("name=in", term("name", "=", "in")),
        ("license=apache-2.0, mit", term("license", "=", "apache-2.0", "mit")),
        ("license in (apache-2.0,mit)", term("license", "=", "apache-2.0", "mit")),
        ("license NOT IN(mit)", term("license", "!=", "mit")),
        ("params=1B..4B", term("params", "=", between("1B", "4B"))),
        ("params=..4B", term("params", "=", between("", "4B"))),
        ("params in (4B.., 1B)", term("params", "=", between("4B", ""), "1B")),
        ("params=1...5B", term("params", "=", between("1", ".5B"))),
        ('url~"../a"', term("url", "~", "../a")),
        ("a", A),
        ("NOT a", Not(A)),
        ("not not a", Not(Not(A))),
        ("a or b and not c", Or((A, And((B, Not(C)))))),
        ("(a or b) And c", And((Or((A, B)), C))),
        ("a and b and c", And((A, B, C))),
        ("a and (b and c)", And((A, And((B, C))))),
        ("not(a)and(b)", And((Not(A), B))),
        ("((((a))))", A),
    ],
)
def test_a_text_has_this_tree(text: str, node: Node) -> None:
    assert parse(text) == node
    assert parse(written(node)) == node


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("", "the expression is empty", ""),
        (" \t", "the expression is empty", ""),
        ("()", "there is nothing between ( and )", "("),
        ("params<", "the value after < is missing", ""),
        ("params< and moe", "the value after < is missing", "and"),
        ("license=mit,", "the value after , is missing", ""),
        ("params 4B", "there is no operator between params and 4B", "4B"),
        ("params<4B moe", "moe can't stand here", "moe"),
        ("params=1B .. 4B", ".. can't stand here", ".."),
        ("moe not open", "not can't stand here", "not"),
        ("params<4B, moe", "< takes one value", ","),
        ("<4B", "the field before < is missing", "<"),
        ("params<<4B", "two operators follow each other", "<<"),
        ("params=<4B", "two operators follow each other", "=<"),
        ("url~a=b", "= can't stand here", "="),
        ("moe and", "a term is missing after and", ""),
        ("and moe", "a term is missing before and", "and"),
        ("a or or b", "a term is missing before or", "or"),
        ("(a or) and b", "a term is missing after or", ")"),
        ("not", "a term is missing after not", ""),
        ("(a and (b or c)", "this ( is not closed", "("),
        ("(a=b c=d) and e", "c can't stand here", "c"),
        ("(a b", "there is no operator between a and b", "b"),
        ("a)", "there is no ( for this )", ")"),
        ("!a", "! is no operator", "!"),
        ('name="abc', "the quote is not closed", '"'),
        ("name='abc\\'", "the quote is not closed", "'"),
        ("license in ()", "the list after in is empty", "("),
        ("license in mit", "in needs a list in parentheses", "mit"),
        ("license in (mit", "this ( is not closed", "("),
        ("license in (mit apache)", "apache can't stand here", "apache"),
        ("params=..", "the range has no ends", ".."),
        ("params=1..2..3", "a range has two ends", "1..2..3"),
        ("a\x1fb", "control character U+001F in the expression", "\x1f"),
        ("name~'\udc80'", "control character U+DC80 in the expression", "\udc80"),
    ],
)
def test_an_error_points_at_the_place(text: str, message: str, marked: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.message == message
    assert text[caught.value.start : caught.value.end] == marked
    assert caught.value.text == text
    assert marked or caught.value.start == len(text)


def test_a_keyword_as_value_is_explained() -> None:
    with pytest.raises(QueryError) as caught:
        parse("language=or")
    assert caught.value.hint == 'if or is the value, put it in quotes: "or"'


def test_places_point_into_what_was_typed() -> None:
    text = ' moe and "my field" != 1B..4B, "x" '
    found = parse(text)
    assert isinstance(found, And)
    last = found.parts[1]
    assert isinstance(last, Term)
    assert last.source == text
    parts = (last.field, last, *last.values)
    assert [text[part.start : part.end] for part in parts] == ["my field", "!=", "1B..4B", "x"]
    first = last.values[0]
    assert isinstance(first, Range)
    assert first.low
    assert first.high
    assert [text[end.start : end.end] for end in (first.low, first.high)] == ["1B", "4B"]


def test_length_depth_and_number_of_terms_are_bounded() -> None:
    assert parse("a" * LONGEST)
    assert term_count(parse(" or ".join("a" * MOST_TERMS))) == MOST_TERMS
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST) == A
    assert parse("not " * DEEPEST + "a")
    for text, message in (
        ("a" * (LONGEST + 1), "the expression is longer than 4,000 characters"),
        (" or ".join("a" * (MOST_TERMS + 1)), "the expression has more than 200 terms"),
        ("a=" + ",".join("b" * (MOST_TERMS + 1)), "the expression has more than 200 terms"),
        ("not " * (DEEPEST + 1) + "a", "more than 50 parentheses and nots are inside each other"),
        ("(" * (DEEPEST + 1) + "a", "more than 50 parentheses and nots are inside each other"),
        ("(" * LONGEST, "more than 50 parentheses and nots are inside each other"),
    ):
        with pytest.raises(QueryError) as caught:
            parse(text)
        assert caught.value.message == message
        assert len(caught.value.detail()[1]) <= 125


def test_parentheses_beside_each_other_are_not_deep() -> None:
    assert parse(" and ".join(["(a)"] * (DEEPEST + 10)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("<4B", term("params", "<", "4B")),
        (" <= 4B ", term("params", "<=", "4B")),
        ("==4B", term("params", "=", "4B")),
        ("!=1B,2B", term("params", "!=", "1B", "2B")),
        ("~phi", term("params", "~", "phi")),
        ("1B, 2B..4B", term("params", "=", "1B", between("2B", "4B"))),
        ("1B .. 4B", term("params", "=", between("1B", "4B"))),
        ("2024-02..", term("params", "=", between("2024-02", ""))),
        ("a (b) and 'c", term("params", "=", "a (b) and 'c")),
        (">=1B,2B", term("params", ">=", "1B,2B")),
    ],
)
def test_an_option_is_a_term(text: str, tree: Term) -> None:
    found = parse_option("params", text, default="=")
    assert found == tree
    assert found.source == "params" + (text.lstrip() if text.lstrip()[0] in "<>=!~" else "=" + text)


def test_an_options_places_point_into_the_term() -> None:
    found = parse_option("params", " 1B , 2B .. 4B", default="=")
    assert found.source == "params= 1B , 2B .. 4B"
    first, second = found.values
    assert isinstance(second, Range)
    assert second.high
    assert [found.source[part.start : part.end] for part in (first, second, second.high)] == ["1B", "2B .. 4B", "4B"]


def test_an_option_may_be_literal() -> None:
    assert parse_option("note", "a, b..c", default="~", lists=False, ranges=False) == term("note", "~", "a, b..c")


@pytest.mark.parametrize("text", ["", " ", "<", "=", "mit,", ",mit", "<=  "])
def test_an_option_needs_a_value(text: str) -> None:
    with pytest.raises(QueryError, match="license needs a value"):
        parse_option("license", text, default="=")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4B", "4B"),
        ("MMMU@test", "MMMU@test"),
        ("a b", '"a b"'),
        ("AND", '"AND"'),
        ("", '""'),
        ("a..b", '"a..b"'),
        ('a "b\\', '"a \\"b\\\\"'),
        ("'a", '"\'a"'),
    ],
)
def test_a_value_is_quoted_where_it_must_be(text: str, shown: str) -> None:
    assert spelled(text) == shown


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("params<4 B", "write 4B, without a space"),
        ("params<1.5 B", "write 1.5B, without a space"),
        ("memory<8 GiB and moe", "write 8GiB, without a space"),
        ("org=Google Research", 'a value of several words stands in quotes: "Google Research"; terms are joined by and, or'),
        ("llm~phi 2 or moe", 'a value of several words stands in quotes: "phi 2"; terms are joined by and, or'),
        ("params<4B moe", "terms are joined by and, or"),
        ("TextVQA>=60 MMMU>40", "terms are joined by and, or"),
        ("license=mit not moe", "terms are joined by and, or"),
        ("llm~a llm in (x)", "terms are joined by and, or"),
    ],
)
def test_a_value_that_goes_on_is_told_from_another_term(text: str, hint: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(text)
    assert error.value.hint == hint
