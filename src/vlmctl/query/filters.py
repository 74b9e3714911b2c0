"""Filters: expressions over the field registry, compiled to SQL with bound parameters.

A filter is a boolean SQL expression over the row `m` of `model`; on commands over scores also over `s` of `score` and
`src` of `source`. Where a fact is absent it is NULL: neither true nor false, and `missing` counts such models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.errors import NotFoundError
from vlmctl.names import BETWEEN_NAMES
from vlmctl.query import fields
from vlmctl.query.fields import Field
from vlmctl.store.catalog import COMPARABLE, SOURCE_OF_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.query.expressions.tree import Node, Term
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = [
    "Filter",
    "benchmark_field",
    "compile_filter",
    "connector_terms",
    "missing",
    "of_part",
    "option_term",
    "option_terms",
    "remarks",
    "resolve_field",
]

_STANDING = (
    "(SELECT sc.value FROM standing st JOIN score sc ON sc.id = st.score WHERE st.model = m.id"
    f" AND st.benchmark = ? AND st.split = ? AND st.metric = ? AND st.class = {COMPARABLE} LIMIT 1)"
)
MODELS = "model m"
NARROW = frozenset({"commercial", "memory", "organizations", "language_model", "vision_encoders"})
"""Fields whose conditions models may only just not meet: see `near_misses`."""
SCORES = f"score s JOIN model m ON m.id = s.model {SOURCE_OF_SCORE}"


class Named(NamedTuple):
    """A term that looks for a text (or against one): when nothing in the catalog has it, that is worth a word."""

    field: Field
    operator: str
    """`=` or `~`, also where the term is a negated one."""
    values: tuple[str, ...]
    sql: str
    params: tuple[object, ...]
    term: Term
    """With the places of the values in what was typed."""


class Condition(NamedTuple):
    """One of the conditions that must all hold."""

    text: str
    sql: str
    params: tuple[object, ...]
    term: Term | None = None
    """The condition, where it is a single term."""


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
    bounds: tuple[tuple[Field, Term], ...] = ()
    """Its terms that compare a benchmark's figures with numbers."""
    conditions: tuple[Condition, ...] = ()
    """What it is made of: all of them must hold."""
    dated: tuple[Condition, ...] = ()
    """For each of its terms on dates: that the month or year which a model states leaves it undecided."""

    @property
    def unconditional(self) -> bool:
        """Whether every row satisfies it, so that counts of the whole catalog answer. Its text is only what headings show."""
        return self.sql == "1"


def compile_filter(catalog: Catalog, texts: Sequence[str | Node], *, scores: bool = False) -> Filter:
    """The filter that all of the texts make together; options come in as nodes from `option_term`.

    Each text is parsed on its own, so that an error points into what was typed. `QueryError` for whatever can't be
    understood.
    """
    if not texts:
        return Filter(scores=scores)
    from vlmctl.query.expressions.compiling import compiled

    return compiled(catalog, texts, scores=scores)


def option_term(field_name: str, value: str) -> Term:
    """The term of an option, such as `--params '<4B'`, `--license mit,apache-2.0` or `--org 'Alibaba Cloud'`.

    Without an operator it is `=`, for texts and names `~`. Commas mean any of, save in plain texts; `..` is a range
    where values have an order.
    """
    from vlmctl.query.expressions.parsing import parse_option
    from vlmctl.query.expressions.terms import default_operator

    field = fields.find(field_name)
    kind = field.type if field else "number"
    return parse_option(field_name, value, default=default_operator(kind), lists=kind != "text", ranges=kind in fields.ORDERED)


def option_terms(field_name: str, values: Sequence[str]) -> list[Node]:
    """The conditions of an option given so many times: any of its values, and every one of its bounds.

    Values are those with `=` or `~`; bounds are `<`, `<=`, `>`, `>=`, ranges, `!=` and `!~`.
    """
    if not values:
        return []
    from vlmctl.query.expressions.tree import Or, Range

    terms = [option_term(field_name, value) for value in values]
    bounds = [term for term in terms if term.operator not in ("=", "~") or all(isinstance(value, Range) for value in term.values)]
    any_of = [term for term in terms if term not in bounds]
    return [*bounds, *([Or(tuple(any_of))] if len(any_of) > 1 else any_of)]


def connector_terms(catalog: Catalog, values: Sequence[str]) -> list[Node]:
    """The conditions of `--connector`: kinds are a closed set and meant whole; what is no kind begins a word of connectors' own names.

    With an operator it is a term like any other.
    """
    import re

    from vlmctl.names import normalize

    rows = catalog.rows("SELECT DISTINCT connector, connector_text FROM model WHERE connector IS NOT NULL") if values else ()
    texts = [(kind, text.split(BETWEEN_NAMES)[2:-1]) for kind, text in rows]
    kinds = {normalize(kind): kind for kind, _ in texts}
    own = sorted({name for _, names in texts for name in names})

    def named(text: str) -> str:
        wanted = normalize(text)
        if wanted in kinds or not wanted:
            return str(kinds.get(wanted, text))
        starts = {name: [normalize(name[word.start() :]) for word in re.finditer(r"\w+", name)] for name in own}
        return ",".join(name for name in own if any(each.startswith(wanted) for each in starts[name]) and "," not in name) or text

    typed = ("=", "!", "<", ">", "~")
    meant = [value if value.lstrip().startswith(typed) else "=" + ",".join(map(named, value.split(","))) for value in values]
    return option_terms("connector", meant)


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
        percent=part.unit == "percent",
    )


