"""The estimate for a model: each term with its low and high end in bytes, in words, and with its basis.

Asks the store only. What a fact's absence leaves open makes a term a range; what nothing bounds has no high end.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.quantities import format_count
from vlmctl.query.memory import cache
from vlmctl.query.memory.counts import NOTHING_KNOWN, WHOLE_MODEL, Part, Span, connector_limit, reconciled, stated, together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vlmctl.query.memory.settings import Settings
    from vlmctl.store.catalog import Catalog

__all__ = ["RUNTIME", "Component", "Estimate", "Facts", "Known", "Term", "estimate", "facts_of"]

RUNTIME = Span(100_000_000, 700_000_000)
"""Bytes for the runtime itself: contexts, kernels, buffers. What SmolVLM 500M (1.2 GB) and Qwen2-VL 7B (16.07 GiB at one
token) take beyond their weights."""

PARTS = {"language_model": "Language model", "vision_encoder": "Vision encoder", "connector": "Connector"}
CACHE = "Key/value cache"
ACTIVATIONS = "512 tokens × vocabulary × 4 bytes; at most all tokens × width × 16 × 2 bytes more"
INSIDE = frozenset({"visual-expert", "cross-attention", "other", None})
"""Kinds of connectors whose weights may be layers of the language model, quantized with it."""


class Component(NamedTuple):
    """A language model or vision encoder."""

    id: str
    name: str
    params: int | None
    basis: str
    shape: Mapping[str, Any] | None


class Facts(NamedTuple):
    """What the store has of a model."""

    id: str
    name: str
    family: str
    params: int | None
    alone: bool
    """Whether they are the language model's alone."""
    basis: str
    connector: str | None
    visual_tokens: Any
    language: Component | None
    encoders: tuple[Component, ...]


class Term(NamedTuple):
    """A term of the sum."""

    key: str
    label: str
    size: Span
    """Bytes."""
    formula: Callable[[], str]
    """How it is made, in words; made only when it is shown."""
    basis: Callable[[], str]
    """What it rests on, likewise."""
    part: bool = False
    """A part of the weights; only their term counts in the sum."""


class Estimate(NamedTuple):
    """What a model needs."""

    facts: Facts
    size: Span | None
    """Bytes, from low to high; None where not even the low end is known."""
    terms: tuple[Term, ...]
    reasons: tuple[str, ...]
    """Why it is a range, or unknown."""

    @property
    def low(self) -> int | None:
        """The low end."""
        return None if self.size is None else round(self.size.low)

    @property
    def high(self) -> int | None:
        """The high end; None where nothing bounds it."""
        return None if self.size is None or self.size.high is None else round(self.size.high)


class Known:
    """The store's components, read once, and what was worked out from them."""

    def __init__(self, catalog: Catalog) -> None:
        self.components: dict[str, Component] = {}
        self.among_peers: dict[tuple[object, ...], tuple[Span, str]] = {}
        sql = "SELECT id, name, params, shape_json, coalesce(json_extract(document_json, '$.params_basis'), '') AS basis FROM component"
        for row in catalog.rows(sql):
            shape = json.loads(row["shape_json"]) if row["shape_json"] else None
            self.components[row["id"]] = Component(row["id"], row["name"], row["params"], row["basis"], shape)

    def peers(self, counted: Span, tokens: Span, size_of: Callable[[Mapping[str, Any], Span], Span | None]) -> tuple[Span, str]:
        """What language models with half to twice as many parameters need: least and most."""
        middle = (counted.low + (counted.high if counted.high is not None else counted.low)) / 2
        key = (middle, tokens, size_of)
        if key not in self.among_peers:
            shapes = [c.shape for c in self.components.values() if c.shape and c.params and middle / 2 <= c.params <= middle * 2]
            sizes = [size for shape in shapes if (size := size_of(shape, tokens)) is not None]
            if sizes:
                found = Span(min(size.low for size in sizes), max(size.high or 0 for size in sizes))
                self.among_peers[key] = found, f"the catalog's {len(sizes)} language models of half to twice the size"
            else:
                self.among_peers[key] = NOTHING_KNOWN, "no language model of comparable size is recorded"
        return self.among_peers[key]


