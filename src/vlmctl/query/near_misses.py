"""Models that only just don't match, counted for a note: who asks what fits and may be sold would want to know of them.

Their license allows commercial use on conditions, the low end of their memory's estimate fits, or a longer name holds the one that was
asked for. Loaded only for filters with such conditions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.query import fields
from vlmctl.query.expressions.terms import term_piece
from vlmctl.query.expressions.tree import Term, Value, written
from vlmctl.query.filters import MODELS, SCORES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.query.filters import Condition, Filter
    from vlmctl.store.catalog import Catalog

__all__ = ["near_misses"]


class _Wider(NamedTuple):
    """A condition that is easier to meet."""

    term: Term
    one: str
    """What is said of a model that meets it and not the condition; `several` of more."""
    several: str


def near_misses(catalog: Catalog, compiled: Filter) -> list[str]:
    """A note for each condition that more models would meet if it were a little wider, all others holding; in the order typed."""
    return [note for place, condition in enumerate(compiled.conditions) for note in _note(catalog, compiled, place, condition)]


def _note(catalog: Catalog, compiled: Filter, place: int, condition: Condition) -> Iterator[str]:
    field = fields.find(condition.term.field.text) if condition.term else None
    wider = _wider(condition.term, field.name) if condition.term and field else None
    if wider is None:
        return
    easier = fields.find(wider.term.field.text)
    assert easier is not None
    piece = term_piece(wider.term, easier)
    others = [*compiled.conditions[:place], *compiled.conditions[place + 1 :]]
    tests = [*(other.sql for other in others), f"({piece.sql})", f"NOT {condition.sql}"]
    params = (*(value for other in others for value in other.params), *piece.params, *condition.params)
    source = SCORES if compiled.scores else MODELS
    count = catalog.value(f"SELECT count(DISTINCT m.id) FROM {source} WHERE {' AND '.join(tests)}", params)
    if count:
        yield f"{count:,} more {wider.one if count == 1 else wider.several} ({written(wider.term)})"


def _wider(term: Term, name: str) -> _Wider | None:
    """The condition that a model meets which only just doesn't meet this one; None for those that have none."""
    texts = [value.text.casefold() for value in term.values if isinstance(value, Value)]
    if name == "commercial" and term.operator == "=" and texts == ["allowed"]:
        wider = replace(term, values=(Value("allowed"), Value("conditional")))
        return _Wider(wider, "allows commercial use on conditions", "allow commercial use on conditions")
    if name == "memory" and term.operator in ("<", "<="):
        wider = replace(term, field=Value("memory_low"))
        return _Wider(wider, "may fit, as the low end of its estimate does", "may fit, as the low end of their estimates does")
    if name in ("organizations", "language_model", "vision_encoders") and term.operator == "=" and len(texts) == len(term.values):
        wider = replace(term, operator="~")
        return _Wider(wider, "has a longer name of that kind", "have longer names of that kind")
    return None
