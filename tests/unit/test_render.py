"""What the renderers promise: formats agree, numbers stay whole, hostile text stays text, Rich stays out."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from golden.results_of_all_kinds import HOSTILE, all_results, card, chart, grouped_table, hard_table, matrix, ranked_table
from vlmctl.checks.files import HIDDEN
from vlmctl.render import Format, RenderOptions, render
from vlmctl.render.cells import human, machine, safe_link, value_of, visible
from vlmctl.render.jsonout import json_text
from vlmctl.render.terminal.wrap import shorten, wrap, wrap_address, wrap_clauses
from vlmctl.results import Card, Cell, Chart, Column, Fact, Facts, Prose, Result, Table

FORMATS: tuple[Format, ...] = ("table", "json", "jsonl", "csv", "tsv", "markdown")
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def rendered(result: Result, form: Format = "table", width: int = 100, **options: Any) -> str:
    stream = io.StringIO(newline="")
    render(result, stream, format=form, options=RenderOptions(**{"width": width, "color": False, **options}))
    return stream.getvalue()


def narrated(result: Result, form: Format = "table", width: int = 100) -> list[str]:
    return render(result, io.StringIO(), format=form, options=RenderOptions(width=width, color=False))


def unescaped(text: str) -> str:
    """A TSV field as the text it stands for."""
    named = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}

    def character(match: re.Match[str]) -> str:
        return named[match[1]] if match[1] in named else chr(int(match[1][1:], 16))

    return re.sub(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)", character, text)


def markdown_cells(line: str) -> list[str]:
    """The cells of a Markdown row as the text they stand for."""
    return [re.sub(r"\\([^\w\s]|_)", r"\1", part.replace("<br>", "\n")) for part in _split_row(line)]


def _split_row(line: str) -> list[str]:
    cells, cell, escaped = [], "", False
    for character in line.rstrip("\n"):
        if character == "|" and not escaped:
            cells.append(cell)
            cell = ""
        else:
            cell += character
        escaped = character == "\\" and not escaped
    return [part[1:-1] for part in cells[1:]]


# -- formats agree -----------------------------------------------------------------------------------------------------


def raw_rows(table: Table) -> list[dict[str, Any]]:
    return [{c.key: value_of(row.get(c.key)) for c in table.columns if not c.human} for row in table.rows]


def test_json_holds_the_values() -> None:
    assert json.loads(rendered(hard_table(), "json", chosen=True)) == raw_rows(hard_table())


def test_json_lines_are_the_rows() -> None:
    lines = rendered(hard_table(), "jsonl", chosen=True).splitlines()
    assert [json.loads(line) for line in lines] == raw_rows(hard_table())


def test_json_rows_are_whole_unless_columns_are_chosen() -> None:
    whole = json.loads(rendered(hard_table(), "json"))
    assert whole[0]["extra"] == {"only": ["in", "JSON", 0]}
    assert "hint" not in whole[0]


def test_json_data_goes_before_rows_unless_columns_are_chosen() -> None:
    table = hard_table()._replace(data={"anything": [1]})
    assert json.loads(rendered(table, "json")) == {"anything": [1]}
    assert json.loads(rendered(table, "jsonl")) == {"anything": [1]}
    assert json.loads(rendered(table, "json", chosen=True)) == raw_rows(table)


def test_delimited_formats_agree_with_json() -> None:
    rows = raw_rows(hard_table())
    expected = [list(rows[0]), *([machine(value) for value in row.values()] for row in rows)]
    assert list(csv.reader(io.StringIO(rendered(hard_table(), "csv"), newline=""))) == expected
    lines = rendered(hard_table(), "tsv").split("\n")
    assert lines.pop() == ""
    assert [[unescaped(field) for field in line.split("\t")] for line in lines] == expected


def test_csv_quotes_either_sign_of_a_line_end_on_every_python() -> None:
    """Before Python 3.13 `csv` leaves a lone carriage return bare, and then no reader takes the record for one."""
    fields = ["a\rb", "c\nd", "e\r\nf", "g"]
    table = Table([Column(name, name) for name in "wxyz"], [dict(zip("wxyz", fields, strict=True))])
    text = rendered(table, "csv")
    assert text == 'w,x,y,z\n"a\rb","c\nd","e\r\nf",g\n'
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == fields


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_delimited_numbers_read_back(form: Format) -> None:
    lines = rendered(ranked_table(), form).splitlines()
    reader = csv.DictReader(lines, delimiter="," if form == "csv" else "\t")
    assert [float(row["value"]) for row in reader] == [row["value"].value for row in ranked_table().rows]


def test_markdown_agrees_with_the_values() -> None:
    table = hard_table()
    lines = rendered(table, "markdown").splitlines(keepends=True)
    body = [markdown_cells(line) for line in lines if line.startswith("| ")][2:]
    shown = [column for column in table.columns if not column.machine]
    for row, cells in zip(table.rows, body, strict=True):
        for column, cell in zip(shown, cells, strict=True):
            entry = row.get(column.key)
            expected = human(entry, column.kind, "" if column.human else "–")
            mark = f" {entry.mark}" if isinstance(entry, Cell) and entry.mark else ""
            assert cell == "\n".join(map(visible, expected.split("\n"))) + mark


def test_terminal_agrees_with_the_values() -> None:
    table = hard_table()
    body = rendered(table, width=1000).split("\n\n")[1].splitlines()[1:]
    shown = [column for column in table.columns if not column.machine]
    for row, line in zip(table.rows, body, strict=True):
        for column in shown:
            if isinstance(column.key, str) and not column.human:
                assert visible(human(row.get(column.key), column.kind)).strip() in line


@pytest.mark.parametrize("value", [70, 70.0, 0, 0.0, -3.5, 1e-7, 1e300, 10**30, True, False, 1_700_000_000])
def test_a_number_means_the_same_everywhere(value: float) -> None:
    table = Table([Column("x", "X", "number", importance=0)], [{"x": value}])
    shown = json.loads(rendered(table, "json"))[0]["x"]
    assert shown == value
    assert type(shown) is type(value)
    assert json.loads(rendered(table, "tsv").splitlines()[1]) == value
    if not isinstance(value, bool):
        assert json.loads(rendered(table).split()[1]) == value
        assert json.loads(rendered(table, "markdown").splitlines()[2].strip("| ")) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_absent(value: float) -> None:
    table = Table([Column("x", "X", "number"), Column("y", "Y")], [{"x": Cell(value), "y": {"deep": [value]}}])
    assert json.loads(rendered(table, "json")) == [{"x": None, "y": {"deep": [None]}}]
    assert rendered(table, "tsv") == 'x\ty\n\t{"deep":[null]}\n'
    assert rendered(table).split()[2] == "–"


def test_a_card_is_a_table_with_unique_keys() -> None:
    lines = [line.split("\t") for line in rendered(card(), "tsv").splitlines()]
    assert lines[0] == ["section", "row", "field", "value"]
    keys = [tuple(line[:3]) for line in lines]
    assert len(set(keys)) == len(keys)
    values = dict(zip(keys, (line[3] for line in lines), strict=True))
    assert values["", "", "params"] == "1700000000"
    assert values["Scores", "2", "value"] == "1302.8"
    assert unescaped(values["Contributions", "3", "contribution"]) == HOSTILE


def test_a_chart_prints_its_points() -> None:
    rows = json.loads(rendered(chart(), "json"))
    assert [row["pareto"] for row in rows] == [True, False, True]
    assert rendered(chart(), "tsv").splitlines()[1].split("\t")[:4] == ["a-1b", "A 1B", "1000000000", "50.5"]


# -- options -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_quiet_prints_ids(form: Format) -> None:
    assert rendered(hard_table(), form, quiet=True).splitlines() == [f"model-{n}" for n in range(14)]
    assert rendered(card(), form, quiet=True) == "mobilevlm-v2-1.7b\n"
    assert rendered(chart(), form, quiet=True).split() == ["a-1b", "b-3b", "c-8b"]


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "markdown"])
def test_no_header(form: Format) -> None:
    text = rendered(ranked_table(), form, header=False)
    assert "Params" not in text
    assert "params" not in text
    assert "CogAgent-VQA" in text


def test_machine_columns_are_for_machines_unless_chosen() -> None:
    table = ranked_table()
    assert "minicpm-llama3-v-2.5" not in rendered(table, width=200)
    assert "minicpm-llama3-v-2.5" not in rendered(table, "markdown")
    assert "minicpm-llama3-v-2.5" in rendered(table, width=200, chosen=True)
    assert "minicpm-llama3-v-2.5" in rendered(table, "markdown", chosen=True)


def test_human_columns_are_for_people() -> None:
    assert "task-finetuned" in rendered(ranked_table())
    for form in ("csv", "tsv", "json"):
        assert "task-finetuned" not in rendered(ranked_table(), form)


def test_an_empty_table_says_so_in_the_narration() -> None:
    table = hard_table()._replace(rows=[], empty="no model matches", notes=["hint"])
    assert narrated(table) == ["no model matches", "hint"]
    assert rendered(table) == ""
    assert rendered(table, "json") == "[]\n"
    assert rendered(table, "jsonl") == ""
    assert rendered(table, "csv").count("\n") == 1


def test_what_does_not_fit_is_narrated() -> None:
    lines = narrated(grouped_table(), width=80)
    assert lines[0] == "left out to fit 80 columns: encoder, connector, released (--columns takes these names; --format tsv has all)"
    assert narrated(grouped_table(), width=200) == []


def test_on_a_card_the_advice_is_one_that_can_be_followed() -> None:
    table = Table(
        [Column("id", "Id", importance=0), Column("url", "Address", "link")], [{"id": "a", "url": "https://example.org/" + "a" * 70}]
    )
    lines = narrated(Card("A", [table], {}), width=80)
    assert lines == ["left out to fit 80 columns: url (a wider terminal has room; --format tsv has all)"]


def test_a_column_made_for_people_is_told_by_its_title() -> None:
    columns = [Column("id", "Id", importance=0), Column("rival", "Beaten by", human=True, importance=5)]
    table = Table(columns, [{"id": "a" * 30, "rival": "b" * 30}])
    assert narrated(table, width=40) == ["left out to fit 40 columns: Beaten by (a wider terminal has room)"]
    known = Table([*columns, Column("model", "Model", human=True, named=True)], [{**table.rows[0], "model": "c" * 30}])
    assert narrated(known, width=40) == ["left out to fit 40 columns: model, Beaten by (--columns takes these names)"]


FAMILY = "A family whose name goes on and on, in all of 55 letters"


def named_table(*, chosen: str = "apache") -> Table:
    """Rows with one long name, a column without any value, and one that matters."""
    columns = [
        Column("id", "Id", importance=0),
        Column("name", "Family", importance=1, shrinks=True),
        Column("models", "Models", "number", importance=2),
        Column("mode", "Mode", importance=30),
        Column("released", "Released", "date", importance=5),
        Column("license", "License", importance=25, shrinks=True),
    ]
    rows = [
        {"id": "one", "name": "One", "models": 3, "mode": None, "released": "2024-05-10", "license": chosen},
        {"id": "long", "name": FAMILY, "models": 12, "mode": None, "released": "2024-05-11", "license": chosen},
    ]
    return Table(columns, rows)


def test_a_long_name_is_shortened_before_a_column_goes() -> None:
    lines = rendered(named_table(), width=60).splitlines()
    assert lines[0].split() == ["Id", "Family", "Models", "Released", "License"]
    assert lines[2].startswith("long  A family whose na")
    assert "…" in lines[2]
    assert "2024-05-11" in lines[2]
    assert max(map(len, lines)) <= 60
    assert FAMILY in rendered(named_table(), "tsv", width=60)
    assert FAMILY in rendered(named_table(), width=120)


def test_what_is_told_beside_is_shortened_before_a_name() -> None:
    table = named_table(chosen="a license with a very long name of its own, and more words than anybody would read in a table")
    table.rows[1]["name"] = "A name of 28 letters and one"  # type: ignore[index]
    assert "A name of 28 letters and one  " in rendered(table, width=80)


def test_a_column_without_any_value_goes_first_and_silently() -> None:
    assert " Mode " not in rendered(named_table(), width=80)
    assert narrated(named_table(), width=80) == []
    assert " Mode " in rendered(named_table(), width=120)
    assert " Mode " not in rendered(Card("A", [named_table()], {}), width=120)
    assert "mode" in rendered(named_table(), "tsv", width=80)
    asked = [column._replace(importance=5) if column.key == "mode" else column for column in named_table().columns]
    assert " Mode " in rendered(named_table()._replace(columns=asked), width=80), "that none has what was asked for matters"


def test_what_is_copied_is_left_out_rather_than_shortened() -> None:
    table = named_table()
    address = "https://example.org/a/long/address"
    linked = Table([*table.columns, Column("url", "Address", "link", importance=30)], [{**row, "url": address} for row in table.rows])
    assert address in rendered(linked, width=110)
    assert "https" not in rendered(linked, width=80)


# -- layout ------------------------------------------------------------------------------------------------------------

_RUN = re.compile(r"\d+(?:[.,]\d+)*")


def runs(text: str) -> set[str]:
    """The numbers in a text, each as far as it goes."""
    return set(_RUN.findall(text))


parts = st.text(st.sampled_from("abXY.,中0123456789"), max_size=7)
words = st.lists(st.tuples(parts, st.sampled_from([" ", "-", "/", "@"])), max_size=6).map(lambda ps: "".join(a + b for a, b in ps))
figures = st.one_of(st.none(), st.integers(-(10**6), 10**6), st.decimals(-2000, 2000, places=3, allow_nan=False).map(float))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = [
        Column("name", "Model", importance=0),
        Column("params", "Params", "count", importance=draw(st.integers(0, 9))),
        Column("value", "A benchmark's score", "number", importance=0),
        Column("text", "Language model", importance=draw(st.integers(1, 9)), shrinks=draw(st.booleans())),
        Column("more", "Vision encoder", importance=5, shrinks=True),
    ]
    row = st.fixed_dictionaries(
        {
            "name": words,
            "params": st.none() | st.integers(0, 10**6).map(lambda n: n * 10**6),
            "value": figures,
            "text": words,
            "more": words,
        }
    )
    return Table(columns, draw(st.lists(row, min_size=1, max_size=6)), blocks=draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(40, 200))
def test_no_number_is_cut_and_no_line_too_long(table: Table, width: int) -> None:
    text = rendered(table, width=width)
    told = {run for row in table.rows for column in table.columns for run in runs(human(row[column.key], column.kind))}
    assert runs(text) <= told
    values = {human(row["value"], "number") for row in table.rows}
    for value in values:
        assert re.search(rf"(?<![\d.]){re.escape(value)}(?![\d.])", text)
    assert all(cell_len(line) <= width for line in text.splitlines())


@settings(max_examples=100, deadline=None)
@given(tables())
def test_wide_screens_show_all(table: Table) -> None:
    text = rendered(table, width=400)
    assert "…" not in text
    assert narrated(table, width=400) == []
    for row in table.rows:
        assert str(row["name"]).strip() in text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Mn", "Me", "Mc"]), max_size=60), st.integers(8, 60))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)
    assert cell_len(shorten(text, width)) <= width


def test_what_was_found_stays_at_the_right_of_what_was_asked() -> None:
    table = grouped_table()._replace(
        heading="TextVQA · val · a measure with a name too long for a line of its own\t45 of 94 models have it"
    )
    first, second, *_ = rendered(table, width=80).splitlines()
    assert first.startswith("TextVQA · val  ")
    assert first.endswith("  45 of 94 models have it")
    assert len(first) == 80
    assert second.startswith("a measure with a name")
    below = rendered(table, width=40).splitlines()
    assert "45 of 94 models have it" in below[1:4], "where there is no room beside"


ADDRESS = "https://example.org/a/blob/35ba6e18636510de4bf8d4a7caaca3f4f5163a84/content/index.md"


def test_addresses_are_broken_at_slashes() -> None:
    lines = wrap_address(ADDRESS, 50)
    assert "".join(lines) == ADDRESS
    assert max(map(len, lines)) <= 50
    assert all(line.endswith("/") for line in lines[:-1])
    assert wrap_address(ADDRESS, 100) == [ADDRESS]
    narrow = wrap_address(ADDRESS, 30)
    assert "".join(narrow) == ADDRESS
    assert max(map(len, narrow)) <= 30


def test_an_address_in_a_sentence_is_broken_at_slashes() -> None:
    lines = wrap(f"See ({ADDRESS}).", 44)
    assert lines == ["See (https://example.org/a/blob/", "35ba6e18636510de4bf8d4a7caaca3f4f5163a84/", "content/index.md)."]


def test_clauses_stay_together() -> None:
    assert wrap_clauses("one two · three four · five six", 22) == ["one two · three four", "five six"]
    assert wrap_clauses("one two three four five · six", 12) == ["one two", "three four", "five · six"]
    assert wrap_clauses("one · two", 40) == ["one · two"]


def test_what_a_label_says_goes_on_under_itself() -> None:
    facts = Facts(
        [Fact("blog", "Blog", "https://example.org/"), Fact("code", "Code", ADDRESS, "link"), Fact("x", "Title " * 8, "wordy " * 14)]
    )
    lines = rendered(Card("", [facts], {}), width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert all(line.startswith("  ") for line in lines)
    assert lines[1:3] == ["  Code", "    https://example.org/a/blob/"]
    assert lines[5].split() == ["Title"] * 8
    assert [line.index("wordy") for line in lines[6:]] == [lines[0].index("https")] * len(lines[6:])
    wide = rendered(Card("", [facts], {}), width=160).splitlines()
    assert wide[1].split() == ["Code", ADDRESS], "where there is room an address stays in one piece, to be opened or copied"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Llama-3.1-70B-Instruct", 12, "Llama-3.1…"),
        ("Llama-3.1-70B-Instruct", 9, "Llama…"),
        ("Llama-3.1-70B-Instruct", 14, "Llama-3.1-70B…"),
        ("Vicuna 7B v1.5", 10, "Vicuna 7B…"),
        ("中文模型视觉", 8, "中文模…"),
        ("12345678901234", 8, "…"),
    ],
)
def test_shortening_spares_numbers(text: str, width: int, shown: str) -> None:
    assert shorten(text, width) == shown


def test_numbers_line_up_at_the_decimal_point() -> None:
    values = [70, 70.0, 54.25, 1440.5, -3, None, 0]
    rows = [{"n": "x", "v": Cell(value, "?" if value == 70 else "")} for value in values]
    lines = rendered(Table([Column("n", "N"), Column("v", "V", "number")], rows)).splitlines()[1:]
    points = {line.index(".") for line in lines if "." in line}
    assert len(points) == 1
    units = points.pop() - 1
    assert [line[units] for line in lines] == ["0", "0", "4", "0", "3", "–", "0"]
    assert len({line.index("?") for line in lines if "?" in line}) == 1


def test_wide_characters_line_up() -> None:
    rows = [{"n": "中文", "v": 5}, {"n": "ab", "v": 5}]
    lines = rendered(Table([Column("n", "N"), Column("v", "V", "number")], rows)).splitlines()
    assert {cell_len(line) for line in lines} == {7}


def test_columns_go_by_importance() -> None:
    gone = [narrated(grouped_table(), width=width) for width in (100, 80, 60, 40)]
    lost = [lines[0].partition(": ")[2].partition(" (")[0].split(", ") if lines else [] for lines in gone]
    assert [len(titles) for titles in lost] == sorted({len(titles) for titles in lost})
    assert all(set(before) <= set(after) for before, after in itertools.pairwise(lost))
    assert "TextVQA" in rendered(grouped_table(), width=40)


def test_a_wide_matrix_is_turned() -> None:
    names = [column.key for column in matrix().columns[2:]]
    for width in (200, 120, 80, 60, 44):
        text = rendered(matrix(), width=width)
        turned = width < 120
        assert text.count("LLaVA-OneVision-72B") == (text.count("InternVL-Chat-V1.5")) if turned else 1
        assert text.count("MME") == 1
        squashed = re.sub(r"\s", "", text)
        for name in names:
            assert all(part in squashed for part in re.split(r"[ -]", name))
        assert max(map(cell_len, text.splitlines())) <= width
        assert narrated(matrix(), width=width) == []
    assert "◂ best" in rendered(matrix(), width=80)


def alike(models: int, *, marked: bool = False) -> Table:
    columns = [Column("part", "", machine=True, importance=1), Column("field", "", importance=0), Column("split", "", importance=0)]
    columns += [Column(f"m{n}", f"A model of some name {n}", importance=50) for n in range(models)]
    rows: list[Mapping[str, Any]] = [
        {"part": "facts", "field": "Connector", "split": "", **{f"m{n}": "mlp" for n in range(models)}},
        {"part": "facts", "field": "MoE", "split": "", **{f"m{n}": Cell(n == 1, kind="flag") for n in range(models)}},
        {"part": "scores", "field": "POPE", "split": "all", **{f"m{n}": Cell(7, "=" * marked, kind="number") for n in range(models)}},
        {"part": "scores", "field": "GQA", "split": "", **{f"m{n}": Cell(None, kind="number") for n in range(models)}},
    ]
    return Table(columns, rows, heading="asked", group="part", blocks=True, legend=[("=", "equal")])


def test_what_a_turned_matrix_has_in_common_is_said_once() -> None:
    lines = rendered(alike(6), width=60).splitlines()
    assert lines[:3] == ["asked", "", "The same for all: Connector: mlp"]
    assert "The same for all: POPE all: 7" in lines
    assert lines.count("A model of some name 1  yes") == 1
    assert lines.count("A model of some name 1    –") == 1
    assert "equal" not in "".join(lines)
    marked = rendered(alike(6, marked=True), width=60).splitlines()
    assert "A model of some name 0     7 =    –" in marked, "a mark says something"
    assert marked[-1] == "= equal"


def test_few_side_by_side_are_not_turned() -> None:
    assert rendered(alike(3), width=40).count("Connector") == 3
    assert rendered(alike(4), width=200).count("A model of some name 1") == 1
    assert rendered(alike(4), width=200).splitlines()[3].split() == ["Connector", *["mlp"] * 4]


def test_groups_are_set_apart() -> None:
    text = rendered(grouped_table(), width=120)
    assert "\n\n3B to 8B\n" in text
    assert "Size" not in text
    assert "Size" in rendered(grouped_table(), width=120, chosen=True)


def test_a_legend_explains_only_what_occurs() -> None:
    assert "occurs nowhere" not in rendered(hard_table())
    assert "occurs nowhere" not in rendered(hard_table(), "markdown")
    assert "≠ another split" in rendered(matrix(6))
    assert "≠ another split" not in rendered(matrix(2))


# -- safety ------------------------------------------------------------------------------------------------------------


def hostile_results() -> list[Result]:
    """Hostile text in every place that takes text."""
    columns = [Column("id", HOSTILE), Column("value", HOSTILE, "number"), Column("list", "List", "list"), Column("map", "Map")]
    row = {
        "id": Cell(HOSTILE, HOSTILE, link=f"https://example.org/{HOSTILE}"),
        "value": HOSTILE,
        "list": [HOSTILE],
        "map": {HOSTILE: HOSTILE},
        "group": HOSTILE,
    }
    table = Table(columns, [row], HOSTILE, [(HOSTILE, HOSTILE)], [HOSTILE], group="group")
    facts = Facts([Fact(HOSTILE, HOSTILE, Cell(HOSTILE, HOSTILE, link=HOSTILE), "link")], HOSTILE)
    prose = [Prose([HOSTILE], HOSTILE, HOSTILE, bullets=bullets) for bullets in (True, False)]
    whole = Card(HOSTILE, [facts, *prose, table], {HOSTILE: HOSTILE}, [HOSTILE], [HOSTILE], [(HOSTILE, HOSTILE)])
    points = chart()._replace(heading=HOSTILE, x_title=HOSTILE, notes=[HOSTILE])
    return [table, table._replace(blocks=True), table._replace(rows=[], empty=HOSTILE), whole, points]


def dangerous(text: str) -> set[str]:
    return {c for c in text if (unicodedata.category(c) == "Cc" and c != "\n") or c in BIDI}


class Screen(io.StringIO):
    """A terminal as the renderers see one."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", range(5))
