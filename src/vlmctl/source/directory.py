"""The files of a catalog directory: which there are, and what each holds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vlmctl.source.loading import FileKind

__all__ = ["CatalogFile", "kind_of", "list_files"]

_FOLDERS: dict[str, FileKind] = {"families": "family", "benchmarks": "benchmark", "models": "model"}
_COMPONENTS: tuple[FileKind, ...] = ("language-models", "vision-encoders", "licenses")


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A file of a catalog, with what tells whether it changed."""

    path: Path
    kind: FileKind
    size: int
    modified: int
    """Time of the last change, in nanoseconds."""


def kind_of(path: Path) -> FileKind | None:
    """What a file holds, told by its folder (and, for components, its name); None for a file that is no record."""
    if path.suffix not in {".yaml", ".yml"}:
        return None
    if path.parent.name == "components":
        return next((kind for kind in _COMPONENTS if kind == path.stem), None)
    return _FOLDERS.get(path.parent.name)


def list_files(root: Path) -> list[CatalogFile]:
    """The records' files under a catalog directory, in a fixed order. An unreadable folder counts as empty."""
    found: list[CatalogFile] = []
    for folder in ("components", *_FOLDERS):
        try:
            with os.scandir(root / folder) as entries:
                listed = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
                for entry in listed:
                    kind = kind_of(Path(entry.path))
                    if kind is not None and entry.is_file():
                        state = entry.stat()
                        found.append(CatalogFile(Path(entry.path), kind, state.st_size, state.st_mtime_ns))
        except OSError:
            continue
    return found
