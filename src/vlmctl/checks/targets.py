"""What `validate` was asked about: paths and standard input become layers of catalog files, each with its kind.

A file in a catalog's folder is seen among its neighbours there; any other is laid over the shipped catalog by itself.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmctl.errors import UsageError
from vlmctl.source.directory import SUFFIXES, kind_of, list_files, unread_files, why_unread
from vlmctl.source.document import read_content, read_document
from vlmctl.source.findings import Finding, Place
from vlmctl.source.layers import Layer, read_layer
from vlmctl.source.loading import LoadedFile, load_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.choices import FileKind
    from vlmctl.source.loading import Recall

__all__ = ["STANDARD_INPUT", "Targets", "guessed_kind", "read_targets", "shown_path"]

STANDARD_INPUT = "<standard input>"

FOLDERS = ("families", "benchmarks", "models", "components")

GIVEN = "given"
"""Origin of files that belong to no catalog directory."""


@dataclass(slots=True)
class Targets:
    """Files with their origins, lowest layer first, and which of them were asked about."""

    files: list[tuple[str, LoadedFile]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Paths of the files that were asked about."""
    findings: list[Finding] = field(default_factory=list)
    """What is wrong with files that are no records."""


def read_targets(
    paths: Sequence[str],
    beneath: Sequence[Path],
    *,
    content: bytes | None = None,
    kind: FileKind | None = None,
    recall: Recall | None = None,
) -> Targets:
    """The files to check with all that lies beneath them.

    `beneath` are catalog directories, lowest first. Without `paths` they are themselves what is asked about. `content` is
    standard input, which the path `-` stands for; `kind` is what a file outside a catalog's folders holds, if it isn't to
    be guessed. Raises `UsageError` for a path that isn't there, or a directory without records.
    """
    plan = _Plan([Path(os.path.abspath(root)) for root in beneath])
    for path in paths or map(str, plan.roots):
        _look_up(path)
        if path != "-" and _is_catalog(path):
            plan.whole.add(_real(path))
        named = list(_files(path))
        if paths and not named:
            raise UsageError(f"no records in {path}", hint="a catalog has families/, benchmarks/, models/ or components/ with .yaml files")
        for name in named:
            plan.ask(name, named=name == path)
    targets = Targets()
    for index, root in enumerate(plan.roots):
        origin = str(root) if index else ""
        for file in read_layer(Layer(root, origin), recall=recall):
            targets.files.append((origin, file))
            targets.asked.update({file.path} if _real(file.path) in plan.asked else ())
        if _real(root) in plan.whole:
            targets.findings.extend(_unread(root))
    for path, by_name in plan.singles.items():
        loaded = _single(path, content, kind, named=by_name)
        targets.files.append((GIVEN, loaded))
        targets.asked.add(loaded.path)
    return targets


@dataclass(slots=True)
class _Plan:
    """What is to be read, and what of it was asked about."""

    roots: list[Path]
    """Catalog directories, lowest first."""
    whole: set[str] = field(default_factory=set)
    """Those that were asked about as a whole."""
    asked: set[str] = field(default_factory=set)
    """Files in them that were asked about."""
    singles: dict[str, bool] = field(default_factory=dict)
    """Files outside any catalog directory, in order; whether they were named or found in a directory."""

    def ask(self, file: str, *, named: bool) -> None:
        """Add a file, with the directory it belongs to."""
        root = _root(file)
        if root is None:
            self.singles[file] = named
            return
        self.asked.add(_real(file))
        if root not in map(_real, self.roots):
            self.roots.append(Path(root))


def _look_up(path: str) -> None:
    """Raise `UsageError` for a path that isn't there, or a directory that can't be looked into."""
    try:
        if path != "-" and stat.S_ISDIR(os.stat(path).st_mode):
            os.scandir(path).close()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UsageError(f"no such file or directory: {path}") from error
    except OSError as error:
        raise UsageError(f"can't read {path}: {(error.strerror or str(error)).lower()}") from error


