"""From syntax trees to a `Filter`: fields are resolved, terms become SQL with bound parameters.

Apart from `filters` so that a question without conditions never loads the filter language.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vlmctl.errors import QueryError
from vlmctl.query.expressions.lexer import MOST_TERMS
from vlmctl.query.expressions.parsing import parse
from vlmctl.query.expressions.terms import Piece, combined, meant, measured, negated, term_piece
from vlmctl.query.expressions.tree import And, Node, Not, Term, Value, term_count, written
from vlmctl.query.filters import Condition, Filter, Named, resolve_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.fields import Field
    from vlmctl.store.catalog import Catalog

__all__ = ["compiled"]


def compiled(catalog: Catalog, texts: Sequence[str | Node], *, scores: bool) -> Filter:
    """The filter that all of the texts make together; `texts` isn't empty. `QueryError` as `filters.compile_filter`."""
    nodes = [parse(text) if isinstance(text, str) else text for text in texts]
    compiler = _Compiler(catalog, scores=scores)
    parts = [part for node in nodes for part in (node.parts if isinstance(node, And) else (node,))]
    pieces = [compiler.piece(part) for part in parts]
    piece = combined("AND", pieces)
    shown_nodes = [written(node, inside=len(nodes) > 1) for node in nodes]
    sql = f"({piece.sql})" if piece.joint == "OR" else piece.sql
    conditions = tuple(
        Condition(written(part), f"({each.sql})", each.params, compiler.meant.get(part)) for part, each in zip(parts, pieces, strict=True)
    )
    fields_used, named, bounds = tuple(compiler.fields), tuple(compiler.named), tuple(compiler.bounds)
    return Filter(sql, piece.params, fields_used, " and ".join(shown_nodes), scores, named, bounds, conditions, tuple(compiler.dated))


class _Compiler:
    """Walks trees; `fields` collects what they look at."""

    def __init__(self, catalog: Catalog, *, scores: bool) -> None:
        self.catalog = catalog
        self.scores = scores
        self.fields: dict[Field, None] = {}
        self.terms = 0
        self.named: list[Named] = []
        self.bounds: list[tuple[Field, Term]] = []
        self.dated: list[Condition] = []
        self.meant: dict[Node, Term] = {}

    def piece(self, node: Node, *, opposite: bool = False) -> Piece:
        """A tree as SQL. `not` is moved inwards, to the terms, which keeps SQL shallow and changes no answer."""
        if isinstance(node, Term):
            field = self.field(node)
            term = self.meant[node] = meant(node, field)
            piece = term_piece(term, field)
            self.look(term, field, piece)
            return negated(piece) if opposite else piece
        if isinstance(node, Not):
            return self.piece(node.part, opposite=not opposite)
        pieces = [self.piece(part, opposite=opposite) for part in node.parts]
        return combined("AND" if isinstance(node, And) != opposite else "OR", pieces)

    def look(self, term: Term, field: Field, piece: Piece) -> None:
        """Keep what may be worth a word later: texts that are looked for, bounds on benchmarks' figures, and dates."""
        if field.params and term.values:
            self.bounds.append((field, term))
        if field.type == "date":
            self.dated.append(Condition(written(term), f"({piece.sql}) IS NULL AND {measured(field)} IS NOT NULL", piece.params))
        values = tuple(value.text for value in term.values if isinstance(value, Value))
        if field.type in {"choice", "names", "text"} and any(values):
            sought = replace(term, operator=term.operator.removeprefix("!"))
            piece = term_piece(sought, field)
            self.named.append(Named(field, sought.operator, values, piece.sql, piece.params, sought))

    def field(self, term: Term) -> Field:
        """The field of a term; an error points into the term."""
        name = term.field
        self.terms += term_count(term)
        if self.terms > MOST_TERMS:
            raise QueryError(f"the filter has more than {MOST_TERMS} terms", text=term.source, start=name.start)
        try:
            field = resolve_field(self.catalog, name.text, scores=self.scores)
        except QueryError as error:
            exact = len(name.text) == name.end - name.start
            start, end = (name.start + error.start, name.start + error.end) if exact else (name.start, name.end)
            raise type(error)(error.message, text=term.source, start=start, end=end, hint=error.hint) from error
        self.fields[field] = None
        return field
