"""What `validate` finds, from the paths on the command line to the report on stdout and the count on stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmctl.cli import narration
from vlmctl.cli.options import Color, Output
from vlmctl.cli.output import emit, write_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from vlmctl.checks.validation import Report

__all__ = ["emit_report", "report"]


def report(paths: Sequence[str], *, overlays: Sequence[str] = (), kind: Any = None, ignore: Collection[str] = ()) -> Report:
    """What is wrong with these files; without paths, with the shipped catalog and the overlays that are in use.

    Files that were parsed are remembered in the cache, so that the next call parses only what changed.
    """
    from vlmctl.checks.validation import validate
    from vlmctl.source.document import MAX_BYTES
    from vlmctl.store.compile import remembered
    from vlmctl.store.layers import Layers, shipped_directory, unfound

    if paths:
        beneath = (shipped_directory(), *map(Path, overlays))
    else:
        layers = Layers.find(overlays)
        beneath = (layers.shipped, *layers.overlays)
        narration.notes(unfound())
    content = sys.stdin.buffer.read(MAX_BYTES + 1) if "-" in paths else None
    with remembered() as memory:
        found = validate(paths, beneath, content=content, kind=kind, ignore=ignore, recall=memory.recall if memory else None)
        if memory is not None:
            for file in found.files:
                memory.remember(file)
    return found


def emit_report(found: Report, form: str, *, color: Color = Color.auto, explained: bool = False) -> None:
    """Print findings on stdout and how many there are on stderr."""
    from vlmctl.render import findings as render

    shown = found.explained if explained else ()
    if form == "json":
        _emit_document(render.json_document(found.findings, shown, files=found.asked))
    elif form == "sarif":
        _emit_document(_sarif(found))
    elif form == "github":
        write_lines(lambda _: render.github_lines(found.findings), color.value)
    else:
        write_lines(lambda styled: _text(found, styled=styled, explained=explained), color.value)
    narration.say(_count(found))


def _text(found: Report, *, styled: bool, explained: bool) -> Any:
    from vlmctl.render.findings import text_lines

    yield from text_lines(found.findings, color=styled)
    if explained:
        yield from text_lines(found.explained, color=styled, explained=True)


def _sarif(found: Report) -> Any:
    from vlmctl import __version__
    from vlmctl.checks.registry import checks
    from vlmctl.render.findings import Rule, sarif_document

    rules = [Rule(check.id, check.severity, check.title, check.doc) for check in checks().values()]
    return sarif_document(found.findings, rules, version=__version__)


def _emit_document(document: Any) -> None:
    """A JSON document that is the answer whole."""
    from vlmctl.results import Card

    emit(Card("", [], document), Output(json=True))


def _count(found: Report) -> str:
    parts = [_number(found.errors, "error"), _number(found.warnings, "warning")]
    text = f"{_number(found.asked, 'file')} checked: {', '.join(parts)}"
    if found.explained:
        text += f"; {_number(len(found.explained), 'warning')} explained in the records' notes (--explained shows them)"
    return text


def _number(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"
