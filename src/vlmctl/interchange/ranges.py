"""Why a figure can't be, or is hardly, one of its benchmark: in words, for the reports of every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlmctl.interchange.reading import Number
    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["impossible", "unlikely"]


def impossible(vocabulary: Vocabulary, part: Part, number: Number) -> str | None:
    """That a figure lies outside its metric's range; None where it doesn't."""
    scale = vocabulary.scale(part)
    if scale.possible(number):
        return None
    limits = f"{scale.low:g} to {scale.high:g}" if scale.high is not None else f"{scale.low:g} and more"
    return f"{number:.12g} is outside {limits}, the range of {vocabulary.title(part)}"


def unlikely(vocabulary: Vocabulary, part: Part, number: Number) -> str | None:
    """That a figure lies outside the range in which its benchmark's figures lie; None where it doesn't, or none is stated."""
    scale = vocabulary.scale(part)
    if not scale.plausible or scale.likely(number):
        return None
    low, high = scale.plausible
    return f"{number:.12g} is outside {low:g} to {high:g}, where figures of {vocabulary.title(part)} lie"
