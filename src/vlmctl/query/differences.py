"""What has changed between two catalogs: what was added or has gone, facts (`changed_facts`), and figures (`changed_figures`)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from vlmctl.errors import CatalogError
from vlmctl.query.columns import choose
from vlmctl.results import Cell, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["COUNTS", "Change", "Differences", "differences", "differences_table"]

COUNTS = ("params", "active_params")
"""Facts that are numbers of parameters."""

KEYS = (
    "kind", "id", "name", "family", "what", "change", "old", "new", "old_what", "old_source", "new_source", "old_url", "new_url",
    "old_status", "new_status", "old_evidence", "new_evidence",
)  # fmt: skip
"""What `diff --json` prints of a difference (v1: keys are only ever added)."""

MARKS = {"added": "+", "gone": "-", "changed": "~"}


class Change(NamedTuple):
    """One difference."""

    kind: str
    """`family`, `benchmark`, `model`, `language-model`, `vision-encoder`, `license`, `fact` or `score`."""
    change: str
    """`added`, `gone` or `changed`."""
    id: str
    """Of the thing that it is about."""
    name: str
    what: str | None = None
    """The fact's name, or the figure's benchmark, split and what else is in its key."""
    old: Any = None
    """The fact or the figure as it was."""
    new: Any = None
    old_what: str | None = None
    """Where a figure stood that now stands elsewhere."""
    old_source: str | None = None
    new_source: str | None = None
    old_url: str | None = None
    new_url: str | None = None
    old_status: str | None = None
    new_status: str | None = None
    old_evidence: str | None = None
    new_evidence: str | None = None
    family: str | None = None

    def shown(self, side: Literal["old", "new"]) -> Any:
        """The fact or figure for people: a figure with its status or evidence where these differ, and with where it stood."""
        value: Any = getattr(self, side)
        if self.kind != "score" or value is None:
            return value
        pairs = ((self.old_status, self.new_status), (self.old_evidence, self.new_evidence)) if self.change == "changed" else ()
        differing = [pair[side == "new"] for pair in pairs if pair[0] != pair[1]]
        told = f" ({', '.join(map(str, differing))})" if differing else ""
        moved = f" as {self.old_what}" if side == "old" and self.old_what else ""
        return f"{value!r}{told}{moved}" if told or moved else value


class Differences(NamedTuple):
    """All differences of two catalogs."""

    changes: Sequence[Change]
    details: int
    """How many figures differ only in their source, place, quote, note and the like."""

    def of(self, kind: str, change: str) -> list[Change]:
        """The differences of one sort."""
        return [each for each in self.changes if (each.kind, each.change) == (kind, change)]


def differences(old: Catalog, new: Catalog) -> Differences:
    """All differences, kind by kind; models are compared one by one. `CatalogError` where one of the two holds what no catalog has."""
    from vlmctl.query.changed_facts import changed_things
    from vlmctl.query.changed_figures import Figures

    try:
        scores = Figures(old, new)
        things = list(changed_things(old, new))
        changes = [*sorted(things, key=lambda each: each.kind == "fact"), *scores.changes()]
    except (sqlite3.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise CatalogError(f"one of the catalogs can't be read: {type(error).__name__}: {str(error)[:200]}") from error
    return Differences(changes, scores.details)


def differences_table(found: Differences, *, old: str, new: str, columns: Sequence[str] = ()) -> Table:
    """The differences as a table, a row each."""
    own = {
        "kind": Column("kind", "Kind", importance=1), "change": Column("change", "Change", importance=0),
        "id": Column("id", "Id", importance=0), "what": Column("what", "What", importance=0, shrinks=True),
    }  # fmt: skip
    people = [
        Column("was", "Old", "number", importance=0, shrinks=True, human=True),
        Column("is", "New", "number", importance=0, shrinks=True, human=True),
        Column("source", "Source", importance=9, shrinks=True, human=True),
    ]
    every = [*(own.get(key) or Column(key, key.capitalize().replace("_", " "), machine=True, importance=70) for key in KEYS), *people]
    rows = [_row(each) for each in found.changes]
    heading = f"{len(rows):,} difference{'' if len(rows) == 1 else 's'} · {old} → {new}"
    return Table(choose(every, columns), rows, heading, notes=notes_of(found), name="id", group="kind", empty="no differences")


def _row(each: Change) -> dict[str, Any]:
    sources = dict.fromkeys(source for source in (each.old_source, each.new_source) if source)
    kind: Kind | None = "count" if each.what in COUNTS else None
    return {
        **{key: getattr(each, key) for key in KEYS},
        "change": Cell(each.change, mark=MARKS[each.change]),
        "was": Cell(each.shown("old"), kind=kind), "is": Cell(each.shown("new"), kind=kind), "source": " → ".join(sources),
    }  # fmt: skip


def notes_of(found: Differences) -> list[str]:
    """Narration on what is only counted."""
    one = found.details == 1
    return (
        [f"{found.details:,} figure{'' if one else 's'} differ{'s' if one else ''} only in source, place, quote or note"]
        if found.details
        else []
    )
