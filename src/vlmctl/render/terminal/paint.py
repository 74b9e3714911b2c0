"""Lines of styled text, and their escape sequences."""

from __future__ import annotations

from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style

__all__ = ["Line", "Painter", "Span", "mark_spans"]


class Span(NamedTuple):
    """A piece of a line. The text must be safe to print already."""

    text: str
    style: str = ""
    """A Rich style: `bold`, `dim`, `green` …"""
    link: str | None = None
    """A checked http(s) address."""


Line = list[Span]


def mark_spans(mark: str, *, strong: bool) -> Line:
    """A mark beside a value, as emphatic as the value; nothing for no mark."""
    return [Span(" "), Span(mark, "bold green" if strong else "yellow")] if mark else []


class Painter:
    """Turns lines into text. Without color the text holds no escape sequence."""

    def __init__(self, *, color: bool, links: bool) -> None:
        self._color = color
        self._links = links
        self._styles: dict[str, Style] = {}

    def text(self, line: Line) -> str:
        """The line, without white space at its end."""
        spans = list(line)
        while spans and not spans[-1].text.strip():
            spans.pop()
        if not spans:
            return ""
        spans[-1] = spans[-1]._replace(text=spans[-1].text.rstrip())
        return "".join(map(self._painted, spans)) if self._color else "".join(span.text for span in spans)

    def _painted(self, span: Span) -> str:
        link = span.link if self._links else None
        if not (span.style or link):
            return span.text
        style = self._styles.get(span.style)
        if style is None:
            style = self._styles[span.style] = Style.parse(span.style) if span.style else Style()
        if link:
            style += Style(link=link)
        return style.render(span.text, color_system=ColorSystem.STANDARD)
