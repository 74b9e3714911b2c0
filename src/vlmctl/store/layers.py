"""Which directories make up the catalog: the shipped one and the overlays, from options and environment.

Imports nothing heavy: every command asks it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import CatalogError, UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Layers", "packaged_file", "shipped_directory", "unfound", "user_overlay"]

VARIABLE = "VLMCTL_CATALOG"


class Layers(NamedTuple):
    """The shipped directory and the overlays over it, lowest first."""

    shipped: Path
    overlays: tuple[Path, ...] = ()

    @classmethod
    def find(cls, chosen: Sequence[str | Path] = ()) -> Layers:
        """The user's own overlay, those of `$VLMCTL_CATALOG`, and those `chosen` by options, in this order.

        What the environment names and isn't there is left out (`unfound` tells it): it holds for every command, whatever
        it was asked. Raises `UsageError` for a chosen path that is no directory.
        """
        for path in chosen:
            problem = _problem(path)
            if problem is not None:
                there = os.path.lexists(path)
                hint = "name the directory that holds families/, models/ …" if there else f"vlmctl init {path} starts an overlay there"
                raise UsageError(f"--catalog: {problem}: {path}", hint=hint)
        named = [Path(part) for part in _named() if _problem(part) is None]
        own = user_overlay()
        found = [own] if own is not None and os.path.isdir(own) else []
        shipped = shipped_directory()
        roots = dict.fromkeys(path.resolve() for path in (*found, *named, *map(Path, chosen)))
        roots.pop(shipped.resolve(), None)  # a checkout's own catalog, named to be edited
        return cls(shipped, tuple(roots))

    @staticmethod
    def origin_of(root: str | Path) -> str:
        """How a layer is called in answers: its path on one line; empty for the shipped catalog."""
        return "" if os.fspath(root) == os.fspath(shipped_directory()) else printable(os.fspath(root))


def unfound() -> list[str]:
    """A note on each path in `$VLMCTL_CATALOG` that is no directory."""
    return [f"{VARIABLE}: {problem}: {path}; it is left out" for path in dict.fromkeys(_named()) if (problem := _problem(path))]


def _named() -> list[str]:
    return [part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]


def _problem(path: str | Path) -> str | None:
    """Why a path is no overlay; None where it can be one."""
    if os.path.isdir(path):  # unlike `Path.is_dir`, False for whatever the system can't look up
        return None
    return "not a directory" if os.path.lexists(path) else "no such directory"


def user_overlay() -> Path | None:
    """`$XDG_CONFIG_HOME/vlmctl/catalog`; None where there is no home."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    if os.path.isabs(base):
        return Path(base) / "vlmctl" / "catalog"
    try:
        return Path.home() / ".config" / "vlmctl" / "catalog"
    except RuntimeError:
        return None


def shipped_directory() -> Path:
    """The catalog's YAML: inside the installed package, or at the top of the checkout."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "catalog", package.parent.parent / "catalog"):
        if (candidate / "families").is_dir():
            return candidate
    raise CatalogError("the catalog is missing from this installation", hint="install vlmctl again")


def packaged_file() -> Path | None:
    """The compiled catalog that the wheel brings, if there is one."""
    path = Path(__file__).resolve().parent.parent / "catalog.sqlite3"
    return path if path.is_file() else None
