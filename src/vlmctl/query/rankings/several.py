"""Rankings over several benchmarks: the answer of `top` with more than one `--bench` (docs/design.md).

A model's place never depends on which other rows are shown: figures are scaled by published ranges, wins are counted
against the whole catalog, and which benchmarks `common` drops is decided over the whole catalog. A filter only leaves
rows out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from vlmctl.query.columns import beyond, spelled
from vlmctl.query.filters import missing, of_part, remarks
from vlmctl.query.listing import rows_of
from vlmctl.query.rankings.ranking import PLAIN_RULES, competition_ranks, ranked_ids
from vlmctl.query.rankings.scale import FINE, scale_of
from vlmctl.query.rankings.sizes import PLAIN_VIEW, arrange
from vlmctl.results import Table
from vlmctl.store.catalog import COMPARABLE, EXTRA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.ranking import Rules
    from vlmctl.query.rankings.sizes import View
    from vlmctl.store.catalog import Catalog

__all__ = ["Entry", "Figure", "How", "Missing", "entries", "rank_several"]

Missing = Literal["strict", "common", "pairwise"]


class How(NamedTuple):
    """What to do with models that lack some of the benchmarks."""

    missing: Missing = "strict"
    weights: Mapping[BenchmarkPart, int] | None = None
    """In billionths; None where all weigh the same."""
    min_models: int = 10
    """`common`: how many models of the catalog must have all that is left."""


class Figure(NamedTuple):
    """A model's figure on one of the benchmarks."""

    value: float
    comparable: bool
    reason: str | None
    assumed: bool
    """The source names no split."""
    mode: str | None


class Entry(NamedTuple):
    """A model in the ranking, or one that lacks what is needed."""

    model: str
    figures: Mapping[BenchmarkPart, Figure]
    """Those that count."""
    others: Mapping[BenchmarkPart, str]
    """Why a figure that is there doesn't count."""
    merit: float | None
    """More is better; None for a model that isn't ranked. Equal merits are equal ranks."""
    score: float | None
    """0 to 100: the mean on the published scales, or the share of comparisons won."""
    wins: int | None = None
    ties: int | None = None
    comparisons: int | None = None


def read_figures(catalog: Catalog, part: BenchmarkPart) -> dict[str, Figure]:
    """Each model's figure on a benchmark, whatever filter there is: the comparable one, else the one shown in its place."""
    sql = (
        "SELECT st.model, s.value, st.class, st.reason, s.split, s.mode FROM standing st CROSS JOIN score s ON s.id = st.score "
        f"WHERE st.benchmark = ? AND st.split = ? AND st.metric = ? AND st.class < {EXTRA}"
    )
    return {
        model: Figure(value, rank_class == COMPARABLE, reason, part.assumed(split), mode)
        for model, value, rank_class, reason, split, mode in catalog.rows(sql, (part.benchmark, part.split, part.metric))
    }


def entries(
    catalog: Catalog, parts: Sequence[BenchmarkPart], how: How, rules: Rules = PLAIN_RULES
) -> tuple[list[Entry], list[BenchmarkPart]]:
    """All models of the catalog that have any of the benchmarks: the ranked ones best first, then those that lack some.

    The second part of the answer are the benchmarks that count, fewer than asked for only with `common`.
    """
    found = {part: read_figures(catalog, part) for part in parts}
    counted = {
        part: {model: each for model, each in figures.items() if each.comparable or rules.any_protocol} for part, figures in found.items()
    }
    kept = list(parts)
    if how.missing == "common":
        kept = _common(kept, counted, how.min_models)
    weights = how.weights or dict.fromkeys(parts, FINE)
    scale = None if how.missing == "pairwise" else scale_of(kept, weights)
    models = dict.fromkeys(model for part in kept for model in found[part])
    wins = _wins(kept, counted, weights) if scale is None else {}
    all_of: list[Entry] = []
    for model in models:
        has = {part: counted[part][model] for part in kept if model in counted[part]}
        others = {part: found[part][model].reason or "" for part in kept if model in found[part] and part not in has}
        if scale is None:
            all_of.append(_by_wins(model, has, others, wins.get(model)))
        elif len(has) == len(kept):
            merit = scale.merit([has[part].value for part in kept])
            all_of.append(Entry(model, has, others, merit, scale.score(merit)))
        else:
            all_of.append(Entry(model, has, others, None, None))
    return sorted(all_of, key=_order), kept


def _order(entry: Entry) -> tuple[bool, float, int, str]:
    """Ranked ones first and best first; the others by how many of the benchmarks they have."""
    return (entry.merit is None, -entry.merit if entry.merit is not None else 0, -len(entry.figures), entry.model)


def _common(parts: list[BenchmarkPart], counted: Mapping[BenchmarkPart, Mapping[str, Figure]], enough: int) -> list[BenchmarkPart]:
    """Benchmarks left after dropping, one by one, the one without which most models have all; of equals the last named."""
    kept = list(parts)

    def having(some: Sequence[BenchmarkPart]) -> int:
        return len(set.intersection(*(set(counted[part]) for part in some)))

    while len(kept) > 1 and having(kept) < enough:
        without = [[other for other in kept if other is not part] for part in reversed(kept)]
        kept = max(without, key=having)
    return kept


