"""The texts that `search` looks through, each with the place it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.source.layers import Catalog

__all__ = ["passages"]

Passage = tuple[str, str, str, str]
"""(kind, id, place, text)"""


def passages(catalog: Catalog) -> Iterator[Passage]:
    """Names, organizations, summaries and contributions of families, models and benchmarks, in both languages."""
    for entry in catalog.families.values():
        family = entry.record
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
        for model in family.models:
            yield "model", model.id, "name", " · ".join(filter(None, (model.name, *(model.aliases or ()), model.hf)))
    for addition in catalog.additions:
        if addition.record.name:
            yield "model", addition.record.id, "name", addition.record.name
    for benchmark in (entry.record for entry in catalog.benchmarks.values()):
        yield "benchmark", benchmark.id, "name", " · ".join(filter(None, (benchmark.name, benchmark.full_name)))
        yield "benchmark", benchmark.id, "summary", benchmark.summary
        if benchmark.summary_zh:
            yield "benchmark", benchmark.id, "summary_zh", benchmark.summary_zh
