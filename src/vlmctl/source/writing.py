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
from typing import TYPE_CHECKING

from vlmctl.errors import RefusedError
from vlmctl.source.locking import make, reason, refused, unmake

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ChangedError", "System", "at_once", "read_bytes", "replace", "replace_all"]

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
        raise RefusedError(f"can't read {os.fspath(path)}: {reason(error)}") from error
    if len(content) > MOST_BYTES:
        raise RefusedError(f"{os.fspath(path)} is larger than {MOST_BYTES // 2**20} MiB; that is no record")
    return content


def replace(path: str | os.PathLike[str], content: bytes, *, expected: bytes | None, system: System = SYSTEM) -> str | None:
    """Make `content` what a file holds, in one step; call it under `locked`. A note where the write isn't certain to last.

    `expected` is what the change was computed from, None for a new file: if the file holds something else by now,
    `ChangedError`. Raises `RefusedError` where it can't be written; the file is then as it was. A link is followed; the
    file's rights and owner stay.
    """
    return next(iter(replace_all([(os.fspath(path), content, expected)], system=system)), None)


def replace_all(changes: Sequence[tuple[str, bytes, bytes | None]], *, system: System = SYSTEM) -> list[str]:
    """The same for several files, each with its path, new content and what is expected; the notes.

    All are written beside their places before the first is put there, so that a full disk or another's change leaves
    every file as it was. Should putting one in its place fail, those before it are taken back.
    """
    made: list[str] = []
    ready: list[tuple[str, str]] = []
    done = 0
    target = ""
    try:
        for folder in dict.fromkeys(os.path.dirname(os.path.realpath(path)) for path, _, _ in changes):
            made[:0] = make(folder)
            _sweep(folder)
        for path, content, _ in changes:
            target = os.path.realpath(path)
            ready.append((_beside(target, content, system), target))
        for path, _, expected in changes:
            _unchanged(path, expected)
        for temporary, target in ready:
            system.rename(temporary, target)
            done += 1
    except OSError as error:
        left = _not_taken_back([(target, expected) for (_, target), (*_, expected) in zip(ready[:done], changes, strict=False)], system)
        raise refused(target, error, f"{', '.join(left)} was changed before it" if left else "nothing was changed") from error
    finally:
        for temporary, _ in ready[done:]:
            _discard(temporary, system)
        unmake(made)
    targets = [target for _, target in ready]
    notes = (_flushed(folder, targets, system) for folder in dict.fromkeys([*map(os.path.dirname, targets), *map(os.path.dirname, made)]))
    return [note for note in notes if note is not None]


def _beside(target: str, content: bytes, system: System) -> str:
    """A temporary file beside a target, with the content and rights that the target shall have."""
    folder = os.path.dirname(target)
    before = _writable(target, folder)
    descriptor, temporary = system.create(folder, f".{os.path.basename(target)[:40]}.")
    try:
        _fill(descriptor, content, before, system)
    except BaseException:
        _discard(temporary, system)
        raise
    return temporary


def _not_taken_back(done: Sequence[tuple[str, bytes | None]], system: System) -> list[str]:
    """Give files the content that they had before, or none; those with which that failed."""
    left = []
    for target, before in done:
        try:
            system.unlink(target) if before is None else system.rename(_beside(target, before, system), target)
        except (OSError, RefusedError):
            left.append(target)
    return left


def _discard(temporary: str, system: System) -> None:
    with contextlib.suppress(OSError):
        system.unlink(temporary)


def _writable(target: str, folder: str) -> os.stat_result | None:
    """The state of the file that will be replaced. One that is marked read-only is left alone, whoever asks."""
    try:
        before = os.stat(target)
    except FileNotFoundError:
        before = None
    except OSError as error:
        raise refused(target, error) from error
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


def _flushed(folder: str, targets: Sequence[str], system: System) -> str | None:
    """Flush a directory, so that the renames in it last. The new content is in place by now: a failure is only told."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            system.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            written = [target for target in targets if os.path.dirname(target) == folder] or [folder]
            return f"{', '.join(written)} is written, but the system could not flush it to the disk ({reason(error)})"
    return None


def _sweep(folder: str) -> None:
    """Remove what a killed writer left. Under the lock nobody else is writing here."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(".") and name.endswith(TEMPORARY):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(folder, name))
