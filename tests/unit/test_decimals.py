"""Percentages as people see them, and the rest as the catalog has it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from vlmctl.render import Format, RenderOptions, render
from vlmctl.render.decimals import with_even_decimals
from vlmctl.results import Cell, Column, Kind, Table


def column_of(values: list[Any], kind: Kind = "percent") -> list[Any]:
    """The values after evening, in a column of this kind."""
    table = Table([Column("id", "Id"), Column("b", "B", kind)], [{"id": str(number), "b": value} for number, value in enumerate(values)])
    return [row["b"] for row in with_even_decimals(table).rows]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([70, 72.8], ["70.0", 72.8]),
        ([70, 72.8, None], ["70.0", 72.8, None]),
        ([70.0, 72.8], [70.0, 72.8]),
        (["+2", "-0.5", "0", ""], ["+2.0", "-0.5", "0.0", ""]),
        ([70, 72], [70, 72]),
        ([70, 72.85], [70, 72.85]),
        ([70, 72.8, 72.85], [70, 72.8, 72.85]),
        ([72.8, 70.5], [72.8, 70.5]),
        ([], []),
    ],
)
def test_a_zero_only_where_the_others_have_one_decimal(values: list[Any], shown: list[Any]) -> None:
    assert column_of(values) == shown


def test_points_stay_as_they_are() -> None:
    assert column_of([1341, 1440.5], "number") == [1341, 1440.5]


def test_what_belongs_to_a_cell_stays_with_it() -> None:
    cell, other = column_of([Cell(70, mark="?", strong=True, link="https://example.org/"), Cell(72.8)])
    assert cell == Cell("70.0", mark="?", strong=True, link="https://example.org/")
    assert other == Cell(72.8)


def matrix() -> Table:
    """Two models side by side: a row in percent, one in points, one in percent without decimals."""
    rows: list[tuple[str, Any, Any, Kind]] = [("POPE", 84.7, 88, "percent"), ("MME", 1341, 1440.5, "number"), ("GQA", 61, 63, "percent")]
    columns = [Column("field", "", importance=0), Column("a", "A"), Column("b", "B")]
    return Table(columns, [{"field": name, "a": Cell(a, kind=kind), "b": Cell(b, kind=kind)} for name, a, b, kind in rows], blocks=True)


def rendered(form: Format) -> str:
    stream = io.StringIO(newline="")
    render(matrix(), stream, format=form, options=RenderOptions(width=80, color=False))
    return stream.getvalue()


def test_side_by_side_a_row_is_a_benchmark() -> None:
    assert rendered("table").splitlines()[1:] == ["POPE    84.7    88.0", "MME   1341    1440.5", "GQA     61      63"]
    assert rendered("markdown").splitlines()[2:] == ["| POPE | 84.7 | 88.0 |", "| MME | 1341 | 1440.5 |", "| GQA | 61 | 63 |"]


def test_machine_formats_have_the_value() -> None:
    assert json.loads(rendered("json"))[0]["b"] == 88
    assert rendered("tsv").splitlines()[1] == "POPE\t84.7\t88"
    assert rendered("csv").splitlines()[1] == "POPE,84.7,88"
