"""Columns of a table prepared for a screen: texts, alignment at the decimal point, and how narrow they can get."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.render.cells import MISSING, human, is_missing, is_number, safe_link, value_of, visible
from vlmctl.render.terminal.paint import Span, mark_spans
from vlmctl.render.terminal.wrap import longest_number, longest_piece, shorten, width_of, wrap
from vlmctl.results import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.results import Column, Kind, Row

__all__ = ["Lane", "lane_of"]

_SHORTEST = 14
"""Cells that long text keeps before columns are left out."""
_NAME = 18
"""The same of a name, to know it by."""
_SHORT = 22
"""The same of text that isn't expected to be long."""
_SIDELINE = 10
"""Importance from which long text is told beside what was asked."""
_LONGEST_NAME = 32
"""Cells that an entry of a column which always stays may take before it is wrapped for the sake of other columns."""
_FOLDED = 12
"""Cells that wrapped text keeps in a matrix before it is split into blocks."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_NUMBERS = ("number", "percent")
_RIGHT = (*_NUMBERS, "count", "bytes")


class Shown(NamedTuple):
    """A cell as it is shown."""

    text: str
    width: int
    mark: str = ""
    style: str = ""
    link: str | None = None
    missing: bool = False

    @property
    def mark_width(self) -> int:
        """Cells of the mark and the space before it."""
        return width_of(self.mark) + 1 if self.mark else 0


@dataclass(frozen=True)
class Lane:
    """A column of a table on its way to the screen."""

    column: Column
    title: str
    cells: Sequence[Shown]
    right: bool
    """Numbers: aligned to the right, marks in a slot of their own."""

    @property
    def wraps(self) -> bool:
        """Whether its text is wrapped rather than shortened: names are never cut."""
        return self.column.importance == 0 and not self.column.shrinks

    @cached_property
    def slot(self) -> int:
        """Cells to the right of numbers that are kept for marks."""
        return max((cell.mark_width for cell in self.cells), default=0) if self.right else 0

    @cached_property
    def body(self) -> int:
        """Cells that the widest entry takes, with its mark."""
        if self.right:
            return max((cell.width for cell in self.cells), default=0) + self.slot
        return max((cell.width + cell.mark_width for cell in self.cells), default=0)

    @cached_property
    def natural(self) -> int:
        """Cells that the column takes if nothing is wrapped or shortened."""
        return max(self.body, width_of(self.title) + self.slot)

    @cached_property
    def folded(self) -> int:
        """The same with the title wrapped."""
        return max(self.body, self.folded_title + self.slot)

    @cached_property
    def folded_title(self) -> int:
        """Cells of the title, wrapped at its spaces."""
        return longest_word(self.title)

    def shortened(self, title: int, *, names: bool = True) -> int:
        """Cells of the column with its text shortened as far as may be, under a title of so many cells.

        Without `names` only what is told beside what was asked; what a row is known by stays as it is.
        """
        if self.right:
            return max(self.body, title + self.slot)
        limit = _LONGEST_NAME if not names and self.column.importance < _SIDELINE else self._limit
        return max(min(self.body, limit), title)

    @property
    def _limit(self) -> int:
        """Cells that the text keeps before columns are left out; what is meant to be typed or copied stays whole."""
        column = self.column
        if self.wraps:
            return _LONGEST_NAME
        if column.shrinks:
            return _SHORTEST if column.importance >= _SIDELINE else _NAME
        return self.body if column.machine or column.kind not in ("text", "list") else _SHORT

    @cached_property
    def empty(self) -> bool:
        """Whether no row has a value, in a column of what is told beside: of what was asked it matters that none has it."""
        return self.column.importance >= _SIDELINE and all(cell.missing for cell in self.cells)

    @cached_property
    def least(self) -> int:
        """Cells below which wrapping would tear words and numbers apart."""
        if self.right:
            return max(self.body, longest_piece(self.title) + self.slot)
        pieces = (longest_piece(cell.text) + cell.mark_width for cell in self.cells)
        return max(longest_piece(self.title), max(pieces, default=0))

    @cached_property
    def tightest(self) -> int:
        """Cells below which even numbers would be torn apart; the title may be."""
        if self.right:
            return self.body
        return max((longest_number(cell.text) + cell.mark_width for cell in self.cells), default=0)

    @cached_property
    def comfortable(self) -> int:
        """Cells with which wrapped text still reads well."""
        return max(self.least, min(self.natural, _FOLDED))

    def header(self, width: int) -> list[list[Span]]:
        """The title in lines."""
        room = width - self.slot
        lines = wrap(self.title, room) if self.title else [""]
        if self.right:
            return [[Span(" " * (room - width_of(line)) + line + " " * self.slot, "bold")] for line in lines]
        return [[Span(line, "bold"), Span(" " * (width - width_of(line)))] for line in lines]

    def lines(self, number: int, width: int, *, wrapped: bool) -> list[list[Span]]:
        """An entry in lines of exactly `width` cells (more where a number is wider). Text is wrapped or shortened."""
        cell = self.cells[number]
        if self.right:
            left = width - self.slot - cell.width
            after = self.slot - cell.mark_width
            return [[Span(" " * left), Span(cell.text, cell.style, cell.link), *_mark(cell), Span(" " * after)]]
        room = width - cell.mark_width
        texts = [cell.text] if cell.width <= room else wrap(cell.text, room) if wrapped or self.wraps else [shorten(cell.text, room)]
        found: list[list[Span]] = []
        for text in texts:
            mark = [] if found else _mark(cell)
            used = width_of(text) + (cell.mark_width if mark else 0)
            found.append([Span(text, cell.style, cell.link), *mark, Span(" " * (width - used))])
        return found


def longest_word(text: str) -> int:
    """Cells of the longest word of a title."""
    return max((width_of(word) for word in text.split()), default=0)


def _mark(cell: Shown) -> list[Span]:
    return mark_spans(cell.mark, strong=cell.style == "bold")


def lane_of(column: Column, rows: Sequence[Row]) -> Lane:
    """A column with its entries as texts, numbers aligned at the decimal point."""
    entries = [row.get(column.key) for row in rows]
    missing = "" if column.human and not column.title else MISSING
    texts = [visible(human(entry, column.kind, missing)) for entry in entries]
    numeric = [_is_numeric(entry, column, text) for entry, text in zip(entries, texts, strict=True)]
    parts = [text.partition(".") for text, number in zip(texts, numeric, strict=True) if number]
    before = max((len(whole) for whole, _, _ in parts), default=0)
    behind = max((len(point + decimals) for _, point, decimals in parts), default=0)
    right = column.kind in _RIGHT
    cells: list[Shown] = []
    for entry, text, number in zip(entries, texts, numeric, strict=True):
        padded = text
        if number:
            whole, point, decimals = text.partition(".")
            padded = ("" if right else " " * (before - len(whole))) + text + " " * (behind - len(point + decimals))
        elif parts and is_missing(value_of(entry)) and _kind(entry, column) in _NUMBERS:
            padded = ("" if right else " " * (before - len(text))) + text + " " * behind
        cells.append(_shown(entry, padded))
    return Lane(column, visible(column.title), cells, right)


def _kind(entry: Any, column: Column) -> Kind:
    return (entry.kind if isinstance(entry, Cell) else None) or column.kind


def _is_numeric(entry: Any, column: Column, text: str) -> bool:
    """Whether an entry lines up at the decimal point: a number, or in a column of numbers a text like `+2.3`."""
    if _kind(entry, column) not in _NUMBERS or not _NUMBER.fullmatch(text):
        return False
    value = value_of(entry)
    return is_number(value) or isinstance(value, str)


def _shown(entry: Any, text: str) -> Shown:
    """An entry's text with its style, mark and link."""
    width = width_of(text)
    value = value_of(entry)
    style = "dim" if is_missing(value) else ""
    if not isinstance(entry, Cell):
        return Shown(text, width, "", style, missing=is_missing(value))
    mark = visible(entry.mark)
    return Shown(text, width, mark, "bold" if entry.strong else style, safe_link(entry.link), missing=is_missing(value) and not mark)
