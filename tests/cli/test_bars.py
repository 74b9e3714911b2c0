"""`top --bars`: a bar for people, nothing for machines."""

from __future__ import annotations

from conftest import run_cli


def test_bars_are_drawn_for_people_only() -> None:
    shown = run_cli("top", "-b", "TextVQA", "--bars", "--limit", "3", "--format", "table").out
    assert "████" in shown
    plain = run_cli("top", "-b", "TextVQA", "--limit", "3", "--json").out
    assert run_cli("top", "-b", "TextVQA", "--bars", "--limit", "3", "--json").out == plain
    assert "█" not in run_cli("top", "-b", "TextVQA", "--bars", "--limit", "3", "--format", "tsv").out


def test_bars_over_several_benchmarks() -> None:
    assert "████" in run_cli("top", "-b", "TextVQA", "-b", "GQA", "--bars", "--limit", "3", "--format", "table").out