def test_no_hostile_text_reaches_a_terminal(number: int, form: Format, quiet: bool) -> None:
    result = hostile_results()[number]
    screen = Screen()
    narration = render(result, screen, format=form, options=RenderOptions(width=90, color=False, links=True, quiet=quiet))
    text = screen.getvalue()
    assert dangerous(text) <= ({"\t"} if form == "tsv" else set())
    assert not any(dangerous(line) or "\n" in line for line in narration)


@pytest.mark.parametrize("number", range(5))
def test_with_color_only_styles_are_escapes(number: int) -> None:
    text = rendered(hostile_results()[number], color=True, links=True)
    assert not dangerous(re.sub(r"\x1b\[[\d;]*m", "", text))


def test_markup_is_text() -> None:
    text = rendered(hard_table(), width=300, color=True)
    assert "[bold]x[/bold] [link=https://evil.example]y[/link]" in text
    assert ":smile: :warning:" in text
    assert "\x1b]8" not in text


def test_links_are_plain_http() -> None:
    text = rendered(grouped_table(), color=True, links=True)
    assert text.count(";https://example.org/") == len(grouped_table().rows)
    assert "\x1b]8" not in rendered(grouped_table(), color=True)
    assert "\x1b" not in rendered(grouped_table(), links=True)
    for address in ("javascript:alert(1)", "file:///etc/passwd", "https://a b", "https://a\x1b\\", "https://a\n", "", None, 5):
        assert safe_link(address) is None
    assert safe_link("https://arxiv.org/abs/2402.03766") == "https://arxiv.org/abs/2402.03766"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
