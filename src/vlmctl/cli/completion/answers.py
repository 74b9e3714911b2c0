"""Answers a shell's question what can stand next: `vlmctl __complete SHELL …`, asked by the scripts of `vlmctl completion`.

bash asks with its line up to the cursor and the part of it that it will replace, since it splits words at `=`, `:` and
`@`; zsh and fish ask with the words. The answer's first line says what follows: `values` (then a line for each: value,
tab, help; for bash the value alone, quoted as it will be inserted), `open` (the same, with no space behind), `files` or
`directories` (the shell completes those). No answer at all means that nothing is known.

A completion must never disturb the line that is being typed: it compiles and writes nothing, says nothing on stderr, and
whatever goes wrong is an empty answer. It imports no Typer, so it writes stdout itself.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from vlmctl.cli.completion.commandline import Position

__all__ = ["Answer", "Typed", "answer", "complete", "quoted", "split_line"]

LONGEST_HELP = 90
SHELL_SIGNS = frozenset(" \t|&;()<>*?[]{}$`\"'\\!#~")


class Answer(NamedTuple):
    """What can stand next."""

    kind: str
    """`values`, `open`, `files` or `directories`."""
    values: Sequence[tuple[str, str]] = ()
    """Whole words as the program is to get them, each with its help."""


class Typed(NamedTuple):
    """A command line's words, as far as they have been typed."""

    words: list[str]
    """As the program would get them; the last one isn't finished."""
    quote: str
    """The quote that is still open in it, or nothing."""


def answer(arguments: Sequence[str]) -> int:
    """Print what can stand next; always 0."""
    with contextlib.suppress(Exception):
        text = _answered(arguments[0], arguments[1:])
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:  # the shell has left: nothing may be left for the interpreter to flush
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _answered(shell: str, arguments: Sequence[str]) -> str:
    if shell == "bash":
        line, replaced = arguments
        typed = split_line(line)
    else:
        before, last = arguments[:-1], arguments[-1]
        typed = Typed([*before, last if shell == "zsh" else split_line(last).words[-1]], "")
    found = complete(typed.words)
    if found is None:
        return ""
    shown = [(value, text) for value, text in found.values if value.isprintable()]
    if found.kind in ("values", "open") and not shown:
        return ""
    if shell == "bash":
        pieces = _for_bash(found.kind, typed, replaced, [value for value, _ in shown])
        return "".join(f"{line}\n" for line in (found.kind, *pieces)) if pieces or not shown else ""
    return found.kind + "\n" + "".join(f"{value}\t{_short(text)}".rstrip("\t") + "\n" for value, text in shown)


def complete(words: Sequence[str]) -> Answer | None:
    """What can stand in place of the last word; the first is the program's name. None for nothing."""
    from vlmctl.cli.completion.commandline import position

    start = next((i for i, word in enumerate(words) if "=" not in word.partition("/")[0]), 0)  # behind NAME=value
    place = position(words[start + 1 :])
    if place is None:
        return None
    if place.value in ("file", "directory"):
        return Answer("files" if place.value == "file" else "directories")
    folded = place.typed.casefold()
    own = [(word, text) for word, text in place.words if word.casefold().startswith(folded)]
    kind, live = _live(place) if place.value else ("values", [])
    return Answer(kind, [*own, *((place.head + value, text) for value, text in live)])


def _live(place: Position) -> tuple[str, list[tuple[str, str]]]:
    from vlmctl.query.completing.values import Context, values

    kind, _, choices = place.value.partition(":")
    if kind == "choice":
        folded = place.typed.casefold()
        return "values", [(choice, "") for choice in choices.split(" ") if choice.casefold().startswith(folded)]
    catalog = _compiled(place.overlays)
    try:
        found = values(Context(catalog, place.given), place.value, place.typed)
    finally:
        if catalog is not None:
            catalog.close()
    return "open" if found.open else "values", found.values


def _compiled(overlays: Iterable[str]) -> Any:
    """The catalog as it was last compiled, or None. What goes wrong here costs only the live values."""
    import sqlite3

    from vlmctl.errors import VlmctlError
    from vlmctl.store.layers import Layers
    from vlmctl.store.opening import last_compiled

    try:
        return last_compiled(Layers.find([os.path.expanduser(path) for path in overlays]))
    except (VlmctlError, OSError, ValueError, sqlite3.Error):
        return None


def _short(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= LONGEST_HELP else plain[: LONGEST_HELP - 1].rstrip() + "…"


def split_line(line: str) -> Typed:
    """The words of a shell's line that may end within a word, a quote or behind a backslash. Nothing is expanded."""
    words: list[str] = []
    word: list[str] | None = None
    quote = ""
    signs = iter(line)
    for sign in signs:
        if sign == "\\" and quote != "'":
            following = next(signs, "")
            word = [*(word or ()), "\\" + following if quote and following not in '"\\$`' else following]
        elif quote:
            quote = "" if sign == quote else quote
            word = [*(word or ()), sign] if quote else word
        elif sign in "'\"":
            quote, word = sign, word or []
        elif sign in " \t\n":
            words += ["".join(word)] if word is not None else []
            word = None
        else:
            word = [*(word or ()), sign]
    return Typed([*words, "".join(word or ())], quote)


def quoted(value: str, quote: str) -> str:
    """A value as it is typed in a shell: behind an open quote, or with a backslash before each sign that the shell would take."""
    if quote == "'":
        return value.replace("'", "'\\''")
    special = '"\\$`' if quote else SHELL_SIGNS
    text = "".join("\\" + sign if sign in special else sign for sign in value)
    return text.replace("!", "\"'!'\"") if quote else text  # between double quotes bash puts an old line in its place, backslash or not


def _for_bash(kind: str, typed: Typed, replaced: str, values: Iterable[str]) -> list[str]:
    """What bash is to put in place of the part that it replaces.

    Terms that the shell would cut at `<` or `>` get an opening quote, so that the rest of the term can be typed.
    """
    last = typed.words[-1]
    part = split_line(typed.quote + replaced).words[-1]
    if not last.endswith(part):
        return []
    kept = len(last) - len(part)
    pieces = [value[kept:] for value in values if value[:kept] == last[:kept]]
    if kind == "open" and not typed.quote and not kept and any("<" in piece for piece in pieces):
        return ["'" + quoted(piece, "'") for piece in pieces]
    return [quoted(piece, typed.quote) for piece in pieces]
