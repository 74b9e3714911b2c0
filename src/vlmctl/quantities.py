"""Quantities as people write them and the values behind them: `4B`, `8GB`, `2024-05`. Imports only `errors`.

Parsing is exact (decimal arithmetic, no floats on the way) and formatting is its inverse for every value that the
catalog holds: `parse_count(format_count(n)) == n`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = [
    "COUNT_UNITS",
    "SIZE_UNITS",
    "DateSpan",
    "format_count",
    "format_size",
    "parse_count",
    "parse_date",
    "parse_number",
    "parse_size",
]

COUNT_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
"""Units of a number of parameters; `B` is 10^9 (billion), `T` 10^12."""

SIZE_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
"""Units of memory in bytes: decimal (`GB`) and binary (`GiB`)."""

_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))([A-Za-z]*)", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_LONGEST = 40


def _split(text: str, what: str, units: dict[str, int], shown: str) -> Decimal:
    from decimal import Decimal

    match = _NUMBER.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError(f"not {what}: {text[:_LONGEST]!r}")
    number, unit = match.groups()
    factor = units.get(unit.upper())
    if factor is None:
        raise ValueError(f"unknown unit {unit} in {what}; use {shown}")
    return Decimal(number) * factor


def parse_number(text: str) -> int | float:
    """A plain number without unit; an integer where it is written as one. `ValueError` if it isn't a number."""
    value = _split(text, "a number", {"": 1}, "a plain number")
    return int(value) if value == value.to_integral_value() else float(value)


def parse_count(text: str) -> int:
    """A number of parameters, such as `450M`, `1.7B` or `2900000000`. `ValueError` for anything else."""
    value = _split(text, "a number of parameters", COUNT_UNITS, "K, M, B or T")
    if value < 0:
        raise ValueError(f"a number of parameters can't be negative: {text}")
    return int(value.to_integral_value())


def parse_size(text: str) -> int:
    """Memory in bytes, such as `8GB` (8 × 10^9) or `8GiB` (8 × 2^30). `ValueError` for anything else."""
    value = _split(text, "a size of memory", SIZE_UNITS, "MB, GB, MiB or GiB")
    if value < 0:
        raise ValueError(f"a size of memory can't be negative: {text}")
    return int(value.to_integral_value())


def _shortest(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_count(value: int) -> str:
    """A number of parameters in the largest unit that keeps it at or above one, exactly: 1700000000 -> `1.7B`."""
    from decimal import Decimal

    for unit in ("T", "B", "M", "K"):
        if value >= COUNT_UNITS[unit]:
            return _shortest(Decimal(value) / COUNT_UNITS[unit]) + unit
    return str(value)


def format_size(value: float) -> str:
    """Memory in GB (10^9 bytes) to one decimal, or MB below one GB: 8123456789 -> `8.1 GB`."""
    if value >= SIZE_UNITS["GB"]:
        return f"{value / SIZE_UNITS['GB']:.1f} GB"
    return f"{value / SIZE_UNITS['MB']:.0f} MB"


class DateSpan(NamedTuple):
    """A date that may be known only to the month or the year: the days it covers, both ends included."""

    text: str
    """As written: `2024`, `2024-05` or `2024-05-10`."""
    first: str
    """The first day covered, as an ISO date."""
    last: str
    """The last day covered, as an ISO date."""


def parse_date(text: str) -> DateSpan:
    """A year, month or day. `ValueError` for anything else, days that don't exist included."""
    from calendar import monthrange
    from datetime import date

    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a date: {text[:_LONGEST]!r}; use 2024, 2024-05 or 2024-05-10")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # noqa: S101 - the pattern has it
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError as error:
        raise ValueError(f"no such date: {text}") from error
    return DateSpan(text.strip(), first.isoformat(), last.isoformat())
