"""Rankings over several benchmarks, by size and Pareto, and the deeper comparison, on the command line."""

from __future__ import annotations

from typing import Any

import pytest


def test_two_benchmarks(vlmctl: Any) -> None:
    ran = vlmctl("top", "--bench", "DocVQA@test", "--bench", "ChartQA@test", "--params", "..8B", "--license", "apache-2.0,mit", "--json")
    assert ran.code == 0
    assert ran.json
    keys = ["rank", "id", "name", "family", "params", "score", "coverage", "values", "missing"]
    for row in ran.json:
        assert list(row)[: len(keys)] == keys
        assert row["params"] <= 8_000_000_000
        assert set(row["values"]) == {"docvqa", "chartqa"}
        if row["rank"] is not None:
            assert row["score"] == pytest.approx((row["values"]["docvqa"] + row["values"]["chartqa"]) / 2)
            assert row["missing"] == []
        else:
            assert row["missing"]
            assert row["score"] is None


def test_order_of_options_and_spelling_do_not_matter(vlmctl: Any) -> None:
    one = vlmctl("top", "-b", "TextVQA", "-b", "gqa", "-b", "POPE", "--json").json
    assert one == vlmctl("top", "-b", "TextVQA,GQA, POPE", "--json").json
    assert one == vlmctl("top", "-b", "textvqa", "-b", "TextVQA", "-b", "GQA", "-b", "pope", "--json").json


def test_by_size_and_per_family(vlmctl: Any) -> None:
    rows = vlmctl("top", "--bench", "TextVQA", "--by-size", "--limit", "3", "--json").json
    classes = list(dict.fromkeys(row["size_class"] for row in rows))
    assert classes == ["under 1B", "1B to under 2B", "2B to under 4B", "4B to under 8B", "8B to under 20B", "20B and over"]
    assert all(sum(row["size_class"] == each and row["rank"] is not None for row in rows) <= 3 for each in classes)
    best = vlmctl("top", "--bench", "TextVQA", "--per-family", "--limit", "0", "--json").json
    assert len({row["family"] for row in best}) == len(best)
    assert "size_class" not in best[0]


def test_pareto_says_who_beats_whom(vlmctl: Any) -> None:
    ran = vlmctl("pareto", "--x", "params", "--y", "TextVQA", "--limit", "0", "--json")
    rows = {row["id"]: row for row in ran.json}
    front = [row for row in ran.json if row["pareto"]]
    assert front == ran.json[: len(front)]
    assert [row["x"] for row in front] == sorted(row["x"] for row in front)
    assert [row["value"] for row in front] == sorted(row["value"] for row in front)
    for row in ran.json:
        assert bool(row["beaten_by"]) is not row["pareto"]
        for rival in row["beaten_by"]:
            other = rows[rival]
            assert other["pareto"]
            assert other["x"] <= row["x"]
            assert other["value"] >= row["value"]
    quiet = vlmctl("pareto", "--y", "TextVQA", "-q").out.split()
    assert quiet == [row["id"] for row in front]
    assert set(quiet) == set(vlmctl("top", "--bench", "TextVQA", "--pareto", "--limit", "0", "-q").out.split())


def test_pareto_column(vlmctl: Any) -> None:
    marks = {row["id"]: row["pareto"] for row in vlmctl("list", "--columns", "id,TextVQA,pareto", "--json").json}
    front = vlmctl("pareto", "--y", "TextVQA", "-q").out.split()
    assert {model for model, mark in marks.items() if mark} == set(front)
    ranked = vlmctl("top", "--bench", "TextVQA", "--columns", "id,pareto", "--json", "--limit", "0", "--strict").json
    assert {row["id"]: row["pareto"] for row in ranked} == {row["id"]: marks[row["id"]] for row in ranked}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["top", "-b", "TextVQA", "-b", "nocaps"], 2, "no highest possible value"),
        (["top", "-b", "TextVQA", "-b", "GQA", "--weights", "POPE=2"], 2, "isn't among"),
        (["top", "-b", "TextVQA", "-b", "GQA", "--weights", "GQA"], 2, "no weight"),
        (["top", "-b", "TextVQA", "-b", "GQA", "--split", "any"], 2, "--split any"),
        (["top", "-b", "TextVQA", "-b", "textvqua"], 3, "textvqua"),
        (["top", "-b", "TextVQA", "--borders", "4B"], 2, "--by-size"),
        (["top", "-b", "TextVQA", "--by-size", "--borders", "4B,2B"], 2, "ascend"),
        (["top", "-b", "TextVQA", "--by-size", "--borders", "4X"], 2, "unknown unit X"),
        (["top", "-b", "TextVQA", "--split", "any", "--by-size"], 2, "one split"),
        (["pareto", "--x", "family", "--y", "TextVQA"], 2, "no order"),
        (["pareto", "--x", "parms", "--y", "TextVQA"], 2, "unknown field"),
        (["pareto", "--y", "textvqua"], 3, "did you mean"),
        (["compare", "imp-v1.5", "--pick", "bset"], 2, "best"),
        (["list", "--columns", "name,pareto"], 2, "needs a benchmark"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line(vlmctl: Any, arguments: list[str], code: int, says: str) -> None:
    ran = vlmctl(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_nothing_matching_is_an_answer(vlmctl: Any) -> None:
    for arguments in (["top", "-b", "TextVQA", "-b", "GQA"], ["top", "-b", "TextVQA", "--by-size"], ["pareto", "--y", "TextVQA"]):
        ran = vlmctl(*arguments, "params<1K", "--json")
        assert (ran.code, ran.json) == (0, [])


def test_compare_deeper(vlmctl: Any) -> None:
    ran = vlmctl("compare", "mobilevlm-v2-3b", "imp-v1.5-3b-phi2", "--json")
    textvqa = next(each for each in ran.json["benchmarks"] if each["benchmark"] == "textvqa")
    assert textvqa["delta"] == 2.3
    assert textvqa["questions"] == 5000
    assert textvqa["within_noise"] == []
    screen = vlmctl("compare", "mobilevlm-v2-3b", "imp-v1.5-3b-phi2", "--format", "table").out
    assert screen.startswith("Imp-v1.5-3B-Phi2 leads on 6 of 6 shared benchmarks, MobileVLM V2 3B on none")
    assert "+2.3" in screen
    picked = vlmctl("compare", "mobilevlm-v2", "imp-v1.5", "--pick", "smallest", "--json").json
    assert [model["id"] for model in picked["models"]] == ["mobilevlm-v2-1.7b", "imp-v1.5-2b-qwen1.5"]
