"""What may have been meant by an option that a command doesn't have. Only loaded for errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vlmctl.cli.completion.grammar import SCORES
from vlmctl.query import fields
from vlmctl.query.names import either, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["meant"]

FEW = 2
"""So many options are named at most."""
ORDERED = ("top", "pareto")
"""Commands whose answer is an order."""
SHOWN = 4
"""So many commands are named at most."""


def meant(option: str, path: str, known: Sequence[str]) -> str | None:
    """A hint for `option`, which the command `path` (`bench list`) doesn't have: `known` are those that it has.

    The term that a field of that name makes, or the commands that have it, or the nearest of those that this one has.
    """
    if not option.startswith("--"):
        return None
    if option == "--sort" and path in ORDERED:
        return "a ranking has its own order; vlmctl list --sort FIELD sorts models by anything, as in list --sort -TextVQA"
    name, terms = option.removeprefix("--"), "--where" in known
    field = fields.find(name, scores=path in SCORES) if terms else None
    if field:
        return f"write it as a term: '{field.name}=VALUE'"
    if elsewhere := _commands_with(option):
        return f"{_all_of(elsewhere)} {'has' if len(elsewhere) == 1 else 'have'} {option}, {path or 'vlmctl'} has not"
    if near := nearest(name, [each.removeprefix("--") for each in known if each.startswith("--")], FEW):
        return f"did you mean {either([f'--{each}' for each in near])}?"
    return f"benchmarks and other fields are terms, as in 'TextVQA>=60'; see vlmctl {path} --help" if terms else None


def _commands_with(option: str) -> list[str]:
    """The commands that have an option, as the completion's grammar tells."""
    from vlmctl.cli.completion.commandline import GRAMMAR

    rows = (line.split("\t") for line in Path(GRAMMAR).read_text(encoding="utf-8").splitlines() if "\toption\t" in line)
    return list(dict.fromkeys(row[0] for row in rows if row[0] and option in row[2].split(" ")))


def _all_of(names: Sequence[str]) -> str:
    if len(names) > SHOWN:
        names = [*names[: SHOWN - 1], f"{len(names) - SHOWN + 1} more commands"]
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