def facts_of(catalog: Catalog, known: Known, models: Sequence[str] | None = None) -> Iterator[Facts]:
    """The facts of these models, of all where none are named; in the catalog's order."""
    where, params = "1", ()  # type: str, tuple[str, ...]
    if models is not None:
        where, params = "id IN (SELECT value FROM json_each(?))", (json.dumps(list(models)),)
    sql = (
        "SELECT id, name, family, params, params_scope, coalesce(json_extract(document_json, '$.params_basis'), '') AS basis, connector,"
        f" visual_tokens, language_model, vision_encoders_json FROM model WHERE {where} ORDER BY position"
    )
    for row in catalog.rows(sql, params):
        encoders = [known.components.get(key) for key in json.loads(row["vision_encoders_json"])]
        yield Facts(
            row["id"], row["name"], row["family"], row["params"], row["params_scope"] == "language-model", row["basis"],
            row["connector"], row["visual_tokens"],
            known.components.get(row["language_model"] or ""), tuple(each for each in encoders if each),
        )  # fmt: skip


def estimate(facts: Facts, known: Known, settings: Settings) -> Estimate:
    """What a model needs for inference with these settings, one answer at a time."""
    language, total, basis = _counts(facts)
    if language is None and total is None:
        return Estimate(facts, None, (), ("neither the model's number of parameters nor its language model's is stated",))
    reasons: list[str] = []
    parts, binding = _weights(facts, language, total, settings, reasons)
    size = together(parts, binding)
    growing = list(_growing(facts, known, settings, language or total or NOTHING_KNOWN, reasons))
    reasons.append("a printed number of parameters is rounded, and the runtime's own need differs")
    terms = (
        *(_part_term(part, facts, basis) for part in parts),
        Term("weights", "Weights", size, partial(_weights_words, binding), partial(_weights_basis, binding, facts)),
        *growing,
        Term("runtime", "Runtime", RUNTIME, lambda: "a constant", lambda: "what SmolVLM 500M and Qwen2-VL 7B take beyond their weights"),
    )  # fmt: skip
    whole = Span(0, 0)
    for term in terms:
        whole = whole if term.part else whole.plus(term.size)
    return Estimate(facts, whole, terms, tuple(dict.fromkeys(reasons)))


def _counts(facts: Facts) -> tuple[Span | None, Span | None, str]:
    """Parameters of the language model and of the whole, None where not stated, and where the first comes from."""
    component = facts.language
    whole = component is not None and any(phrase in component.basis for phrase in WHOLE_MODEL)
    total = stated(facts.params) if facts.params and not facts.alone else None
    if component is not None and component.params and not whole:
        return stated(component.params), total, f"as stated for {component.name}"
    if facts.params and facts.alone:
        return stated(facts.params), total, f"from the model's own figure, which counts the language model alone ({facts.basis})"
    if total is None and component is not None and component.params:
        return None, stated(component.params), ""
    return None, total, ""


def _weights(
    facts: Facts, language: Span | None, total: Span | None, settings: Settings, reasons: list[str]
) -> tuple[list[Part], Span | None]:
    """The three parts and the total that bounds them."""
    if language is None:
        reasons.append("the language model's number of parameters isn't stated: it is what the other parts leave of the whole")
    encoder = Span(0, 0) if facts.encoders else NOTHING_KNOWN
    for each in facts.encoders:
        encoder = encoder.plus(stated(each.params) if each.params else NOTHING_KNOWN)
    unsized = ", ".join(each.name for each in facts.encoders if not each.params)
    if unsized:
        reasons.append(f"the vision encoder's number of parameters isn't stated: {unsized}")
    elif not facts.encoders:
        reasons.append("the vision encoder isn't recorded")
    reasons.append("the connector's number of parameters isn't recorded")
    shape = facts.language.shape if facts.language else None
    limit = connector_limit(facts.connector, (shape or {}).get("hidden_size"))
    bits = settings.bits((language or total or NOTHING_KNOWN).low)
    parts = [
        Part("language_model", language or NOTHING_KNOWN, bits),
        Part("vision_encoder", encoder, (16.0, 16.0)),
        Part("connector", Span(0, limit), (bits[0], 16.0) if facts.connector in INSIDE else (16.0, 16.0)),
    ]
    narrowed, binding, note = reconciled(parts, total)
    reasons += [note] if note else []
    return narrowed, binding


