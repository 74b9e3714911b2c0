"""How a ranking over several benchmarks is laid out: rows, columns, legend, notes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from vlmctl.query import fields
from vlmctl.query.parts import part_of
from vlmctl.query.rankings.scale import FINE
from vlmctl.query.rankings.standings import elsewhere
from vlmctl.results import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.several import Entry, How, Missing
    from vlmctl.query.rankings.sizes import View
    from vlmctl.store.catalog import Catalog

__all__ = ["columns_of", "data_of", "heading", "key_of", "legend", "model_fields", "notes", "own_keys", "row_of"]

ROW_KEYS = (
    "rank", "id", "name", "family", "params", "score", "coverage", "values", "missing", "reasons", "assumed", "modes", "wins", "ties",
    "comparisons", "size_class", "pareto",
)  # fmt: skip
"""What `top --json` with several benchmarks prints of a row (v1: keys are only ever added); the last five where they apply."""

OPTIONAL = ("wins", "ties", "comparisons", "size_class", "pareto")
MODEL_FIELDS = ("id", "name", "family", "params")


def key_of(part: BenchmarkPart) -> str:
    """A benchmark as a JSON key: its id, with what it takes to name the part where that isn't the primary one."""
    split = f"@{part.split}" if part.split else ""
    return part.benchmark if part.primary else f"{part.benchmark}{split}{'' if part.usual else ':' + part.metric}"


def own_keys(parts: Sequence[BenchmarkPart]) -> list[str]:
    """The columns that are this table's own: keys of its rows that are no fields of models, and the benchmarks."""
    return [key for key in (*ROW_KEYS, *(part.title for part in parts)) if key not in MODEL_FIELDS]


def model_fields(extra: Sequence[Field]) -> list[Field]:
    """The facts to read of each model."""
    return list(dict.fromkeys([*fields.named(*MODEL_FIELDS), *extra]))


def row_of(stub: dict[str, Any], facts: dict[str, Any], parts: Sequence[BenchmarkPart], missing: Missing) -> dict[str, Any]:
    """A row: a model's facts, its figures, the score, and what it lacks."""
    entry: Entry = stub["entry"]
    lacks = [part for part in parts if part not in entry.figures]
    row: dict[str, Any] = {
        **facts,
        **{key: stub[key] for key in ("rank", "size_class", "pareto") if key in stub},
        "score": entry.score,
        "coverage": len(entry.figures),
        "values": {key_of(part): entry.figures[part].value if part in entry.figures else None for part in parts},
        "missing": [key_of(part) for part in lacks],
        "reasons": {key_of(part): reason for part, reason in entry.others.items()},
        "assumed": [key_of(part) for part, figure in entry.figures.items() if figure.assumed],
        "modes": {key_of(part): figure.mode for part, figure in entry.figures.items() if figure.mode},
        "shown": Cell("" if entry.score is None else _rounded(entry.score), kind="number", strong=stub["rank"] == 1),
        "remark": _remark(entry, lacks if missing != "pairwise" else [part for part in lacks if entry.others.get(part)]),
    }
    if missing == "pairwise":
        row.update(wins=entry.wins, ties=entry.ties, comparisons=entry.comparisons)
    for part in parts:
        figure = entry.figures.get(part)
        mark = ("≠" if figure and not figure.comparable else "") + ("?" if figure and figure.assumed else "")
        row[part.title] = Cell(figure.value if figure else None, mark=mark)
    return row


