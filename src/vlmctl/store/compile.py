"""Compiling layers of YAML into one SQLite file: read, validate, leave broken overlay files out, build, rename.

The writing half: imports `source` and, through it, YAML and Pydantic. `opening` calls it when nothing compiled fits.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vlmctl.errors import CatalogError, printable
from vlmctl.source.aside import Shelf
from vlmctl.source.directory import unread_parts
from vlmctl.source.layers import Catalog as Records
from vlmctl.source.layers import Layer, gather, read_layer
from vlmctl.source.references import dangling, follows, ids_in
from vlmctl.store.build import build
from vlmctl.store.cache import cache_directory, distrusted
from vlmctl.store.catalog import Catalog

if TYPE_CHECKING:
    from pathlib import Path

    from vlmctl.source.findings import Finding
    from vlmctl.source.loading import LoadedFile
    from vlmctl.store.layers import Layers

__all__ = ["compile_file", "compile_memory", "document_memory", "read_cached", "read_records", "remembered"]

Progress = Callable[[int, int], None]

READER = 2
"""Version of what `source.document` makes of a file's content; raise it when the same content gives other data."""

MOST_REMEMBERED = 4000
"""Files in the memory of read documents; past that it starts anew."""

MOST_NAMED = 5
"""Of more files that are left out with another the rest is counted."""

MOST_HELD = 4 * 2**20
"""Bytes of YAML whose records stay in memory while a catalog is compiled, twice the shipped one; they take ten times that."""


def compile_file(layers: Layers, path: Path, *, state: str = "", progress: Progress | None = None) -> None:
    """Compile into `path`: built under a temporary name beside it, flushed, renamed. Raises `OSError`, `CatalogError`."""
    descriptor, temporary = tempfile.mkstemp(prefix="catalog-", suffix=".partial", dir=path.parent)
    os.close(descriptor)
    try:
        with Shelf() as shelf:
            with document_memory(path.parent) as memory:
                records, notes = read_records(layers, memory=memory, progress=progress, shelf=shelf)
            with contextlib.closing(sqlite3.connect(temporary)) as connection:
                build(records, connection, _meta(layers, notes, state))
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def compile_memory(layers: Layers, progress: Progress | None = None) -> Catalog:
    """The same, in memory."""
    with Shelf() as shelf:
        records, notes = read_records(layers, progress=progress, shelf=shelf)
        connection = sqlite3.connect(":memory:")
        build(records, connection, _meta(layers, notes))
    return Catalog(connection, None, notes)


def _meta(layers: Layers, notes: Iterable[str], state: str = "") -> dict[str, str]:
    from vlmctl import __version__

    return {
        "version": __version__,
        "layers": json.dumps([str(root) for root in (layers.shipped, *layers.overlays)]),
        "notes": "\n".join(notes),
        "state": state,
    }


def read_records(
    layers: Layers, *, memory: _Memory | None = None, progress: Progress | None = None, shelf: Shelf | None = None
) -> tuple[Records, list[str]]:
    """The records of all layers without the broken overlay files, and a note about each of those.

    With a shelf, what goes beyond `MOST_HELD` is set aside there: good for reading records one by one, without the
    files' data. Raises `CatalogError` where a shipped file is broken.
    """
    recall = memory.recall if memory is not None else None
    files: list[tuple[str, LoadedFile]] = []
    notes: list[str] = []
    held = 0
    for layer in (Layer(layers.shipped, ""), *(Layer(root, printable(str(root))) for root in layers.overlays)):
        for file in read_layer(layer, recall=recall, progress=None if layer.origin else progress):
            if memory is not None:
                memory.remember(file)
            held += len(file.content)
            if shelf is not None and held > MOST_HELD and file.kind in {"family", "model"} and not file.findings:
                with contextlib.suppress(OSError):  # no room: it stays in memory
                    file.set_aside(shelf)
            files.append((layer.origin, file))
        if layer.origin:
            notes += [f"left out of the overlay: {printable(line)}" for line in unread_parts(layer.root)]
    while True:
        records = gather(files)
        findings = [finding for finding in (*records.findings, *dangling(records)) if finding.severity == "error"]
        if not findings:
            return records, notes
        files, left_out = _without_broken(files, findings, layers.shipped)
        notes += left_out