def _part_term(part: Part, facts: Facts, basis: str) -> Term:
    words, origin = partial(_part_words, part), partial(_part_basis, part, facts, basis)
    return Term(part.key, PARTS[part.key], part.size, words, origin, part=True)


def _part_words(part: Part) -> str:
    bits = f"{part.bits[0]:g}" if part.bits[0] == part.bits[1] else f"{part.bits[0]:g} to {part.bits[1]:g}"
    return f"{_counted(part.params)} parameters × {bits} bits"


def _part_basis(part: Part, facts: Facts, basis: str) -> str:
    whole = f"what is left of the whole model's {format_count(facts.params)}" if facts.params and not facts.alone else "not stated"
    if part.key == "language_model":
        component = facts.language
        return f"{format_count(component.params)} {basis}" if basis and component and component.params else basis or whole
    if part.key == "vision_encoder":
        return (
            " + ".join(f"{each.name} {format_count(each.params) if each.params else '(size not stated)'}" for each in facts.encoders)
            or whole
        )
    return f"{facts.connector or 'kind not recorded'}; bounded by its kind and by the whole"


def _counted(count: Span) -> str:
    """A span of parameters for people, in three digits."""
    low, high = (None if end is None else format_count(int(float(f"{end:.3g}"))) for end in count)
    return f"{low} or more" if high is None else f"{low} to {high}" if low != high else f"{low}"


def _weights_words(binding: Span | None) -> str:
    return "the parts together" if binding is None else f"the parts together, within {_counted(binding)} parameters"


def _weights_basis(binding: Span | None, facts: Facts) -> str:
    if binding is None:
        return "the whole isn't stated, or its parts contradict it"
    if facts.params is None:
        return "the language model's figure counts the whole"
    return f"{format_count(facts.params)} stated for the whole" + (f" ({facts.basis})" if facts.basis else "")


def _growing(facts: Facts, known: Known, settings: Settings, counted: Span, reasons: list[str]) -> Iterator[Term]:
    """The terms that hang on the language model's shape: cache, states, activations."""
    shape = facts.language.shape if facts.language else None
    each, note = cache.image_tokens(facts.visual_tokens, shape)
    if settings.images and note:
        reasons.append(note)
    tokens = each.times(settings.images).plus(Span(settings.context, settings.context))
    words = f"{tokens.low:,.0f}" if tokens.low == tokens.high else f"{tokens.low:,.0f} to {tokens.high:,.0f}"
    kept = cache.kv_cache(shape, tokens) if shape else None
    if shape and kept:
        source = f"{facts.language.name if facts.language else ''}, {shape.get('source', 'its shape')}"
        yield Term("kv_cache", CACHE, kept, lambda: cache.cache_words(shape, words), lambda: source)
    else:
        size, basis = known.peers(counted, tokens, cache.kv_cache)
        reasons.append("the shape of the language model isn't recorded")
        yield Term("kv_cache", CACHE, size, lambda: f"{words} tokens in the cache of others", lambda: basis)
    if shape:
        state = cache.states(shape)
        reasons += [*cache.cache_doubts(shape), *cache.state_doubts(shape)]
        if state.high:
            yield Term(
                "state",
                "State",
                state,
                lambda: "constant in tokens, 4 bytes per value",
                lambda: "linear-attention, Mamba or convolution layers",
            )
    working = cache.working_memory(shape, tokens) if shape else None
    if shape and working:
        sizes = f"vocabulary {shape['vocab_size']:,}, width {shape['hidden_size']:,}"
        yield Term("activations", "Activations", working, lambda: ACTIVATIONS, lambda: sizes)
    else:
        size, peers = known.peers(counted, tokens, cache.working_memory)
        yield Term("activations", "Activations", size, lambda: ACTIVATIONS, lambda: peers)
