"""`validate`: every finding of every file that was asked about, in one run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from vlmctl.checks.running import run_checks
from vlmctl.checks.salvage import STAND_IN, salvaged
from vlmctl.checks.targets import read_targets, shown_path
from vlmctl.source.layers import gather
from vlmctl.source.references import dangling, follows, ids_in

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from pathlib import Path

    from vlmctl.checks.targets import Targets
    from vlmctl.choices import FileKind
    from vlmctl.source.findings import Finding
    from vlmctl.source.layers import Catalog
    from vlmctl.source.loading import LoadedFile, Recall

__all__ = ["Report", "validate"]


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with some files."""

    findings: tuple[Finding, ...]
    """By file, line and column."""
    explained: tuple[Finding, ...]
    """Warnings that a record's note answers (`explains`)."""
    files: tuple[LoadedFile, ...]
    """All files that were read, those beneath included."""
    asked: int
    """How many of them were asked about."""

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many are warnings."""
        return len(self.findings) - self.errors


def validate(
    paths: Sequence[str],
    beneath: Sequence[Path],
    *,
    content: bytes | None = None,
    kind: FileKind | None = None,
    ignore: Collection[str] = (),
    recall: Recall | None = None,
    today: date | None = None,
) -> Report:
    """Check files against the catalog directories beneath them (lowest first).

    Without `paths` those directories themselves are checked. `content` is standard input, for the path `-`. `ignore` are
    ids of checks whose findings are left out. Raises `UsageError` for a path that isn't there.
    """
    targets = read_targets(paths, beneath, content=content, kind=kind, recall=recall)
    catalog = gather([(origin, _mended(file) if file.path in targets.asked else file) for origin, file in targets.files])
    outcome = run_checks(catalog, targets.asked, today=today or _today(), skipped=ignore)
    judged = (finding for finding in outcome.findings if STAND_IN not in f"{finding.message} {finding.text}")
    found = [*targets.findings, *_read(catalog, targets), *judged]
    findings = sorted({_shown(finding): None for finding in found if finding.check not in ignore}, key=_order)
    explained = sorted(map(_shown, outcome.explained), key=_order)
    return Report(tuple(findings), tuple(explained), tuple(file for _, file in targets.files), len(targets.asked))


def _today() -> date:
    """The latest day that it is anywhere."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


def _shown(finding: Finding) -> Finding:
    return replace(finding, place=replace(finding.place, path=shown_path(finding.place.path)))


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.place, finding.check, finding.message)


def _mended(file: LoadedFile, *, referring: bool = False) -> LoadedFile:
    return file if file.records else salvaged(file, referring=referring) or file


def _references(catalog: Catalog, targets: Targets) -> list[Finding]:
    """References that lead nowhere, those of broken scores included."""
    mended = {file.path for _, file in targets.files if file.path in targets.asked and not file.records}
    if mended:
        catalog = gather([(origin, _mended(file, referring=True) if file.path in mended else file) for origin, file in targets.files])
    return [finding for finding in dangling(catalog) if not (finding.text or "").startswith(STAND_IN)]


def _read(catalog: Catalog, targets: Targets) -> list[Finding]:
    """What the reader found in the files that were asked about, and which references lead nowhere.

    An error in a file beneath is told as well when what was laid over it broke it. An id that a broken file defines is
    not missing.
    """
    beneath = {file.path for origin, file in targets.files if not origin}
    broken = ids_in(file for _, file in targets.files if file.findings)
    references = [finding for finding in _references(catalog, targets) if not follows(finding, broken)]
    own = [finding for finding in (*catalog.findings, *references) if finding.place.path in targets.asked]
    below = [finding for finding in references if finding.place.path in beneath - targets.asked]
    return [*own, *below]
