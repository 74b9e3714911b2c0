"""Memory for inference, estimated from the store: the fields `memory` and `memory_low`, and the answer of `memory`.

`memory` is the high end in bytes, NULL where nothing bounds it; `memory_low` the low end, NULL where not even that is known. A
model fits only if the high end fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.query.memory.estimate import Estimate, Known, estimate, facts_of
from vlmctl.query.memory.settings import FORMATS, Settings, configure, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["FORMATS", "Estimate", "Settings", "configure", "ends", "estimates", "settings_of"]


def estimates(catalog: Catalog, models: Sequence[str] | None = None) -> list[Estimate]:
    """The estimates for these models in the order named, for all of the catalog's where none are named."""
    known, settings = Known(catalog), settings_of(catalog)
    found = {facts.id: estimate(facts, known, settings) for facts in facts_of(catalog, known, models)}
    return list(found.values()) if models is None else [found[model] for model in models if model in found]


def ends(catalog: Catalog) -> dict[str, tuple[int | None, int | None]]:
    """The low and high end for every model, in bytes."""
    return {each.facts.id: (each.low, each.high) for each in estimates(catalog)}
