"""Carrying out a change of a catalog directory: worked out and validated under the directory's lock, shown as a diff, written."""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from vlmctl.cli import narration
from vlmctl.cli.groups import WHERE, Group
from vlmctl.errors import UsageError, VlmctlError

if TYPE_CHECKING:
    from datetime import date

    from vlmctl.cli.writing.answers import Asked
    from vlmctl.source.changes import Change
    from vlmctl.source.findings import Finding
    from vlmctl.source.layers import Catalog as Records
    from vlmctl.store.catalog import Catalog
    from vlmctl.store.layers import Layers

__all__ = ["Plan", "Writing", "carry_out", "checked", "emit_change", "records_of", "today", "under_lock"]

ATTEMPTS = 3

Plan = Callable[["Records", str], "Change"]
"""From the records of all layers and the directory that is written to, to the change."""

T = TypeVar("T")


class Writing(Group):
    """Which directory is written to, and whether."""

    catalog: Annotated[
        str | None,
        typer.Option(
            "--catalog",
            metavar="DIR",
            help="Write here: an overlay, or a checkout's catalog. Your own overlay unless told otherwise.",
            rich_help_panel=WHERE,
            show_default=False,
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change, write nothing.", rich_help_panel=WHERE)] = False
    json: Annotated[
        bool, typer.Option("--json", help="The answer as JSON: file, diff, written. Asks no questions.", rich_help_panel=WHERE)
    ] = False

    def layers(self) -> "Layers":
        """The catalog as seen from the directory that is written to."""
        from vlmctl.store.layers import Layers

        return Layers.find([self.catalog] if self.catalog is not None else [])

    def root(self) -> str:
        """The directory that is written to."""
        from vlmctl.store.layers import user_overlay

        path = Path(self.catalog) if self.catalog is not None else user_overlay()
        if path is None:
            raise UsageError("there is no home directory for an overlay of your own", hint="--catalog DIR says where to write")
        return os.path.realpath(path)

    def open(self) -> "Catalog":
        """The compiled catalog, for names."""
        from vlmctl.cli.run import opened

        return opened([self.catalog] if self.catalog is not None else [])


def records_of(writing: Writing) -> "Records":
    """The records of all layers; broken overlay files are left out."""
    from vlmctl.store.cache import cache_directory
    from vlmctl.store.compile import read_cached

    return read_cached(writing.layers(), cache_directory())[0]


def checked(records: "Records", change: "Change", root: str, *, tell: bool = True) -> None:
    """Raise `InvalidError` where the change would leave the catalog invalid; warnings that it brings go to stderr."""
    from vlmctl.source.changes import InvalidError, after, findings_of
    from vlmctl.store.layers import Layers

    changed = after(records, [change], Layers.origin_of(root))
    errors = findings_of(changed)
    if not errors:
        found = _checks(changed, change.path)
        errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise InvalidError(errors)
    if not (tell and found):
        return
    known = {(finding.check, finding.message, finding.text) for finding in _checks(records, change.path)}
    new = [finding for finding in found if (finding.check, finding.message, finding.text) not in known]
    narration.notes(f"{finding}" + (f" ({finding.hint})" if finding.hint else "") for finding in new)


def _checks(records: "Records", path: str) -> "Sequence[Finding]":
    from vlmctl.checks.running import run_checks

    return run_checks(records, {path}, today=today()).findings


def today() -> "date":
    """The day that it is here: what is written bears it."""
    import datetime as dt

    return dt.datetime.now().astimezone().date()


def carry_out(plan: Plan, writing: Writing, *, asked: "Asked | None" = None, then: str = "") -> None:
    """Work out a change, validate it, show it and write it.

    Where something was `asked`, the diff is shown first and must be confirmed; `then` says on stderr what to do next. A
    file that changes on the way is read again. Raises `RefusedError`; every file is then as it was, and the answers are
    told once more as options.
    """
    try:
        _carried_out(plan, writing, asked, then)
    except VlmctlError:
        if asked is not None:
            narration.say(f"your answers, as options: {asked.options}")
        raise


def _carried_out(plan: Plan, writing: Writing, asked: "Asked | None", then: str) -> None:
    from vlmctl.source.changes import diff

    root = writing.root()
    shown: Change | None = None
    if writing.dry_run or asked is not None:
        shown = _worked_out(plan, writing, root)
        emit_change(shown, diff(shown, root), written=False, as_json=writing.json)
        if writing.dry_run or not (asked and asked.confirmed()):
            narration.say("nothing was written")
            return

    def written() -> "tuple[Change, str | None]":
        change = _worked_out(plan, writing, root, shown)
        return change, _write(change)

    change, note = under_lock(root, written)
    if change != shown:
        emit_change(change, diff(change, root), written=True, as_json=writing.json)
    narration.notes(line for line in (note, f"wrote {change.path}", then) if line)


def under_lock(root: str, work: Callable[[], T]) -> T:
    """What `work` gives while nobody else writes under `root`; where a file changes on the way all the same, it starts anew."""
    from vlmctl.source.locking import locked
    from vlmctl.source.writing import ChangedError

    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(ChangedError), locked(root):
            return work()
    with locked(root):
        return work()


def _worked_out(plan: Plan, writing: Writing, root: str, shown: "Change | None" = None) -> "Change":
    records = records_of(writing)
    change = plan(records, root)
    checked(records, change, root, tell=change != shown)
    return change


def _write(change: "Change") -> str | None:
    from vlmctl.source.writing import replace

    return replace(change.path, change.after, expected=change.before)


def emit_change(change: "Change", diff: str, *, written: bool, as_json: bool) -> None:
    """The answer of a change: its diff, or `{file, diff, written}`."""
    import json
    import sys

    from vlmctl.cli.output import write_text

    if as_json:
        data: dict[str, Any] = {"file": change.path, "diff": diff, "written": written}
        write_text(json.dumps(data, ensure_ascii=False, indent=2))
    elif diff:
        write_text(_visible(diff) if sys.stdout.isatty() else diff)


def _visible(diff: str) -> str:
    """For a terminal: signs that it would act upon are shown, not executed."""
    from vlmctl.render.cells import visible

    return "\n".join(visible(line) for line in diff.split("\n"))
