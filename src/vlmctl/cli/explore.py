"""Commands to look around with: `search`, `facets`, `plot`.

Annotations are not postponed here: `groups` reads them as they are.
"""

from enum import Enum
from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.groups import OUT, WHICH
from vlmctl.cli.options import Color, Limit, Output, Selection, Terms
from vlmctl.cli.output import emit
from vlmctl.errors import UsageError


class FoundKind(str, Enum):
    """What `search` finds."""

    family = "family"
    benchmark = "benchmark"
    model = "model"


class LogAxis(str, Enum):
    """Which axes of a plot are logarithmic."""

    x = "x"
    y = "y"
    xy = "xy"


class PlotOutput(Output):
    """As `Output`; `--color` also names the field by which points are told apart."""

    color: Annotated[
        str,
        typer.Option(
            "--color",
            metavar="FIELD",
            help="Tell points apart by this field: family, license …; or auto, always, never for styles.",
            rich_help_panel=OUT,
        ),
    ] = "auto"  # type: ignore[assignment]

    @property
    def group(self) -> str | None:
        """The field by which points are told apart."""
        return None if self.color in list(Color) else self.color

    def plain(self) -> Output:
        """As commands without groups of points have it."""
        if self.columns:
            raise UsageError("a plot has no columns", hint="vlmctl list --columns lists the same facts")
        return Output(**{**vars(self), "color": Color.auto if self.group is not None else Color(self.color)})


@examples(
    "vlmctl search 高分辨率",
    'vlmctl search "high resolution" --kind family --params ..4B',
    "vlmctl search document OCR --lang zh --json",
    "vlmctl search '\"token compression\"' -q",
)
def search_command(
    *,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help='Words that must all occur; a "quoted phrase" is one.', show_default=False)
    ],
    kind: Annotated[
        list[FoundKind] | None, typer.Option("--kind", help="Only families, benchmarks or models; repeatable.", rich_help_panel=WHICH)
    ] = None,
    selection: Selection,
    output: Output,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            metavar="N",
            min=0,
            max=10**9,
            help="At most N rows; 0 shows all.",
            rich_help_panel=OUT,
            show_default="in a table 20; else all",
        ),
    ] = None,
) -> None:
    """Search names, organizations, summaries and contributions, in English and Chinese."""
    from vlmctl.query.exploring.search import search
    from vlmctl.query.exploring.words import KINDS

    catalog = output.open()
    kinds = [each.value for each in kind or ()] or KINDS
    where = selection.filter(catalog)
    rows = output.rows(limit, 20)
    answer = search(catalog, " ".join(text), where, kinds=kinds, columns=output.chosen_columns(), limit=rows, lang=output.lang.value)
    emit(answer, output)


@examples(
    "vlmctl facets", "vlmctl facets encoder", "vlmctl facets llm_line --params ..4B", "vlmctl facets benchmark 'released>=2025' --limit 20"
)
def facets_command(
    *,
    field: Annotated[
        str | None, typer.Argument(metavar="FIELD", help="What to count; without it, what can be counted.", show_default=False)
    ] = None,
    terms: Terms = None,
    selection: Selection,
    output: Output,
    borders: Annotated[
        str | None,
        typer.Option("--borders", metavar="SIZE,…", help="Borders of the size classes of facets size.", show_default="1B,2B,4B,8B,20B"),
    ] = None,
    limit: Limit = None,
) -> None:
    """Count the models that have each value of a field, and those that state none."""
    from vlmctl.query.exploring.facets import count_values, facet_named, list_facets

    catalog = output.open()
    where = selection.filter(catalog, terms)
    columns = output.chosen_columns()
    if field is None:
        emit(list_facets(catalog, where, columns=columns, borders=borders), output)
    else:
        emit(count_values(catalog, facet_named(field), where, columns=columns, limit=limit or None, borders=borders), output)


@examples(
    "vlmctl plot --x params --y TextVQA --log x --pareto",
    "vlmctl plot --x released --y MMMU --color license",
    "vlmctl plot --x params --y DocVQA --params ..10B --pareto -o docvqa.svg",
    "vlmctl plot --x TextVQA --y DocVQA --family qwen2-vl,internvl2 --color family --json",
)
def plot_command(
    *,
    terms: Terms = None,
    x: Annotated[
        str, typer.Option("--x", metavar="FIELD", help="From left to right: params, memory, released, or a benchmark.")
    ] = "params",
    y: Annotated[str, typer.Option("--y", metavar="FIELD", help="From below: a benchmark, or a field with numbers.", show_default=False)],
    selection: Selection,
    output: PlotOutput,
    pareto: Annotated[bool, typer.Option("--pareto", help="Draw the Pareto front: what nothing beats in both.")] = False,
    log: Annotated[LogAxis | None, typer.Option("--log", help="Make an axis logarithmic.")] = None,
) -> None:
    """Draw models as points, in the terminal or as a picture (-o file.svg, .png or .html)."""
    from vlmctl.query.exploring.plot import scatter

    plain = output.plain()
    catalog = plain.open()
    where = selection.filter(catalog, terms)
    emit(scatter(catalog, where, x=x, y=y, color=output.group, log=tuple(log.value) if log else (), line=pareto), plain)
