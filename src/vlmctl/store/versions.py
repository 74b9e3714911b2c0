"""A catalog in any form, to be compared with another: a directory of records, a wheel, or a compiled file.

What is opened may come from anywhere: a compiled file is checked through before anybody asks it, and opened so that
nothing in it can write or run; of a wheel only the one member is read, into memory, up to a bound.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from vlmctl.errors import CatalogError, UsageError
from vlmctl.source.writing import at_once
from vlmctl.store import layers
from vlmctl.store.catalog import FORMAT, Catalog
from vlmctl.store.layers import Layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["MOST_BYTES", "open_version"]

MOST_RATIO = 16
"""A member of a wheel that unpacks to so many times its size is refused; a catalog packs five times."""

MOST_MEMBERS = 10_000
"""A wheel of more files is refused; this program's has a thousand."""

LONGEST = 2**23
"""A text of more bytes in a compiled file is refused; the longest is a family's record, which is read from 4 MiB at most."""

MEMBER = "vlmctl/catalog.sqlite3"
"""Where a wheel has its compiled catalog."""

MOST_BYTES = 2**30
"""A larger compiled file is refused; a million scores take half of it."""

KINDS = ("families", "benchmarks", "components")
"""What a directory of records has; one without benchmarks is laid over the shipped catalog."""


def open_version(path: str, progress: Callable[[int, int], None] | None = None) -> Catalog:
    """The catalog at a path. `UsageError` where there is none, `CatalogError` where it is broken or of another format."""
    if "\0" in path or not os.path.lexists(path):
        raise UsageError(f"no such file or directory: {path}", hint="name a directory of records, a wheel or a compiled file (.sqlite3)")
    if os.path.isdir(path):  # unlike `Path.is_dir`, False for whatever the system can't look up
        return _directory(Path(path), progress)
    try:
        with open(path, "rb", opener=at_once) as file:
            start = file.read(16) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError as error:
        raise UsageError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error
    if start is None:
        raise UsageError(f"{path} is not a file")
    if start == b"SQLite format 3\0":
        return _file(Path(path))
    if start[:4] == b"PK\x03\x04":
        return _wheel(path)
    raise UsageError(
        f"{path} is neither a wheel nor a compiled catalog", hint="name a directory of records, a wheel or a compiled file (.sqlite3)"
    )


def _directory(root: Path, progress: Callable[[int, int], None] | None) -> Catalog:
    """A directory of records, compiled in memory; files that were read before are not parsed again."""
    if not _holds(root, any) and os.path.isdir(root / "catalog" / "families"):
        root /= "catalog"  # a checkout
    if not _holds(root, any):
        raise UsageError(f"{root} holds no records", hint="a directory of records has families/, benchmarks/ … or models/")
    if _holds(root, all):
        return _compiled(Layers(root), (), progress)
    return _compiled(
        Layers(layers.shipped_directory(), (root.resolve(),)), (f"{root} is an overlay: it is laid over the shipped catalog",), progress
    )


def _holds(root: Path, how: Callable[[Iterable[bool]], bool]) -> bool:
    """Whether a directory has any kind of record, or all that a catalog needs."""
    return how(os.path.isdir(root / kind) for kind in (KINDS if how is all else (*KINDS, "models")))


def _compiled(layers: Layers, notes: tuple[str, ...], progress: Callable[[int, int], None] | None) -> Catalog:
    from vlmctl.store.build import build
    from vlmctl.store.cache import cache_directory
    from vlmctl.store.compile import document_memory, read_records

    with document_memory(cache_directory()) as memory:
        records, left_out = read_records(layers, memory=memory, progress=progress)
    connection = sqlite3.connect(":memory:")
    build(records, connection)
    return Catalog(connection, None, (*notes, *left_out))


def _file(path: Path) -> Catalog:
    if path.stat().st_size > MOST_BYTES:
        raise CatalogError(f"{path} is larger than {MOST_BYTES // 2**20} MiB")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise CatalogError(f"{path} can't be read: {error}") from error
    return _checked(connection, str(path))


def _wheel(path: str) -> Catalog:
    try:
        _refuse_members(path)
        with zipfile.ZipFile(path) as archive, archive.open(MEMBER) as member:
            packed = archive.getinfo(MEMBER)
            if packed.file_size > MOST_RATIO * packed.compress_size:
                raise CatalogError(f"{MEMBER} of {path} unpacks to {packed.file_size} bytes; that is no catalog")  # noqa: TRY301 - beside what it is about
            content = member.read(MOST_BYTES + 1)
    except CatalogError:
        raise
    except KeyError as error:
        raise CatalogError(f"{path} holds no {MEMBER}", hint="name a wheel of vlmctl") from error
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise CatalogError(f"{path} can't be read: {error}") from error
    except Exception as error:  # zlib's and lzma's own errors
        raise CatalogError(f"{path} is damaged: {error}") from error
    if len(content) > MOST_BYTES:
        raise CatalogError(f"{MEMBER} of {path} is larger than {MOST_BYTES // 2**20} MiB")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
    except sqlite3.Error as error:
        raise CatalogError(f"{MEMBER} of {path} can't be read: {error}") from error
    return _checked(connection, path)


def _refuse_members(path: str) -> None:
    """Raise `CatalogError` for a wheel of too many files: the list of them is read whole, and each takes half a kilobyte."""
    mark, found, before = b"PK\x01\x02", 0, b""
    with Path(path).open("rb") as file:
        while part := file.read(2**20):
            found += (before + part).count(mark)
            before = part[-3:]
            if found > MOST_MEMBERS:
                raise CatalogError(f"{path} holds more than {MOST_MEMBERS} files; that is no wheel of vlmctl")


def _checked(connection: sqlite3.Connection, name: str) -> Catalog:
    """The catalog, once it is sure to be whole and of this format."""
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA ignore_check_constraints = ON")  # a check would run whatever stands in it
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == FORMAT:
            sound = _tables(connection) == _expected() and connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        else:
            sound = True
    except sqlite3.Error as error:
        connection.close()
        raise CatalogError(f"{name} is damaged: {error}") from error
    if version != FORMAT:
        connection.close()
        raise CatalogError(
            f"{name} is no catalog compiled in format {FORMAT}" + (f" but in format {version}" if version else ""),
            hint="compare directories of records instead",
        )
    if not sound:
        connection.close()
        raise CatalogError(f"{name} is damaged or no compiled catalog")
    return Catalog(connection, name)


def _tables(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """What a database is made of: tables, indexes and whatever else, with the columns and how they come by their values.

    A generated column would run whatever stands in it. SQLite's own tables differ between its versions: those of its
    statistics, and those that hold the texts to be searched, which nobody compares.
    """
    sql = (
        "SELECT s.type, s.name, c.name, c.hidden FROM sqlite_schema s LEFT JOIN pragma_table_xinfo(s.name) c "
        "WHERE s.name NOT LIKE 'sqlite_stat%' AND s.name NOT LIKE 'passage%'"
    )
    return {tuple(map(str, row)) for row in connection.execute(sql)}


def _expected() -> set[tuple[str, ...]]:
    from importlib.resources import files

    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(files("vlmctl.store").joinpath("schema.sql").read_text("utf-8"))
        return _tables(connection)
