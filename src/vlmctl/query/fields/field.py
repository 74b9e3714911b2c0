"""What a field is: a fact about a model or a score that can be filtered, sorted and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from vlmctl.results import Kind

__all__ = ["ORDERED", "Field", "FieldType"]

FieldType = Literal["text", "choice", "names", "count", "bytes", "number", "date", "flag"]
"""How values compare. `text`: case-insensitive; `choice`: a text out of a small set, `=` by default; `names`: several
names and ids of one or more things, `=` matches any of them whole, `~` any part; `count`, `bytes`, `number`, `date` as
in `quantities`; `flag`: yes or no."""

ORDERED: tuple[FieldType, ...] = ("count", "bytes", "number", "date")
"""Types whose values have an order: they take `<`, ranges and axes."""


class Field(NamedTuple):
    """A fact about a model (or a score) that can be filtered, sorted and shown."""

    name: str
    """As users write it, and the JSON key."""
    title: str
    """The column's header."""
    type: FieldType
    sql: str
    """The value, as SQL. What is absent is NULL."""
    help: str
    """One line for the reference page."""
    aliases: tuple[str, ...] = ()
    match: str | None = None
    """SQL of the text that filters look at, where it differs from `sql`. For `names`: lower-case, between U+001F."""
    lacking: str | None = None
    """How to count models without the fact, as in '4 models state no parameter count'. None: every model has it."""
    importance: int = 50
    """See `results.Column`."""
    shrinks: bool = False
    is_json: bool = False
    """The value is a JSON array."""
    params: tuple[object, ...] = ()
    """Values bound to the expression's `?`, in order (benchmark fields)."""
    last: str | None = None
    """Dates: SQL of the last day that the value covers; `sql` is then the text and `first` the first day."""
    first: str | None = None
    yes: str | None = None
    """The value that the field alone, and `=yes`, mean, where it isn't a flag."""
    computed: bool = False
    """Its SQL calls a function that `query.fields.computed` registers: `resolve_field` does so."""
    percent: bool = False
    """The number says how many of a hundred."""

    @property
    def kind(self) -> Kind:
        """How a result column of this field is shown."""
        if self.is_json:
            return "list"
        if self.percent:
            return "percent"
        return {"count": "count", "bytes": "bytes", "number": "number", "date": "date", "flag": "flag"}.get(self.type, "text")  # type: ignore[return-value]
