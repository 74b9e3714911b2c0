"""What to say about a word that is neither a field nor a benchmark: what it may have been meant for. Only loaded for errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.errors import AmbiguousNameError, NotFoundError, QueryError, UnknownNameError
from vlmctl.names import BETWEEN_NAMES
from vlmctl.query import fields, names, parts
from vlmctl.query.expressions.lexer import shown, spelled
from vlmctl.query.expressions.terms import term_piece
from vlmctl.query.expressions.tree import Term, Value

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["no_field"]

FIELD_OF = {
    "model": "name", "family": "family", "series": "series", "language-model": "llm", "vision-encoder": "encoder", "license": "license",
}  # fmt: skip
"""The field whose value a name of each kind is."""
CONTAINS = ("org", "llm", "encoder", "name")
"""Fields in which a word is looked for that no name begins with."""
SHORTEST = 2


def no_field(catalog: Catalog, name: str, error: NotFoundError, *, scores: bool) -> QueryError:
    """The error for a name that neither the registry nor the benchmarks know; a wrong split or metric is pointed at."""
    if not name.strip():
        return QueryError("the field has no name", text=name, start=0, hint=_field_list(scores=scores))
    if fields.is_pareto(name):
        way = "list --columns pareto:TextVQA and top --columns pareto show it, vlmctl pareto --y TextVQA puts the front first"
        return QueryError("pareto is a column of list and top, not a field", text=name, start=0, end=len(name), hint=way)
    end = len(name)
    for place in sorted((i for i, c in enumerate(name) if c in "@:" and i), reverse=True):
        try:
            parts.benchmark_part(catalog, name[:place])
        except NotFoundError:
            end = place
            continue
        return UnknownNameError(error.message, text=name, start=place + 1, end=end, hint=error.hint)
    if isinstance(error, AmbiguousNameError):
        other = _thing(catalog, name, scores=scores)
        hint = f"{error.hint}; {other}" if other else error.hint
        return UnknownNameError(error.message, text=name, start=0, end=len(name), hint=hint)
    hint = _value(catalog, name, scores=scores) or _near(catalog, name, scores=scores)
    return QueryError(f"unknown field {shown(name)}", text=name, start=0, end=len(name), hint=hint)


def _value(catalog: Catalog, name: str, *, scores: bool) -> str | None:
    """For a name, or the beginning of one, that stands where a field belongs: the term in which it is a value."""
    return _thing(catalog, name, scores=scores) or _maker(catalog, name) or _beginning(catalog, name, scores=scores)


def _thing(catalog: Catalog, name: str, *, scores: bool) -> str | None:
    """For a name that something bears."""
    sql = "SELECT kind, id FROM name WHERE normal = ?"
    kinds = {row["kind"]: row["id"] for row in catalog.rows(sql, (names.normalize(name),))}
    kind = next((kind for kind in FIELD_OF if kind in kinds), None)
    if kind is None:
        return None
    field, value = FIELD_OF[kind], spelled(kinds[kind])
    option = "model" if scores and kind in names.MODEL_KINDS else field if field != "name" else ""
    way = f"--{option} {value}, or the term {field}={value}" if option else f"write {field}={value}"
    return f"{shown(name)} is a {kind.replace('-', ' ')}: {way}"


def _maker(catalog: Catalog, name: str) -> str | None:
    """For a maker of models."""
    sql = "SELECT 1 FROM model WHERE instr(organizations_text, ?) LIMIT 1"
    found = len(name) >= SHORTEST and catalog.row(sql, (f"{BETWEEN_NAMES}{name.lower()}",))
    return f"to look for a maker, write --org {spelled(name)}, or the term org~{spelled(name)}" if found else None


def _beginning(catalog: Catalog, name: str, *, scores: bool) -> str | None:
    """For the beginning of several names: the term that finds them all."""
    for kind, field in FIELD_OF.items():
        try:
            names.find(catalog, name, (kind,), kind)
        except AmbiguousNameError:
            option = f"--{field} {spelled(name)}" if field in ("llm", "encoder") else ""
            option = "--model NAME" if scores and kind in names.MODEL_KINDS else option
            way = f"{option}, or the term" if option else "write"
            return f"it begins the names of several {names.plural(kind).replace('-', ' ')}: {way} {field}~{spelled(name)}"
        except NotFoundError:
            pass
    return None


def _held(catalog: Catalog, name: str) -> str | None:
    """For a word that names hold: the term that finds them."""
    if len(name) < SHORTEST:
        return None
    for field_name in CONTAINS:
        field = fields.find(field_name)
        assert field is not None
        piece = term_piece(Term(Value(field_name), "~", (Value(name),)), field)
        if catalog.row(f"SELECT 1 FROM model m WHERE {piece.sql} LIMIT 1", piece.params):
            return f"to look for it, write {field_name}~{spelled(name)}"
    return None


def _near(catalog: Catalog, name: str, *, scores: bool) -> str:
    known = (*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS
    choices = {spelling: field.name for field in known for spelling in (*field.aliases, field.name)}
    for (spelling,) in catalog.rows("SELECT exact FROM name WHERE kind = 'benchmark' AND form <> 'id'"):
        choices.setdefault(spelling, spelling)
    nearest = dict.fromkeys(choices[near] for near in names.nearest(name, choices))
    meant = f"did you mean {names.either(tuple(nearest))}? " if nearest else ""
    held = None if nearest else _held(catalog, name)
    return f"{held}; {_field_list(scores=scores)}" if held else meant + _field_list(scores=scores)


def _field_list(*, scores: bool) -> str:
    known = (*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS
    return f"fields: {', '.join(dict.fromkeys(field.name for field in known))}, or any benchmark"
