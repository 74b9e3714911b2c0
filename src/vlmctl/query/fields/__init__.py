"""The registry of fields: one entry serves filters, `--sort`, `--columns`, completion and the reference page.

A field says how its value is read from the store (an SQL expression over the row `m` of `model`, `s` of `score` or a
benchmark's standing), what type it has, and how it is called. Benchmarks are fields too, made on demand by
`benchmark_field`; they are not listed here.
"""

from __future__ import annotations

from vlmctl.query.fields.field import ORDERED, Field, FieldType
from vlmctl.query.fields.model import FIELDS
from vlmctl.query.fields.score import SCORE_FIELDS
from vlmctl.results import Column

__all__ = ["FIELDS", "ORDERED", "PARETO", "SCORE_FIELDS", "Field", "FieldType", "column_of", "find", "is_pareto", "named"]

PARETO = "pareto"
"""The column that isn't a fact about a model but about all that match: `pareto`, or `pareto:BENCH`. No field to filter or sort by."""


def is_pareto(name: str) -> bool:
    """Whether a column's name, as typed, asks for the Pareto mark."""
    return name.strip().casefold().partition(":")[0] == PARETO


def find(name: str, *, scores: bool = False) -> Field | None:
    """The field of that name or alias (case and `-`/`_` don't matter), or None."""
    wanted = name.casefold().replace("-", "_")
    for field in (*SCORE_FIELDS, *FIELDS) if scores else FIELDS:
        if wanted == field.name or wanted in (alias.replace("-", "_") for alias in field.aliases):
            return field
    return None


def named(*names: str) -> list[Field]:
    """The fields of a model with exactly these names, in this order."""
    by_name = {field.name: field for field in FIELDS}
    return [by_name[name] for name in names]


def column_of(field: Field) -> Column:
    """The result column that shows a field."""
    return Column(field.name, field.title, field.kind, importance=field.importance, shrinks=field.shrinks)
