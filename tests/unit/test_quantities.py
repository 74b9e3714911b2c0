"""Quantities: parsing is exact, formatting is its inverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlmctl.quantities import format_count, format_size, parse_count, parse_date, parse_size


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4B", 4 * 10**9),
        ("1.7B", 1_700_000_000),
        ("450M", 450_000_000),
        ("1.5T", 1_500_000_000_000),
        ("2b", 2 * 10**9),
        ("7", 7),
        (".5B", 5 * 10**8),
    ],
)
def test_counts(text: str, value: int) -> None:
    assert parse_count(text) == value


@pytest.mark.parametrize("text", ["", "B", "4Q", "-4B", "4 B B", "1e9", "٣B", "4B\n4B", "nan", "inf", "4" * 50])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(ValueError, match="number of parameters"):
        parse_count(text)


@pytest.mark.parametrize(
    ("text", "value"), [("8GB", 8 * 10**9), ("8GiB", 8 * 2**30), ("512MB", 512 * 10**6), ("1.5TiB", 3 * 2**39), ("8gb", 8 * 10**9)]
)
def test_sizes(text: str, value: int) -> None:
    assert parse_size(text) == value


@given(st.integers(0, 10**15))
def test_a_count_formatted_and_parsed_is_itself(value: int) -> None:
    assert parse_count(format_count(value)) == value


@given(st.integers(1, 10**6).map(lambda n: n * 10**6))
def test_a_count_is_shown_in_the_largest_unit(value: int) -> None:
    assert float(format_count(value)[:-1]) >= 1


def test_sizes_are_shown_in_gb() -> None:
    assert format_size(8_123_456_789) == "8.1 GB"
    assert format_size(300_000_000) == "300 MB"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-05-10", "2024-05-10", "2024-05-10"),
    ],
)
def test_dates_cover_days(text: str, first: str, last: str) -> None:
    assert parse_date(text)[1:] == (first, last)


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-02-30", "2024-5", "2024-05-10T00:00", "0000", "last year"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="date"):
        parse_date(text)
