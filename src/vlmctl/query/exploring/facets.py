"""The values of a field and how many models have each: the answer of `facets`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.columns import choose
from vlmctl.query.filters import Filter, missing, of_part
from vlmctl.query.rankings.bars import with_bars
from vlmctl.query.rankings.sizes import BORDERS, borders_of, class_title
from vlmctl.results import Column, Table
from vlmctl.store.catalog import COMPARABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vlmctl.store.catalog import Catalog

__all__ = ["FACETS", "Facet", "count_values", "facet_named", "list_facets"]


class Facet(NamedTuple):
    """A field whose values can be counted."""

    name: str
    """As it is typed."""
    title: str
    help: str
    value: str
    """The value, as SQL over `m` of `model` and `j`; NULL where a model doesn't state it."""
    join: str = ""
    """What is joined to `model` for models with several values."""
    names: str = ""
    """The table that has the values' names."""
    aliases: tuple[str, ...] = ()
    natural: bool = False
    """Values in their own order rather than the most frequent first."""


def _json_list(column: str) -> str:
    return f"JOIN json_each({column}) j"


# Languages are kept between U+001F signs, which `json_quote` writes as \u001f.
_LANGUAGES = "JOIN json_each('[' || replace(json_quote(trim(m.languages_text, char(31))), '\\u001f', '\",\"') || ']') j"
_YES_OR_NO = "CASE {} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END"
_LINE = "(SELECT c.line FROM component c WHERE c.id = {})"

FACETS = (
    Facet("llm", "Language model", "the language model", "m.language_model", names="component", aliases=("language_model",)),
    Facet(
        "llm_line", "Language model line", "the line of language models, such as Qwen", _LINE.format("m.language_model"),
        aliases=("language_model_line",),
    ),
    Facet(
        "encoder", "Vision encoder", "the vision encoders; a model may have several", "j.value", _json_list("m.vision_encoders_json"),
        names="component", aliases=("vision_encoders", "vision_encoder", "encoders"),
    ),
    Facet(
        "encoder_line", "Vision encoder line", "the line of vision encoders, such as SigLIP", _LINE.format("j.value"),
        _json_list("m.vision_encoders_json"), aliases=("vision_encoder_line",),
    ),
    Facet("connector", "Connector", "the kind of connector (projector)", "m.connector", aliases=("projector",)),
    Facet("license", "License", "the license of the weights", "m.license", names="license", aliases=("licence",)),
    Facet("commercial", "Commercial use", "whether the license allows commercial use", "m.commercial"),
    Facet(
        "org", "Organization", "who made it; a model may have several makers", "j.value", _json_list("m.organizations_json"),
        aliases=("organizations", "organization", "orgs", "maker"),
    ),
    Facet("series", "Series", "the line of families", "m.series"),
    Facet("family", "Family", "the family", "m.family", names="family", aliases=("families",)),
    Facet("list", "List", "public lists that name the family", "j.value", _json_list("m.lists_json"), aliases=("lists",)),
    Facet("year", "Year", "the year of release", "substr(m.released, 1, 4)", aliases=("released", "date"), natural=True),
    Facet("size", "Size", "the size class, by parameters", "", aliases=("params", "parameters", "size_class"), natural=True),
    Facet("moe", "Mixture of experts", "whether the language model is a mixture of experts", _YES_OR_NO.format("m.moe")),
    Facet("tuning", "Tuning", "how the language model was tuned", "m.tuning"),
    Facet("image_size", "Image size", "the picture's side in pixels", "m.image_size", aliases=("resolution",), natural=True),
    Facet("language", "Language", "languages that the makers name", "j.value", _LANGUAGES, aliases=("languages",)),
    Facet("open", "Open weights", "whether the weights can be downloaded", _YES_OR_NO.format("m.open")),
    Facet(
        "benchmark", "Benchmark", "how many models have a comparable figure on each", "", names="benchmark",
        aliases=("bench", "benchmarks"),
    ),
)  # fmt: skip
"""What can be counted, in the order in which `facets` lists it."""


