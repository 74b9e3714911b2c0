"""Estimates for the shipped catalog against published figures, and what must hold of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from vlmctl.query import memory
from vlmctl.query.memory import Estimate, Settings, cache
from vlmctl.query.memory.counts import Span

GB, GIB = 10**9, 2**30


@pytest.fixture
def catalog(shipped: Any) -> Iterator[Any]:
    """The shipped catalog, whose settings are reset afterwards."""
    yield shipped
    shipped.settings.pop("memory", None)


def estimate(catalog: Any, model: str, precision: Any = "fp16", context: int = 4096, images: int = 1) -> Estimate:
    memory.configure(catalog, Settings(precision, context, images))
    return memory.estimates(catalog, [model])[0]


def test_llama_cpps_224_mib_for_the_recorded_shape_of_qwen2_7b(catalog: Any) -> None:
    shape = json.loads(catalog.value("SELECT shape_json FROM component WHERE id = 'qwen2-7b'"))
    assert cache.kv_cache(shape, Span(4096, 4096)) == (224 * 2**20, 224 * 2**20)
    term = {each.key: each for each in estimate(catalog, "molmo-7b-d-0924", images=0).terms}["kv_cache"]
    assert term.size == (224 * 2**20, 224 * 2**20)
    assert term.formula() == "2 × 28 layers × 4 heads × 128 × 4,096 tokens × 2 bytes"


def test_growth_of_qwen2_vl_7b_in_its_makers_table(catalog: Any) -> None:
    """16.07, 21.56, 44.08 GiB at 1, 6,144, 30,720 tokens: the cache, and 2 + 4 bytes a word of the vocabulary a token."""
    shape = json.loads(catalog.value("SELECT shape_json FROM component WHERE id = 'qwen2-7b'"))
    for tokens, published in ((6144, 21.56), (30720, 44.08)):
        grown = (published - 16.07) * GIB
        kept = cache.kv_cache(shape, Span(tokens, tokens))
        assert kept is not None
        assert kept.low + 6 * tokens * shape["vocab_size"] == pytest.approx(grown, rel=0.03)


def test_a_runtime_that_keeps_scores_for_the_whole_prompt_takes_as_much_more_as_the_guide_says(catalog: Any) -> None:
    """Qwen2-VL's README measures Transformers, 21.56 GiB at 6,144 tokens: beyond the range, within the guide's limit for such runtimes."""
    found = estimate(catalog, "qwen2-vl-7b-instruct", "fp16", 6144, 0)
    assert found.high is not None
    assert found.high < 21.56 * GIB <= found.high + 152_064 * 6144 * 6


@pytest.mark.parametrize(
    ("model", "precision", "context", "images", "published"),
    [
        ("qwen2-vl-2b-instruct", "fp16", 1, 0, 4.68 * GIB),
        ("qwen2-vl-7b-instruct", "fp16", 1, 0, 16.07 * GIB),
        ("qwen2-vl-72b-instruct", "fp16", 1, 0, 138.74 * GIB),
        ("minicpm-v-1.0", "fp16", 1024, 1, 7 * GB),
        ("minicpm-llama3-v-2.5", "fp16", 1024, 1, 19 * GB),
        ("minicpm-llama3-v-2.5", "int4", 1024, 1, 8 * GB),
        ("minicpm-v-2.6", "fp16", 1024, 1, 17 * GB),
        ("minicpm-v-2.6", "int4", 1024, 1, 7 * GB),
        ("minicpm-o-2.6", "fp16", 1024, 1, 18 * GB),
        ("minicpm-o-2.6", "int4", 1024, 1, 9 * GB),
        ("minicpm-v-4.5", "fp16", 1024, 1, 18 * GB),
        ("minicpm-v-4.5", "int4", 1024, 1, 9 * GB),
        ("minicpm-o-4.5", "fp16", 1024, 1, 19 * GB),
        ("minicpm-o-4.5", "int4", 1024, 1, 11 * GB),
        ("minicpm-v-4.6", "fp16", 1024, 1, 4 * GB),
        ("cogvlm2-llama3-19b", "fp16", 2048, 1, 42 * GB),
        ("cosmos3-super", "fp16", 512, 0, 66.7 * GB),
        ("smolvlm-256m-instruct", "fp16", 512, 1, 0.8 * GB),
        ("smolvlm-500m-instruct", "fp16", 512, 1, 1.2 * GB),
        ("smolvlm-instruct", "fp16", 512, 1, 4.9 * GB),
    ],
)
def test_published_memory_lies_inside(catalog: Any, model: str, precision: str, context: int, images: int, published: float) -> None:
    """Deployment facts of the family files; no tolerance but the range's own."""
    found = estimate(catalog, model, precision, context, images)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= published <= found.high


