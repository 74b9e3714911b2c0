"""Cells and headings: what reads as figures, and what a heading means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import import_catalog
from vlmctl.interchange.figures import parse_figures, plain
from vlmctl.interchange.headings import heading_of
from vlmctl.interchange.keyed import one_figure, rounded
from vlmctl.query.vocabulary import Part, Vocabulary


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    from vlmctl.store.compile import compile_memory
    from vlmctl.store.layers import Layers

    root: Path = import_catalog.write(tmp_path_factory.mktemp("catalog"))
    catalog = compile_memory(Layers(root))
    yield Vocabulary(catalog)
    catalog.close()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("52.1", (52.1,)), ("46", (46,)), (" **76.6** ", (76.6,)), ("*59.8*", (59.8,)), ("`61.5`", (61.5,)), ("70.2%", (70.2,)),
        ("1523/316", (1523, 316)), ("—/1302.8", (None, 1302.8)), ("1510.7/—", (1510.7, None)), ("55.4/-", (55.4, None)),
        ("63.2 ／ 61", (63.2, 61)), ("74.0/73.5", (74.0, 73.5)), ("88.0, 86.6, 85.7", (88.0, 86.6, 85.7)), ("20.0 ± 1.2", (20.0,)),
        ("20.0 (±1.2)", (20.0,)), ("20.0+/-1.2", (20.0,)), ("５２．１", (52.1,)), ("[52.1](https://example.org/a)", (52.1,)),
        ("52.1<br>", (52.1,)),
        (".5", (0.5,)), ("-3", (-3,)), ("−3.5", (-3.5,)),
    ],
)  # fmt: skip
def test_figures(text: str, numbers: tuple[Any, ...]) -> None:
    found = parse_figures(text)
    assert (found.kind, found.numbers) == ("figures", numbers)


def test_labelled_figures() -> None:
    found = parse_figures("88.00、86.63、85.67(random/popular/adversarial)")
    assert (found.numbers, found.labels) == ((88.0, 86.63, 85.67), ("random", "popular", "adversarial"))
    assert parse_figures("88.00、86.63（random／popular）").labels == ("random", "popular")
    assert parse_figures("88.00、86.63(random)").kind == "text"


@pytest.mark.parametrize("text", ["", " ", "-", "—", "–", "N/A", "n/a", "-/-", "—/—", "/", "**-**"])
def test_empty_cells(text: str) -> None:
    assert parse_figures(text).kind == "empty"


@pytest.mark.parametrize(
    "text",
    [
        "52,1",
        "1,523",
        "1.523,4",
        "7B",
        "≥50",
        "1e3",
        "0x10",
        "nan5",
        "٥٢",
        "52.1.3",
        "1" * 30,
        "5" * 500,
        "Vicuna-7B",
        "52.1 (4-shot, x/y)",
        "1 2",
    ],
)
def test_what_reads_in_more_than_one_way_is_text(text: str) -> None:
    assert parse_figures(text).kind == "text"


def test_signs_beside_a_figure_are_kept_apart() -> None:
    assert parse_figures("52.1*").numbers == (52.1,)
    assert parse_figures("52.1*").mark == "*"
    # a footnote's number must not become a digit of the figure
    assert parse_figures("62.5²").numbers == (62.5,)
    assert parse_figures("62.5<sup>2</sup>").numbers == (62.5,)
    assert parse_figures("62.5$^{2}$").numbers == (62.5,)


def test_plain_keeps_what_is_no_dress() -> None:
    assert plain("MM_Vet **val**") == "MM_Vet val"
    assert plain("a | b") == "a | b"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("TextVQA", Part("textvqa")), ("**text-vqa** ↑", Part("textvqa")), ("TextVQA_val", Part("textvqa", "val")),
        ("TextVQA (val)", Part("textvqa", "val")),
        ("TextVQA@test", Part("textvqa", "test")), ("textvqa validation (%)", Part("textvqa", "val")), ("ＴextVQA", Part("textvqa")),
        ("MMMU_val", Part("mmmu", "val")), ("MMMU test", Part("mmmu", "test")), ("mmbench_en_dev", Part("mmbench-en", "dev")),
        ("MME-P", Part("mme", "perception")), ("MME:cognition", Part("mme", "cognition")), ("POPE F1", Part("pope", None, "f1")),
        ("POPE (adversarial)", Part("pope", "adversarial")), ("POPE random acc", Part("pope", "random", "accuracy")),
        ("MMB†", Part("mmbench-en")),
    ],
)  # fmt: skip
def test_headings(vocabulary: Vocabulary, text: str, part: tuple[Any, ...]) -> None:
    found = heading_of(vocabulary, text)
    assert found is not None
    assert found.parts == (Part(*part),)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("MMB(T/D)", (Part("mmbench-en", "test"), Part("mmbench-en", "dev"))),
        ("MMB（T／D）", (Part("mmbench-en", "test"), Part("mmbench-en", "dev"))),
        ("MME（P/C）", (Part("mme", "perception"), Part("mme", "cognition"))),
        ("MME (C/P)", (Part("mme", "cognition"), Part("mme", "perception"))),
        ("MMMU val/test", (Part("mmmu", "val"), Part("mmmu", "test"))),
        ("MMMU(V/T)", (Part("mmmu", "val"), Part("mmmu", "test"))),
        ("POPE (random/popular/adversarial)", tuple(Part("pope", each) for each in ("random", "popular", "adversarial"))),
    ],
)
def test_headings_of_several_figures(vocabulary: Vocabulary, text: str, parts: tuple[Part, ...]) -> None:
    found = heading_of(vocabulary, text)
    assert found is not None
    assert found.parts == parts


@pytest.mark.parametrize(
    "text", ["", "Model", "Base LLM", "Params", "Avg", "TextVQ", "TextVQA (xyz)", "MMB(T/X)", "MMMU(V/V)", "M" * 500, "(((", "/", "@:"]
)
def test_what_names_no_benchmark(vocabulary: Vocabulary, text: str) -> None:
    assert heading_of(vocabulary, text) is None


def test_one_figure() -> None:
    assert one_figure("20.0 ± 1.2") == 20.0
    assert one_figure(3) == 3
    no_figures: list[object] = [True, None, [], "x", float("inf"), float("nan"), 10**400, "9" * 100]
    assert [one_figure(each) for each in no_figures] == [None] * 8


def test_measured_figures_are_rounded_to_two_decimals() -> None:
    assert rounded(58.213456) == 58.21
    assert repr(rounded(87.0)) == "87"
    assert rounded(0.125) == 0.12  # to even, as decimals are


def test_scale_of_a_part(vocabulary: Vocabulary) -> None:
    assert vocabulary.scale(Part("mme", "cognition")).high == 800
    assert vocabulary.scale(Part("mme")).high == 2800  # the part isn't said
    assert not vocabulary.scale(Part("textvqa")).likely(1)
    assert vocabulary.scale(Part("textvqa")).possible(1)
    assert not vocabulary.scale(Part("textvqa")).possible(100.5)
