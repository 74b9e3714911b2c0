"""Rankings on one benchmark: the answer of `top` (docs/design.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.query import fields
from vlmctl.query.columns import beyond, spelled
from vlmctl.query.filters import Filter, missing, of_part, remarks
from vlmctl.query.names import normalize
from vlmctl.query.parts import BenchmarkPart, benchmark_part, part_of
from vlmctl.query.rankings import ranking_layout as layout
from vlmctl.query.rankings.standings import coverage, figure_count, standings
from vlmctl.results import Table
from vlmctl.store.catalog import COMPARABLE, EXTRA, UNRANKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.rankings.several import How
    from vlmctl.query.rankings.sizes import View
    from vlmctl.store.catalog import Catalog

__all__ = ["Rules", "competition_ranks", "parts_named", "rank", "ranked_ids", "taken", "top"]


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
    columns = spelled(columns, (*layout.ROW_KEYS, *layout.VIEW_KEYS))
    extra = beyond(catalog, columns, (*layout.ROW_KEYS, *layout.VIEW_KEYS))
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
        layout.columns_of(parts, columns, extra, by_size=bool(view and view.borders)),
        rows,
        heading=layout.heading(parts, where, counts, len(rows)),
        legend=layout.legend(rows),
        notes=list(
            dict.fromkeys([*missing(catalog, where), *remarks(catalog, extra), *notes, *layout.notes_elsewhere(catalog, parts, where)])
        ),
        data=None if columns else layout.data_of(rows),
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


MODEL_FIELDS = ("id", "name", "family", "params", "language_model_name", "license", "released")


def _model_fields(extra: Sequence[Field]) -> list[Field]:
    return list(dict.fromkeys([*fields.named(*MODEL_FIELDS), *extra]))


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
            yield layout.row_of(part, standing, place if ranked else None)

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
    return layout.more_notes(ranked - shown, unranked - (len(rows) - shown))
