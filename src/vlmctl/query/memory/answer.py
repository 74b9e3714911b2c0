"""The answer of `memory`: for one model its terms, for several a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.query.columns import choose
from vlmctl.query.memory import estimates
from vlmctl.query.memory.settings import FORMATS, settings_of
from vlmctl.query.names import models_named, shared_names
from vlmctl.results import Card, Cell, Column, Fact, Facts, Prose, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.memory.counts import Span
    from vlmctl.query.memory.estimate import Estimate
    from vlmctl.query.memory.settings import Settings
    from vlmctl.store.catalog import Catalog

__all__ = ["memory_answer"]


def memory_answer(catalog: Catalog, names: Sequence[str], *, columns: Sequence[str] = ()) -> Card | Table:
    """The estimates for the models that names stand for: a card for one, a table for several, smallest high end first.

    `NotFoundError` with suggestions for a name that the catalog doesn't know.
    """
    models = list(dict.fromkeys(model for name in names for model in models_named(catalog, name)))
    settings = settings_of(catalog)
    found = estimates(catalog, models)
    answer = _card(found[0], settings) if len(found) == 1 else _table(found, settings, columns)
    return answer._replace(notes=[*shared_names(catalog, names), *answer.notes])


def _ends(size: Span) -> dict[str, int | None]:
    return {"low": round(size.low), "high": None if size.high is None else round(size.high)}


def _data(each: Estimate, settings: Settings) -> dict[str, Any]:
    """What JSON prints of an estimate: everything in bytes."""
    return {
        "id": each.facts.id, "name": each.facts.name, "family": each.facts.family, "params": each.facts.params,
        "memory": each.high, "memory_low": each.low,
        "settings": {**settings._asdict(), "format": FORMATS[settings.precision]},
        "terms": [
            {"key": term.key, "label": term.label, **_ends(term.size), "part": term.part, "formula": term.formula(), "basis": term.basis()}
            for term in each.terms
        ],
        "reasons": list(each.reasons),
    }  # fmt: skip


def _span(low: int | None, high: int | None) -> str:
    from vlmctl.quantities import format_size

    if low is None:
        return "unknown"
    if high is None:
        return f"{format_size(low)} or more"
    return f"{format_size(low)} to {format_size(high)}"


def _card(each: Estimate, settings: Settings) -> Card:
    heading = f"{each.facts.name}\t{_span(each.low, each.high)} for inference"
    columns = [
        Column("term", "Term", machine=True), Column("label", "Term", importance=0, human=True),
        Column("low", "From", "bytes", importance=0), Column("high", "To", "bytes", importance=0),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"term": term.key, "label": ("  " if term.part else "") + term.label, **_ends(term.size)} for term in each.terms
    ]
    if each.size is not None:
        rows.append({"term": "memory", "label": "Together", "low": Cell(each.low, strong=True), "high": Cell(each.high, strong=True)})
    made_for = Facts([
        Fact("precision", "Precision", f"{settings.precision} ({FORMATS[settings.precision]}) for the language model, 16 bit for the rest"),
        Fact("context", "Context", f"{settings.context:,} tokens of text"),
        Fact("images", "Images", settings.images, "number"),
    ])  # fmt: skip
    bases = Facts([Fact(term.key, term.label, f"{term.formula()} · {term.basis()}") for term in each.terms], title="How, and from what")
    blocks = [made_for, Table(columns, rows)] if rows else [made_for]
    reasons = Prose(list(each.reasons), title="Why it is a range" if each.size else "Why it is unknown", key="reasons", bullets=True)
    return Card(
        heading, [*blocks, *([bases] if rows else []), *([reasons] if each.reasons else [])], [_data(each, settings)], name=[each.facts.id]
    )


SIGNS, REST = "abcdefghijklmnopqrstuvwxyz", "…"
"""What stands beside an estimate for each reason why it is a range, and for those beyond."""


def _signs(found: Sequence[Estimate]) -> dict[str, str]:
    """The signs of the reasons, in the order in which they come; where there are too many, of those that come most often."""
    from collections import Counter

    often = [reason for reason, _ in Counter(reason for each in found for reason in each.reasons).most_common(len(SIGNS))]
    come = dict.fromkeys(reason for each in found for reason in each.reasons if reason in often)
    return dict(zip(come, SIGNS, strict=False))


def _table(found: Sequence[Estimate], settings: Settings, chosen: Sequence[str]) -> Table:
    shown = [
        Column("id", "Id", importance=5, machine=True), Column("name", "Model", importance=0),
        Column("params", "Params", "count", importance=8),
        Column("weights", "Weights ≤", "bytes", importance=10), Column("kv_cache", "Cache ≤", "bytes", importance=11),
        Column("memory_low", "From", "bytes", importance=1), Column("memory", "To", "bytes", importance=0),
        Column("reason", "Why a range", importance=40, shrinks=True, machine=True),
    ]  # fmt: skip
    columns = choose(shown, chosen)
    in_words = bool(chosen) and any(column.key == "reason" for column in columns)
    rows = []
    ordered = sorted(found, key=lambda one: (one.high is None, one.high or 0))
    signs = {} if in_words else _signs(ordered)
    for each in ordered:
        mark = "".join(sorted({signs.get(reason, REST) for reason in each.reasons})) if signs else ""
        most = {term.key: _ends(term.size)["high"] for term in each.terms}
        rows.append({
            "id": each.facts.id, "name": each.facts.name, "params": each.facts.params, "weights": most.get("weights"),
            "kv_cache": most.get("kv_cache"), "memory_low": each.low, "memory": Cell(each.high, mark=mark),
            "reason": "; ".join(each.reasons) or None,
        })  # fmt: skip
    unknown = sum(each.high is None for each in found)
    notes = [f"{unknown} {'model states' if unknown == 1 else 'models state'} too little for a high end"] if unknown else []
    return Table(
        columns, rows, f"Memory for inference of {len(found)} models · {settings.text}", notes=notes,
        data=None if chosen else [_data(each, settings) for each in found],
        legend=[*((sign, reason) for reason, sign in signs.items()), (REST, "further reasons: vlmctl memory MODEL tells them")],
    )  # fmt: skip
