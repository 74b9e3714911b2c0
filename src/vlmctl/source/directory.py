"""The files of a catalog directory: which there are, and what each holds.

Imports nothing heavy: every command asks it, and works on plain paths, which are ten times as fast as `Path` over hundreds of files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from vlmctl.source.loading import FileKind

__all__ = ["LISTS", "CatalogFile", "kind_of", "list_files", "unread_parts"]

_FOLDERS: dict[str, FileKind] = {"families": "family", "benchmarks": "benchmark", "models": "model"}
SUFFIXES = (".yaml", ".yml")
LISTS: tuple[FileKind, ...] = ("language-models", "vision-encoders", "licenses")
"""Kinds of files, all in `components/`, that hold a list of records; the others hold one."""


class CatalogFile(NamedTuple):
    """A file of a catalog, with what tells whether it changed."""

    path: str
    kind: FileKind
    state: tuple[int, int, int]
    """What changes when the file does: its size in bytes, time of the last change in nanoseconds, and inode."""


def kind_of(path: str) -> FileKind | None:
    """What a file holds, told by its folder (and, for components, its name); None for a file that is no record."""
    folder, name = os.path.split(path)
    stem, suffix = os.path.splitext(name)
    return _kind(os.path.basename(folder), stem, suffix)


def _kind(folder: str, stem: str, suffix: str) -> FileKind | None:
    if suffix not in SUFFIXES:
        return None
    if folder == "components":
        return next((kind for kind in LISTS if kind == stem), None)
    return _FOLDERS.get(folder)


def list_files(root: Path) -> list[CatalogFile]:
    """The records' files under a catalog directory, in a fixed order. An unreadable folder counts as empty."""
    found: list[CatalogFile] = []
    for folder in ("components", *_FOLDERS):
        try:
            with os.scandir(os.path.join(root, folder)) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    stem, suffix = os.path.splitext(entry.name)
                    kind = _kind(folder, stem, suffix)
                    state = _state(entry) if kind is not None and not stem.startswith(".") else None
                    if kind is not None and state is not None:
                        found.append(CatalogFile(entry.path, kind, (state.st_size, state.st_mtime_ns, state.st_ino)))
        except OSError:
            continue
    return found


def _state(entry: os.DirEntry[str]) -> os.stat_result | None:
    """A file's state; None for what isn't one: a folder, a pipe, a link that leads nowhere or in a circle."""
    try:
        return entry.stat() if entry.is_file() else None
    except OSError:
        return None


def unread_parts(root: Path) -> list[str]:
    """What a catalog directory holds that isn't read, a line each: folders that can't be opened, records in the wrong place."""
    found: list[str] = []
    for folder in ("", "components", *_FOLDERS):
        path = os.path.join(root, folder) if folder else os.fspath(root)
        try:
            names = sorted(os.listdir(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            found.append(f"{path}: {(error.strerror or 'cannot be opened').lower()}")
            continue
        records = [os.path.join(path, name) for name in names if name.endswith(SUFFIXES) and not name.startswith(".")]
        if folder == "":
            found += [f"{record}: records stand in families/, models/, benchmarks/ and components/" for record in records]
        else:
            found += [f"{record}: not a file" for record in records if not os.path.isfile(record)]
    return found
