"""All records of a catalog: the shipped directory with overlays laid over it by id.

A family, benchmark or component of an overlay adds to those below or replaces the one with its id; a file in `models/`
adds a model or scores to a family. A file with an error is left out and reported; the rest works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vlmctl.source.directory import LISTS, list_files
from vlmctl.source.document import read_content
from vlmctl.source.findings import Finding, Place
from vlmctl.source.loading import LoadedFile, Recall, load_file

if TYPE_CHECKING:
    from pathlib import Path

    from vlmctl.records import Benchmark, Family, LanguageModel, License, ModelAddition, VisionEncoder

__all__ = ["Catalog", "Entry", "Layer", "gather", "read_layer"]

R_co = TypeVar("R_co", covariant=True)

Progress = Callable[[int, int], None]
"""Told after each file: how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A catalog directory in its place: the first is the shipped one, later ones lie over it."""

    root: Path
    origin: str
    """Empty for the shipped catalog, else how the overlay is called in answers."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[R_co]):
    """A record by the file it stands in, and the overlay it comes from."""

    file: LoadedFile
    origin: str
    index: int = 0
    """Place in the file, for files that hold a list."""

    @property
    def record(self) -> R_co:
        """The record; looked up in the file, which may have set it aside."""
        record: R_co = self.file.records[self.index]
        return record

    def place(self, *route: str | int) -> Place:
        """Where a value of the record stands."""
        prefix: tuple[str | int, ...] = (self.index,) if self.file.kind in LISTS else ()
        return self.file.document.locate((*prefix, *route))


@dataclass(slots=True)
class Catalog:
    """The records of all layers, by id, and what was found wrong while reading."""

    families: dict[str, Entry[Family]] = field(default_factory=dict)
    benchmarks: dict[str, Entry[Benchmark]] = field(default_factory=dict)
    language_models: dict[str, Entry[LanguageModel]] = field(default_factory=dict)
    vision_encoders: dict[str, Entry[VisionEncoder]] = field(default_factory=dict)
    licenses: dict[str, Entry[License]] = field(default_factory=dict)
    additions: list[Entry[ModelAddition]] = field(default_factory=list)
    files: list[tuple[str, LoadedFile]] = field(default_factory=list)
    """All files that were read, with their origin, the broken ones included."""
    findings: list[Finding] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)
    """Each layer's origin and its height: 0 is the shipped catalog."""

    def level(self, entry: Entry[Any]) -> int:
        """How high a record's layer lies; a higher one lies over a lower one."""
        return self.levels.get(entry.origin, 0)

    def entries(self) -> Iterator[Entry[Any]]:
        """All entries."""
        for group in (self.families, self.benchmarks, self.language_models, self.vision_encoders, self.licenses):
            yield from group.values()
        yield from self.additions


def read_layer(layer: Layer, *, recall: Recall | None = None, progress: Progress | None = None) -> Iterator[LoadedFile]:
    """All files of a layer, read and validated one by one."""
    files = list_files(layer.root)
    for done, file in enumerate(files, start=1):
        path = file.path
        try:
            content = read_content(path)
        except OSError as error:
            unread = Finding(Place(path), "error", "unreadable", error.strerror or "can't be read")
            yield LoadedFile(path, file.kind, b"", findings=[unread])
        else:
            yield load_file(path, file.kind, content, recall=recall)
        if progress:
            progress(done, len(files))


def gather(files: Sequence[tuple[str, LoadedFile]]) -> Catalog:
    """Lay files over each other, in the order given; each comes with its origin."""
    catalog = Catalog(files=list(files))
    added: dict[tuple[str, str], Entry[Any]] = {}
    for origin, file in files:
        catalog.levels.setdefault(origin, len(catalog.levels))
        catalog.findings.extend(file.findings)
        for index in range(len(file.records)):
            entry: Entry[Any] = Entry(file, origin, index)
            if file.kind == "model":
                before = added.setdefault((origin, entry.record.id), entry)
                if before is entry:
                    catalog.additions.append(entry)
                else:
                    catalog.findings.append(_twice(entry, before))
            else:
                _add(catalog, entry)
    return catalog


def _add(catalog: Catalog, entry: Entry[Any]) -> None:
    groups: dict[str, dict[str, Entry[Any]]] = {
        "family": catalog.families,
        "benchmark": catalog.benchmarks,
        "language-models": catalog.language_models,
        "vision-encoders": catalog.vision_encoders,
        "licenses": catalog.licenses,
    }
    group = groups[entry.file.kind]
    before = group.get(entry.record.id)
    if before is not None and before.origin == entry.origin:
        catalog.findings.append(_twice(entry, before))
        return
    group[entry.record.id] = entry


def _twice(entry: Entry[Any], before: Entry[Any]) -> Finding:
    known = entry.record.id
    hint = f"first in {before.place('id')}"
    return Finding(entry.place("id"), "error", "duplicate-id", f"{known!r} is defined twice", text=known, hint=hint)
