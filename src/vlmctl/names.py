"""How a name is folded for lookup. The store writes folded names, queries look them up. Imports nothing.

`normalize` is the only rule: two spellings are the same name when they fold to the same text.
"""

from __future__ import annotations

import unicodedata

__all__ = ["normalize"]

_DROPPED = str.maketrans("", "", "-_. \t\n/")


def normalize(text: str) -> str:
    """A name without case, `-`, `_`, `.`, `/` and spaces, in compatibility form: `MobileVLM V2` -> `mobilevlmv2`."""
    folded = unicodedata.normalize("NFKC", text).casefold() if not text.isascii() else text.lower()
    return folded.translate(_DROPPED)
