"""One file per result, format and width. `VLMCTL_REGENERATE=1 pytest tests/golden` writes them anew."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Literal

import pytest

from golden.results_of_all_kinds import all_results
from vlmctl.render import Format, RenderOptions, render

_FILES = Path(__file__).parent / "files"
_WIDTHS = (80, 120, 200)
_OTHERS: tuple[Format, ...] = ("json", "jsonl", "csv", "tsv", "markdown")
_NAMES = ("hard", "ranked", "grouped", "matrix", "pair", "card", "chart")


def _compare(name: str, text: str) -> None:
    path = _FILES / name
    if os.environ.get("VLMCTL_REGENERATE") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text


def _rendered(name: str, form: Format, width: int, *, color: bool = False) -> tuple[str, list[str]]:
    stream = io.StringIO(newline="")
    narration = render(all_results()[name], stream, format=form, options=RenderOptions(width=width, color=color))
    return stream.getvalue(), narration


def test_every_result_is_here() -> None:
    assert set(_NAMES) == set(all_results())


@pytest.mark.parametrize("width", _WIDTHS)
@pytest.mark.parametrize("name", _NAMES)
def test_terminal(name: str, width: int) -> None:
    text, narration = _rendered(name, "table", width)
    _compare(f"{name}.{width}.txt", text + "".join(f"stderr: {line}\n" for line in narration))


@pytest.mark.parametrize("form", _OTHERS)
@pytest.mark.parametrize("name", _NAMES)
def test_other_formats_do_not_depend_on_the_width(name: str, form: Literal["json", "jsonl", "csv", "tsv", "markdown"]) -> None:
    texts = {_rendered(name, form, width)[0] for width in _WIDTHS}
    assert len(texts) == 1
    _compare(f"{name}.{'md' if form == 'markdown' else form}", texts.pop())


def test_colors() -> None:
    text, _ = _rendered("matrix", "table", 120, color=True)
    _compare("matrix.120.color.txt", text)
