"""Commands that rank models: `top`, `pareto`. Annotations are not postponed here: `groups` reads them as they are."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.groups import OUT, Group
from vlmctl.cli.options import Output, Selection, Terms
from vlmctl.cli.output import emit

if TYPE_CHECKING:
    from vlmctl.query.parts import BenchmarkPart
    from vlmctl.query.rankings.several import How
    from vlmctl.query.rankings.sizes import View
    from vlmctl.store.catalog import Catalog

SEVERAL = "Several benchmarks"
VIEWS = "Best for its size"


class Protocol(str, Enum):
    """Which figures are ranked."""

    generalist = "generalist"
    any = "any"


class Lacking(str, Enum):
    """What happens to models that lack some of the benchmarks."""

    strict = "strict"
    common = "common"
    pairwise = "pairwise"


class Several(Group):
    """How several benchmarks make one ranking."""

    missing: Annotated[
        Lacking | None,
        typer.Option(
            "--missing",
            help="strict: rank models that have all, by the weighted mean of 100 × (value − min) / (max − min), each benchmark on its"
            " published range. common: the same, dropping benchmarks until --min-models have all. pairwise: the share of comparisons won"
            " against all models of the catalog, on whatever benchmarks both have; ties count half.",
            rich_help_panel=SEVERAL,
            show_default="strict",
        ),
    ] = None
    weights: Annotated[
        list[str] | None,
        typer.Option("--weights", metavar="BENCH=N,…", help="How much each counts; 1 unless named.", rich_help_panel=SEVERAL),
    ] = None
    min_models: Annotated[
        int | None,
        typer.Option(
            "--min-models",
            metavar="N",
            min=1,
            help="With common: how many models of the catalog must have all.",
            rich_help_panel=SEVERAL,
            show_default="10",
        ),
    ] = None

    def how(self, catalog: "Catalog", parts: "list[BenchmarkPart]", *, splits: str | None) -> "How | None":
        """How to rank by several benchmarks; None for a ranking by one. `splits` is `--split`."""
        from vlmctl.query.rankings.asking import how_asked

        missing = self.missing.value if self.missing else None
        return how_asked(catalog, parts, missing=missing, weights=self.weights or (), min_models=self.min_models, splits=splits)


class Views(Group):
    """What is the best for its size."""

    by_size: Annotated[bool, typer.Option("--by-size", help="A ranking for each size class.", rich_help_panel=VIEWS)] = False
    borders: Annotated[
        str | None,
        typer.Option(
            "--borders",
            metavar="SIZE,…",
            help="Borders of the size classes; each belongs to the class above it.",
            rich_help_panel=VIEWS,
            show_default="1B,2B,4B,8B,20B",
        ),
    ] = None
    per_family: Annotated[bool, typer.Option("--per-family", help="Only each family's best.", rich_help_panel=VIEWS)] = False
    bars: Annotated[
        bool, typer.Option("--bars", help="A bar beside each figure, on the benchmark's published range.", rich_help_panel=VIEWS)
    ] = False
    pareto: Annotated[bool, typer.Option("--pareto", help="Only models that nothing smaller equals.", rich_help_panel=VIEWS)] = False

    def view(self, parts: "list[BenchmarkPart]", columns: list[str], *, several: bool) -> "View | None":
        """The view; None for the plain ranking."""
        from vlmctl.query.rankings.asking import view_asked

        return view_asked(
            parts,
            by_size=self.by_size,
            borders=self.borders,
            per_family=self.per_family,
            front=self.pareto,
            columns=columns,
            several=several,
        )


TopLimit = Annotated[
    int | None,
    typer.Option(
        "--limit", "-n", metavar="N", min=0, help="At most N ranked rows, and as many unranked; 0 shows all.", rich_help_panel=OUT,
        show_default="in a table 20, or 5 in each size class; else all",
    ),
]  # fmt: skip


@examples(
    "vlmctl top --bench TextVQA",
    "vlmctl top --bench DocVQA --params ..4B --license apache-2.0,mit",
    "vlmctl top --bench DocVQA@test --bench ChartQA@test --params ..8B",
    "vlmctl top --bench TextVQA --bench GQA --bench POPE --missing pairwise --weights TextVQA=2",
    "vlmctl top --bench TextVQA --by-size --per-family --limit 3",
    "vlmctl top --bench MMBench --split test --json",
    "vlmctl top --bench MME:cognition --bars",
)
def top_command(
    *,
    terms: Terms = None,
    bench: Annotated[
        list[str],
        typer.Option(
            "--bench",
            "-b",
            metavar="BENCH",
            help="The benchmark; NAME@split and NAME:metric name a part. Repeat for one ranking over several.",
        ),
    ],
    selection: Selection,
    several: Several,
    views: Views,
    output: Output,
    split: Annotated[
        str | None,
        typer.Option(
            "--split", metavar="SPLIT", help="Another split than the primary one; any ranks each, unstated shows figures without one."
        ),
    ] = None,
    metric: Annotated[str | None, typer.Option("--metric", metavar="METRIC", help="Another metric than the split's own.")] = None,
    protocol: Annotated[
        Protocol, typer.Option("--protocol", help="Rank generalist figures, or any: few-shot, fine-tuned and variants too.")
    ] = Protocol.generalist,
    strict: Annotated[bool, typer.Option("--strict", help="Only what is ranked.")] = False,
    limit: TopLimit = None,
) -> None:
    """Rank models by a benchmark, or by several together."""
    from vlmctl.query.rankings.asking import columns_asked, rules_asked
    from vlmctl.query.rankings.bars import ranking_bars
    from vlmctl.query.rankings.ranking import parts_named, top

    catalog = output.open()
    where = selection.filter(catalog, terms)
    parts = parts_named(catalog, bench, split=split, metric=metric)
    how = several.how(catalog, parts, splits=split)
    columns = columns_asked(catalog, output.chosen_columns(), parts)
    view = views.view(parts, columns, several=how is not None)
    rules = rules_asked(any_protocol=protocol is Protocol.any, strict=strict)
    answer = top(
        catalog, parts, where, how=how, rules=rules, view=view, columns=columns, limit=output.rows(limit, 5 if views.by_size else 20)
    )
    emit(ranking_bars(answer, parts) if views.bars else answer, output)


@examples(
    "vlmctl pareto --y TextVQA",
    "vlmctl pareto --x params --y MMMU --license apache-2.0,mit",
    "vlmctl pareto --x released --y DocVQA --json",
    "vlmctl pareto --y OCRBench --params ..8B -q",
)
def pareto_command(
    *,
    terms: Terms = None,
    y: Annotated[str, typer.Option("--y", metavar="BENCH", help="The benchmark; NAME@split and NAME:metric name a part.")],
    x: Annotated[
        str,
        typer.Option(
            "--x", metavar="FIELD", help="What it costs: params, memory, released (earlier is better), another number or a benchmark."
        ),
    ] = "params",
    selection: Selection,
    output: Output,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            metavar="N",
            min=0,
            help="At most N of the beaten models, or with -q of the unbeaten ones; 0 shows all.",
            rich_help_panel=OUT,
            show_default="in a table 10; else all",
        ),
    ] = None,
) -> None:
    """Show the models that nothing smaller beats, and by whom the others are beaten."""
    from vlmctl.query.rankings.pareto import pareto

    catalog = output.open()
    where = selection.filter(catalog, terms)
    beaten = output.rows(limit, 10)
    front = (limit or None) if output.quiet else None
    emit(pareto(catalog, x, y, where, columns=output.chosen_columns(), limit=front, beaten=beaten), output)
