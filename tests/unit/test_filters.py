from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from unit.tiny_store import build, insert
from vlmctl.errors import QueryError
from vlmctl.query import parts
from vlmctl.query.comparisons.picking import chosen
from vlmctl.query.exploring.facets import count_values, facet_named
from vlmctl.query.export import Extract
from vlmctl.query.expressions.lexer import DEEPEST, MOST_TERMS
from vlmctl.query.expressions.parsing import parse
from vlmctl.query.expressions.tree import And, Node, Not, Or, Term, Value, term_count
from vlmctl.query.fields import Field, find
from vlmctl.query.filters import Filter, benchmark_field, compile_filter, missing, option_term, resolve_field
from vlmctl.query.rankings.standings import coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlmctl.store.catalog import Catalog

TEXTVQA = "comparable TextVQA figure"
WHETHER = "state whether they are mixtures of experts"
ALL = "ada-1b bob-2b cy-4b dan-7b eve fay"


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    store = build()
    yield store
    store.close()


def answer(catalog: Catalog, *texts: str | Node) -> str:
    found = compile_filter(catalog, texts)
    sql = f"SELECT m.id FROM model m WHERE {found.sql} AND 1 ORDER BY m.position"
    return " ".join(row["id"] for row in catalog.rows(sql, found.params))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("params<4B", "ada-1b bob-2b fay"),
        ("params<=4B", "ada-1b bob-2b cy-4b fay"),
        ("params=4B", "cy-4b"),
        ("params!=4000M", "ada-1b bob-2b dan-7b fay"),
        ("params=1B..4B", "ada-1b bob-2b cy-4b"),
        ("params=..1B", "ada-1b fay"),
        ("params=4B..", "cy-4b dan-7b"),
        ("params!=4B..", "ada-1b bob-2b fay"),
        ("params in (1B, 3B..8B)", "ada-1b cy-4b dan-7b"),
        ("params not in (1B, 3B..8B)", "bob-2b fay"),
        ("params>0", "ada-1b bob-2b cy-4b dan-7b fay"),
        (f"params<{'9' * 30}T", "ada-1b bob-2b cy-4b dan-7b fay"),
        ("image_size>300", "bob-2b eve fay"),
        ("not image_size>300", "ada-1b"),
        ("TextVQA>=55.1", "bob-2b dan-7b"),
        ("TextVQA>=55.1%", "bob-2b dan-7b"),
        ("textvqa=0..55.1", "ada-1b bob-2b fay"),
        ("TextVQA=50,0", "ada-1b fay"),
        ("TextVQA@test>0", "dan-7b"),
        ("TextVQA@val>0 or MME:perception>1000", "ada-1b bob-2b dan-7b fay"),
        ("MME>=1200.5", "ada-1b fay"),
        ('"LLaVA-Bench (Wild)">=0', ""),
        ("moe", "cy-4b fay"),
        ("not moe", "ada-1b bob-2b"),
        ("moe=No", "ada-1b bob-2b"),
        ("moe!=true", "ada-1b bob-2b"),
        ("moe in (yes, no)", "ada-1b bob-2b cy-4b fay"),
        ("license=MIT", "ada-1b cy-4b fay"),
        ("license=mit,apache-2.0", "ada-1b bob-2b cy-4b fay"),
        ("license!=mit,other", "bob-2b"),
        ("license~APACHE,oth", "bob-2b eve"),
        ("license!~i", "bob-2b eve"),
        ("hf~x", ""),
        ("not hf~x", ""),
        ('origin=""', ALL),
        ("org='alibaba cloud (qwen team)'", ALL),
        ("org=alibaba", ""),
        ("org~Qwen-Team", ALL),
    ],
)
def test_a_term_finds_these_models(catalog: Catalog, text: str, ids: str) -> None:
    assert answer(catalog, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("released=2024", "bob-2b cy-4b fay"),
        ("released=2024-02", "bob-2b cy-4b"),
        ("released=2024-02-06", "cy-4b"),
        ("released!=2024-02", "ada-1b eve"),
        ("released<2024", "ada-1b"),
        ("released<2024-03", "ada-1b bob-2b cy-4b"),
        ("released<=2024-02", "ada-1b bob-2b cy-4b"),
        ("released<=2024", "ada-1b bob-2b cy-4b fay"),
        ("released>2024", "eve"),
        ("released>2024-02-05", "cy-4b eve"),
        ("released>=2024-02", "bob-2b cy-4b eve"),
        ("released=2024-02..", "bob-2b cy-4b eve"),
        ("released=..2024-02", "ada-1b bob-2b cy-4b"),
        ("released=2024-01..2024-06", "bob-2b cy-4b"),
        ("not released=2024-01..2024-06", "ada-1b eve"),
        ("released=2023,2025", "ada-1b eve"),
        ("released<=2024-02-15", "ada-1b cy-4b"),
        ("not released>2024-02-15", "ada-1b cy-4b"),
        ("not released<=2024-02-15", "eve"),
        ("released>2024-02-15", "eve"),
        ("released<2024-02-15", "ada-1b cy-4b"),
        ("not released>=2024-02-15", "ada-1b cy-4b"),
        ("released!=2024-02-06", "ada-1b eve"),
        ("released!=2024-02-05", "ada-1b cy-4b eve"),
        ("not released=2024-02-15..", "ada-1b cy-4b"),
        ("not released=..2024-02-15", "eve"),
        ("not released=2024-02-03..2024-02-05", "ada-1b cy-4b eve"),
        ("released<=2024-02-15 or params<1B", "ada-1b cy-4b fay"),
    ],
)
def test_dates_compare_as_spans(catalog: Catalog, text: str, ids: str) -> None:
    assert answer(catalog, text) == ids


