"""Results on a terminal: airy tables fitted to the width, cards, notes below. The one door to Rich.

Rich measures text (wide characters) and turns styles into escape sequences. Its markup, emoji codes and highlighting
are never used: catalog text is data. `rich.console` stays out, since importing it would double the start-up time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.render.terminal.cards import card_lines
from vlmctl.render.terminal.paint import Painter
from vlmctl.render.terminal.tables import table_lines
from vlmctl.results import Card, Chart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.render import RenderOptions
    from vlmctl.results import Result

__all__ = ["terminal_text"]


def terminal_text(result: Result, options: RenderOptions, narration: list[str]) -> Iterator[str]:
    """The screen's lines; adds to the narration what didn't fit."""
    if isinstance(result, Card):
        lines = card_lines(result, options, narration)
    elif isinstance(result, Chart):
        from vlmctl.render.terminal.charts import chart_lines

        lines = chart_lines(result, options)
    else:
        lines = table_lines(result, options, narration)
    painter = Painter(color=options.color, links=options.links)
    for line in lines:
        yield painter.text(line) + "\n"
