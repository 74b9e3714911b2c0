"""Rankings by size class, by family, and their limits."""

from __future__ import annotations

from typing import Any

import pytest

from vlmctl.errors import UsageError
from vlmctl.query.rankings.ranking import taken
from vlmctl.query.rankings.sizes import View, arrange, borders_of, class_title

B = 10**9


def row(rank: int | None, id_: str, params: float | None, family: str = "f") -> dict[str, Any]:
    return {"rank": rank, "id": id_, "params": None if params is None else int(params * B), "family": family}


ROWS = [
    row(1, "a", 72, "x"), row(None, "u", 3, "x"), row(2, "b", 8, "y"), row(2, "c", 7.9, "y"), row(4, "d", None, "z"), row(5, "e", 1, "z"),
    row(6, "g", 0.9, "x"),
]  # fmt: skip


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in rows]


def test_borders() -> None:
    assert borders_of("1B, 450B,1T") == (B, 450 * B, 1000 * B)
    for text in ("", "1B,", "2B,1B", "1B,1B", "0,1B", "x", "-1B"):
        with pytest.raises(UsageError):
            borders_of(text)
    with pytest.raises(UsageError, match=r"^--borders 0,1B: the sizes must ascend, from above 0$"):
        borders_of("0,1B")
    with pytest.raises(UsageError, match=r"^--borders 1B, 4: 4 has no unit$") as caught:
        borders_of("1B, 4")
    assert (caught.value.hint or "").startswith("write 4B or 4M, ")
    assert borders_of("4B") == (4 * B,)
    assert borders_of("1000") == (1000,)
    with pytest.raises(UsageError, match=r"^--borders 999: 999 has no unit$"):
        borders_of("999")


def test_a_border_belongs_to_the_class_above() -> None:
    borders = (B, 8 * B)
    assert [class_title(borders, place) for place in range(3)] == ["under 1B", "1B to under 8B", "8B and over"]
    rows, notes = arrange(ROWS, View(borders=borders), None)
    assert [(each["size_class"], each["rank"], each["id"]) for each in rows] == [
        ("under 1B", 1, "g"),
        ("1B to under 8B", None, "u"),
        ("1B to under 8B", 1, "c"),
        ("1B to under 8B", 2, "e"),
        ("8B and over", 1, "a"),
        ("8B and over", 2, "b"),
    ]
    assert notes == ["1 model is left out for stating no parameter count"]


def test_limit_holds_for_each_class() -> None:
    rows, notes = arrange(ROWS, View(borders=(B, 8 * B)), 1)
    assert ids(rows) == ["g", "u", "c", "a"]
    assert notes[1] == "2 more are ranked below (--limit 0 shows all)"


def test_each_familys_best() -> None:
    rows, _ = arrange(ROWS, View(per_family=True), None)
    assert [(each["rank"], each["id"]) for each in rows] == [(1, "a"), (2, "c"), (3, "d")]


def test_an_unranked_row_stands_for_its_family_only_without_a_ranked_one() -> None:
    rows, _ = arrange([row(None, "u", 3, "x"), row(1, "a", 5, "x"), row(None, "v", 3, "w")], View(per_family=True), None)
    assert ids(rows) == ["a", "v"]


def test_front_keeps_ranks_and_ties() -> None:
    rows, _ = arrange([*ROWS, row(6, "h", 0.9)], View(front=True), None)
    assert [(each["rank"], each["id"]) for each in rows] == [(1, "a"), (2, "c"), (5, "e"), (6, "g"), (6, "h")]


def test_mark_says_of_each_row() -> None:
    rows, _ = arrange(ROWS, View(mark=True), None)
    assert [each["pareto"] for each in rows] == [True, None, False, True, None, True, True]


@pytest.mark.parametrize("limit", range(1, 9))
def test_taken_of_more_is_more(limit: int) -> None:
    less, more = taken(ROWS, limit), taken(ROWS, limit + 1)
    assert [each for each in more if each in less] == less
    assert sum(each["rank"] is not None for each in less) == min(limit, 6)
    assert taken(ROWS, None) == ROWS
    assert ids(taken([row(None, "u", 1), row(None, "v", 1), row(1, "a", 1), row(None, "w", 1), row(2, "b", 1)], 1)) == ["u", "a"]
    assert ids(taken([row(1, "a", 1), row(None, "u", 1), row(None, "v", 1)], 2)) == ["a", "u", "v"]
