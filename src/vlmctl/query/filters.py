"""Filters: expressions over the field registry, compiled to SQL with bound parameters.

A filter is a boolean SQL expression over the row `m` of `model`; on commands over scores also over `s` of `score` and
`src` of `source`. Where a fact is absent it is NULL: neither true nor false, and `missing` counts such models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import NotFoundError, QueryError
from vlmctl.query import fields
from vlmctl.query.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.query.expressions.tree import Node, Term
    from vlmctl.query.names import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["Filter", "any_of", "benchmark_field", "compile_filter", "missing", "option_term", "remarks", "resolve_field"]

_STANDING = (
    "(SELECT sc.value FROM standing st JOIN score sc ON sc.id = st.score WHERE st.model = m.id"
    " AND st.benchmark = ? AND st.split = ? AND st.metric = ? AND st.class = 0 LIMIT 1)"
)
FEW = 6
"""So many known values are listed where none of them is near the unknown one."""

_MODELS = "model m"
_SCORES = "score s JOIN model m ON m.id = s.model LEFT JOIN source src ON src.family = s.family AND src.key = s.source"


class Named(NamedTuple):
    """A term that looks for a text: when nothing in the catalog has it, that is worth a word."""

    field: Field
    operator: str
    values: tuple[str, ...]
    sql: str
    params: tuple[object, ...]


class Filter(NamedTuple):
    """What rows must satisfy."""

    sql: str = "1"
    """A boolean expression, ready to be joined by AND; NULL where a fact is absent that decides."""
    params: tuple[object, ...] = ()
    """Values bound to its `?`, in order."""
    fields: tuple[Field, ...] = ()
    """The fields it looks at, in the order typed, each once."""
    text: str = ""
    """As headings show it: `params<4B and TextVQA>=55`."""
    scores: bool = False
    """Whether it may look at `s` and `src`."""
    named: tuple[Named, ...] = ()
    """Its terms that name something by a text."""


def compile_filter(catalog: Catalog, texts: Sequence[str | Node], *, scores: bool = False) -> Filter:
    """The filter that all of the texts make together; options come in as nodes from `option_term`.

    Each text is parsed on its own, so that an error points into what was typed. `QueryError` for whatever can't be
    understood.
    """
    if not texts:
        return Filter(scores=scores)
    from vlmctl.query.expressions.compiling import compiled

    return compiled(catalog, texts, scores=scores)


def option_term(field_name: str, value: str, *, scores: bool = False) -> Term:
    """The term of an option, such as `--params '<4B'`, `--license mit,apache-2.0` or `--org 'Alibaba Cloud'`.

    Without an operator it is `=`, for texts and names `~`. Commas mean any of, save in plain texts; `..` is a range
    where values have an order.
    """
    from vlmctl.query.expressions.parsing import parse_option
    from vlmctl.query.expressions.terms import default_operator

    field = fields.find(field_name, scores=scores)
    kind = field.type if field else "number"
    ordered = kind in ("count", "bytes", "number", "date")
    return parse_option(field_name, value, default=default_operator(kind), lists=kind != "text", ranges=ordered)


def any_of(terms: Sequence[Node]) -> list[Node]:
    """One condition that holds where any of the terms does; none for no terms."""
    if len(terms) < 2:
        return list(terms)
    from vlmctl.query.expressions.tree import Or

    return [Or(tuple(terms))]


def benchmark_field(part: BenchmarkPart) -> Field:
    """A benchmark as a field: the model's comparable figure under that split and metric."""
    return Field(
        part.title,
        part.title,
        "number",
        _STANDING,
        f"the comparable figure on {part.title}",
        lacking=f"no comparable {part.title} figure",
        params=(part.benchmark, part.split, part.metric),
    )


def resolve_field(catalog: Catalog, name: str, *, scores: bool = False) -> Field:
    """The field of that name: one of the registry, else a benchmark (`NAME`, `NAME@split`, `NAME:metric`).

    `QueryError` with the nearest names if there is none; it points into `name`.
    """
    from vlmctl.query import names
    from vlmctl.query.expressions.lexer import checked

    checked(name)
    if field := fields.find(name.strip(), scores=scores):
        if field.computed:
            from vlmctl.query.fields.computed import offer

            offer(catalog)
        return field
    if not name.strip():
        raise QueryError("the field has no name", text=name, start=0, hint=_field_list(scores=scores))
    try:
        return benchmark_field(names.benchmark_part(catalog, name))
    except NotFoundError as error:
        raise _no_field(catalog, name, error, scores=scores) from error


def missing(catalog: Catalog, compiled: Filter) -> list[str]:
    """Notes on what a filter could not decide: values that nothing has, and models that lack a fact, a line for each."""
    return [*_unknown_values(catalog, compiled), *_lacking(catalog, compiled)]


