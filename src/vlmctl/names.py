"""How a name is folded for lookup, and how several stand in one text. Imports nothing until a name isn't ASCII.

The store writes folded names, queries look them up. `normalize` is the only rule: two spellings are the same name when
they fold to the same text.
"""

from __future__ import annotations

__all__ = ["BETWEEN_NAMES", "normalize"]

BETWEEN_NAMES = "\x1f"
"""Stands before, between and after the names in one text of the store."""

_DROPPED = str.maketrans("", "", "-_. \t\n/")


def normalize(text: str) -> str:
    """A name without case, `-`, `_`, `.`, `/` and spaces, in compatibility form: `MobileVLM V2` -> `mobilevlmv2`."""
    if text.isascii():
        return text.lower().translate(_DROPPED)
    import unicodedata

    return unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)