@pytest.mark.parametrize(
    ("model", "precision", "published"),
    [
        ("internvl2-1b", "fp16", 1.8),
        ("internvl2-2b", "fp16", 4.2),
        ("internvl2-4b", "fp16", 7.8),
        ("internvl2-8b", "fp16", 16),
        ("internvl2-26b", "fp16", 48),
        ("internvl2-40b", "fp16", 75),
        ("internvl3-38b", "fp16", 76.8),
        ("internvl3-78b", "fp16", 152),
        ("internvl3.5-8b", "fp16", 17),
        ("internvl3.5-38b", "fp16", 76.8),
        ("internvl-chat-v1-2", "fp16", 75),
        ("qwen3-vl-8b-instruct", "fp16", 17.5),
        ("qwen3-vl-32b-instruct", "fp16", 66.7),
        ("qwen3-vl-30b-a3b-instruct", "fp16", 62),
        ("kimi-vl-a3b-instruct", "fp16", 32.8),
        ("muse-glimmer-30b", "fp16", 59.6),
        ("qwen3.8-27b", "fp16", 55.6),
        ("glm-4.6v-flash", "fp16", 20.6),
        ("nemotron-3-nano-omni-30b-a3b", "fp16", 61.5),
        ("kimi-k2.6", "int4", 595),
        ("mobilevlm-1.7b", "int4", 1.40),
        ("mobilevlm-3b", "int4", 2.14),
    ],
)
def test_published_sizes_of_weights_lie_inside(catalog: Any, model: str, precision: str, published: float) -> None:
    """Makers write GB for 10^9 and for 2^30 bytes, so either reading counts."""
    weights = {each.key: each.size for each in estimate(catalog, model, precision).terms}["weights"]
    assert weights.high is not None
    assert weights.low <= published * GIB
    assert published * GB <= weights.high


@hypothesis(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(context=st.integers(1, 200_000), more=st.integers(0, 100_000), images=st.integers(0, 20), another=st.integers(0, 5))
def test_memory_grows_with_context_images_and_precision(catalog: Any, context: int, more: int, images: int, another: int) -> None:
    def ends(precision: Any, context: int, images: int) -> dict[str, tuple[int | None, int | None]]:
        memory.configure(catalog, Settings(precision, context, images))
        return memory.ends(catalog)

    def grows(small: dict[str, tuple[int | None, int | None]], large: dict[str, tuple[int | None, int | None]]) -> None:
        for model, (low, high) in small.items():
            larger = large[model]
            assert (low is None) == (larger[0] is None)
            assert (high is None) == (larger[1] is None)
            assert low is None or larger[0] is None or low <= larger[0]
            assert high is None or larger[1] is None or high <= larger[1]

    base = ends("fp16", context, images)
    assert all(low is None or high is None or 0 < low <= high for low, high in base.values())
    grows(base, ends("fp16", context + more, images))
    grows(base, ends("fp16", context, images + another))
    eight = ends("int8", context, images)
    grows(eight, base)
    grows(ends("int4", context, images), eight)


def test_the_sum_of_the_terms_is_the_whole(catalog: Any) -> None:
    for each in memory.estimates(catalog):
        if each.size is None:
            assert each.reasons
            continue
        counted = [term.size for term in each.terms if not term.part]
        assert sum(size.low for size in counted) == pytest.approx(each.size.low)
        assert (each.size.high is None) == any(size.high is None for size in counted)
        assert each.size.high is None or sum(size.high or 0 for size in counted) == pytest.approx(each.size.high)
        assert all(term.formula() and term.basis() for term in each.terms)


def test_mixtures_of_experts_count_all_experts(catalog: Any) -> None:
    found = estimate(catalog, "qwen3-vl-30b-a3b-instruct")
    assert found.low is not None
    assert found.low > 2 * 28 * GB


def test_a_figure_that_counts_the_language_model_alone_is_no_total(catalog: Any) -> None:
    weights = {each.key: each for each in estimate(catalog, "llava-onevision-7b").terms}["weights"]
    assert weights.basis().startswith("the whole isn't stated")
    assert weights.size.high is not None
    assert weights.size.low <= 2 * 8_030_348_832 <= weights.size.high  # the checkpoint's exact count


def test_a_model_without_any_count_is_unknown(catalog: Any) -> None:
    found = estimate(catalog, "dots.vlm1")
    assert (found.low, found.high, found.terms) == (None, None, ())
    assert found.reasons == ("neither the model's number of parameters nor its language model's is stated",)


def test_estimating_the_whole_catalog_is_quick(catalog: Any) -> None:
    from time import process_time

    memory.configure(catalog, Settings("int4", 4096, 1))
    started = process_time()
    assert len(memory.ends(catalog)) == catalog.value("SELECT count(*) FROM model")
    assert process_time() - started < 1
