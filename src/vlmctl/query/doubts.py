"""What is doubtful about a filter that can be read: names that nothing bears, bounds on another scale, conditions that exclude each other.

`=` names a thing, and so does an option's value: a name that nothing in the catalog bears is an error, as it is for `show`. `~` looks for
a text: that nothing holds it is an answer, and worth a note. Loaded only for filters that have such terms.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from vlmctl.choices import COMMERCIAL, EVIDENCE, PROTOCOLS, TUNINGS
from vlmctl.errors import UnknownNameError
from vlmctl.names import BETWEEN_NAMES
from vlmctl.query import fields, names, parts
from vlmctl.query.expressions.lexer import shown
from vlmctl.query.expressions.terms import term_piece
from vlmctl.query.expressions.tree import Range, Value, written
from vlmctl.query.filters import MODELS, SCORES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.query.expressions.tree import Term
    from vlmctl.query.fields import Field
    from vlmctl.query.filters import Condition, Filter, Named
    from vlmctl.store.catalog import Catalog

__all__ = ["doubts", "require_names", "vague_dates"]

FEW = 6
"""So many known values are listed where none of them is near the unknown one."""
SHORTEST = 4
"""Letters of a word within a name that is suggested by itself."""
PAIRED = 12
"""Conditions of which each two are tried together."""
HUNDRED, THOUSAND = 100, 1000

KINDS = {"family": ("family",), "name": ("model",), "id": ("model",), "benchmark": ("benchmark",)}
"""Fields whose values the store keeps as names."""
CLOSED: dict[str, tuple[str, ...]] = {
    "protocol": PROTOCOLS, "evidence": EVIDENCE, "status": ("current", "superseded"), "mode": ("thinking",), "commercial": COMMERCIAL,
    "tuning": TUNINGS,
}  # fmt: skip
"""Values that fields can have by the records' own rules: asking for one is right, even where nothing has it."""
COUNTED = {"language_model_name": "llm", "vision_encoder_names": "encoder"}
"""What `facets` calls a field that it knows by another name only."""


def require_names(catalog: Catalog, compiled: Filter) -> None:
    """`UnknownNameError` with the nearest names where a filter names something that the catalog doesn't have: by `=`, or by an option."""
    for named in compiled.named:
        if named.operator != "=" and not named.term.names:
            continue
        if named.field.type == "text" and named.field.name != "id":
            continue
        for value in _unknown(catalog, named):
            message = f"nothing in the catalog has {named.field.name}{named.operator}{shown(value.text)}"
            hint = _meant(catalog, named, value)
            raise UnknownNameError(message, text=named.term.source, start=value.start, end=value.end, hint=hint)


def _meant(catalog: Catalog, named: Named, value: Value) -> str | None:
    """What may have been meant by a text that nothing has: names near it, or the term that finds it within longer ones."""
    near = _near(catalog, named.field, value.text)
    if any(names.normalize(each) == names.normalize(value.text) for each in near):
        return f"longer names hold it: write {written(replace(named.term, operator='~', values=(value,)))}"
    return f"did you mean {names.either(near)}?" if near else _listing(named.field)


def doubts(catalog: Catalog, compiled: Filter) -> list[str]:
    """Notes on texts that nothing holds, on bounds that look like another scale, and on conditions that nothing meets together."""
    notes = [note for named in compiled.named for note in _nothing_has(catalog, named)]
    notes += [note for field, term in compiled.bounds for note in _off_scale(catalog, field, term)]
    return list(dict.fromkeys([*notes, *_excluding(catalog, compiled)]))


def _source(field: Field) -> str:
    return SCORES if field in fields.SCORE_FIELDS else MODELS


def _exists(catalog: Catalog, field: Field, sql: str, params: tuple[object, ...]) -> bool:
    return catalog.row(f"SELECT 1 FROM {_source(field)} WHERE {sql} LIMIT 1", params) is not None


def _unknown(catalog: Catalog, named: Named) -> Iterator[Value]:
    """The values of a term that nothing in the catalog has."""
    for value in named.term.values:
        if isinstance(value, Value) and value.text and value.text.casefold() not in CLOSED.get(named.field.name, ()):
            piece = term_piece(replace(named.term, values=(value,)), named.field)
            if not _exists(catalog, named.field, piece.sql, piece.params):
                yield value


def _nothing_has(catalog: Catalog, named: Named) -> Iterator[str]:
    for value in _unknown(catalog, named):
        near = _near(catalog, named.field, value.text)
        listing = _listing(named.field)
        more = f"; did you mean {names.either(near)}?" if near else f" ({listing})" if listing else ""
        more = " (~ takes it letter by letter: * is no wildcard)" if named.operator == "~" and "*" in value.text else more
        yield f"nothing matches {named.field.name}{named.operator}{shown(value.text)}{more}"


def _near(catalog: Catalog, field: Field, text: str) -> list[str]:
    """At most three values of the field that are near a text, or words of them; a few values are all named."""
    if field.name in KINDS:
        return names.suggestions(catalog, text, KINDS[field.name])
    known = _known(catalog, field)
    words = [word for value in known for word in re.findall(r"\w[\w.-]*", value)] if field.type == "names" else []
    return names.nearest(text, [*known, *(word for word in words if len(word) >= SHORTEST)]) or (known if len(known) <= FEW else [])


