"""Every figure of the public list that the project started from is accounted for.

`tests/fixtures/benchmark-table.md` is the list's table, byte for byte.
"""

from __future__ import annotations

from collections import Counter

from conftest import ROOT, run_cli

BEYOND = "(28th cell, past the last header)"


def cells() -> Counter[tuple[str, str]]:
    """The table's figures as (header by position, text)."""
    lines = [line for line in (ROOT / "tests/fixtures/benchmark-table.md").read_text("utf-8").splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].strip()[1:-1].split("|")]
    found: Counter[tuple[str, str]] = Counter()
    for line in lines[2:]:
        row = [cell.strip() for cell in line.strip()[1:-1].split("|")]
        for position, text in enumerate(row[5:], start=5):
            if text:
                found[header[position] if position < len(header) else BEYOND, text] += 1
    return found


def test_all_584_figures_are_in_the_catalog_under_the_column_where_they_stood() -> None:
    listed = {(row["model"], row["listed"]["column"], row["listed"]["text"]) for row in run_cli("scores", "--listed", "--json").json}
    assert sum(cells().values()) == 584
    assert Counter((column, text) for _, column, text in listed) == cells()


def test_pairs_and_triples_give_one_score_each() -> None:
    assert len(run_cli("scores", "--listed", "--json").json) == 655


def test_every_listed_figure_is_found_by_scores_without_the_option() -> None:
    assert sum(row["listed"] is not None for row in run_cli("scores", "--json").json) == 655
