"""Checks of models: sizes, parts, ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlmctl.checks.check import Problem, error, warning
from vlmctl.names import normalize
from vlmctl.quantities import format_count, parse_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.around import Around
    from vlmctl.checks.subjects import ModelSubject, RecordSubject

TOLERANCE = 0.25
"""How far a stated size may lie from the one in the name, as a part of it: names are rounded, and count parts differently."""


def sizes_in(name: str) -> list[int]:
    """The sizes that a name holds: `MGM-8x7B` has none (a product is no size), `Aria-25B-A3B` has two, `E2B` (effective) none."""
    found = []
    for part in re.split(r"[\s_/-]+", name):
        match = re.fullmatch(r"[aA]?(\d+(?:\.\d+)?)([bBmM])", part)
        if match:
            found.append(parse_count(match.group(1) + match.group(2).upper()))
    return found


@warning("model")
def params_against_name(model: ModelSubject, around: Around) -> Iterator[Problem]:
    """The number of parameters is far from the one in the model's name.

    `450M` in the name and `4.5B` in `params` is a slip. Names often count only the language model: then `params` is what
    the makers state for the whole (say where in `params_basis`), or the name's number with `params_scope: language-model`.
    """
    record = model.record
    if record.params is None:
        return
    sizes = sizes_in(model.name)
    if not sizes or ("moe" in model.name.lower() and record.params > max(sizes)) or _counts_parts(model, sizes, around):
        return
    if not any(_near(record.params, size) or _near(record.active_params or 0, size) for size in sizes):
        named = " and ".join(map(format_count, sizes))
        message = f"{model.name}: {format_count(record.params)} parameters, but the name says {named}"
        yield Problem(("params",), message, format_count(record.params))


def _near(count: int, size: int) -> bool:
    return abs(count - size) <= TOLERANCE * size


def _counts_parts(model: ModelSubject, sizes: list[int], around: Around) -> bool:
    """Whether the name has the language model's size and the whole is that and the encoders together."""
    language = around.catalog.language_models.get(model.record.language_model or "")
    own = language.record.params if language else None
    return own is not None and model.record.params is not None and any(_near(own, size) for size in sizes) and own <= model.record.params


@warning("model")
def params_against_parts(model: ModelSubject, around: Around) -> Iterator[Problem]:
    """The number of parameters doesn't fit the sum of the model's parts.

    A model can't be smaller than its language model and vision encoders together (a fifth off, since names are rounded), and is
    seldom larger by half. Either the size or a part is wrong. Where the makers' own number counts something else, say
    so in the `note`, and name this check in `explains`; where it counts the language model alone, `params_scope` says so.
    """
    record = model.record
    parts = _parts(model, around)
    if record.params is None or parts is None:
        return
    low, high = parts
    if record.params < 0.8 * low:
        message = f"{model.name}: {format_count(record.params)} parameters, but its parts have {format_count(low)}"
        yield Problem(("params",), message, format_count(record.params))
    elif high is not None and record.params > 1.5 * high + 1_000_000_000:
        message = f"{model.name}: {format_count(record.params)} parameters, but its parts have only {format_count(high)}"
        yield Problem(("params",), message, format_count(record.params))


def _parts(model: ModelSubject, around: Around) -> tuple[int, int | None] | None:
    """At least and at most what the named parts have together; the second is None where a part's size isn't known."""
    language = around.catalog.language_models.get(model.record.language_model or "")
    if language is None or language.record.params is None:
        return None
    if model.record.params_scope:
        return language.record.params, None
    encoders = [around.catalog.vision_encoders.get(key) for key in model.record.vision_encoders or ()]
    known = [entry.record.params for entry in encoders if entry and entry.record.params]
    low = language.record.params + sum(known)
    connector = model.family.architecture.connector if model.family and model.family.architecture else None
    # Visual experts have weights of their own in every layer, experts are copies of the language model's layers.
    larger = model.record.mixture_of_experts or (connector is not None and connector.kind == "visual-expert")
    return low, (low if len(known) == len(encoders) and not larger else None)


@error("model")
def active_params_not_fewer(model: ModelSubject) -> Iterator[Problem]:
    """The active parameters are not fewer than all parameters.

    `active_params` is for mixtures of experts, where a part works on a token. Where all do, leave it out.
    """
    record = model.record
    if record.active_params and record.params and record.active_params >= record.params:
        message = f"{model.name}: {format_count(record.active_params)} of {format_count(record.params)} are active"
        yield Problem(("active_params",), message, format_count(record.active_params))


@warning("model")
def params_without_basis(model: ModelSubject) -> Iterator[Problem]:
    """A number of parameters without a word on where it comes from.

    Makers count differently: with or without the encoder, embeddings once or twice. `params_basis` names the place:
    `model card`, `paper table 1`, `model name`.
    """
    if model.record.params and not model.record.params_basis:
        yield Problem(("params",), f"{model.name}: where does the number come from?", format_count(model.record.params), "add params_basis")


_ALONE = re.compile(
    r"language model (only|alone|size|parameters)|size of (the|its) language model|only the language model|LLM parameters|decoder name",
    re.IGNORECASE,
)


