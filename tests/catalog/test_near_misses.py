"""Models that only just don't match are counted: by the note as by the question that finds them."""

from __future__ import annotations

import pytest

from conftest import run_cli

LICENSED = "{} more allow commercial use on conditions (commercial=allowed,conditional)"
FITTING = "{} more may fit, as the low end of their estimates does ({})"
NAMED = "{} more have longer names of that kind ({})"


@pytest.mark.parametrize(
    ("arguments", "note", "found_by"),
    [
        (["--commercial"], LICENSED, ["commercial=conditional"]),
        (["commercial=yes", "params<4B"], LICENSED, ["commercial=conditional", "params<4B"]),
        (["--fits", "8GB"], FITTING.format("{}", "memory_low<=8GB"), ["memory_low<=8GB", "memory>8GB"]),
        (["memory<24GB", "params>8B"], FITTING.format("{}", "memory_low<24GB"), ["memory_low<24GB", "memory>=24GB", "params>8B"]),
        (["org=google"], NAMED.format("{}", "org~google"), ["org~google", "org!=google"]),
        (["llm=qwen3"], NAMED.format("{}", "llm~qwen3"), ["llm~qwen3", "llm!=qwen3"]),
    ],
)
def test_the_note_counts_them(arguments: list[str], note: str, found_by: list[str]) -> None:
    count = len(run_cli("list", "-q", *found_by).out.split())
    assert count > 1
    assert note.format(count) in run_cli("list", "-q", *arguments).err.splitlines()


def test_each_condition_is_widened_while_the_others_hold() -> None:
    told = run_cli("list", "-q", "--fits", "8GB", "--commercial").err
    maybe = run_cli("list", "-q", "memory_low<=8GB", "memory>8GB", "--commercial").out.split()
    conditional = run_cli("list", "-q", "--fits", "8GB", "commercial=conditional").out.split()
    assert FITTING.format(len(maybe), "memory_low<=8GB") in told
    assert LICENSED.format(len(conditional)) in told


def test_of_figures_the_models_are_counted_once() -> None:
    models = {row["model"] for row in run_cli("scores", "benchmark=TextVQA", "commercial=conditional", "--json").json}
    assert LICENSED.format(len(models)) in run_cli("scores", "benchmark=TextVQA", "--commercial", "-q").err


@pytest.mark.parametrize(
    "term",
    [
        "commercial!=allowed",
        "not commercial=allowed",
        "commercial in (allowed, conditional)",
        "memory>8GB",
        "org~google",
        "commercial or moe",
    ],
)
def test_other_conditions_say_nothing(term: str) -> None:
    assert " more " not in run_cli("list", "-q", term).err


def test_one_is_said_of_one() -> None:
    assert "1 more allows commercial use on conditions" in run_cli("list", "-q", "--commercial", "id in (gemma-3-4b-it, pali-3-5b)").err


def test_a_name_that_only_longer_ones_hold_gets_the_term_that_finds_them() -> None:
    ran = run_cli("list", "-q", "llm=Qwen2.5")
    assert ran.code == 3
    assert "hint: longer names hold it: write llm~Qwen2.5" in ran.err
    assert len(run_cli("list", "-q", "llm~Qwen2.5").out.split()) > 20
