"""Values that can stand where something is being typed: names, benchmarks, fields and their values, from the store.

Every answer is bounded, however large the catalog. Part of completion, so it imports little: no names resolution with
suggestions, no ranking. Whatever is typed is bound, never part of the SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["Context", "Pair", "Suggested", "benchmark_values", "field_values", "values"]

MOST = 1000
"""Names of a kind in one answer."""
SCANNED = 5000
"""Models (or scores) that are looked at for the values of a field."""

Pair = tuple[str, str]
"""A value and its help."""


class Context(NamedTuple):
    """What is known while something is typed."""

    catalog: Catalog | None
    """None where none has been compiled."""
    given: Sequence[tuple[str, str]] = ()
    """Values typed before in the same line, each as (what completes it, value)."""


class Suggested(NamedTuple):
    """What can stand next."""

    values: list[Pair]
    open: bool = False
    """Whether something must follow in the same word: an operator behind a field."""


def values(context: Context, kind: str, typed: str) -> Suggested:
    """The values of a kind (as in `vlmctl.cli.completion.grammar`) that begin with what is typed, whatever its case."""
    kind, _, detail = kind.partition(":")
    if kind in ("expression", "score-expression"):
        from vlmctl.query.completing.terms import in_expression

        return in_expression(context.catalog, typed, scores=kind.startswith("score"))
    if kind == "keys":
        return Suggested(_listed(typed, lambda part: [(key, "") for key in detail.split() if _begins(key, part)], descending=True))
    if kind in ("fields", "score-fields"):
        from vlmctl.query.completing.terms import fields_named

        return Suggested(_listed(typed, lambda part: fields_named(context.catalog, part, scores=kind.startswith("score")), descending=True))
    found = _live(context.catalog, context, kind, detail, typed) if context.catalog is not None else []
    return Suggested(found, open=kind == "weights")


def _live(catalog: Catalog, context: Context, kind: str, detail: str, typed: str) -> list[Pair]:
    if kind == "names":
        given = {value for what, value in context.given if what == f"names:{detail}"}
        return [pair for pair in names(catalog, detail.split(), typed) if pair[0] not in given]
    if kind in ("list", "weights"):
        return _listed(typed, lambda part: names(catalog, (detail or "benchmark",), part))
    if kind == "values":
        # An option's commas separate values, so one that has a comma itself can't be typed there.
        return _listed(typed, lambda part: [pair for pair in field_values(catalog, detail, part) if "," not in pair[0]])
    if kind == "benchmark":
        models = [value for what, value in context.given if what == "names:model"]
        return benchmark_values(catalog, typed, model=models[0] if models else None)
    if kind in ("split", "metric"):
        chosen = [value for what, value in context.given if what == "benchmark"]
        return list(dict.fromkeys(pair for name in chosen for pair in _parts(catalog, kind, name, typed)))
    return []


def _begins(value: str, typed: str) -> bool:
    return value.casefold().startswith(typed.casefold())


def _beginning(pairs: Iterable[Pair], typed: str) -> list[Pair]:
    return [pair for pair in pairs if _begins(pair[0], typed)]


def _listed(typed: str, find: Callable[[str], list[Pair]], *, descending: bool = False) -> list[Pair]:
    """Values for the last part between commas, behind what stands before it. With `descending`, a `-` may lead it."""
    before, comma, part = typed.rpartition(",")
    head = before + comma
    if descending and part.startswith("-"):
        head, part = head + "-", part[1:]
    given = {each.casefold().lstrip("-") for each in before.split(",")}
    return [(head + value, text) for value, text in find(part) if value.casefold() not in given]


NAMED = {
    "model": ("model", "id", "name"),
    "family": ("family", "id", "'family · ' || name"),
    "series": ("(SELECT DISTINCT series, lower(series) AS folded FROM family)", "folded", "'series · ' || series"),
    "task": ("(SELECT DISTINCT task FROM benchmark)", "task", "''"),
    "benchmark": (
        "benchmark",
        "id",
        "CASE WHEN full_name LIKE name || '%' THEN full_name ELSE name || coalesce(' · ' || full_name, '') END",
    ),
}
"""Where names of a kind stand: table, what is offered, and help (SQL).

