"""The key/value cache and the states of each kind of attention, against figures worked out by hand or printed by others."""

from __future__ import annotations

from typing import Any

import pytest

from vlmctl.query.memory import cache
from vlmctl.query.memory.counts import Span

MIB = 2**20


def kept(shape: dict[str, Any], tokens: int) -> tuple[float, float | None]:
    """The cache's bytes for a number of tokens."""
    found = cache.kv_cache({"layers": 1, "attention": "standard", **shape}, Span(tokens, tokens))
    assert found is not None
    return found.low, found.high


def exactly(size: float) -> tuple[float, float]:
    return size, size


def test_llama_cpp_prints_224_mib_for_qwen2_vl_7b_at_4096_tokens() -> None:
    shape = {"layers": 28, "kv_heads": 4, "head_dim": 128}
    assert kept(shape, 4096) == exactly(224 * MIB)


def test_llama_cpp_prints_1280_mib_and_60_mib_of_state_for_a_hybrid_at_65536_tokens() -> None:
    """Pull request 23269 of llama.cpp: 10 layers with a cache; three copies of the recurrent state take 180 MiB."""
    linear = {"layers": 30, "key_heads": 16, "value_heads": 32, "key_head_dim": 128, "value_head_dim": 128, "conv_kernel": 4}
    shape = {
        "layers": 40, "attention": "hybrid", "kv_heads": 2, "head_dim": 256, "full_attention_layers": 10,
        "layer_groups": [{"layers": 10, "kv_heads": 2, "head_dim": 256}], "linear_attention": linear,
    }  # fmt: skip
    assert kept(shape, 65536) == exactly(1280 * MIB)
    convolution = 30 * (2 * 16 * 128 + 32 * 128) * 4 * 4
    assert cache.states(shape) == exactly(60 * MIB + convolution)
    del shape["layer_groups"]
    assert kept(shape, 65536) == exactly(1280 * MIB)


def test_llama_cpp_prints_304_mib_of_compute_buffer_for_a_vocabulary_of_152064() -> None:
    found = cache.working_memory({"hidden_size": 3584, "vocab_size": 152_064}, Span(4096, 4096))
    assert found is not None
    assert found.high is not None
    assert 0.95 < found.low / (304 * MIB) < 1
    assert found.high == found.low + 4096 * 3584 * 32


@pytest.mark.parametrize(
    ("shape", "tokens", "size"),
    [
        # Phi-2: 32 layers, 32 heads of 80
        ({"layers": 32, "kv_heads": 32, "head_dim": 80}, 1000, 327_680_000),
        # Mistral 7B v0.1: all layers look back over 4,096 tokens
        ({"layers": 32, "kv_heads": 8, "head_dim": 128, "sliding_window": {"window": 4096}}, 8192, 536_870_912),
        ({"layers": 32, "kv_heads": 8, "head_dim": 128, "sliding_window": {"window": 4096}}, 1000, 131_072_000),
        # Gemma 3 4B: 29 layers with a window of 1,024, 5 without; the groups go before the window
        (
            {
                "layers": 34,
                "kv_heads": 4,
                "head_dim": 256,
                "sliding_window": {"window": 1024},
                "layer_groups": [
                    {"layers": 29, "kv_heads": 4, "head_dim": 256, "window": 1024},
                    {"layers": 5, "kv_heads": 4, "head_dim": 256},
                ],
            },
            4096,
            2 * 2 * 1024 * (29 * 1024 + 5 * 4096),
        ),
        # DeepSeekMoE 16B: 27 layers with 512 + 64 values, not doubled
        (
            {
                "layers": 27,
                "attention": "mla",
                "kv_heads": 128,
                "head_dim": 128,
                "mla": {"layers": 27, "kv_lora_rank": 512, "qk_rope_head_dim": 64},
            },
            4096,
            127_401_984,
        ),
        # OpenELM 450M: 91 heads of 64 over all layers
        ({"layers": 20, "head_dim": 64, "kv_heads_per_layer": [3] * 3 + [4] * 7 + [5] * 6 + [6] * 4, "kv_heads_total": 91}, 100, 2_329_600),
        ({"layers": 20, "head_dim": 64, "kv_heads_total": 91}, 100, 2_329_600),
        # the last 18 of 42 layers share what earlier ones keep
        ({"layers": 42, "kv_heads": 2, "head_dim": 256, "kv_shared_layers": 18}, 10, 24 * 2 * 2 * 256 * 2 * 10),
        # FLAN-T5 XL: 24 decoder layers, a token in the self or in the cross attention
        (
            {"layers": 24, "attention": "encoder-decoder", "kv_heads": 32, "head_dim": 64, "encoder_layers": 24, "decoder_layers": 12},
            100,
            9_830_400,
        ),
        # Mamba keeps none
        ({"layers": 64, "attention": "mamba", "mamba": {"layers": 64}}, 100_000, 0),
    ],
)
def test_cache_by_hand(shape: dict[str, Any], tokens: int, size: int) -> None:
    assert kept(shape, tokens) == exactly(size)


