"""All checks, found in the modules of this package: a new one needs no second place where it is named."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from vlmctl.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["checks"]


@cache
def checks() -> Mapping[str, Check]:
    """Every check by its id: those found while reading first, then by subject, in the order of their modules."""
    import vlmctl.checks as package

    found: dict[str, Check] = {}
    for module in sorted(info.name for info in iter_modules(package.__path__)):
        for value in vars(import_module(f"{package.__name__}.{module}")).values():
            if isinstance(value, Check) and found.setdefault(value.id, value) is not value:
                raise ValueError(f"two checks are called {value.id}")
    order = ("reading", "file", "family", "model", "score", "benchmark", "component", "license")
    return {each.id: each for each in sorted(found.values(), key=lambda each: order.index(each.on[0]))}
