"""Running the checks over a catalog's records; notes explain warnings, and only those that there are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from vlmctl.checks.around import Around
from vlmctl.checks.registry import checks
from vlmctl.checks.subjects import FileSubject, subjects
from vlmctl.source.directory import LISTS
from vlmctl.source.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from vlmctl.checks.check import Check, Route
    from vlmctl.checks.subjects import Subject
    from vlmctl.source.layers import Catalog, Entry
    from vlmctl.source.loading import LoadedFile

__all__ = ["Outcome", "run_checks"]

LONGEST = 200
"""Characters of an offending text that are shown."""


@dataclass(slots=True)
class Outcome:
    """What the checks found."""

    findings: list[Finding] = field(default_factory=list)
    explained: list[Finding] = field(default_factory=list)
    """Warnings that a note answers; the note is their hint."""


def run_checks(catalog: Catalog, files: Collection[str], *, today: date, skipped: Collection[str] = ()) -> Outcome:
    """Run every check over the records in some files (by path); the whole catalog is what they are checked against."""
    runner = _Runner(Around(catalog, today), skipped)
    for _, file in catalog.files:
        if file.path in files and file.data is not None:
            list(runner.look("file", FileSubject(file), file))
    for entry in catalog.entries():
        if entry.file.path in files:
            runner.look_at_entry(catalog, entry)
    return runner.outcome


class _Runner:
    """Runs the checks of one subject after the other."""

    def __init__(self, around: Around, skipped: Collection[str]) -> None:
        self.around = around
        self.skipped = skipped
        self.outcome = Outcome()
        self.checks: dict[str, list[Check]] = {}
        for check in checks().values():
            for kind in check.on if check.function and check.id not in skipped else ():
                self.checks.setdefault(kind, []).append(check)

    def look_at_entry(self, catalog: Catalog, entry: Entry[Any]) -> None:
        """Run the checks of all subjects in an entry. What a family's notes explain holds for its models as well."""
        prefix = (entry.index,) if entry.file.kind in LISTS else ()
        whole = getattr(entry.record, "explains", None) or ()
        answered: dict[Route, set[str]] = {}
        explainers: dict[Route, Any] = {}
        for kind, subject in subjects(catalog, entry):
            own = getattr(subject.record, "explains", None) or ()
            levels = {key: () for key in whole if kind == "model"} | dict.fromkeys(own, subject.route)
            notes = {key: _note(entry.record if route == () else subject.record) for key, route in levels.items()}
            for key in self.look(kind, subject, entry.file, prefix, notes):
                answered.setdefault(levels[key], set()).add(key)
            if own:
                explainers[subject.route] = subject.record
        for route, record in explainers.items():
            known = answered.get(route, set()) | set(self.skipped)
            self.outcome.findings.extend(_needless(record, known, entry.file, (*prefix, *route)))

    def look(
        self, kind: str, subject: Subject, file: LoadedFile, prefix: tuple[int, ...] = (), explains: Mapping[str, str] | None = None
    ) -> Iterator[str]:
        """Run the checks of a subject; the ids of the warnings that notes explained.

        `prefix` is its record's place in the file, `explains` the notes by the ids of the checks that they explain.
        """
        for check in self.checks.get(kind, ()):
            for problem in check.run(subject, self.around):
                place = file.document.locate((*prefix, *subject.route, *problem.route))
                finding = Finding(place, check.severity, check.id, problem.message, _shortened(problem.text), problem.hint)
                if check.severity == "warning" and explains and check.id in explains:
                    self.outcome.explained.append(replace(finding, hint=explains[check.id]))
                    yield check.id
                else:
                    self.outcome.findings.append(finding)


def _needless(record: Any, answered: Collection[str], file: LoadedFile, route: Route) -> Iterator[Finding]:
    """Explanations of what isn't there; `answered` are those that are, or that nobody looked for."""
    known = checks()
    for index, key in enumerate(record.explains):
        if key in answered:
            continue
        check = known.get(key)
        near = get_close_matches(key, list(known), n=1, cutoff=0.6)
        if check is None:
            message, hint = f"no check is called {key!r}", f"did you mean {near[0]!r}?" if near else None
        elif check.severity == "error":
            message, hint = f"{key!r} is an error; errors are mended, not explained", None
        else:
            message, hint = f"{key!r} finds nothing here", "remove it"
        yield Finding(file.document.locate((*route, "explains", index)), "warning", "needless-explanation", message, key, hint)


def _note(record: Any) -> str:
    """What a record's note says; a family's notes in one."""
    note = getattr(record, "note", None) or getattr(record, "notes", None) or ""
    return note if isinstance(note, str) else " · ".join(note)


def _shortened(text: str | None) -> str | None:
    if text is None or len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1] + "…"