def test_what_the_shape_leaves_open_makes_a_range() -> None:
    shape = {"layers": 28, "kv_heads": 8, "head_dim": 128}
    low, high = kept({**shape, "sliding_window_unverified": True}, 100)
    assert (low, high) == (0, kept(shape, 100)[1])
    low, high = kept({**shape, "indexer": {"heads": 4, "head_dim": 128}}, 100)
    assert low == kept(shape, 100)[0]
    assert high == low + 28 * 4 * 128 * 100 * 2
    assert cache.cache_doubts({"sliding_window_unverified": True, "indexer": {}})
    assert cache.kv_cache({"layers": 48, "heads": 64, "attention": "standard"}, Span(1, 1)) is None


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ({"mamba": {"layers": 64, "d_inner": 5120, "d_state": 16, "d_conv": 4}}, 64 * (5120 * 16 + 5120 * 4) * 4),
        (
            {"mamba": {"layers": 28, "heads": 128, "head_dim": 80, "groups": 8, "d_state": 128, "d_conv": 4}},
            28 * (10240 * 128 + (10240 + 2 * 8 * 128) * 4) * 4,
        ),
        ({"conv": {"layers": 10, "dim": 2048, "conv_L_cache": 3}}, 245_760),
        ({}, 0),
    ],
)
def test_states_by_hand(shape: dict[str, Any], size: int) -> None:
    assert cache.states(shape) == exactly(size)
    assert cache.state_doubts(shape) == []


def test_a_state_of_unknown_size_is_a_range() -> None:
    shape = {"hidden_size": 4096, "mamba": {"layers": 64}}
    found = cache.states(shape)
    assert found.low == 0
    assert found.high
    assert cache.state_doubts(shape) == ["the size of its mamba state isn't recorded"]


@pytest.mark.parametrize(
    ("tokens", "low", "high"),
    [
        (576, 576, 576),
        ("4 to 16384 per image, follows the picture size", 4, 16384),
        ("follows the picture size (README default range 4-16384 tokens per image)", 4, 16384),
        ("one token per 32 x 32 pixels; 64 to 16384 tokens per image (survey note)", 64, 16384),
        ("up to 12,288 per image (GLM-4.6V)", 1, 12288),
        ("at most 4,096 per image", 1, 4096),
        ("729 per tile, at most 729 x (9+1) per image; 196 per video frame", 1, 7290),
        ("64 per 448-pixel slice", 1, 8192),
        ("9 to 4 per image", 1, 8192),
        (None, 0, 8192),
    ],
)
def test_tokens_of_a_picture(tokens: Any, low: int, high: int) -> None:
    span, reason = cache.image_tokens(tokens, {"context_length": 8192})
    assert span == (low, high)
    assert (reason is None) == isinstance(tokens, int)


def test_tokens_of_a_picture_end_where_the_longest_input_does() -> None:
    assert cache.image_tokens(None, None)[0].high == cache.MOST_IMAGE_TOKENS
    assert cache.image_tokens(None, {"context_length": 4096, "context_with_rope_scaling": 6000})[0].high == 6000
    assert cache.image_tokens(None, {"context_length": 10**6})[0].high == cache.MOST_IMAGE_TOKENS


def test_the_term_counts_the_layers_that_keep_keys() -> None:
    shape = {"layers": 10, "attention": "standard", "kv_heads": 2, "head_dim": 64}
    assert cache.cache_words(shape, "99") == "2 × 10 layers × 2 heads × 64 × 99 tokens × 2 bytes"
    assert cache.cache_words({**shape, "kv_shared_layers": 3}, "99").startswith("2 × 7 layers × ")
    assert cache.cache_words({**shape, "full_attention_layers": 4, "kv_shared_layers": 3}, "99").startswith("2 × 4 layers × ")
    assert cache.cache_words({**shape, "sliding_window": {"window": 2048}}, "99").endswith(" × at most 2,048 tokens × 2 bytes")
