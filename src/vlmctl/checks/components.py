"""Checks of components: language models, vision encoders, licenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.checks.check import Problem, error, warning
from vlmctl.checks.models import sizes_in
from vlmctl.quantities import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.around import Around
    from vlmctl.checks.subjects import ModelSubject, RecordSubject


@warning("component", "license")
def unused_component(component: RecordSubject, around: Around) -> Iterator[Problem]:
    """A component or license that no model and no family names.

    It is left over, or a record names another spelling of it.
    """
    if component.key not in around.used:
        yield Problem(("id",), "nothing uses it", component.key)


@warning("license")
def license_without_address(license_: RecordSubject) -> Iterator[Problem]:
    """A license whose text nobody can open.

    Add the `url`; where the text isn't on the web, say so in the `note`, and name this check in `explains`.
    """
    if not license_.record.url:
        yield Problem(("id",), "no url", license_.key, "add url")


@warning("component")
def component_params_against_name(component: RecordSubject) -> Iterator[Problem]:
    """The number of parameters is far from the one in the component's name.

    Names are rounded, but a factor of two is a slip. Where the makers' name counts something else, say so in the `note`,
    and name this check in `explains`.
    """
    record = component.record
    sizes = sizes_in(record.name)
    if not record.params or not sizes or "moe" in record.name.lower():
        return
    if not any(0.6 * size <= record.params <= 1.6 * size for size in sizes):
        named = " and ".join(map(format_count, sizes))
        yield Problem(("params",), f"{format_count(record.params)}, but the name says {named}", format_count(record.params))


LEAST = 10**6
"""Parameters; no language model and no vision encoder in use has fewer."""


@warning("model", "component")
def few_params(subject: ModelSubject | RecordSubject) -> Iterator[Problem]:
    """Fewer than a million parameters.

    `params: 3` is three parameters; the unit was forgotten: `3B`.
    """
    for name in ("params", "active_params"):
        count = getattr(subject.record, name, None)
        if count is not None and count < LEAST:
            yield Problem((name,), f"{count} parameters", str(count), f"write {count}B" if count < 1000 else "write it with its unit")


@error("component")
def shape_layers(component: RecordSubject) -> Iterator[Problem]:
    """The layers of a shape don't add up.

    The key/value cache is computed from them. The groups, linear, state-space and convolution layers and those with full
    attention together can't be more than all layers; where nothing else is there, the groups are all of them.
    """
    shape = getattr(component.record, "shape", None)
    if shape is None:
        return
    groups = sum(group.layers for group in shape.layer_groups or ())
    others = sum(part.layers for part in (shape.linear_attention, shape.mamba, shape.conv) if part)
    if groups + others > shape.layers:
        yield Problem(("shape", "layers"), f"its parts have {groups + others} layers", str(shape.layers))
    for name, values in (("kv_heads_per_layer", shape.kv_heads_per_layer), ("heads_per_layer", shape.heads_per_layer)):
        if values and len(values) != shape.layers:
            yield Problem(("shape", name), f"{len(values)} entries for {shape.layers} layers", str(len(values)))


@error("component")
def shape_heads(component: RecordSubject) -> Iterator[Problem]:
    """More key/value heads than query heads, or a number that doesn't divide them.

    Query heads share key/value heads in equal groups.
    """
    shape = getattr(component.record, "shape", None)
    if shape and shape.heads and shape.kv_heads and shape.heads % shape.kv_heads:
        yield Problem(("shape", "kv_heads"), f"{shape.heads} heads can't share {shape.kv_heads}", str(shape.kv_heads))
