"""Components that several families share: language models, vision encoders, and licenses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vlmctl.choices import Commercial
from vlmctl.records.common import MOST, Explains, Id, Natural, Params, Record, Text, Url

__all__ = ["LanguageModel", "LayerGroup", "License", "Shape", "VisionEncoder"]

Whole = Annotated[int, Field(ge=0, lt=MOST)]


class LayerGroup(Record):
    """Layers that keep the same keys and values."""

    layers: Natural
    """How many layers."""
    kv_heads: Natural
    """Key/value heads of each."""
    head_dim: Natural
    """Size of a head."""
    window: Natural | None = None
    """Tokens they look back at; left out: all."""


class SlidingWindow(Record):
    """Attention that looks back a limited number of tokens."""

    window: Natural
    """How many tokens."""
    pattern: Text | None = None
    """Which layers do so."""


class LatentAttention(Record):
    """Multi-head latent attention (MLA): one compressed vector per token and layer."""

    layers: Natural
    """Layers that use it."""
    kv_lora_rank: Natural
    """Size of the compressed vector."""
    qk_rope_head_dim: Whole
    """Size of the rotary part kept beside it."""
    qk_nope_head_dim: Natural | None = None
    """Size of the part without position."""
    v_head_dim: Natural | None = None
    """Size of a value head."""


class LinearAttention(Record):
    """Layers whose state doesn't grow with the tokens."""

    layers: Natural
    """How many layers."""
    type: Text | None = None
    """The kind."""
    key_heads: Natural | None = None
    """Key heads."""
    value_heads: Natural | None = None
    """Value heads."""
    key_head_dim: Natural | None = None
    """Size of a key head."""
    value_head_dim: Natural | None = None
    """Size of a value head."""
    conv_kernel: Natural | None = None
    """Length of the short convolution."""
    state: Text | None = None
    """The state's size, in words."""


class Mamba(Record):
    """State-space layers, whose state doesn't grow with the tokens."""

    layers: Natural
    """How many layers."""
    d_inner: Natural | None = None
    """Inner width."""
    d_state: Natural | None = None
    """State size."""
    d_conv: Natural | None = None
    """Length of the convolution."""
    heads: Natural | None = None
    """Heads."""
    head_dim: Natural | None = None
    """Size of a head."""
    groups: Natural | None = None
    """Groups."""


class Convolution(Record):
    """Convolution layers, whose state doesn't grow with the tokens."""

    layers: Natural
    """How many layers."""
    dim: Natural | None = None
    """Width."""
    conv_L_cache: Natural | None = None  # noqa: N815 - the name in the models' own configurations
    """Tokens kept."""


class Indexer(Record):
    """A small attention that chooses the tokens which the large one looks at; keeps keys of its own."""

    layers: Natural | None = None
    """Layers that have one."""
    heads: Natural | None = None
    """Heads."""
    head_dim: Natural | None = None
    """Size of a head."""
    kpool: Natural | None = None
    """Tokens pooled into one key."""


class Experts(Record):
    """A mixture of experts."""

    experts: Natural
    """How many there are."""
    active: Natural | None = None
    """How many work on a token."""


class Shape(Record):
    """What the key/value cache needs.

    bytes = 2 × layers × kv_heads × head_dim × tokens × bytes per value; with `layer_groups` the sum over the groups,
    tokens capped at a group's window; with `sliding_window` alone, all layers capped at it; with `mla`, its layers ×
    (kv_lora_rank + qk_rope_head_dim) × tokens × bytes per value, not doubled.
    """

    layers: Natural
    """All layers."""
    hidden_size: Natural | None = None
    """Width of the residual stream."""
    heads: Natural | None = None
    """Query heads."""
    kv_heads: Natural | None = None
    """Key/value heads."""
    head_dim: Natural | None = None
    """Size of a head."""
    context_length: Natural | None = None
    """Longest input in tokens."""
    context_with_rope_scaling: Natural | None = None
    """Longest input when positions are stretched."""
    vocab_size: Natural | None = None
    """Size of the vocabulary."""
    attention: Literal["standard", "hybrid", "mla", "encoder-decoder", "mamba"]
    """The kind of attention."""
    layer_groups: list[LayerGroup] | None = None
    """Layers by what they keep, where they differ."""
    sliding_window: SlidingWindow | None = None
    """A limit on how far back layers look."""
    sliding_window_unverified: bool | None = None
    """The limit was not seen in the model's own configuration."""
    full_attention_layers: Natural | None = None
    """Layers that keep keys and values for all tokens (hybrid)."""
    kv_shared_layers: Natural | None = None
    """Layers that use another layer's keys and values."""
    heads_per_layer: list[Natural] | None = None
    """Query heads, layer by layer, where they differ."""
    kv_heads_per_layer: list[Natural] | None = None
    """Key/value heads, layer by layer, where they differ."""
    kv_heads_total: Natural | None = None
    """Their sum."""
    mla: LatentAttention | None = None
    """Multi-head latent attention."""
    linear_attention: LinearAttention | None = None
    """Linear-attention layers."""
    mamba: Mamba | None = None
    """State-space layers."""
    conv: Convolution | None = None
    """Convolution layers."""
    indexer: Indexer | None = None
    """An indexer with keys of its own."""
    encoder_layers: Natural | None = None
    """Encoder layers (encoder-decoder)."""
    decoder_layers: Natural | None = None
    """Decoder layers (encoder-decoder)."""
    moe: Experts | None = None
    """A mixture of experts."""
    source: Text
    """Where the shape was read."""
    note: Text | None = None
    """Where it rests on a sibling or a default."""


class _Component(Record):
    id: Id
    """The component's id."""
    name: Text
    """As its makers write it."""
    line: Text | None = None
    """The line it belongs to, for grouping."""
    params: Params | None = None
    """Its parameters."""
    params_basis: Text | None = None
    """Where that number comes from."""
    maker: Text | None = None
    """Who made it."""
    hf: Text | None = None
    """The id of the weights on Hugging Face."""
    aliases: list[Text] | None = None
    """Spellings found in sources."""
    per_family_aliases: list[Text] | None = None
    """Spellings that mean it only within a family; not used for lookup."""
    note: Text | None = None
    """A remark."""
    explains: Explains | None = None
    """Ids of the checks whose warnings about this component the note explains."""


class LanguageModel(_Component):
    """A language model."""

    shape: Shape | None = None
    """What the key/value cache needs."""


class VisionEncoder(_Component):
    """A vision encoder."""

    image_size: Natural | None = None
    """Side of its input in pixels."""
    patch_size: Natural | None = None
    """Side of a patch in pixels."""


class License(Record):
    """A license of code or weights."""

    id: Text
    """The SPDX id where there is one, else a short name."""
    name: Text
    """The name in full."""
    commercial: Commercial | None = None
    """Whether it allows commercial use; left out where that wasn't checked. Not legal advice."""
    url: Url | None = None
    """Where the text can be read."""
    note: Text | None = None
    """A remark."""
    aliases: list[Text] | None = None
    """Other spellings."""
    explains: Explains | None = None
    """Ids of the checks whose warnings about this license the note explains."""
