"""What can stand at the end of a command line, told by the grammar alone: which option or argument is being typed.

Part of completion, so it imports no Typer; `grammar.tsv` says what the app knows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Entry", "Position", "load", "position"]

GRAMMAR = os.path.join(os.path.dirname(__file__), "grammar.tsv")


class Entry(NamedTuple):
    """A command, argument or option."""

    kind: str
    """`command`, `argument` or `option`."""
    spellings: tuple[str, ...]
    """Its name; for options all of them; for arguments the metavar."""
    value: str
    """What completes its value, see `vlmctl.cli.completion.grammar`."""
    rules: tuple[str, ...]
    help: str

    @property
    def valued(self) -> bool:
        """Whether it is an option that takes a value."""
        return self.kind == "option" and "flag" not in self.rules


class Position(NamedTuple):
    """What is being typed."""

    typed: str
    """The part of the last word that is completed."""
    head: str = ""
    """What stands before it in the same word: `--format=`."""
    value: str = ""
    """What completes it as a value, see `vlmctl.cli.completion.grammar`; empty for nothing known."""
    words: tuple[tuple[str, str], ...] = ()
    """What completes it as a word, with help: commands or options."""
    given: tuple[tuple[str, str], ...] = ()
    """Values typed before, each with what completes it."""
    overlays: tuple[str, ...] = ()
    """Values of `--catalog`."""


def load(path: str, file: str = GRAMMAR) -> list[Entry]:
    """The entries of a command."""
    found = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if cells[0] == path and len(cells) == 6:
                found.append(Entry(cells[1], tuple(cells[2].split(" ")), cells[3], tuple(cells[4].split()), cells[5]))
    return found


def position(words: Sequence[str]) -> Position | None:
    """What the last of the words (behind the program's name) can be; None where the words before it make no sense."""
    line = _Line()
    for word in words[:-1]:
        if not line.read(word):
            return None
    return line.end(words[-1])


class _Line:
    """The words read so far."""

    def __init__(self) -> None:
        self.path = ""
        self.entries = load("")
        self.pending: Entry | None = None
        self.options = True
        self.used: set[str] = set()
        self.arguments = 0
        self.given: list[tuple[str, str]] = []
        self.overlays: list[str] = []

    def read(self, word: str) -> bool:
        """Take a complete word; whether it makes sense."""
        if self.pending is not None:
            self.value_of(self.pending, word)
            self.pending = None
        elif self.options and word == "--":
            self.options = False
        elif self.options and len(word) > 1 and word.startswith("-"):
            self.option(word)
        elif any(entry.kind == "command" for entry in self.entries):
            if not any(entry.kind == "command" and entry.spellings[0] == word for entry in self.entries):
                return False
            self.path = f"{self.path} {word}".lstrip()
            self.entries = load(self.path)
            self.used = set()
        else:
            argument = self.argument()
            self.arguments += 1
            if argument is not None:
                self.given.append((argument.value, word))
        return True

    def option(self, word: str) -> None:
        name, equals, value = word.partition("=")
        entry = self.named(name)
        if entry is None and not word.startswith("--"):  # -fjson
            entry, equals, value = self.named(word[:2]), "=", word[2:]
        if entry is None:
            return
        self.used.update(entry.spellings)
        if entry.valued and not equals:
            self.pending = entry
        elif entry.valued:
            self.value_of(entry, value)

    def value_of(self, entry: Entry, value: str) -> None:
        self.given.append((entry.value, value))
        if "--catalog" in entry.spellings:
            self.overlays.append(value)

    def named(self, spelling: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.kind == "option" and spelling in entry.spellings), None)

    def argument(self) -> Entry | None:
        """The argument that comes next."""
        arguments = [entry for entry in self.entries if entry.kind == "argument"]
        if self.arguments < len(arguments):
            return arguments[self.arguments]
        return arguments[-1] if arguments and "many" in arguments[-1].rules else None

    def end(self, word: str) -> Position:
        """What the last word can be."""
        if self.pending is not None:
            return self.place(word, value=self.pending.value)
        if self.options and word.startswith("-"):
            name, equals, typed = word.partition("=")
            entry = self.named(name) if equals else None
            if equals:
                return self.place(typed, head=name + equals, value=entry.value if entry is not None and entry.valued else "")
            return self.place(word, words=self.spellings(word))
        commands = tuple((entry.spellings[0], entry.help) for entry in self.entries if entry.kind == "command")
        if commands:
            return self.place(word, words=commands)
        argument = self.argument()
        missing = () if word or not self.options else self.missing()
        return self.place(word, value=argument.value if argument is not None else "", words=missing)

    def place(self, typed: str, *, head: str = "", value: str = "", words: tuple[tuple[str, str], ...] = ()) -> Position:
        return Position(typed, head, value, words, tuple(self.given), tuple(self.overlays))

    def spellings(self, word: str) -> tuple[tuple[str, str], ...]:
        """The options that can still be given; short ones only where nothing says that a long one is meant."""
        left = [entry for entry in self.entries if entry.kind == "option" and ("many" in entry.rules or not self.used & {*entry.spellings})]
        return tuple((each, entry.help) for entry in left for each in entry.spellings if each.startswith("--") or word == "-")

    def missing(self) -> tuple[tuple[str, str], ...]:
        """Required options that haven't been given."""
        wanted = [
            entry for entry in self.entries if entry.kind == "option" and "required" in entry.rules and not self.used & {*entry.spellings}
        ]
        return tuple((entry.spellings[0], entry.help) for entry in wanted)