def resolve_field(catalog: Catalog, name: str, *, scores: bool = False) -> Field:
    """The field of that name: one of the registry, else a benchmark (`NAME`, `NAME@split`, `NAME:metric`).

    `QueryError` with the nearest names if there is none, `UnknownNameError` for a benchmark's split or metric that isn't there; both
    point into `name`.
    """
    from vlmctl.query.expressions.lexer import checked
    from vlmctl.query.parts import benchmark_part

    checked(name)
    if field := fields.find(name.strip(), scores=scores):
        if field.computed:
            from vlmctl.query.fields.computed import offer

            offer(catalog)
        return field
    try:
        return benchmark_field(benchmark_part(catalog, name))
    except NotFoundError as error:
        from vlmctl.query.unknown_fields import no_field

        raise no_field(catalog, name, error, scores=scores) from error


def require_names(catalog: Catalog, compiled: Filter) -> Filter:
    """The filter, where the catalog has all that it names by `=`; `UnknownNameError` with the nearest names otherwise."""
    if compiled.named:
        from vlmctl.query import doubts

        doubts.require_names(catalog, compiled)
    return compiled


def missing(catalog: Catalog, compiled: Filter) -> list[str]:
    """Notes on a filter, a line each: what is doubtful about it, how many models lack a fact that it asks for, or state a part of it."""
    lacking = _lacking(catalog, compiled)
    if NARROW & {field.name for field in compiled.fields}:
        from vlmctl.query.near_misses import near_misses

        lacking = [*near_misses(catalog, compiled), *lacking]
    if not (compiled.named or compiled.bounds or len(compiled.conditions) > 1):
        return lacking
    from vlmctl.query.doubts import doubts

    return [*doubts(catalog, compiled), *lacking]


def _lacking(catalog: Catalog, compiled: Filter) -> list[str]:
    lacking = [field for field in compiled.fields if field.lacking]
    if not lacking:
        return []
    from vlmctl.query.expressions.terms import measured

    facts: dict[str, list[Field]] = {}  # both ends of the memory are one fact to lack, as are an id and its name
    for field in lacking:
        facts.setdefault(field.lacking or "", []).append(field)
    tests = (" OR ".join(f"{measured(field)} IS NULL" for field in group) for group in facts.values())
    counts = ", ".join(f"count(DISTINCT CASE WHEN {test} THEN m.id END)" for test in tests)
    params = tuple(value for group in facts.values() for field in group for value in field.params) + compiled.params
    source = SCORES if compiled.scores else MODELS
    # Every part is this package's own SQL; what the user typed is bound.
    row = catalog.row(f"SELECT {counts} FROM {source} WHERE ({compiled.sql}) IS NULL", params)
    found = zip(facts.values(), row or (), strict=False)
    notes = [_note(count, group[0], scores=compiled.scores) for group, count in found if count]
    if compiled.dated:
        from vlmctl.query.doubts import vague_dates

        notes += vague_dates(catalog, compiled)
    if _asks_size(compiled):
        notes += _of_part(catalog, compiled, "of the models that match")
    return [*notes, *remarks(catalog, compiled.fields)]


def _asks_size(compiled: Filter) -> bool:
    return any(field.name == "params" for field in compiled.fields)


def of_part(catalog: Catalog, where: Filter, models: Iterable[str] | None = None) -> list[str]:
    """A note for answers that sizes decide: how many of these models, or of all that match, state the language model's alone.

    None where the filter asks for sizes: then `missing` has told.
    """
    if _asks_size(where):
        return []
    if models is None:
        return _of_part(catalog, where, "of the models that match")
    import json

    among = Filter("m.id IN (SELECT value FROM json_each(?))", (json.dumps(list(models)),))
    return _of_part(catalog, among, "of these")


def _of_part(catalog: Catalog, where: Filter, among: str) -> list[str]:
    source = SCORES if where.scores else MODELS
    sql = f"SELECT count(DISTINCT m.id) FROM {source} WHERE ({where.sql}) AND m.params_scope = 'language-model'"
    count = catalog.value(sql, where.params)
    return [f"{count} {among} {'states' if count == 1 else 'state'} the size of the language model alone (params_scope)"] if count else []


def remarks(catalog: Catalog, shown: Iterable[Field]) -> list[str]:
    """Notes on what computed fields among these were computed for."""
    computed = [field.name for field in shown if field.computed]
    if not computed:
        return []
    from vlmctl.query.fields.computed import remark

    return [remark(catalog, computed)]


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
