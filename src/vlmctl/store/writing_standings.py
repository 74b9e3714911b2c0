"""Writing the standings: from the scores in the store to who stands where, one benchmark at a time.

Only one benchmark's figures are in memory at once, so that a catalog of a million scores compiles in bounded memory.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from vlmctl.store.catalog import COMPARABLE, SOURCE_OF_SCORE, UNRANKED
from vlmctl.store.placing import Figure, Standing, standings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

__all__ = ["write_standings"]

FIGURES = f"""
    SELECT s.counted_split, s.metric, s.id, s.model, CASE WHEN m.higher_is_better THEN s.value ELSE -s.value END,
           s.protocol, s.shots, s.variant, s.mode IS NOT NULL, s.evidence_order, coalesce(src.published, src.retrieved, '')
    FROM score s JOIN metric m ON m.benchmark = s.benchmark AND m.id = s.metric
    {SOURCE_OF_SCORE}
    WHERE s.benchmark = ? AND s.status = 'current' ORDER BY s.counted_split, s.metric, s.id
"""  # noqa: S608 - a constant


def write_standings(connection: sqlite3.Connection, primary: Mapping[str, tuple[str, str]]) -> None:
    """Fill `standing` and `coverage`; `primary` names each benchmark's primary split and metric."""
    for benchmark, home in primary.items():
        models: dict[tuple[str, str], set[str]] = {}
        counts: dict[tuple[str, str], tuple[int, int]] = {}
        rows = connection.execute(FIGURES, (benchmark,))
        for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
            placed = list(standings(_figure(row) for row in group))
            connection.executemany(
                "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [_row((benchmark, *key), standing) for standing in placed]
            )
            models[key] = {s.figure.model for s in placed}
            counts[key] = sum(s.rank_class == COMPARABLE for s in placed), sum(s.rank_class == UNRANKED for s in placed)
        at_home = models.get(home, set())
        connection.executemany(
            "INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?)",
            [(benchmark, *key, ranked, unranked, len(models[key] - at_home)) for key, (ranked, unranked) in counts.items()],
        )


def _row(key: tuple[str, str, str], standing: Standing) -> tuple[Any, ...]:
    figure = standing.figure
    return (*key, standing.rank_class, figure.merit, figure.model, figure.id, figure.reason, standing.rank, standing.of)


def _figure(row: tuple[Any, ...]) -> Figure:
    split, _, key, model, merit, protocol, shots, variant, thinking, evidence, dated = row
    return Figure(key, model, split, merit, protocol, shots, variant, bool(thinking), evidence, dated)
