"""Charts as lines: plotille draws points and the front in characters, names stand where they cover nothing.

Every group has a sign of its own, so that nothing hangs on color.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from vlmctl.render.axes import Scale, title_of, x_scale, y_scale
from vlmctl.render.cells import visible
from vlmctl.render.groups import groups_of
from vlmctl.render.labels import Box, place_labels
from vlmctl.render.terminal.fit import GAP
from vlmctl.render.terminal.paint import Span
from vlmctl.render.terminal.tables import heading_lines, legend_lines
from vlmctl.render.terminal.wrap import shorten, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.render import RenderOptions
    from vlmctl.render.terminal.paint import Line
    from vlmctl.results import Chart, Point

__all__ = ["chart_lines"]

SIGNS = "●▲■◆○△□◇"
"""A sign for each group; the last for the rest."""
STYLES = ("cyan", "magenta", "yellow", "blue", "cyan", "magenta", "yellow", "dim")
PLAIN, FRONT, OTHER = "●", "◆", "·"
"""Without groups: a point, one of the front, and one beside a drawn front."""
NUMBERS = "123456789abcdefghijklmnopqrstuvwxyz"
"""Signs of points whose name stands in the legend."""
_LONGEST_NAME = 30
_LOWEST, _HIGHEST = 12, 30


def chart_lines(chart: Chart, options: RenderOptions) -> list[Line]:
    """A chart's lines; none if it has no point."""
    if not chart.points:
        return []
    across, up = x_scale(chart), y_scale(chart)
    height = max(_LOWEST, min(_HIGHEST, options.width // 5))
    ticks = up.ticks(max(2, height // 3))
    margin = max((len(tick.text) for tick in ticks), default=0) + 1
    width = max(20, options.width - margin - 2)
    grid = Grid(chart, across, up, width, height)
    numbered = grid.write_names()
    lines: list[Line] = [*heading_lines(chart.heading, options.width, options.width), []] if chart.heading else []
    lines.append([Span(shorten(title_of(chart.y_title, chart.y_unit), options.width), "bold")])
    marks = {_row(up.place(tick.value), height): tick.text for tick in ticks}
    for row in range(height):
        text = marks.get(row, "")
        lines.append([Span(text.rjust(margin) + ("┤" if text else "│"), "dim"), *grid.line(row)])
    lines += _bottom(chart, across, margin, width, options.width)
    return [*lines, [], *_in_columns(_groups(chart), options.width), *_in_columns(numbered, options.width), *_legend(chart, options.width)]


def _row(place: float, height: int) -> int:
    return min(height - 1, max(0, height - 1 - int(place * height)))


def _signs(chart: Chart) -> dict[str, tuple[str, str]]:
    """Sign and style of each group."""
    if not chart.group_title and len({point.group for point in chart.points}) == 1:
        return {chart.points[0].group: (OTHER if chart.line else PLAIN, "")}
    groups, places = groups_of(chart, len(SIGNS))
    last = len(groups) - 1
    rest = groups[last].names > 1
    return {
        name: (OTHER, "dim") if rest and place == last else (SIGNS[place], STYLES[place]) for name, place in places.items()
    }  # fmt: skip


def _is_grouped(chart: Chart) -> bool:
    return len(_signs(chart)) > 1 or bool(chart.group_title)


def _groups(chart: Chart) -> list[tuple[str, str]]:
    """The signs of the groups, with how many points each has."""
    if not _is_grouped(chart):
        return []
    signs = _signs(chart)
    groups, places = groups_of(chart, len(SIGNS))
    by_place = {place: signs[name][0] for name, place in places.items()}
    return [(by_place[place], f"{shorten(visible(group.name), _LONGEST_NAME)} ({group.points})") for place, group in enumerate(groups)]


def _legend(chart: Chart, width: int) -> list[Line]:
    legend: list[tuple[str, str]] = []
    if chart.front and not _is_grouped(chart):
        legend.append((FRONT, "on the Pareto front: nothing beats it in both"))
    if chart.line and chart.front:
        legend.append(("⠒", "Pareto front"))
    return legend_lines(legend, width)


def _in_columns(entries: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Signs and names in columns, read from left to right: a separator between them could be taken for a sign."""
    if not entries:
        return []
    widest = max(width_of(name) for _, name in entries)
    count = max(1, (width + GAP) // (2 + widest + GAP))
    lines: list[Line] = []
    for start in range(0, len(entries), count):
        line: Line = []
        for sign, name in entries[start : start + count]:
            line += [Span(sign, "bold"), Span(f" {shorten(name, width - 2)}", "dim")]
            line.append(Span(" " * (widest - width_of(name) + GAP)))
        lines.append(line)
    return lines


def _bottom(chart: Chart, across: Scale, margin: int, width: int, screen: int) -> list[Line]:
    """The axis from left to right: its line, ticks, and title."""
    rule, texts = ["─"] * width, [" "] * (margin + 1 + width + 1)
    end = -1
    for tick in across.ticks(max(2, width // 9)):
        column = min(width - 1, max(0, int(across.place(tick.value) * width)))
        start = min(margin + 1 + column - len(tick.text) // 2, len(texts) - len(tick.text))
        if start <= end:
            continue
        rule[column] = "┴"
        texts[start : start + len(tick.text)] = tick.text
        end = start + len(tick.text)
    title = shorten(title_of(chart.x_title, chart.x_unit) + (", logarithmic" if across.log else ""), screen)
    return [
        [Span(" " * margin + "└" + "".join(rule), "dim")], [Span("".join(texts), "dim")],
        [Span(" " * max(0, min(margin + 1 + width, screen) - width_of(title))), Span(title, "bold")],
    ]  # fmt: skip


class Grid:
    """The characters of the plot itself, each with a style; a wide character is followed by an empty one."""

    def __init__(self, chart: Chart, across: Scale, up: Scale, width: int, height: int) -> None:
        self._chart, self._across, self._up = chart, across, up
        self._width, self._height = width, height
        self._texts = [list(row) for row in self._drawn().split("\n")]
        self._styles = [["green" if text != "⠀" else "" for text in row] for row in self._texts]
        self._lined = {(column, row) for row, texts in enumerate(self._texts) for column, text in enumerate(texts) if text != "⠀"}
        self._points: dict[str, tuple[int, int]] = {}
        self._draw_points()

    def _drawn(self) -> str:
        """The front as plotille draws it in braille dots: two across and four up in a character."""
        from plotille import Canvas

        canvas = Canvas(self._width, self._height, 0, 0, 1, 1)
        by_id = {point.id: point for point in self._chart.points}
        front = [by_id[name] for name in self._chart.front if name in by_id]
        for before, after in pairwise(front if self._chart.line else ()):
            left, right = self._middle(before), self._middle(after)
            turn = (right[0], left[1]) if self._chart.smaller_x else (left[0], right[1])
            canvas.line(*left, *turn)
            canvas.line(*turn, *right)
        drawn: str = canvas.plot(linesep="\n")
        return drawn

    def _cell_of(self, point: Point) -> tuple[int, int]:
        """Column and row of a point's sign."""
        column = min(self._width - 1, max(0, int(self._across.place(point.x) * self._width)))
        return column, _row(self._up.place(point.y), self._height)

    def _middle(self, point: Point) -> tuple[float, float]:
        """The middle of that cell from the left and from below, so that lines meet signs."""
        column, row = self._cell_of(point)
        return (column + 0.5) / self._width, (self._height - row - 0.5) / self._height

    def _draw_points(self) -> None:
        """Points in order of importance: later ones cover earlier ones."""
        chart = self._chart
        signs, named, front = _signs(chart), set(chart.labels), set(chart.front)
        grouped = _is_grouped(chart)
        for point in sorted(chart.points, key=lambda each: (each.id in named, each.id in front, signs[each.group][0] != OTHER)):
            column, row = self._cell_of(point)
            on_front = point.id in front
            sign, style = signs[point.group]
            self._points[point.id] = column, row
            self._texts[row][column] = FRONT if on_front and not grouped else sign
            self._styles[row][column] = f"bold {'' if style == 'dim' else style}".strip() if on_front else style

    def write_names(self) -> list[tuple[str, str]]:
        """Write the names of the points that matter beside them; a point whose name finds no place gets a number for a sign.

        The numbers and their names come back, for the legend.
        """
        by_id = {point.id: point for point in self._chart.points}
        named = [name for name in self._chart.labels if name in by_id]
        texts = [shorten(visible(by_id[name].label), _LONGEST_NAME) for name in named]
        anchors = [_cell(*self._points[name]) for name in named]
        others = [_cell(*place) for place in {*self._points.values(), *self._lined} - {self._points[name] for name in named}]
        area = Box(0, 0, self._width, self._height)
        boxes = place_labels(anchors, [(width_of(text), 1) for text in texts], others, area, (1, 0), reach=1)
        numbered: list[tuple[str, str]] = []
        for name, text, box in zip(named, texts, boxes, strict=True):
            if box is not None:
                self._write(int(box.left), int(box.top), text)
            elif len(numbered) < len(NUMBERS):
                column, row = self._points[name]
                self._texts[row][column], self._styles[row][column] = NUMBERS[len(numbered)], "bold"
                numbered.append((NUMBERS[len(numbered)], text))
        return numbered

    def _write(self, column: int, row: int, text: str) -> None:
        for character in text:
            cells = width_of(character)
            if not cells:  # a combining mark belongs to the character before it
                self._texts[row][column - 1] += character
            for offset in range(cells):
                self._texts[row][column + offset] = "" if offset else character
                self._styles[row][column + offset] = ""
            column += cells

    def line(self, row: int) -> Sequence[Span]:
        """A line of the plot, neighbors of one style together."""
        spans: list[Span] = []
        for text, style in zip(self._texts[row], self._styles[row], strict=True):
            shown = " " if text == "⠀" else text
            if spans and spans[-1].style == style:
                spans[-1] = spans[-1]._replace(text=spans[-1].text + shown)
            else:
                spans.append(Span(shown, style))
        return spans


def _cell(column: int, row: int) -> Box:
    return Box(column, row, column + 1, row + 1)
