"""Numbers of parameters as spans, and what parts and total say of each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlmctl.query.memory.counts import NOTHING_KNOWN, Part, Span, connector_limit, reconciled, stated, together

BILLION = 10**9


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (7 * BILLION, 0.95, 1.20),
        (3 * BILLION, 0.95, 1.30),
        (500_000_000, 0.95, 1.30),
        (1_700_000_000, 0.95, 1.10),
        (13 * BILLION, 0.95, 1.10),
        (30 * BILLION, 0.95, 1.10),
        (100 * BILLION, 0.98, 1.04),
        (8_290_000_000, 0.98, 1.04),
        (428_000_000, 0.98, 1.04),
    ],
)
def test_a_printed_figure_stands_for_a_span_by_its_digits(count: int, low: float, high: float) -> None:
    assert stated(count) == pytest.approx((count * low, count * high))


# Exact counts of checkpoints, from the table of llmfit 1.1.17 on the package index; the last one is outside.
@pytest.mark.parametrize(
    ("printed", "exact", "inside"),
    [
        (7 * BILLION, 8_291_375_616, True),
        (7 * BILLION, 6_738_415_616, True),
        (7 * BILLION, 7_615_616_512, True),
        (2 * BILLION, 2_506_172_416, True),
        (1_800_000_000, 1_889_110_016, True),
        (13 * BILLION, 13_015_864_320, True),
        (72 * BILLION, 72_706_203_648, True),
        (25_500_000_000, 25_514_186_112, True),
        (1_700_000_000, 2_031_739_904, False),
    ],
)
def test_exact_counts_lie_inside(printed: int, exact: int, inside: bool) -> None:
    low, high = stated(printed)
    assert high is not None
    assert (low <= exact <= high) is inside


def test_an_mlp_connector_is_smaller_than_the_widest_known() -> None:
    """LLaVA-1.5 has 1024 → 4096 → 4096, Qwen2-VL-2B 5120 → 5120 → 1536, NVLM-D 12800 → 29568 → 8192."""
    for width, weights in ((4096, 1024 * 4096 + 4096**2), (1536, 5120**2 + 5120 * 1536), (8192, 12800 * 29568 + 29568 * 8192)):
        limit = connector_limit("mlp", width)
        assert limit is not None
        assert weights <= limit
    assert connector_limit("q-former", 768) == 188_000_000 + 768**2
    assert connector_limit("linear", 2048) == 12_800 * 2048
    assert connector_limit("resampler", 2048) is None
    unknown, largest = connector_limit("mlp", None), connector_limit("mlp", 12_288)
    assert unknown == largest


def parts(language: Span, encoder: Span, connector: Span, bits: float = 4) -> list[Part]:
    return [
        Part("language_model", language, (bits, bits)),
        Part("vision_encoder", encoder, (16, 16)),
        Part("connector", connector, (16, 16)),
    ]


def test_each_part_takes_no_more_than_the_others_leave() -> None:
    found, total, note = reconciled(parts(Span(6, 9), Span(1, 1), NOTHING_KNOWN), Span(7, 8))
    assert [part.params for part in found] == [(6, 7), (1, 1), (0, 1)]
    assert total == (7, 8)
    assert note is None
    assert together(found, total) == (6 * 0.5 + 1 * 2, 6 * 0.5 + 1 * 2 + 1 * 2)


def test_an_unknown_part_is_what_the_others_leave() -> None:
    found, total, _ = reconciled(parts(NOTHING_KNOWN, Span(1, 2), Span(0, 1)), Span(9, 10))
    assert found[0].params == (6, 9)
    assert together(found, total) == (7 * 0.5 + 1 * 2 + 1 * 0.5, 7 * 0.5 + 3 * 2)


def test_without_a_total_an_unknown_part_has_no_high_end() -> None:
    found, total, _ = reconciled(parts(Span(6, 7), NOTHING_KNOWN, Span(0, 1)), None)
    assert total is None
    assert together(found, total) == (3, None)


def test_parts_that_are_more_than_the_whole_widen_the_range() -> None:
    found, total, note = reconciled(parts(Span(6, 7), Span(3, 3), Span(0, 1)), Span(7, 8))
    assert note
    assert "more than" in note
    assert total is None
    assert together(found, total) == (5 * 0.5 + 6, 7 * 0.5 + 6 + 2)


def test_parts_that_are_less_than_the_whole_leave_a_rest_of_either_precision() -> None:
    found, total, note = reconciled(parts(Span(2, 3), Span(1, 1), Span(0, 1)), Span(9, 10))
    assert note
    assert "less than" in note
    assert found[2].params == (5, 7)
    assert found[2].bits == (4, 16)
    low, high = together(found, total)
    assert low == 9 * 0.5 + 1.5
    assert high == 2 * 0.5 + 1 * 2 + 7 * 2


spans = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda ends: Span(min(ends), max(ends)))


@given(spans, spans, st.one_of(spans, st.just(NOTHING_KNOWN)), spans, st.sampled_from([4, 8.5, 16]))
def test_low_is_never_above_high_and_precision_never_saves_upwards(
    language: Span, encoder: Span, connector: Span, total: Span, bits: float
) -> None:
    found, binding, _ = reconciled(parts(language, encoder, connector, bits), total)
    assert all(part.params.high is None or part.params.low <= part.params.high + 1e-9 for part in found)
    low, high = together(found, binding)
    assert high is None or low <= high + 1e-9
    wide, wide_binding, _ = reconciled(parts(language, encoder, connector, 16), total)
    low16, high16 = together(wide, wide_binding)
    assert low <= low16 + 1e-9
    assert high is None or high16 is None or high <= high16 + 1e-9
