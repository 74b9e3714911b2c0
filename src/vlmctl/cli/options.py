"""The options that commands share, in groups: which models, how the answer is printed, which catalog is asked.

Annotations are not postponed here: `groups` reads them as they are, at every start.
"""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmctl.cli.fitting import FITS, Fitting
from vlmctl.cli.groups import OUT, SCORES, WHICH, Group

if TYPE_CHECKING:
    from vlmctl.query.filters import Filter
    from vlmctl.store.catalog import Catalog

__all__ = ["Figures", "Format", "Lang", "Limit", "Output", "Selection", "Sort", "Terms"]

Terms = Annotated[
    list[str] | None,
    typer.Argument(metavar="TERM", help="Conditions that must all hold, such as 'params<4B' 'TextVQA>=55'.", show_default=False),
]
Sort = Annotated[
    list[str] | None,
    typer.Option(
        "--sort", metavar="FIELD", help="Field or benchmark to sort by; -FIELD descends. Repeat or separate by commas.", rich_help_panel=OUT
    ),
]
Limit = Annotated[
    int | None, typer.Option("--limit", "-n", metavar="N", min=0, max=10**9, help="At most N rows; 0 shows all.", rich_help_panel=OUT)
]


class Format(str, Enum):
    """How an answer is printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    tsv = "tsv"
    markdown = "markdown"


class Lang(str, Enum):
    """The language of summaries and contributions."""

    en = "en"
    zh = "zh"


class Color(str, Enum):
    """When styles are used."""

    auto = "auto"
    always = "always"
    never = "never"


class Output(Group):
    """How the answer is printed, and which catalog is asked."""

    json: Annotated[bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=OUT)] = False
    format: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="A table on a terminal, TSV in a pipe, unless told otherwise.", rich_help_panel=OUT),
    ] = None
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only ids, one a line.", rich_help_panel=OUT)] = False
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", metavar="A,B", help="Columns to show: fields or benchmarks, by commas.", rich_help_panel=OUT),
    ] = None
    no_header: Annotated[bool, typer.Option("--no-header", help="Leave the column headers out.", rich_help_panel=OUT)] = False
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead.", rich_help_panel=OUT)] = (
        None
    )
    color: Annotated[Color, typer.Option("--color", help="When to use styles.", rich_help_panel=OUT)] = Color.auto
    lang: Annotated[Lang, typer.Option("--lang", help="Language of summaries and contributions.", rich_help_panel=OUT)] = Lang.en
    catalog: Annotated[
        list[str] | None,
        typer.Option("--catalog", metavar="DIR", help="Lay this directory's records over the catalog; repeatable.", rich_help_panel=OUT),
    ] = None

    def open(self) -> "Catalog":
        """The catalog to ask."""
        from vlmctl.cli.run import opened

        return opened(self.catalog or ())

    def rows(self, limit: int | None, usual: int) -> int | None:
        """How many rows to show: what `--limit` says, else `usual` where people read them, and all for machines. None: all."""
        from vlmctl.cli.output import format_of

        if limit is not None:
            return limit or None
        return usual if not self.quiet and format_of(self) == "table" else None

    def chosen_columns(self) -> list[str]:
        """The columns named by `--columns`."""
        return [name.strip() for text in self.columns or () for name in text.split(",") if name.strip()]


def _term(name: str, metavar: str, text: str, *flags: str) -> Any:
    return typer.Option(*(flags or (f"--{name}",)), metavar=metavar, help=text, rich_help_panel=WHICH)


class Selection(Fitting):
    """Which models an answer is about; everything given must hold.

    An option given again: of its values (`--params 2B --params 4B`) any may hold, its bounds (`--released '>=2024-02' --released
    '<2024-05'`) must all. Commas mean any of.
    """

    where: Annotated[
        list[str] | None,
        typer.Option("--where", "-w", metavar="EXPR", help="A condition with and, or, not and parentheses.", rich_help_panel=WHICH),
    ] = None
    params: Annotated[
        list[str] | None,
        _term("params", "SIZE", "Parameters: 4B, '<4B', ..4B, 1B..4B, 4B..; repeated, any of the sizes and all of the bounds."),
    ] = None
    max_params: Annotated[list[str] | None, _term("max-params", "SIZE", "At most so many parameters (included).")] = None
    min_params: Annotated[list[str] | None, _term("min-params", "SIZE", "At least so many parameters (included).")] = None
    family: Annotated[list[str] | None, _term("family", "NAME", "Of this family.")] = None
    series: Annotated[list[str] | None, _term("series", "NAME", "Of this series.")] = None
    org: Annotated[list[str] | None, _term("org", "NAME", "Made by an organization whose name holds this.")] = None
    llm: Annotated[list[str] | None, _term("llm", "NAME", "With a language model whose name holds this.")] = None
    encoder: Annotated[list[str] | None, _term("encoder", "NAME", "With a vision encoder whose name holds this.")] = None
    connector: Annotated[list[str] | None, _term("connector", "KIND", "With a connector of this kind, or whose own name holds this.")] = (
        None
    )
    license: Annotated[list[str] | None, _term("license", "ID,ID", "With one of these licenses of the weights.")] = None
    commercial: Annotated[
        bool, typer.Option("--commercial", help="Whose license allows commercial use, without conditions.", rich_help_panel=WHICH)
    ] = False
    released: Annotated[
        list[str] | None, _term("released", "DATE", "Released: 2024, 2024-02.., '>=2024-05', 2024-01..2024-06; repeated, as --params.")
    ] = None
    public_list: Annotated[list[str] | None, _term("list", "NAME", "Named by this public list.")] = None
    moe: Annotated[bool | None, typer.Option("--moe/--no-moe", help="Mixtures of experts, or none.", rich_help_panel=WHICH)] = None
    open_weights: Annotated[
        bool | None, typer.Option("--open/--closed", help="Whose weights can be downloaded, or can't.", rich_help_panel=WHICH)
    ] = None

    fits: Annotated[
        list[str] | None,
        typer.Option("--fits", metavar="SIZE", help="Whose estimate fits, high end included: 8GB, 24GiB.", rich_help_panel=FITS),
    ] = None

    def filter(self, catalog: "Catalog", terms: Sequence[str] | None = (), *, scores: bool = False) -> "Filter":
        """The filter that terms and options make together."""
        from vlmctl.query.filters import compile_filter, connector_terms, option_term, option_terms, require_names
        from vlmctl.query.names import find

        self.set_memory(catalog)
        nodes: list[Any] = [*(terms or ()), *(self.where or ())]
        for name, operator, bounds in (("memory", "<=", self.fits), ("params", "<=", self.max_params), ("params", ">=", self.min_params)):
            nodes += [option_term(name, operator + bound) for bound in bounds or ()]
        for kind, values in (("family", self.family), ("series", self.series)):
            if names := [name.strip() for value in values or () for name in value.split(",")]:
                ids = [find(catalog, name, (kind,), kind).id for name in names]
                nodes.append(option_term(kind, "=" + ",".join(ids)))
        named = {name: getattr(self, name) for name in ("params", "org", "llm", "encoder", "license", "released")}
        for name, values in {**named, "list": self.public_list}.items():
            nodes += option_terms(name, values or ())
        nodes += connector_terms(catalog, self.connector or ())
        nodes += ["commercial=allowed"] if self.commercial else []
        for flag, chosen in (("moe", self.moe), ("open", self.open_weights)):
            nodes += [] if chosen is None else [flag if chosen else f"not {flag}"]
        return require_names(catalog, compile_filter(catalog, nodes, scores=scores))


class Figures(Group):
    """Which scores an answer is about, of those of the models."""

    model: Annotated[
        list[str] | None, typer.Option("--model", metavar="NAME", help="Of this model, family or series.", rich_help_panel=SCORES)
    ] = None
    bench: Annotated[
        list[str] | None,
        typer.Option("--bench", "-b", metavar="BENCH", help="On this benchmark; NAME@split names a part.", rich_help_panel=SCORES),
    ] = None
    listed: Annotated[bool, typer.Option("--listed", help="That the public list prints.", rich_help_panel=SCORES)] = False

    def narrow(self, catalog: "Catalog", where: "Filter") -> "Filter":
        """A filter that asks for these scores, too."""
        from vlmctl.query.scoring import narrowed

        return narrowed(catalog, where, models=self.model or (), benchmarks=self.bench or (), listed=self.listed)
