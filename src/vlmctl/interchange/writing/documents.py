"""What the formats with a file per model share: a document with its place in a directory."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Document"]


class Document(NamedTuple):
    """One document of a format."""

    model: str
    """The id of the model that it is about."""
    path: tuple[str, ...]
    """Where it lies in a directory: folders and the file's name, each a plain name."""
    data: Any
    """Its content, for the format's `text`."""
