"""Build hook: compiles the catalog into the wheel, so that an installed vlmctl never parses YAML."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogBuildHook(BuildHookInterface):
    """Adds `vlmctl/catalog.sqlite3` to the wheel. An editable install compiles into the user's cache instead."""

    directory: tempfile.TemporaryDirectory[str] | None = None
    """Where the catalog is compiled: until it is packed, or the build has failed and its process ends."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile from the sources that are being packaged; a broken catalog fails the build."""
        if version == "editable":
            build_data["force_include_editable"] = {}
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from vlmctl.store.compile import compile_file
            from vlmctl.store.layers import Layers

            self.directory = tempfile.TemporaryDirectory(prefix="vlmctl-build-")
            path = Path(self.directory.name) / "catalog.sqlite3"
            compile_file(Layers(root / "catalog"), path)
        finally:
            sys.path.remove(str(root / "src"))
        os.chmod(path, 0o644)
        build_data["force_include"][str(path)] = "vlmctl/catalog.sqlite3"
        build_data["force_include"][str(root / "catalog")] = "vlmctl/catalog"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's own
        """Remove what was compiled: the wheel has it."""
        if self.directory is not None:
            self.directory.cleanup()
