"""Facts about a model that its records imply without stating them in one field."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlmctl.records import Family, Model, Shape

__all__ = ["is_mixture", "is_open", "params_scope", "visual_tokens"]


def is_mixture(family: Family, model: Model, shape: Shape | None) -> bool | None:
    """Whether a model is a mixture of experts; None where the records can't tell.

    A family's `architecture` names a mixture where there is one, so its silence means there is none, unless the
    makers state separate active parameters.
    """
    if model.mixture_of_experts is not None:
        return model.mixture_of_experts
    if shape is not None:
        return shape.moe is not None
    if family.architecture is None or family.architecture.mixture_of_experts or model.active_params:
        return None
    return False


def is_open(family: Family, model: Model) -> bool | None:
    """Whether the weights can be downloaded; None where only the family's other models have an address, or weights bear a license alone."""
    if model.hf:
        return True
    if not family.links or not family.links.weights:
        licensed = model.license or (family.license and family.license.weights)
        return None if licensed or any(other.hf for other in family.models) else False
    return None if any(other.hf for other in family.models) else True


def visual_tokens(family: Family, model: Model) -> int | str | None:
    """Tokens of one picture: the model's own, else the family's where that is said of it; None where neither is."""
    architecture = family.architecture
    if model.visual_tokens is not None or architecture is None:
        return model.visual_tokens
    said_of = architecture.visual_tokens_at
    return architecture.visual_tokens if said_of is None or said_of == model.image_size else None


def params_scope(model: Model) -> str | None:
    """What a model's `params` counts: `whole` or `language-model`; None where it states none."""
    return None if model.params is None else model.params_scope or "whole"
