"""Fields that no column of the store holds: SQL functions of the connection, computed when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from vlmctl.store.catalog import Catalog

__all__ = ["offer", "remark"]


def offer(catalog: Catalog) -> None:
    """Register `model_memory(id, end)`: bytes, `end` 0 for the low and 1 for the high one; NULL where not known.

    Registering costs microseconds and computes nothing. All models are estimated at the first call, and again after
    the settings have changed; nothing is kept outside of the closure.
    """
    if catalog.settings.get("computed"):
        return
    catalog.settings["computed"] = True
    held: dict[object, dict[str, tuple[int | None, int | None]]] = {}

    def model_memory(model: str, end: int) -> int | None:
        from vlmctl.query import memory

        settings = memory.settings_of(catalog)
        if settings not in held:
            held.clear()
            held[settings] = memory.ends(catalog)
        return held[settings].get(model, (None, None))[end]

    catalog.connection.create_function("model_memory", 2, model_memory, deterministic=True)


def remark(catalog: Catalog, shown: Collection[str]) -> str:
    """What the estimates were made for, and which of their ends the fields of these names are."""
    from vlmctl.query.memory import settings_of

    ends = {"memory_low": "memory_low is the low end", "memory": "memory is the high end"}
    told = " and ".join(words for name, words in ends.items() if name in shown)
    return f"{told} of an estimate for {settings_of(catalog).text} (vlmctl memory MODEL shows its terms)"
