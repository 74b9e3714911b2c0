"""What a command answers: tables, cards and charts of raw values. No formatting, no colors, no widths.

Queries build results, renderers draw them. A cell's value is the same in every format; marks and emphasis ride beside
it and never enter the data. Most are named tuples: making a class costs every start, and a dataclass costs four times as
much, and loads `inspect`. A `Cell` is neither, so that no encoder takes it for a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

__all__ = ["Block", "Card", "Cell", "Chart", "Column", "Fact", "Facts", "Kind", "Legend", "Point", "Prose", "Result", "Table", "Value"]

Value = str | int | float | bool | None | Sequence[Any] | Mapping[str, Any]
"""A raw value: what `--json` prints."""

Kind = Literal["text", "number", "percent", "count", "bytes", "date", "flag", "link", "list"]
"""How a value is shown to people: `count` is a number of parameters (1.7B), `bytes` a size of memory, `flag` yes/no.

`percent` is a number that says how many of a hundred, in a column of one benchmark."""

Legend = Sequence[tuple[str, str]]
"""Marks that may occur in a result and what they mean; renderers explain those that do."""


class Column(NamedTuple):
    """A column of a table."""

    key: str
    """Which entry of a row it shows; the header in machine formats."""
    title: str
    """The header on a terminal and in Markdown."""
    kind: Kind = "text"
    """How its values are shown to people, unless a cell says otherwise."""
    importance: int = 50
    """When the screen is narrow, columns with the highest number are left out first; 0 always stays."""
    machine: bool = False
    """Left out on a terminal unless asked for by name: an id beside a name, a flag that a mark already shows."""
    human: bool = False
    """Only for people (a terminal, Markdown): a note made of other columns, a bar."""
    shrinks: bool = False
    """Long text that may be shortened on a terminal, with an ellipsis, before columns are left out."""
    named: bool = False
    """Of a column for people: it can be asked for by name all the same."""


class Cell:
    """A value with what belongs to it on a screen; in machine formats only `value` counts. Not to be changed."""

    __slots__ = ("kind", "link", "mark", "strong", "value")

    def __init__(self, value: Value, mark: str = "", strong: bool = False, kind: Kind | None = None, link: str | None = None) -> None:
        """`mark` is a sign beside the value, explained in the result's legend.

        `strong` is emphasis (a mark says the same without color), `kind` overrides the column's, `link` is an http(s)
        address behind the text, for terminals that can show one.
        """
        self.value = value
        self.mark = mark
        self.strong = strong
        self.kind = kind
        self.link = link

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cell) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all()[1:])

    def __repr__(self) -> str:
        return f"Cell{self._all()!r}"

    def _all(self) -> tuple[Value, str, bool, Kind | None, str | None]:
        return self.value, self.mark, self.strong, self.kind, self.link


Row = Mapping[str, Any]
"""A row: raw values or `Cell`s under the columns' keys. Further entries may be there; only JSON shows them."""


class Table(NamedTuple):
    """Rows under columns."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    heading: str = ""
    """What was asked and how much was found; printed above the table on a terminal."""
    legend: Legend = ()
    """Marks that may occur in the rows; those that do are explained below the table on a terminal."""
    notes: Sequence[str] = ()
    """Narration for stderr, a line each: what was left out, and which option shows it."""
    data: Any = None
    """What JSON prints instead of the rows; `None` prints the rows."""
    name: str = "id"
    """The entry that `-q` prints, a line each."""
    group: str | None = None
    """The key of a column whose change of value starts a new group of rows (shown by white space on a terminal)."""
    empty: str = "nothing matches"
    """What to tell on stderr when there is no row."""
    ids: Sequence[str] | None = None
    """What `-q` prints where the rows aren't the things asked for."""
    blocks: bool = False
    """A matrix, such as models side by side: on a narrow screen it is split into blocks under one another instead of
    leaving columns out. The columns of importance 0 are its labels and stand in every block."""
    beside: Sequence[str] = ()
    """Entries that JSON prints beside chosen columns: what marks tell people."""
    aside: Sequence[str] = ()
    """Further narration, on what `-q` doesn't print anyway."""
    unlisted: Sequence[str] = ()
    """Narration with `-q` alone: which rows it doesn't print."""


class Fact(NamedTuple):
    """A labelled value of a card."""

    key: str
    label: str
    value: Any
    """A raw value or a `Cell`."""
    kind: Kind = "text"


class Facts(NamedTuple):
    """Labelled values, one under the other."""

    items: Sequence[Fact]
    title: str = ""


class Prose(NamedTuple):
    """Sentences, one paragraph or bullet each."""

    lines: Sequence[str]
    title: str = ""
    key: str = "text"
    bullets: bool = False


Block = Facts | Prose | Table


class Card(NamedTuple):
    """All about one thing (or a few): blocks one under the other."""

    heading: str
    blocks: Sequence[Block]
    data: Any
    """What JSON prints."""
    notes: Sequence[str] = ()
    """Narration for stderr, on what the card shows; not printed with `-q`."""
    name: Sequence[str] = ()
    """What `-q` prints, a line each."""
    legend: Legend = ()


class Point(NamedTuple):
    """A point of a chart."""

    id: str
    label: str
    x: float
    y: float
    group: str = ""
    front: bool = False
    """On the Pareto front."""
    stated: Value = None
    """What stands for x outside of pictures, where that isn't the number: a date."""


class Chart(NamedTuple):
    """A scatter plot."""

    points: Sequence[Point]
    x_title: str
    y_title: str
    x_kind: Kind = "number"
    y_kind: Kind = "number"
    log_x: bool = False
    log_y: bool = False
    heading: str = ""
    notes: Sequence[str] = ()
    front: Sequence[str] = ()
    """Ids of the points on the Pareto front, from left to right."""
    data: Any = None
    x_unit: str = ""
    """What the axis says beside its title."""
    y_unit: str = ""
    labels: Sequence[str] = ()
    """Ids of the points that bear their name, the most important first."""
    line: bool = False
    """Whether the Pareto front is drawn as a line of steps."""
    smaller_x: bool = True
    """Whether less of x is better, so that a step of the front goes right before it goes up."""
    group_title: str = ""
    """What the groups are, such as `Family`."""


Result = Table | Card | Chart