def facet_named(name: str) -> Facet:
    """The facet of that name or alias (case and `-`/`_` don't matter); `UsageError` with the nearest ones otherwise."""
    wanted = name.strip().casefold().replace("-", "_")
    for facet in FACETS:
        if wanted in (facet.name, *facet.aliases):
            return facet
    from vlmctl.query.names import nearest

    spellings = {spelling: facet.name for facet in FACETS for spelling in (*facet.aliases, facet.name)}
    near = list(dict.fromkeys(spellings[each] for each in nearest(name[:60], spellings)))
    known = f"fields: {', '.join(facet.name for facet in FACETS)}"
    field = fields.find(name)
    message = f"the values of {field.name} aren't counted" if field else f"unknown field {name[:60]!r}"
    raise UsageError(message, hint=f"did you mean {' or '.join(near)}? {known}" if near and not field else known)


def list_facets(catalog: Catalog, where: Filter, *, columns: Sequence[str] = (), borders: str | None = None) -> Table:
    """The fields whose values can be counted, with how many values each has among the models that match."""
    rows = []
    for facet in FACETS:
        counts, without = _counts(catalog, facet, where, borders_of(borders or BORDERS))
        stated = _matching(catalog, where) - without
        rows.append({"field": facet.name, "aliases": list(facet.aliases), "values": len(counts), "models": stated, "help": facet.help})
    shown = [
        Column("field", "Field", importance=0),
        Column("aliases", "Aliases", "list", machine=True), Column("values", "Values", "number", importance=1),
        Column("models", "State it", "number", importance=5), Column("help", "What it is", importance=10, shrinks=True),
    ]  # fmt: skip
    heading = f"fields that can be counted: vlmctl facets FIELD\t{_models(_matching(catalog, where))}"
    return Table(choose(shown, columns), rows, heading, notes=missing(catalog, where), name="field")


def count_values(
    catalog: Catalog, facet: Facet, where: Filter, *, columns: Sequence[str] = (), limit: int | None = None, borders: str | None = None
) -> Table:
    """How many of the models that match have each value of a field, and how many state none (the value null, last).

    `borders` are those of the size classes. For `benchmark`, models with a comparable figure on the primary split.
    """
    if borders is not None and facet.name != "size":
        raise UsageError("--borders goes with the field size", hint=f"write vlmctl facets size --borders {borders}")
    total = _matching(catalog, where)
    counts, without = _counts(catalog, facet, where, borders_of(borders or BORDERS))
    names = _names(catalog, facet, counts)
    rows = [_row(value, names.get(value), count, total) for value, count in counts.items()]
    notes = missing(catalog, where)
    if facet.name == "size":
        notes += of_part(catalog, where)
    if limit is not None and len(rows) > limit:
        notes.append(f"{len(rows) - limit} more values (--limit 0 shows all)")
    if facet.join and sum(counts.values()) + without > total:
        notes.append("a model may have several: the shares add up to more than 100 %")
    found = len(rows)
    rows = rows[:limit]
    if facet.name == "benchmark":
        scored = _scored(catalog, where)
        rows = [{**row, "scored": scored.get(row["value"], 0)} for row in rows]
    table = with_bars(Table(_columns(facet), rows), "share", 0, max((row["share"] for row in rows), default=None))
    none = _row(None, None, without, total, none="none of them" if facet.name == "benchmark" else "not stated")
    last = [{**none, **({"scored": None} if facet.name == "benchmark" else {})}] if without else []
    values = "value" if found == 1 else "values"
    title = "comparable figures by benchmark" if facet.name == "benchmark" else f"models by {facet.title.lower()}"
    heading = " · ".join(filter(None, (title, where.text))) + f"\t{found} {values}, {_models(total)}"
    shown = choose(table.columns, columns)
    return table._replace(
        columns=shown, rows=[*table.rows, *last], heading=heading, notes=notes, name="value",
        empty="no model matches" if not total else "no model states it",
    )  # fmt: skip


def _columns(facet: Facet) -> list[Column]:
    columns = [
        Column("label", facet.title, importance=0, human=True), Column("value", "Value", importance=0, machine=True),
        Column("name", "Name", machine=True), Column("models", "Models", "number", importance=0),
        Column("share", "%", "number", importance=5),
    ]  # fmt: skip
    if facet.name == "benchmark":
        columns.append(Column("scored", "Any figure", "number", importance=10))
    return columns


