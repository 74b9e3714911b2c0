"""One term of a filter as SQL with bound parameters, and how such pieces are joined. Knows fields, but no catalog.

Where a fact is absent, SQL's NULL makes the term unknown; `NOT` leaves it so, which all operators here keep.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from vlmctl.errors import QueryError
from vlmctl.names import BETWEEN_NAMES
from vlmctl.query.expressions.lexer import shown
from vlmctl.query.expressions.tree import Range, Term, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.quantities import DateSpan
    from vlmctl.query.fields import Field, FieldType

__all__ = ["Piece", "combined", "default_operator", "meant", "measured", "negated", "term_piece"]

_TEXT = ("=", "!=", "~", "!~")
_ORDER = ("=", "!=", "<", "<=", ">", ">=")
_MOST = 2**63 - 1
_SMALLEST_COUNT = 1000
_FLAGS = {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}


class Piece(NamedTuple):
    """A boolean SQL expression."""

    sql: str
    params: tuple[object, ...] = ()
    joint: Literal["", "AND", "OR"] = ""
    """What holds it together outside of parentheses."""
    size: int = 1
    """How many comparisons it has."""


def combined(joint: Literal["AND", "OR"], pieces: Sequence[Piece]) -> Piece:
    """The pieces joined, with those of many comparisons near the top and first.

    SQLite's trees may be 1,000 levels high (some queries count a level twice), and its parser has a stack of 100
    entries, of which a piece takes three unless it comes first. So 200 terms in 50 parentheses take about 60 of each.
    """
    pool = list(pieces)
    while len(pool) > 1:
        pool.sort(key=lambda piece: piece.size)
        one, other, *rest = pool
        first, second = (other, one) if other.size > one.size else (one, other)
        head = f"({first.sql})" if first.joint == "OR" and joint == "AND" else first.sql
        tail = f"({second.sql})" if second.joint else second.sql
        joined = Piece(f"{head} {joint} {tail}", first.params + second.params, joint, first.size + second.size)
        pool = [*rest, joined]
    return pool[0]


def negated(piece: Piece) -> Piece:
    """The opposite; NULL stays NULL."""
    return Piece(f"NOT ({piece.sql})", piece.params, "", piece.size)


def default_operator(kind: FieldType) -> str:
    """The operator of an option without one: `--params 4B` is `=`, `--llm phi` is `~`."""
    return "~" if kind in ("text", "names") else "="


def measured(field: Field) -> str:
    """SQL of what filters look at; NULL where the model lacks the fact."""
    return f"({field.first if field.type == 'date' and field.first else field.match or field.sql})"


def meant(term: Term, field: Field) -> Term:
    """The term with the field's own word for yes, where the field is no flag but has one: `commercial` is `commercial=allowed`.

    `QueryError` for no, which could mean any of the other values.
    """
    if not field.yes or term.operator not in ("", "=", "!="):
        return term
    if not term.operator:
        return replace(term, operator="=", values=(Value(field.yes, term.field.start, term.field.end),))
    for value in term.values:
        if isinstance(value, Value) and _FLAGS.get(value.text.lower()) == 0:
            hint = f"write not {field.name}, or name the value: vlmctl facets {field.name} lists them"
            raise _error(f"{shown(term.field.text)} has no single value for {shown(value.text)}", term, value, hint)
    values = (replace(each, text=field.yes) if isinstance(each, Value) and _FLAGS.get(each.text.lower()) else each for each in term.values)
    return replace(term, values=tuple(values))


def term_piece(term: Term, field: Field) -> Piece:
    """A term as SQL. `QueryError` if the field doesn't take the operator or a value."""
    if not term.operator:
        if field.type != "flag":
            hint = f"as in {field.name}{_example(field)}"
            raise _error(f"{shown(term.field.text)} needs an operator and a value", term, term.field, hint)
        return Piece(f"{measured(field)} = 1", field.params)
    allowed = {"flag": ("=", "!="), "text": _TEXT, "choice": _TEXT, "names": _TEXT}.get(field.type, _ORDER)
    if term.operator not in allowed:
        hint = f"{field.name} takes {', '.join(allowed)} and in"
        place = Value("", term.start, term.end)
        raise _error(f"{shown(term.field.text)} takes no {term.operator}", term, place, hint)
    positive = {"!=": "=", "!~": "~"}.get(term.operator, term.operator)
    piece = combined("OR", [_compared(term, field, positive, value) for value in term.values])
    return negated(piece) if positive != term.operator else piece


