"""The user's cache directory: where compiled catalogs lie, the lock around compiling, and the memory of read files.

A cache that can't be used is no error: every function here answers without it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["cache_directory", "compiled_path", "distrusted", "lock", "prune"]

KEPT = 8
"""Compiled catalogs that stay in the cache; the least recently used go first."""


def cache_directory() -> Path:
    """`$VLMCTL_CACHE_DIR`, else the platform's cache directory for this program. Not created here."""
    chosen = os.environ.get("VLMCTL_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(base) / "vlmctl" / "cache"
    try:
        home = Path.home()
    except RuntimeError:  # no HOME and no entry in the password file
        home = Path(os.devnull)  # nothing can be made below it, not even by root
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "vlmctl"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else home / ".cache") / "vlmctl"


def compiled_path(roots: Sequence[Path]) -> Path:
    """Where the catalog of these directories lies compiled, or would lie.

    The name only keeps them apart; whether a file fits is told by the state that stands in it.
    """
    digest = zlib.crc32("\0".join(map(os.fspath, roots)).encode("utf-8", "surrogateescape"))
    return cache_directory() / f"catalog-{digest:08x}.sqlite3"


def distrusted(directory: Path) -> str | None:
    """Why nothing in a cache directory may be believed; None where only this user and the system's can have put it there.

    The files' names can be guessed, so whoever may write there could plant a catalog. One that doesn't exist is fine.
    """
    try:
        state = os.stat(directory)
    except OSError:
        return None
    if not hasattr(os, "geteuid"):
        return None
    if state.st_mode & 0o002:
        return "everybody may write to it"
    return None if state.st_uid in {os.geteuid(), 0} else "it belongs to another user"


@contextlib.contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Wait for other processes that compile into this directory. Freed by the system when the process ends.

    Raises `OSError` where the directory can't be written to, or isn't this user's own.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    reason = distrusted(directory)
    if reason:
        raise PermissionError(errno.EPERM, reason)
    try:
        import fcntl
    except ImportError:  # Windows: the rename alone keeps the file whole; two processes may both compile
        yield
        return
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def prune(directory: Path, keep: Path) -> None:
    """Remove all but the most recently used compiled catalogs, and what a killed process left behind."""
    with contextlib.suppress(OSError):
        files = [entry for entry in directory.iterdir() if entry != keep]  # the directory may be chosen, and hold others' files, too
        left = [entry for entry in files if _named(entry, ".partial")]
        used = sorted((entry for entry in files if _named(entry, ".sqlite3")), key=lambda entry: -entry.lstat().st_mtime)
        for entry in (*left, *used[KEPT - 1 :]):
            with contextlib.suppress(OSError):
                entry.unlink()


def _named(path: Path, suffix: str) -> bool:
    """Whether a file's name is one that compiling gives: a digest, or for a temporary file eight random signs."""
    return path.suffix == suffix and path.stem.startswith("catalog-") and len(path.stem) == len("catalog-") + 8
