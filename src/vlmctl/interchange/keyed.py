"""What the keyed formats (model cards, results files) share: from names, labels and metrics to a benchmark's part."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vlmctl.interchange.figures import number_of
from vlmctl.interchange.headings import heading_of
from vlmctl.interchange.ranges import impossible, unlikely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.interchange.reading import Candidate, Number
    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["as_text", "in_range", "named_part", "narrowed", "one_figure", "rounded", "scaled", "value_in"]

_FIGURE = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,20})?)\s*%?\s*(?:(?:±|\+/-)\s*[\d.]{1,20}\s*%?)?\s*", re.ASCII)

LARGEST = 1e9


def value_in(mapping: Any, key: str) -> Any:
    """What stands under a key; None where there is none, or no mapping."""
    return mapping.get(key) if isinstance(mapping, dict) else None


def as_text(value: Any) -> str:
    """A text or number as text, cut where it is long; '' for anything else."""
    return str(value)[:500] if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def one_figure(value: Any) -> Number | None:
    """A number, or a text such as `20.0 ± 1.2`; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if abs(value) < LARGEST else None  # false for not-a-number, too
    match = _FIGURE.fullmatch(value) if isinstance(value, str) and len(value) < 80 else None
    return number_of(match[1]) if match else None


def rounded(value: Number) -> Number:
    """A measured figure to two decimals: what a harness computes has seventeen digits."""
    exact = round(Decimal(repr(value)), 2)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def named_part(vocabulary: Vocabulary, names: Sequence[str]) -> Part | None:
    """The part that some names mean; None where none is known. The first one that is known counts.

    A name may be a data set's id, `lmms-lab/TextVQA`.
    """
    for spelling in (each for name in names for each in _spellings(name)):
        heading = heading_of(vocabulary, spelling)
        if heading is not None and len(heading.parts) == 1:
            return heading.parts[0]
    return None


def narrowed(vocabulary: Vocabulary, part: Part, label: str) -> Part | None:
    """The part with what a label says of it; None where that names no part of the benchmark, or another one than is known already.

    A label names a split or metric (`val`), with or without the benchmark (`textvqa_val`), or the benchmark as a whole.
    """
    found = vocabulary.labelled(part, label)
    if found is not None:
        return found
    named = named_part(vocabulary, (label,))
    if named is None or named.benchmark != part.benchmark:
        return None
    agree = all(mine is None or own is None or mine == own for mine, own in ((part.split, named.split), (part.metric, named.metric)))
    return part._replace(split=part.split or named.split, metric=part.metric or named.metric) if agree else None


def _spellings(name: str) -> Iterator[str]:
    if name:
        yield name
    if "/" in name:
        yield name.rsplit("/", 1)[1]


def scaled(vocabulary: Vocabulary, candidate: Candidate, *, shares: bool) -> Candidate:
    """A candidate whose figure fits its benchmark's scale; doubted where it doesn't.

    With `shares`, a figure between 0 and 1 on a percent scale is a share, as harnesses print them: it is multiplied by
    a hundred, and the record says so (`assumed: [scale]`). What may be either a share or a small percentage is doubted.
    """
    if candidate.part is None or candidate.value is None or candidate.doubt:
        return candidate
    scale, value = vocabulary.scale(candidate.part), candidate.value
    hundredfold = float(Decimal(repr(value)) * 100)
    small = scale.unit == "percent" and 0 < value <= 1
    if small and scale.likely(value) and scale.likely(hundredfold):
        return candidate._replace(doubt=f"{value:.12g} may be a percentage or a share of {vocabulary.title(candidate.part)}")
    is_share = small and not scale.likely(value)
    if is_share and shares:
        return in_range(vocabulary, candidate._replace(value=rounded(hundredfold), assumed=(*candidate.assumed, "scale")))
    if is_share and scale.likely(hundredfold):
        return candidate._replace(doubt=f"{value} is a share where {vocabulary.title(candidate.part)} is given in percent")
    return in_range(vocabulary, candidate)


def in_range(vocabulary: Vocabulary, candidate: Candidate) -> Candidate:
    """A candidate, doubted where its figure lies outside the possible or the plausible range."""
    assert candidate.part is not None
    assert candidate.value is not None
    doubt = impossible(vocabulary, candidate.part, candidate.value) or unlikely(vocabulary, candidate.part, candidate.value)
    return candidate._replace(doubt=doubt) if doubt else candidate