class _Won(NamedTuple):
    """Comparisons of a model with the others, and the same weighted."""

    wins: int
    ties: int
    comparisons: int
    points: int
    """Weighted: two for a win, one for a tie."""
    possible: int


def _wins(
    parts: Sequence[BenchmarkPart], counted: Mapping[BenchmarkPart, Mapping[str, Figure]], weights: Mapping[BenchmarkPart, int]
) -> dict[str, _Won]:
    """For each model all comparisons with another model of the catalog on a benchmark that both have."""
    found: dict[str, _Won] = {}
    for part in parts:
        figures = counted[part]
        sign, weight = (1 if part.higher_is_better else -1), weights[part]
        at = Counter(figure.value for figure in figures.values())
        worse: dict[float, int] = {}
        below = 0
        for value in sorted(at, key=lambda each: sign * each):
            worse[value] = below
            below += at[value]
        others = len(figures) - 1
        for model, figure in figures.items():
            wins, ties = worse[figure.value], at[figure.value] - 1
            before = found.get(model, _Won(0, 0, 0, 0, 0))
            added = (wins, ties, others, weight * (2 * wins + ties), 2 * weight * others)
            found[model] = _Won(*(one + more for one, more in zip(before, added, strict=True)))
    return found


def _by_wins(model: str, has: Mapping[BenchmarkPart, Figure], others: Mapping[BenchmarkPart, str], won: _Won | None) -> Entry:
    """The share of comparisons won, ties counting half. Correctly rounded, so equal shares are equal."""
    if won is None or not won.possible:
        return Entry(model, has, others, None, None)
    return Entry(model, has, others, won.points / won.possible, 100 * won.points / won.possible, won.wins, won.ties, won.comparisons)


def rank_several(
    catalog: Catalog,
    parts: Sequence[BenchmarkPart],
    where: Filter,
    *,
    how: How,
    rules: Rules = PLAIN_RULES,
    view: View = PLAIN_VIEW,
    columns: Sequence[str] = (),
    limit: int | None = None,
) -> Table:
    """The ranking over several benchmarks: ranked models, then those that lack some of them; `limit` counts both."""
    from vlmctl.query.rankings import several_layout as layout

    whole, kept = entries(catalog, parts, how, rules)
    keys = layout.own_keys(kept)
    columns = spelled(columns, keys)
    extra = beyond(catalog, columns, keys)
    matching = _matching(catalog, where, kept)
    here = [entry for entry in whole if entry.model in matching]
    ranked = [entry for entry in here if entry.merit is not None]
    ranks = iter(competition_ranks(entry.merit for entry in ranked if entry.merit is not None))
    chosen = ranked if rules.strict else here
    stubs: list[dict[str, Any]] = [
        {"id": each.model, **matching[each.model], "rank": None if each.merit is None else next(ranks), "entry": each} for each in chosen
    ]
    shown, notes = arrange(stubs, view, limit, all_count=True)
    facts = _facts(catalog, [row["id"] for row in shown], layout.model_fields(extra))
    rows = [layout.row_of(row, facts[row["id"]], kept, how.missing) for row in shown]
    notes += of_part(catalog, where, [row["id"] for row in rows]) if view.by_size else []
    lacking = [entry for entry in here if entry.merit is None]
    notes += layout.notes(catalog, where, parts, kept, how, lacking, shown=sum(row["rank"] is None for row in shown))
    return Table(
        layout.columns_of(kept, columns, extra, view, how.missing),
        rows,
        heading=layout.heading(kept, where, how, len(ranked), len(matching)),
        legend=layout.legend(rows, kept),
        notes=list(dict.fromkeys([*missing(catalog, where), *remarks(catalog, extra), *notes])),
        data=None if columns else [layout.data_of(row) for row in rows],
        group="size_class" if view.borders else None,
        empty="no model that matches has " + ("any" if how.missing == "pairwise" else "all") + " of the benchmarks",
        beside=("assumed", "modes", "reasons") if columns else (),
        **ranked_ids(rows),
    )


def _matching(catalog: Catalog, where: Filter, parts: Sequence[BenchmarkPart]) -> dict[str, dict[str, Any]]:
    """The models that match and have a figure on any of the benchmarks, with what a view needs."""
    benchmarks = list(dict.fromkeys(part.benchmark for part in parts))
    marks = ", ".join("?" * len(benchmarks))
    sql = (
        f"SELECT m.id, m.params, m.family FROM model m WHERE {where.sql} "
        f"AND m.id IN (SELECT st.model FROM standing st WHERE st.benchmark IN ({marks}))"
    )
    return {id_: {"params": params, "family": family} for id_, params, family in catalog.rows(sql, (*where.params, *benchmarks))}


def _facts(catalog: Catalog, models: Sequence[str], wanted: Sequence[Field]) -> dict[str, dict[str, Any]]:
    """The wanted fields of these models."""
    import json

    from vlmctl.query.filters import Filter

    among = Filter(sql="m.id IN (SELECT value FROM json_each(?))", params=(json.dumps(list(models)),))
    return {row["id"]: row for row in rows_of(catalog, wanted, among)}