@pytest.mark.parametrize(
    ("texts", "notes"),
    [
        (["released<=2024-02-15"], ["1 model states no release date", "2 models state only the month or year of release"]),
        (["not released=2024-02-06"], ["1 model states no release date", "2 models state only the month or year of release"]),
        (["released<=2024"], ["1 model states no release date"]),
        (["released<=2024-02-15 or params<1B"], [
            "1 model states no release date", "1 model states no parameter count", "1 model states only the month or year of release",
        ]),
        (["released<=2024-02-15", "image_size>=340"], [
            "no model is known to meet both released<=2024-02-15 and image_size>=340: 2 models meet the first, 2 the second",
            "1 model states no release date", "2 models state no image size in pixels", "1 model states only the month or year of release",
        ]),
        (["released<2024", "image_size>=340"], [
            "released<2024 and image_size>=340 exclude each other: 1 model meets the first, 2 the second",
            "1 model states no release date", "1 model states no image size in pixels",
        ]),
        (["params<2B", "released<2023-02"], [
            "no model is known to meet released<2023-02", "1 model states only the month or year of release",
        ]),
        (["params>=2B", "released<2022"], ["no model meets released<2022", "1 model states no release date"]),
    ],
)  # fmt: skip
def test_what_a_month_or_year_leaves_open_is_counted(catalog: Catalog, texts: list[str], notes: list[str]) -> None:
    assert missing(catalog, compile_filter(catalog, texts)) == notes


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("llm~phi2", "ada-1b"),
        ("llm~'PHI 2'", "ada-1b"),
        ("llm=phi2", "ada-1b"),
        ("llm=phi", ""),
        ("llm~phi", "ada-1b eve"),
        ("llm!~phi", "bob-2b cy-4b fay"),
        ("llm!=phi-2,phi3.5", "bob-2b cy-4b fay"),
        ("llm=qwen2_5_7b", "fay"),
        ("llm~llama-2-7b", "bob-2b"),
        ("llm~llama-2.7b", "cy-4b"),
        ("llm~-", "ada-1b bob-2b eve fay"),
        ("name~1.5", "dan-7b"),
        ("name~15", "eve"),
        ("name~15b", "eve"),
        ("name=danv157b", "dan-7b"),
        ("name=cy-4b", "cy-4b"),
        ("name~'Ève'", "eve"),
        ("name~%", "eve"),
        ("name~'50%_new'", "eve"),
        ("name~50__new", ""),
    ],
)
def test_names_match_whatever_separates_their_words(catalog: Catalog, text: str, ids: str) -> None:
    assert answer(catalog, text) == ids


