"""Reading the standings: the figures of one ranking, best first, with the models they belong to."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.query.listing import model_reader, read_fields
from vlmctl.store.catalog import COMPARABLE, EXTRA, SOURCE_OF_SCORE, UNRANKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.query.fields import Field
    from vlmctl.query.filters import Filter
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.store.catalog import Catalog

__all__ = ["Elsewhere", "Standing", "coverage", "elsewhere", "figure_count", "standings"]


class Standing(NamedTuple):
    """A model's figure in a ranking."""

    rank_class: int
    merit: float
    """The value, negated where lower is better."""
    reason: str | None
    """Why it isn't ranked."""
    score: dict[str, Any]
    """The score's columns."""
    model: dict[str, Any]
    """The wanted fields of the model."""

    @property
    def comparable(self) -> bool:
        """Whether it is ranked."""
        return self.rank_class == COMPARABLE


SCORE_COLUMNS = {
    "score_id": "s.id", "value": "s.value", "split": "s.split", "metric": "s.metric", "protocol": "s.protocol", "shots": "s.shots",
    "variant": "s.variant", "mode": "s.mode", "evidence": "s.evidence", "score_origin": "s.origin", "source": "src.title", "url": "src.url",
}  # fmt: skip
"""What a standing's score has, and where it is read."""
SCORE_KEYS, SCORE_SQL = tuple(SCORE_COLUMNS), ", ".join(SCORE_COLUMNS.values())


def standings(
    catalog: Catalog, part: BenchmarkPart, where: Filter, wanted: Sequence[Field] = (), *, classes: Sequence[int] = (COMPARABLE, UNRANKED)
) -> Iterator[Standing]:
    """The figures of a ranking, best first, for the models that match. Rows are read as they are asked for.

    The primary key delivers each class in order; they are merged here, so that the first rows cost the same however
    many there are.
    """
    return merge(*(_of_class(catalog, part, where, wanted, each) for each in classes), key=lambda each: (-each.merit, each.rank_class))


def _of_class(catalog: Catalog, part: BenchmarkPart, where: Filter, wanted: Sequence[Field], rank_class: int) -> Iterator[Standing]:
    select, params = read_fields(wanted)
    sql = (
        f"SELECT st.class, st.merit, st.reason, {SCORE_SQL}{', ' + select if select else ''} FROM standing st CROSS JOIN model m "
        f"CROSS JOIN score s {SOURCE_OF_SCORE} "
        "WHERE st.benchmark = ? AND st.split = ? AND st.metric = ? AND st.class = ? "
        f"AND m.id = st.model AND s.id = st.score AND {where.sql} ORDER BY st.merit DESC, st.model"
    )
    bound = (*params, part.benchmark, part.split, part.metric, rank_class, *where.params)
    read = model_reader(wanted)
    for row in catalog.rows(sql, bound):
        score = dict(zip(SCORE_KEYS, row[3 : 3 + len(SCORE_KEYS)], strict=True))  # by position: by name costs a search each
        yield Standing(row[0], row[1], row[2], score, read(row))


def coverage(catalog: Catalog, part: BenchmarkPart, where: Filter) -> tuple[int, int, int]:
    """How many of the matching models are ranked, how many stand unranked, and how many models match."""
    if where.unconditional:
        row = catalog.row("SELECT ranked, unranked FROM coverage WHERE benchmark = ? AND split = ? AND metric = ?", _key(part))
        total = catalog.value("SELECT count(*) FROM model")
        return (row["ranked"], row["unranked"], total) if row else (0, 0, total)
    sql = (
        f"SELECT sum(st.class = {COMPARABLE}), sum(st.class = {UNRANKED}) FROM standing st CROSS JOIN model m "
        f"WHERE st.benchmark = ? AND st.split = ? AND st.metric = ? AND st.class < {EXTRA} AND m.id = st.model AND {where.sql}"
    )
    row = catalog.row(sql, (*_key(part), *where.params))
    total = catalog.value(f"SELECT count(*) FROM model m WHERE {where.sql}", where.params)
    return (row[0] or 0, row[1] or 0, total) if row else (0, 0, total)


def figure_count(catalog: Catalog, part: BenchmarkPart, where: Filter) -> int:
    """How many figures of the matching models stand in the ranking, whatever their class."""
    sql = (
        "SELECT count(*) FROM standing st CROSS JOIN model m "
        f"WHERE st.benchmark = ? AND st.split = ? AND st.metric = ? AND m.id = st.model AND {where.sql}"
    )
    found: int = catalog.value(sql, (*_key(part), *where.params))
    return found


class Elsewhere(NamedTuple):
    """The matching models that have a benchmark, but not in one of its rankings."""

    only: list[tuple[str, str, int]]
    """(split, metric, models) of those that stand in only one other ranking, most models first."""
    several: int
    """How many stand in several others."""
    among: list[tuple[str, str]]
    """Those rankings (split, metric), most models first."""


def elsewhere(catalog: Catalog, part: BenchmarkPart, where: Filter) -> Elsewhere:
    """Which matching models stand only in the benchmark's other rankings; each is counted once."""
    sql = (
        "SELECT split, metric, sum(others = 1), sum(others > 1), sum(CASE WHEN others > 1 THEN 1.0 / others ELSE 0 END) FROM ("
        "SELECT st.split, st.metric, count(*) OVER (PARTITION BY st.model) AS others FROM standing st CROSS JOIN model m "
        "WHERE st.benchmark = ? AND NOT (st.split = ? AND st.metric = ?) AND m.id = st.model "
        "AND NOT EXISTS (SELECT 1 FROM standing o WHERE o.model = m.id AND o.benchmark = st.benchmark AND o.split = ? AND o.metric = ?) "
        f"AND {where.sql} GROUP BY st.model, st.split, st.metric) GROUP BY split, metric"
    )
    rows = list(catalog.rows(sql, (*_key(part), part.split, part.metric, *where.params)))
    only = sorted(((split, metric, alone) for split, metric, alone, _, _ in rows if alone), key=lambda row: -row[2])
    among = sorted((row for row in rows if row[3]), key=lambda row: -row[3])
    return Elsewhere(only, round(sum(row[4] for row in rows)), [(split, metric) for split, metric, *_ in among])


def _key(part: BenchmarkPart) -> tuple[str, str, str]:
    return part.benchmark, part.split, part.metric