def _known(catalog: Catalog, field: Field) -> list[str]:
    """The values that a field has, as they are shown, then other names of the same things."""
    if field.type == "text":
        return []
    values = [*CLOSED.get(field.name, ())]
    for (value,) in catalog.rows(f"SELECT DISTINCT {field.sql} FROM {_source(field)}"):
        values += json.loads(value) if field.is_json and value else [value]
    if field.type == "names" and field.match:
        for (value,) in catalog.rows(f"SELECT DISTINCT {field.match} FROM {_source(field)}"):
            values += (value or "").split(BETWEEN_NAMES)
    folded = {names.normalize(value): value for value in reversed(values) if value}  # of several spellings the first
    return list(folded.values())[::-1]


def _listing(field: Field) -> str | None:
    """How to see the values of a field."""
    from vlmctl.query.exploring.facets import FACETS

    if field.name in ("name", "id"):
        return "vlmctl list -q lists the models"
    if field.name == "benchmark":
        return "vlmctl bench list lists the benchmarks"
    name = COUNTED.get(field.name, field.name)
    facet = next((facet.name for facet in FACETS if name in (facet.name, *facet.aliases)), None)
    return f"vlmctl facets {facet} lists what there is" if facet else None


def _off_scale(catalog: Catalog, field: Field, term: Term) -> Iterator[str]:
    """For a bound that lies outside of a benchmark's range, or looks like a fraction or percentage of it: the range."""
    part = parts.part_of(catalog, *map(str, field.params))
    if part.max is None:
        return
    ends = [end for value in term.values for end in ((value.low, value.high) if isinstance(value, Range) else (value,)) if end]
    for number in (_number(end.text) for end in ends):
        if number is None:
            continue
        low, high = part.min, part.max
        whole = 1 if 0 < number <= 1 and high >= HUNDRED else HUNDRED if 1 < number <= HUNDRED and high >= THOUSAND else 0
        if whole or not low <= number <= high:
            meant = f"; did you mean {number * high / whole:.12g}?" if whole and low == 0 else ""
            yield f"{part.title} is scored {low:g} to {high:g}{meant}"


def _number(text: str) -> float | None:
    """The number that a bound is; None for one with a percent sign, which says its scale."""
    from vlmctl.quantities import parse_number

    return None if text.endswith("%") else float(parse_number(text.strip()))


def _excluding(catalog: Catalog, compiled: Filter) -> list[str]:
    """Where nothing meets all of the conditions: which of them exclude each other, and how many meet each alone."""
    conditions = list({condition.text: condition for condition in compiled.conditions}.values())
    source = SCORES if compiled.scores else MODELS
    if len(conditions) < 2 or _count(catalog, source, conditions, limit=1):
        return []
    alone = {condition.text: _count(catalog, source, [condition]) for condition in conditions}
    if none := [condition for condition in conditions if not alone[condition.text]]:
        verbs = ("is known to meet" if _undecided(catalog, compiled, condition) else "meets" for condition in none)
        return [f"no {_things(compiled)} {verb} {condition.text}" for verb, condition in zip(verbs, none, strict=True)]
    pairs = list(combinations(conditions, 2)) if len(conditions) <= PAIRED else []
    for one, other in pairs:
        if not _count(catalog, source, [one, other], limit=1):
            counts = f"{alone[one.text]:,} {_things(compiled, alone[one.text])} {'meets' if alone[one.text] == 1 else 'meet'}"
            both = f"no {_things(compiled)} is known to meet both {one.text} and {other.text}"
            told = both if _undecided(catalog, compiled, one, other) else f"{one.text} and {other.text} exclude each other"
            return [f"{told}: {counts} the first, {alone[other.text]:,} the second"]
    counted = ", ".join(f"{text} ({count:,})" for text, count in alone.items())
    return [f"each condition has {_things(compiled, 2)} that meet it, but none meets all: {counted}"]


def _undecided(catalog: Catalog, compiled: Filter, *conditions: Condition) -> bool:
    """Whether some row may meet these conditions, of which only a month or year is known that leaves it open."""
    sql = " AND ".join(condition.sql for condition in conditions)
    params = tuple(value for condition in conditions for value in condition.params)
    return bool(compiled.dated) and _vague(catalog, compiled, sql, params) > 0


def vague_dates(catalog: Catalog, compiled: Filter) -> list[str]:
    """How many models the filter leaves undecided because their dates are known only to the month or year."""
    count = _vague(catalog, compiled, compiled.sql, compiled.params)
    return [f"{count:,} {'model states' if count == 1 else 'models state'} only the month or year of release"] if count else []


def _vague(catalog: Catalog, compiled: Filter, sql: str, params: tuple[object, ...]) -> int:
    """How many models `sql` leaves undecided while one of the filter's terms on dates does so of a stated month or year."""
    source = SCORES if compiled.scores else MODELS
    dates = " OR ".join(f"({term.sql})" for term in compiled.dated)
    bound = (*params, *(value for term in compiled.dated for value in term.params))
    count: int = catalog.value(f"SELECT count(DISTINCT m.id) FROM {source} WHERE ({sql}) IS NULL AND ({dates})", bound)
    return count


def _things(compiled: Filter, count: int = 1) -> str:
    return ("score" if compiled.scores else "model") + ("" if count == 1 else "s")


def _count(catalog: Catalog, source: str, conditions: Sequence[Condition], *, limit: int = -1) -> int:
    """How many rows meet all of the conditions; at most `limit` are counted."""
    sql = " AND ".join(condition.sql for condition in conditions)
    params = tuple(value for condition in conditions for value in condition.params)
    found: int = catalog.value(f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {sql} LIMIT ?)", (*params, limit))
    return found
