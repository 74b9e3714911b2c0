"""A ranking seen another way: by size class, each family's best, only the Pareto front.

All of them take the rows of a ranking in order, whatever they were ranked by, and read only `rank`, `params` and
`family`. Equal ranks are equal merits, so new ranks follow from old ones.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError
from vlmctl.quantities import format_count, parse_count
from vlmctl.query.rankings.ranking import competition_ranks, taken
from vlmctl.query.rankings.ranking_layout import more_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BORDERS", "PLAIN_VIEW", "View", "arrange", "borders_of", "class_title"]

BORDERS = "1B,2B,4B,8B,20B"
"""The borders of the size classes unless others are named. A border belongs to the class above it."""

SMALLEST = 1000
"""A border below it lacks its unit."""


class View(NamedTuple):
    """How a ranking is shown."""

    borders: tuple[int, ...] = ()
    """Rank each size class on its own; the borders in parameters, ascending."""
    per_family: bool = False
    """Only the best model of each family, ranked among those shown."""
    front: bool = False
    """Only models that no smaller one equals or beats; their ranks stay those of the whole ranking."""
    mark: bool = False
    """Say of each row whether it is on that front (the column `pareto`)."""

    @property
    def by_size(self) -> bool:
        """Whether numbers of parameters decide what is shown, or how."""
        return bool(self.borders) or self.front or self.mark


PLAIN_VIEW = View()


def borders_of(text: str) -> tuple[int, ...]:
    """Borders as typed, `1B,2B,4B`, as numbers of parameters. `UsageError` unless they ascend from above zero."""
    try:
        borders = tuple(parse_count(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"--borders {text}: {error}", hint=f"write sizes by commas, as in --borders {BORDERS}") from error
    if bare := next((part.strip() for part, border in zip(text.split(","), borders, strict=True) if 0 < border < SMALLEST), None):
        raise UsageError(f"--borders {text}: {bare} has no unit", hint=f"write {bare}B or {bare}M, as in --borders {BORDERS}")
    if borders[0] <= 0 or any(low >= high for low, high in pairwise(borders)):
        raise UsageError(f"--borders {text}: the sizes must ascend, from above 0", hint=f"as in --borders {BORDERS}")
    return borders


def class_title(borders: Sequence[int], place: int) -> str:
    """A size class in words: `under 1B`, `1B to under 2B`, `20B and over`. `place` counts from the smallest, from 0."""
    if place == 0:
        return f"under {format_count(borders[0])}"
    if place == len(borders):
        return f"{format_count(borders[-1])} and over"
    return f"{format_count(borders[place - 1])} to under {format_count(borders[place])}"


def arrange(
    rows: Sequence[dict[str, Any]], view: View, limit: int | None, *, all_count: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows as a view has them, and notes on what it left out; `limit` holds for each size class.

    With `all_count` it counts ranked and unranked rows together, as of several benchmarks, where the latter stand below.
    Rows get `size_class` and `pareto` where the view has them.
    """
    notes: list[str] = []
    kept = list(rows)
    if view.borders or view.front:
        unsized = len({row["id"] for row in kept if row["params"] is None})
        if unsized:
            notes.append(f"{unsized} {'model is' if unsized == 1 else 'models are'} left out for stating no parameter count")
        kept = [row for row in kept if row["params"] is not None]
    if view.front or view.mark:
        kept = _marked(kept, only=view.front)
    shown: list[dict[str, Any]] = []
    ranked = unranked = 0
    for group in _classes(kept, view.borders):
        best = _best_of_families(group) if view.per_family else group
        if view.borders or view.per_family:
            best = _ranked_again(best)
        ranked += sum(row["rank"] is not None for row in best)
        unranked += 0 if all_count else sum(row["rank"] is None for row in best)
        shown += best[:limit] if all_count else taken(best, limit)
    ranked -= sum(row["rank"] is not None for row in shown)
    unranked -= 0 if all_count else sum(row["rank"] is None for row in shown)
    return shown, [*notes, *more_notes(ranked, unranked)]


def _marked(rows: Sequence[dict[str, Any]], *, only: bool) -> list[dict[str, Any]]:
    """Rows with `pareto`: whether no ranked model is smaller and as good, or better and no larger. None where it can't be told."""
    from vlmctl.query.rankings.front import Span, on_front

    able = [row for row in rows if row["rank"] is not None and row["params"] is not None]
    marks = on_front([Span(row["params"], row["params"], -row["rank"]) for row in able])
    by_row = {id(row): mark for row, mark in zip(able, marks, strict=True)}
    return [{**row, "pareto": by_row.get(id(row))} for row in rows if not only or by_row.get(id(row))]


def _classes(rows: Sequence[dict[str, Any]], borders: Sequence[int]) -> list[list[dict[str, Any]]]:
    """The rows of each size class, smallest first; one group without borders."""
    if not borders:
        return [list(rows)]
    groups: list[list[dict[str, Any]]] = [[] for _ in range(len(borders) + 1)]
    for row in rows:
        place = bisect_right(borders, row["params"])
        groups[place].append({**row, "size_class": class_title(borders, place)})
    return groups


def _best_of_families(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each family's first ranked row, of equals the smallest model's; for families without one the first row."""
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = best.get(row["family"])
        if held is None or _before(row, held):
            best[row["family"]] = row
    chosen = {id(row) for row in best.values()}
    return [row for row in rows if id(row) in chosen]


def _before(row: dict[str, Any], held: dict[str, Any]) -> bool:
    if row["rank"] is None or held["rank"] is None:
        return row["rank"] is not None and held["rank"] is None
    return row["rank"] == held["rank"] and row["params"] is not None and (held["params"] is None or row["params"] < held["params"])


def _ranked_again(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ranks among these rows; what was equal stays equal, what was unranked stays so."""
    ranks = iter(competition_ranks(row["rank"] for row in rows if row["rank"] is not None))
    return [row if row["rank"] is None else {**row, "rank": next(ranks)} for row in rows]