def test_no_encoding_crashes(form: Format, encoding: str) -> None:
    table = Table([Column("id", "Id", importance=0)], [{"id": "half \ud83d 中文 👩 é\x9b"}])
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    render(table, stream, format=form, options=RenderOptions(width=80, color=False))
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert "half" in text
    if form in ("json", "jsonl"):
        found = json.loads(text)
        assert (found[0] if form == "json" else found)["id"] == table.rows[0]["id"]


# -- imports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "rich"), [("json", False), ("jsonl", False), ("tsv", False), ("csv", False), ("markdown", False), ("table", True)]
)
def test_only_the_terminal_imports_rich(form: str, rich: bool) -> None:
    program = f"""
import io, sys
from vlmctl.render import RenderOptions, render
from vlmctl.results import Column, Table
table = Table([Column("id", "Id")], [{{"id": "x"}}])
render(table, io.StringIO(), format={form!r}, options=RenderOptions(width=80, color=False))
print("rich" in sys.modules, "rich.console" in sys.modules)
"""
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": source}, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(rich), "False"]


def test_every_kind_of_result_has_every_format() -> None:
    for result in all_results().values():
        assert isinstance(result, Table | Card | Chart)
        for form in FORMATS:
            assert rendered(result, form).endswith("\n")


def test_what_is_printable_hides_nothing() -> None:
    """`visible` and the JSON writer look no further where all characters are printable."""
    from vlmctl.render import cells

    printable = "".join(chr(code) for code in range(sys.maxunicode + 1) if chr(code).isprintable())
    assert not re.search(cells._HIDDEN, printable)
    assert not re.search(f"[{cells.INVISIBLE}]", printable)


def test_what_hides_on_a_screen_is_escaped_in_json_and_found_by_validate() -> None:
    hidden = [chr(code) for code in range(0x110000) if code >= 0x20 and visible(chr(code)) != chr(code)]
    assert {"\u2028", "\U000e0041", "\x9b", "\ud800"} <= set(hidden)
    text = "".join(json_text(Table([Column("a", "A")], [{"a": character} for character in hidden]), chosen=False, ascii_only=False))
    assert text.isascii()
    assert [row["a"] for row in json.loads(text)] == hidden
    assert not [c for c in hidden if not "\ud800" <= c <= "\udfff" and not HIDDEN.search(c)], "YAML has no half characters"
