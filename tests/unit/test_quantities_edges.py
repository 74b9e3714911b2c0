"""Quantities and folded names at their borders: each unit, each limit, each sign."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vlmctl.names import normalize
from vlmctl.quantities import COUNT_UNITS, SIZE_UNITS, format_count, format_size, parse_count, parse_date, parse_number, parse_size


def test_units_are_powers() -> None:
    assert COUNT_UNITS == {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000, "T": 1_000_000_000_000}
    decimal = {"": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000}
    assert {**decimal, "KIB": 1_024, "MIB": 1_048_576, "GIB": 1_073_741_824, "TIB": 1_099_511_627_776} == SIZE_UNITS


@pytest.mark.parametrize(("units", "parse"), [(COUNT_UNITS, parse_count), (SIZE_UNITS, parse_size)])
def test_each_unit_is_read(units: dict[str, int], parse: Callable[[str], int]) -> None:
    powers = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12} if parse is parse_count else {"": 1, "B": 1}
    if parse is parse_size:
        powers |= {f"{prefix}B": 1000**power for power, prefix in enumerate("KMGT", start=1)}
        powers |= {f"{prefix}IB": 1024**power for power, prefix in enumerate("KMGT", start=1)}
    assert {unit: parse(f"1{unit.lower()}") for unit in units} == powers


@pytest.mark.parametrize(
    ("text", "value"),
    [("999", 999), ("1K", 1_000), ("1M", 10**6), ("1.5M", 1_500_000), ("1B", 10**9), ("1T", 10**12), ("999999", None), ("0", 0)],
)
def test_the_unit_changes_at_one(text: str, value: int | None) -> None:
    if value is None:
        assert format_count(int(text)) == "999.999K"
    else:
        assert format_count(value) == text
    assert parse_count(format_count(parse_count(text))) == parse_count(text)


def test_gigabytes_begin_at_one() -> None:
    assert (format_size(10**9), format_size(10**9 - 1)) == ("1.0 GB", "1000 MB")
    assert (format_size(1_260_000_000), format_size(2_400_000)) == ("1.3 GB", "2 MB")


@pytest.mark.parametrize("parse", [parse_count, parse_size, parse_number])
def test_forty_characters_are_read_and_no_more(parse: object) -> None:
    assert callable(parse)
    assert parse("0" * 39 + "7") == 7
    with pytest.raises(ValueError, match="not a"):
        parse("0" * 40 + "7")


def test_nothing_is_a_size_and_less_is_none() -> None:
    assert parse_count("0B") == parse_size("0GB") == 0
    for parse in (parse_count, parse_size):
        with pytest.raises(ValueError, match="can't be negative"):
            parse("-1B")


@pytest.mark.parametrize(("text", "value"), [("5", 5), ("-5", -5), ("+0.5", 0.5), ("7.0", 7), (" 60 ", 60), ("1e3", None), ("5x", None)])
def test_plain_numbers(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match="number"):
            parse_number(text)
        return
    number = parse_number(text)
    assert (number, isinstance(number, int)) == (value, float(value).is_integer())


def test_dates_with_spaces_around_them() -> None:
    assert parse_date(" 2024-02 ") == ("2024-02", "2024-02-01", "2024-02-29")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MobileVLM V2", "mobilevlmv2"), ("a-b_c.d/e\tf\ng", "abcdefg"), ("Ｑwen２", "qwen2"), ("ﬁne", "fine"), ("STRAẞE", "strasse"),
        ("Ève", "ève"), ("E\u0300ve", "ève"), ("LLaVA+", "llava+"), ("İ", "i̇"),
    ],
)  # fmt: skip
def test_spellings_fold(text: str, folded: str) -> None:
    assert normalize(text) == folded
