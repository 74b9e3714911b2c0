"""Commands about models and families: `list`, `show`, `compare`, `families`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.options import Limit, Output, Selection, Sort, Terms
from vlmctl.cli.output import emit

Names = Annotated[
    list[str], typer.Argument(metavar="NAME", help="Models, families or series: id, name, alias or Hugging Face id.", show_default=False)
]


class Picked(str, Enum):
    """Which model of a family is compared."""

    best = "best"
    largest = "largest"
    smallest = "smallest"
    all = "all"


@examples(
    "vlmctl list 'params<4B' 'TextVQA>=55' --sort -TextVQA",
    "vlmctl list --params ..4B --license apache-2.0,mit",
    "vlmctl list -w 'params<=4B and (llm~phi or llm~qwen) and not moe' --columns id,params,TextVQA",
    "vlmctl list --series MobileVLM -q",
)
def list_command(*, terms: Terms = None, selection: Selection, output: Output, sort: Sort = None, limit: Limit = None) -> None:
    """List the models that match."""
    from vlmctl.query.listing import list_models

    catalog = output.open()
    where = selection.filter(catalog, terms)
    emit(list_models(catalog, where, sort=sort or (), columns=output.chosen_columns(), limit=limit or None), output)


@examples("vlmctl show imp-v1.5-3b-phi2", "vlmctl show MILVLG/imp-v1-3b --json", 'vlmctl show "MobileVLM V2" --lang zh')
def show_command(*, names: Names, output: Output) -> None:
    """Show all about families or models: architecture, training, contributions, scores with their sources."""
    from vlmctl.query.cards.details import named, show_several
    from vlmctl.query.names import SHOWN_KINDS, shared_names

    catalog = output.open()
    found = named(catalog, names)
    emit(show_several(catalog, found, lang=output.lang.value, notes=shared_names(catalog, names, SHOWN_KINDS)), output)


@examples(
    "vlmctl compare mobilevlm-v2 imp-v1.5",
    "vlmctl compare mobilevlm-v2-3b imp-v1.5-3b-phi2 --all",
    "vlmctl compare bunny mipha -w 'params<3B' --diff",
    "vlmctl compare --params ..1B -w 'TextVQA>=70'",
    "vlmctl compare internvl2 qwen2-vl minicpm-v-2.6 --pick best",
)
def compare_command(
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Models, families or series: id, name, alias or Hugging Face id. Without one, the models that match the conditions.",
            show_default=False,
        ),
    ] = None,
    output: Output,
    selection: Selection,
    pick: Annotated[
        Picked,
        typer.Option("--pick", help="Which model of each family or series named; best is the one that wins most against its siblings."),
    ] = Picked.all,
    everything: Annotated[bool, typer.Option("--all", help="Benchmarks that only one of them has, too.")] = False,
    differing: Annotated[bool, typer.Option("--diff", help="Only what differs.")] = False,
) -> None:
    """Compare models side by side: facts, then the benchmarks that at least two share."""
    from vlmctl.query.comparisons.comparison import compare
    from vlmctl.query.comparisons.picking import chosen

    catalog = output.open()
    models, notes = chosen(catalog, names or (), selection.filter(catalog), pick=pick.value)
    emit(compare(catalog, models, everything=everything, differing=differing, notes=notes), output)


@examples("vlmctl families", "vlmctl families --org microsoft", "vlmctl families 'params<2B' --sort -released")
def families_command(*, terms: Terms = None, selection: Selection, output: Output, sort: Sort = None, limit: Limit = None) -> None:
    """List the families of the models that match."""
    from vlmctl.query.families import list_families

    catalog = output.open()
    where = selection.filter(catalog, terms)
    answer = list_families(catalog, where, sort=sort or (), limit=limit or None, columns=output.chosen_columns(), lang=output.lang.value)
    emit(answer, output)
