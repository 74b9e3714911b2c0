"""How a name is folded for lookup. The store writes folded names, queries look them up. Imports nothing until a name isn't ASCII.

`normalize` is the only rule: two spellings are the same name when they fold to the same text.
"""

from __future__ import annotations

__all__ = ["normalize"]

_DROPPED = str.maketrans("", "", "-_. \t\n/")


def normalize(text: str) -> str:
    """A name without case, `-`, `_`, `.`, `/` and spaces, in compatibility form: `MobileVLM V2` -> `mobilevlmv2`."""
    if text.isascii():
        return text.lower().translate(_DROPPED)
    import unicodedata

    return unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)
