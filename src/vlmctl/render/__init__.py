"""Renderers: a result and a stream in, text out; narration comes back as lines for stderr.

All formats show the same values. Each format is one module, imported when it is asked for; only `terminal` imports
Rich. Renderers never fetch or filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TextIO

from vlmctl.render.cells import machine, value_of, visible
from vlmctl.results import Card, Chart, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vlmctl.results import Result

__all__ = ["Format", "RenderOptions", "render"]

Format = Literal["table", "json", "jsonl", "csv", "tsv", "markdown"]
"""What a result can be printed as; `table` is for people at a terminal."""


class RenderOptions(NamedTuple):
    """What the caller knows about the screen and about what the user asked for."""

    width: int
    """Cells in a line of the terminal."""
    color: bool
    """Styles may be used. Without it no escape sequence is written at all."""
    links: bool = False
    """Hyperlinks may be used; they need `color` too, as they are escape sequences."""
    header: bool = True
    """Column headers are printed."""
    quiet: bool = False
    """Only ids are printed, one a line, in whatever format."""
    chosen: bool = False
    """The user named the columns: JSON prints only those, and `machine` columns are shown to people too."""


def render(result: Result, stream: TextIO, *, format: Format, options: RenderOptions) -> list[str]:  # noqa: A002 - the option's name
    """Write a result to a text stream; return narration for stderr, a line each and safe to print.

    Whatever a record holds, no control character of it reaches a terminal. Characters that the stream's encoding lacks
    are written as escapes.
    """
    write = _writer(stream)
    narration: list[str] = []
    if isinstance(result, Table) and not result.rows:
        narration.append(result.empty)
    if isinstance(result, Chart) and not result.points:
        narration.append("nothing to plot")
    for text in _quiet(result) if options.quiet else _parts(result, stream, format, options, narration):
        write(text)
    narration.extend(_notes(result, quiet=options.quiet))
    return [visible(line) for line in narration]


def _notes(result: Result, *, quiet: bool) -> Sequence[str]:
    """What is told beside the answer: with `-q` only what concerns the ids, as nothing on a card does."""
    if isinstance(result, Table):
        return [*result.unlisted, *result.notes] if quiet else [*result.notes, *result.aside]
    return () if quiet and isinstance(result, Card) else result.notes


def _parts(result: Result, stream: TextIO, form: Format, options: RenderOptions, narration: list[str]) -> Iterable[str]:
    """The text in parts, as it comes; the terminal adds to the narration."""
    if form == "table":
        from vlmctl.render.terminal import terminal_text

        return terminal_text(result, options, narration)
    if form in ("json", "jsonl"):
        from vlmctl.render.jsonout import json_lines, json_text

        ascii_only = not _has_unicode(stream)
        layout = json_text if form == "json" else json_lines
        return layout(result, chosen=options.chosen, ascii_only=ascii_only)
    if form == "markdown":
        from vlmctl.render.markdown import markdown_text

        return markdown_text(result, header=options.header, chosen=options.chosen)
    from vlmctl.render.delimited import csv_text, tsv_text

    if form == "tsv":
        return tsv_text(result, header=options.header)
    return csv_text(result, header=options.header, terminal=stream.isatty())


def _quiet(result: Result) -> Iterator[str]:
    """Ids, a line each."""
    if isinstance(result, Table) and result.ids is not None:
        entries = list(result.ids)
    elif isinstance(result, Table):
        entries = [value_of(row.get(result.name)) for row in result.rows]
    elif isinstance(result, Chart):
        entries = [point.id for point in result.points]
    else:
        entries = list(result.name)
    for entry in entries:
        if entry is not None:
            yield visible(machine(entry)) + "\n"


def _has_unicode(stream: TextIO) -> bool:
    """Whether the stream takes every character; one without an encoding (in memory) does."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().replace("_", "-").startswith("utf")


def _writer(stream: TextIO) -> Callable[[str], object]:
    """The stream's `write`, with escapes for characters that its encoding lacks."""

    def write(text: str) -> object:
        try:
            return stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "utf-8"
            return stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

    return write
