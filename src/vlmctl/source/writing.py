"""Writing records' files: whole or not at all, one writer at a time, nobody's change lost.

A file is written under a temporary name beside it, flushed to the disk and renamed, under the overlay's lock and only
while it still holds what the change was computed from. Each step is a method of `System`, so that tests can make any
of them fail. Knows nothing about YAML.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
import time
from typing import TYPE_CHECKING

from vlmctl.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LOCK_NAME", "ChangedError", "System", "at_once", "locked", "read_bytes", "replace"]

LOCK_NAME = ".vlmctl.lock"
TEMPORARY = ".vlmctl-new"
"""Ends the name of a file that is being written; the loader passes over such names."""

MOST_BYTES = 32 * 2**20
"""A larger file is none that this program writes: it is refused instead of read into memory."""

NO_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}
"""What file systems answer that can't flush a directory."""


class ChangedError(RefusedError):
    """Somebody else changed the file since it was read."""


class System:
    """The system calls of a write, one method each."""

    def create(self, directory: str, prefix: str) -> tuple[int, str]:
        """A new file for writing in a directory: its descriptor and path."""
        return tempfile.mkstemp(prefix=prefix, suffix=TEMPORARY, dir=directory)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write a part; how many bytes were taken."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Flush to the disk."""
        os.fsync(descriptor)

    def rename(self, old: str, new: str) -> None:
        """Put a file in another's place in one step."""
        os.replace(old, new)

    def unlink(self, path: str) -> None:
        """Remove a file."""
        os.unlink(path)


SYSTEM = System()


@contextlib.contextmanager
def locked(root: str | os.PathLike[str], *, wait: float = 10.0) -> Iterator[None]:
    """Keep other writers out of a directory; the directory is made where it is missing, and goes again if nothing was written.

    The system frees the lock when the process ends, however it ends. Raises `RefusedError` where the directory can't be
    written to, or another writer doesn't finish within `wait` seconds.
    """
    root = os.path.realpath(root)
    made = _make(root)
    try:
        descriptor = _lock(os.path.join(root, LOCK_NAME), root, wait)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(root, LOCK_NAME))
            os.close(descriptor)
    finally:
        _unmake(made)


def _lock(path: str, root: str, wait: float) -> int:
    """The descriptor of the lock file. A file that its last owner removed while we waited is none: once more."""
    until = time.monotonic() + wait
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except FileNotFoundError:  # another writer made the directory, wrote nothing and took it away
            _make(root)
            continue
        except OSError as error:
            raise _refused(root, error) from error
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


def _make(directory: str) -> list[str]:
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
            _unmake(made)
            raise _refused(path, error) from error
        else:
            made.insert(0, path)
    return made


def _unmake(made: list[str]) -> None:
    """Remove directories that are still empty."""
    with contextlib.suppress(OSError):
        for path in made:
            os.rmdir(path)


def read_bytes(path: str | os.PathLike[str]) -> bytes | None:
    """What a file holds; None where there is none.

    `RefusedError` if it can't be read, is larger than `MOST_BYTES`, or is no file: a pipe would be waited for.
    """
    try:
        with open(path, "rb", opener=at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RefusedError(f"{os.fspath(path)} is not a file")
            content: bytes = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        if os.path.islink(path):
            raise RefusedError(f"{os.fspath(path)} is a link that leads nowhere") from None
        return None
    except OSError as error:
        raise RefusedError(f"can't read {os.fspath(path)}: {_reason(error)}") from error
    if len(content) > MOST_BYTES:
        raise RefusedError(f"{os.fspath(path)} is larger than {MOST_BYTES // 2**20} MiB; that is no record")
    return content


def replace(path: str | os.PathLike[str], content: bytes, *, expected: bytes | None, system: System = SYSTEM) -> str | None:
    """Make `content` what a file holds, in one step; call it under `locked`. A note where the write isn't certain to last.

    `expected` is what the change was computed from, None for a new file: if the file holds something else by now,
    `ChangedError`. Raises `RefusedError` where it can't be written; the file is then as it was. A link is followed; the
    file's rights and owner stay.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    made = _make(folder)
    try:
        _sweep(folder)
        before = _writable(target, folder)
        try:
            descriptor, temporary = system.create(folder, f".{os.path.basename(target)[:40]}.")
            try:
                _fill(descriptor, content, before, system)
                _unchanged(path, expected)
                system.rename(temporary, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    system.unlink(temporary)
                raise
        except OSError as error:
            raise _refused(target, error) from error
    finally:
        _unmake(made)
    return _flushed(dict.fromkeys([folder, *map(os.path.dirname, made)]), target, system)


def _writable(target: str, folder: str) -> os.stat_result | None:
    """The state of the file that will be replaced. One that is marked read-only is left alone, whoever asks."""
    try:
        before = os.stat(target)
    except FileNotFoundError:
        before = None
    except OSError as error:
        raise _refused(target, error) from error
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise RefusedError(f"{target} is no regular file")
    for place, mode in ((target, before and before.st_mode), (folder, os.stat(folder).st_mode)):
        if mode is not None and not mode & 0o222:
            raise RefusedError(f"{place} is read-only", hint="--catalog DIR writes elsewhere")
    return before


def _fill(descriptor: int, content: bytes, before: os.stat_result | None, system: System) -> None:
    """Write all of it, give it the rights it must have, flush it; closes the descriptor."""
    try:
        left = memoryview(content)
        while left:
            taken = system.write(descriptor, left)
            if taken <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            left = left[taken:]
        if hasattr(os, "fchmod"):
            _keep_rights(descriptor, before)
        system.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_rights(descriptor: int, before: os.stat_result | None) -> None:
    if before is None:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(descriptor, 0o666 & ~mask)
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def at_once(path: str, flags: int) -> int:
    """A descriptor; nobody is waited for at the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unchanged(path: str | os.PathLike[str], expected: bytes | None) -> None:
    if read_bytes(path) != expected:
        what = "changed" if expected is not None else "made"
        raise ChangedError(f"{os.fspath(path)} was {what} by another program in the meantime", hint="run the command again")


def _flushed(folders: Iterable[str], target: str, system: System) -> str | None:
    """Flush the directories, so that the rename lasts. The new content is in place by now: a failure is only told."""
    try:
        for folder in folders:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                system.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            return f"{target} is written, but the system could not flush it to the disk ({_reason(error)})"
    return None


def _sweep(folder: str) -> None:
    """Remove what a killed writer left. Under the lock nobody else is writing here."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(".") and name.endswith(TEMPORARY):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(folder, name))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _refused(path: str, error: OSError) -> RefusedError:
    hint = "--catalog DIR writes elsewhere" if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} else None
    return RefusedError(f"can't write {path}: {_reason(error)}; nothing was changed", hint=hint)