def _error(message: str, term: Term, place: Value | Range, hint: str | None = None) -> QueryError:
    return QueryError(message, text=term.source, start=place.start, end=place.end, hint=hint)


def _example(field: Field) -> str:
    examples = {"count": "<4B", "bytes": "<8GB", "number": ">=60", "date": ">=2024-05", "choice": "=TEXT"}
    return examples.get(field.type, "~TEXT")


def _compared(term: Term, field: Field, operator: str, value: Value | Range) -> Piece:
    if isinstance(value, Range):
        return _within(term, field, value)
    if field.type == "date":
        return _dated(field, operator, _span(term, field, value))
    if field.type == "flag":
        return _flagged(term, field, value)
    if field.type == "names":
        return _named(term, field, operator, value)
    if field.type in ("text", "choice"):
        return _textual(term, field, operator, value)
    return Piece(f"{measured(field)} {operator} ?", (*field.params, _quantity(term, field, value)))


def _within(term: Term, field: Field, value: Range) -> Piece:
    """A range, both ends included."""
    if field.type in ("text", "choice", "names", "flag"):
        hint = 'put the value in quotes if the dots belong to it: ".."'
        raise _error(f"{shown(term.field.text)} takes no range", term, value, hint)
    if term.operator not in ("=", "!="):
        raise _error(f"{term.operator} takes no range", term, value, f"as in {field.name}={_written(value)}")
    if field.type == "date":
        return _dated_within(term, field, value)
    low = _quantity(term, field, value.low) if value.low else None
    high = _quantity(term, field, value.high) if value.high else None
    if low is None or high is None:
        operator, bound = ("<=", high) if low is None else (">=", low)
        return Piece(f"{measured(field)} {operator} ?", (*field.params, bound))
    if low > high:
        raise _reversed(term, value)
    return Piece(f"({measured(field)} BETWEEN ? AND ?)", (*field.params, low, high))


def _dated_within(term: Term, field: Field, value: Range) -> Piece:
    low = _span(term, field, value.low) if value.low else None
    high = _span(term, field, value.high) if value.high else None
    if low and high and low.first > high.last:
        raise _reversed(term, value)
    return _among(field, low.first if low else None, high.last if high else None)


def _dated(field: Field, operator: str, span: DateSpan) -> Piece:
    """A date compared with another; each may be a whole month or year."""
    if operator == "=":
        return _among(field, span.first, span.last)
    if operator in ("<=", ">"):
        piece = _among(field, None, span.last)
        return piece if operator == "<=" else negated(piece)
    piece = _among(field, span.first, None)
    return piece if operator == ">=" else negated(piece)


def _among(field: Field, low: str | None, high: str | None) -> Piece:
    """Whether a date is one of these days, both ends included: NULL where only some days of its month or year are."""
    ends = [(f"({field.first}) >= ?", f"({field.last}) < ?", low), (f"({field.last}) <= ?", f"({field.first}) > ?", high)]
    given = [end for end in ends if end[2] is not None]
    all_are, none_is = " AND ".join(end[0] for end in given), " OR ".join(end[1] for end in given)
    bounds = tuple(end[2] for end in given)
    return Piece(f"CASE WHEN {all_are} THEN 1 WHEN {none_is} THEN 0 END", (*bounds, *bounds))


def _flagged(term: Term, field: Field, value: Value) -> Piece:
    meaning = _FLAGS.get(value.text.lower())
    if meaning is None:
        hint = f"write {field.name}, not {field.name}, {field.name}=yes or {field.name}=no"
        raise _error(f"{shown(term.field.text)} is yes or no", term, value, hint)
    return Piece(f"{measured(field)} = ?", (*field.params, meaning))


