"""Numbers of parameters as spans: what a printed figure may stand for, and what parts and total say of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WHOLE_MODEL", "Part", "Span", "connector_limit", "reconciled", "stated", "together"]

WHOLE_MODEL = ("with its vision encoder", "whole model")
"""Phrases in a language model's `params_basis` that say the figure counts a whole vision-language model."""

_WIDEST_INPUT = 12_800
_WIDEST_LANGUAGE_MODEL = 12_288
_Q_FORMER = 188_000_000
_Q_FORMER_WIDTH = 768


class Span(NamedTuple):
    """From `low` to `high`, both included; `high` is None where nothing bounds it."""

    low: float
    high: float | None

    def plus(self, other: Span) -> Span:
        """The sum."""
        return Span(self.low + other.low, None if self.high is None or other.high is None else self.high + other.high)

    def times(self, factor: float) -> Span:
        """A multiple."""
        return Span(self.low * factor, None if self.high is None else self.high * factor)


NOTHING_KNOWN = Span(0, None)


def stated(count: int) -> Span:
    """What a printed number of parameters may stand for, by how many digits it is printed with.

    `7B` is said of 7.6B and 8.3B. The margins hold 187 of the 195 figures in the catalog whose exact counts are public
    (docs/guide/memory.md tells how that was counted).
    """
    shown = str(count)
    digits = max(len(shown.rstrip("0")), len(shown) - 9 if count >= 10**10 else 1)
    if digits >= 3:
        low, high = 0.98, 1.04
    elif digits == 2:
        low, high = 0.95, 1.10
    else:
        low, high = 0.95, 1.20 if count >= 5 * 10**9 else 1.30
    return Span(count * low, count * high)


def connector_limit(kind: str | None, width: int | None) -> float | None:
    """The most parameters that a connector of this kind has; None where its kind bounds nothing.

    An MLP (and lighter ones): two layers, with no more inputs than four neighboring features of InternViT-6B joined
    (4 × 3,200, the widest known) and four times the language model's width between them. A Q-Former: BLIP-2's 188M and a
    layer into the language model.
    """
    width = width or _WIDEST_LANGUAGE_MODEL
    if kind == "linear":
        return _WIDEST_INPUT * width
    if kind in ("mlp", "ldp", "ldpv2"):
        return 4 * width * (_WIDEST_INPUT + width)
    if kind == "q-former":
        return _Q_FORMER + _Q_FORMER_WIDTH * width
    return None


class Part(NamedTuple):
    """A part of a model's weights."""

    key: str
    params: Span
    """Its parameters."""
    bits: tuple[float, float]
    """Bits for each: least and most."""

    @property
    def size(self) -> Span:
        """Bytes."""
        return Span(self.params.low * self.bits[0] / 8, None if self.params.high is None else self.params.high * self.bits[1] / 8)


def reconciled(parts: Sequence[Part], total: Span | None) -> tuple[list[Part], Span | None, str | None]:
    """The parts with their spans narrowed by the stated total, the total that still binds, and what contradicts.

    Where the parts are surely more than the total, the total binds only from below; where they are surely less, the
    last part may hold the rest, quantized or not.
    """
    known = list(parts)
    if total is None or total.high is None:
        return known, None, None
    note = None
    excess = sum(part.params.low for part in known) - total.high
    if excess > 0:
        first = known[0]
        known[0] = first._replace(params=first.params._replace(low=max(0, first.params.low - excess)))
        return known, None, "its parts add up to more than the number of parameters stated for the whole"
    if all(part.params.high is not None for part in known) and sum(part.params.high or 0 for part in known) < total.low:
        last = known[-1]
        known[-1] = last._replace(params=last.params._replace(high=None), bits=(known[0].bits[0], last.bits[1]))
        note = "its parts add up to less than the number of parameters stated for the whole: the rest may be quantized or not"
    return [_narrowed(known, index, total) for index in range(len(known))], total, note


def _narrowed(parts: Sequence[Part], index: int, total: Span) -> Part:
    assert total.high is not None
    part = parts[index]
    others = [other.params for place, other in enumerate(parts) if place != index]
    room = total.high - sum(other.low for other in others)
    high = room if part.params.high is None else min(part.params.high, room)
    low = part.params.low
    if all(other.high is not None for other in others):
        low = max(low, min(high, total.low - sum(other.high or 0 for other in others)))
    return part._replace(params=Span(low, high))


def together(parts: Sequence[Part], total: Span | None) -> Span:
    """Bytes of all parts, none of which leaves its span while their sum keeps to the total."""
    if total is None or total.high is None:
        sum_ = Span(0, 0)
        for part in parts:
            sum_ = sum_.plus(part.size)
        return sum_
    lows = sum(part.params.low for part in parts)
    low = sum(part.size.low for part in parts)
    high = sum(part.params.low * part.bits[1] / 8 for part in parts)
    low += _filled(parts, total.low - lows, most=False)
    high += _filled(parts, total.high - lows, most=True)
    return Span(low, max(low, high))


def _filled(parts: Sequence[Part], missing: float, *, most: bool) -> float:
    """Bytes of `missing` parameters, put into the parts that take the fewest bits (or the most) as far as they have room."""
    size = 0.0
    for part in sorted(parts, key=lambda each: each.bits[most], reverse=most):
        if missing <= 0:
            break
        room = missing if part.params.high is None else min(missing, part.params.high - part.params.low)
        size += room * part.bits[most] / 8
        missing -= room
    return size
