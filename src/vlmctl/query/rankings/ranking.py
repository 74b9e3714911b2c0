"""Rankings on one benchmark: the answer of `top` (DESIGN, section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.columns import beyond, spelled
from vlmctl.query.filters import Filter, missing, of_part, remarks
from vlmctl.query.names import normalize
from vlmctl.query.parts import BenchmarkPart, benchmark_part, part_of
from vlmctl.query.rankings.standings import Standing, coverage, elsewhere, figure_count, standings
from vlmctl.results import Cell, Column, Table
from vlmctl.store.catalog import COMPARABLE, EXTRA, UNRANKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.rankings.several import How
    from vlmctl.query.rankings.sizes import View
    from vlmctl.store.catalog import Catalog

__all__ = ["Rules", "competition_ranks", "more_notes", "parts_named", "rank", "ranked_ids", "taken", "top"]


class Rules(NamedTuple):
    """What is ranked."""

    any_protocol: bool = False
    """Rank every figure, whatever its protocol, variant or evidence."""
    strict: bool = False
    """Leave unranked figures out instead of showing them in their place."""

    @property
    def classes(self) -> tuple[int, ...]:
        """The classes of standings to read."""
        if self.any_protocol:
            return (COMPARABLE, UNRANKED, EXTRA)
        return (COMPARABLE,) if self.strict else (COMPARABLE, UNRANKED)


PLAIN_RULES = Rules()
SHOWN_PARTS = 6


def competition_ranks(merits: Iterable[float]) -> list[int]:
    """Ranks of values that come best first: equal values share a rank, the next one counts them (1, 2, 2, 4)."""
    ranks: list[int] = []
    before: float | None = None
    for place, merit in enumerate(merits, start=1):
        ranks.append(ranks[-1] if merit == before else place)
        before = merit
    return ranks


def parts_named(catalog: Catalog, names: Sequence[str], *, split: str | None = None, metric: str | None = None) -> list[BenchmarkPart]:
    """The rankings that `--bench` values name, one by one or by commas.

    With `--split any` they are all of a benchmark's, those with most figures first.
    """
    names = [name.strip() for text in names for name in text.split(",") if name.strip()] or list(names)
    if split is not None and (twice := next((name for name in names if "@" in name), None)):
        raise UsageError(f"{twice} names a split, and so does --split {split}", hint="leave one of them out")
    if split is None or normalize(split) != "any":
        return list(dict.fromkeys(benchmark_part(catalog, name, split=split, metric=metric) for name in names))
    sql = "SELECT split, metric FROM coverage WHERE benchmark = ? AND (? IS NULL OR metric = ?) ORDER BY ranked DESC, unranked DESC, split"
    parts = [benchmark_part(catalog, name, metric=metric) for name in names]
    return [
        part_of(catalog, part.benchmark, *row)
        for part in parts
        for wanted in (part.metric if metric else None,)
        for row in catalog.rows(sql, (part.benchmark, wanted, wanted))
    ]


def top(
    catalog: Catalog,
    parts: Sequence[BenchmarkPart],
    where: Filter,
    *,
    how: How | None = None,
    rules: Rules = PLAIN_RULES,
    view: View | None = None,
    columns: Sequence[str] = (),
    limit: int | None = None,
) -> Table:
    """The ranking on one benchmark (or its splits, each on its own), or with `how` on all of the parts together."""
    if how is None:
        return rank(catalog, parts, where, rules=rules, view=view, columns=columns, limit=limit)
    from vlmctl.query.rankings.several import rank_several
    from vlmctl.query.rankings.sizes import PLAIN_VIEW

    return rank_several(catalog, parts, where, how=how, rules=rules, view=view or PLAIN_VIEW, columns=columns, limit=limit)


def rank(
    catalog: Catalog,
    parts: Sequence[BenchmarkPart],
    where: Filter,
    *,
    rules: Rules = PLAIN_RULES,
    view: View | None = None,
    columns: Sequence[str] = (),
    limit: int | None = None,
) -> Table:
    """The ranking on a benchmark; several `parts` (its splits) are ranked one after the other, each on its own.

    `limit` holds for the ranked rows and for the unranked ones in their place among them, each (`taken`). A `view` shows the ranking by
    size class, by family or only its Pareto front; it is for one part.
    """
    columns = spelled(columns, (*ROW_KEYS, *VIEW_KEYS))
    extra = beyond(catalog, columns, (*ROW_KEYS, *VIEW_KEYS))
    wanted = _model_fields(extra)
    rows: list[dict[str, Any]] = []
    for part in parts:
        rows += _ranked(catalog, part, where, wanted, rules, None if view else limit)
    first = parts[0]
    counts = [coverage(catalog, part, where) for part in parts]
    if view:
        from vlmctl.query.rankings.sizes import arrange

        rows, notes = arrange(rows, view, limit)
        notes += of_part(catalog, where, [row["id"] for row in rows]) if view.by_size else []
    else:
        notes = [] if limit is None else _more(catalog, parts, where, rules, counts, rows)
    table = Table(
        _columns(parts, columns, extra, by_size=bool(view and view.borders)),
        rows,
        heading=_heading(parts, where, counts, len(rows)),
        legend=_legend(rows),
        notes=list(dict.fromkeys([*missing(catalog, where), *remarks(catalog, extra), *notes, *_notes(catalog, parts, where)])),
        data=[{key: value for key, value in row.items() if key != "remark"} for row in rows] if not columns else None,
        group="split" if len(parts) > 1 else "size_class" if view and view.borders else None,
        empty=f"no model that matches has a figure for {first.title}",
        **ranked_ids(rows),
    )
    if columns:
        from vlmctl.query.marks import ranking_with_marks

        return ranking_with_marks(catalog, table, columns, extra)
    return table


def ranked_ids(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What `-q` prints of a ranking's rows: the ranked models, each once; and what it tells of the others."""
    ranked = {row["id"]: None for row in rows if row["rank"] is not None}
    others = len({row["id"] for row in rows} - {*ranked})
    note = f"{others} more {'is' if others == 1 else 'are'} not ranked (shown without -q)"
    return {"ids": list(ranked), "unlisted": [note] if others else []}