def _spellings(text: str) -> tuple[str, ...]:
    """The text in lower case as SQLite makes it (ASCII letters only) and as Python does; mostly the same."""
    return tuple(dict.fromkeys(("".join(c.lower() if c.isascii() else c for c in text), text.lower())))


def _textual(term: Term, field: Field, operator: str, value: Value) -> Piece:
    spellings = _spellings(value.text)
    if operator == "~" and not value.text:
        raise _error("there is no text to look for", term, value)
    test = "lower({}) = ?" if operator == "=" else "instr(lower({}), ?) > 0"
    return combined("OR", [Piece(test.format(measured(field)), (*field.params, text)) for text in spellings])


def _named(term: Term, field: Field, operator: str, value: Value) -> Piece:
    """Names between U+001F signs: one of them whole (`=`), or a part of one (`~`), whatever separates their words.

    `-_. ` are dropped on both sides, so `phi2` finds `Phi-2`. Not so where that would find something else: without a
    letter (`1.5` is no part of `15B`) nothing is dropped, and a part with two numbers keeps its dots (`llama-2-7b` is
    no part of `MobileLLaMA 2.7B`).
    """
    if not value.text:
        raise _error("there is no text to look for", term, value)
    two_numbers = operator == "~" and re.search(r"\d[-_. ]\d", value.text)
    dropped = "" if not any(c.isalpha() for c in value.text) else "-_ " if two_numbers else "-_. "
    names = measured(field)
    for sign in dropped:
        names = f"replace({names}, '{sign}', '')"
    end = BETWEEN_NAMES if operator == "=" else ""
    wanted = ("".join(c for c in text if c not in dropped) for text in _spellings(value.text))
    return combined("OR", [Piece(f"instr({names}, ?) > 0", (*field.params, f"{end}{text}{end}")) for text in wanted])


def _span(term: Term, field: Field, value: Value) -> DateSpan:
    from vlmctl.quantities import parse_date

    try:
        return parse_date(value.text)
    except ValueError as error:
        message, _, use = str(error).partition("; use ")
        hint = f"{'use ' + use + ',' if use else ''} as in {field.name}{_example(field)}"
        raise _error(message, term, value, hint.strip()) from error


def _quantity(term: Term, field: Field, value: Value) -> int | float:
    """The number that a value means, fit to be bound: SQLite's integers have 64 bits."""
    from vlmctl import quantities

    text = value.text.strip()
    try:
        if field.type == "count":
            number: int | float = quantities.parse_count(text)
        elif field.type == "bytes":
            number = quantities.parse_size(text)
        else:
            number = quantities.parse_number(text.removesuffix("%"))
    except ValueError as error:
        raise _no_quantity(term, field, value, str(error)) from error
    if field.type in ("count", "bytes") and text[-1] in "0123456789." and 0 < float(text) < _SMALLEST_COUNT:
        units = ("B", "M") if field.type == "count" else ("GB", "GiB")
        hint = f"write {text}{units[0]} or {text}{units[1]}, as in {field.name}{_example(field)}"
        raise _error(f"{text} has no unit", term, value, hint)
    return number if abs(number) <= _MOST else float(number)


def _no_quantity(term: Term, field: Field, value: Value, message: str) -> QueryError:
    """Points at the unit alone if that is what is wrong."""
    example = f"as in {field.name}{_example(field)}"
    if not message.startswith("unknown unit"):
        return _error(message, term, value, example)
    text = value.text.rstrip().removesuffix("%")
    number = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    place = Value("", value.start + len(number), value.start + len(text))
    message, _, use = message.partition("; ")
    return _error(message, term, place, f"{use}, {example}")


def _written(value: Range) -> str:
    return f"{value.low.text if value.low else ''}..{value.high.text if value.high else ''}"


def _reversed(term: Term, value: Range) -> QueryError:
    low, high = value.low, value.high
    turned = f"{shown(high.text)}..{shown(low.text)}" if low and high else ""
    return _error("the range runs from high to low", term, value, f"write {turned}")
