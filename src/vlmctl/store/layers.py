"""Which directories make up the catalog: the shipped one and the overlays, from options and environment.

Imports nothing heavy: every command asks it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import CatalogError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Layers", "packaged_file", "shipped_directory", "user_overlay"]


class Layers(NamedTuple):
    """The shipped directory and the overlays over it, lowest first."""

    shipped: Path
    overlays: tuple[Path, ...] = ()

    @classmethod
    def find(cls, chosen: Sequence[str | Path] = ()) -> Layers:
        """The user's own overlay, those of `$VLMCTL_CATALOG`, and those `chosen` by options, in this order.

        Raises `UsageError` for a chosen or environment's path that is no directory.
        """
        named = [Path(part) for part in os.environ.get("VLMCTL_CATALOG", "").split(os.pathsep) if part]
        for place, path in (*(("VLMCTL_CATALOG", path) for path in named), *(("--catalog", Path(path)) for path in chosen)):
            if not os.path.isdir(path):  # unlike `Path.is_dir`, False for whatever the system can't look up
                if os.path.lexists(path):
                    raise UsageError(f"{place}: not a directory: {path}", hint="name the directory that holds families/, models/ …")
                raise UsageError(f"{place}: no such directory: {path}", hint=f"vlmctl init {path} starts an overlay there")
        own = user_overlay()
        found = [own] if own is not None and os.path.isdir(own) else []
        shipped = shipped_directory()
        roots = dict.fromkeys(path.resolve() for path in (*found, *named, *map(Path, chosen)))
        roots.pop(shipped.resolve(), None)  # a checkout's own catalog, named to be edited
        return cls(shipped, tuple(roots))


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
