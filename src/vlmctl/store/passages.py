"""The texts that `search` looks through, each with the place it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.records import Benchmark, Family, Model

__all__ = ["of_benchmark", "of_family", "of_model"]

Passage = tuple[str, str, str, str]
"""(kind, id, place, text)"""


def of_family(family: Family) -> Iterator[Passage]:
    """Names, organizations, summaries and contributions of a family, in both languages."""
    yield "family", family.id, "name", " · ".join((family.name, family.series, *(family.aliases or ())))
    yield "family", family.id, "organizations", " · ".join(family.organizations)
    for place, texts in (
        ("summary", (family.summary,)),
        ("summary_zh", (family.summary_zh,)),
        ("contributions", family.contributions or ()),
        ("contributions_zh", family.contributions_zh or ()),
    ):
        for text in texts:
            if text:
                yield "family", family.id, place, text


def of_model(model: Model) -> Iterator[Passage]:
    """A model's names."""
    yield "model", model.id, "name", " · ".join(filter(None, (model.name, *(model.aliases or ()), model.hf)))


def of_benchmark(benchmark: Benchmark) -> Iterator[Passage]:
    """A benchmark's names and summaries."""
    yield "benchmark", benchmark.id, "name", " · ".join(filter(None, (benchmark.name, benchmark.full_name)))
    yield "benchmark", benchmark.id, "summary", benchmark.summary
    if benchmark.summary_zh:
        yield "benchmark", benchmark.id, "summary_zh", benchmark.summary_zh
