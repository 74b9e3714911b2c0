"""Nested mappings and lists as YAML in block style; scalars as the catalog's own records have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vlmctl.source.scalars import scalar

__all__ = ["block_yaml"]


def block_yaml(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A document's text. Keys and values are texts, numbers, flags, mappings and lists; none of them empty."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Mapping[str, Any] | Sequence[Any]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            name = scalar(key, inside=True)
            if _nests(part):
                indent = "  " if isinstance(part, Mapping) else ""
                yield f"{name}:"
                yield from (indent + line for line in _lines(part))
            else:
                yield f"{name}: {scalar(part)}"
        return
    for part in value:
        if _nests(part):
            first, *rest = _lines(part)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield f"- {scalar(part)}"


def _nests(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str))