def _row(value: Any, name: str | None, count: int, total: int, *, none: str = "not stated") -> dict[str, Any]:
    label = none if value is None else name or str(value)
    return {"label": label, "value": value, "name": name, "models": count, "share": round(100 * count / total, 1) if total else 0}


def _models(count: int) -> str:
    return f"{count:,} {'model' if count == 1 else 'models'}"


def _matching(catalog: Catalog, where: Filter) -> int:
    found: int = catalog.value(f"SELECT count(*) FROM model m WHERE {where.sql}", where.params)
    return found


def _counts(catalog: Catalog, facet: Facet, where: Filter, borders: Sequence[int]) -> tuple[dict[Any, int], int]:
    """Models for each value, in the order in which they are shown, and how many state none."""
    if facet.name == "benchmark":
        return _benchmark_counts(catalog, where)
    value, bound = (facet.value, ()) if facet.value else _size_class(borders)
    # The value is computed before the filter's parameters come: bound in this order.
    having = f"SELECT m.id AS model, {value} AS value FROM model m {facet.join} WHERE {where.sql}"
    sql = f"SELECT value, count(DISTINCT model) AS models FROM ({having}) WHERE value IS NOT NULL GROUP BY value"
    rows = list(catalog.rows(sql, (*bound, *where.params)))
    order = (lambda row: (isinstance(row[0], str), row[0])) if facet.natural else (lambda row: (-row[1], str(row[0]).casefold()))
    counts = {row[0]: row[1] for row in sorted(rows, key=order)}
    sql = f"SELECT count(DISTINCT model) FROM ({having}) WHERE value IS NOT NULL"
    stated = catalog.value(sql, (*bound, *where.params))
    if not facet.value:
        counts = {class_title(borders, place): count for place, count in counts.items()}
    return counts, _matching(catalog, where) - stated


def _size_class(borders: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    """The number of a model's size class, as SQL; a border belongs to the class above it."""
    return f"CASE WHEN m.params IS NOT NULL THEN {' + '.join('(m.params >= ?)' for _ in borders)} END", tuple(borders)


def _benchmark_counts(catalog: Catalog, where: Filter) -> tuple[dict[Any, int], int]:
    """Models with a comparable figure for each benchmark's own split and metric, and models without any."""
    if where.unconditional:
        sql = (
            "SELECT b.id, c.ranked FROM benchmark b JOIN coverage c ON c.benchmark = b.id AND c.split = b.split AND c.metric = b.metric "
            "WHERE c.ranked > 0 ORDER BY c.ranked DESC, b.position"
        )
    else:
        sql = (
            "SELECT b.id, count(DISTINCT st.model) AS ranked FROM benchmark b CROSS JOIN standing st CROSS JOIN model m "
            f"WHERE st.benchmark = b.id AND st.split = b.split AND st.metric = b.metric AND st.class = {COMPARABLE} AND m.id = st.model "
            f"AND {where.sql} GROUP BY b.id ORDER BY ranked DESC, b.position"
        )
    counts = {row[0]: row[1] for row in catalog.rows(sql, where.params)}
    sql = (
        f"SELECT count(*) FROM model m WHERE {where.sql} AND NOT EXISTS (SELECT 1 FROM standing st JOIN benchmark b ON b.id = st.benchmark "
        f"AND b.split = st.split AND b.metric = st.metric WHERE st.model = m.id AND st.class = {COMPARABLE})"
    )
    without: int = catalog.value(sql, where.params)
    return counts, without


def _scored(catalog: Catalog, where: Filter) -> dict[str, int]:
    """Models with any figure for each benchmark."""
    if where.unconditional:
        return {row[0]: row[1] for row in catalog.rows("SELECT id, models FROM benchmark")}
    sql = f"SELECT s.benchmark, count(DISTINCT s.model) FROM score s JOIN model m ON m.id = s.model WHERE {where.sql} GROUP BY s.benchmark"
    return {row[0]: row[1] for row in catalog.rows(sql, where.params)}


def _names(catalog: Catalog, facet: Facet, values: Iterable[Any]) -> dict[Any, str]:
    if not facet.names:
        return {}
    sql = f"SELECT id, name FROM {facet.names} WHERE id IN (SELECT value FROM json_each(?))"
    return {row["id"]: row["name"] for row in catalog.rows(sql, (json.dumps(list(values)),))}