All in lower case, as ids are: bash inserts what candidates have in common, letter by letter."""


def names(catalog: Catalog, kinds: Sequence[str], typed: str) -> list[Pair]:
    """Ids that begin with what is typed; where none does, other names (aliases, Hugging Face ids) that do."""
    found: dict[str, str] = {}
    for kind in kinds:
        for value, text in _ids(catalog, kind, typed):
            found.setdefault(value, text)
    if found or not typed:
        return sorted(found.items())
    return sorted(_other_names(catalog, kinds, typed))


def _ids(catalog: Catalog, kind: str, typed: str) -> list[Pair]:
    """Ids in alphabetical order. Of too many the first ones and the last: a shell that inserts what all have in common stays right."""
    table, key, text = NAMED[kind]
    low, high = _range(typed)
    sql = f"SELECT {key}, {text} FROM {table} WHERE {key} >= ? AND {key} < ? ORDER BY {key}"
    rows = [(row[0], row[1]) for row in catalog.rows(f"{sql} LIMIT ?", (low, high, MOST))]
    if len(rows) == MOST:
        rows += [(row[0], row[1]) for row in catalog.rows(f"{sql} DESC LIMIT 1", (low, high))]
    return rows


def _range(typed: str) -> Pair:
    folded = typed.casefold()
    return folded, folded + "\U0010ffff"


def _other_names(catalog: Catalog, kinds: Sequence[str], typed: str) -> list[Pair]:
    """One name for each thing: as typed if one begins so, else its id if the name begins so when folded."""
    folded = normalize(typed)
    if not folded:
        return []
    marks = ", ".join("?" * len(kinds))
    sql = f"SELECT kind, id, exact FROM name WHERE normal >= ? AND normal < ? AND kind IN ({marks}) ORDER BY normal, exact LIMIT ?"
    rows = list(catalog.rows(sql, (folded, folded + "\U0010ffff", *kinds, MOST)))
    spelled: dict[tuple[str, str], Pair] = {}
    ids: dict[str, str] = {}
    for row in rows:
        if _begins(row["exact"], typed):
            spelled.setdefault((row["kind"], row["id"]), (row["exact"], f"{row['kind']} {row['id']}"))
        ids.setdefault(row["id"], f"{row['kind']} {row['exact']}")
    return list(spelled.values()) or list(ids.items())


def benchmark_values(catalog: Catalog, typed: str, *, model: str | None = None) -> list[Pair]:
    """Benchmarks, behind `@` their splits, behind `:` their metrics. With a model, those that it has figures on."""
    place = max(typed.rfind("@"), typed.rfind(":"))
    if place > 0:
        name, mark, part = typed[:place], typed[place], typed[place + 1 :]
        found = _parts(catalog, "split" if mark == "@" else "metric", name.partition("@")[0], part)
        return [(name + mark + value, text) for value, text in found]
    found = names(catalog, ("benchmark",), typed)
    key = None if model is None else _id(catalog, "model", model)
    if key is None:
        return found
    own = {row[0] for row in catalog.rows("SELECT DISTINCT benchmark FROM score WHERE model = ?", (key,))}
    ids = {value: _id(catalog, "benchmark", value) for value, _ in found}
    return [pair for pair in found if ids[pair[0]] in own]


def _id(catalog: Catalog, kind: str, name: str) -> str | None:
    sql = "SELECT id FROM name WHERE normal = ? AND kind = ? ORDER BY exact <> ?, form <> 'id', id LIMIT 1"
    found: str | None = catalog.value(sql, (normalize(name), kind, name))
    return found


def _parts(catalog: Catalog, kind: str, name: str, typed: str) -> list[Pair]:
    """The splits or metrics of a benchmark."""
    benchmark = _id(catalog, "benchmark", name.partition("@")[0])
    if benchmark is None:
        return []
    table, order = ("split", "position") if kind == "split" else ("metric", "id")
    rows = catalog.rows(f"SELECT id, name FROM {table} WHERE benchmark = ? ORDER BY {order} LIMIT ?", (benchmark, MOST))
    return _beginning(((row[0], row[1] if row[1] != row[0] else "") for row in rows), typed)


def field_values(catalog: Catalog, name: str, typed: str, *, scores: bool = False) -> list[Pair]:
    """Values that a field has in the catalog (in its first 5,000 models or scores), where they are names or choices."""
    from vlmctl.query import fields

    field = fields.find(name, scores=scores)
    if field is None:
        return []
    if field.name in ("family", "benchmark"):
        return names(catalog, (field.name,), typed)
    if field.name == "name":
        return names(catalog, ("model",), typed)
    if field.type == "flag":
        return _beginning([("yes", ""), ("no", "")], typed)
    if field.type not in ("names", "choice"):
        return []
    table = "score s" if field in fields.SCORE_FIELDS else "model m"
    source = f"SELECT {field.sql} AS value FROM {table} LIMIT {SCANNED}"
    if field.is_json:
        source = f"SELECT each.value FROM ({source}) found, json_each(found.value) each"
    sql = f"SELECT DISTINCT value, {_HELP.get(field.name, 'NULL')} FROM ({source}) WHERE value IS NOT NULL AND value <> '' ORDER BY value"
    return _beginning(((str(row[0]), row[1] or "") for row in catalog.rows(sql)), typed)[:MOST]


_COMPONENT = "(SELECT name FROM component WHERE id = value)"
_HELP = {"language_model": _COMPONENT, "vision_encoders": _COMPONENT, "license": "(SELECT name FROM license WHERE id = value)"}
"""SQL of the help beside a field's values."""
