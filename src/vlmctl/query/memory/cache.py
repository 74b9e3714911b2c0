"""The key/value cache and the constant states of a language model, from the shape that its component records.

Formulas: `catalog/README.md`. All counts are of values, not bytes, unless the name says so; the cache is kept at 16 bit, a
state at 32 (as llama.cpp keeps it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlmctl.query.memory.counts import Span
from vlmctl.query.memory.settings import BYTES_PER_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["MOST_IMAGE_TOKENS", "cache_doubts", "cache_words", "image_tokens", "kv_cache", "state_doubts", "states", "working_memory"]

MOST_IMAGE_TOKENS = 16_384
"""Tokens of one picture where the catalog doesn't tell: the highest limit that any maker in it names (Qwen2-VL)."""

STATE_BYTES = 4
_CHUNK = 512
_LOGIT_BYTES = 4
_VECTORS = 16

_BETWEEN = re.compile(r"([\d,]+)\s*(?:to|-|–)\s*([\d,]+)\s*(?:tokens\s+)?per image")
_AT_MOST = re.compile(r"(?:up to|at most)\s+([\d,]+)(?:\s*x\s*\((\d+)\s*\+\s*(\d+)\))?\s*(?:tokens\s+)?per image")


def image_tokens(visual_tokens: Any, shape: Mapping[str, Any] | None) -> tuple[Span, str | None]:
    """Tokens of one picture, and why they are a range if they are.

    A number is exact. Of a text only limits `per image` count. Otherwise up to `MOST_IMAGE_TOKENS`, but no more than the
    language model's longest input.
    """
    if isinstance(visual_tokens, int):
        return Span(visual_tokens, visual_tokens), None
    longest = max((shape or {}).get("context_length") or 0, (shape or {}).get("context_with_rope_scaling") or 0)
    most = min(MOST_IMAGE_TOKENS, longest or MOST_IMAGE_TOKENS)
    if not isinstance(visual_tokens, str):
        return Span(0, most), f"how many tokens a picture takes isn't recorded: counted as 0 to {most:,}"
    if found := _BETWEEN.search(visual_tokens):
        low, high = (int(number.replace(",", "")) for number in found.groups())
        if low <= high:
            return Span(low, high), f"a picture takes {low:,} to {high:,} tokens"
    elif found := _AT_MOST.search(visual_tokens):
        high = int(found[1].replace(",", "")) * (int(found[2]) + int(found[3]) if found[2] else 1)
        return Span(1, high), f"a picture takes up to {high:,} tokens"
    return Span(1, most), f"how many tokens a picture takes is recorded as '{visual_tokens}': counted as 1 to {most:,}"


def _values(shape: Mapping[str, Any], tokens: float) -> float | None:
    """Values that the cache keeps for so many tokens; None where the shape doesn't tell."""
    if shape["attention"] == "mamba":
        return 0
    if mla := shape.get("mla"):
        return float(mla["layers"] * (mla["kv_lora_rank"] + mla["qk_rope_head_dim"]) * tokens)
    if groups := shape.get("layer_groups"):
        return float(sum(2 * g["layers"] * g["kv_heads"] * g["head_dim"] * min(tokens, g.get("window") or tokens) for g in groups))
    window = shape.get("sliding_window")
    kept = min(tokens, window["window"]) if window else tokens
    size = shape.get("head_dim")
    per_layer = shape.get("kv_heads_per_layer")
    heads = sum(per_layer) if per_layer else shape.get("kv_heads_total")
    if heads is None and shape.get("kv_heads"):
        layers = shape.get("decoder_layers") or shape.get("full_attention_layers") or shape["layers"] - (shape.get("kv_shared_layers") or 0)
        heads = layers * shape["kv_heads"]
    return None if heads is None or size is None else float(2 * heads * size * kept)


def kv_cache(shape: Mapping[str, Any], tokens: Span) -> Span | None:
    """Bytes of the cache; None where the shape doesn't tell.

    An encoder-decoder keeps its own tokens in the decoder's attention and the prompt's and the pictures' in the cross
    attention, with the same size for each, so that only their sum counts. `cache_doubts` says why it is a range although
    the tokens are known.
    """
    assert tokens.high is not None
    low, high = _values(shape, tokens.low), _values(shape, tokens.high)
    if low is None or high is None:
        return None
    if shape.get("sliding_window_unverified"):
        low = 0
    if indexer := shape.get("indexer"):
        layers = indexer.get("layers") or shape["layers"]
        high += layers * (indexer.get("heads") or 1) * (indexer.get("head_dim") or 0) * tokens.high
    return Span(low * BYTES_PER_VALUE, high * BYTES_PER_VALUE)


