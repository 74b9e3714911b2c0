"""Figures as people print them in a cell: `52.1`, `**76.6**`, `1523/316`, `—/1302.8`, `88.0、86.6、85.7(random/popular/adversarial)`.

Nothing is guessed: what doesn't read as figures in one way only is text. Decimal commas and thousands separators are
text, because `1,523` may be either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vlmctl.interchange.reading import Number

__all__ = ["Figures", "halfwidth", "looks_numeric", "number_of", "parse_figures", "plain"]

MAX_CELL = 200
"""A longer cell is a text."""

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D}
_EMPTY = frozenset(
    {"", "-", "--", "–", "—", "/", "n/a", "na", "n.a.", "none", "nan", "null", "×", "x", "✗", "✘", "tbd", "?", "…", "...", "\\"}
)
_PIECE = re.compile(r"(?P<number>-?(?:\d{1,9}(?:\.\d{1,12})?|\.\d{1,12}))\s*%?\s*(?:±\s*[\d.]{1,12}\s*%?)?\s*(?P<mark>\S{0,4})", re.ASCII)
_MARKS = frozenset("*†‡§¶^~#¹²³⁰⁴⁵⁶⁷⁸⁹ᵃᵇᶜ↑↓")
_LABELS = re.compile(r"(?P<figures>.*?)\s*[(\[](?P<labels>[^()\[\]]*[^\W\d_][^()\[\]]*)[)\]]", re.DOTALL)
_STRUCK = re.compile(r"~~|<(?:s|del|strike)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/|、;]|,\s+")


class Figures(NamedTuple):
    """A cell that was read."""

    kind: str
    """`empty`, `figures` or `text`."""
    numbers: tuple[Number | None, ...] = ()
    """The figures in order; None for a dash."""
    labels: tuple[str, ...] = ()
    """Names of the figures, where the cell gives as many."""
    mark: str = ""
    """Signs beside a figure, whose meaning stands elsewhere in the document."""
    percent: bool = False
    """Whether a percent sign stands beside one."""

    @property
    def present(self) -> tuple[Number, ...]:
        """The figures without the dashes."""
        return tuple(number for number in self.numbers if number is not None)


def halfwidth(text: str) -> str:
    """Text with full-width forms as plain ones: `MME（P/C）` -> `MME(P/C)`. Superscripts stay what they are."""
    return text.translate(_HALF)


def plain(text: str) -> str:
    """A cell's text without Markdown's and HTML's dress: emphasis, code, links (their text stays), line breaks, tags.

    What a `<sup>` holds is a footnote's sign: it becomes `^`.
    """
    text = halfwidth(text[: 4 * MAX_CELL])
    text = re.sub(r"<sup>[^<]*</sup>|\$\^\{?[^$}]*\}?\$", "^", text, flags=re.IGNORECASE)
    text = re.sub(r"!\[[^\]\[]*\]\([^()]*\)", " ", text)
    text = re.sub(r"\[([^\]\[]*)\]\([^()]*\)", r"\1", text)
    text = re.sub(r"<[^<>]*>|&nbsp;", " ", text)
    text = re.sub(r"\*\*|__|`|~~|\\(?=[*_|~`])", "", text)
    italic = re.fullmatch(r"\s*([*_])([^*_]+)\1\s*", text)
    return " ".join((italic[2] if italic else text).split())


def looks_numeric(text: str) -> bool:
    """Whether a cell that isn't figures was perhaps meant as some: it begins with a digit, or has one and no word of three letters."""
    bare = plain(text).lstrip("+-±~≈<>=( ")
    return bare[:1].isdigit() or (any(c.isdigit() for c in bare) and len(bare) <= 40 and not re.search(r"[^\W\d_]{3}", bare))


def parse_figures(text: str, *, comma: bool = False) -> Figures:
    """What a cell holds. With `comma` figures have a decimal comma and no point. What is struck out is text."""
    if not text or len(text) > MAX_CELL or _STRUCK.search(text):
        return Figures("text" if text else "empty")
    shown = _with_points(plain(text)) if comma else plain(text)
    if shown.lower() in _EMPTY:
        return Figures("empty")
    labels: tuple[str, ...] = ()
    labelled = _LABELS.fullmatch(shown)
    if labelled:
        shown, labels = labelled["figures"], tuple(label.strip() for label in _SEPARATOR.split(labelled["labels"]))
    pieces = _SEPARATOR.split(shown.replace("+/-", "±").replace("(±", "±").replace("( ±", "±"))
    numbers: list[Number | None] = []
    marks = ""
    for piece in pieces:
        number, mark = _piece(piece.strip())
        if mark is None:
            return Figures("text")
        numbers.append(number)
        marks += mark
    if all(number is None for number in numbers):
        return Figures("empty")
    if labels and len(labels) != len(numbers):
        return Figures("text", tuple(numbers))
    return Figures("figures", tuple(numbers), labels, marks, "%" in shown)


def _with_points(text: str) -> str:
    """Text with decimal points for decimal commas; one that has points already reads as no figure."""
    return re.sub(r"(?<=\d),(?=\d)", ".", text.replace(".", "\N{MIDDLE DOT}"))


def _piece(text: str) -> tuple[Number | None, str | None]:
    """A figure and the signs beside it; None for a dash; no signs (None) where it is neither."""
    if text.lower() in _EMPTY:
        return None, ""
    match = _PIECE.fullmatch(text)
    if match is None:
        return None, None
    mark = match["mark"].replace(")", "") if "±" in text else match["mark"]
    return (number_of(match["number"]), mark) if set(mark) <= _MARKS else (None, None)


def number_of(text: str) -> Number:
    """A number as it is printed: whole where it has no point."""
    return float(text) if "." in text else int(text)
