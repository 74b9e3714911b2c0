"""Cards as lines: a heading, labelled values one under the other, sentences, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.render.cells import MISSING, human, is_missing, safe_link, value_of, visible
from vlmctl.render.legend import card_marks, occurring
from vlmctl.render.terminal.paint import Span, mark_spans
from vlmctl.render.terminal.tables import heading_lines, legend_lines, table_lines
from vlmctl.render.terminal.wrap import width_of, wrap, wrap_address
from vlmctl.results import Cell, Facts, Prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.render import RenderOptions
    from vlmctl.render.terminal.paint import Line
    from vlmctl.results import Block, Card, Fact

__all__ = ["card_lines"]

_INDENT = 2
_LONGEST_LINE = 100
"""Cells of a line of prose: longer ones are hard to read, however wide the screen is."""
_LONGEST_LABEL = 24


def card_lines(card: Card, options: RenderOptions, narration: list[str]) -> list[Line]:
    """A card's lines. Labels line up over all blocks."""
    width = min(options.width, _LONGEST_LINE)
    labels = [width_of(visible(fact.label)) for block in card.blocks if isinstance(block, Facts) for fact in block.items]
    label = min(max(labels, default=0), _LONGEST_LABEL)
    lines: list[Line] = heading_lines(card.heading, width, width) if card.heading else []
    for block in card.blocks:
        inner = list(_block(block, options, narration, width=width - _INDENT, label=label))
        if not inner:
            continue
        title = block.title if isinstance(block, (Facts, Prose)) else block.heading
        lines.extend([[]] if lines else [])
        if title:
            lines.extend(heading_lines(title, width, width))
        lines.extend([Span(" " * _INDENT), *line] if line else [] for line in inner)
    legend = occurring(card.legend, card_marks(card))
    if legend:
        lines.extend([[], *legend_lines(legend, width)])
    return lines


def _block(block: Block, options: RenderOptions, narration: list[str], *, width: int, label: int) -> Iterator[Line]:
    """A block's lines without its title."""
    if isinstance(block, Facts):
        for fact in block.items:
            yield from _fact(fact, options.width - _INDENT if safe_link(value_of(fact.value)) else width, label)
    elif isinstance(block, Prose):
        for number, text in enumerate(block.lines):
            if number and not block.bullets:
                yield []
            first, rest = ("• ", "  ") if block.bullets else ("", "")
            for position, line in enumerate(wrap(visible(text), width - len(first))):
                yield [Span(rest if position else first), Span(line)]
    else:
        yield from table_lines(block, options, narration, indent=_INDENT)


def _fact(fact: Fact, width: int, label: int) -> Iterator[Line]:
    """A label and its value, which goes on under itself; below a label too long to stand beside it."""
    entry, value = fact.value, value_of(fact.value)
    text = visible(human(entry, fact.kind, MISSING))
    kind, style, mark, link = fact.kind, "dim" if is_missing(value) else "", "", None
    if isinstance(entry, Cell):
        kind, mark, link = entry.kind or kind, visible(entry.mark), safe_link(entry.link)
        style = "bold" if entry.strong else style
    address = safe_link(value)
    if kind == "link":
        link = link or address
    name = visible(fact.label)
    marked = width_of(mark) + 1 if mark else 0
    indent = label + 2
    if address and (width_of(text) > width - indent or width_of(name) > label):
        indent = _INDENT  # in one piece where that may be, to be opened or copied
    room = max(8, width - indent - marked)
    before = [Span(name + " " * (indent - width_of(name)), "dim")]
    if width_of(name) > indent - 2:
        yield from ([Span(line, "dim")] for line in wrap(name, width))
        before = [Span(" " * indent)]
    for line in wrap_address(text, room) if address else wrap(text, room):
        yield [*before, Span(line, style, link), *mark_spans(mark, strong=style == "bold")]
        before, mark = [Span(" " * indent)], ""
