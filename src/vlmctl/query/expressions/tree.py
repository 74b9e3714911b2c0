"""The filter language's syntax tree, and how it is written. Imports only the lexer.

Every part keeps its place in what was typed, for errors; places don't count when trees are compared.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from vlmctl.query.expressions.lexer import spelled

__all__ = ["And", "Node", "Not", "Or", "Range", "Term", "Value", "term_count", "written"]


@dataclass(frozen=True, slots=True)
class Value:
    """A field's name or a value, without quotes."""

    text: str
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends are included; one of them may be absent."""

    low: Value | None
    high: Value | None
    start: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """A field, an operator and what it is compared with: any of the values."""

    field: Value
    operator: str = ""
    """`= != < <= > >= ~ !~`; empty for a bare field, which then must be a flag."""
    values: tuple[Value | Range, ...] = ()
    source: str = dataclasses.field(default="", compare=False, repr=False)
    """The whole expression as typed, into which all places point."""
    start: int = dataclasses.field(default=0, compare=False)
    """Where the operator stands."""
    end: int = dataclasses.field(default=0, compare=False)
    names: bool = dataclasses.field(default=False, compare=False)
    """It is an option's value without an operator, which names something, even where a part of the name will do."""


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts, two or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts, two or more."""

    parts: tuple[Node, ...]


Node = Term | Not | And | Or


def term_count(node: Node) -> int:
    """How many terms a tree has; a list counts as many as it has values."""
    if isinstance(node, Term):
        return max(1, len(node.values))
    if isinstance(node, Not):
        return term_count(node.part)
    return sum(term_count(part) for part in node.parts)


def written(node: Node, *, inside: bool = False) -> str:
    """A tree as text that `parse` reads back as the same tree; with `inside`, fit to be joined by `and`."""
    if isinstance(node, Term):
        return spelled(node.field.text) + node.operator + ",".join(_written_value(value) for value in node.values)
    if isinstance(node, Not):
        enclosed = isinstance(node.part, And | Or)
        return f"not ({written(node.part)})" if enclosed else f"not {written(node.part)}"
    word, loose = (" and ", And | Or) if isinstance(node, And) else (" or ", Or)
    text = word.join(f"({written(part)})" if isinstance(part, loose) else written(part) for part in node.parts)
    return f"({text})" if inside and isinstance(node, Or) else text


def _written_value(value: Value | Range) -> str:
    if isinstance(value, Value):
        return spelled(value.text)
    return (value.low.text if value.low else "") + ".." + (value.high.text if value.high else "")
