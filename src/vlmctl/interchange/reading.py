"""What every reader of a foreign format answers: figures as candidates with their places, and remarks on the rest.

Readers decide nothing about models and write nothing; `judging` sets what they answer against the catalog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.vocabulary import Part

__all__ = ["Candidate", "Decision", "Entry", "Number", "Origin", "Place", "Reading", "Remark", "Report"]

Number = int | float

Decision = Literal["taken", "skipped", "flagged"]
"""Taken into the overlay; skipped, because there is nothing to do; flagged, because somebody must look."""


class Place(NamedTuple):
    """Where something stands in a file."""

    file: str
    line: int | None = None
    """From 1; None in formats without lines."""
    column: int | None = None
    """From 1: the character in the line (Markdown, YAML) or the field (CSV, sheets)."""
    cell: str = ""
    """`C12` in a sheet, the route of keys in JSON."""


class Origin(NamedTuple):
    """The document in which figures stand, as far as the format tells."""

    kind: str | None = None
    title: str | None = None
    url: str | None = None
    date: str | None = None
    """When it was published, as an ISO date; part of the title where the title doesn't tell."""


class Candidate(NamedTuple):
    """One figure that a file has, or a cell with figures that can't be told apart."""

    model: str
    """The model as the file names it."""
    benchmark: str
    """The heading or key under which the figure stands."""
    part: Part | None
    """The benchmark's part that the heading means; None where it means none."""
    value: Number | None
    """The figure; None where the cell's figures don't fit the heading."""
    text: str
    """The cell as the file prints it."""
    place: Place
    where: str = ""
    """The place within the document, for the record."""
    names: tuple[str, ...] = ()
    """Further names to try, such as family and model together."""
    link: str = ""
    """The Hugging Face id that stands beside the name."""
    protocol: str = "generalist"
    shots: int | None = None
    variant: str | None = None
    mode: str | None = None
    """`thinking` where the file says so."""
    assumed: tuple[str, ...] = ()
    note: str | None = None
    origin: Origin | None = None
    """The figure's own source, where the format has one for each."""
    numbers: tuple[Number, ...] = ()
    """All numbers of the cell, for comparison with the catalog where `value` is None."""
    doubt: str | None = None
    """Why the reader doesn't trust the figure: it must not be taken."""
    slips: bool = False
    """The doubt shows that the row has slipped against its header: nothing of the row can be trusted."""
    fits: tuple[str, ...] = ()
    """Other headings of the file under which the cell's figures would fit."""
    params: str = ""
    """What a table says of the model's size."""
    row: int | None = None
    """The row's line in a table."""


class Remark(NamedTuple):
    """Something that isn't a figure: a row that doesn't fit the header, a column of no known benchmark."""

    place: Place
    decision: Decision
    reason: str
    model: str = ""
    benchmark: str = ""
    text: str = ""


class Reading(NamedTuple):
    """What a reader found in one file."""

    candidates: Sequence[Candidate] = ()
    remarks: Sequence[Remark] = ()
    origin: Origin = Origin()
    """The file's own source, where the format names one."""
    measured: bool = False
    """Whether the figures were measured by whoever wrote the file (a harness): then they stand beside the catalog's as
    rivals; where a file only repeats figures, one that differs from the catalog's is doubted."""
    partial: str | None = None
    """Why the run is none of the whole benchmark, where it isn't."""


class Entry(NamedTuple):
    """What became of a candidate or remark: a row of the report."""

    place: Place
    name: str
    """The model as the file names it."""
    model: str | None
    """The catalog's id, where one bears this very name (or a new one)."""
    benchmark: str
    """The heading or key."""
    part: Part | None
    value: Number | None
    text: str
    decision: Decision
    reason: str
    fits: tuple[str, ...] = ()
    candidate: Candidate | None = None
    origin: Origin = Origin()
    """The file's own source."""
    source: str | None = None
    """Title of the source that the figure gets."""


class Report(NamedTuple):
    """What became of all that the files hold."""

    entries: tuple[Entry, ...]

    def of(self, decision: Decision) -> list[Entry]:
        """The entries with this decision."""
        return [entry for entry in self.entries if entry.decision == decision]
