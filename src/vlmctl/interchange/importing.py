"""Importing: files are read, their figures judged against the catalog, and the outcome laid out as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import RefusedError
from vlmctl.interchange.content import read_file
from vlmctl.interchange.formats import format_of, read_as
from vlmctl.interchange.identifying import Identifier
from vlmctl.interchange.judging import Rules, judge
from vlmctl.interchange.sourcing import Chosen, Sourced, sourced
from vlmctl.query.columns import choose
from vlmctl.query.names import find
from vlmctl.query.vocabulary import Vocabulary
from vlmctl.results import Cell, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.interchange.reading import Decision, Entry, Reading, Report
    from vlmctl.store.catalog import Catalog

__all__ = ["Imported", "Wishes", "report_table", "set_against"]

DECISIONS: tuple[Decision, ...] = ("taken", "flagged", "skipped")
KEYS = (
    "file", "line", "column", "cell", "name", "model", "under", "benchmark", "split", "metric", "value", "text", "decision",
    "reason", "fits",
)  # fmt: skip
"""What the report's rows hold for machines (v1: keys are only ever added)."""


class Wishes(NamedTuple):
    """How a user wants files to be read."""

    form: str | None = None
    """The format; None to tell it from the content."""
    encoding: str | None = None
    comma: bool = False
    """Tables have decimal commas."""
    model: str | None = None
    """The model that all figures belong to, where the files don't say."""
    new_in: str | None = None
    """The family that unknown models are added to."""
    rivals: bool = False
    """Take figures that differ from the catalog's, too."""
    force: bool = False
    """Take figures of partial runs."""


class Imported(NamedTuple):
    """What came of some files."""

    report: Report
    taken: Sequence[tuple[Entry, Sourced]]
    """The taken figures with their sources."""
    new: dict[str, str]
    """Ids of new models, and their names."""
    new_in: str | None
    """The id of the family of new models."""


def set_against(catalog: Catalog, files: Sequence[str], wishes: Wishes, chosen: Chosen) -> Imported:
    """Read files and judge their figures; writes nothing.

    Raises `UsageError` where a file can't be read or the figures have no source, `RefusedError` for a partial run,
    `NotFoundError` for an unknown model or family in the options.
    """
    always = find(catalog, wishes.model, ("model",), "model").id if wishes.model else None
    new_in = find(catalog, wishes.new_in, ("family",), "family").id if wishes.new_in else None
    vocabulary = Vocabulary(catalog)
    identifier = Identifier(catalog, always=always, new_in=new_in)
    readings = []
    for path in files:
        reading = _read(path, vocabulary, wishes)
        readings.append((reading, Rules(wishes.rivals, _title(reading, chosen))))
    report = judge(readings, vocabulary, identifier)
    taken = [(entry, sourced(chosen, entry.origin, entry.candidate.origin if entry.candidate else None)) for entry in report.of("taken")]
    new = {key: name for key, name in identifier.new.items() if any(entry.model == key for entry, _ in taken)}
    return Imported(report, taken, new, new_in)


def _read(path: str, vocabulary: Vocabulary, wishes: Wishes) -> Reading:
    """What a file holds. A partial run is refused unless forced."""
    file = read_file(path)
    form = wishes.form or format_of(file)
    reading = read_as(form, file, vocabulary, encoding=wishes.encoding, comma=wishes.comma)
    if reading.partial and not wishes.force:
        raise RefusedError(
            f"{file.name} is a partial run: {reading.partial}; nothing was written", hint="--force takes its figures, marked as partial"
        )
    return reading


def _title(reading: Reading, chosen: Chosen) -> str | None:
    """The title of the source that a file's figures get; a missing source is an error before anything is judged."""
    needed = any(candidate.origin is None for candidate in reading.candidates)
    return str(sourced(chosen, reading.origin).record["title"]) if needed else None


def report_table(
    imported: Imported, files: Sequence[str], outcome: Sequence[str] = (), *, only: Sequence[str] = (), columns: Sequence[str] = ()
) -> Table:
    """The report: a row for each figure, row or column of the files, with what became of it and why.

    `outcome` is narration on what was written; `only` names the decisions that are shown.
    """
    report = imported.report
    entries = [entry for entry in report.entries if not only or entry.decision in only]
    several = len(files) > 1
    counts = " · ".join(f"{len(report.of(decision))} {decision}" for decision in DECISIONS)
    rows = [_row(entry, several=several) for entry in entries]
    return Table(
        choose(_columns(), columns), rows, f"{files[0] if not several else f'{len(files)} files'}\t{counts}", notes=outcome,
        data=None if columns else [{key: row[key] for key in KEYS} for row in rows], name="model", group="name", empty="nothing to report",
    )  # fmt: skip


def _columns() -> list[Column]:
    """People see where, what and why, all of it; machines see each fact for itself."""
    kinds: dict[str, Kind] = {"line": "number", "column": "number", "value": "number", "fits": "list"}
    titles = {"name": "Model", "decision": "Decision", "model": "Id", "under": "Under", "fits": "Would fit"}
    people = [
        Column("at", "At", human=True, importance=0), Column("name", "Model", importance=0),
        Column("figure", "Figure", human=True, importance=0),
        Column("decision", "Decision", importance=0), Column("why", "Reason", human=True, importance=0),
    ]  # fmt: skip
    machines = [Column(key, titles.get(key, key.capitalize()), kinds.get(key, "text"), machine=True) for key in KEYS]
    by_key = {column.key: column for column in people}
    return [by_key.pop("at"), *(by_key.pop(column.key, column) for column in machines), *by_key.values()]


def _row(entry: Entry, *, several: bool) -> dict[str, object]:
    place, part = entry.place, entry.part
    at = str(place.line) if place.line and "!" not in place.cell else place.cell
    fits = f"would fit {', '.join(entry.fits[:4])}{' …' if len(entry.fits) > 4 else ''}" if entry.fits else ""
    return {
        "file": place.file, "line": place.line, "column": place.column, "cell": place.cell or None, "name": entry.name or None,
        "model": entry.model, "under": entry.benchmark or None, "benchmark": part.benchmark if part else None,
        "split": part.split if part else None, "metric": part.metric if part else None, "value": entry.value, "text": entry.text or None,
        "decision": Cell(entry.decision, strong=entry.decision == "flagged"), "reason": entry.reason or None, "fits": list(entry.fits),
        "at": f"{place.file}:{at}" if several else at, "figure": ": ".join(filter(None, (entry.benchmark, entry.text))) or None,
        "why": "; ".join(filter(None, (entry.reason, fits))) or None,
    }  # fmt: skip
