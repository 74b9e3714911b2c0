"""The real case: importing the public list's table flags every misaligned row and takes nothing from under a wrong heading.

What is misaligned is worked out here from the records alone (`listed`), not with the importer's own means.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from conftest import ROOT
from vlmctl.interchange.importing import Wishes, set_against
from vlmctl.interchange.reading import Report
from vlmctl.interchange.sourcing import Chosen
from vlmctl.query.known import Known
from vlmctl.store.catalog import Catalog

TABLE = ROOT / "tests/fixtures/benchmark-table.md"
SOURCE = Chosen("The list", "https://example.org/list", "list", None, "2024-06-01")

HEADINGS = {
    "TextVQA": ("textvqa", None), "VQA-v2": ("vqav2", None), "ScienceQA": ("scienceqa", None), "ScienceQA-IMG": ("scienceqa", {"img"}),
    "STVQA": ("stvqa", None), "GQA": ("gqa", None), "VizWiz": ("vizwiz", None), "VizWiz-VQA": ("vizwiz", None), "POPE": ("pope", None),
    "LLaVA-Bench-Wild": ("llava-bench-wild", None), "MMB": ("mmbench-en", None), "MMB_ZH": ("mmbench-cn", None),
    "MMB(T/D)": ("mmbench-en", {"test", "dev"}), "MMB_ZH(T/D)": ("mmbench-cn", {"test", "dev"}),
    "MME（P/C）": ("mme", {"perception", "cognition"}),
    "MM-Vet": ("mm-vet", None), "MMMU_val": ("mmmu", {"val"}), "MMMU_test": ("mmmu", {"test"}), "MMMU": ("mmmu", None),
    "MathVista": ("mathvista", None), "SEED": ("seed-bench", None), "SEED-IMG": ("seed-bench", {"img"}),
}  # fmt: skip
"""What each of the list's headings means, written down by hand."""


def is_under_its_heading(score: Any) -> bool:
    benchmark, splits = HEADINGS.get(score["listed_column"], ("", None))
    return bool(score["benchmark"] == benchmark and (splits is None or score["counted_split"] in splits))


def rows() -> dict[int, Counter[tuple[str, str]]]:
    """The figures of each line as (heading by position, text)."""
    lines = TABLE.read_text("utf-8").split("\n")
    header = [cell.strip() for cell in lines[0].strip()[1:-1].split("|")]
    found = {}
    for number, line in enumerate(lines[2:], start=3):
        if line.strip():
            cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
            beyond = "(28th cell, past the last header)"
            found[number] = Counter((header[i] if i < len(header) else beyond, text) for i, text in enumerate(cells) if i >= 5 and text)
    return found


@pytest.fixture(scope="module")
def lines(shipped: Catalog) -> dict[str, int]:
    """The line of each model of the list: the one with just its cells."""
    cells: dict[str, set[tuple[str, str]]] = {}
    for score in shipped.rows("SELECT * FROM score WHERE listed_text IS NOT NULL"):
        cells.setdefault(score["model"], set()).add((score["listed_column"], score["listed_text"]))
    by_cells = {frozenset(found): number for number, found in rows().items()}
    return {model: by_cells[frozenset(found)] for model, found in cells.items()}


@pytest.fixture(scope="module")
def listed(shipped: Catalog) -> list[Any]:
    return list(shipped.rows("SELECT * FROM score WHERE listed_text IS NOT NULL"))


@pytest.fixture(scope="module")
def report(shipped: Catalog) -> Report:
    return set_against(shipped, [str(TABLE)], Wishes(), SOURCE).report


@pytest.fixture(scope="module")
def unaided(shipped: Catalog) -> Report:
    """The same by a catalog that knows the models and none of their figures: what the table alone gives away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vlmctl.interchange.identifying.known_of", lambda _, model: Known(model, "", "", ()))
        return set_against(shipped, [str(TABLE)], Wishes(), SOURCE).report


def misaligned(listed: list[Any], lines: dict[str, int]) -> set[int]:
    return {lines[score["model"]] for score in listed if not is_under_its_heading(score)}


def test_there_are_78_models_on_78_lines(lines: dict[str, int]) -> None:
    assert len(lines) == len(set(lines.values())) == len(rows()) == 78


def test_every_misaligned_row_is_flagged(listed: list[Any], lines: dict[str, int], report: Report, unaided: Report) -> None:
    wrong = misaligned(listed, lines)
    assert len(wrong) >= 60
    for each in (report, unaided):
        flagged = {entry.place.line for entry in each.of("flagged") if not entry.benchmark and not entry.text}
        assert wrong <= flagged


def test_a_list_that_the_catalog_knows_brings_nothing_new(report: Report) -> None:
    assert report.of("taken") == []


def test_every_figure_of_the_table_is_reported(report: Report) -> None:
    reported = {(entry.place.line, entry.place.column) for entry in report.entries if entry.text}
    assert len(reported) == sum(found.total() for found in rows().values()) == 584


def test_what_is_called_known_stands_under_its_own_heading(listed: list[Any], lines: dict[str, int], report: Report) -> None:
    right = {(lines[s["model"]], s["listed_column"], s["value"]) for s in listed if is_under_its_heading(s)}
    for entry in report.of("skipped"):
        if entry.reason.startswith("already"):
            column = next(column for column, text in rows()[entry.place.line or 0] if text == entry.text and same(column, entry.benchmark))
            assert (entry.place.line, column, entry.value) in right


def same(column: str, heading: str) -> bool:
    return column.replace("（", "(").replace("）", ")") == heading


def test_every_misplaced_figure_is_flagged(listed: list[Any], lines: dict[str, int], report: Report) -> None:
    flagged = Counter((entry.place.line, entry.text) for entry in report.of("flagged"))
    for score in listed:
        if not is_under_its_heading(score):
            assert flagged[lines[score["model"]], score["listed_text"]], dict(score)


def test_a_figure_of_another_model_is_flagged(listed: list[Any], lines: dict[str, int], report: Report) -> None:
    wrong = [score for score in listed if score["note"] and "LIST WRONG" in score["note"]]
    assert wrong
    flagged = {(entry.place.line, entry.text) for entry in report.of("flagged")}
    assert {(lines[score["model"]], score["listed_text"]) for score in wrong} <= flagged


def test_without_the_catalogs_figures_nothing_is_taken_from_under_a_wrong_heading(
    listed: list[Any], lines: dict[str, int], unaided: Report
) -> None:
    right = {(lines[s["model"]], s["benchmark"], s["listed_text"], s["value"]) for s in listed if is_under_its_heading(s)}
    taken = [(e.place.line, e.part.benchmark, e.text, e.value) for e in unaided.of("taken") if e.part]
    assert taken
    assert set(taken) <= right


def test_the_catalog_says_where_misplaced_figures_belong(report: Report) -> None:
    entry = next(entry for entry in report.of("flagged") if entry.model == "mgm-7b" and entry.text == "1523/316")
    assert (entry.place.line, entry.benchmark, entry.fits) == (4, "MMB_ZH(T/D)", ("MME(P/C)",))
    assert "the catalog has 1523/316 as MME perception or MME cognition" in entry.reason