def test_a_name_stored_in_lower_case_is_found_in_capitals() -> None:
    store = build()
    store.connection.execute("UPDATE model SET organizations_text = ? WHERE id = 'fay'", ("\x1fécole\x1f",))
    assert answer(store, "org=École") == "fay"


@pytest.mark.parametrize(
    ("text", "message", "marked", "hint"),
    [
        ("params<4Q", "unknown unit Q in a number of parameters", "Q", "use K, M, B or T, as in params<4B"),
        ("params=1B..2GB", "unknown unit GB in a number of parameters", "GB", "use K, M, B or T, as in params<4B"),
        ("TextVQA>=55pt%", "unknown unit pt in a number", "pt", "use a plain number, as in TextVQA>=60"),
        ("params<x", "not a number of parameters: 'x'", "x", "as in params<4B"),
        ("params<-4B", "a number of parameters can't be negative: -4B", "-4B", "as in params<4B"),
        ("size<4", "4 has no unit", "4", "write 4B or 4M, as in params<4B"),
        ("params~4B", "params takes no ~", "~", "params takes =, !=, <, <=, >, >= and in"),
        ("llm<phi", "llm takes no <", "<", "language_model takes =, !=, ~, !~ and in"),
        ("moe<yes", "moe takes no <", "<", "moe takes =, != and in"),
        ("moe=maybe", "moe is yes or no", "maybe", "write moe, not moe, moe=yes or moe=no"),
        ("TextVQA", "TextVQA needs an operator and a value", "TextVQA", "as in TextVQA>=60"),
        ("license", "license needs an operator and a value", "license", "as in license=TEXT"),
        ("params=4B..1B", "the range runs from high to low", "4B..1B", "write 1B..4B"),
        ("released=2024..2023-12", "the range runs from high to low", "2024..2023-12", "write 2023-12..2024"),
        ("params<1B..4B", "< takes no range", "1B..4B", "as in params=1B..4B"),
        ("llm=a..b", "llm takes no range", "a..b", 'put the value in quotes if the dots belong to it: ".."'),
        ('llm~""', "there is no text to look for", '"', None),
        ("released=2024-13", "no such date: 2024-13", "2024-13", "as in released>=2024-05"),
        ("released=May", "not a date: 'May'", "May", "use 2024, 2024-05 or 2024-05-10, as in released>=2024-05"),
        ("TextVQA@tset>1", "TextVQA has no split 'tset'", "tset", "TextVQA has test, val"),
        ("TextVQA@x:y>1", "TextVQA has no split 'x'", "x", "TextVQA has test, val"),
        ("TextVQA@val:x>1", "TextVQA has no metric 'x'", "x", "TextVQA has accuracy"),
        ("'MME:foo'>1", "MME has no metric 'foo'", "foo", "MME has cognition, perception"),
    ],
)
def test_an_error_points_at_the_place(catalog: Catalog, text: str, message: str, marked: str, hint: str | None) -> None:
    text = f"open and {text}"
    with pytest.raises(QueryError) as caught:
        compile_filter(catalog, [text])
    error = caught.value
    assert (error.message, error.text[error.start : error.end], error.hint) == (message, marked, hint)
    assert error.text == text


