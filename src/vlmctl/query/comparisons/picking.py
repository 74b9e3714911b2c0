"""Which models `compare` compares: those that names stand for, families cut to one of theirs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from vlmctl.errors import UsageError
from vlmctl.query.filters import missing
from vlmctl.query.names import MODEL_KINDS, find, models_named, shared_names
from vlmctl.store.catalog import COMPARABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.filters import Filter
    from vlmctl.store.catalog import Catalog

__all__ = ["Pick", "chosen"]

Pick = Literal["best", "largest", "smallest", "all"]

MOST = 20
"""So many models are laid side by side without being named."""


def chosen(catalog: Catalog, names: Sequence[str], where: Filter, *, pick: Pick = "all") -> tuple[list[str], list[str]]:
    """Ids of the models to compare, in the order named and without duplicates, and notes on what was left out.

    `pick` cuts each family or series named to one of its models that match; a model named itself stays. Without names, the models
    that match, if they are no more than fit side by side. `UsageError` where there is nothing to compare.
    """
    if not names:
        return _matching(catalog, where)
    if condition := next((name for name in names if re.search("[<>=~]", name)), None):
        raise UsageError(f"{condition} is a condition, and names of models stand here", hint=f"write -w '{condition}'")
    named = {name: models_named(catalog, name) for name in names}
    among = where._replace(
        sql=f"({where.sql}) AND m.id IN (SELECT value FROM json_each(?))",
        params=(*where.params, json.dumps([model for models in named.values() for model in models])),
    )
    matching = {row["id"] for row in catalog.rows(f"SELECT m.id FROM model m WHERE {among.sql}", among.params)}
    models: list[str] = []
    notes: list[str] = []
    for name, those in named.items():
        candidates = [model for model in those if model in matching]
        if not candidates:
            notes.append(f"{name} doesn't match" if len(those) == 1 else f"none of the {len(those)} models of {name} matches")
        if pick != "all" and len(candidates) > 1 and find(catalog, name, MODEL_KINDS, "model").kind != "model":
            one = _picked(catalog, candidates, pick)
            notes.append(f"{name}: {one}, the {pick} of {len(candidates)} (--pick all shows them)")
            candidates = [one]
        models += candidates
    if not models:
        raise UsageError(f"nothing is left to compare: {', '.join(notes)} {where.text}", hint=_why(missing(catalog, among)))
    return list(dict.fromkeys(models)), [*shared_names(catalog, names), *notes, *missing(catalog, among)]


def _matching(catalog: Catalog, where: Filter) -> tuple[list[str], list[str]]:
    """The models that match, to be compared without being named."""
    if where.unconditional:
        raise UsageError("compare needs models: their names, or conditions", hint="as in vlmctl compare mobilevlm-v2 imp-v1.5")
    found = [row["id"] for row in catalog.rows(f"SELECT m.id FROM model m WHERE {where.sql} ORDER BY m.position", where.params)]
    notes = missing(catalog, where)
    if not found:
        raise UsageError(f"nothing to compare: no model matches {where.text}", hint=_why(notes))
    if len(found) > MOST:
        raise UsageError(
            f"{len(found)} models match {where.text}, and at most {MOST} are compared without being named",
            hint="narrow the conditions, or name models and families (--pick best takes one of each family)",
        )
    return found, notes


def _why(notes: Sequence[str]) -> str:
    return "; ".join(notes[:2]) or "loosen the conditions"


def _picked(catalog: Catalog, models: Sequence[str], pick: Pick) -> str:
    """The best, largest or smallest; of equals the one with most scores, then the first of the catalog."""
    marks = ", ".join("?" * len(models))
    rows = {row["id"]: row for row in catalog.rows(f"SELECT id, params, scores FROM model WHERE id IN ({marks})", tuple(models))}
    margin = _margins(catalog, models) if pick == "best" else {}

    def preference(model: str) -> tuple[bool, float, int, int]:
        params = rows[model]["params"]
        size = 0 if params is None else params if pick == "largest" else -params
        merit = margin.get(model, 0) if pick == "best" else size
        return (pick == "best" or params is not None, merit, rows[model]["scores"], -list(models).index(model))

    return max(models, key=preference)


def _margins(catalog: Catalog, models: Sequence[str]) -> dict[str, int]:
    """Comparisons won minus lost against the other models, over all benchmarks' own rankings (primary split and metric).

    A difference rather than a share: it favors the model that was measured widely and won over one that won once.
    """
    marks = ", ".join("?" * len(models))
    sql = (
        "SELECT st.benchmark, st.model, st.merit FROM standing st JOIN benchmark b ON b.id = st.benchmark "
        f"WHERE st.split = b.split AND st.metric = b.metric AND st.class = {COMPARABLE} AND st.model IN ({marks})"
    )
    merits: dict[str, dict[str, float]] = defaultdict(dict)
    for benchmark, model, merit in catalog.rows(sql, tuple(models)):
        merits[benchmark][model] = merit
    found: dict[str, int] = defaultdict(int)
    for each in merits.values():
        for model, merit in each.items():
            found[model] += sum((merit > other) - (merit < other) for other in each.values())
    return found
