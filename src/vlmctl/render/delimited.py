r"""Comma- and tab-separated values: a header and whole, raw values.

TSV writes a tab, newline, carriage return and backslash as `\t`, `\n`, `\r`, `\\`, so that a line is always a row and
a tab always ends a field; other control characters are `\x1b`, `\u202e` and so on. CSV quotes as Python's `csv` does
and changes nothing, except towards a terminal, where control characters become visible escapes. Halves of surrogate
pairs, which no encoding has, become U+FFFD.

A card becomes a table of four columns, unique in the first three: `section` (a block's title), `row` (the
number of a table's row or of a sentence, from 1; empty for facts), `field` (the key of a fact or column) and `value`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlmctl.render.cells import machine, visible
from vlmctl.render.chart import chart_table
from vlmctl.results import Card, Chart, Facts, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.results import Block, Result, Table

__all__ = ["csv_text", "tsv_text"]

_HALVES = re.compile("[\ud800-\udfff]")


def tsv_text(result: Result, *, header: bool) -> Iterator[str]:
    """Tab-separated values, a line each."""
    for fields in _records(result, header=header):
        yield "\t".join([visible(_whole(field).replace("\\", "\\\\")) for field in fields]) + "\n"


def csv_text(result: Result, *, header: bool, terminal: bool) -> Iterator[str]:
    """Comma-separated values, a record each."""
    import csv

    class Line:
        """What `csv.writer` writes to: keeps the last record."""

        text = ""

        def write(self, text: str) -> int:
            """Keep the record."""
            self.text = text
            return len(text)

    line = Line()
    writer = csv.writer(line, lineterminator="\r\n")  # before Python 3.13 only the signs of the line's end are quoted, so both are
    for fields in _records(result, header=header):
        writer.writerow([visible(field) for field in fields] if terminal else [_whole(field) for field in fields])
        yield line.text[:-2] + "\n"


def _whole(text: str) -> str:
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def _records(result: Result, *, header: bool) -> Iterator[Sequence[str]]:
    """The header and the records as texts."""
    if isinstance(result, Card):
        if header:
            yield ("section", "row", "field", "value")
        for block in result.blocks:
            yield from _block(block)
    else:
        yield from _table(chart_table(result) if isinstance(result, Chart) else result, header=header)


def _table(table: Table, *, header: bool) -> Iterator[Sequence[str]]:
    keys = [column.key for column in table.columns if not column.human]
    if header:
        yield keys
    for row in table.rows:
        yield [machine(row.get(key)) for key in keys]


def _block(block: Block) -> Iterator[Sequence[str]]:
    """A card's block as section, row, field and value."""
    if isinstance(block, Facts):
        for fact in block.items:
            yield (block.title, "", fact.key, machine(fact.value))
    elif isinstance(block, Prose):
        for number, line in enumerate(block.lines, 1):
            yield (block.title, str(number), block.key, line)
    else:
        keys = [column.key for column in block.columns if not column.human]
        section = block.heading.partition("\t")[0]
        for number, row in enumerate(block.rows, 1):
            for key in keys:
                yield (section, str(number), key, machine(row.get(key)))