def test_an_unknown_field_names_the_nearest_and_all_fields(catalog: Catalog) -> None:
    with pytest.raises(QueryError, match="unknown field parms") as caught:
        compile_filter(catalog, ["moe", "not parms<4B"])
    error = caught.value
    assert error.text[error.start : error.end] == "parms"
    assert (error.hint or "").startswith("did you mean params or params_scope? fields: id, name, params, params_scope, ")
    with pytest.raises(QueryError) as caught:
        compile_filter(catalog, ["TextVAQ>4"])
    assert (caught.value.hint or "").startswith("did you mean TextVQA? fields: id")
    with pytest.raises(QueryError) as caught:
        compile_filter(catalog, ["zzzz>4"])
    assert (caught.value.hint or "").startswith("fields: id")


def test_an_alias_is_suggested_by_its_fields_name(catalog: Catalog) -> None:
    with pytest.raises(QueryError) as caught:
        resolve_field(catalog, "languagemodel")
    assert "did you mean language_model" in (caught.value.hint or "")


def test_an_ambiguous_benchmark_lists_its_candidates() -> None:
    store = build()
    for id_ in ("mmmu", "mmmu-pro"):
        insert(store.connection, "name", normal=id_.replace("-", ""), kind="benchmark", id=id_, exact=id_, form="id")
    with pytest.raises(QueryError, match="'mmm' could be 2 benchmarks: mmmu, mmmu-pro"):
        compile_filter(store, ["mmm>4"])


@pytest.mark.parametrize("name", ["", " ", "\x1f", "\udc80", "@", ":", "@:@", "x" * 5000, "naïve", "名"])
def test_any_field_name_is_answered_with_a_query_error(catalog: Catalog, name: str) -> None:
    with pytest.raises(QueryError):
        resolve_field(catalog, name)


def test_fields_come_before_benchmarks_and_score_fields_before_both(catalog: Catalog) -> None:
    assert resolve_field(catalog, "LLM") is find("language_model")
    assert resolve_field(catalog, "value", scores=True) is find("value", scores=True)
    assert resolve_field(catalog, "MME").params == ("mme", "", "perception")
    with pytest.raises(QueryError, match="unknown field value"):
        resolve_field(catalog, "value")


def test_a_benchmark_is_a_field(catalog: Catalog) -> None:
    field = benchmark_field(parts.benchmark_part(catalog, "TextVQA@test"))
    assert (field.name, field.title, field.type) == ("TextVQA@test", "TextVQA@test", "number")
    assert field.lacking == "no comparable TextVQA@test figure"
    sql = f"SELECT m.id, {field.sql} FROM model m"
    values = {row[0]: row[1] for row in catalog.rows(sql, field.params)}
    assert {model: value for model, value in values.items() if value is not None} == {"dan-7b": 71}


def test_all_texts_must_hold(catalog: Catalog) -> None:
    found = compile_filter(catalog, ["params < 4B or moe", option_term("llm", "phi 2"), "TextVQA>=50"])
    assert found.text == '(params<4B or moe) and llm~"phi 2" and TextVQA>=50'
    assert answer(catalog, found.text) == "ada-1b"
    assert [field.name for field in found.fields] == ["params", "moe", "language_model", "TextVQA"]
    assert compile_filter(catalog, ["moe or open"]).text == "moe or open"
    assert answer(catalog, "moe", "params<1B or params>2B") == "cy-4b fay"


def test_no_text_is_no_condition(catalog: Catalog) -> None:
    assert compile_filter(catalog, []) == Filter("1")
    assert answer(catalog) == ALL
    assert missing(catalog, Filter()) == []
    assert Filter().unconditional
    assert Filter(scores=True).unconditional


ASKED_OF_ALL: dict[str, Callable[[Catalog, Filter], object]] = {
    "coverage": lambda catalog, where: coverage(catalog, parts.benchmark_part(catalog, "TextVQA"), where),
    "facets": lambda catalog, where: count_values(catalog, facet_named("benchmark"), where).rows,
    "export": lambda catalog, where: list(Extract(catalog, where).benchmarks()),
    "compare": lambda catalog, where: chosen(catalog, (), where)[0],
}
"""Answers that know a shorter way where nothing is asked for."""


