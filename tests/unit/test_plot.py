"""Which points a plot has, on the tiny store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from unit.tiny_store import build
from vlmctl.errors import QueryError, UsageError
from vlmctl.query.exploring.plot import GROUPS, scatter
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.render.chart import chart_table
from vlmctl.store.catalog import Catalog

EVERYTHING = Filter()


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    tiny = build()
    yield tiny
    tiny.close()


def test_points_are_the_models_that_have_both(catalog: Catalog) -> None:
    result = scatter(catalog, EVERYTHING, x="params", y="TextVQA")
    assert [(point.id, point.x, point.y) for point in result.points] == [
        ("fay", 450e6, 0),
        ("ada-1b", 1e9, 50),
        ("bob-2b", 2e9, 55.1),
        ("dan-7b", 7e9, 70),
    ]
    assert (result.x_title, result.x_kind, result.y_title) == ("Parameters", "count", "TextVQA")
    assert result.heading == "TextVQA by parameters\t4 of 6 models have both"


def test_the_front_is_that_of_pareto(catalog: Catalog) -> None:
    result = scatter(catalog, EVERYTHING, x="params", y="MME")
    assert [point.id for point in result.points if point.front] == list(result.front) == ["fay"]
    assert list(result.labels) == ["fay"]
    assert list(scatter(catalog, EVERYTHING, x="params", y="TextVQA").front) == ["fay", "ada-1b", "bob-2b", "dan-7b"]


def test_the_best_comes_first_among_the_labels(catalog: Catalog) -> None:
    assert list(scatter(catalog, EVERYTHING, x="params", y="TextVQA").labels) == ["dan-7b", "fay", "bob-2b", "ada-1b"]


def test_of_two_benchmarks_more_is_better_on_both(catalog: Catalog) -> None:
    result = scatter(catalog, EVERYTHING, x="TextVQA", y="MME")
    assert list(result.front) == ["fay", "ada-1b"]
    assert not result.smaller_x


def test_a_filter_leaves_points_out(catalog: Catalog) -> None:
    result = scatter(catalog, compile_filter(catalog, ["params<=2B"]), x="params", y="TextVQA")
    assert [point.id for point in result.points] == ["fay", "ada-1b", "bob-2b"]
    assert "1 model states no parameter count" in result.notes


def test_dates_are_days_and_print_as_they_are_stated(catalog: Catalog) -> None:
    result = scatter(catalog, EVERYTHING, x="released", y="TextVQA")
    by_id = {point.id: point for point in result.points}
    assert by_id["bob-2b"].x == date(2024, 2, 1).toordinal()
    assert {row["id"]: row["x"] for row in chart_table(result).rows} == {"fay": "2024", "ada-1b": "2023", "bob-2b": "2024-02"}
    assert "1 model has TextVQA but states no release date, and can't be drawn" in result.notes


def test_a_year_does_not_beat_a_day_within_it(catalog: Catalog) -> None:
    result = scatter(catalog, compile_filter(catalog, ["params!=1B"]), x="released", y="MME")
    assert set(result.front) == {"fay", "cy-4b"}


def test_groups_have_names_and_models_without_the_fact_their_own(catalog: Catalog) -> None:
    result = scatter(catalog, EVERYTHING, x="params", y="TextVQA", color="license")
    assert {point.id: point.group for point in result.points}["dan-7b"] == "not stated"
    assert {point.group for point in scatter(catalog, EVERYTHING, x="params", y="TextVQA", color="moe").points} == {
        "dense",
        "mixture of experts",
        "not stated",
    }


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_every_group_can_be_read(catalog: Catalog, group: str) -> None:
    assert all(point.group for point in scatter(catalog, EVERYTHING, x="params", y="TextVQA", color=group).points)


def test_zero_has_no_place_on_a_logarithmic_axis(catalog: Catalog) -> None:
    result = scatter(catalog, EVERYTHING, x="params", y="TextVQA", log=("x", "y"))
    assert "fay" not in {point.id for point in result.points}
    assert "1 point at zero or below can't stand on a logarithmic axis" in result.notes
    assert result.front == ["ada-1b", "bob-2b", "dan-7b"]


@pytest.mark.parametrize("name", ["license", "family", "moe", "hf", "id"])
def test_what_is_no_number_is_no_axis(catalog: Catalog, name: str) -> None:
    with pytest.raises(UsageError, match="no number"):
        scatter(catalog, EVERYTHING, x=name, y="TextVQA")


def test_unknown_names(catalog: Catalog) -> None:
    with pytest.raises(QueryError, match="unknown field"):
        scatter(catalog, EVERYTHING, x="parms", y="TextVQA")
    with pytest.raises(UsageError, match="can't be grouped") as caught:
        scatter(catalog, EVERYTHING, x="params", y="TextVQA", color="licens")
    assert "license" in str(caught.value.hint)
    with pytest.raises(UsageError, match="dates"):
        scatter(catalog, EVERYTHING, x="released", y="TextVQA", log=("x",))


def test_texts_among_numbers_are_not_drawn(catalog: Catalog) -> None:
    assert "cy-4b" not in {point.id for point in scatter(catalog, EVERYTHING, x="image_size", y="MME").points}
