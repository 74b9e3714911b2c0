"""What can stand next in an expression of the filter language: fields, operators, values, `and`, `or`.

Reads what is typed with the lexer of the language itself; a quote that is still open is closed first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import QueryError
from vlmctl.query import fields
from vlmctl.query.completing.values import Pair, Suggested, benchmark_values, field_values
from vlmctl.query.expressions.lexer import Token, spelled, tokens

if TYPE_CHECKING:
    from vlmctl.query.fields import Field
    from vlmctl.store.catalog import Catalog

__all__ = ["fields_named", "in_expression"]

ORDERED = ("=", "<", "<=", ">", ">=")
NAMED = ("=", "~", "!=")

STATES = {
    ("field", "("): "field",
    ("field", "not"): "field",
    ("field", "value"): "operator",
    ("operator", "operator"): "value",
    ("operator", "not"): "operator",
    ("operator", "in"): "in",
    ("operator", "joint"): "field",
    ("operator", ")"): "after",
    ("value", "value"): "after",
    ("after", ","): "value",
    ("after", "joint"): "field",
    ("after", ")"): "after",
    ("in", "("): "listed",
    ("listed", "value"): "behind listed",
    ("behind listed", ","): "listed",
    ("behind listed", ")"): "after",
}
"""What comes next behind a token: (what was expected, token) -> what is expected."""


def in_expression(catalog: Catalog | None, typed: str, *, scores: bool = False) -> Suggested:
    """Continuations of an expression; each value is all of what is typed with its last word completed."""
    cut = _cut(typed)
    if cut is None:
        return Suggested([])
    head, word = typed[: cut.start], cut.word
    if cut.expects == "field":
        found = fields_named(catalog, word, scores=scores)
        exact = _exact(found, word)
        pairs = [*_behind(exact, scores=scores), *(pair for pair in found if pair[0] != exact)] if exact else found
        return Suggested([(head + value, text) for value, text in pairs], open=bool(pairs))
    if cut.expects == "value":
        pairs = field_values(catalog, cut.field, word, scores=scores) if catalog is not None else []
        return Suggested([(head + spelled(value), text) for value, text in pairs])
    # Only as a reminder: bash would close the quote behind the one that fits `a`.
    return Suggested([(head + each, "") for each in ("and", "or") if not word and head[-1:].isspace()], open=True)


def fields_named(catalog: Catalog | None, typed: str, *, scores: bool = False) -> list[Pair]:
    """Fields that begin with what is typed, then benchmarks; without anything typed, fields alone."""
    folded = typed.casefold().replace("-", "_")
    known = {field.name: field for field in ((*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS)}
    found = [(field.name, field.help) for field in known.values() if field.name.startswith(folded)]
    named = {name for name, _ in found}
    if folded:
        others = [(alias, field) for field in known.values() if field.name not in named for alias in field.aliases]
        found += [(alias, field.help) for alias, field in others if alias.replace("-", "_").startswith(folded)]
        found += [(spelled(value), text) for value, text in benchmark_values(catalog, typed)] if catalog is not None else []
    return found


def _exact(found: list[Pair], word: str) -> str | None:
    """The field that is meant: the only one, or the one that is typed in full."""
    if len(found) == 1:
        return found[0][0]
    return next((value for value, _ in found if value.casefold() == word.casefold()), None)


def _behind(name: str, *, scores: bool) -> list[Pair]:
    """A field with each operator that it takes."""
    field = fields.find(name, scores=scores)
    text = field.help if field is not None else f"the comparable figure on {name}"
    if field is not None and field.type == "flag":
        return [(name, text)]
    return [(name + operator, text) for operator in _operators(field)]


def _operators(field: Field | None) -> tuple[str, ...]:
    return ORDERED if field is None or field.type in fields.ORDERED else NAMED


class _Cut(NamedTuple):
    """Where an expression is being typed."""

    start: int
    """Where the last word begins."""
    word: str
    expects: str
    """What stands there: `field`, `value` or `joint` (and, or)."""
    field: str
    """The field whose value is expected."""


def _cut(typed: str) -> _Cut | None:
    """Where the expression is being typed; None where it can't be read so far."""
    read, closed = _tokens(typed)
    if read is None:
        return None
    word, start = "", len(typed)
    last = read[-1] if read else None
    if closed and last is not None:
        word, start = last.text, last.start - 1
        read.pop()
    elif last is not None and last.kind == "word" and last.end == len(typed):
        word, start = last.text, last.start
        read.pop()
    state, field = "field", ""
    for token in read:
        follows = _next(state, token)
        if follows is None:
            return None
        if state == "field" and follows == "operator":
            field = token.text
        state = follows
    expects = {"field": "field", "value": "value", "listed": "value"}.get(state, "joint")
    return None if state == "in" else _Cut(start, word, expects, field)


def _tokens(typed: str) -> tuple[list[Token] | None, bool]:
    """The tokens so far, and whether the last one stands in a quote that had to be closed."""
    for closing in ("", '"', "'"):
        try:
            return tokens(typed + closing)[:-1], bool(closing)
        except QueryError:
            continue
    return None, False


def _next(state: str, token: Token) -> str | None:
    """The state behind a token; None where it can't stand."""
    keyword = token.keyword()
    if keyword in ("and", "or"):
        sign = "joint"
    elif keyword == "not" or (keyword == "in" and state == "operator"):
        sign = keyword
    else:
        sign = "value" if token.kind in ("word", "text") else token.kind
    return STATES.get((state, sign))