VIEW_KEYS = ("size_class", "pareto")
"""What a view adds to a row."""

ROW_KEYS = (
    "rank", "id", "name", "family", "params", "benchmark", "split", "metric", "protocol", "value", "comparable", "reason", "source",
    "evidence", "shots", "variant", "mode", "split_assumed", "url", "origin",
)  # fmt: skip
"""What `top --json` prints of a row (v1: keys are only ever added)."""

MODEL_FIELDS = ("id", "name", "family", "params", "language_model_name", "license", "released")


def _model_fields(extra: Sequence[Field]) -> list[Field]:
    by_name = {field.name: field for field in fields.FIELDS}
    return list(dict.fromkeys([by_name[name] for name in MODEL_FIELDS] + list(extra)))


def _ranked(
    catalog: Catalog, part: BenchmarkPart, where: Filter, wanted: Sequence[Field], rules: Rules, limit: int | None
) -> list[dict[str, Any]]:
    """Rows in order, cut by `taken`."""

    def rows() -> Iterator[dict[str, Any]]:
        place = passed = 0
        before: float | None = None
        for standing in standings(catalog, part, where, wanted, classes=rules.classes):
            ranked = rules.any_protocol or standing.comparable
            if ranked:
                passed += 1
                if standing.merit != before:
                    place, before = passed, standing.merit
            yield _row(part, standing, place if ranked else None)

    return taken(rows(), limit)


def taken(rows: Iterable[dict[str, Any]], limit: int | None) -> list[dict[str, Any]]:
    """The first `limit` ranked rows, ties with the last not added, and of the unranked ones in their place among them as many.

    Below the last ranked row nothing is shown, so that the rows of `top n` are among those of `top n+1`, in the same order.
    """
    if limit is None:
        return list(rows)
    found: list[dict[str, Any]] = []
    ranked = unranked = 0
    for row in rows:
        if row["rank"] is None:
            unranked += 1
            if unranked > limit:
                continue
        elif ranked == limit:
            break
        else:
            ranked += 1
        found.append(row)
    while ranked == limit and found and found[-1]["rank"] is None:
        found.pop()
    return found


def _row(part: BenchmarkPart, standing: Standing, rank_: int | None) -> dict[str, Any]:
    score, model = standing.score, standing.model
    assumed = bool(part.split) and part.split != "?" and score["split"] is None
    row = {
        "rank": rank_, "id": model["id"], "name": model["name"], "family": model["family"], "params": model["params"],
        "benchmark": part.benchmark, "split": part.split or None, "metric": part.metric, "protocol": score["protocol"],
        "value": Cell(score["value"], mark="?" if assumed else "", strong=rank_ == 1), "comparable": standing.comparable,
        "reason": standing.reason, "source": score["source"], "evidence": score["evidence"], "shots": score["shots"],
        "variant": score["variant"], "mode": score["mode"], "split_assumed": assumed, "url": score["url"], "origin": score["score_origin"],
        "remark": " · ".join(filter(None, (standing.reason, score["mode"]))),
    }  # fmt: skip
    return {**model, **row}


