"""Marks beside benchmarks' figures: what a screen shows, machines are told too."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from unit.tiny_store import build
from vlmctl.query.comparisons.comparison import compare
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.listing import list_models
from vlmctl.query.parts import benchmark_part
from vlmctl.query.rankings.pareto import pareto
from vlmctl.query.rankings.ranking import top
from vlmctl.render import RenderOptions, render
from vlmctl.results import Cell, Table
from vlmctl.store.catalog import Catalog


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    """TextVQA: the split of ada-1b's figure isn't stated, bob-2b reasoned at length for its own, dan-7b both."""
    store = build()
    for model, split, mode in (("ada-1b", None, None), ("bob-2b", "val", "thinking"), ("dan-7b", None, "thinking")):
        store.connection.execute(
            "UPDATE score SET split = ?, mode = ? WHERE model = ? AND benchmark = 'textvqa' AND counted_split = 'val'", (split, mode, model)
        )
    yield store
    store.close()


def printed(table: Table, form: Any, *, chosen: bool, quiet: bool = False) -> tuple[str, list[str]]:
    stream = io.StringIO()
    notes = render(table, stream, format=form, options=RenderOptions(width=100, color=False, chosen=chosen, quiet=quiet))
    return stream.getvalue(), notes


MARKS = {"ada-1b": "?", "bob-2b": "*", "dan-7b": "*?"}


def marks(table: Table, key: str) -> dict[str, str]:
    return {row["id"]: row[key].mark for row in table.rows if isinstance(row[key], Cell)}


def test_the_list_marks_figures_and_says_so_to_machines(catalog: Catalog) -> None:
    table = list_models(catalog, Filter(), columns=["id", "TextVQA", "MME"])
    assert marks(table, "TextVQA") == MARKS
    assert marks(table, "MME") == {}, "without splits nothing is assumed"
    text, _ = printed(table, "table", chosen=True)
    assert "50   ?" in text
    assert "? the source names no split" in text
    assert "* the model reasoned at length" in text
    rows = {row["id"]: row for row in json.loads(printed(table, "json", chosen=True)[0])}
    assert rows["dan-7b"] == {"id": "dan-7b", "TextVQA": 70, "MME": None, "assumed": ["TextVQA"], "modes": {"TextVQA": "thinking"}}
    assert rows["fay"] == {"id": "fay", "TextVQA": 0, "MME": 1500, "assumed": [], "modes": {}}
    lines = printed(table, "jsonl", chosen=True)[0].splitlines()
    assert [json.loads(line) for line in lines] == list(rows.values())


def test_delimited_formats_have_columns_for_it(catalog: Catalog) -> None:
    table = list_models(catalog, compile_filter(catalog, ["TextVQA>0"]))
    header, *lines = printed(table, "tsv", chosen=False)[0].splitlines()
    assert header.split("\t")[-3:] == ["TextVQA", "assumed", "modes"]
    assert [line.split("\t")[-3:] for line in lines] == [
        ["50", "TextVQA", ""], ["55.1", "", '{"TextVQA":"thinking"}'], ["70", "TextVQA", '{"TextVQA":"thinking"}']
    ]  # fmt: skip
    chosen = list_models(catalog, Filter(), columns=["assumed", "id", "TextVQA"], limit=1)
    assert printed(chosen, "tsv", chosen=True)[0] == "assumed\tid\tTextVQA\nTextVQA\tada-1b\t50\n"


def test_without_a_benchmark_there_is_nothing_to_say(catalog: Catalog) -> None:
    table = list_models(catalog, Filter(), columns=["id", "params"])
    assert (table.beside, table.legend) == ((), ())
    assert "assumed" not in table.rows[0]


def test_the_pareto_column_of_the_list_reads_marked_figures(catalog: Catalog) -> None:
    table = list_models(catalog, Filter(), columns=["id", "pareto:TextVQA", "TextVQA", "assumed"])
    assert marks(table, "TextVQA") == MARKS
    assert {row["id"]: row["pareto:TextVQA"] for row in table.rows if "pareto:TextVQA" in row} == {
        "ada-1b": True, "bob-2b": True, "dan-7b": True, "fay": True,
    }  # fmt: skip
    assert [column.key for column in table.columns] == ["id", "pareto:TextVQA", "TextVQA", "assumed"]


def test_a_ranking_of_chosen_columns_tells_what_it_left_out(catalog: Catalog) -> None:
    part = benchmark_part(catalog, "TextVQA")
    table = top(catalog, [part], Filter(), columns=["id", "value"])
    assert marks(table, "value") == {"cy-4b": "≠", "dan-7b": "?", "bob-2b": "", "ada-1b": "?", "fay": ""}
    assert any(note.startswith("1 figure isn't ranked") for note in table.notes)
    rows = json.loads(printed(table, "json", chosen=True)[0])
    assert set(rows[0]) == {"id", "value", "comparable", "reason", "split_assumed", "mode"}
    assert [row["comparable"] for row in rows] == [False, True, True, True, True]
    assert not any(sign == "–" for sign, _ in table.legend)
    told = top(catalog, [part], Filter(), columns=["rank", "id", "value", "TextVQA"])
    assert marks(told, "value")["cy-4b"] == ""
    assert not any("ranked for want" in note for note in told.notes)
    assert marks(told, "TextVQA") == MARKS
    assert {"assumed", "modes"} <= set(told.beside)
    plain = top(catalog, [part], Filter(), columns=["id", "params"])
    assert plain.beside == ()
    whole = top(catalog, [part], Filter())
    assert {"split_assumed", "mode"} <= {column.key for column in whole.columns if column.machine}


def test_pareto_tells_machines_what_is_assumed(catalog: Catalog) -> None:
    table = pareto(catalog, "params", "TextVQA", Filter())
    assert {row["id"]: (row["split_assumed"], row["mode"]) for row in table.data} == {
        "fay": (False, None), "ada-1b": (True, None), "bob-2b": (False, "thinking"), "dan-7b": (True, "thinking"),
    }  # fmt: skip
    assert {row["id"]: row["value"].mark for row in table.rows} == {"fay": "", "ada-1b": "?", "bob-2b": "*", "dan-7b": "*?"}


def test_compare_marks_what_took_thinking(catalog: Catalog) -> None:
    table = compare(catalog, ["ada-1b", "bob-2b", "dan-7b"])
    row = next(row for row in table.rows if row["field"] == "TextVQA")
    assert {key: row[key].mark for key in ("ada-1b", "bob-2b", "dan-7b")} == {"ada-1b": "?", "bob-2b": "*", "dan-7b": "◂*?"}
    assert (row["thinking"], row["split_assumed"]) == (["bob-2b", "dan-7b"], ["ada-1b", "dan-7b"])
    text, _ = printed(table, "table", chosen=False)
    assert "* the model reasoned at length for it (thinking)" in text
    assert printed(table, "tsv", chosen=False)[0].splitlines()[0].split("\t")[-1] == "thinking"
