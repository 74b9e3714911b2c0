"""What the keyed formats (model cards, results files) share: from names, labels and metrics to a benchmark's part."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vlmctl.interchange.figures import number_of
from vlmctl.interchange.headings import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.interchange.reading import Candidate, Number
    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["in_range", "named_part", "one_figure", "rounded", "scaled"]

_FIGURE = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,20})?)\s*%?\s*(?:(?:±|\+/-)\s*[\d.]{1,20}\s*%?)?\s*", re.ASCII)

LARGEST = 1e9


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


def named_part(vocabulary: Vocabulary, names: Sequence[str], labels: Sequence[str] = (), metrics: Sequence[str] = ()) -> Part | None:
    """The part that some names mean, narrowed by the labels and metrics that are known; None where no name is known.

    A name may be a data set's id, `lmms-lab/TextVQA`. The first name that is known counts.
    """
    for spelling in (each for name in names for each in _spellings(name)):
        heading = heading_of(vocabulary, spelling)
        if heading is not None and len(heading.parts) == 1:
            part = heading.parts[0]
            for label in (*labels, *metrics):
                part = (vocabulary.labelled(part, label) if label else None) or part
            return part
    return None


def _spellings(name: str) -> Iterator[str]:
    if name:
        yield name
    if "/" in name:
        yield name.rsplit("/", 1)[1]


def scaled(vocabulary: Vocabulary, candidate: Candidate, *, shares: bool) -> Candidate:
    """A candidate whose figure fits its benchmark's scale; doubted where it doesn't.

    With `shares`, a figure between 0 and 1 on a percent scale is a share, as harnesses print them: it is multiplied by
    a hundred, and the record says so (`assumed: [scale]`).
    """
    if candidate.part is None or candidate.value is None or candidate.doubt:
        return candidate
    scale, value = vocabulary.scale(candidate.part), candidate.value
    hundredfold = float(Decimal(repr(value)) * 100)
    is_share = scale.unit == "percent" and 0 <= value <= 1 and not scale.likely(value)
    if is_share and shares:
        return in_range(vocabulary, candidate._replace(value=rounded(hundredfold), assumed=(*candidate.assumed, "scale")))
    if is_share and scale.likely(hundredfold):
        return candidate._replace(doubt=f"{value} is a share where {vocabulary.title(candidate.part)} is given in percent")
    return in_range(vocabulary, candidate)


def in_range(vocabulary: Vocabulary, candidate: Candidate) -> Candidate:
    """A candidate, doubted where its figure lies outside the possible or the plausible range."""
    assert candidate.part is not None
    assert candidate.value is not None
    scale, title = vocabulary.scale(candidate.part), vocabulary.title(candidate.part)
    if not scale.possible(candidate.value):
        limit = f"{scale.low:g} to {scale.high:g}" if scale.high is not None else f"{scale.low:g} and more"
        return candidate._replace(doubt=f"{candidate.value:.12g} is outside {limit}, the range of {title}")
    if scale.plausible and not scale.likely(candidate.value):
        low, high = scale.plausible
        return candidate._replace(doubt=f"{candidate.value:.12g} is outside {low:g} to {high:g}, where figures of {title} lie")
    return candidate
