"""Numbers in texts: which ones a quote holds, and whether a published value is one of them."""

from __future__ import annotations

import re
from math import isclose
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["decimals", "holds", "numbers", "scale_of"]

_NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)")
_LOOSE = re.compile(r"\d+(?:\.\d+)?|\.\d+")

SCALES = (0.001, 0.01, 0.1, 10, 100, 1000)
"""Factors between a source's scale and the catalog's that occur: fractions, OCRBench out of 100."""


RAW = 2
"""A number with so many more decimals than the value comes from a program's output; a published one is kept as it is."""


def numbers(text: str) -> Iterator[tuple[str, float]]:
    """The numbers in a text as written, each with its value. Thousands may be separated by commas."""
    seen: set[tuple[str, float]] = set()
    for pattern in (_NUMBER, _LOOSE):
        for match in pattern.finditer(text):
            written = match.group()
            number = (written, float(written.replace(",", "").replace("−", "-")))
            if number not in seen:
                seen.add(number)
                yield number


def decimals(value: float) -> int:
    """How many decimals the shortest text of a value has."""
    text = f"{value:.10f}".rstrip("0")
    return len(text) - text.index(".") - 1


def _is(number: float, value: float, places: int) -> bool:
    """Whether a number is the value, or the value is the number rounded."""
    return isclose(number, value, rel_tol=1e-9) or abs(number - value) <= 0.5000001 * 10**-places


def _finer(written: str, factor: float, places: int) -> bool:
    """Whether a number as written has many more decimals than the value, after the change of scale."""
    own = len(written.partition(".")[2])
    shift = {0.001: -3, 0.01: -2, 0.1: -1, 1: 0, 10: 1, 100: 2, 1000: 3}[factor]
    return own - shift >= places + RAW


def holds(text: str, value: float, factor: float = 1) -> bool:
    """Whether a text has the value, or a much finer number of which it is the rounding; `factor` times the number is the value."""
    places = decimals(value)
    for written, number in numbers(text):
        scaled = number * factor
        if isclose(scaled, value, rel_tol=1e-9) or (_finer(written, factor, places) and _is(scaled, value, places)):
            return True
    return False


def scale_of(text: str, value: float) -> float | None:
    """The factor by which a number in the text must be multiplied to give the value; None where none does."""
    return next((factor for factor in SCALES if holds(text, value, factor)), None)
