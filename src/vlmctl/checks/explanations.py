"""What the records' notes explain: `explains` names the warnings that a `note` answers. The runner applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.checks.check import Problem, error, found_while_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.subjects import ModelSubject, RecordSubject, ScoreSubject


@error("family", "model", "score", "benchmark", "component", "license")
def explains_without_note(subject: RecordSubject | ModelSubject | ScoreSubject) -> Iterator[Problem]:
    """`explains` without a note.

    `explains` names the checks whose warnings the `note` answers (in a family or benchmark, `notes`). Without one a
    warning would be silenced, not explained. It counts for the record in which it stands: a score, a model, a family …
    """
    record = subject.record
    if record.explains and not (getattr(record, "note", None) or getattr(record, "notes", None)):
        yield Problem(("explains",), "'explains' without a note that does", ", ".join(record.explains), "add a note")


@found_while_reading("warning")
def needless_explanation() -> None:
    """`explains` names a check that finds nothing here.

    The record was mended, or the id is misspelled. An explanation that is left behind would hide the next mistake. Errors
    can't be explained; they are mended.
    """
