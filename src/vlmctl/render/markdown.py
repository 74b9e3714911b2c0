"""GitHub Markdown for people: tables with a heading, cards as headings, lists and tables.

Text stays text: what Markdown or HTML would read as markup is escaped, newlines become `<br>`, and control characters
visible escapes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.render.cells import human, safe_link, visible
from vlmctl.render.chart import chart_table
from vlmctl.render.decimals import with_even_decimals
from vlmctl.render.legend import card_marks, occurring, table_marks
from vlmctl.results import Card, Cell, Chart, Facts, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.results import Block, Column, Kind, Legend, Result, Table

__all__ = ["markdown_text"]

_MARKUP = re.compile(r"[\\`*\[\]<|~]|&(?=[#\w])|(?<![^\W_])_|_(?![^\W_])")
_NEWLINE = re.compile(r"\r\n|\n|\r")


def markdown_text(result: Result, *, header: bool, chosen: bool) -> Iterator[str]:
    """The document, in lines. Without a header a table is its rows alone, to be put under rows that are there."""
    if isinstance(result, Card):
        if result.heading:
            yield f"## {_heading(result.heading)}\n"
        for number, block in enumerate(result.blocks):
            if number or result.heading:
                yield "\n"
            yield from _block(block, chosen=chosen)
        yield from _legend(occurring(result.legend, card_marks(result)))
        return
    table = chart_table(result) if isinstance(result, Chart) else result
    if table.heading and header:
        yield f"## {_heading(table.heading)}\n\n"
    yield from _table(table, header=header, chosen=chosen)
    if header:
        yield from _legend(occurring(table.legend, table_marks(table, _columns(table, chosen=chosen))))


def _text(text: str) -> str:
    """A text in the middle of a line."""
    return "<br>".join(visible(_MARKUP.sub(r"\\\g<0>", part)) for part in _NEWLINE.split(text))


def _line(text: str) -> str:
    """A text at the start of a line, where `#`, `-` or `1.` would mean something."""
    shown = _text(text)
    match = re.match(r"[#+>=-]|\d+(?=[.)](?:\s|$))", shown)
    if match is None:
        return shown
    at = 0 if match.group() in "#+>=-" else match.end()
    return f"{shown[:at]}\\{shown[at:]}"


def _heading(text: str) -> str:
    return _text(text.replace("\t", " · "))


def _cell(entry: Any, kind: Kind, missing: str) -> str:
    """A value with its emphasis, link and mark."""
    text = _text(human(entry, kind, missing))
    if not isinstance(entry, Cell):
        return text
    link = safe_link(entry.link)
    if link and text:
        target = link.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
        text = f"[{text}](<{target}>)"
    if entry.strong and text.strip():
        text = f"**{text}**"
    return f"{text} {_text(entry.mark)}".strip() if entry.mark else text


def _columns(table: Table, *, chosen: bool) -> Sequence[Column]:
    return [column for column in table.columns if chosen or not column.machine] or table.columns


def _table(table: Table, *, header: bool, chosen: bool) -> Iterator[str]:
    table = with_even_decimals(table)
    columns = _columns(table, chosen=chosen)
    if header:
        yield _row([_text(column.title) for column in columns])
        yield _row(["---:" if column.kind in ("number", "percent", "count", "bytes") else "---" for column in columns])
    for row in table.rows:
        yield _row([_cell(row.get(column.key), column.kind, "" if column.human else "–") for column in columns])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _legend(legend: Legend) -> Iterator[str]:
    if legend:
        yield "\n" + " · ".join(f"{_text(mark)} {_text(meaning)}" for mark, meaning in legend) + "\n"


def _block(block: Block, *, chosen: bool) -> Iterator[str]:
    """A card's block under its title."""
    title = block.title if isinstance(block, (Facts, Prose)) else block.heading
    if title:
        yield f"### {_heading(title)}\n\n"
    if isinstance(block, Facts):
        for fact in block.items:
            yield f"- **{_text(fact.label)}:** {_cell(fact.value, fact.kind, '–')}\n"
    elif isinstance(block, Prose):
        for number, line in enumerate(block.lines):
            gap = "\n" if number and not block.bullets else ""
            yield f"{gap}{'- ' if block.bullets else ''}{_line(line)}\n"
    else:
        yield from _table(block, header=True, chosen=chosen)
        yield from _legend(occurring(block.legend, table_marks(block, _columns(block, chosen=chosen))))
