"""Options that several commands share, named once: a class per group, expanded into a command's signature.

`with_groups` lets a command take `output: Output`; Typer sees the class's annotated attributes as options of their own.
Plain classes rather than dataclasses: making a class is paid at every start, and a dataclass of twenty fields costs 2 ms.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

__all__ = ["OUT", "SCORES", "WHERE", "WHICH", "Group", "with_groups"]

WHICH, SCORES, OUT, WHERE = "Which models", "Which scores", "Output", "Where and how"
"""Titles under which several commands' help pages show options."""


class Group:
    """Base of option groups: annotated class attributes with defaults; an instance holds the values of one call.

    A module that defines a group had better not postpone its annotations (`from __future__ import annotations`): evaluating
    them costs time at every start.
    """

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    @classmethod
    def parameters(cls) -> list[inspect.Parameter]:
        """The group's options as keyword parameters, those of its base classes first."""
        kind = inspect.Parameter.KEYWORD_ONLY
        named = {name: hint for base in reversed(cls.__mro__) for name, hint in inspect.get_annotations(base, eval_str=True).items()}
        return [inspect.Parameter(name, kind, default=getattr(cls, name), annotation=hint) for name, hint in named.items()]


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters of a group's type are replaced by the group's options."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, type[Group]] = {}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        hint = hints[parameter.name]
        if isinstance(hint, type) and issubclass(hint, Group):
            groups[parameter.name] = hint
            parameters += hint.parameters()
        else:
            parameters.append(parameter.replace(annotation=hint, kind=inspect.Parameter.KEYWORD_ONLY))
    names = {name: [parameter.name for parameter in group.parameters()] for name, group in groups.items()}

    @functools.wraps(command)
    def expanded(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{option: values.pop(option) for option in names[name]})
        command(**values)

    expanded.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    expanded.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del expanded.__wrapped__  # Typer must see the new signature
    return expanded