def cache_doubts(shape: Mapping[str, Any]) -> list[str]:
    """What the shape leaves open about the cache."""
    doubts = []
    if shape.get("sliding_window_unverified"):
        doubts.append("whether its layers look back over a limited window wasn't seen: full attention is the high end")
    if shape.get("indexer"):
        doubts.append("which layers keep keys for its indexer isn't recorded: none to all")
    return doubts


def cache_words(shape: Mapping[str, Any], tokens: str) -> str:
    """The formula of the cache for people: `2 × 28 layers × 4 heads × 128 × 4,825 tokens × 2 bytes`."""
    if shape["attention"] == "mamba":
        return "no attention layer, so no cache"
    if mla := shape.get("mla"):
        return f"{mla['layers']} layers × ({mla['kv_lora_rank']} + {mla['qk_rope_head_dim']}) × {tokens} tokens × 2 bytes"
    if groups := shape.get("layer_groups"):
        parts = [
            f"{g['layers']} × {g['kv_heads']} × {g['head_dim']} × {'at most ' + format(g['window'], ',') if g.get('window') else tokens}"
            for g in groups
        ]
        return f"2 × (layers × heads × head size × tokens: {' + '.join(parts)}) × 2 bytes"
    window = shape.get("sliding_window")
    kept = f"at most {window['window']:,}" if window else tokens
    layers = shape.get("decoder_layers") or shape.get("full_attention_layers") or shape["layers"] - (shape.get("kv_shared_layers") or 0)
    heads = f"{layers} layers × {shape.get('kv_heads')} heads"
    if shape.get("kv_heads_per_layer") or shape.get("kv_heads_total"):
        heads = f"{shape.get('kv_heads_total') or sum(shape['kv_heads_per_layer'])} heads of all layers"
    return f"2 × {heads} × {shape.get('head_dim')} × {kept} tokens × 2 bytes"


def states(shape: Mapping[str, Any]) -> Span:
    """Bytes of the states that don't grow with the tokens.

    Where a layer's sizes aren't recorded: from nothing to what such layers have elsewhere, which is twice the model's width
    with 128 values for each and a convolution of 4 over three times as much.
    """
    low = high = 0.0
    for kind, size_of in STATES.items():
        if layer := shape.get(kind):
            size = size_of(layer)
            low += layer["layers"] * (size or 0) * STATE_BYTES
            high += layer["layers"] * (2 * (shape.get("hidden_size") or 0) * (128 + 12) if size is None else size) * STATE_BYTES
    return Span(low, high)


def state_doubts(shape: Mapping[str, Any]) -> list[str]:
    """What the shape leaves open about the states."""
    return [
        f"the size of its {kind.replace('_', '-')} state isn't recorded"
        for kind, size_of in STATES.items()
        if (layer := shape.get(kind)) and size_of(layer) is None
    ]


def _linear(layer: Mapping[str, Any]) -> int | None:
    try:
        keys, values = layer["key_heads"] * layer["key_head_dim"], layer["value_heads"] * layer["value_head_dim"]
        return int(values * layer["key_head_dim"] + (2 * keys + values) * layer["conv_kernel"])
    except KeyError:
        return None


def _mamba(layer: Mapping[str, Any]) -> int | None:
    try:
        if "heads" in layer:
            inner = layer["heads"] * layer["head_dim"]
            return int(inner * layer["d_state"] + (inner + 2 * layer["groups"] * layer["d_state"]) * layer["d_conv"])
        return int(layer["d_inner"] * (layer["d_state"] + layer["d_conv"]))
    except KeyError:
        return None


def _convolution(layer: Mapping[str, Any]) -> int | None:
    return layer["dim"] * layer["conv_L_cache"] if "dim" in layer and "conv_L_cache" in layer else None


STATES: Mapping[str, Callable[[Mapping[str, Any]], int | None]] = {"linear_attention": _linear, "mamba": _mamba, "conv": _convolution}
"""Values in a layer's state, by the shape's key; None where its sizes aren't recorded."""


def working_memory(shape: Mapping[str, Any], tokens: Span) -> Span | None:
    """Bytes for activations; None where the shape doesn't tell.

    Low: a runtime that works in chunks of 512 tokens and keeps their scores over the vocabulary at 32 bit (llama.cpp's
    compute buffer). High: one that takes the whole prompt at once besides, with 16 vectors of the model's width for each
    token alive: residual, norm, query, key, value, output, and two of the feed-forward layer, each five times as wide.
    """
    assert tokens.high is not None
    width, words = shape.get("hidden_size"), shape.get("vocab_size")
    if not width or not words:
        return None
    low = min(_CHUNK, tokens.low) * words * _LOGIT_BYTES
    high = min(_CHUNK, tokens.high) * words * _LOGIT_BYTES + tokens.high * width * _VECTORS * BYTES_PER_VALUE
    return Span(low, high)