@pytest.mark.parametrize("ask", ASKED_OF_ALL.values(), ids=ASKED_OF_ALL)
def test_a_filter_that_no_heading_shows_filters(catalog: Catalog, ask: Callable[[Catalog, Filter], object]) -> None:
    shown = compile_filter(catalog, ["moe"])
    silent = shown._replace(text="")
    assert not silent.unconditional
    assert ask(catalog, silent) == ask(catalog, shown)


@pytest.mark.parametrize(
    ("field", "value", "ids"),
    [
        ("params", "<4B", "ada-1b bob-2b fay"),
        ("params", "..2B", "ada-1b bob-2b fay"),
        ("params", "1B,2B", "ada-1b bob-2b"),
        ("license", "apache-2.0, mit", "ada-1b bob-2b cy-4b fay"),
        ("license", "~apache", "bob-2b"),
        ("released", "2024-02..", "bob-2b cy-4b eve"),
        ("llm", "phi2,qwen", "ada-1b fay"),
        ("llm", "=phi", ""),
        ("llm", "!~phi", "bob-2b cy-4b fay"),
        ("org", "Alibaba Cloud (Qwen team)", ALL),
        ("org", "=a..b", ""),
        ("series", "SERIES", ALL),
        ("moe", "yes", "cy-4b fay"),
        ("TextVQA", ">=55", "bob-2b dan-7b"),
    ],
)
def test_an_option_finds_these_models(catalog: Catalog, field: str, value: str, ids: str) -> None:
    node = option_term(field, value)
    assert answer(catalog, node) == ids
    assert parse(compile_filter(catalog, [node]).text) == node


@pytest.mark.parametrize(("value", "shown"), [("<4Q", "params<4Q"), ("4Q", "params=4Q"), (" 1B , 2Q", "params= 1B , 2Q")])
def test_an_options_error_points_into_it(catalog: Catalog, value: str, shown: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_filter(catalog, [option_term("params", value)])
    assert caught.value.text == shown
    assert shown[caught.value.start : caught.value.end] == "Q"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("params<4B", ["1 model states no parameter count"]),
        ("name~a", []),
        ("image_size>0", ["2 models state no image size in pixels"]),
        ("TextVQA>=55", [f"2 models have no {TEXTVQA}"]),
        ("TextVQA>5 and MME>0", [f"2 models have no {TEXTVQA}", "3 models have no comparable MME figure"]),
        ("moe", [f"2 models do not {WHETHER}"]),
        ("params>6B or moe", ["1 model states no parameter count", f"1 model does not {WHETHER}"]),
        ("open or params<4B", []),
        ("released=2024", ["1 model states no release date"]),
    ],
)  # fmt: skip
def test_models_left_out_for_a_missing_fact_are_counted(catalog: Catalog, text: str, notes: list[str]) -> None:
    assert missing(catalog, compile_filter(catalog, [text])) == notes


def test_scores_are_filtered_by_their_own_facts_and_their_models(catalog: Catalog) -> None:
    found = compile_filter(catalog, ["bench=textvqa and split!=test and params>=1B and MME>0"], scores=True)
    sql = f"SELECT s.model, s.value FROM score s JOIN model m ON m.id = s.model WHERE {found.sql}"
    assert {tuple(row) for row in catalog.rows(sql, found.params)} == {("ada-1b", 50), ("cy-4b", 99)}
    assert missing(catalog, found) == ["2 models have no comparable MME figure"]
    split = compile_filter(catalog, ["split=val and source~paper and url~example"], scores=True)
    assert missing(catalog, split) == ["3 models have scores that state no split"]