def _columns(parts: Sequence[BenchmarkPart], chosen: Sequence[str], extra: Sequence[Field], *, by_size: bool = False) -> list[Column]:
    title = parts[0].name
    own = {
        "size_class": Column("size_class", "Size", importance=1),
        "pareto": Column("pareto", "Pareto", "flag", importance=9),
        "rank": Column("rank", "#", "number", importance=0),
        "id": Column("id", "Id", machine=True, importance=5),
        "name": Column("name", "Model", importance=0),
        "params": Column("params", "Params", "count", importance=10),
        "language_model_name": Column("language_model_name", "Language model", importance=30, shrinks=True, human=True, named=True),
        "benchmark": Column("benchmark", "Benchmark", machine=True, importance=60),
        "split": Column("split", "Split", machine=len(parts) == 1, importance=6),
        "metric": Column("metric", "Metric", machine=True, importance=61),
        "value": Column("value", title, parts[0].kind, importance=0),
        "remark": Column("remark", "", human=True, importance=3),
    }
    if chosen:
        by_name = {field.name: fields.column_of(field) for field in extra}
        return [own.get(name) or by_name.get(_canonical(name, extra)) or _plain(name) for name in chosen]
    order = ["rank", "id", "name", "family", "params", "language_model_name", "benchmark", "split", "metric", "protocol", "value",
             "comparable", "reason", "source", "evidence", "split_assumed", "mode", "remark"]  # fmt: skip
    order = ["size_class", *order] if by_size else order
    return [own.get(key) or _plain(key)._replace(machine=True, importance=70) for key in order]


def _plain(key: str) -> Column:
    return Column(key, key.replace("_", " ").capitalize(), "flag" if key in ("comparable", "split_assumed") else "text")


def _canonical(name: str, extra: Sequence[Field]) -> str:
    found = fields.find(name)
    return found.name if found else next((field.name for field in extra if field.name.casefold() == name.casefold()), name)


def _heading(parts: Sequence[BenchmarkPart], where: Filter, counts: Sequence[tuple[int, int, int]], rows: int) -> str:
    part = parts[0]
    direction = "higher is better" if part.higher_is_better else "lower is better"
    split = {"?": "split not stated"}.get(part.split, part.split) if len(parts) == 1 else "all splits"
    left = " · ".join(filter(None, (part.name, split, part.measure, direction, where.text)))
    have, total = counts[0][0] + counts[0][1], counts[0][2]
    return f"{left}\t{have} of {total} models have it" if len(parts) == 1 else f"{left}\t{rows} figures"


def _legend(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    legend = []
    if any(row["rank"] is None for row in rows):
        legend.append(("–", "not ranked, for the reason beside it"))
    if any(row["split_assumed"] for row in rows):
        legend.append(("?", f"the source names no split; taken for {next(row['split'] for row in rows if row['split_assumed'])}"))
    if any(row["mode"] for row in rows):
        legend.append(("thinking", "the model reasoned at length for it"))
    return legend


def _more(
    catalog: Catalog,
    parts: Sequence[BenchmarkPart],
    where: Filter,
    rules: Rules,
    counts: Sequence[tuple[int, int, int]],
    rows: Sequence[dict[str, Any]],
) -> list[str]:
    """A note on the rows that the limit leaves out."""
    ranked, unranked = sum(count[0] for count in counts), 0 if rules.strict else sum(count[1] for count in counts)
    if rules.any_protocol:
        ranked, unranked = sum(figure_count(catalog, part, where) for part in parts), 0
    shown = sum(row["rank"] is not None for row in rows)
    return more_notes(ranked - shown, unranked - (len(rows) - shown))


def more_notes(ranked: int, unranked: int = 0) -> list[str]:
    """A note on so many ranked and unranked rows that aren't shown; none where all are."""
    told = [f"{ranked} more {'is' if ranked == 1 else 'are'} ranked below"] if ranked else []
    told += [f"{unranked} {'' if ranked else 'more '}{'is' if unranked == 1 else 'are'} not ranked"] if unranked else []
    return [f"{' and '.join(told)} (--limit 0 shows all)"] if told else []


def _notes(catalog: Catalog, parts: Sequence[BenchmarkPart], where: Filter) -> list[str]:
    """Notes on the models that have the benchmark only elsewhere."""
    if len(parts) > 1:
        return []
    part = parts[0]
    found = elsewhere(catalog, part, where)
    told = [
        _elsewhere(part, split, metric, models, part_of(catalog, part.benchmark, split, metric)) for split, metric, models in found.only
    ]
    if found.several:
        named = [part_of(catalog, part.benchmark, *each).within(part) for each in found.among]
        have = "has several others" if found.several == 1 else "have several others"
        shown = ", ".join(named[:SHOWN_PARTS]) + (" …" if len(named) > SHOWN_PARTS else "")
        told.append(f"{found.several} more {'model' if found.several == 1 else 'models'} {have}: {shown} (--split any)")
    return told


def _elsewhere(part: BenchmarkPart, split: str, metric: str, models: int, other: BenchmarkPart) -> str:
    have = f"{models} more model{'s have' if models != 1 else ' has'}"
    if split == "?":
        return f"{have} it without saying which split (--split unstated)"
    if split == part.split:
        return f"{have} only the metric {metric} (--metric {metric})"
    option = f"--split {split}" if other.usual else f"--split {split} --metric {metric}"
    return f"{have} only the split {split} ({option})"