@warning("model")
def params_scope_unstated(model: ModelSubject) -> Iterator[Problem]:
    """The words beside a number of parameters say that it counts the language model alone, but `params_scope` doesn't.

    Filters, size classes and the Pareto front compare numbers of parameters, so a part must not pass for the whole. State
    `params_scope: language-model`, or word `params_basis` otherwise.
    """
    record = model.record
    if record.params and record.params_basis and not record.params_scope and _ALONE.search(record.params_basis):
        yield Problem(("params_basis",), "only the language model is counted", record.params_basis, "add params_scope: language-model")
    if record.params_scope and not record.params and model.entry.file.kind == "family":
        yield Problem(("params_scope",), "there are no params whose scope it could be", record.params_scope)


@warning("model")
def released_before_family(model: ModelSubject) -> Iterator[Problem]:
    """The model was released before its family.

    A family's date is that of its first model or paper; one of the two is wrong. Where a checkpoint really was public before
    the document that the family is dated by, say so in the `note`, and name this check in `explains`.
    """
    own, family = model.record.released, model.family.released if model.family else None
    if own and family and own < family[: len(own)] and own[: len(family)] < family:
        yield Problem(("released",), f"the family was released in {family}", own)


@error("model")
def model_id_of_family(model: ModelSubject, around: Around) -> Iterator[Problem]:
    """The model bears the id of another family.

    A family's only model may bear the family's id; with another family's, one name would mean two things.
    """
    other = around.catalog.families.get(model.record.id)
    if other is not None and model.family is not None and other.record.id != model.family.id:
        yield Problem(("id",), f"{model.record.id!r} is a family", model.record.id)


@warning("model")
def part_not_in_family(model: ModelSubject) -> Iterator[Problem]:
    """A part of the model that the family's architecture doesn't name.

    `architecture` lists the language models and vision encoders that its models use; one of the two is incomplete.
    """
    family = model.family
    if family is None or family.architecture is None or model.entry.file.kind != "family":
        return
    architecture, record = family.architecture, model.record
    if architecture.language_models and record.language_model and record.language_model not in architecture.language_models:
        yield Problem(("language_model",), f"not among the family's language models: {record.language_model}", record.language_model)
    for index, key in enumerate(record.vision_encoders or ()):
        if architecture.vision_encoders and key not in architecture.vision_encoders:
            yield Problem(("vision_encoders", index), f"not among the family's vision encoders: {key}", key)


@warning("family")
def part_of_no_model(family: RecordSubject) -> Iterator[Problem]:
    """A part in the family's architecture that none of its models has.

    Fires only where every model names its parts. A component left over from a sibling makes filters find the wrong family.
    """
    record = family.record
    architecture = record.architecture
    if architecture is None:
        return
    if all(model.language_model for model in record.models):
        used = {model.language_model for model in record.models}
        for index, key in enumerate(architecture.language_models or ()):
            if key not in used:
                yield Problem(("architecture", "language_models", index), f"no model has the language model {key}", key)
    if all(model.vision_encoders for model in record.models):
        seen = {key for model in record.models for key in model.vision_encoders or ()}
        for index, key in enumerate(architecture.vision_encoders or ()):
            if key not in seen:
                yield Problem(("architecture", "vision_encoders", index), f"no model has the vision encoder {key}", key)


@warning("family")
def visual_tokens_of_which(family: RecordSubject) -> Iterator[Problem]:
    """A family's number of visual tokens that can't be said of all its models.

    Models that take pictures of another size mostly take another number of tokens. `visual_tokens_at` names the `image_size`
    of which the number is said, and models of another size state their own; left without either, theirs isn't known.
    """
    architecture = family.record.architecture
    if architecture is None:
        return
    tokens, said_of = architecture.visual_tokens, architecture.visual_tokens_at
    sizes = {model.image_size for model in family.record.models}
    if said_of is not None and (tokens is None or said_of not in sizes):
        message = "no model has pictures of that size" if tokens is not None else "there are no visual_tokens that it could be about"
        yield Problem(("architecture", "visual_tokens_at"), message, str(said_of))
    inheriting = {model.image_size for model in family.record.models if model.visual_tokens is None}
    if isinstance(tokens, int) and said_of is None and len(inheriting) > 1:
        shown = ", ".join(sorted("not stated" if size is None else str(size) for size in inheriting))
        yield Problem(("architecture", "visual_tokens"), f"the models' picture sizes differ: {shown}", str(tokens), "add visual_tokens_at")


@warning("model")
def same_weights(model: ModelSubject, around: Around) -> Iterator[Problem]:
    """Two models name the same weights on Hugging Face.

    They are one model, or one of the ids is wrong. Where one repository really holds both, say so in the `note`, and name
    this check in `explains`.
    """
    hf = model.record.hf
    if not hf:
        return
    first = next(key for key, form in around.names["model", normalize(hf)] if form == "hf")
    if first != model.record.id:
        yield Problem(("hf",), f"{first!r} has the same weights", hf)
