"""Which marks occur in what is shown, so that a legend explains those and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmctl.render.cells import MISSING, is_missing
from vlmctl.results import Cell, Facts, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.results import Card, Column, Legend

__all__ = ["card_marks", "occurring", "table_marks"]

MOST_SIGNS = 3
"""A cell bears no more signs at once; a longer mark is a word."""


def _mark(entry: Any) -> Iterable[str]:
    if isinstance(entry, Cell):
        yield entry.mark
        entry = entry.value
    if is_missing(entry):
        yield MISSING
    elif isinstance(entry, str) and len(entry) == 1:
        yield entry


def table_marks(table: Table, columns: Sequence[Column]) -> set[str]:
    """The marks in a table's columns, values that are signs themselves, such as `≠`, and the words of remarks, such as `thinking`."""
    keys = [(column.key, column.human) for column in columns]
    marks = {mark for row in table.rows for key, human in keys for mark in _mark(row.get(key)) if not (human and mark == MISSING)}
    remarks = [row.get(key) for row in table.rows for key, human in keys if human]
    return (marks | {word for remark in remarks if isinstance(remark, str) for word in remark.split(" · ")}) - {""}


def card_marks(card: Card) -> set[str]:
    """The marks in a card's blocks."""
    marks: set[str] = set()
    for block in card.blocks:
        if isinstance(block, Table):
            marks |= table_marks(block, block.columns)
        elif isinstance(block, Facts):
            marks.update(mark for fact in block.items for mark in _mark(fact.value))
    return marks - {""}


def occurring(legend: Legend, marks: set[str]) -> Legend:
    """The part of a legend that explains these marks; a cell may carry several signs in one mark."""
    several = [mark for mark in marks if len(mark) <= MOST_SIGNS]
    return [(sign, meaning) for sign, meaning in legend if sign in marks or any(sign in mark for mark in several)]
