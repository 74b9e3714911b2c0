"""`search`: words of any length in any script, quoting, ranking, filters."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vlmctl
from unit.tiny_store import build, insert
from vlmctl.errors import UsageError
from vlmctl.names import normalize
from vlmctl.query.exploring.search import search, snippet
from vlmctl.query.exploring.words import LONGEST, MOST_WORDS, words_of
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.store.catalog import Catalog

EVERYTHING = Filter()
PASSAGES = (
    ("family", "family", "name", "Family · Series"),
    ("family", "family", "summary", "Reads documents at high resolution."),
    ("family", "family", "summary_zh", "以高分辨率阅读文档。"),
    ("family", "family", "contributions", "A resampler, called Zoom, keeps the visual tokens few."),
    ("family", "other", "name", "Zoom-Net v2 · Zoom"),
    ("family", "other", "summary", 'Says "so-called" things; 100%_sure, O\'Neil.'),
    ("family", "other", "contributions", "A so-called sparse path, slow but v2."),
    ("family", "other", "contributions_zh", "处理高分图像。"),
    ("model", "ada-1b", "name", "Ada-1B · org/Ada_1B"),
    ("benchmark", "textvqa", "name", "TextVQA · Text Visual Question Answering"),
    ("benchmark", "textvqa", "summary", "Questions about documents and signs."),
    ("benchmark", "textvqa", "summary_zh", "关于文字的问题。"),
)


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    tiny = build()
    connection = tiny.connection
    for family, name in (("family", "Family"), ("other", "Zoom-Net v2")):
        insert(
            connection, "family", id=family, position=0, name=name, series="S", organizations_json="[]", lists_json="[]",
            document_json="{}", origin="",
        )  # fmt: skip
        insert(connection, "name", normal=normalize(name), kind="family", id=family, exact=name, form="name")
    insert(connection, "name", normal="ada1b", kind="model", id="ada-1b", exact="Ada-1B", form="name")
    connection.executemany("INSERT INTO passage (kind, id, place, text) VALUES (?, ?, ?, ?)", PASSAGES)
    yield tiny
    tiny.close()


def found(catalog: Catalog, text: str, where: Filter = EVERYTHING, lang: str = "en") -> list[tuple[str, str]]:
    return [(row["id"], row["place"]) for row in search(catalog, text, where, lang=lang).rows]


@pytest.mark.parametrize("text", ["高分辨率", "分辨率", "分辨"])
def test_chinese_words_of_four_three_and_two_characters(catalog: Catalog, text: str) -> None:
    assert found(catalog, text) == [("family", "summary_zh")]


def test_a_short_word_is_found_wherever_it_stands(catalog: Catalog) -> None:
    assert found(catalog, "高分") == [("family", "summary_zh"), ("other", "contributions_zh")]
    assert found(catalog, "文") == [("family", "summary_zh"), ("textvqa", "summary_zh")]
    assert found(catalog, "v2") == [("other", "name")]
    assert found(catalog, "V2") == [("other", "name")]


def test_all_words_must_occur_in_the_same_thing_but_not_in_the_same_passage(catalog: Catalog) -> None:
    assert found(catalog, "documents tokens") == [("family", "summary")]
    assert found(catalog, "documents signs") == [("textvqa", "summary")]
    assert found(catalog, "documents 高分") == [("family", "summary")]
    assert found(catalog, "tokens signs") == []


def test_the_passage_with_most_of_the_words_is_shown(catalog: Catalog) -> None:
    assert found(catalog, "zoom tokens") == [("family", "contributions")]
    assert found(catalog, "so-called slow") == [("other", "contributions")]


def test_a_quoted_phrase_is_one_word(catalog: Catalog) -> None:
    assert found(catalog, '"high resolution"') == [("family", "summary")]
    assert found(catalog, '"resolution high"') == []
    assert found(catalog, "resolution high") == [("family", "summary")]


def test_names_come_before_summaries_before_contributions(catalog: Catalog) -> None:
    assert found(catalog, "zoom") == [("other", "name"), ("family", "contributions")]
    assert found(catalog, "text") == [("textvqa", "name")]


def test_what_is_all_in_the_name_comes_before_what_is_partly_there(catalog: Catalog) -> None:
    catalog.connection.execute("INSERT INTO passage (kind, id, place, text) VALUES ('model', 'eve', 'name', 'Lion Tiger')")
    catalog.connection.execute("INSERT INTO passage (kind, id, place, text) VALUES ('family', 'family', 'name', 'Lion')")
    catalog.connection.execute("INSERT INTO passage (kind, id, place, text) VALUES ('family', 'family', 'contributions', 'Tiger')")
    assert [thing for thing, _ in found(catalog, "lion tiger")] == ["eve", "family"]


def test_a_name_is_found_in_another_spelling_and_first_where_it_is_the_whole_text(catalog: Catalog) -> None:
    assert found(catalog, "zoomnet") == [("other", "name")]
    assert found(catalog, "ada 1b") == [("ada-1b", "name")]
    assert found(catalog, "adab") == []


def test_case_does_not_matter(catalog: Catalog) -> None:
    assert found(catalog, "RESOLUTION") == found(catalog, "resolution") == [("family", "summary")]


@pytest.mark.parametrize("text", ["O'Neil", "100%_sure", "so-called", '"so-called"', "things;"])
def test_what_means_something_to_sql_or_fts_is_text(catalog: Catalog, text: str) -> None:
    assert found(catalog, text) == [("other", "summary")]


@pytest.mark.parametrize(
    "text", ["tokens OR signs", "tokens NOT few", "summary:documents", "NEAR(visual tokens)", "visu*", "^Reads", "re_ds", "a\0b", "\udcff"]
)
def test_no_syntax_leaks(catalog: Catalog, text: str) -> None:
    assert found(catalog, text) == []


def test_the_asked_language_is_shown_where_both_hold_the_words(catalog: Catalog) -> None:
    catalog.connection.execute("INSERT INTO passage (kind, id, place, text) VALUES ('family', 'other', 'summary_zh', 'MoE 模型')")
    catalog.connection.execute("INSERT INTO passage (kind, id, place, text) VALUES ('family', 'other', 'summary', 'an MoE model')")
    assert found(catalog, "MoE") == [("other", "summary")]
    assert found(catalog, "MoE", lang="zh") == [("other", "summary_zh")]


def test_a_filter_keeps_matching_models_their_families_and_no_benchmarks(catalog: Catalog) -> None:
    small = compile_filter(catalog, ["params<=1B"])
    table = search(catalog, "documents", small)
    assert [row["id"] for row in table.rows] == ["family"]
    assert any("1 benchmark is left out" in note for note in table.notes)
    assert found(catalog, "ada-1b", small) == [("ada-1b", "name")]
    assert found(catalog, "ada-1b", compile_filter(catalog, ["params>1B"])) == []
    assert found(catalog, "zoom", small) == [("family", "contributions")]


def test_missing_facts_are_counted_only_among_what_was_found(catalog: Catalog) -> None:
    small = compile_filter(catalog, ["params<=1B"])
    assert "1 model states no parameter count" in search(catalog, "documents", small).notes
    assert not any("parameter" in note for note in search(catalog, "ada-1b", small).notes)


def test_texts_are_read_only_for_what_is_shown(catalog: Catalog) -> None:
    asked: list[str] = []
    catalog.connection.set_trace_callback(asked.append)
    try:
        table = search(catalog, "documents", EVERYTHING, limit=1)
    finally:
        catalog.connection.set_trace_callback(None)
    reading = [sql for sql in asked if " text FROM passage" in sql]
    assert len(table.rows) == 1
    assert len(reading) == 1
    assert sum(sign.isdigit() for sign in reading[0].partition("json_each")[2]) == 1  # the number of one passage


def test_rows_hold_the_whole_text_and_a_limit_is_told(catalog: Catalog) -> None:
    table = search(catalog, "documents", EVERYTHING, limit=1)
    assert table.rows[0]["text"] == "Reads documents at high resolution."
    assert table.rows[0]["score"] > 0
    assert list(table.notes) == ["1 more match (--limit 0 shows all)"]


@pytest.mark.parametrize("text", ["", "  ", '""', '" "', "\t\n"])
def test_nothing_to_search_for(text: str) -> None:
    with pytest.raises(UsageError, match="no text"):
        words_of(text)


def test_bounds() -> None:
    with pytest.raises(UsageError, match="too long"):
        words_of("x" * (LONGEST + 1))
    with pytest.raises(UsageError, match="too many"):
        words_of(" ".join(str(n) for n in range(MOST_WORDS + 1)))
    assert len(words_of("OCR ocr  Ocr")) == 1


def test_a_snippet_starts_shortly_before_the_match() -> None:
    text = "word " * 40 + "needle and more" + " end" * 60
    cut = snippet(text, "NEEDLE")
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert 0 < cut.index("needle") <= 19
    assert snippet("short text", "short") == "short text"
    assert snippet("short text", "elsewhere") == "short text"


ALPHABET = "aAbé高分辨率文 \"'%_*^-:()\0ß"
HELD = ALPHABET.replace("\0", "")
"""What passages are made of: the index takes NUL for a text's end, and `validate` doesn't let one in (`hidden-characters`)."""


@pytest.fixture(scope="module")
def pages() -> Iterator[Catalog]:
    connection = sqlite3.connect(":memory:")
    connection.executescript((Path(vlmctl.__path__[0]) / "store" / "schema.sql").read_text(encoding="utf-8"))
    yield Catalog(connection)
    connection.close()


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.text(HELD, min_size=1, max_size=12), min_size=1, max_size=5), text=st.text(ALPHABET, min_size=1, max_size=6))
def test_it_finds_what_looking_finds(pages: Catalog, texts: list[str], text: str) -> None:
    """Index and scan together equal the obvious: every word is in some passage of the thing, whatever its case."""
    try:
        words = words_of(text)
    except UsageError:
        return
    pages.connection.execute("DELETE FROM passage")
    pages.connection.executemany(
        "INSERT INTO passage (kind, id, place, text) VALUES ('family', ?, 'summary', ?)", [(str(n), t) for n, t in enumerate(texts)]
    )
    expected = {str(n) for n, t in enumerate(texts) if all(word.lower() in t.lower() for word in words)}
    assert {row["id"] for row in search(pages, text, EVERYTHING).rows} == expected