def _real(path: str | Path) -> str:
    return os.path.realpath(path)


def shown_path(path: str) -> str:
    """A path as the report has it: relative to the working directory where it lies in it."""
    if path == STANDARD_INPUT:
        return path
    try:
        relative = os.path.relpath(path)
    except (ValueError, OSError):  # another drive; no working directory
        return path
    return path if relative.startswith(os.pardir) else relative


def _is_catalog(directory: str) -> bool:
    return any(os.path.isdir(os.path.join(directory, folder)) for folder in FOLDERS)


def _files(path: str) -> Iterator[str]:
    """The files that a path stands for."""
    if path == "-" or not os.path.isdir(path):
        yield path
        return
    found = [file.path for file in list_files(Path(path))] if _is_catalog(path) else []
    if not _is_catalog(path):
        names = sorted(name for name in os.listdir(path) if name.endswith(SUFFIXES) and not name.startswith("."))
        found = [os.path.join(path, name) for name in names]
    yield from found


def _root(path: str) -> str | None:
    """The catalog directory in one of whose folders a file lies; None for any other file."""
    if path == "-" or kind_of(os.path.abspath(path)) is None:
        return None
    return os.path.dirname(os.path.dirname(_real(path)))


def _single(path: str, content: bytes | None, kind: FileKind | None, *, named: bool) -> LoadedFile:
    """A file outside a catalog's folders."""
    shown = STANDARD_INPUT if path == "-" else path
    try:
        data = (content or b"") if path == "-" else read_content(path, named=named)
    except OSError as error:
        return LoadedFile(shown, kind or "family", b"", findings=[_finding(shown, "unreadable", error.strerror or "can't be read")])
    guessed = kind
    if guessed is None:
        document = read_document(shown, data)
        guessed = guessed_kind(document.data)
        if guessed is None:
            hint = "put it into its folder, or name the kind with --kind"
            unknown = _finding(shown, "unknown-kind", "it can't be told what the file holds", hint)
            return LoadedFile(shown, "family", data, findings=document.findings or [unknown])
    return load_file(shown, guessed, data)


def _finding(path: str, check: str, message: str, hint: str | None = None) -> Finding:
    return Finding(Place(path), "error", check, message, hint=hint)


_TELLING: tuple[tuple[FileKind, frozenset[str]], ...] = (
    ("family", frozenset({"models", "organizations", "architecture", "training", "contributions"})),
    ("benchmark", frozenset({"metrics", "metric", "splits", "task", "plausible"})),
    ("model", frozenset({"family", "scores", "hf"})),
)
_TELLING_COMPONENT: tuple[tuple[FileKind, frozenset[str]], ...] = (
    ("licenses", frozenset({"commercial", "url"})),
    ("vision-encoders", frozenset({"patch_size", "image_size"})),
    ("language-models", frozenset({"shape", "line", "maker", "params"})),
)


def guessed_kind(data: Any) -> FileKind | None:
    """What a document holds, told by its fields."""
    if isinstance(data, list):
        fields = {key for record in data if isinstance(record, dict) for key in record}
        return next((kind for kind, telling in _TELLING_COMPONENT if fields & telling), None)
    if not isinstance(data, dict):
        return None
    counts = [(len(telling & data.keys()), kind) for kind, telling in _TELLING]
    best = max(count for count, _ in counts)
    return next(kind for count, kind in counts if count == best) if best else None


def _unread(root: Path) -> Iterator[Finding]:
    """YAML files of a catalog directory that nothing reads, and what bears the name of one and is none."""
    for path in unread_files(root):
        if kind_of(path) is not None and os.path.dirname(os.path.dirname(path)) == os.fspath(root):
            yield _finding(path, "unreadable", "not a file")
        else:
            yield Finding(
                Place(path), "warning", "unread-file", "no record is read from this file", os.path.basename(path), why_unread(path)
            )