@contextlib.contextmanager
def remembered() -> Iterator[_Memory | None]:
    """The memory of read files in the user's cache directory, which is made if need be; None where it can't be used."""
    directory = cache_directory()
    with contextlib.suppress(OSError):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with document_memory(directory) as memory:
        yield memory


def read_cached(layers: Layers, directory: Path) -> tuple[Records, list[str]]:
    """As `read_records`, with the memory of read files in a cache directory where that can be used."""
    with document_memory(directory) as memory:
        return read_records(layers, memory=memory)


def _without_broken(
    files: list[tuple[str, LoadedFile]], findings: list[Finding], lowest: Path
) -> tuple[list[tuple[str, LoadedFile]], list[str]]:
    """The files without those that have findings, and a note for each; `CatalogError` when one of the `lowest` layer has."""
    from vlmctl.store.layers import shipped_directory

    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.place.path, []).append(finding)
    broken = ids_in(file for _, file in files if file.findings)
    with_it: dict[str, list[str]] = {}
    notes = []
    for origin, file in files:
        found = by_path.get(file.path)
        if found and origin and all(follows(finding, broken) for finding in found):
            with_it.setdefault(origin, []).append(os.path.relpath(file.path, os.path.dirname(os.path.dirname(file.path))))
            continue
        if found and not origin:
            more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
            where = "" if lowest == shipped_directory() else f" {shlex.quote(printable(os.fspath(lowest)))}"
            raise CatalogError(f"the catalog is invalid: {found[0]}{more}", hint=f"vlmctl validate{where} shows everything")
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            notes.append(f"left out of the overlay: {printable(str(found[0]))}{more} (vlmctl validate {shlex.quote(origin)})")
    for names in with_it.values():
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        notes.append(f"left out of the overlay with it: {printable(', '.join(names[:MOST_NAMED]))}{more}")
    return [(origin, file) for origin, file in files if file.path not in by_path], notes


class _Memory:
    """Documents by the digest of their content, so that only changed files are parsed again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.new: list[tuple[bytes, str]] = []
        self.size = 0
        connection.execute("CREATE TABLE IF NOT EXISTS document (digest BLOB PRIMARY KEY, data TEXT) WITHOUT ROWID")

    def recall(self, content: bytes) -> Any:
        row = self.connection.execute("SELECT data FROM document WHERE digest = ?", (_digest(content),)).fetchone()
        return None if row is None else json.loads(row[0])

    def remember(self, file: LoadedFile) -> None:
        """Keep a file that was parsed and has no errors; written by `flush`, or when many have come together."""
        if file.recalled or file.findings:
            return
        self.new.append((_digest(file.content), json.dumps(file.data)))
        self.size += len(file.content)
        if self.size > MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is new in one short transaction; a memory that can't be written is none."""
        with contextlib.suppress(sqlite3.Error):
            if self.new and self.connection.execute("SELECT count(*) FROM document").fetchone()[0] > MOST_REMEMBERED:
                self.connection.execute("DELETE FROM document")
            self.connection.executemany("INSERT OR REPLACE INTO document VALUES (?, ?)", self.new)
            self.connection.commit()
        self.new, self.size = [], 0


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(b"%d\0" % READER + content).digest()


@contextlib.contextmanager
def document_memory(directory: Path) -> Iterator[_Memory | None]:
    """The memory in a cache directory; None where it can't be used. A damaged one is thrown away."""
    path = directory / "documents.sqlite3"
    connection = memory = None
    for _ in range(0 if distrusted(directory) else 2):
        try:
            connection = sqlite3.connect(path)
            memory = _Memory(connection)
            memory.recall(b"")
            break
        except sqlite3.Error:
            memory = None
            if connection is not None:
                connection.close()
            with contextlib.suppress(OSError):
                path.unlink()
    try:
        yield memory
        if memory is not None:
            memory.flush()
    finally:
        if connection is not None:
            connection.close()
