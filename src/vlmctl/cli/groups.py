"""Options that several commands share, named once: a dataclass per group, expanded into a command's signature.

`with_groups` lets a command take `output: Output`; Typer sees the dataclass's fields as options of their own.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

__all__ = ["with_groups"]


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters of a dataclass type are replaced by the dataclass's fields, as keyword options."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    groups: dict[str, type[Any]] = {}
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        hint = hints[parameter.name]
        if not dataclasses.is_dataclass(hint):
            parameters.append(parameter.replace(annotation=hint))
            continue
        assert isinstance(hint, type)  # noqa: S101 - an instance can\'t be an annotation
        groups[parameter.name] = hint
        own = get_type_hints(hint, include_extras=True)
        for field in dataclasses.fields(hint):
            default = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
            parameters.append(inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=own[field.name]))

    @functools.wraps(command)
    def expanded(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in dataclasses.fields(group)})
        command(**values)

    plain = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
    expanded.__signature__ = signature.replace(parameters=plain)  # type: ignore[attr-defined]
    expanded.__annotations__ = {p.name: p.annotation for p in plain}
    del expanded.__wrapped__  # Typer must see the new signature
    return expanded
