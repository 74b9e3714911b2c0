"""Axes of a chart: where a value stands between 0 and 1, and which ticks are written beside it. Serves every drawing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.results import Chart, Kind

__all__ = ["Scale", "Tick", "title_of", "x_scale", "y_scale"]

_ROOM = 0.04
"""What part of the axis stays free at each end."""
_HEADROOM = 0.1
"""The same at the top, where the names of the best stand."""


class Tick(NamedTuple):
    """A place on an axis and what is written there."""

    value: float
    text: str


class Scale(NamedTuple):
    """From values to places on an axis."""

    low: float
    """The value (its logarithm) at the start of the axis."""
    high: float
    log: bool
    kind: Kind

    def place(self, value: float) -> float:
        """Where a value stands: 0 at the start of the axis, 1 at its end."""
        return ((math.log10(value) if self.log else value) - self.low) / (self.high - self.low)

    def value(self, place: float) -> float:
        """The value at a place; the inverse of `place`."""
        at = self.low + place * (self.high - self.low)
        return 10**at if self.log else at

    def ticks(self, most: int) -> list[Tick]:
        """At most so many round values on the axis; at least the ends' neighbors where there are no rounder ones."""
        low, high = self.value(0), self.value(1)
        if self.kind == "date":
            return _dates(low, high, most)
        values = _log_ticks(low, high, most) if self.log else []
        values = values if len(values) > 1 else _round_values(low, high, most)
        return [Tick(value, _text(value, self.kind)) for value in values]


def x_scale(chart: Chart) -> Scale:
    """The scale of the axis from left to right."""
    return _scale([point.x for point in chart.points], chart.x_kind, log=chart.log_x)


def y_scale(chart: Chart) -> Scale:
    """The scale of the axis from below."""
    scale = _scale([point.y for point in chart.points], chart.y_kind, log=chart.log_y)
    return scale._replace(high=scale.high + (scale.high - scale.low) * (_HEADROOM - _ROOM))


def title_of(title: str, unit: str) -> str:
    """An axis's title with its unit."""
    return visible(f"{title} ({unit})" if unit else title)


def _scale(values: Sequence[float], kind: Kind, *, log: bool) -> Scale:
    """The values' range with room at both ends; a single value stands in the middle."""
    logged = [math.log10(value) if log else value for value in values]
    low, high = min(logged), max(logged)
    room = (high - low) * _ROOM or (0.5 if log else abs(low) * 0.1 or 1.0)
    return Scale(low - room, high + room, log, kind)


def _round_values(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, at most `most` of them between the ends."""
    power = math.floor(math.log10((high - low) / max(1, most))) if high > low else 0
    steps = (factor * 10.0**exponent for exponent in range(power, power + 4) for factor in (1, 2, 5))
    for step in steps:
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first + 1 <= most:
            return [float(f"{number * step:.12g}") for number in range(first, last + 1)]
    return []


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values of a logarithmic axis, the densest choice that has at most `most`."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 3, 4, 5, 7), (1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        values = [float(f"{factor}e{exponent}") for exponent in exponents for factor in factors]
        values = [value for value in values if low <= value <= high]
        if len(values) <= most:
            return values
    return []


def _dates(low: float, high: float, most: int) -> list[Tick]:
    """First days of years, quarters or months."""
    from datetime import date

    first, last = date.fromordinal(max(1, math.floor(low))), date.fromordinal(math.ceil(high))
    for months in (1, 3, 6, 12, 24, 60, 120):
        days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13, min(months, 12))]
        days = [day for day in days if low <= day.toordinal() <= high and day.year % max(1, months // 12) == 0]
        if len(days) <= most:
            return [Tick(float(day.toordinal()), f"{day:%Y}" if months >= 12 else f"{day:%Y-%m}") for day in days]
    return []


def _text(value: float, kind: Kind) -> str:
    """A round value with its unit."""
    from vlmctl.quantities import COUNT_UNITS, SIZE_UNITS, format_count

    if kind == "bytes":
        unit = "GB" if value >= SIZE_UNITS["GB"] or value == 0 else "MB"
        return f"{value / SIZE_UNITS[unit]:g} {unit}"
    if kind == "count" and value >= COUNT_UNITS["K"]:
        return format_count(round(value))
    return f"{value:.12g}"
