"""Records set aside in a temporary file without a name, so that a catalog of any size can be compiled in the same memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Sequence
from typing import Any, Self, overload

__all__ = ["Shelf"]


class Shelf:
    """Keeps lists of records on disk. The file has no name and is gone with the process; nobody else can write to it."""

    def __init__(self) -> None:
        self._file: Any = None
        self._at = -1
        self._last: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Forget everything; what was set aside can't be looked into any more."""
        if self._file is not None:
            self._file.close()

    def put(self, records: Sequence[Any]) -> Sequence[Any]:
        """Set records aside; what comes back reads them again when it is looked into. Raises `OSError` where there is no room."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the shelf
        place = self._file.seek(0, 2)
        pickle.dump(list(records), self._file, pickle.HIGHEST_PROTOCOL)
        return _SetAside(self, place, len(records))

    def get(self, place: int) -> list[Any]:
        """The records at a place; those looked at last are still there."""
        if place != self._at:
            self._file.seek(place)
            self._last, self._at = pickle.load(self._file), place  # noqa: S301 - written by this process above
        return self._last


class _SetAside(Sequence[Any]):
    """A list of records that isn't in memory."""

    def __init__(self, shelf: Shelf, place: int, length: int) -> None:
        self._shelf, self._place, self._length = shelf, place, length

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._shelf.get(self._place)[index]

    def __len__(self) -> int:
        return self._length
