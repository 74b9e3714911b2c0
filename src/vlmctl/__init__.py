"""vlmctl: the command-line catalog of vision-language models.

The public Python API: `open_catalog()` answers a catalog to be asked; records and queries are imported from their own
modules, so that `import vlmctl` loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["__version__", "open_catalog"]

__version__ = "0.1.0"


def open_catalog(*overlays: str) -> Catalog:
    """The shipped catalog with `overlays` (directories) laid over it.

    Raises `vlmctl.errors.CatalogError` where the catalog is invalid.
    """
    from vlmctl.store.layers import Layers
    from vlmctl.store.opening import open_catalog as opened

    return opened(Layers.find(overlays))


def __getattr__(name: str) -> Any:
    """Resolve the error classes lazily: `vlmctl.VlmctlError` and its kin."""
    from importlib import import_module

    errors = import_module("vlmctl.errors")  # `from vlmctl import errors` would ask this function for it
    if name in errors.__all__:
        return getattr(errors, name)
    raise AttributeError(f"module 'vlmctl' has no attribute {name!r}")
