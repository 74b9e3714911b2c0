"""Directories that records are written to: made where they are missing, and locked against other writers."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from typing import TYPE_CHECKING

from vlmctl.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LOCK_NAME", "locked", "make", "reason", "refused", "unmake"]

LOCK_NAME = ".vlmctl.lock"


@contextlib.contextmanager
def locked(root: str | os.PathLike[str], *, wait: float = 10.0) -> Iterator[None]:
    """Keep other writers out of a directory; the directory is made where it is missing, and goes again if nothing was written.

    The system frees the lock when the process ends, however it ends. Raises `RefusedError` where the directory can't be
    written to, or another writer doesn't finish within `wait` seconds.
    """
    root = os.path.realpath(root)
    made = make(root)
    try:
        descriptor = _lock(os.path.join(root, LOCK_NAME), root, wait)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(root, LOCK_NAME))
            os.close(descriptor)
    finally:
        unmake(made)


def _lock(path: str, root: str, wait: float) -> int:
    """The descriptor of the lock file. A file that its last owner removed while we waited is none: once more."""
    until = time.monotonic() + wait
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except FileNotFoundError:  # another writer made the directory, wrote nothing and took it away
            make(root)
            continue
        except OSError as error:
            raise refused(root, error) from error
        if _taken(descriptor, path):
            return descriptor
        os.close(descriptor)
        if time.monotonic() >= until:
            raise RefusedError(f"another vlmctl is writing to {root}", hint="try again when it has finished")
        time.sleep(0.02)


def _taken(descriptor: int, path: str) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: `replace` still finds out that a file was changed
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def make(directory: str) -> list[str]:
    """Make a directory and those above it; the new ones, deepest first."""
    missing = []
    while not os.path.isdir(directory):
        missing.append(directory)
        directory = os.path.dirname(directory)
    made: list[str] = []
    for path in reversed(missing):
        try:
            os.mkdir(path)
        except FileExistsError:
            pass
        except OSError as error:
            unmake(made)
            raise refused(path, error) from error
        else:
            made.insert(0, path)
    return made


def unmake(made: Sequence[str]) -> None:
    """Remove directories that are still empty."""
    with contextlib.suppress(OSError):
        for path in made:
            os.rmdir(path)


def reason(error: OSError) -> str:
    """What the system says, in this program's form."""
    return (error.strerror or str(error)).lower()


def refused(path: str, error: OSError, outcome: str = "nothing was changed") -> RefusedError:
    """The error for a place that can't be written to."""
    hint = "--catalog DIR writes elsewhere" if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} else None
    return RefusedError(f"can't write {path}: {reason(error)}; {outcome}", hint=hint)