def _rounded(score: float) -> str:
    """To two decimals, for people; half up, from the digits that JSON prints."""
    from decimal import ROUND_HALF_UP, Decimal

    return str(Decimal(repr(score)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _remark(entry: Entry, lacks: Sequence[BenchmarkPart]) -> str:
    named = [f"{part.title} ({entry.others[part]})" if entry.others.get(part) else part.title for part in lacks]
    thinking = sorted({figure.mode for figure in entry.figures.values() if figure.mode})
    return " · ".join([*([f"lacks {', '.join(named)}"] if named else []), *thinking])


def data_of(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON prints it."""
    return {key: row.get(key) for key in ROW_KEYS if key in row or key not in OPTIONAL}


def columns_of(parts: Sequence[BenchmarkPart], chosen: Sequence[str], extra: Sequence[Field], view: View, missing: Missing) -> list[Column]:
    """The table's columns, or the chosen ones."""
    title = "Wins %" if missing == "pairwise" else "Score"
    pairwise = missing == "pairwise"
    own_columns = [
        Column("size_class", "Size", importance=1), Column("rank", "#", "number", importance=0),
        Column("id", "Id", machine=True, importance=5),
        Column("name", "Model", importance=0), Column("family", "Family", machine=True, importance=70),
        Column("params", "Params", "count", importance=10), Column("score", title, "number", machine=True, importance=1),
        Column("shown", title, "number", human=True, importance=0), Column("coverage", "Has", "number", importance=8, machine=not pairwise),
        Column("comparisons", "Comparisons", "number", importance=9),
        *(Column(part.title, part.title, part.kind, importance=4) for part in parts),
        Column("missing", "Lacks", "list", machine=True, importance=71), Column("remark", "", human=True, shrinks=True, importance=3),
    ]  # fmt: skip
    if not chosen:
        left_out = {"comparisons"} if not pairwise else set()
        left_out |= set() if view.borders else {"size_class"}
        return [column for column in own_columns if column.key not in left_out]
    by_key = {column.key: column for column in own_columns}
    by_key["pareto"] = Column("pareto", "Pareto", "flag", importance=9)
    by_key.update({key: Column(key, key.capitalize(), importance=50) for key in ROW_KEYS if key not in by_key})
    resolved = {name.casefold(): field for field in extra for name in (field.name, *field.aliases)}
    found = []
    for name in chosen:
        field = resolved.get(name.casefold().replace("-", "_")) or resolved.get(name.casefold())
        found.append(by_key[name] if name in by_key else fields.column_of(field) if field else Column(name, name))
    return found


def heading(parts: Sequence[BenchmarkPart], where: Filter, how: How, ranked: int, matching: int) -> str:
    """What was asked, and how many models are ranked."""
    weights = how.weights or {}
    uneven = len({weights.get(part) for part in parts}) > 1
    named = [part.title + (f" × {weights[part] / FINE:g}" if uneven else "") for part in parts]
    pairwise = how.missing == "pairwise"
    measure = "share of comparisons won, against all models" if pairwise else "mean on the published scales, 0–100"
    found = f"{ranked} models ranked" if pairwise else f"{ranked} of {matching} models with any of them have all"
    return " · ".join(filter(None, (" + ".join(named), measure, where.text))) + f"\t{found}"


def legend(rows: Sequence[dict[str, Any]], parts: Sequence[BenchmarkPart]) -> list[tuple[str, str]]:
    """The marks that occur."""
    found = []
    if any(row["rank"] is None for row in rows):
        found.append(("–", "none, or not ranked for lack of what the last column names"))
    found.append(("≠", "another protocol or variant, or only in the list"))
    splits = [f"{part.name} {part.split}" for part in parts if any(key_of(part) in row["assumed"] for row in rows)]
    if splits:
        found.append(("?", f"the source names no split; taken for {', '.join(splits)}"))
    if any(row["modes"] for row in rows):
        found.append(("thinking", "the model reasoned at length for a figure"))
    return found


def notes(
    catalog: Catalog,
    where: Filter,
    asked: Sequence[BenchmarkPart],
    kept: Sequence[BenchmarkPart],
    how: How,
    lacking: Sequence[Entry],
    *,
    shown: int,
) -> list[str]:
    """What was dropped, who isn't ranked for lack of what, and who has a benchmark only elsewhere."""
    found = []
    dropped = [part.title for part in asked if part not in kept]
    if dropped:
        few = f"fewer than {how.min_models} models of the whole catalog have all {len(asked)} benchmarks (--min-models)"
        found.append(f"dropped {', '.join(dropped)}: {few}")
    if lacking and how.missing == "pairwise":
        found.append(f"{len(lacking)} more {'has' if len(lacking) == 1 else 'have'} only figures that can't be compared")
    elif lacking:
        some = [entry for entry in lacking if entry.figures]
        counts = Counter(part for entry in some for part in kept if part not in entry.figures)
        lacks = ", ".join(f"{counts[part]} lack{'s' if counts[part] == 1 else ''} {part.title}" for part in kept if counts[part])
        told = [f"{len(some)} more {'has' if len(some) == 1 else 'have'} some but not all: {lacks}"] if some else []
        if none := len(lacking) - len(some):
            told.append(f"{none} more {'has' if none == 1 else 'have'} only figures that can't be compared")
        hidden = len(lacking) - shown
        rest = "" if not hidden else " (--limit 0 lists them)" if not shown else f" ({hidden} of them not shown; --limit 0 shows all)"
        found.append("; ".join(told) + rest)
    for part in kept:
        found += _elsewhere(catalog, part, where)
    return found


def _elsewhere(catalog: Catalog, part: BenchmarkPart, where: Filter) -> list[str]:
    """A line on models that have a benchmark only on other splits or metrics, each as it is asked for."""
    places: list[str] = []
    found = elsewhere(catalog, part, where)
    for split, metric, count in found.only:
        title = f"{part.name}@unstated" if split == "?" else part_of(catalog, part.benchmark, split, metric).title
        places.append(f"{count} {'as' if places else 'more only as'} {title}")
    several = [f"{found.several} {'as' if places else 'more only as'} several others"] if found.several else []
    return [f"{part.title}: {', '.join([*places[:3], *several])}{' …' if len(places) > 3 else ''}"] if places or several else []
