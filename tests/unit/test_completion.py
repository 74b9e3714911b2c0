"""Completion without a shell: where a line stands, what can stand there, and how it is quoted."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.tiny_store import build, insert
from vlmctl.cli.completion.answers import complete, quoted, split_line
from vlmctl.cli.completion.commandline import load, position
from vlmctl.query.completing import values as completion
from vlmctl.query.completing.values import Context, values
from vlmctl.store.catalog import Catalog


@pytest.fixture
def store() -> Iterator[Catalog]:
    catalog = build()
    for kind, id_, exact, form in (
        ("model", "ada-1b", "ada-1b", "id"), ("model", "ada-1b", "Lovelace/Ada", "hf"), ("model", "dan-7b", "dan-7b", "id"),
        ("model", "dan-7b", "Dan v1.5 7B", "name"),
    ):  # fmt: skip
        normal = exact.lower().translate(str.maketrans("", "", "-_. /"))
        insert(catalog.connection, "name", normal=normal, kind=kind, id=id_, exact=exact, form=form)
    insert(
        catalog.connection, "family", id="family", position=0, name="Family", series="Ada", organizations_json="[]", lists_json="[]",
        document_json="{}", origin="",
    )  # fmt: skip
    yield catalog
    catalog.close()


def found(store: Catalog | None, kind: str, typed: str, *before: tuple[str, str]) -> list[str]:
    return [value for value, _ in values(Context(store, before), kind, typed).values]


NAMES = "names:model family series"


def test_names_are_ids_in_any_case(store: Catalog) -> None:
    assert found(store, NAMES, "") == ["ada", "ada-1b", "bob-2b", "cy-4b", "dan-7b", "eve", "family", "fay"]
    assert found(store, NAMES, "ADA") == ["ada", "ada-1b"]
    assert found(store, "names:model", "a") == ["ada-1b"]


def test_other_names_only_where_no_id_begins_so(store: Catalog) -> None:
    assert found(store, NAMES, "Lovel") == ["Lovelace/Ada"]
    assert found(store, NAMES, "lovel") == ["Lovelace/Ada"]
    assert found(store, NAMES, "dan v1") == ["Dan v1.5 7B"]
    assert found(store, NAMES, "ada1b") == ["ada-1b"]
    assert found(store, NAMES, "-") == []
    assert found(store, NAMES, "nobody") == []


def test_a_name_is_not_offered_twice(store: Catalog) -> None:
    assert found(store, NAMES, "ada", (NAMES, "ada")) == ["ada-1b"]


def test_too_many_names_keep_the_last_one(store: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "MOST", 2)
    assert found(store, "names:model", "") == ["ada-1b", "bob-2b", "fay"]


def test_benchmarks_splits_and_metrics(store: Catalog) -> None:
    assert found(store, "benchmark", "TEX") == ["textvqa"]
    assert found(store, "benchmark", "TextVQA@") == ["TextVQA@val", "TextVQA@test"]
    assert found(store, "benchmark", "TextVQA@T") == ["TextVQA@test"]
    assert found(store, "benchmark", "mme:") == ["mme:cognition", "mme:perception"]
    assert found(store, "benchmark", "nothing@") == []
    assert found(store, "split", "", ("benchmark", "textvqa")) == ["val", "test"]
    assert found(store, "metric", "c", ("benchmark", "MME")) == ["cognition"]
    assert found(store, "weights", "mme=2,te") == ["mme=2,textvqa"]


def test_behind_a_model_its_own_benchmarks(store: Catalog) -> None:
    assert found(store, "benchmark", "") == ["llava-bench", "mme", "textvqa"]
    assert found(store, "benchmark", "", ("names:model", "dan-7b")) == ["textvqa"]
    assert found(store, "benchmark", "", ("names:model", "no such model")) == ["llava-bench", "mme", "textvqa"]


def test_lists_go_on_behind_a_comma(store: Catalog) -> None:
    assert found(store, "values:license", "m") == ["MIT", "mit"]
    assert found(store, "values:license", "mit,ap") == ["mit,Apache-2.0"]
    assert found(store, "fields", "id,par") == ["id,params", "id,params_scope"]
    assert found(store, "fields", "params,par") == ["params,params_scope"]
    assert found(store, "fields", "-te") == ["-textvqa"]
    assert found(store, "fields", "id,-textv") == ["id,-textvqa"]
    assert found(store, "keys:id name", "id,") == ["id,name"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("para", ["params", "params_scope"]),
        ("params", ["params=", "params<", "params<=", "params>", "params>=", "params_scope"]),
        ("activ", ["active_params=", "active_params<", "active_params<=", "active_params>", "active_params>="]),
        ("mo", ["moe", "model"]),
        ("not mo", ["not moe", "not model"]),
        ("textv", ["textvqa=", "textvqa<", "textvqa<=", "textvqa>", "textvqa>="]),
        ("TextVQA@t", ["TextVQA@test=", "TextVQA@test<", "TextVQA@test<=", "TextVQA@test>", "TextVQA@test>="]),
        ("(moe or licens", ["(moe or license=", "(moe or license~", "(moe or license!="]),
        ("moe=", ["moe=yes", "moe=no"]),
        ("license=m", ["license=MIT", "license=mit"]),
        ("license in (mit, ap", ["license in (mit, Apache-2.0"]),
        ("license=mit,ap", ["license=mit,Apache-2.0"]),
        ("org~", ['org~"Alibaba Cloud (Qwen team)"']),
        ('org~"ali', ['org~"Alibaba Cloud (Qwen team)"']),
        ("org~'ali", ['org~"Alibaba Cloud (Qwen team)"']),
        ("name=a", ["name=ada-1b"]),
        ("params<4B ", ["params<4B and", "params<4B or"]),
        ("moe) ", ["moe) and", "moe) or"]),
        ("params<4B a", []),
        ("params<", []),
        ("params< <", []),
        ("license in ", []),
        ("a b c", []),
        ("\x00", []),
        ("evidence=", []),
        ("nonsense=", []),
    ],
)  # fmt: skip
def test_expressions(store: Catalog, typed: str, expected: list[str]) -> None:
    assert found(store, "expression", typed) == expected


def test_expressions_about_scores_know_their_fields(store: Catalog) -> None:
    assert found(store, "score-expression", "evidence=") == ["evidence=original"]
    assert found(store, "score-fields", "proto") == ["protocol"]
    assert found(store, "fields", "proto") == []


def test_an_empty_term_offers_fields_and_no_benchmark(store: Catalog) -> None:
    offered = found(store, "expression", "")
    assert "params" in offered
    assert "textvqa" not in offered


def test_without_a_catalog_fields_alone() -> None:
    assert found(None, "expression", "params_") == ["params_scope=", "params_scope~", "params_scope!="]
    assert found(None, "expression", "license=") == []
    assert found(None, NAMES, "a") == []
    assert found(None, "benchmark", "TextVQA@") == []


@given(st.text(max_size=30))
def test_no_expression_breaks_completion(typed: str) -> None:
    store = build()
    try:
        for value, _ in values(Context(store), "expression", typed).values:
            assert value[:1] == typed[:1] or value.casefold().startswith(typed.casefold()) or typed[:1] in "'\""
    finally:
        store.close()


@given(st.sampled_from(["names:model", "benchmark", "list:family", "values:organizations", "fields"]), st.text(max_size=12))
def test_what_is_typed_is_never_sql(kind: str, typed: str) -> None:
    store = build()
    try:
        assert all(value for value, _ in values(Context(store), kind, typed).values)
    finally:
        store.close()


@pytest.mark.parametrize(
    ("line", "words", "quote"),
    [
        ("vlmctl ", ["vlmctl", ""], ""),
        ("vlmctl  list", ["vlmctl", "list"], ""),
        ("vlmctl 'a b", ["vlmctl", "a b"], "'"),
        ('vlmctl "a\\"b $x', ["vlmctl", 'a"b $x'], '"'),
        ('vlmctl "a\\nb', ["vlmctl", "a\\nb"], '"'),
        ("vlmctl a\\ b", ["vlmctl", "a b"], ""),
        ("vlmctl a\\", ["vlmctl", "a"], ""),
        ("vlmctl ''", ["vlmctl", ""], ""),
        ("vlmctl a'b'\"c\"", ["vlmctl", "abc"], ""),
        ("vlmctl 'params<4B' ", ["vlmctl", "params<4B", ""], ""),
        ("", [""], ""),
    ],
)
def test_lines_that_end_anywhere(line: str, words: list[str], quote: str) -> None:
    assert split_line(line) == (words, quote)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(WORDS, st.sampled_from(["", "'", '"']))
def test_what_is_quoted_reads_back(word: str, quote: str) -> None:
    assert split_line("vlmctl " + quote + quoted(word, quote) + quote).words == ["vlmctl", word]


@given(WORDS)
def test_other_readers_agree_about_quoting(word: str) -> None:
    assert shlex.split(quoted(word, "")) == [word]
    assert shlex.split("'" + quoted(word, "'") + "'") == [word]


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_split_lines_agree_with_the_standard_library(words: list[str]) -> None:
    assert split_line(shlex.join(words)).words == words


def at(*words: str) -> tuple[str, str, str]:
    place = position(words)
    assert place is not None
    return place.head, place.typed, place.value


def offered(*words: str) -> list[str]:
    place = position(words)
    assert place is not None
    return [word for word, _ in place.words]


def test_positions() -> None:
    assert at("list", "") == ("", "", "expression")
    assert at("list", "--format", "j")[2].startswith("choice:table json")
    assert at("list", "--format=j")[:2] == ("--format=", "j")
    assert at("list", "-f", "")[2].startswith("choice:")
    assert at("list", "-fjson", "x") == ("", "x", "expression")
    assert at("list", "--json", "x") == ("", "x", "expression")
    assert at("list", "--json=x") == ("--json=", "x", "")
    assert at("list", "--sort", "-te") == ("", "-te", "fields")
    assert at("list", "--", "-te") == ("", "-te", "expression")
    assert at("why", "mgm-7b", "") == ("", "", "benchmark")
    assert at("why", "mgm-7b", "mme", "") == ("", "", "")
    assert at("show", "a", "b", "") == ("", "", "names:model family series")
    assert at("bench", "show", "t") == ("", "t", "benchmark")
    assert at("--debug", "list", "t") == ("", "t", "expression")
    assert at("list", "--nonsense", "t") == ("", "t", "expression")
    assert position(["nonsense", ""]) is None
    assert position(["bench", "nonsense", ""]) is None


def test_options_are_offered_once_unless_they_may_be_repeated() -> None:
    assert "--json" in offered("list", "--")
    assert "--json" not in offered("list", "--json", "--")
    assert "--format" not in offered("list", "-f", "csv", "--")
    assert "--where" in offered("list", "-w", "moe", "--")
    assert "-w" in offered("list", "-")
    assert "-w" not in offered("list", "--")


def test_a_required_option_is_offered_until_it_is_given() -> None:
    assert offered("top", "") == ["--bench"]
    assert offered("top", "--bench", "textvqa", "") == []
    assert offered("top", "p") == []


def test_assignments_before_the_program_are_passed_over() -> None:
    answer = complete(["A=1", "B=/x", "vlmctl", "comp"])
    assert answer is not None
    assert [value for value, _ in answer.values] == ["compare", "completion"]


def test_a_file_that_is_no_grammar_is_empty(tmp_path: Path) -> None:
    broken = tmp_path / "grammar.tsv"
    broken.write_text("list\toption\n\n\t\t\t\t\t\t\t\n", encoding="utf-8")
    assert load("list", str(broken)) == []
