"""The files of a catalog directory: which there are, and what each holds.

Imports nothing heavy: every command asks it, and works on plain paths, which are ten times as fast as `Path` over hundreds of files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from vlmctl.choices import FileKind

__all__ = ["LISTS", "CatalogFile", "kind_of", "list_files", "unread_files", "unread_parts", "why_unread"]

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
    """What a catalog directory holds that isn't read, a line each: folders that can't be opened, records in the wrong place.

    Every command asks, so it looks no deeper than a folder in a folder.
    """
    found: list[str] = []
    for folder in ("", "components", *_FOLDERS):
        path = os.path.join(root, folder) if folder else os.fspath(root)
        try:
            with os.scandir(path):
                pass
        except FileNotFoundError:
            continue
        except OSError as error:
            found.append(f"{path}: {(error.strerror or 'cannot be opened').lower()}")
    elsewhere: dict[str, int] = {}
    for path in unread_files(root, depth=2):
        folder, top = os.path.dirname(path), os.path.dirname(os.path.dirname(path)) == os.fspath(root)
        if folder == os.fspath(root) or (top and os.path.basename(folder) in (*_FOLDERS, "components")):
            found.append(f"{path}: {why_unread(path)}")
        else:
            elsewhere[folder] = elsewhere.get(folder, 0) + 1
    found += [f"{folder}: {count} YAML file{'s' if count > 1 else ''}; {PLACES}" for folder, count in sorted(elsewhere.items())]
    return found


PLACES = "records stand in families/, models/, benchmarks/ and components/"

MOST_UNREAD = 1000


def unread_files(root: Path, *, depth: int = 12) -> list[str]:
    """What bears a YAML file's name below a catalog directory and isn't read, so many folders deep.

    Hidden files and folders are passed over, and links to folders but for the records' own.
    """
    read = {file.path for file in list_files(root)}
    found: list[str] = []
    waiting = [(os.fspath(root), 0)]
    while waiting and len(found) < MOST_UNREAD:
        path, level = waiting.pop()
        try:
            with os.scandir(path) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.path in read:
                continue
            if entry.name.lower().endswith(SUFFIXES):
                found.append(entry.path)
            elif level < depth and _is_folder(entry, linked=level == 0 and entry.name in (*_FOLDERS, "components")):
                waiting.append((entry.path, level + 1))
    return sorted(found[:MOST_UNREAD])


def _is_folder(entry: os.DirEntry[str], *, linked: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=linked)
    except OSError:
        return False


def why_unread(path: str) -> str:
    """What to do with a file from which no record is read."""
    folder, name = os.path.basename(os.path.dirname(path)), os.path.basename(path)
    if kind_of(path) is not None:
        return PLACES if os.path.isfile(path) else "not a file"
    stem, suffix = os.path.splitext(name)
    if suffix not in SUFFIXES and kind_of(os.path.join(folder, stem + suffix.lower())) is not None:
        return f"rename it to {stem + suffix.lower()}"
    if folder == "components":
        return "components/ holds language-models, vision-encoders and licenses"
    return PLACES
