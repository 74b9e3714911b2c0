"""Values of fields and how many models have each, on the tiny store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.tiny_store import build
from vlmctl.errors import UsageError
from vlmctl.query.exploring.facets import FACETS, count_values, facet_named, list_facets
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.store.catalog import Catalog

EVERYTHING = Filter()


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    tiny = build()
    yield tiny
    tiny.close()


def counted(catalog: Catalog, name: str, where: Filter = EVERYTHING, borders: str | None = None) -> list[tuple[object, int]]:
    return [(row["value"], row["models"]) for row in count_values(catalog, facet_named(name), where, borders=borders).rows]


def test_the_most_frequent_first_and_those_that_state_nothing_last(catalog: Catalog) -> None:
    assert counted(catalog, "moe") == [("no", 2), ("yes", 2), (None, 2)]
    assert counted(catalog, "org") == [("Alibaba Cloud (Qwen team)", 6)]
    assert counted(catalog, "license")[0] == ("mit", 2)
    assert counted(catalog, "license")[-1] == (None, 1)


def test_years_and_sizes_keep_their_order(catalog: Catalog) -> None:
    assert counted(catalog, "year") == [("2023", 1), ("2024", 3), ("2025", 1), (None, 1)]
    assert counted(catalog, "size") == [("under 1B", 1), ("1B to under 2B", 1), ("2B to under 4B", 1), ("4B to under 8B", 2), (None, 1)]
    assert counted(catalog, "size", borders="2B,7B") == [("under 2B", 2), ("2B to under 7B", 2), ("7B and over", 1), (None, 1)]


def test_a_filter_counts_only_models_that_match(catalog: Catalog) -> None:
    table = count_values(catalog, facet_named("llm"), compile_filter(catalog, ["params<=2B"]))
    assert {row["value"]: row["models"] for row in table.rows} == {"phi-2": 1, "llama-2-7b": 1, "qwen2.5-7b": 1}
    assert [row["share"] for row in table.rows] == [33.3, 33.3, 33.3]
    assert "1 model states no parameter count" in table.notes


def test_borders_and_a_filter_together(catalog: Catalog) -> None:
    assert counted(catalog, "size", compile_filter(catalog, ["license=mit", "params>=1B"]), borders="2B") == [
        ("under 2B", 1),
        ("2B and over", 1),
    ]


def test_benchmarks_count_comparable_figures(catalog: Catalog) -> None:
    table = count_values(catalog, facet_named("benchmark"), compile_filter(catalog, ["scores>=0"]))
    assert {row["value"]: (row["models"], row["scored"]) for row in table.rows} == {"textvqa": (4, 5), "mme": (3, 3), None: (1, None)}


def test_a_limit_keeps_those_that_state_nothing(catalog: Catalog) -> None:
    table = count_values(catalog, facet_named("llm"), EVERYTHING, limit=1)
    assert [row["value"] for row in table.rows] == ["llama-2-7b", None]
    assert "4 more values (--limit 0 shows all)" in table.notes


def test_a_model_counts_once_for_a_value_that_it_names_twice() -> None:
    tiny = build()
    tiny.connection.execute('UPDATE model SET organizations_json = \'["A", "A", "B"]\' WHERE id = \'fay\'')
    assert counted(tiny, "org") == [("Alibaba Cloud (Qwen team)", 5), ("A", 1), ("B", 1)]
    tiny.close()


@pytest.mark.parametrize("languages", ["\x1fen\x1fzh\x1f", '\x1fa"b\x1fen\x1f', "\x1fa\\\x1fen\x1f"])
def test_languages_are_told_apart_whatever_they_hold(languages: str) -> None:
    tiny = build()
    tiny.connection.execute("UPDATE model SET languages_text = ? WHERE id = 'fay'", (languages,))
    assert set(counted(tiny, "language")) == {(None, 5), *((name, 1) for name in languages.strip("\x1f").split("\x1f"))}
    tiny.close()


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_each_is_found_by_its_names_and_adds_up(catalog: Catalog, facet: object) -> None:
    known = next(each for each in FACETS if each is facet)
    for name in (known.name, *known.aliases, known.name.upper(), known.name.replace("_", "-")):
        assert facet_named(name) is known
    if not known.join and known.name != "benchmark":
        assert sum(row["models"] for row in count_values(catalog, known, EVERYTHING).rows) == 6


def test_names_are_unique() -> None:
    names = [name for facet in FACETS for name in (facet.name, *facet.aliases)]
    assert len(names) == len(set(names))


def test_the_list_has_them_all(catalog: Catalog) -> None:
    rows = {row["field"]: row for row in list_facets(catalog, EVERYTHING).rows}
    assert list(rows) == [facet.name for facet in FACETS]
    assert (rows["license"]["values"], rows["license"]["models"]) == (4, 5)


def test_unknown_and_uncountable_fields() -> None:
    with pytest.raises(UsageError, match="unknown field 'lisence'") as caught:
        facet_named("lisence")
    assert "license" in str(caught.value.hint)
    with pytest.raises(UsageError, match="hf aren't counted"):
        facet_named("hf")
