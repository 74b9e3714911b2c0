"""Text broken into lines and shortened, by the cells it takes on a screen. Numbers are never cut."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

__all__ = ["longest_number", "longest_piece", "shorten", "width_of", "wrap", "wrap_address", "wrap_clauses"]

_WIDE = "\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff"
_CLOSING = "，。、；：！？）》」』】〉”’"
_UNIT = re.compile(rf"[{_WIDE}][{_CLOSING}]*|[^{_WIDE}]+")
"""A wide character with the closing marks that may not start a line, or text up to the next wide character."""
_PIECE = re.compile(r"[-/@_,.:?&=]*[^-/@_,.:?&=]+[-/@_,.:?&=]*|[-/@_,.:?&=]+")
"""A part of a long word, up to and with a separator."""
_ADDRESS = re.compile(r"[^/]*/+|[^/]+$")
"""A part of an address, up to and with a slash."""
_NUMBER_AT_END = re.compile(r"\d[\d.,]*$")
_HANGING = " -–—/@(,·:"


def width_of(text: str) -> int:
    """Cells that a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def _pieces(word: str, joints: str = "-/:,.") -> list[str]:
    """Where a word may be broken if it must; not at a joint between digits (1,000.5 or 2024-05-10)."""
    pieces: list[str] = []
    for unit in _UNIT.findall(word):
        for piece in _PIECE.findall(unit):
            if pieces and piece[0].isdigit() and pieces[-1][-1] in joints and pieces[-1][-2:-1].isdigit():
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return pieces


def _numbers(word: str) -> list[str]:
    """The same with numbers alone whole: a date is broken at its hyphens."""
    return _pieces(word, ",.")


def longest_piece(text: str) -> int:
    """Cells that the longest part takes which wrapping need not tear apart."""
    return max((width_of(piece) for word in text.split() for piece in _pieces(word)), default=0)


def longest_number(text: str) -> int:
    """Cells that the longest part takes if only numbers and words within words stay whole."""
    return max((width_of(piece) for word in text.split() for piece in _numbers(word)), default=0)


def _units(text: str, width: int) -> list[tuple[str, bool]]:
    """Parts that fit into a line, each with whether a space stands before it; numbers are torn apart last."""
    units: list[tuple[str, bool]] = []
    for word in text.split(" "):
        if not word:
            continue
        joints = _ADDRESS if "://" in word and width_of(word) > width else _UNIT
        parts = [word] if word.isascii() and joints is _UNIT else joints.findall(word)
        for divide in (_pieces, _numbers, lambda piece: chop_cells(piece, width)):
            parts = [piece for part in parts for piece in ([part] if width_of(part) <= width else divide(part))]
        units.extend((part, number == 0) for number, part in enumerate(parts))
    return units


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells: broken at spaces and between wide characters, long words at `-`, `/`, `_`."""
    if width_of(text) <= width:
        return [text]
    lines: list[str] = []
    line, used = "", 0
    for part, spaced in _units(text, max(1, width)):
        size = width_of(part)
        gap = 1 if spaced and line else 0
        if line and used + gap + size > width:
            lines.append(line)
            line, used = part, size
        else:
            line += " " * gap + part
            used += gap + size
    return [*lines, line]


def wrap_clauses(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at ` · ` where what stands between fits a line of its own."""
    lines: list[str] = []
    for clause in text.split(" · "):
        joined = f"{lines[-1]} · {clause}" if lines else clause
        if width_of(joined) <= width:
            lines[-1:] = [joined]
        else:
            lines += wrap(clause, width)
    return lines


def wrap_address(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells of an address: broken behind a `/`, elsewhere only where there is none in a whole line."""
    lines = [""]
    for part in _ADDRESS.findall(text):
        if lines[-1] and width_of(lines[-1] + part) > width:
            lines.append("")
        *whole, rest = wrap(lines[-1] + part, width)
        lines[-1:] = [*whole, rest]
    return lines


def shorten(text: str, width: int) -> str:
    """The beginning of a text and an ellipsis, in at most `width` cells. A number that doesn't fit goes as a whole."""
    if width_of(text) <= width:
        return text
    kept = set_cell_size(text, max(0, width - 1)).rstrip()
    rest = text[len(kept) :]
    if re.match(r"\d|[.,]\d", rest):
        kept = _NUMBER_AT_END.sub("", kept)
    return kept.rstrip(_HANGING) + "…"
