"""`search`, `facets` and `plot` on the shipped catalog."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from startup.test_what_is_loaded import HEAVY, loaded


def test_search_finds_chinese_words_of_any_length(vlmctl: Any) -> None:
    for text in ("高分辨率", "分辨率", "高分", "文档"):
        rows = vlmctl("search", text, "--json").json
        assert rows
        assert any(row["kind"] == "family" for row in rows)
        assert all(text in row["text"] for row in rows)


def test_search_is_whole_in_json(vlmctl: Any) -> None:
    ran = vlmctl("search", "mobilevlm", "--json", "--limit", "0")
    assert set(ran.json[0]) == {"kind", "id", "name", "place", "text", "score"}
    assert [row["kind"] for row in ran.json[:2]] == ["family", "family"]
    assert {"mobilevlm", "mobilevlm-v2"} == {row["id"] for row in ran.json[:2]}


def test_every_passage_is_found_by_its_own_words(vlmctl: Any, shipped: Any) -> None:
    rows = list(shipped.rows("SELECT kind, id, text FROM passage ORDER BY rowid"))[::97]
    for row in rows:
        words = [word for word in row["text"].replace('"', " ").split() if word != "·"][:4]
        found = vlmctl("search", *words, "--json", "--limit", "0").json
        assert (row["kind"], row["id"]) in {(each["kind"], each["id"]) for each in found}, words


def test_search_options(vlmctl: Any) -> None:
    assert {row["kind"] for row in vlmctl("search", "ocr", "--kind", "benchmark", "--json").json} == {"benchmark"}
    ids = vlmctl("search", "mobilevlm", "--params", "..2B", "-q").out.split()
    assert "mobilevlm-v2-1.7b" in ids
    assert "mobilevlm-v2-7b" not in ids
    ran = vlmctl("search", "zzzz-nothing")
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    assert "nothing in the catalog" in ran.err
    assert vlmctl("search", " ").code == 2
    assert vlmctl("search", "\udcff\udcfe").code == 0


FIELDS = {
    "license": "license",
    "llm": "language_model",
    "encoder": "vision_encoders",
    "org": "organizations",
    "series": "series",
    "list": "lists",
}


@pytest.mark.parametrize("name", sorted(FIELDS))
@pytest.mark.parametrize("terms", [[], ["params<4B"]])
def test_facets_count_what_list_lists(vlmctl: Any, name: str, terms: list[str]) -> None:
    expected: Counter[Any] = Counter()
    for model in vlmctl("list", *terms, "--json").json:
        value = model[FIELDS[name]]
        expected.update((set(value) or {None}) if isinstance(value, list) else {value})
    rows = vlmctl("facets", name, *terms, "--json").json
    assert {row["value"]: row["models"] for row in rows} == dict(expected)


def test_facets_of_benchmarks_are_the_ranked_models(vlmctl: Any) -> None:
    rows = vlmctl("facets", "benchmark", "--json").json
    assert vlmctl("facets", "benchmark", "scores>=0", "--json").json == rows
    textvqa = next(row for row in rows if row["value"] == "textvqa")
    ranked = vlmctl("top", "--bench", "TextVQA", "--limit", "0", "--strict", "--json").json
    assert textvqa["models"] == len(ranked)
    assert textvqa["share"] == round(100 * len(ranked) / len(vlmctl("list", "-q").out.split()), 1)


def test_facets_errors_and_list(vlmctl: Any) -> None:
    ran = vlmctl("facets", "encodr")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean encoder" in ran.err
    assert {"encoder", "llm", "license", "org", "connector", "benchmark"} <= {row["field"] for row in vlmctl("facets", "--json").json}
    assert "█" in vlmctl("facets", "license", "--format", "table").out
    assert "█" not in vlmctl("facets", "license").out


def test_plot_points_are_the_figures_of_list(vlmctl: Any) -> None:
    points = vlmctl("plot", "--y", "TextVQA", "--json").json
    listed = vlmctl("list", "--columns", "id,params,TextVQA", "--json").json
    expected = {row["id"]: (row["params"], row["TextVQA"]) for row in listed if row["params"] and row["TextVQA"] is not None}
    assert {point["id"]: (point["x"], point["y"]) for point in points} == expected
    assert set(points[0]) == {"id", "name", "x", "y", "group", "pareto"}


@pytest.mark.parametrize("x", ["params", "memory", "released", "DocVQA"])
def test_the_front_of_a_plot_is_that_of_pareto(vlmctl: Any, x: str) -> None:
    points = vlmctl("plot", "--x", x, "--y", "TextVQA", "--json").json
    rows = vlmctl("pareto", "--x", x, "--y", "TextVQA", "--limit", "0", "--json").json
    assert {point["id"] for point in points if point["pareto"]} == {row["id"] for row in rows if row["pareto"]}


def test_plot_on_a_terminal_and_in_a_pipe(vlmctl: Any) -> None:
    text = vlmctl("plot", "--y", "TextVQA", "--log", "x", "--pareto", "--format", "table").out
    assert "┤" in text
    assert "Parameters, logarithmic" in text
    assert vlmctl("plot", "--y", "TextVQA").out.startswith("id\tname\tx\ty\tpareto\n")


def test_plot_color_is_a_field_or_a_style(vlmctl: Any) -> None:
    assert "group" in vlmctl("plot", "--y", "TextVQA", "--color", "license", "--json").json[0]
    assert "\x1b" in vlmctl("plot", "--y", "TextVQA", "--color", "always", "--format", "table").out
    assert "\x1b" not in vlmctl("plot", "--y", "TextVQA", "--color", "never", "--format", "table").out


def test_plot_errors(vlmctl: Any) -> None:
    assert vlmctl("plot", "--y", "TextVQUA").code == 2
    assert "no number" in vlmctl("plot", "--y", "license").err
    assert vlmctl("plot", "--y", "TextVQA", "--color", "nothing").code == 2
    assert vlmctl("plot", "--y", "TextVQA", "--columns", "id").code == 2
    ran = vlmctl("plot", "--y", "TextVQA", "params<1M", "--format", "table")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing to plot" in ran.err


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.html", b"<!DOCTYPE html>")])
def test_plot_writes_pictures(vlmctl: Any, tmp_path: Path, name: str, start: bytes) -> None:
    pytest.importorskip("matplotlib")
    ran = vlmctl("plot", "--y", "TextVQA", "--pareto", "--color", "family", "-o", str(tmp_path / name))
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_pictures_that_can_not_be_drawn(vlmctl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.svg"
    ran = vlmctl("list", "-o", str(target))
    assert ran.code == 2
    assert "only a plot can be a picture" in ran.err
    pytest.importorskip("matplotlib")
    assert vlmctl("plot", "--y", "TextVQA", "params<1M", "-o", str(target)).code == 2
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    ran = vlmctl("plot", "--y", "TextVQA", "-o", str(target), "--json")
    assert json.loads(vlmctl("plot", "--y", "TextVQA", "--json").out)
    ran = vlmctl("plot", "--y", "TextVQA", "-o", str(target))
    assert ran.code == 2
    assert "pip install 'vlmctl[plot]'" in ran.err


@pytest.mark.parametrize(
    "arguments", [["search", "高分", "--json"], ["facets", "llm", "--json"], ["plot", "--y", "TextVQA", "--json"]], ids=" ".join
)
def test_only_drawing_loads_what_draws(arguments: list[str]) -> None:
    assert not loaded(arguments) & {*HEAVY, "plotille", "matplotlib", "numpy"}