def shapes() -> Iterator[tuple[str, Node]]:
    """Trees as deep as the bounds allow."""
    leaf: Node = Term(Value("llm"), "~", (Value("phi"), Value("llama")))
    for name, left in (("right", True), ("left", False)):
        node = leaf
        for depth in range(DEEPEST):
            parts = (leaf, node) if left else (node, leaf)
            node = And(parts) if depth % 2 else Or(parts)
        yield name, node
        for depth in range(DEEPEST // 2):
            parts = (leaf, node) if left else (node, leaf)
            node = Not(And(parts) if depth % 3 else Or(parts))
        yield f"{name}, not", node
    mixed: Node = leaf
    for depth in range(DEEPEST):
        around = (Term(Value("name"), "~", (Value("É1"),)), Term(Value("moe")))
        mixed = And((around[0], mixed, around[1])) if depth % 2 else Not(Or((*around, mixed)))
    yield "mixed", mixed
    nodes: list[Node] = [Term(Value("TextVQA"), ">", (Value("5"),))] * 64
    while len(nodes) > 1:
        pairs = [tuple(nodes[i : i + 2]) for i in range(0, len(nodes), 2)]
        nodes = [And(pair) if len(nodes) % 3 else Not(Or(pair)) for pair in pairs]
    for _ in range(DEEPEST // 2 - 6):
        nodes[0] = Or((leaf, And((nodes[0], Term(Value("open"))))))
    yield "tree on a trunk", nodes[0]
    for operator, value in (("~", "É1"), ("!~", "x"), ("!=", "x 1")):
        term = Term(Value("bench"), operator, (Value(value),))
        yield f"wide {operator}", Or((term,) * MOST_TERMS)
        yield f"list {operator}", Term(Value("bench"), operator, term.values * MOST_TERMS)


@pytest.mark.parametrize(("name", "node"), list(shapes()), ids=[name for name, _ in shapes()])
def test_sqlite_takes_the_deepest_expression(catalog: Catalog, name: str, node: Node) -> None:
    assert term_count(node) <= MOST_TERMS
    found = compile_filter(catalog, [node], scores=True)
    inner = f"SELECT s.id FROM score s JOIN model m ON m.id = s.model WHERE (1 AND ({found.sql}))"
    outer = f"SELECT model FROM score WHERE id IN ({inner})"
    sql = f"SELECT count(*) FROM (SELECT * FROM model WHERE id IN ({outer}))"
    assert catalog.value(sql, found.params) is not None
    assert missing(catalog, found) is not None


def test_all_texts_together_are_bounded(catalog: Catalog) -> None:
    half = " or ".join(["moe"] * (MOST_TERMS // 2))
    assert compile_filter(catalog, [half, half])
    with pytest.raises(QueryError, match="the filter has more than 200 terms") as caught:
        compile_filter(catalog, [half, half, "open"])
    assert caught.value.text == "open"


@pytest.mark.parametrize("value", ["' OR 1=1 --", "?", "x'); DROP TABLE model; --", "%s{0}"])
def test_what_is_typed_never_becomes_sql(catalog: Catalog, value: str) -> None:
    quoted = '"' + value + '"'
    found = compile_filter(catalog, [f"name={quoted} or license~{quoted} or hf={quoted} or id!={quoted}"])
    assert value.lower() not in found.sql.lower() or value == "?"
    assert found.sql.count("?") == len(found.params)
    assert answer(catalog, f"name={quoted}") == ""
    with pytest.raises(QueryError):
        compile_filter(catalog, [f"{quoted}=1"])


def test_a_size_of_memory_has_units(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    from vlmctl.query import fields

    budget = Field("budget", "Budget", "bytes", "m.params * 2", "a size")
    monkeypatch.setattr(fields, "FIELDS", (*fields.FIELDS, budget))
    assert answer(catalog, "budget<2GB") == "fay"
    assert answer(catalog, "budget<2GiB") == "ada-1b fay"
    with pytest.raises(QueryError, match="8 has no unit") as caught:
        compile_filter(catalog, ["budget<8"])
    assert caught.value.hint == "write 8GB or 8GiB, as in budget<8GB"
