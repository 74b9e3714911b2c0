"""What a check is. A check is one function: its name is its id, its docstring says why it matters and what to do.

    @warning("score")
    def quote_lacks_value(score: ScoreSubject, around: Around) -> Iterator[Problem]:
        '''The quote doesn't hold the value. ...'''

That is all there is to adding one: `registry` finds it, the reference page shows it under its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from vlmctl.source.findings import Severity

__all__ = ["Check", "On", "Problem", "Route", "error", "found_while_reading", "warning"]

Route = tuple[str | int, ...]
"""Keys and indices from a subject to a value in it."""

On = Literal["reading", "file", "family", "model", "score", "benchmark", "component", "license"]
"""What a check looks at; `reading` are those that the reader and the schema make before any check runs."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found in its subject."""

    route: Route
    """Where, from the subject."""
    message: str
    """One line, without a full stop."""
    text: str | None = None
    """The offending text."""
    hint: str | None = None
    """The nearest allowed value, or what to do."""


Run = Callable[..., Iterator[Problem]]
"""A check's function: a subject, and what is around it where the check needs that -> the problems found."""


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check."""

    id: str
    severity: Severity
    on: tuple[On, ...]
    """The kinds of subjects it runs on."""
    doc: str
    """Its first line says what is wrong; the rest why it matters and what to do."""
    function: Run | None
    """None for what is found while reading."""
    looks_around: bool = False
    """Whether the function also takes what is around its subject."""

    @property
    def title(self) -> str:
        """What is wrong, in one line."""
        return self.doc.partition("\n")[0]

    def run(self, subject: Any, around: Any) -> Iterator[Problem]:
        """The problems of a subject."""
        if self.function is None:
            return iter(())
        return self.function(subject, around) if self.looks_around else self.function(subject)


def error(*on: On) -> Callable[[Run], Check]:
    """Register a function as the check of its name, run on each subject of these kinds; what it finds are errors."""
    return lambda function: Check(_id(function), "error", on, _doc(function), function, _looks_around(function))


def warning(*on: On) -> Callable[[Run], Check]:
    """The same for warnings, which a record's note can explain."""
    return lambda function: Check(_id(function), "warning", on, _doc(function), function, _looks_around(function))


def found_while_reading(severity: Severity = "error") -> Callable[[Callable[[], None]], Check]:
    """Register what the reader or the schema finds under the name of an empty function, for its docstring."""

    def register(function: Callable[[], None]) -> Check:
        return Check(_id(function), severity, ("reading",), _doc(function), None)

    return register


def _id(function: Callable[..., Any]) -> str:
    return function.__name__.replace("_", "-")


def _looks_around(function: Run) -> bool:
    return function.__code__.co_argcount == 2


def _doc(function: Callable[..., Any]) -> str:
    if not function.__doc__:
        raise ValueError(f"the check {function.__name__} needs a docstring")
    return cleandoc(function.__doc__)
