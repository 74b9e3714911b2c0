"""Opening the catalog: the compiled file that fits the records as they are now, compiled first where there is none.

This is the seam between reading and writing: as long as the compiled file fits, nothing here imports YAML or Pydantic.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING

from vlmctl.source.directory import list_files, unread_parts
from vlmctl.store import cache
from vlmctl.store.catalog import FORMAT, Catalog
from vlmctl.store.layers import Layers, packaged_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RECOMPILE", "fingerprint", "last_compiled", "open_catalog", "open_file"]

Progress = Callable[[int, int], None]

RECOMPILE = "VLMCTL_RECOMPILE"
"""Environment variable: when set, compiled files are passed over and the catalog is compiled anew."""


def open_catalog(layers: Layers, *, progress: Progress | None = None) -> Catalog:
    """The catalog of these layers, ready to be asked. Raises `CatalogError` where the shipped records are invalid."""
    anew = bool(os.environ.get(RECOMPILE))
    ready = None if layers.overlays or anew else packaged_file()
    found = open_file(ready) if ready is not None else None
    if found is not None:
        return found
    path = cache.compiled_path((layers.shipped, *layers.overlays))
    state = fingerprint(layers)
    found = None if anew else _cached(path, state)
    return found or _compile(layers, path, state, progress, anew=anew)


def last_compiled(layers: Layers) -> Catalog | None:
    """The catalog as it was last compiled, even where records have changed since; None where it never was.

    For completion, which must neither compile nor look at hundreds of files.
    """
    ready = None if layers.overlays else packaged_file()
    found = open_file(ready) if ready is not None else None
    return found or _cached(cache.compiled_path((layers.shipped, *layers.overlays)))


def _cached(path: Path, state: str | None = None) -> Catalog | None:
    return None if cache.distrusted(path.parent) else open_file(path, state)


def _compile(layers: Layers, path: Path, state: str, progress: Progress | None, *, anew: bool) -> Catalog:
    from vlmctl.store.compile import compile_file, compile_memory

    try:
        with cache.lock(path.parent):
            found = None if anew else open_file(path, state)  # another process may have been faster
            if found is None:
                compile_file(layers, path, state=state, progress=progress)
                found = open_file(path, state)
                cache.prune(path.parent, path)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        catalog = compile_memory(layers, progress)
        note = f"the cache {path.parent} can't be used ({reason}); the catalog is compiled anew for each call"
        return Catalog(catalog.connection, None, (*catalog.notes, note))
    if found is None:
        return compile_memory(layers, progress)
    return found


def fingerprint(layers: Layers) -> str:
    """Changes whenever the format, the set of files, or a file's size, modification time or inode does."""
    parts = [str(FORMAT)]
    for root in (layers.shipped, *layers.overlays):
        parts.append(f"layer {os.fspath(root)!r}")
        parts += [f"{file.path!r} {file.state}" for file in list_files(root)]
        parts += map(repr, unread_parts(root) if root != layers.shipped else ())  # they are among the compiled file's notes
    return "\n".join(parts)


def open_file(path: Path, state: str | None = None) -> Catalog | None:
    """A compiled file, opened read-only; None where it is missing, damaged, unfinished or of another format.

    With a `state`, also None where the file was compiled from files in another state.
    """
    try:
        file = path.stat()
        if not stat.S_ISREG(file.st_mode):  # a pipe would be waited for
            return None
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except (OSError, sqlite3.Error):
        return None
    try:
        whole = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        meta = dict(connection.execute("SELECT key, value FROM meta"))
    except sqlite3.Error:
        connection.close()
        return None
    if whole != file.st_size or version != FORMAT or "notes" not in meta or (state is not None and meta.get("state") != state):
        connection.close()
        return None
    return Catalog(connection, str(path), tuple(line for line in meta["notes"].split("\n") if line))
