"""Bars of block characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlmctl.query.rankings.bars import WIDTH, bar, with_bars
from vlmctl.results import Cell, Column, Table

TABLE = Table(
    [Column("id", "Id"), Column("value", "Value", "number"), Column("note", "Note")],
    [{"id": "a", "value": 50}, {"id": "b", "value": Cell(25.0, "?")}],
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, ""), (-5, ""), (100, "█" * 4), (120, "█" * 4), (50, "██"), (62.5, "██▌"), (3.125, "▏"), (0.001, "▏"), (98, "███▉"),
        (float("nan"), ""),
    ],
)  # fmt: skip
def test_lengths(value: float, expected: str) -> None:
    assert bar(value, 0, 100, 4) == expected


def test_a_range_that_does_not_start_at_zero_and_one_that_is_none() -> None:
    assert bar(60, 50, 70, 2) == "█"
    assert bar(60, 70, 70, 2) == ""


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_longer_bar_is_never_a_smaller_value(one: float, other: float) -> None:
    def length(value: float) -> float:
        text = bar(value, 0, 100)
        return len(text) + (" ▏▎▍▌▋▊▉█".index(text[-1]) / 8 - 1 if text else 0)

    assert length(max(one, other)) >= length(min(one, other))
    assert abs(length(one) - one / 100 * WIDTH) <= 1 / 8


def test_the_column_stands_beside_its_numbers_and_only_for_people() -> None:
    table = with_bars(TABLE, "value", 0, 100)
    assert [column.key for column in table.columns] == ["id", "value", "value_bar", "note"]
    assert table.columns[2].human
    assert [row["value_bar"] for row in table.rows] == ["█" * 10, "█" * 5]
    assert TABLE.columns == [Column("id", "Id"), Column("value", "Value", "number"), Column("note", "Note")]


def test_without_an_end_the_largest_value_is_the_longest() -> None:
    assert [row["value_bar"] for row in with_bars(TABLE, "value").rows] == ["█" * 20, "█" * 10]


def test_what_is_no_number_has_no_bar() -> None:
    rows: list[dict[str, object]] = [{"value": None}, {"value": "x"}, {"value": True}, {}]
    assert [row["value_bar"] for row in with_bars(TABLE._replace(rows=rows), "value", 0, 1).rows] == ["", "", "", ""]
    assert with_bars(TABLE._replace(rows=[]), "value").rows == []