def _unknown_values(catalog: Catalog, compiled: Filter) -> list[str]:
    """For each text that a filter looks for and nothing in the whole catalog has: a note with the nearest ones."""
    if not compiled.named:
        return []
    from vlmctl.query.expressions.lexer import shown
    from vlmctl.query.names import nearest

    source = _SCORES if compiled.scores else _MODELS
    notes = []
    for term in compiled.named:
        if term.field.type == "choice":
            sql = f"SELECT DISTINCT {term.field.match or term.field.sql} FROM {source}"
            known = [row[0] for row in catalog.rows(sql) if row[0]]
            folded = {value.casefold() for value in known}
            unknown = [value for value in term.values if value.casefold() not in folded]
            near = {value: nearest(value, known) or (known if len(known) <= FEW else []) for value in unknown}
            notes += [
                f"nothing matches {term.field.name}={shown(value)}" + (f"; did you mean {_any_of(near[value])}?" if near[value] else "")
                for value in unknown
            ]
        elif catalog.row(f"SELECT 1 FROM {source} WHERE {term.sql} LIMIT 1", term.params) is None:
            notes.append(f"nothing matches {term.field.name}{term.operator}{','.join(map(shown, term.values))}")
    return notes


def _lacking(catalog: Catalog, compiled: Filter) -> list[str]:
    lacking = [field for field in compiled.fields if field.lacking]
    if not lacking:
        return []
    from vlmctl.query.expressions.terms import measured

    counts = ", ".join(f"count(DISTINCT CASE WHEN {measured(field)} IS NULL THEN m.id END)" for field in lacking)
    params = tuple(value for field in lacking for value in field.params) + compiled.params
    source = _SCORES if compiled.scores else _MODELS
    # Every part is this package's own SQL; what the user typed is bound.
    row = catalog.row(f"SELECT {counts} FROM {source} WHERE ({compiled.sql}) IS NULL", params)
    found = zip(lacking, row or (), strict=False)
    notes = dict.fromkeys(_note(count, field, scores=compiled.scores) for field, count in found if count)
    return [*notes, *remarks(catalog, compiled.fields)]


def remarks(catalog: Catalog, shown: Iterable[Field]) -> list[str]:
    """Notes on what computed fields among these were computed for."""
    if not any(field.computed for field in shown):
        return []
    from vlmctl.query.fields.computed import remark

    return [remark(catalog)]


def _note(count: int, field: Field, *, scores: bool) -> str:
    one = count == 1
    subject = f"{count:,} {'model' if one else 'models'}"
    lacking = field.lacking or ""
    if field.params:
        return f"{subject} {'has' if one else 'have'} {lacking}"
    if scores and field in fields.SCORE_FIELDS:
        return f"{subject} {'has' if one else 'have'} scores that state {lacking}"
    if lacking.startswith("not "):
        return f"{subject} {'does' if one else 'do'} not state {lacking.removeprefix('not ')}"
    return f"{subject} {'states' if one else 'state'} {lacking}"


def _field_list(*, scores: bool) -> str:
    known = (*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS
    return f"fields: {', '.join(dict.fromkeys(field.name for field in known))}, or any benchmark"


def _no_field(catalog: Catalog, name: str, error: NotFoundError, *, scores: bool) -> QueryError:
    """What to say when neither the registry nor the benchmarks know a name; a wrong split or metric is pointed at."""
    from vlmctl.query import names
    from vlmctl.query.expressions.lexer import shown

    end = len(name)
    for place in sorted((i for i, c in enumerate(name) if c in "@:" and i), reverse=True):
        try:
            names.benchmark_part(catalog, name[:place])
        except NotFoundError:
            end = place
            continue
        return QueryError(error.message, text=name, start=place + 1, end=end, hint=error.hint)
    if " could be " in error.message:
        return QueryError(error.message, text=name, start=0, end=len(name), hint=error.hint)
    known = (*fields.SCORE_FIELDS, *fields.FIELDS) if scores else fields.FIELDS
    choices = {spelling: field.name for field in known for spelling in (*field.aliases, field.name)}
    for row in catalog.rows("SELECT DISTINCT exact FROM name WHERE kind = 'benchmark' AND form <> 'id'"):
        choices.setdefault(row[0], row[0])
    nearest = dict.fromkeys(choices[near] for near in names.nearest(name, choices))
    hint = f"did you mean {_any_of(tuple(nearest))}? " if nearest else ""
    message = f"unknown field {shown(name)}"
    return QueryError(message, text=name, start=0, end=len(name), hint=hint + _field_list(scores=scores))


def _any_of(choices: Sequence[str]) -> str:
    return " or ".join(part for part in (", ".join(choices[:-1]), *choices[-1:]) if part)
