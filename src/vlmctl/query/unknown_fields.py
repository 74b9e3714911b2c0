"""What to say about a word that is neither a field nor a benchmark: what it may have been meant for. Only loaded for errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.errors import NotFoundError, QueryError, UnknownNameError
from vlmctl.query import fields, names
from vlmctl.query.expressions.lexer import shown, spelled

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["no_field"]

FIELD_OF = {
    "model": "name", "family": "family", "series": "series", "language-model": "llm", "vision-encoder": "encoder", "license": "license",
}  # fmt: skip
"""The field whose value a name of each kind is."""


def no_field(catalog: Catalog, name: str, error: NotFoundError, *, scores: bool) -> QueryError:
    """The error for a name that neither the registry nor the benchmarks know; a wrong split or metric is pointed at."""
    if not name.strip():
        return QueryError("the field has no name", text=name, start=0, hint=_field_list(scores=scores))
    end = len(name)
    for place in sorted((i for i, c in enumerate(name) if c in "@:" and i), reverse=True):
        try:
            names.benchmark_part(catalog, name[:place])
        except NotFoundError:
            end = place
            continue
        return UnknownNameError(error.message, text=name, start=place + 1, end=end, hint=error.hint)
    if " could be " in error.message:
        return UnknownNameError(error.message, text=name, start=0, end=len(name), hint=error.hint)
    hint = _value(catalog, name, scores=scores) or _near(catalog, name, scores=scores)
    return QueryError(f"unknown field {shown(name)}", text=name, start=0, end=len(name), hint=hint)


def _value(catalog: Catalog, name: str, *, scores: bool) -> str | None:
    """For a name that stands where a field belongs: the term in which it is a value."""
    try:
        found = names.find(catalog, name, tuple(FIELD_OF), "thing")
    except NotFoundError as error:
        kinds = {each.partition(":")[0] for each in error.candidates if ":" in each} or {"model"}
        if " could be " not in error.message or not kinds <= {*names.MODEL_KINDS}:
            return None
        way = "--model NAME, or the term" if scores else "write"
        return f"it begins the names of several models: {way} name~{spelled(name)}"
    field = FIELD_OF[found.kind]
    option = "model" if scores and found.kind in names.MODEL_KINDS else field if field != "name" else ""
    way = f"--{option} {spelled(name)}, or the term {field}={spelled(name)}" if option else f"write {field}={spelled(name)}"
    return f"{shown(name)} is a {found.kind.replace('-', ' ')}: {way}"


def _near(catalog: Catalog, name: str, *, scores: bool) -> str:
    known = (*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS
    choices = {spelling: field.name for field in known for spelling in (*field.aliases, field.name)}
    for row in catalog.rows("SELECT DISTINCT exact FROM name WHERE kind = 'benchmark' AND form <> 'id'"):
        choices.setdefault(row[0], row[0])
    nearest = dict.fromkeys(choices[near] for near in names.nearest(name, choices))
    meant = f"did you mean {names.either(tuple(nearest))}? " if nearest else ""
    return meant + _field_list(scores=scores)


def _field_list(*, scores: bool) -> str:
    known = (*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS
    return f"fields: {', '.join(dict.fromkeys(field.name for field in known))}, or any benchmark"
